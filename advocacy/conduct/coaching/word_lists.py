"""The words that the coach knows. Those in `words/` are defaults: an administrator changes them.

They are few and written for this house: lists from elsewhere call many an innocent word an insult.
A "*" stands for any ending; capitals make no difference. A "-" stands before what is not meant: with "-green
beans", "green" is not found in "green beans".
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

LANGUAGES = ("nl", "en")
FILES = Path(__file__).with_name("words")
SECTION = re.compile(r"^\[(\w+)\]$", re.MULTILINE)


@dataclass(frozen=True)
class Words:
    """Words and phrases in each language. Those under `both` are the same in every language."""

    nl: tuple[str, ...] = ()
    en: tuple[str, ...] = ()
    both: tuple[str, ...] = ()

    @property
    def everywhere(self) -> "Words":
        """Return the same, to be found in any text: a Dutch post may well say it in English."""
        return Words(both=self.both + self.nl + self.en)

    def spoken_in(self, languages: Collection[str]) -> tuple[str, ...]:
        dutch = self.nl if "nl" in languages else ()
        return self.both + dutch + (self.en if "en" in languages else ())


def default_words(name: str) -> Words:
    """Return the list of this name as it comes with the hub."""
    return Words(**{language: _read(language).get(name, ()) for language in (*LANGUAGES, "both")})


@cache
def _read(language: str) -> dict[str, tuple[str, ...]]:
    _before, *parts = SECTION.split((FILES / f"{language}.txt").read_text(encoding="utf-8"))
    return {name: listed(phrases) for name, phrases in zip(parts[::2], parts[1::2], strict=True)}


def listed(phrases: str) -> tuple[str, ...]:
    """Return the phrases of a list as people type it: with commas, or each on a line."""
    return tuple(phrase for part in phrases.replace("\n", ",").split(",") if (phrase := part.strip()))


@dataclass(frozen=True)
class WordLists:
    """Every list that a remark looks in, in the order of the remarks."""

    # Not for outside.
    markers: Words = field(default_factory=lambda: default_words("markers"))
    # Beside a number of nine digits that passes the test of the citizen service number.
    citizen_numbers: Words = field(default_factory=lambda: default_words("citizen_numbers"))
    # A number that calls itself something else is that.
    other_numbers: Words = field(default_factory=lambda: default_words("other_numbers"))
    # Before a number of somebody: a customer, a file.
    file_numbers: Words = field(default_factory=lambda: default_words("file_numbers"))
    # Very personal, and about somebody else.
    personal: Words = field(default_factory=lambda: default_words("personal"))
    somebody_else: Words = field(default_factory=lambda: default_words("somebody_else"))
    finance: Words = field(default_factory=lambda: default_words("finance"))
    # Who says where they belong. Each of these is enough by itself.
    affiliations: Words = field(default_factory=lambda: default_words("affiliations"))
    # Whoever calls this theirs works here: "my lovely colleagues", "our new workshop".
    at_work: Words = field(default_factory=lambda: default_words("at_work"))
    first_person: Words = field(default_factory=lambda: default_words("first_person"))
    # Before the organisation's name, of somebody who belongs to it.
    belonging: Words = field(default_factory=lambda: default_words("belonging"))
    roles: Words = field(default_factory=lambda: default_words("roles"))
    # One who says this is a customer, not an employee.
    customers: Words = field(default_factory=lambda: default_words("customers"))
    # That readers see it was made for a prize.
    advertising_tags: Words = field(default_factory=lambda: default_words("advertising_tags"))
    prizes: Words = field(default_factory=lambda: default_words("prizes"))
    risk_lines: Words = field(default_factory=lambda: default_words("risk_lines"))
    # After the organisation's name, or before it: an official voice.
    official: Words = field(default_factory=lambda: default_words("official"))
    on_behalf: Words = field(default_factory=lambda: default_words("on_behalf"))
    # With a verb of opinion after the name.
    together: Words = field(default_factory=lambda: default_words("together"))
    opinions: Words = field(default_factory=lambda: default_words("opinions"))
    absolutes: Words = field(default_factory=lambda: default_words("absolutes"))
    green: Words = field(default_factory=lambda: default_words("green"))
    # Before a claim, these turn it round.
    denials: Words = field(default_factory=lambda: default_words("denials"))
    # Words by which a claim names where it comes from.
    sources: Words = field(default_factory=lambda: default_words("sources"))
    advice: Words = field(default_factory=lambda: default_words("advice"))
    insults: Words = field(default_factory=lambda: default_words("insults"))
    passwords: Words = field(default_factory=lambda: default_words("passwords"))
