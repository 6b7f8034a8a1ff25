"""Workers that are held up, and clocks that jump."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from advocacy.people.models import Person
from advocacy.platforms.connector import OutcomeUnknown, TryLater
from advocacy.platforms.models import Account
from advocacy.shares import publishing
from advocacy.shares.claiming import claim_batch, take_over
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import arm, prepare, publish_due
from advocacy.shares.reconciling import reconcile, resolve
from tests.platforms.standins import ForgetfulMastodon
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def forgetful() -> Iterator[ForgetfulMastodon]:
    with ForgetfulMastodon().running() as server:
        server.tokens.add("a-token")
        yield server


@pytest.fixture
def on_mastodon(share: Share, forgetful: ForgetfulMastodon, alice: Person, now: datetime) -> Share:
    account = Account.objects.create(
        person=alice, platform="mastodon", host=forgetful.host, remote_id="1", handle="alice",
        token="a-token", connected_at=now,
    )  # fmt: skip
    Share.objects.update(account=account)
    return Share.objects.for_sending().get()


def state_of(share: Share) -> str:
    return Share.objects.get(pk=share.pk).state


def test_a_worker_that_was_held_up_after_arming_sends_nothing_any_more(
    on_mastodon: Share,
    forgetful: ForgetfulMastodon,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others may have looked meanwhile and sent it again: a request that leaves now would be a double."""
    monkeypatch.setattr(settings, "SEND_TIMEOUT", timedelta(seconds=0.3))
    armed_in_time = publishing.arm

    def arm_and_freeze(claimed: list[Share], *, now: datetime) -> list[Share]:
        armed = armed_in_time(claimed, now=now)
        time.sleep(0.4)
        return armed

    monkeypatch.setattr(publishing, "arm", arm_and_freeze)
    publish_due(clock=lambda: now + HOUR)

    assert forgetful.statuses == []
    assert state_of(on_mastodon) == State.SCHEDULED


