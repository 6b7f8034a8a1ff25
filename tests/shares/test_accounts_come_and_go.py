"""What becomes of shares while their account is taken away, broken, stale, or back again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.test import Client

from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms.connector import OutcomeUnknown
from advocacy.platforms.disconnecting import disconnect
from advocacy.platforms.models import Account
from advocacy.platforms.signals import account_connected
from advocacy.shares.changing import reschedule_share
from advocacy.shares.life import describe, life_line
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.shares.sharing import CannotShare, Order, Post, share_story
from advocacy.stories.models import Story
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def publish(at: datetime) -> int:
    return publish_due(clock=lambda: at)


def connect_again(account: Account, *, now: datetime) -> None:
    Account.objects.filter(pk=account.pk).update(disconnected_at=None, broken_at=None)
    account_connected.send(sender=Account, account=account, now=now)


def state_of(share: Share) -> str:
    return Share.objects.get(pk=share.pk).state


def test_a_share_for_next_week_still_goes_next_week_after_connecting_again(
    make_share: Callable[..., Share], paper: type[Paper], account: Account, now: datetime
) -> None:
    share = make_share(at=now + 7 * DAY)
    disconnect(account, now=now)
    connect_again(account, now=now + HOUR)

    publish(now + HOUR)
    assert (paper.ledger, state_of(share)) == ([], State.SCHEDULED)

    publish(now + 7 * DAY)
    assert len(paper.ledger) == 1


def test_a_share_that_was_due_meanwhile_goes_out_when_its_owner_is_back_in_time(
    share: Share, paper: type[Paper], account: Account, now: datetime
) -> None:
    Account.objects.update(broken_at=now)
    publish(now + HOUR)
    assert state_of(share) == State.WAITING

    connect_again(account, now=now + HOUR + timedelta(minutes=10))
    publish(now + HOUR + timedelta(minutes=10))

    assert state_of(share) == State.PUBLISHED


def test_an_owner_who_stays_away_too_long_is_told_that_it_was_missed(
    share: Share, paper: type[Paper], account: Account, now: datetime
) -> None:
    Account.objects.update(broken_at=now)
    publish(now + HOUR)

    publish(share.last_safe_at)
    connect_again(account, now=share.last_safe_at)
    publish(share.last_safe_at)

    assert (paper.ledger, state_of(share)) == ([], State.MISSED)
    assert Notice.objects.get().kind == "share_missed"


def test_a_share_that_waits_for_its_owner_is_missed_when_its_story_closes(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    Account.objects.update(broken_at=now)
    publish(now + HOUR)
    Story.objects.update(closes_at=now + HOUR + timedelta(minutes=1))

    publish(now + HOUR + timedelta(minutes=1))

    share.refresh_from_db()
    assert (share.state, share.reason) == (State.MISSED, "story_closed")


def test_a_token_that_is_never_renewed_ends_in_a_missed_share_and_a_word(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    Account.objects.update(fresh_until=now)
    for minutes in range(0, 60, 5):
        publish(now + HOUR + timedelta(minutes=minutes))
    assert (paper.ledger, state_of(share)) == ([], State.SCHEDULED)

    publish(share.last_safe_at)

    assert state_of(share) == State.MISSED
    assert Notice.objects.get().kind == "share_missed"


def test_nothing_is_put_back_in_the_queue_of_an_account_that_was_taken_away(
    share: Share, account: Account, now: datetime
) -> None:
    disconnect(account, now=now)
    Share.objects.update(state=State.MISSED)
    missed = Share.objects.for_sending().get()

    with pytest.raises(CannotShare, match="Connect"):
        reschedule_share(missed, at=now + 2 * HOUR, now=now)


def test_who_connects_again_has_doubts_looked_into_at_once(
    share: Share, paper: type[Paper], account: Account, now: datetime
) -> None:
    paper.after = OutcomeUnknown("no_answer")
    publish(now + HOUR)
    Share.objects.update(look_at=now + 2 * DAY)

    connect_again(account, now=now + 2 * HOUR)

    assert reconcile(clock=lambda: now + 2 * HOUR) == 1
    assert state_of(share) == State.PUBLISHED


def test_a_share_whose_platform_does_not_renew_its_permission_says_so_and_until_when(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    Account.objects.update(fresh_until=now, renew_failures=3)

    publish(now + HOUR + timedelta(minutes=5))

    held_up = Share.objects.for_sending().get()
    assert describe(held_up) == (
        "Paper does not renew the hub's permission at the moment. It goes out as soon as that is over."
    )
    last = life_line(held_up)[-1]
    assert (last.at, last.words) == (share.last_safe_at, "Later than this it is not sent any more.")

    Account.objects.update(fresh_until=now + DAY, renew_failures=0)
    publish(now + HOUR + timedelta(minutes=6))

    assert state_of(share) == State.PUBLISHED


def test_a_lost_key_keeps_back_what_needs_it_and_nobody_else(
    share: Share,
    paper: type[Paper],
    account: Account,
    story: Story,
    bob: Person,
    make_account: Callable[[Person], Account],
    as_person: Callable[[Person], Client],
    settings: LazySettings,
    now: datetime,
) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    post = Post(account=make_account(bob), text="Mine goes out.", language="en")
    share_story(story, Order(bob, [post], at=now + HOUR, submission=uuid4()), now=now)

    publish(now + HOUR)
    publish(now + HOUR)

    assert [draft.text.split("\n")[0] for draft in paper.ledger] == ["Mine goes out."]
    assert state_of(share) == State.WAITING
    assert Notice.objects.filter(person=account.person, kind="account_broken").count() == 1
    page = as_person(account.person).get("/platforms/")
    assert "The hub can no longer read what it kept to get in at Paper." in page.content.decode()
