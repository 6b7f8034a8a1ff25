"""The whole engine against servers that lie, through real sockets. The servers are stand-ins of ours."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.conf import settings

from advocacy.notices.models import Notice
from advocacy.platforms.models import Account
from advocacy.platforms.reasons import OTHERWISE
from advocacy.shares.changing import post_it_again
from advocacy.shares.life import describe
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from tests.lib.servers import StandIn, stand_in
from tests.platforms.standins import (
    PAGE_OF_A_PROXY,
    ForgetfulMastodon,
    SmallPds,
    answering,
    hanging_up,
    stalling,
)

pytestmark = [pytest.mark.slow, pytest.mark.real_clock]

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def move_to(share: Share, now: datetime) -> Callable[..., Share]:
    """Give the share an account on a platform at this address."""

    def move(platform: str, host: str) -> Share:
        account = Account.objects.create(
            person=share.person, platform=platform, host=host, remote_id="1", handle="alice",
            token="a-token", connected_at=now - HOUR, tokens_at=now - HOUR,
        )  # fmt: skip
        Share.objects.update(account=account)
        return Share.objects.for_sending().get()

    return move


def run_the_engine(*, since: datetime, minutes: int) -> None:
    """Let both sweeps go by, every ten seconds of a clock of our own."""
    for seconds in range(0, minutes * 60, 10):
        clock = partial(same, since + timedelta(seconds=seconds))
        publish_due(clock=clock)
        reconcile(clock=clock)


def same(moment: datetime) -> datetime:
    return moment


@pytest.fixture
def forgetful() -> Iterator[ForgetfulMastodon]:
    with ForgetfulMastodon(tokens={"a-token"}).running() as server:
        yield server


def test_mastodon_that_ignores_the_key_and_loses_its_answer_has_the_post_once(
    forgetful: ForgetfulMastodon, move_to: Callable[..., Share], now: datetime
) -> None:
    share = move_to("mastodon", forgetful.host)
    forgetful.lose = 1

    publish_due(clock=lambda: now + HOUR)
    share.refresh_from_db()
    assert (share.state, share.reason) == (State.UNKNOWN, "no_answer")

    run_the_engine(since=now + HOUR, minutes=10)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED
    assert share.remote_url == forgetful.statuses[0]["url"]
    assert len(forgetful.statuses) == 1
    assert [attempt.outcome for attempt in share.attempts.all()] == ["found"]


def test_mastodon_that_loses_every_answer_never_has_a_post_twice(
    forgetful: ForgetfulMastodon,
    move_to: Callable[..., Share],
    copies_of: Callable[..., list[Share]],
    now: datetime,
) -> None:
    copies_of(move_to("mastodon", forgetful.host), 9)
    forgetful.lose = 1000

    run_the_engine(since=now + HOUR, minutes=10)

    assert set(Share.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    assert len(forgetful.statuses) == 10


@pytest.fixture
def small_pds() -> Iterator[tuple[SmallPds, StandIn]]:
    pds = SmallPds()
    with stand_in(pds.serve) as server:
        yield pds, server


@pytest.mark.parametrize(("blind", "puts"), [(0, 1), (1, 2), (3, 2)])
def test_bluesky_that_loses_its_answer_and_sees_late_has_the_post_once(
    small_pds: tuple[SmallPds, StandIn],
    move_to: Callable[..., Share],
    now: datetime,
    blind: int,
    puts: int,
) -> None:
    """A second send is harmless there: it meets its own post and takes that for its receipt."""
    pds, server = small_pds
    share = move_to("bluesky", server.host)
    pds.lose, pds.blind = 1, blind

    run_the_engine(since=now + HOUR, minutes=10)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED
    assert share.remote_id.endswith(share.record_key)
    assert len(pds.records) == 1
    assert pds.puts >= puts


def test_bluesky_whose_owner_says_again_has_the_post_once(
    small_pds: tuple[SmallPds, StandIn], move_to: Callable[..., Share], now: datetime
) -> None:
    pds, server = small_pds
    share = move_to("bluesky", server.host)
    pds.lose = 1
    publish_due(clock=lambda: now + HOUR)

    post_it_again(Share.objects.for_sending().get(), now=now + HOUR + SECOND)
    run_the_engine(since=now + HOUR + SECOND, minutes=1)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED
    assert len(pds.records) == 1


@pytest.mark.parametrize(
    ("server", "state"),
    [
        pytest.param(partial(answering, 500, {"error": "Oops"}), State.UNKNOWN, id="500"),
        pytest.param(partial(answering, 502, PAGE_OF_A_PROXY), State.UNKNOWN, id="502-html"),
        pytest.param(partial(answering, 200, {"ok": True}), State.UNKNOWN, id="200-without-id"),
        pytest.param(partial(answering, 200, PAGE_OF_A_PROXY), State.UNKNOWN, id="200-html"),
        pytest.param(hanging_up, State.UNKNOWN, id="reset"),
        pytest.param(stalling, State.UNKNOWN, id="stall"),
        pytest.param(partial(answering, 429, {"error": "Slow"}), State.SCHEDULED, id="429"),
        pytest.param(
            partial(answering, 429, {}, headers={"Retry-After": "90000"}), State.MISSED, id="429-for-a-day"
        ),
        pytest.param(partial(answering, 401, {"error": "revoked"}), State.WAITING, id="401"),
        pytest.param(partial(answering, 422, {"error": "duplicate"}), State.REFUSED, id="422-duplicate"),
        pytest.param(partial(answering, 404, PAGE_OF_A_PROXY), State.REFUSED, id="404-html"),
    ],
)
@pytest.mark.parametrize("platform", ["mastodon", "rehearsal"])
def test_every_lie_ends_in_the_right_state_and_in_words(
    move_to: Callable[..., Share],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    server: Callable[[], AbstractContextManager[StandIn]],
    state: State,
    platform: str,
) -> None:
    monkeypatch.setattr(settings, "SEND_TIMEOUT", timedelta(seconds=4))
    with server() as lying:
        share = move_to(platform, lying.host)
        Account.objects.update(data={"scheme": "http"})
        publish_due(clock=lambda: now + HOUR)
        publish_due(clock=lambda: now + HOUR + SECOND / 2)

        share.refresh_from_db()
        assert share.state == state
        assert str(OTHERWISE)[:20] not in describe(Share.objects.for_sending().get())
        if state in {State.REFUSED, State.MISSED}:
            assert Notice.objects.filter(person=share.person).count() == 1
