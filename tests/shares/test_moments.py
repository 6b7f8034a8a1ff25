"""Find me a moment, as a pure function: held against a plain search through every quarter of an hour."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import settings as run
from hypothesis import strategies as st

from advocacy.shares.finding_moments import Found, NoMoment, Posts, Rules, Search, find_moment, in_words

AMSTERDAM = "Europe/Amsterdam"
ZONES = [
    AMSTERDAM,
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Apia",
    "America/Santiago",  # its clock changes at midnight
    "UTC",
]
# Near the nights on which some clock of these changes, and an ordinary week.
NIGHTS = [
    "2026-03-29",
    "2026-10-25",
    "2027-03-28",
    "2026-04-05",
    "2026-10-04",
    "2026-11-01",
    "2026-09-06",
    "2026-07-01",
]
HOUSE = Rules(day_begins=time(8), day_ends=time(20), apart=timedelta(minutes=30), posts_a_day=2)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def quarter_of_an_hour_later(at: datetime) -> datetime:
    return (at + timedelta(minutes=15)).replace(
        minute=(at.minute // 15 * 15 + 15) % 60, second=0, microsecond=0
    )


def breaks_a_rule(at: datetime, search: Search) -> bool:
    """Say so in the plainest way there is."""
    local = at.astimezone(search.zone)
    if not time(8) <= local.time() < time(20) or at >= search.ends:
        return True
    for posts in search.accounts:
        if any(abs(at - other) < search.rules.apart for other in [*posts.own, *posts.alike]):
            return True
        if sum(one.astimezone(search.zone).date() == local.date() for one in posts.own) >= 2:
            return True
    return False


def plainly_first(search: Search, *, now: datetime) -> datetime | None:
    at = quarter_of_an_hour_later(now)
    while at < search.ends:
        if not breaks_a_rule(at, search):
            return at
        at += timedelta(minutes=15)
    return None


@st.composite
def searches(draw: st.DrawFn) -> tuple[Search, datetime]:
    night = datetime.fromisoformat(draw(st.sampled_from(NIGHTS))).replace(tzinfo=UTC)
    now = (
        night + draw(st.integers(-3 * 24 * 60, 3 * 24 * 60)) * MINUTE + draw(st.integers(0, 59)) * MINUTE / 60
    )
    moments = st.lists(
        st.integers(-24 * 60, 9 * 24 * 60).map(lambda minutes: night + minutes * MINUTE), max_size=12
    )
    accounts = draw(st.lists(st.builds(Posts, moments, moments), min_size=1, max_size=2))
    ends = now + draw(st.integers(0, 8 * 24 * 60)) * MINUTE
    return Search(ZoneInfo(draw(st.sampled_from(ZONES))), HOUSE, ends, accounts), now


@run(max_examples=400, deadline=None)
@given(searches())
def test_it_is_the_earliest_quarter_that_breaks_no_rule(case: tuple[Search, datetime]) -> None:
    search, now = case
    try:
        found: datetime | None = find_moment(search, now=now).at
    except NoMoment:
        found = None

    assert found == plainly_first(search, now=now)


@run(max_examples=100, deadline=None)
@given(searches(), st.randoms())
def test_the_order_of_what_stands_around_changes_nothing(
    case: tuple[Search, datetime], chance: Random
) -> None:
    search, now = case
    shuffled = [
        Posts(*(chance.sample(moments, len(moments)) for moments in (posts.own, posts.alike)))
        for posts in reversed(search.accounts)
    ]

    assert answer(search, now) == answer(Search(search.zone, HOUSE, search.ends, shuffled), now)


def answer(search: Search, now: datetime) -> Found | int:
    try:
        return find_moment(search, now=now)
    except NoMoment as none:
        return none.full_days


@pytest.mark.parametrize("zone", ZONES)
@run(max_examples=4, deadline=None)
@given(
    night=st.sampled_from(NIGHTS),
    alike=st.lists(st.integers(0, 60 * 24 * 60), max_size=300),
    taken=st.lists(st.integers(-24 * 60, 120 * 24 * 60), max_size=200),
)
@example(night="2026-10-24", alike=[], taken=[])
@example(night="2026-03-28", alike=[], taken=[])
def test_hundreds_of_shares_find_their_place_and_none_is_too_close(
    zone: str, night: str, alike: list[int], taken: list[int]
) -> None:
    """One after the other takes the moment that it finds, beside what stands there already."""
    now = datetime.fromisoformat(night).replace(hour=5, tzinfo=UTC)
    here, ends = ZoneInfo(zone), now + 300 * DAY
    near = [now + minutes * MINUTE for minutes in alike]
    before = [now + minutes * MINUTE for minutes in taken]
    own, found = list(before), list[datetime]()

    for _share in range(200):
        at = find_moment(Search(here, HOUSE, ends, [Posts(own, near)]), now=now).at
        own.append(at)
        found.append(at)

    days = Counter(local_day(at, here) for at in own)
    earlier = Counter(local_day(at, here) for at in before)
    assert found == sorted(found)
    assert all(time(8) <= at.astimezone(here).time() < time(20) and now < at < ends for at in found)
    assert all(later - at >= HOUSE.apart for at, later in pairwise(sorted(found)))
    assert all(abs(at - other) >= HOUSE.apart for at in found for other in [*near, *before])
    assert all(days[day] <= max(2, earlier[day]) for day in days)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


@pytest.mark.parametrize(
    ("now", "first"),
    [
        # The clock goes forward on the 29th of March, and back on the 25th of October, at 1:00 UTC.
        ("2026-03-28T20:00+00:00", "2026-03-29T06:00+00:00"),
        ("2026-03-29T00:59+00:00", "2026-03-29T06:00+00:00"),
        ("2026-10-24T20:00+00:00", "2026-10-25T07:00+00:00"),
        ("2026-10-25T00:30+00:00", "2026-10-25T07:00+00:00"),
        ("2026-10-25T01:30+00:00", "2026-10-25T07:00+00:00"),
    ],
)
def test_eight_in_the_morning_is_eight_on_the_clock_of_the_wall(now: str, first: str) -> None:
    search = Search(ZoneInfo(AMSTERDAM), HOUSE, datetime(2027, 1, 1, tzinfo=UTC), [Posts()])

    assert find_moment(search, now=datetime.fromisoformat(now)).at == datetime.fromisoformat(first)


def in_amsterdam(now: datetime, *, own: list[datetime], alike: list[datetime] | None = None) -> str:
    search = Search(ZoneInfo(AMSTERDAM), HOUSE, now + 30 * DAY, [Posts(own, alike or [])])
    return in_words(find_moment(search, now=now))


def test_it_says_why(now: datetime) -> None:
    """It is 10:30 on a Tuesday in Amsterdam."""
    ten_to = now.replace(minute=20)

    assert in_amsterdam(now, own=[]) == "Tuesday 17 November, 10:45: the first free moment."
    assert in_amsterdam(now, own=[ten_to]) == (
        "Tuesday 17 November, 11:00: the first free moment, 40 minutes after your other post."
    )
    assert "11:00" in in_amsterdam(now, own=[now])
    assert in_amsterdam(now, own=[now + 2 * HOUR]) == (
        "Tuesday 17 November, 10:45: the first free moment, 105 minutes before your other post."
    )
    assert in_amsterdam(now, own=[now - HOUR, now - 2 * HOUR]) == (
        "Wednesday 18 November, 08:00: the first free moment, after 1 day that already has its posts."
    )
    assert in_amsterdam(now, own=[], alike=[now + 10 * MINUTE, now + 20 * MINUTE]) == (
        "Tuesday 17 November, 11:30: the first free moment, "
        "away from 2 posts by colleagues that say nearly the same."
    )


def test_where_there_is_none_it_says_how_many_days_were_full(now: datetime) -> None:
    own = [now + timedelta(days=day, hours=hour) for day in range(3) for hour in (1, 3)]

    with pytest.raises(NoMoment) as none:
        find_moment(Search(ZoneInfo(AMSTERDAM), HOUSE, now + 2 * DAY + HOUR, [Posts(own)]), now=now)

    assert none.value.full_days == 3
