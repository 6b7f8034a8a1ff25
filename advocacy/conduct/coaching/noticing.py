"""What a remark is made of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from django_stubs_ext import StrPromise

from advocacy.conduct.coaching.reading import Reading, Span
from advocacy.conduct.coaching.situations import Situation


class Level(IntEnum):
    """A hint is dismissed in silence, a confirm asks for one more click, a block is not sent by the hub."""

    HINT = 1
    CONFIRM = 2
    BLOCK = 3


@dataclass(frozen=True)
class Notice:
    """That a check applies: where, and what its words need. Another level or wording than usual, if so."""

    span: Span | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    level: Level | None = None
    says: StrPromise | None = None


@dataclass(frozen=True)
class Check:
    """One thing the coach looks for. `legal_duty` names the law without which nothing may be stopped."""

    id: str
    rule: str
    level: Level
    says: StrPromise
    because: StrPromise
    notices: Callable[[Reading, Situation], Iterator[Notice]]
    legal_duty: str = ""

    def level_of(self, notice: Notice) -> Level:
        """Return how strongly it is said. What rests on no law never stops a send."""
        wanted = notice.level or self.level
        return wanted if self.legal_duty else min(wanted, Level.CONFIRM)


@dataclass(frozen=True)
class Remark:
    """What the coach says of a text. `span` is where, if it is of a piece of it.

    `only_on` is where that text goes, if the remark holds of one of several.
    """

    check: Check
    level: Level
    text: str
    span: Span | None
    only_on: str = ""

    @property
    def id(self) -> str:
        return self.check.id

    @property
    def rule(self) -> str:
        return self.check.rule

    @property
    def because(self) -> str:
        return str(self.check.because)

    @property
    def legal_duty(self) -> str:
        return self.check.legal_duty if self.stops else ""

    @property
    def can_dismiss(self) -> bool:
        return self.level == Level.HINT

    @property
    def can_mute(self) -> bool:
        """Whether it may be silenced for good: what can be a question one day is never silenced as a hint."""
        return self.can_dismiss and self.check.level == Level.HINT

    @property
    def needs_a_click(self) -> bool:
        return self.level == Level.CONFIRM

    @property
    def stops(self) -> bool:
        return self.level == Level.BLOCK
