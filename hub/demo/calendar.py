"""The company's days: when people work, when they are away, and the week in which everything happened."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hub.demo.stories import STORIES

# Whole weeks, as the reports count them; today is the last day of the last one.
HISTORY = timedelta(weeks=13)
# How much is shared on each day of the week, Monday first; together 5.2 working days.
WEEKDAYS = (0.95, 1.25, 1.1, 1.2, 0.75, 0.18, 0.12)
WEEK_SUM = sum(WEEKDAYS)
# Days ago: the autumn holidays, and the week in which the Merel came out.
HOLIDAYS = range(49, 61)
LAUNCH = STORIES[0].opened or 0
PEAK = range(LAUNCH - 6, LAUNCH + 1)
# How much more was shared at the end than at the beginning.
GROWTH = 0.5


def seeded(name: str) -> Random:
    """Return chance that falls the same way every time, apart for each part of the company."""
    return Random(f"zomerwaard {name}")  # noqa: S311 - invented history, no secrets


def days_back(now: datetime) -> Iterator[int]:
    """Yield how many days ago each day of the history is, oldest first."""
    yield from range(HISTORY.days - 1, -1, -1)


def busyness(day: date, ago: int) -> float:
    """Return how much is shared on a day, 1 for a usual working day."""
    season = 0.4 if ago in HOLIDAYS else 1.9 if ago in PEAK else 1.0
    grown = 1 + GROWTH * (0.5 - ago / HISTORY.days)
    return WEEKDAYS[day.weekday()] * season * grown


def workday(now: datetime, ago: int, *, at: time, zone: ZoneInfo) -> datetime:
    """Return a moment on the working day of so many days ago, the Friday before if that was in a weekend.

    A negative number is a day to come, the Monday after if that is a weekend.
    """
    day = now.astimezone(zone).date() - timedelta(days=ago)
    weekend = day.weekday() - 4
    if weekend > 0:
        day += timedelta(days=3 - weekend if ago < 0 else -weekend)
    return datetime.combine(day, at, tzinfo=zone)
