"""The queue as its owner sees it: a week by day and hour, or a list, on the owner's own clock."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from advocacy.people.models import Person
from advocacy.shares.life import describe
from advocacy.shares.models import Share, State
from advocacy.shares.queries import PlacedShare, with_moment

DAYS = [timedelta(days=number) for number in range(7)]
# Weeks further away are not asked for by anyone but a guesser.
FURTHEST = timedelta(weeks=106)
OVER = [State.PUBLISHED, State.MISSED, State.REFUSED]


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday on the clock of one zone."""

    monday: date
    zone: ZoneInfo

    @property
    def days(self) -> list[date]:
        return [self.monday + days for days in DAYS]

    @property
    def sunday(self) -> date:
        return self.days[-1]

    @property
    def is_within_a_month(self) -> bool:
        return self.monday.month == self.sunday.month

    @property
    def begins(self) -> datetime:
        return _midnight(self.monday, self.zone)

    @property
    def ends(self) -> datetime:
        return _midnight(self.next, self.zone)

    @property
    def previous(self) -> date:
        return self.monday - timedelta(weeks=1)

    @property
    def next(self) -> date:
        return self.monday + timedelta(weeks=1)


@dataclass(frozen=True)
class Entry:
    """A share in its place. `at` is on the owner's clock; `problem` says what just kept it from moving."""

    share: Share
    at: datetime
    problem: str = ""

    @property
    def in_words(self) -> str:
        return describe(self.share)

    @property
    def has_a_story(self) -> bool:
        """Whether its place and its state do not say all."""
        is_told = bool(self.share.reason) or self.share.will_be_stopped
        return is_told or self.share.state in {State.WAITING, State.UNKNOWN, State.SENDING}

    @property
    def is_twice(self) -> bool:
        """Whether the clock shows this time twice that night."""
        return self.at.replace(fold=0).utcoffset() != self.at.replace(fold=1).utcoffset()

    @property
    def typed(self) -> str:
        """The moment as a script and a form write it."""
        return self.at.strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class Hour:
    """One hour of a day on the wall. The clock may leave it out one night, and show it twice another."""

    number: int
    entries: list[Entry]
    is_skipped: bool = False
    is_twice: bool = False

    @property
    def is_night(self) -> bool:
        return not settings.DAY_BEGINS <= time(self.number) < settings.DAY_ENDS


@dataclass(frozen=True)
class Day:
    on: date
    entries: list[Entry]
    hours: list[Hour]
    is_today: bool
    is_over: bool


def week_of(typed: str, zone: ZoneInfo, *, now: datetime) -> Week:
    """Return the week that holds the typed day; this week where nothing sensible was typed."""
    today = timezone.localdate(now, zone)
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = today
    if abs(day - today) > FURTHEST:
        day = today
    return Week(day - timedelta(days=day.weekday()), zone)


def shares_of_week(person: Person, week: Week, *, now: datetime) -> QuerySet[PlacedShare]:
    """Return what stands in the week: to come, over, or cancelled and still to be put back."""
    return _shares(person, now=now).filter(moment__gte=week.begins, moment__lt=week.ends)


def shares_in_list(person: Person, week: Week, *, now: datetime) -> QuerySet[PlacedShare]:
    """Return all that is unfinished, whenever it is to go out, with what became of the others in the week."""
    in_week = Q(moment__gte=week.begins, moment__lt=week.ends)
    return _shares(person, now=now).filter(in_week | ~Q(state__in=OVER))


def days_of_week(entries: Iterable[Entry], week: Week, *, now: datetime) -> list[Day]:
    """Return the seven days, each with its hours."""
    by_day = defaultdict(list)
    for entry in entries:
        by_day[entry.at.date()].append(entry)
    return [_day(on, by_day[on], week.zone, now=now) for on in week.days]


def days_of(entries: Iterable[Entry], zone: ZoneInfo, *, now: datetime) -> list[Day]:
    """Return the days on which something stands, without their hours."""
    today = timezone.localdate(now, zone)
    return [
        Day(on, list(those), [], is_today=on == today, is_over=on < today)
        for on, those in groupby(entries, key=lambda entry: entry.at.date())
    ]


def entries_of(shares: Iterable[PlacedShare], zone: ZoneInfo, *, problems: dict[int, str]) -> list[Entry]:
    """Return the shares in their places; `problems` by the id of a share. Needs `moment`."""
    return [Entry(share, share.moment.astimezone(zone), problems.get(share.pk, "")) for share in shares]


def next_day_with_shares(person: Person, week: Week) -> date | None:
    """Return the first day after the week on which something is planned."""
    later = with_moment(Share.objects.visible_to(person).unfinished()).filter(moment__gte=week.ends)
    moment = later.order_by("moment").values_list("moment", flat=True).first()
    return moment.astimezone(week.zone).date() if moment else None


def _shares(person: Person, *, now: datetime) -> QuerySet[PlacedShare]:
    shares = Share.objects.visible_to(person)
    cancelled = Q(state=State.CANCELLED, reason="by_you", due_at__gt=now)
    shown = with_moment(shares).filter(~Q(state=State.CANCELLED) | cancelled)
    # Reading a token costs as much as the rest of the row.
    secrets = ("account__token", "account__refresh_token", "account__proof_key")
    with_names = shown.select_related("story", "account").defer(*secrets)
    return with_names.order_by("moment", "pk")


def _day(on: date, entries: list[Entry], zone: ZoneInfo, *, now: datetime) -> Day:
    today = timezone.localdate(now, zone)
    by_hour = defaultdict(list)
    for entry in entries:
        by_hour[entry.at.hour].append(entry)
    hours = [_hour(on, number, by_hour[number], zone) for number in range(24)]
    return Day(on, entries, hours, is_today=on == today, is_over=on < today)


def _hour(on: date, number: int, entries: list[Entry], zone: ZoneInfo) -> Hour:
    # Where the clock jumps, a time reads in two ways: far ahead of UTC first, where the hour comes twice.
    local = datetime.combine(on, time(number), tzinfo=zone)
    first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    if first is None or second is None or first == second:
        return Hour(number, entries)
    return Hour(number, entries, is_skipped=second > first, is_twice=second < first)


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    """Return when the day begins, as UTC. Where the clock leaves midnight out, that is when it jumps."""
    return datetime.combine(on, time(), tzinfo=zone).astimezone(UTC)
