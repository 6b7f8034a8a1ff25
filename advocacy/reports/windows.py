"""The stretches of time that reports cover.

Days are days in UTC, as clicks are counted. Every stretch is a number of whole weeks and ends today: so
no two of them, subtracted, leave a day in which only one person did something, and each has its weekends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

# Weeks, counted back from the newest, which is 0. The last quarter is a month, one before it, and the rest.
THIS_WEEK, WEEK_BEFORE = range(1), range(1, 2)
MONTH, MONTH_BEFORE, REST = range(4), range(4, 8), range(8, 13)
QUARTER, QUARTER_BEFORE = range(13), range(13, 26)
# How far back the figures of a story go. Stories are open for a month, unless their editor wants otherwise.
HALF_YEAR = range(26)

# What a reader may choose, by its length in weeks, each with what it is compared with.
PERIODS = {1: (THIS_WEEK, WEEK_BEFORE), 4: (MONTH, MONTH_BEFORE), 13: (QUARTER, QUARTER_BEFORE)}
USUAL_PERIOD = 4


@dataclass(frozen=True)
class Window:
    """Days in UTC, both ends included."""

    since: date
    until: date

    @property
    def begins_at(self) -> datetime:
        return midnight(self.since)

    @property
    def ends_before(self) -> datetime:
        return midnight(self.until + DAY)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def last_weeks(count: int, now: datetime) -> list[Window]:
    """Return the last weeks, newest first. The newest ends with today, which is not over yet."""
    today = now.astimezone(UTC).date()
    return [Window(today - WEEK * (ago + 1) + DAY, today - WEEK * ago) for ago in range(count)]


def whole(weeks: Sequence[Window]) -> Window:
    """Return the window from the oldest week through the newest."""
    return Window(min(week.since for week in weeks), max(week.until for week in weeks))


def chosen_period(asked: str) -> int:
    """Return the period that was asked for in an address, or the usual one."""
    return next((weeks for weeks in PERIODS if str(weeks) == asked), USUAL_PERIOD)
