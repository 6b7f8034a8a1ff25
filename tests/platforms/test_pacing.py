"""Keeping below what platforms allow."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from advocacy.people.models import Person
from advocacy.platforms.connector import Rate
from advocacy.platforms.models import Account, Pace
from advocacy.platforms.pacing import Wish, hold_off, take_turns
from tests.shares.paper import Paper, clean_sheet

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
YEAR = timedelta(days=365)


@pytest.fixture
def paper():  # type: ignore[no-untyped-def]
    with clean_sheet() as paper:
        yield paper
        paper.rates = ()


@pytest.fixture
def account(alice: Person, now: datetime) -> Account:
    return account_of(alice, now)


def account_of(person: Person, now: datetime, host: str = "paper.example") -> Account:
    return Account.objects.create(
        person=person,
        platform="paper",
        host=host,
        remote_id=person.email,
        handle=person.name,
        connected_at=now,
    )


def turns(account: Account, count: int, *, now: datetime) -> list[datetime]:
    return [turn.at for turn in take_turns([Wish(account, now + YEAR)] * count, now=now)]


def moments_of(wishes: list[Wish], *, now: datetime) -> list[datetime]:
    return [turn.at for turn in take_turns(wishes, now=now)]


def most_in(moments: list[datetime], stretch: timedelta) -> int:
    """Return how many of the moments lie in one stretch of time at most, its end left out."""
    return max(sum(start <= at < start + stretch for at in moments) for start in moments)


def test_half_of_a_rate_may_go_at_once_and_the_rest_drips(
    paper: type[Paper], account: Account, now: datetime
) -> None:
    paper.rates = (Rate(10, MINUTE),)

    when = turns(account, 8, now=now)

    seconds = [round((at - now).total_seconds()) for at in when]
    assert seconds == [0, 0, 0, 0, 0, 12, 24, 36]


@trying(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    posts=st.integers(1, 12),
    seconds=st.integers(1, 600),
    asked=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 6)), min_size=1, max_size=15),
)
def test_no_stretch_of_time_sees_more_than_the_rate(
    paper: type[Paper],
    account: Account,
    now: datetime,
    posts: int,
    seconds: int,
    asked: list[tuple[int, int]],
) -> None:
    Pace.objects.all().delete()
    rate = Rate(posts, timedelta(seconds=seconds))
    paper.rates = (rate,)
    at, when = now, []

    for pause, count in asked:
        at += timedelta(seconds=pause)
        when += turns(account, count, now=at)

    assert when == sorted(when)
    assert most_in(when, rate.per) <= posts


@trying(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    of_account=st.integers(1, 6),
    of_host=st.integers(1, 6),
    waiting=st.lists(st.booleans(), min_size=1, max_size=30),
)
def test_who_waits_for_several_rates_gets_through_and_soon(
    paper: type[Paper],
    account: Account,
    bob: Person,
    now: datetime,
    of_account: int,
    of_host: int,
    waiting: list[bool],
) -> None:
    """Each asks again at its turn, as a share does, and again when others came late together with it."""
    Pace.objects.all().delete()
    paper.rates = (Rate(of_account, MINUTE), Rate(of_host, 2 * MINUTE, of="host"))
    bobs = Account.objects.filter(person=bob).first() or account_of(bob, now)
    queue = [(now, number, 0, 1) for number in range(len(waiting))]
    gone: list[tuple[datetime, bool]] = []

    while queue:
        queue.sort()
        at, number, paid, asked = queue.pop(0)
        whose = bobs if waiting[number] else account
        [turn] = take_turns([Wish(whose, now + YEAR, paid)], now=at)
        assert asked <= 3 + len(waiting)
        if turn.at == at:
            gone.append((at, waiting[number]))
        else:
            queue.append((turn.at, number, turn.paid, asked + 1))

    for one in (True, False):
        if when := [at for at, is_bobs in gone if is_bobs is one]:
            assert most_in(when, MINUTE) <= of_account
    assert most_in([at for at, _ in gone], 2 * MINUTE) <= of_host
    assert gone[-1][0] <= now + len(waiting) * 3 * MINUTE


def test_accounts_on_one_host_share_its_rate(
    paper: type[Paper], account: Account, bob: Person, now: datetime
) -> None:
    paper.rates = (Rate(2, MINUTE, of="host"),)
    elsewhere = account_of(bob, now, host="other.example")

    first, second, other = moments_of(
        [Wish(account, now + YEAR), Wish(account_of(bob, now), now + YEAR), Wish(elsewhere, now + YEAR)],
        now=now,
    )

    assert first == other == now
    assert second == now + MINUTE


def test_the_strictest_of_several_rates_counts(paper: type[Paper], account: Account, now: datetime) -> None:
    paper.rates = (Rate(100, MINUTE), Rate(1, timedelta(hours=1)))

    assert turns(account, 2, now=now) == [now, now + timedelta(hours=1)]


def test_a_turn_that_comes_too_late_is_not_used_up(
    paper: type[Paper], account: Account, now: datetime
) -> None:
    paper.rates = (Rate(1, timedelta(hours=1)),)
    turns(account, 1, now=now)

    hopeless = moments_of([Wish(account, now + MINUTE)] * 3, now=now)

    assert hopeless == [now + timedelta(hours=1)] * 3
    assert turns(account, 1, now=now) == [now + timedelta(hours=1)]


def test_a_platform_without_rates_is_never_waited_for(
    paper: type[Paper], account: Account, now: datetime
) -> None:
    assert turns(account, 1000, now=now) == [now] * 1000
    assert not Pace.objects.exists()


def test_after_a_request_for_patience_nobody_gets_a_turn_before(
    paper: type[Paper], account: Account, bob: Person, now: datetime
) -> None:
    paper.rates = (Rate(10, MINUTE), Rate(100, MINUTE, of="host"))

    hold_off(account, until=now + 9 * MINUTE, now=now)

    first, second = turns(account, 2, now=now)
    assert first == now + 9 * MINUTE
    assert second > first
    assert turns(account_of(bob, now), 1, now=now) == [now]


def test_a_clock_that_was_ahead_and_is_set_back_holds_nobody_up_until_it_comes_round(
    paper: type[Paper], account: Account, now: datetime
) -> None:
    paper.rates = (Rate(10, MINUTE),)
    ahead = turns(account, 5, now=now + 50 * MINUTE)
    assert ahead == [now + 50 * MINUTE] * 5

    after = turns(account, 1, now=now)

    # What went, went a moment ago.
    assert after == [now + timedelta(seconds=12)]


@pytest.mark.django_db(transaction=True)
def test_workers_that_ask_at_once_get_no_more_together(
    paper: type[Paper], account: Account, bob: Person, now: datetime
) -> None:
    paper.rates = (Rate(20, MINUTE), Rate(20, MINUTE, of="host"))
    accounts = [account, account_of(bob, now)]
    gate = threading.Barrier(6)

    def ask(number: int) -> list[datetime]:
        gate.wait()
        try:
            order = accounts if number % 2 else accounts[::-1]
            return [
                at for _ in range(5) for at in moments_of([Wish(one, now + YEAR) for one in order], now=now)
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        when = sorted(at for given in pool.map(ask, range(6)) for at in given)

    assert sum(at == now for at in when) == 10
    assert most_in(when, MINUTE) <= 20


def test_every_connector_keeps_a_pace_that_it_can_keep() -> None:
    """A rate of nothing, or within no time, would hold a platform up for ever."""
    from advocacy.platforms.connector import channels

    for channel in channels().values():
        for rate in channel.rates:
            assert rate.posts > 0
            assert rate.per > timedelta(0)
            assert replace(rate) == rate
