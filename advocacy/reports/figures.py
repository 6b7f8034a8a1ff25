"""A number as a report shows it, or in words why there is none."""

from dataclasses import dataclass
from fractions import Fraction

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from advocacy.reports.disclosing import MIN_FIGURE, MIN_PEOPLE, Amounts

ROUNDED_TO = 5
# In percent.
ROUGHLY = 10
# Below this many people one of them is more than ten percent.
A_FEW = 10


class Missing(models.TextChoices):
    """Why there is no number. None of these is a zero."""

    WITHHELD = "withheld", _("not shown")
    FEW = "few", _("fewer than 5")
    UNMEASURABLE = "unmeasurable", _("not measurable")
    AWAITED = "awaited", _("not known yet")
    UNCOUNTED = "uncounted", _("not counted then")
    LEAST = "least", _("up to 10%")
    MOST = "most", _("90%+")
    LEAST_OF_FEW = "least of few", _("up to 20%")
    MOST_OF_FEW = "most of few", _("80%+")


@dataclass(frozen=True)
class Figure:
    """A number with its unit (nothing, or "%"), or why it is missing."""

    value: int | None = None
    missing: Missing | None = None
    unit: str = ""

    @property
    def text(self) -> str:
        if self.missing:
            return str(self.missing.label)
        return f"{number_format(self.value or 0, force_grouping=True)}{self.unit}"

    @property
    def is_number(self) -> bool:
        return self.value is not None

    @property
    def height(self) -> int | None:
        """How high it stands in a chart; None leaves a gap."""
        return 0 if self.missing is Missing.FEW else self.value


WITHHELD = Figure(missing=Missing.WITHHELD)
UNMEASURABLE = Figure(missing=Missing.UNMEASURABLE)
AWAITED = Figure(missing=Missing.AWAITED)


def exact(amounts: Amounts) -> Figure:
    total = sum(amounts.values())
    return Figure(total) if total >= MIN_FIGURE or not amounts else Figure(missing=Missing.FEW)


def rounded(amounts: Amounts) -> Figure:
    """Return the sum to the nearest five, so that one more or less cannot be seen."""
    figure = exact(amounts)
    return Figure(ROUNDED_TO * round(figure.value / ROUNDED_TO)) if figure.value else figure


def percentage(part: int, of: int | None) -> Figure:
    """Return how many people took part, in whole percent, where that says nothing about each of them."""
    if not of:
        return Figure(missing=Missing.UNCOUNTED)
    if part < MIN_PEOPLE:
        return WITHHELD
    return _at_the_top(part, of) or Figure(round(Fraction(100 * part, of)), unit="%")


def rough_percentage(part: int, of: int | None) -> Figure:
    """Return how many of a group took part, in steps of ten percent."""
    return WITHHELD if of and part < MIN_PEOPLE else rough_rate(part, of)


def rough_rate(part: int, of: int | None) -> Figure:
    """Return to how many of a group something applies, in steps of ten percent."""
    if of is None:
        return Figure(missing=Missing.UNCOUNTED)
    if of < MIN_PEOPLE:
        return WITHHELD
    stepped = ROUGHLY * round(Fraction(100 * part, of) / ROUGHLY)
    return _at_the_bottom(part, of) or _at_the_top(part, of) or Figure(stepped, unit="%")


def _at_the_top(part: int, of: int) -> Figure | None:
    """Return in words that it is nearly all of them. All would be about each, so all but one reads so too."""
    if of - part > max(1, of // A_FEW):
        return None
    return Figure(missing=Missing.MOST_OF_FEW if of < A_FEW else Missing.MOST)


def _at_the_bottom(part: int, of: int) -> Figure | None:
    """Return in words that it is nearly none of them, as for nearly all."""
    if part > max(1, of // A_FEW):
        return None
    return Figure(missing=Missing.LEAST_OF_FEW if of < A_FEW else Missing.LEAST)
