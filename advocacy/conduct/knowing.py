"""What the coach knows of this organisation and its words: as it came, with what an administrator changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.conf import settings

from advocacy.conduct.coaching.situations import House
from advocacy.conduct.coaching.word_lists import WordLists, Words
from advocacy.conduct.models import Taught

Phrases = Mapping[str, Sequence[str]]
LIST_NAMES = tuple(field.name for field in fields(WordLists))
PERIODS, REGION, HOURS = "closed_periods", "phone_region", "approval_hours"
# One line of words.
TEXTS = ("storm", "approver")
SWITCHES = ("is_regulated", "sells_to_consumers")
LINES = (
    "own_terms",
    "own_domains",
    "own_phones",
    "own_accounts",
    "code_names",
    "clients",
    "public_references",
    "competitors",
    "internal_hosts",
    "public_facts",
    "storm_topics",
    "spokespeople",
)
FACT_NAMES = (*LINES, *TEXTS, PERIODS, REGION, HOURS, *SWITCHES)


@dataclass(frozen=True)
class Knowledge:
    house: House
    lists: WordLists


def knowledge() -> Knowledge:
    """Return all that the coach knows, in one query."""
    taught = dict(Taught.objects.values_list("name", "phrases"))
    lists = {name: _words(phrases) for name, phrases in taught.items() if name in LIST_NAMES}
    facts = {name: fact_of(name, phrases["both"]) for name, phrases in taught.items() if name in FACT_NAMES}
    return Knowledge(replace(house_as_it_came(), **facts), replace(WordLists(), **lists))


def house_as_it_came() -> House:
    return House(organisation=settings.COMPANY_NAME, own_domains=tuple(settings.STORY_HOSTS))


def fact_of(name: str, lines: Sequence[str]) -> Any:
    """Return the fact that these lines say. :raises ValueError: they do not say it"""
    if name in SWITCHES:
        return lines == ["yes"]
    if name in (REGION, *TEXTS):
        return "".join(lines)
    if name == HOURS:
        return int("".join(lines) or 0)
    return tuple(period_of(line) for line in lines) if name == PERIODS else tuple(lines)


def lines_of(name: str, house: House) -> list[str]:
    """Return the fact as lines, as people write it."""
    fact = getattr(house, name)
    if name in SWITCHES:
        return ["yes"] if fact else []
    if name in (REGION, HOURS, *TEXTS):
        return [str(fact)] if fact else []
    return [f"{first} {last}" for first, last in fact] if name == PERIODS else list(fact)


def period_of(line: str) -> tuple[date, date]:
    """Return the first and last day. :raises ValueError: these are no two days in order"""
    first, last = (date.fromisoformat(day) for day in line.split())
    if first > last:
        raise ValueError(line)
    return first, last


def _words(phrases: Phrases) -> Words:
    return Words(**{language: tuple(phrases.get(language, ())) for language in ("nl", "en", "both")})