def test_the_lease_outlasts_the_sending_however_long_preparing_took(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    at = now + HOUR
    claimed = claim_batch(now=at)
    prepare(claimed, now=at)
    arm(claimed, now=at + settings.LEASE - SECOND)

    assert take_over(now=at + settings.LEASE - SECOND + settings.SEND_TIMEOUT) == 0
    assert take_over(now=at + settings.LEASE - SECOND + settings.LEASE) == 1


def test_a_clock_that_jumps_an_hour_ahead_makes_no_double(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    """The lease seems over while the request is on its way; by the clock it left long ago."""
    at = now + HOUR
    claimed = claim_batch(now=at)
    drafts = prepare(claimed, now=at)
    (armed,) = arm(claimed, now=at)

    jumped = at + timedelta(minutes=59)
    take_over(now=jumped)
    reconcile(clock=lambda: jumped)
    publish_due(clock=lambda: jumped)
    assert (paper.ledger, state_of(share)) == ([], State.UNKNOWN)

    paper.ledger.append(drafts[armed.pk])  # now it arrives
    reconcile(clock=lambda: jumped + settings.SETTLING)

    assert state_of(share) == State.PUBLISHED
    assert len(paper.ledger) == 1


def test_a_clock_that_is_set_back_does_not_make_a_dead_worker_look_alive(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    claim_batch(now=now + HOUR)

    assert take_over(now=now) == 1

    publish_due(clock=lambda: now + HOUR)
    assert len(paper.ledger) == 1


def test_after_a_clock_was_ahead_and_is_set_back_nothing_waits_for_it_to_come_round(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    """The answer was lost, and asked after, while the clock stood fifty minutes ahead."""
    at, ahead = now + HOUR, now + HOUR + timedelta(minutes=50)
    paper.after = OutcomeUnknown("no_answer")
    publish_due(clock=lambda: ahead)
    paper.looking = TryLater("unreachable", wait=timedelta(minutes=1))
    reconcile(clock=lambda: ahead + settings.SETTLING)
    paper.after = paper.looking = None

    take_over(now=at + SECOND)
    reconcile(clock=lambda: at + SECOND)

    assert state_of(share) == State.PUBLISHED
    assert len(paper.ledger) == 1


def test_who_was_looking_while_the_clock_was_set_back_looks_again_soon(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    """What this worker read is of the time ahead; another has chosen anew meanwhile."""
    at, ahead = now + HOUR, now + HOUR + timedelta(minutes=50)
    paper.before = OutcomeUnknown("no_answer")
    publish_due(clock=lambda: ahead)
    read_before = Share.objects.for_sending().get()
    take_over(now=at)

    resolve(read_before, None, now=at + SECOND)

    share.refresh_from_db()
    assert share.state == State.UNKNOWN
    assert share.look_at == at + SECOND + settings.SETTLING


def test_a_look_that_ends_when_the_clock_is_set_back_leaves_no_doubt_in_the_future(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    """Or the time in which the post may still arrive would begin anew with every look."""
    at, ahead = now + HOUR, now + HOUR + timedelta(minutes=50)
    paper.before = OutcomeUnknown("no_answer")
    publish_due(clock=lambda: ahead)
    resolve(Share.objects.for_sending().get(), None, now=at)

    for second in (1, 2):
        later = at + second * (settings.SETTLING + SECOND)
        take_over(now=later)
        reconcile(clock=lambda later=later: later)  # type: ignore[misc]

    share.refresh_from_db()
    assert share.state == State.SCHEDULED


def test_an_owner_is_asked_in_time_about_what_went_while_the_clock_was_ahead(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    at, ahead = now + HOUR, now + HOUR + timedelta(minutes=50)
    paper.before, paper.looking = OutcomeUnknown("no_answer"), TryLater("unreachable", wait=SECOND)
    publish_due(clock=lambda: ahead)

    take_over(now=at)
    reconcile(clock=lambda: at + settings.ASK_OWNER_AFTER)

    share.refresh_from_db()
    assert share.asked_at == at + settings.ASK_OWNER_AFTER


def test_after_the_clock_was_years_behind_a_look_is_not_put_off_for_years(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    set_right = now + timedelta(days=8 * 365)
    paper.after, paper.looking = OutcomeUnknown("no_answer"), TryLater("unreachable", wait=SECOND)
    publish_due(clock=lambda: now + HOUR)
    reconcile(clock=lambda: set_right)
    paper.looking = None

    reconcile(clock=lambda: set_right + timedelta(days=1))

    assert state_of(share) == State.PUBLISHED


def test_a_try_that_was_put_off_by_a_clock_that_was_ahead_is_made_when_it_is_set_back(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    paper.before = TryLater("unreachable", wait=timedelta(minutes=1))
    publish_due(clock=lambda: now + HOUR + timedelta(minutes=50))
    paper.before = None

    take_over(now=now + HOUR + SECOND)
    publish_due(clock=lambda: now + HOUR + SECOND)

    assert state_of(share) == State.PUBLISHED


def test_a_worker_whose_clock_is_a_little_ahead_keeps_its_lease(share: Share, now: datetime) -> None:
    claim_batch(now=now + HOUR)

    assert take_over(now=now + HOUR - timedelta(seconds=30)) == 0


def test_what_is_given_back_is_left_to_the_next_sweep(
    share: Share, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that can never be armed in time must not go round and round."""
    monkeypatch.setattr(publishing, "arm", lambda claimed, *, now: arm(claimed, now=now + settings.LEASE))

    assert publish_due(clock=lambda: now + HOUR) == 0
    assert state_of(share) == State.SCHEDULED


@pytest.mark.parametrize("night", ["2026-10-25T00:30", "2027-03-28T00:30"])
def test_both_nights_of_the_clock_change_send_everything_once(
    share: Share, paper: type[Paper], night: str
) -> None:
    start = datetime.fromisoformat(night).replace(tzinfo=UTC)
    Share.objects.update(due_at=start, try_at=start, last_safe_at=start + HOUR)
    share.story.__class__.objects.update(opens_at=start - HOUR, closes_at=None, published_at=start - HOUR)

    for minutes in range(-60, 120, 10):
        publish_due(clock=lambda minutes=minutes: start + timedelta(minutes=minutes))  # type: ignore[misc]

    assert len(paper.ledger) == 1
    assert Share.objects.get().published_at == start
