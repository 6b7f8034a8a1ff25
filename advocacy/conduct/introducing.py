"""A newcomer meets the code: a few cards, two minutes, and nobody has to."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advocacy.conduct.models import Version
from advocacy.conduct.queries import Rule, rules_named


@dataclass(frozen=True)
class Theme:
    """What a card is about. Its rules come from the code, so that it follows what the company writes."""

    heading: StrOrPromise
    lead: StrOrPromise
    drawing: str
    codes: Sequence[str]


@dataclass(frozen=True)
class Card:
    number: int
    last: int
    theme: Theme
    rules: list[Rule]

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.last

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1


THEMES = [
    Theme(
        _("Nice that you are here"),
        _("Here we tell what happens at work, each in our own way. You are welcome, and you decide."),
        "_drawing_doors.html",
        ["P2"],
    ),
    Theme(
        _("Sound like yourself"),
        _("Nobody approves your words, and nobody reads them before they are public unless you ask."),
        "_drawing_bench.html",
        ["P1", "P3"],
    ),
    Theme(
        _("Say who you are"),
        _("Readers believe you sooner when they know what ties you to us."),
        "_drawing_lamp.html",
        ["D02"],
    ),
    Theme(
        _("What stays inside"),
        _("Three things that you cannot take back once they are out."),
        "_drawing_letterbox.html",
        ["X01", "X02", "X03"],
    ),
    Theme(
        _("And if it goes wrong?"),
        _("Everyone slips now and then. We mend it together, without blame."),
        "_drawing_doors.html",
        ["M2", "M3", "A1"],
    ),
]


def card_of(version: Version, number: int, *, language: str) -> Card | None:
    """Return that card of the introduction, counted from 1; None if there is none."""
    if not 1 <= number <= len(THEMES):
        return None
    theme = THEMES[number - 1]
    return Card(number, len(THEMES), theme, rules_named(theme.codes, version, language=language))
