"""Find a quiet moment for a post: by day, away from one's own and from near-equal ones. Reads nothing."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

QUARTER = timedelta(minutes=15)
# Further away another post of one's own explains nothing.
WORTH_TELLING = timedelta(hours=2)


@dataclass(frozen=True)
class Rules:
    """From `day_begins` up to `day_ends`, which is excluded, on the person's own clock."""

    day_begins: time
    day_ends: time
    apart: timedelta
    posts_a_day: int


class Posts:
    """The moments that matter to one account: the person's own posts, and near-equal ones of colleagues."""

    def __init__(self, own: Sequence[datetime] = (), alike: Sequence[datetime] = ()) -> None:
        # Moments of one zone are subtracted by their wall clocks, so all are UTC.
        self.own = sorted(at.astimezone(UTC) for at in own)
        self.alike = sorted(at.astimezone(UTC) for at in alike)

    def on_day(self, zone: ZoneInfo) -> Counter[date]:
        return Counter(at.astimezone(zone).date() for at in self.own)


@dataclass(frozen=True)
class Search:
    """One post on every one of these accounts, at one moment before `ends`."""

    zone: ZoneInfo
    rules: Rules
    ends: datetime
    accounts: Sequence[Posts] = ()


@dataclass
class InTheWay:
    """What kept earlier moments from being chosen: full days, and near-equal posts, each counted once."""

    full_days: int = 0
    alike: set[datetime] = field(default_factory=set)


@dataclass(frozen=True)
class Found:
    """A moment in the person's own zone, and why it is this one. `after` and `before` are their own posts."""

    at: datetime
    after: timedelta | None
    before: timedelta | None
    full_days: int
    alike: int


class NoMoment(Exception):
    """There is none before the end. `full_days` were full with the person's own posts."""

    def __init__(self, full_days: int) -> None:
        super().__init__(full_days)
        self.full_days = full_days


def find_moment(search: Search, *, now: datetime) -> Found:
    """Return the earliest quarter of an hour after now that breaks no rule.

    :raises NoMoment: none is left
    """
    counts = [posts.on_day(search.zone) for posts in search.accounts]
    in_the_way = InTheWay()
    for day in _days(search, now):
        if any(count[day] >= search.rules.posts_a_day for count in counts):
            in_the_way.full_days += 1
            continue
        for at in _quarters(day, search):
            if now < at < search.ends and _is_quiet(at, search, in_the_way):
                return _found(at, search, in_the_way)
    raise NoMoment(in_the_way.full_days)


def in_words(found: Found) -> str:
    """Return the moment and why it was chosen, as one sentence. Of colleagues it tells a number only."""
    reasons = [_("the first free moment"), *_beside_own(found), *_around_others(found)]
    said = _("%(moment)s: %(reasons)s.") % {
        "moment": date_format(found.at, "l j F, H:i"),
        "reasons": ", ".join(reasons),
    }
    # In Dutch the days of the week have no capitals of their own.
    return capfirst(said)


def _days(search: Search, now: datetime) -> Iterator[date]:
    day, last = now.astimezone(search.zone).date(), search.ends.astimezone(search.zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _quarters(day: date, search: Search) -> Iterator[datetime]:
    """Yield the day's quarters in the daytime, as UTC. One that the clock skips does not exist."""
    local = datetime.combine(day, search.rules.day_begins)
    while local < datetime.combine(day, search.rules.day_ends):
        at = local.replace(tzinfo=search.zone).astimezone(UTC)
        if at.astimezone(search.zone).replace(tzinfo=None) == local:
            yield at
        local += QUARTER


def _is_quiet(at: datetime, search: Search, in_the_way: InTheWay) -> bool:
    apart = search.rules.apart
    if any(_near(at, posts.own, apart) for posts in search.accounts):
        return False
    alike = {one for posts in search.accounts for one in _near(at, posts.alike, apart)}
    in_the_way.alike |= alike
    return not alike


def _near(at: datetime, moments: Sequence[datetime], apart: timedelta) -> Sequence[datetime]:
    """Return those closer than `apart`. They are sorted."""
    first = bisect_left(moments, at - apart + timedelta.resolution)
    return moments[first : bisect_left(moments, at + apart)]


def _found(at: datetime, search: Search, in_the_way: InTheWay) -> Found:
    own = [one for posts in search.accounts for one in posts.own]
    return Found(
        at=at.astimezone(search.zone),
        after=min((at - one for one in own if one <= at), default=None),
        before=min((one - at for one in own if one > at), default=None),
        full_days=in_the_way.full_days,
        alike=len(in_the_way.alike),
    )


def _beside_own(found: Found) -> Iterator[str]:
    if found.full_days:
        yield ngettext(
            "after %(count)s day that already has its posts",
            "after %(count)s days that already have their posts",
            found.full_days,
        ) % {"count": found.full_days}
    if found.after is not None and found.after <= WORTH_TELLING:
        yield _("%(minutes)s minutes after your other post") % {
            "minutes": found.after // timedelta(minutes=1)
        }
    elif found.before is not None and found.before <= WORTH_TELLING:
        yield _("%(minutes)s minutes before your other post") % {
            "minutes": found.before // timedelta(minutes=1)
        }


def _around_others(found: Found) -> Iterator[str]:
    if found.alike:
        yield ngettext(
            "away from %(count)s post by a colleague that says nearly the same",
            "away from %(count)s posts by colleagues that say nearly the same",
            found.alike,
        ) % {"count": found.alike}
