"""Saying what one has to do with it: how much readers should know, whether it is said, and with which words.

A line is offered, never appended, and nobody is scored by it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

import regex

from advocacy.conduct.coaching.reading import Reading, Span
from advocacy.conduct.coaching.situations import About, Situation
from advocacy.conduct.coaching.word_lists import Words, default_words

OFFERS = 3
# Signs that show before "see more"; a tie that is said below has not been said.
IN_SIGHT = {"linkedin": 200, "instagram": 125}
TAG_ROW = regex.compile(r"#[\p{L}\p{N}_]+(?:[\s,]+#[\p{L}\p{N}_]+)*")
NEAR_THE_NAME = 2  # signs between "bij" and the name, which may be a mention
MINE = Words(nl=("mijn", "m'n", "onze", "ons"), en=("my", "our")).everywhere
MADE_BY = Words(nl=("van", "van de", "van het"), en=("of", "from", "of the", "from the")).everywhere
WITH_ADJECTIVES = 32  # signs between "my" and what is mine
ADJECTIVES = regex.compile(r"(?:\s+[\p{L}'\u2019-]+){0,2}\s+")
# After the name: "Zomerwaard, where I have worked for eight years".
WHERE_I = Words(
    nl=("waar ik", "waar wij", "waar we"),
    en=("where i", "where i've", "where i'm", "where we", "where we've"),
).everywhere
HERE_AT = Words(nl=("hier bij", "hier op"), en=("here at", "over here at")).everywhere
SUBJECTS = default_words("subjects_i")
WORKING = default_words("working")
I_WORK = default_words("i_work").everywhere
RELATIVES = default_words("relatives")
WISHES = default_words("wishes")
STAFF = default_words("staff").everywhere
IS_THE_PLACE = 20  # signs: "... is the place where I"
IN_A_SENTENCE = 120  # signs
# "For" and "with" are what customers say too.
ONLY_AT_WORK = Words(nl=("voor", "met"), en=("for", "with")).everywhere
TOWARDS = Words(nl=("naar",), en=("to",)).everywhere
A_KIND_OF = Words(en=("a", "an", "the")).everywhere
THE_ONE = Words(
    nl=("de", "een", "die", "deze", "twee"), en=("the", "a", "an", "that", "this", "two")
).everywhere
I_AM = Words(
    nl=("ben", "als", "ik", "rij", "rijd", "draag"),
    en=(
        "am",
        "i'm",
        "as",
        "we're",
        "drive",
        "wear",
        "be",
        "being",
        "become",
        "became",
        "lead",
        "run",
        "joined",
        "join",
    ),
).everywhere
MAKING = Words(
    nl=("aan", "bouwen", "bouw", "maken", "maak"), en=("on", "build", "building", "built", "make", "making")
).everywhere
OUR_OWN = Words(nl=("onze eigen", "ons eigen"), en=("our own", "our very own")).everywhere
# "Five years of ...", of which the next sentence begins with "I".
YEARS = Words(nl=("jaar", "jaren", "maand", "maanden"), en=("years of", "months of", "year of")).everywhere
COLLEAGUES = Words(
    nl=("collega's", "afdeling", "collegaatjes"), en=("colleagues", "coworkers", "co-workers", "department")
).everywhere
TOGETHER = regex.compile(r"\b(?:met|with|dank|thanks)(?:\s\p{L}{2,8}){0,2}\s*$", regex.IGNORECASE)
HERE = Words(nl=("hier",), en=("here", "speaking")).everywhere
BEFORE_STAFF = regex.compile(
    r"(?:[:(]|\b(?:als|as|mijn|m'n|my|onze|our|ben|am|i'm))(?:\s+(?!en\b|and\b)\p{L}{1,12}){0,2}\s*$",
    regex.IGNORECASE,
)
ASIDE = regex.compile(
    r"[,(;:.!?\u2013\u2014-]\s*(?:(?:en|and|ps|zelf|also|ook)\s)?(?:werk|work|working|werkzaam|werkend)"
    r"\s(?:\p{L}{2,6}\s){0,2}(?:bij|voor|at|for)\s@?$",
    regex.IGNORECASE,
)
ENDS = regex.compile(r"\s*(?:[).,;!\n]|\Z)")
EMPLOYEE_TAG = regex.compile(r"(?:werkenbij|iworkat|iworkfor|ikwerkbij|medewerker)|(?:employee|medewerker)$")


# Before anything else, and set apart: "Ad: ...", "(reclame) ...".
LABEL = regex.compile(r"\s*[(\[*]?\s?(?P<word>\p{L}{2,20})\s?[)\]*:.|\u2013\u2014-](?![\p{L}\p{N}])")
I_MYSELF = default_words("i_myself").everywhere
MAY = default_words("may").everywhere
WIN = default_words("win").everywhere
GAIN = default_words("gain").everywhere
PRIZE_NOUNS = default_words("prize_nouns").everywhere


class Rung(IntEnum):
    """How much readers should know. Each rung asks for what is below it too."""

    NOTHING = 0
    EMPLOYER = 1
    BEFORE_THE_CLAIM = 2
    PRIZE = 3
    REGULATED = 4


@dataclass(frozen=True)
class Offer:
    """A line that says enough, and the whole text with it."""

    line: str
    text: str


@dataclass(frozen=True)
class Disclosed:
    """What a text says of its author's part in it, and whether that shows without unfolding the post."""

    tie: Span | None
    is_in_sight: bool
    prize: bool
    risk: bool


