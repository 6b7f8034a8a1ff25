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
from advocacy.conduct.coaching.word_lists import Words

OFFERS = 3
# Signs that show before "see more"; a tie that is said below has not been said.
IN_SIGHT = {"linkedin": 200, "instagram": 125}
TAG_ROW = regex.compile(r"#[\p{L}\p{N}_]+(?:[\s,]+#[\p{L}\p{N}_]+)*")
NEAR_THE_NAME = 2  # signs between "bij" and the name, which may be a mention
MINE = Words(nl=("mijn", "m'n", "onze", "ons"), en=("my", "our")).everywhere
MADE_BY = Words(nl=("van",), en=("of", "from")).everywhere
WITH_ADJECTIVES = 32  # signs between "my" and what is mine
ADJECTIVES = regex.compile(r"(?:\s+[\p{L}'\u2019-]+){0,2}\s+")
# After the name: "Zomerwaard, where I have worked for eight years".
WHERE_I = Words(
    nl=("waar ik", "waar wij", "waar we"),
    en=("where i", "where i've", "where i'm", "where we", "where we've"),
).everywhere
EMPLOYEE_TAG = regex.compile(r"(?:werkenbij|iworkat|iworkfor|ikwerkbij|medewerker)|(?:employee|medewerker)$")


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
    names_us = situation.about == About.WORK or reading.has(situation.house.names)
    return Rung.EMPLOYER if names_us else Rung.NOTHING


def disclosed_in(reading: Reading, situation: Situation) -> Disclosed:
    tie = min(_ties(reading, situation), key=lambda span: span.start, default=None)
    last = IN_SIGHT.get(situation.platform)
    return Disclosed(
        tie=tie,
        is_in_sight=tie is not None and (last is None or tie.start < last),
        prize=_has_standing_tag(reading.text, situation) or reading.has(situation.lists.prizes.everywhere),
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
        if mine and ADJECTIVES.fullmatch(reading.text, mine.end, span.start):
            yield mine


def _employee_tags(reading: Reading) -> Iterator[Span]:
    for word in reading.words:
        if word.start and reading.text[word.start - 1] == "#" and EMPLOYEE_TAG.search(word.folded):
            yield word


def _beside_the_name(reading: Reading, situation: Situation) -> Iterator[Span]:
    """Yield the name of the organisation where its sentence ties it to "I", or to what colleagues say."""
    lists = situation.lists
    said = reading.find(lists.first_person.everywhere)
    persons = _sentences(reading, said)
    speakers = _sentences(reading, set(said) - set(reading.find(MINE)))
    roles = _sentences(reading, reading.find(lists.roles.everywhere))
    customers = _sentences(reading, reading.find(lists.customers.everywhere))
    for name in reading.find(situation.house.names):
        number = reading.sentence_of(name)
        belongs = reading.has_before(name, lists.belonging.everywhere, chars=NEAR_THE_NAME)
        # "Our new pump from Zomerwaard" is what a customer says.
        near = speakers if reading.has_before(name, MADE_BY, chars=NEAR_THE_NAME) else persons
        is_mine = (belongs and number in near | roles) or reading.has_after(
            name, WHERE_I, chars=NEAR_THE_NAME
        )
        if is_mine and number not in customers:
            yield name


def _sentences(reading: Reading, spans: Iterable[Span]) -> set[int]:
    return {reading.sentence_of(span) for span in spans}


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
