"""Figures of the whole company: its totals over a period beside the period before, and its weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from advocacy.reports.disclosing import Amounts, together, withheld_stretches
from advocacy.reports.figures import WITHHELD, Figure, Missing, exact, percentage, rounded
from advocacy.reports.groups import reactions_of
from advocacy.reports.tallying import FIGURES, Books, Tally
from advocacy.reports.windows import HALF_YEAR, QUARTER, QUARTER_BEFORE, Window

# A day on which nobody counted heads borrows the count of a day shortly before.
COUNTED_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Compared:
    """A figure beside that of the period before."""

    now: Figure
    before: Figure

    @property
    def change(self) -> int | None:
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value

    @property
    def rise(self) -> str:
        return Figure(self.change).text

    @property
    def fall(self) -> str:
        return Figure(-(self.change or 0)).text


@dataclass(frozen=True)
class Totals:
    """The whole company over a period, beside the period before.

    `told` are posts by hand. Reactions are those of the period's posts by the hub; the networks have told
    them of `posts_told` of the `posts`.
    """

    people: Figure
    adoption: Compared
    shares: Compared
    told: Compared
    clicks: Compared
    reactions: Compared
    posts_told: int
    posts: int


@dataclass(frozen=True)
class Week:
    """Seven days of the whole company. Adoption is who shared in it, of all people on its last day."""

    window: Window
    shares: Figure
    clicks: Figure
    adoption: Figure


@dataclass(frozen=True)
class Heads:
    """How many people there were: in the company by day, and in each team on the latest day."""

    company: Mapping[date, int]
    teams: Mapping[int, int]

    def on(self, day: date) -> int | None:
        """Return the count of this day, or of the nearest day before within a week."""
        nearest = max((one for one in self.company if day - COUNTED_WITHIN < one <= day), default=None)
        return self.company[nearest] if nearest else None


class Company:
    """The company's weeks, with what of them must not be shown."""

    def __init__(self, books: Books, heads: Heads, weeks: Sequence[Window]) -> None:
        self._heads = heads
        self._windows = weeks
        self._tallies = books.by(lambda row: [row.week], weeks=HALF_YEAR)
        self._hidden = {name: self._withheld(name) for name in FIGURES}

    def totals(self, current: range, before: range) -> Totals:
        told, posts = self._coverage(current)
        heads = self._heads.on(self._windows[current[0]].until)
        return Totals(
            people=Figure(heads) if heads else Figure(missing=Missing.UNCOUNTED),
            adoption=Compared(self._adoption(current), self._adoption(before)),
            shares=Compared(self._total("shares", current), self._total("shares", before)),
            told=Compared(self._total("told", current), self._total("told", before)),
            clicks=Compared(self._total("clicks", current), self._total("clicks", before)),
            reactions=Compared(self._total("reactions", current), self._total("reactions", before)),
            posts_told=told,
            posts=posts,
        )

    def week(self, ago: int) -> Week:
        weeks = range(ago, ago + 1)
        clicks_hidden = weeks in self._hidden["clicks"]
        return Week(
            self._windows[ago],
            shares=self._total("shares", weeks),
            clicks=WITHHELD if clicks_hidden else rounded(self.brought("clicks", weeks)),
            adoption=self._adoption(weeks),
        )

    def brought(self, name: str, weeks: range) -> Amounts:
        """Return what each person brought to a figure: not to be shown."""
        return together(tally.of(name) for tally in self._of(weeks))

    def _withheld(self, name: str) -> set[range]:
        weeks = [self.brought(name, range(ago, ago + 1)) for ago in QUARTER]
        return withheld_stretches(weeks, self.brought(name, QUARTER_BEFORE))

    def _total(self, name: str, weeks: range) -> Figure:
        if name == "reactions" and not any(tally.known for tally in self._of(weeks)):
            return reactions_of(self._of(weeks))
        return WITHHELD if weeks in self._hidden[name] else exact(self.brought(name, weeks))

    def _adoption(self, weeks: range) -> Figure:
        sharers = len(self.brought("shares", weeks))
        return percentage(sharers, self._heads.on(self._windows[weeks[0]].until))

    def _coverage(self, weeks: range) -> tuple[int, int]:
        tallies = self._of(weeks)
        return sum(tally.known for tally in tallies), sum(tally.shares.total() for tally in tallies)

    def _of(self, weeks: range) -> list[Tally]:
        return [self._tallies[ago] for ago in weeks if ago in self._tallies]