def rung_for(reading: Reading, situation: Situation) -> Rung:
    """Return how much readers of this text should know."""
    if situation.house.is_regulated and situation.needs_approval:
        return Rung.REGULATED
    if situation.has_reward:
        return Rung.PRIZE
    if situation.about == About.PRODUCT:
        return Rung.BEFORE_THE_CLAIM
    names_us = situation.about == About.WORK or bool(reading.find_names(situation.house.names))
    return Rung.EMPLOYER if names_us else Rung.NOTHING


def disclosed_in(reading: Reading, situation: Situation) -> Disclosed:
    tie = min(_ties(reading, situation), key=lambda span: span.start, default=None)
    last = IN_SIGHT.get(situation.platform)
    return Disclosed(
        tie=tie,
        is_in_sight=tie is not None and (last is None or tie.start < last),
        prize=_is_marked(reading, situation) or _tells_of_a_prize(reading, situation),
        risk=reading.has(situation.lists.risk_lines.everywhere),
    )


def is_enough(reading: Reading, situation: Situation) -> bool:
    """Say whether the text says all that its rung asks for."""
    rung, disclosed = rung_for(reading, situation), disclosed_in(reading, situation)
    if rung == Rung.NOTHING:
        return True
    asked = [disclosed.is_in_sight]
    if situation.has_reward:
        asked.append(disclosed.prize)
    if rung == Rung.REGULATED:
        asked.append(disclosed.risk)
    return all(asked)


def offered_lines(situation: Situation, *, rung: Rung) -> tuple[str, ...]:
    """Return every line that is offered on this rung, in the author's language, the shortest last."""
    language = situation.language if situation.language in LINES else "en"
    organisation = situation.house.organisation
    return tuple(line.format(organisation=organisation) for line in LINES[language][rung])


def all_offered_lines(situation: Situation) -> tuple[str, ...]:
    """Return every line the hub may have put forward, the longest first."""
    languages = (LINES[language][rung] for language in LINES for rung in Rung if rung)
    lines = {line.format(organisation=situation.house.organisation) for many in languages for line in many}
    return tuple(sorted(lines, key=lambda line: (-len(line), line)))


def offers(
    reading: Reading, situation: Situation, *, fits: Callable[[str], bool], turn: int = 0
) -> list[Offer]:
    """Return at most three lines before the claim, with which the text fits the platform.

    None if enough is said. Another `turn` begins with other lines, so that not everyone says the same.
    """
    rung = rung_for(reading, situation)
    if rung == Rung.NOTHING or is_enough(reading, situation) or not situation.house.organisation:
        return []
    lines = offered_lines(situation, rung=rung)
    turned = [*lines[turn % len(lines) :], *lines[: turn % len(lines)]]
    offered = (Offer(line, _with_line(line, reading.text)) for line in dict.fromkeys(turned))
    return list(islice((offer for offer in offered if fits(offer.text)), OFFERS))


def _with_line(line: str, text: str) -> str:
    words = text.strip()
    return f"{line} {words}" if words else line


def _ties(reading: Reading, situation: Situation) -> Iterator[Span]:
    yield from reading.find(situation.lists.affiliations.everywhere)
    yield from _what_is_mine(reading, situation)
    yield from _employee_tags(reading)
    yield from _beside_the_name(reading, situation)


