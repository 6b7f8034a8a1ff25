"""Claims that must be proved, advice that needs a licence, and who speaks for the organisation."""

from collections.abc import Iterator

import regex
from django.utils.translation import gettext_lazy as _

from advocacy.conduct.coaching.noticing import Level, Notice
from advocacy.conduct.coaching.personal import WEB
from advocacy.conduct.coaching.reading import Reading, Span
from advocacy.conduct.coaching.situations import Situation
from advocacy.conduct.coaching.word_lists import WordLists, Words, default_words

ME = Words(nl=("mij", "me", "ons"), en=("me", "us"))
MINE = Words(nl=("mijn", "m'n", "mezelf", "mijzelf"), en=("my", "myself")).everywhere
BREAK = regex.compile(r"[.,:;!?](?!\d)|[\n()]")
CLAUSE_END = regex.compile(r"[,;:\u2013\u2014]")
SOMEBODY = default_words("somebody").everywhere
AT_THE_TOP = 40  # characters: "namens de hele directie van ..."
BETWEEN = 16  # characters between an official word and the name: "namens heel ..."
DENIED_WITHIN = 32  # characters after a "not"
# "Green power is not enough".
NOT_SO = default_words("not_so").everywhere
# Somebody else's words.
QUOTED = default_words("quoted").everywhere
MONEY_MATTERS = default_words("money_matters").everywhere
# "You had better", of which only beside matters of money it is advice that asks for a licence.
URGED = default_words("urged").everywhere
YOU = default_words("you").everywhere
I_WOULD = default_words("i_would").everywhere
# "You should hear this podcast on shares."
TO_READ = default_words("to_read").everywhere
# Who says to ask one that has a licence does well.
REFERS = default_words("refers").everywhere
# "If I were you", which on stairs and umbrellas anyone may say.
NEEDS_MONEY = default_words("needs_money").everywhere
# To begin a sentence with: an order.
DO = default_words("orders").everywhere


def in_the_name_of_all(reading: Reading, situation: Situation) -> Iterator[Notice]:
    if situation.is_spokesperson:
        return
    lists = situation.lists
    for name in reading.find_names(situation.house.names):
        if (
            _is_for_all(reading, name, lists)
            or _is_our_opinion(reading, name, lists)
            or _says_so_itself(reading, name, lists)
        ):
            yield Notice(name, {"organisation": situation.house.organisation})


def claim_without_proof(reading: Reading, situation: Situation) -> Iterator[Notice]:
    """Notice what must be proved. Green words without proof are forbidden towards consumers (EU 2024/825)."""
    lists, house = situation.lists, situation.house
    if reading.has(lists.sources) or WEB.search(reading.text):
        return
    is_law_on_green = house.is_regulated or house.sells_to_consumers
    for phrases, is_strict in ((lists.green, is_law_on_green), (lists.absolutes, house.is_regulated)):
        for span in reading.find(phrases):
            if not (_is_denied(reading, span, lists.denials) or reading.has_after(span, NOT_SO, chars=2)):
                level = Level.CONFIRM if is_strict else Level.HINT
                yield Notice(span, {"word": reading.at(span)}, level=level)


def personal_advice(reading: Reading, situation: Situation) -> Iterator[Notice]:
    """Notice what one reader is told to do with their money. What grandmother said is a story."""
    if not situation.house.is_regulated:
        return
    told = {reading.sentence_of(span) for words in (QUOTED, REFERS) for span in reading.find(words)}
    of_money = {reading.sentence_of(span) for span in reading.find(MONEY_MATTERS)}
    on_money_alone = set(reading.find(NEEDS_MONEY))
    for span in reading.find(situation.lists.advice):
        number = reading.sentence_of(span)
        if number not in told and (span not in on_money_alone or number in of_money):
            yield Notice(span)
    read = {reading.sentence_of(span) for span in reading.find(TO_READ)}
    for span in _urged(reading):
        if reading.sentence_of(span) in of_money - told - read:
            yield Notice(span)


def _urged(reading: Reading) -> Iterator[Span]:
    """Yield "I would recommend you", and the "sell" with which a sentence begins."""
    yield from reading.find(URGED)
    of_you = {reading.sentence_of(span) for span in reading.find(YOU)}
    yield from (span for span in reading.find(I_WOULD) if reading.sentence_of(span) in of_you)
    for span in reading.find(DO):
        before = reading.text[: span.start].rstrip(" \t\"'\u2018\u201c*-\u2022\u2192")
        if not before or before[-1] in ".!?:\u2026\n":
            yield span


def approval_by_law(reading: Reading, situation: Situation) -> Iterator[Notice]:
    """Notice a kind of story that the law lets nobody share before the *story* was approved."""
    if not (situation.house.is_regulated and situation.needs_approval) or situation.is_approved:
        return
    if situation.approver and situation.approval_hours:
        yield Notice(None, {"name": situation.approver, "hours": str(situation.approval_hours)})
    else:
        yield Notice(says=_("By law a story of this kind is approved first, and it is not yet."))


def competitor(reading: Reading, situation: Situation) -> Iterator[Notice]:
    for span in reading.find_names(situation.house.competitors):
        yield Notice(span, {"name": reading.at(span)})


def _is_for_all(reading: Reading, name: Span, lists: WordLists) -> bool:
    """Notice "namens ...", unless it says "niet namens", or the name is only where the family works."""
    said = reading.has_before(name, lists.on_behalf, chars=AT_THE_TOP)
    if not said or BREAK.search(reading.text, said.end, name.start):
        return False
    if _is_denied(reading, said, lists.denials):
        return False
    mine = reading.has_before(name, MINE, chars=AT_THE_TOP)
    return not mine or mine.start < said.start


def _is_our_opinion(reading: Reading, name: Span, lists: WordLists) -> bool:
    """Notice "wij van ... vinden"."""
    together = reading.has_before(name, lists.together, chars=BETWEEN)
    return bool(together and reading.has_after(name, lists.opinions, chars=BETWEEN))


def _says_so_itself(reading: Reading, name: Span, lists: WordLists) -> bool:
    """Notice "... belooft", and in Dutch "dat belooft ..."."""
    if reading.has_before(name, lists.belonging, chars=1):
        return False
    asked = "nl" in reading.languages and reading.has_before(name, lists.official, chars=1)
    if asked and reading.has_before(asked, SOMEBODY, chars=1):
        # "My colleague finds ... the nicest boss."
        asked = None
    said = reading.has_after(name, lists.official, chars=1)
    # What it does for me is no opinion of it.
    return bool(asked or (said and not reading.has_after(said, ME, chars=len(" in "))))


def _is_denied(reading: Reading, span: Span, denials: Words) -> bool:
    denial = reading.has_before(span, denials, chars=DENIED_WITHIN)
    if not denial or reading.sentence_of(denial) != reading.sentence_of(span):
        return False
    # "Never cold again, guaranteed" denies no guarantee.
    return not CLAUSE_END.search(reading.text, denial.end, span.start)
