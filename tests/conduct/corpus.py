"""Examples of what the coach should say, and of what it should be silent about; and how well it does.

A file has sections: "== C01 nl says", or "silent", with an example on each line; "\\n" is a new line.
"with {...}" adds facts of the situation to a section. On the posts in "ordinary" nothing is to be said.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.conduct.coaching.situations import About, House, Media, Situation
from advocacy.conduct.coaching.speaking import remarks_on

FOLDER = Path(__file__).with_name("examples")
HELD_OUT = FOLDER / "held_out.txt"
HEADER = re.compile(r"== (C\d\d|ordinary) (nl|en) (says|silent)(?: with (\{.*\}))?")
ORDINARY = "ordinary"

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZOMERWAARD = House(
    organisation="Zomerwaard",
    own_terms=("Wijkwarmte", "Warmteschool"),
    own_domains=("zomerwaard.example",),
    own_phones=("088 555 01 00",),
    own_accounts=("NL91 ABNA 0417 1643 00",),
    code_names=("Zilverreiger", "Noorderzon"),
    clients=("Bakkerij Van Os", "Vermeer Transport", "Woonstichting De Linde", "Gemeente Havenstad"),
    public_references=("Gemeente Havenstad",),
    competitors=("Thermax", "Warmtewinkel", "De Ketelkoning"),
    internal_hosts=("wiki.zomerwaard.example", "*.binnen.zomerwaard.example"),
    closed_periods=((date(2027, 1, 1), date(2027, 2, 15)),),
    public_facts=("In 2025 was onze omzet 41,5 miljoen euro.",),
)


@dataclass(frozen=True)
class Example:
    """A text, in which situation, and whether the check named should speak. None named: no check should."""

    check: str
    language: str
    text: str
    situation: Situation
    should_speak: bool

    def said(self) -> set[str]:
        return {remark.id for remark in remarks_on(self.text, self.situation)}

    def wrongly_said(self) -> set[str]:
        """Return the checks that spoke though this example is there to be silent about."""
        if self.should_speak:
            return set()
        return self.said() if self.check == ORDINARY else self.said() & {self.check}

    @property
    def is_missed(self) -> bool:
        return self.should_speak and self.check not in self.said()


@dataclass
class Tally:
    """Of so many examples that ask for a remark, how many got it; of so many others, how many got one too."""

    asked: int = 0
    found: int = 0
    quiet: int = 0
    wrong: int = 0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.asked if self.asked else 1.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.asked + other.asked,
            self.found + other.found,
            self.quiet + other.quiet,
            self.wrong + other.wrong,
        )


@cache
def written_examples() -> tuple[Example, ...]:
    """Return those that the rules were made with."""
    files = sorted(path for path in FOLDER.glob("*.txt") if path != HELD_OUT)
    return tuple(example for path in files for example in read(path))


@cache
def held_out_examples() -> tuple[Example, ...]:
    """Return those that were written before the rules."""
    return tuple(read(HELD_OUT))


def read(path: Path) -> Iterator[Example]:
    header: re.Match[str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("# "):
            continue
        if line.startswith("=="):
            header = HEADER.fullmatch(line)
            assert header, f"{path.name}:{number}: {line}"
            continue
        assert header, f"{path.name}:{number} stands before the first section"
        check, language, kind, facts = header.groups()
        yield Example(
            check=check,
            language=language,
            text=line.replace("\\n", "\n"),
            situation=situation_with(json.loads(facts or "{}"), language=language),
            should_speak=kind == "says",
        )


def situation_with(facts: Mapping[str, Any], *, language: str) -> Situation:
    values = dict(facts)
    house = ZOMERWAARD
    if "is_regulated" in values:
        house = replace(house, is_regulated=values.pop("is_regulated"))
    for name in ("free_from", "goes_out_at", "now"):
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    if "media" in values:
        values["media"] = tuple(Media(**one) for one in values["media"])
    if "about" in values:
        values["about"] = About(values["about"])
    if "suggestions" in values:
        values["suggestions"] = tuple(values["suggestions"])
    given: dict[str, Any] = {"now": NOW, "language": language, "house": house, **values}
    return Situation(**given)


def tally(examples: Iterable[Example]) -> dict[str, Tally]:
    """Count by check. A remark on an ordinary post counts against the check that made it."""
    counts = {check.id: Tally() for check in CHECKS}
    for example in examples:
        for check in example.wrongly_said():
            counts[check].wrong += 1
        if example.should_speak:
            counts[example.check].asked += 1
            counts[example.check].found += not example.is_missed
        elif example.check != ORDINARY:
            counts[example.check].quiet += 1
    return counts


def total(counts: Mapping[str, Tally]) -> Tally:
    return sum(counts.values(), Tally())


def how_many(examples: Iterable[Example]) -> Counter[tuple[str, str, bool]]:
    return Counter((one.check, one.language, one.should_speak) for one in examples)