def _what_is_mine(reading: Reading, situation: Situation) -> Iterator[Span]:
    """Yield the "my" of "my lovely colleagues", and the "our" of "our new workshop"."""
    for span in reading.find(situation.lists.at_work.everywhere):
        mine = reading.has_before(span, MINE, chars=WITH_ADJECTIVES)
        if (
            mine
            and ADJECTIVES.fullmatch(reading.text, mine.end, span.start)
            and not _is_theirs(reading, span)
        ):
            yield mine


def _is_theirs(reading: Reading, span: Span) -> bool:
    """Say whether it is "my husband's boss"."""
    return bool(reading.has_before(span, RELATIVES.everywhere, chars=1))


def _employee_tags(reading: Reading) -> Iterator[Span]:
    for word in reading.words:
        if word.start and reading.text[word.start - 1] == "#" and EMPLOYEE_TAG.search(word.folded):
            yield word


def _beside_the_name(reading: Reading, situation: Situation) -> Iterator[Span]:
    """Yield the name of the organisation where its sentence ties it to "I", or to what colleagues say."""
    sentences = Sentences.of(reading, situation)
    yield from (
        name for name in _as_one_of_us(reading, situation) if reading.sentence_of(name) in sentences.mine
    )
    for name in reading.find_names(situation.house.names):
        if not _is_an_outsider(reading, name, sentences, situation) and (
            _is_where_i_am(reading, name, sentences, situation) or _is_beside_staff(reading, name)
        ):
            yield name


@dataclass(frozen=True)
class Sentences:
    """The numbers of the sentences in which somebody or something is named."""

    # With "I" or "we"; these or "my" and "me"; of the author's work; of staff; of a customer; of a sister.
    mine: set[int]
    personal: set[int]
    working: set[int]
    of_staff: set[int]
    of_customers: set[int]
    of_relatives: set[int]
    # Of who would love to work there.
    of_wishes: set[int]

    @classmethod
    def of(cls, reading: Reading, situation: Situation) -> "Sentences":
        lists = situation.lists
        looked_for = (SUBJECTS, lists.first_person, WORKING, lists.roles, lists.customers, RELATIVES, WISHES)
        return cls(*(_sentences(reading, reading.find(words.everywhere)) for words in looked_for))


def _is_where_i_am(reading: Reading, name: Span, sentences: Sentences, situation: Situation) -> bool:
    """Say whether I am at it, in it or of it, and not the pump of which I am fond, or my sister."""
    number = reading.sentence_of(name)
    if _is_the_place(reading, name, sentences):
        return True
    if number in sentences.of_relatives and not _is_i_after_them(reading, name):
        return False
    if number in sentences.mine & sentences.working and _is_ours_or_made(reading, name):
        return True
    belongs = reading.has_before(name, situation.lists.belonging.everywhere, chars=NEAR_THE_NAME)
    if not belongs or ":" in reading.text[belongs.end : name.start]:
        return False
    # Who moved to one of its products bought it.
    if reading.has_before(name, TOWARDS, chars=NEAR_THE_NAME):
        organisation = situation.house.organisation.casefold()
        return (
            reading.at(name).casefold() == organisation and number in sentences.personal & sentences.working
        )
    return number in sentences.of_staff or number in _who_may_belong(reading, name, sentences)


def _is_an_outsider(reading: Reading, name: Span, sentences: Sentences, situation: Situation) -> bool:
    """Say whether it is who buys there, or would love to work there. Who works there may do the first too."""
    number = reading.sentence_of(name)
    if number in sentences.of_wishes:
        return True
    return number in sentences.of_customers and not _is_employed(reading, name, sentences, situation)


def _is_employed(reading: Reading, name: Span, sentences: Sentences, situation: Situation) -> bool:
    """Say whether it is "I work at ...", or "a fitter at ..." of whom it says "I"."""
    if not reading.has_before(name, situation.lists.belonging.everywhere, chars=NEAR_THE_NAME):
        return False
    number = reading.sentence_of(name)
    return _is_said_to_work(reading, name) or number in sentences.of_staff & sentences.mine


