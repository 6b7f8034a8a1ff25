"""How it sounds, whether it is the author's own, and whether everyone can read it."""

from collections.abc import Iterator
from itertools import islice

import regex
from django.utils.translation import gettext_lazy as _

from advocacy.conduct.coaching.disclosing import all_offered_lines
from advocacy.conduct.coaching.noticing import Notice
from advocacy.conduct.coaching.reading import Reading, Span
from advocacy.conduct.coaching.situations import Media, Situation
from advocacy.conduct.own_words import own_words

SHOUTED = regex.compile(r"(?<![\p{L}\p{N}#@])\p{Lu}{2,}(?![\p{L}\p{N}])")
SIGNS = regex.compile(r"[!?\uff01\uff1f]{3,}")
SHOUTED_WORDS, SHOUTED_LETTERS, SHOUTED_SHARE = 4, 20, 0.6
TAG = regex.compile(r"(?<![\w&#/])#([\p{L}\p{N}_]{1,100})")
MOST_TAGS, FEW_TAGS = 5, 2
FEW_TAGS_ON = frozenset({"x", "bluesky"})
LONGEST_LOWER_TAG = 14  # letters
MOSTLY_COPIED = 0.20
HERD = 3
FILE_NAME = regex.compile(
    r"[\w .()-]{1,120}\.(?:jpe?g|png|heic|webp|gif|tiff?|avif)"
    r"|(?:img|dsc|dscn|pxl|image|foto|photo|afbeelding)[\s_-]?\d[\w-]*",
    regex.IGNORECASE,
)


def shouting(reading: Reading, situation: Situation) -> Iterator[Notice]:
    for found in SIGNS.finditer(reading.text):
        yield Notice(Span(*found.span()))
    words = list(SHOUTED.finditer(reading.text))
    if len(words) < SHOUTED_WORDS:
        return
    letters = [sign for sign in reading.text if sign.isalpha()]
    capitals = sum(sign.isupper() for sign in letters)
    if len(letters) >= SHOUTED_LETTERS and capitals >= SHOUTED_SHARE * len(letters):
        yield Notice(Span(words[0].start(), words[-1].end()))


def insult(reading: Reading, situation: Situation) -> Iterator[Notice]:
    for span in reading.find(situation.lists.insults):
        yield Notice(span, {"word": reading.at(span)})


def pasted(reading: Reading, situation: Situation) -> Iterator[Notice]:
    if situation.near_equals >= HERD:
        yield Notice(says=_("Several colleagues said nearly this already. What would only you add?"))
        return
    if not situation.suggestions:
        return
    own = own_words(reading.text, situation.suggestions, offered=all_offered_lines(situation))
    if own.words and own.share < MOSTLY_COPIED:
        yield Notice()


def tags(reading: Reading, situation: Situation) -> Iterator[Notice]:
    found = list(TAG.finditer(reading.text))
    most = FEW_TAGS if situation.platform in FEW_TAGS_ON else MOST_TAGS
    for one in islice(found, most, None):
        yield Notice(Span(*one.span()))
    for one in found:
        if one.group(1).islower() and len(one.group(1)) > LONGEST_LOWER_TAG:
            yield Notice(Span(*one.span()))


def undescribed(reading: Reading, situation: Situation) -> Iterator[Notice]:
    if any(not _is_described(one) for one in situation.media):
        yield Notice()


def located(reading: Reading, situation: Situation) -> Iterator[Notice]:
    if any(one.had_location for one in situation.media):
        yield Notice()


def _is_described(one: Media) -> bool:
    alt = one.alt.strip()
    stem = one.file_name.rpartition(".")[0]
    is_its_name = alt.casefold() in (one.file_name.casefold(), stem.casefold()) and " " not in alt
    return bool(alt) and not is_its_name and not FILE_NAME.fullmatch(alt)
