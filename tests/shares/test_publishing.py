"""From a due row to a post, once, whatever happens in between."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError

from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms import answers
from advocacy.platforms.connector import (
    Connector,
    Disconnected,
    OutcomeUnknown,
    Rejected,
    TryLater,
    channels,
)
from advocacy.platforms.models import Account
from advocacy.shares import settling
from advocacy.shares.claiming import claim_batch, take_over
from advocacy.shares.life import life_line
from advocacy.shares.models import MOVES, Attempt, Share, State, UndeclaredMove
from advocacy.shares.publishing import arm, prepare, publish_due
from advocacy.shares.settling import settle
from advocacy.stories.models import Story
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)


def publish(at: datetime) -> int:
    return publish_due(clock=lambda: at)


def test_a_due_share_becomes_a_post_in_its_owners_words(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    publish(now + HOUR)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED
    assert share.published_at == now + HOUR
    assert [post.text for post in paper.ledger] == [
        f"I love how my colleagues never give up.\n\n{share.link.address}"
    ]
    assert share.remote_url == f"https://paper.example/{share.key}"


def test_nothing_is_sent_before_its_moment(share: Share, paper: type[Paper], now: datetime) -> None:
    assert publish(now + HOUR - timedelta(seconds=1)) == 0

    assert paper.ledger == []


def test_a_published_share_is_never_sent_again(share: Share, paper: type[Paper], now: datetime) -> None:
    for minutes in range(5):
        publish(now + HOUR + timedelta(minutes=minutes))

    assert len(paper.ledger) == 1


def test_two_workers_never_hold_the_same_share(make_share: Callable[..., Share], now: datetime) -> None:
    for _ in range(40):
        make_share(at=now + HOUR)

    first, second = claim_batch(now=now + HOUR), claim_batch(now=now + HOUR)

    assert len(first) == settings.HOST_THREADS
    assert {share.pk for share in first}.isdisjoint(share.pk for share in second)


def test_an_attempt_is_on_record_before_anything_leaves(share: Share, now: datetime) -> None:
    claimed = claim_batch(now=now + HOUR)
    assert not Attempt.objects.exists()

    arm(claimed, now=now + HOUR)

    attempt = Attempt.objects.get(share=share)
    assert (attempt.number, attempt.armed_at, attempt.ended_at) == (1, now + HOUR, None)


@pytest.mark.parametrize("change", ["left", "closed", "withdrawn", "broken", "disconnected", "lease"])
def test_what_changes_after_the_claim_still_stops_the_send(
    share: Share, paper: type[Paper], now: datetime, change: str
) -> None:
    at = now + HOUR
    claimed = claim_batch(now=at)
    change_the_world(share, change, at)
    armed = arm(claimed, now=at + settings.LEASE if change == "lease" else at)

    # What waits for a lease that ended is take_over's.
    share.refresh_from_db()
    assert armed == []
    assert share.state == State.SCHEDULED
    assert Attempt.objects.count() == 0


def change_the_world(share: Share, change: str, at: datetime) -> None:
    if change == "left":
        Person.objects.filter(pk=share.person_id).update(is_active=False)
    if change == "closed":
        Story.objects.filter(pk=share.story_id).update(closes_at=at)
    if change == "withdrawn":
        Story.objects.filter(pk=share.story_id).update(withdrawn_at=at)
    if change == "broken":
        Account.objects.filter(pk=share.account_id).update(broken_at=at)
    if change == "disconnected":
        Account.objects.filter(pk=share.account_id).update(disconnected_at=at)


def test_a_worker_that_wakes_up_late_writes_nothing(share: Share, now: datetime) -> None:
    claimed = claim_batch(now=now + HOUR)
    drafts = prepare(claimed, now=now + HOUR)
    armed = arm(claimed, now=now + HOUR)
    take_over(now=now + HOUR + settings.LEASE)

    settle(armed[0], Rejected("too_long"), now=now + HOUR + settings.LEASE)

    share.refresh_from_db()
    assert drafts
    assert share.state == State.UNKNOWN
    assert share.reason == "worker_died"


def test_a_claim_whose_worker_died_goes_back_in_the_queue(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    claim_batch(now=now + HOUR)

    assert take_over(now=now + HOUR + settings.LEASE - timedelta(seconds=1)) == 0
    assert take_over(now=now + HOUR + settings.LEASE) == 1

    publish(now + HOUR + settings.LEASE)
    assert len(paper.ledger) == 1


def test_a_platform_that_asks_for_patience_gets_it(share: Share, paper: type[Paper], now: datetime) -> None:
    paper.before = TryLater("busy", wait=timedelta(minutes=10))
    publish(now + HOUR)
    paper.before = None

    assert publish(now + HOUR + timedelta(minutes=9)) == 0
    assert publish(now + HOUR + timedelta(minutes=10)) == 1
    share.refresh_from_db()
    assert (share.state, share.due_at) == (State.PUBLISHED, now + HOUR)
    assert [attempt.outcome for attempt in share.attempts.all()] == ["busy", "published"]


def test_a_refusal_is_final_and_told_to_its_owner(share: Share, paper: type[Paper], now: datetime) -> None:
    paper.before = Rejected("too_long", "301 of 300")
    publish(now + HOUR)

    share.refresh_from_db()
    assert (share.state, share.reason, share.reason_detail) == (State.REFUSED, "too_long", "301 of 300")
    assert Notice.objects.get(person=share.person).kind == "share_refused"


@pytest.mark.parametrize("error", [OutcomeUnknown("timeout"), RuntimeError("a bug of ours")])
def test_an_answer_that_never_came_is_not_sent_again(
    share: Share, paper: type[Paper], now: datetime, error: Exception
) -> None:
    paper.after = error
    publish(now + HOUR)
    publish(now + HOUR + timedelta(minutes=1))

    share.refresh_from_db()
    assert share.state == State.UNKNOWN
    assert len(paper.ledger) == 1


def test_a_lost_permission_makes_the_share_wait_for_its_owner(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    paper.before = Disconnected("revoked")
    publish(now + HOUR)
    publish(now + HOUR + timedelta(seconds=10))

    share.refresh_from_db()
    share.account.refresh_from_db()
    assert share.account.broken_at
    assert (share.state, share.reason) == (State.WAITING, "reconnect")


def test_late_is_worse_than_never(
    make_share: Callable[..., Share], paper: type[Paper], now: datetime
) -> None:
    for _ in range(3):
        make_share(at=now + HOUR)

    publish(now + timedelta(hours=25))

    assert paper.ledger == []
    assert set(Share.objects.values_list("state", flat=True)) == {State.MISSED}
    # One message about all three.
    assert Notice.objects.get().facts["others"] == 2


def test_a_share_is_still_sent_a_second_before_its_last_safe_moment(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    publish(share.last_safe_at - timedelta(seconds=1))

    assert len(paper.ledger) == 1


def test_a_closed_story_stops_its_shares_and_tells_their_owners(share: Share, now: datetime) -> None:
    Story.objects.update(closes_at=now + timedelta(minutes=30))

    publish(now + HOUR)

    share.refresh_from_db()
    assert (share.state, share.reason) == (State.MISSED, "story_closed")
    assert Notice.objects.count() == 1


def test_an_undeclared_move_raises(share: Share) -> None:
    with pytest.raises(UndeclaredMove):
        Share.objects.filter(pk=share.pk).move(State.PUBLISHED, State.SCHEDULED)


def test_every_state_has_its_moves_declared() -> None:
    assert set(MOVES) == set(State)


def test_the_database_refuses_a_send_without_a_claim(share: Share) -> None:
    with pytest.raises(IntegrityError):
        Share.objects.filter(pk=share.pk).update(state=State.SENDING, claim=uuid4())


def test_timeouts_fit_inside_one_another() -> None:
    connectors = [kind for kind in channels().values() if issubclass(kind, Connector)]
    assert connectors
    assert all(answers.CALL <= kind.publish_within <= settings.SEND_TIMEOUT for kind in connectors)
    assert settings.SEND_TIMEOUT < settings.LEASE < settings.LAST_SAFE
    # A dead worker's share is taken over within 90 seconds (P3), and not before its request is over.
    assert timedelta(seconds=90) >= settings.LEASE + settings.SWEEP
    assert settings.SETTLING > settings.SEND_TIMEOUT


def test_the_life_line_of_a_worker_that_died_after_settling_still_ends_well(
    share: Share, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wrote down the receipt, and not how its attempt had ended."""
    monkeypatch.setattr(settling, "close_attempt", lambda *_args, **_kwargs: None)
    publish_due(clock=lambda: now + timedelta(hours=1))

    told = [event.words for event in life_line(Share.objects.for_sending().get())]

    assert told[1:3] == ["Sent to Paper @alice.", "It is public."]