def _who_may_belong(reading: Reading, name: Span, sentences: Sentences) -> set[int]:
    """Return the sentences in which what stands before the name makes it where the author belongs."""
    if reading.has_before(name, MADE_BY, chars=NEAR_THE_NAME):
        # "This idea of ..., I am all for it" is what anyone says.
        if _is_said_to_work(reading, name):
            return sentences.mine
        before = reading.has_before(name, STAFF, chars=len(" from "))
        return sentences.mine if before and not _is_another(reading, before) else set()
    if reading.has_before(name, ONLY_AT_WORK, chars=NEAR_THE_NAME):
        return sentences.personal & sentences.working
    article = reading.has_before(name, A_KIND_OF, chars=NEAR_THE_NAME)
    if article:
        staff = reading.has_after(name, STAFF, chars=1)
        i_am = reading.has_before(article, I_AM, chars=1)
        # "I am a ... fitter", "the ... team I lead".
        is_me = staff and (i_am or reading.has_after(staff, SUBJECTS.everywhere, chars=1))
        return sentences.personal if is_me else set()
    return sentences.personal


def _is_said_to_work(reading: Reading, name: Span) -> bool:
    """Say whether it is "I work at the help desk of ..."."""
    work = reading.has_before(name, I_WORK, chars=IN_A_SENTENCE)
    return bool(work) and reading.sentence_of(work or name) == reading.sentence_of(name)


def _is_another(reading: Reading, staff: Span) -> bool:
    """Say whether it is "the fitter" who is spoken of, and not "as a fitter", "I am a fitter"."""
    named = reading.has_before(staff, THE_ONE, chars=1)
    return bool(named) and not reading.has_before(named or staff, I_AM, chars=1)


def _is_i_after_them(reading: Reading, name: Span) -> bool:
    """Say whether it is "my sister asks what I do at ..."."""
    they, i = (
        reading.has_before(name, words.everywhere, chars=IN_A_SENTENCE) for words in (RELATIVES, SUBJECTS)
    )
    return bool(they and i and i.start > they.start)


def _is_the_place(reading: Reading, name: Span, sentences: Sentences) -> bool:
    """Say whether it is "here at ...", "..., where I work", "(work at ...)" or "five years of ..."."""
    if reading.has_before(name, HERE_AT, chars=NEAR_THE_NAME):
        return True
    if reading.has_after(name, WHERE_I, chars=IS_THE_PLACE) or _is_an_aside(reading, name):
        return True
    number = reading.sentence_of(name)
    return bool(reading.has_before(name, YEARS, chars=1) and {number, number + 1} & sentences.mine)


def _is_an_aside(reading: Reading, name: Span) -> bool:
    """Say whether it is "(work at ...)" or ", werk bij ..." that says no more than that."""
    before = reading.text[max(0, name.start - WITH_ADJECTIVES) : name.start]
    return bool(ASIDE.search(before) and ENDS.match(reading.text, name.end))


def _is_ours_or_made(reading: Reading, name: Span) -> bool:
    """Say whether it is "our own ...", or what the author works on: "building ...", "work on ..."."""
    return bool(reading.has_before(name, MAKING, chars=NEAR_THE_NAME))


def _is_beside_staff(reading: Reading, name: Span) -> bool:
    """Say whether the author is the "...-fitter here", or calls one "my ... colleague"."""
    staff = reading.has_after(name, STAFF, chars=1)
    if reading.has_before(name, OUR_OWN, chars=NEAR_THE_NAME):
        return True
    if not staff:
        return False
    before = reading.text[max(0, name.start - WITH_ADJECTIVES) : name.start]
    together = reading.has_after(name, COLLEAGUES, chars=1) and TOGETHER.search(before)
    return bool(together or BEFORE_STAFF.search(before) or reading.has_after(staff, HERE, chars=1))


def _as_one_of_us(reading: Reading, situation: Situation) -> Iterator[Span]:
    """Yield what those are called who work there, after its name: "as a ...er"."""
    ends = ("er", "ers", "'er", "'ers", "-er", "-ers")
    yield from reading.find(tuple(f"{name}{end}" for name in situation.house.names for end in ends))


def _sentences(reading: Reading, spans: Iterable[Span]) -> set[int]:
    return {reading.sentence_of(span) for span in spans}


def _is_marked(reading: Reading, situation: Situation) -> bool:
    return _has_standing_tag(reading.text, situation) or _is_labelled(reading, situation)


