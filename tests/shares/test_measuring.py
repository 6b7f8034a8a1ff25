"""Reactions as the network reports them, polled less and less often."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from advocacy.platforms.connector import Reactions, TryLater
from advocacy.shares.measuring import measure, next_measurement
from advocacy.shares.models import Share
from advocacy.shares.publishing import publish_due
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def published(share: Share, paper: type[Paper], now: datetime) -> Share:
    publish_due(clock=lambda: now + HOUR)
    share.refresh_from_db()
    return share


def test_a_post_is_asked_after_on_a_decaying_schedule(
    published: Share, paper: type[Paper], now: datetime
) -> None:
    hours = range(24 * 32)

    asked = [hour for hour in hours if measure(clock=partial(start_plus, now + HOUR, hour))]

    assert asked == [1, 6, 24, 3 * 24, 7 * 24, 14 * 24, 30 * 24]


def start_plus(start: datetime, hours: int) -> datetime:
    return start + hours * HOUR


def test_what_the_network_says_is_kept_and_what_it_does_not_say_is_not_zero(
    published: Share, paper: type[Paper], now: datetime
) -> None:
    paper.reactions = Reactions(likes=12, reposts=3, replies=None)
    measure(clock=lambda: now + 2 * HOUR)

    published.refresh_from_db()
    assert (published.likes, published.reposts, published.replies) == (12, 3, None)
    assert published.measured_at == now + 2 * HOUR


def test_a_deleted_post_keeps_its_last_counts_and_is_asked_no_more(
    published: Share, paper: type[Paper], now: datetime
) -> None:
    measure(clock=lambda: now + 2 * HOUR)
    paper.reactions = Reactions(gone=True)
    measure(clock=lambda: now + 8 * HOUR)

    published.refresh_from_db()
    assert (published.likes, published.gone_at, published.measure_at) == (1, now + 8 * HOUR, None)


def test_a_network_that_is_busy_is_asked_again_when_it_said(
    published: Share, paper: type[Paper], now: datetime
) -> None:
    paper.looking = TryLater("busy", wait=timedelta(minutes=40))
    measure(clock=lambda: now + 2 * HOUR)
    paper.looking = None

    assert measure(clock=lambda: now + 2 * HOUR + timedelta(minutes=39)) == 0
    assert measure(clock=lambda: now + 2 * HOUR + timedelta(minutes=40)) == 1


def test_the_schedule_after_an_outage_goes_on_at_the_next_step(now: datetime) -> None:
    assert next_measurement(now, after=now + 5 * DAY) == now + 7 * DAY
    assert next_measurement(now, after=now + 30 * DAY) is None