def _is_labelled(reading: Reading, situation: Situation) -> bool:
    """Say whether it begins with "Advertentie:", "(reclame)" or the like, before anything else."""
    label = LABEL.match(reading.text)
    words = map(str.casefold, situation.lists.advertising_tags.both)
    return label is not None and label["word"].casefold() in words


def _tells_of_a_prize(reading: Reading, situation: Situation) -> bool:
    """Say whether the author tells of a prize: "with this I could win a bike". "You can win one" is not."""
    if reading.has(situation.lists.prizes.everywhere):
        return True
    mine, denied = (_sentences(reading, reading.find(words)) for words in (I_MYSELF, situation.lists.denials))
    gained, may_win, won = (_sentences(reading, reading.find(words)) for words in (GAIN, MAY, WIN))
    prizes = _sentences(reading, reading.find(PRIZE_NOUNS))
    return bool(mine & ((may_win & won) | (gained & prizes)) - denied)


def _has_standing_tag(text: str, situation: Situation) -> bool:
    """Say whether an advertising tag stands first or last in its row: in the middle nobody sees it."""
    marks = {f"#{word.casefold()}" for word in situation.lists.advertising_tags.both}
    for row in TAG_ROW.finditer(text):
        tags = row.group().casefold().replace(",", " ").split()
        if tags[0] in marks or tags[-1] in marks:
            return True
    return False


# British readers must see "#ad" on praise of one's own employer (CMA, 2025): of any three English lines
# before a claim one has it, whoever's turn it is.
LINES: dict[str, dict[Rung, tuple[str, ...]]] = {
    "nl": {
        Rung.EMPLOYER: (
            "Bij ons bij {organisation}:",
            "Ik werk bij {organisation} en zie dit van dichtbij.",
            "Even van de werkvloer bij {organisation}, waar ik werk:",
            "Dit doen mijn collega's en ik bij {organisation}.",
            "Mijn werkgever {organisation}:",
            "Ik werk bij {organisation}.",
        ),
        Rung.BEFORE_THE_CLAIM: (
            "Ik werk bij {organisation}, dus ik ben niet neutraal:",
            "Van mijn eigen werkgever, {organisation}:",
            "Wij maken dit zelf bij {organisation}, en ik werk er:",
            "Eerlijk is eerlijk: ik werk bij {organisation}.",
            "Ik werk bij {organisation}.",
        ),
        Rung.PRIZE: (
            "#advertentie Ik werk bij {organisation} en maak hiermee kans op een prijs.",
            "#advertentie Dit is van mijn werkgever {organisation}, en ik maak kans op een beloning:",
            "#ad Ik werk bij {organisation} en kan met dit bericht iets winnen.",
            "#advertentie Ik werk bij {organisation} en maak kans op een prijs.",
            "#ad Ik werk bij {organisation} en maak kans op iets.",
        ),
        Rung.REGULATED: (
            "Ik werk bij {organisation}. Dit product kent risico's: lees eerst de voorwaarden.",
            "Van mijn werkgever {organisation}, en let op: dit kent risico's.",
            "Ik werk bij {organisation}; dit kent risico's.",
        ),
    },
    "en": {
        Rung.EMPLOYER: (
            "At {organisation}, where I work:",
            "I work at {organisation} and see this up close.",
            "From the work floor at {organisation}, where I work:",
            "This is what my colleagues at {organisation} and I do.",
            "My employer, {organisation}:",
            "I work at {organisation}.",
        ),
        Rung.BEFORE_THE_CLAIM: (
            "I work at {organisation}, so I am not neutral:",
            "From my own employer, {organisation}:",
            "#ad I work at {organisation}, and we make this ourselves:",
            "We make this ourselves at {organisation}, where I work:",
            "I work at {organisation}.",
            "#ad I work at {organisation}.",
        ),
        Rung.PRIZE: (
            "#ad I work at {organisation}, and this post gives me a chance to win a prize.",
            "#ad This is from my employer {organisation}, and I could win a reward:",
            "#advertisement I work at {organisation} and might win something with this.",
            "#ad I work at {organisation} and could win a prize.",
            "#ad I work at {organisation} and could win.",
        ),
        Rung.REGULATED: (
            "I work at {organisation}. This product carries risk: read the conditions first.",
            "From my employer {organisation}, and mind: this carries risk.",
            "I work at {organisation}; this carries risk.",
        ),
    },
}
