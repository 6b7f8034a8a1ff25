"""What an owner does to a share while the hub is busy with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from advocacy.people.models import Person
from advocacy.platforms.connector import OutcomeUnknown, TryLater
from advocacy.platforms.models import Account
from advocacy.shares.changing import (
    TooLate,
    cancel_share,
    confirm_it_is_there,
    post_it_again,
    reschedule_share,
    restore_share,
    reword_share,
)
from advocacy.shares.claiming import claim_batch
from advocacy.shares.life import describe
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import arm, prepare, publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.shares.sharing import CannotShare, Order, Post, share_story
from advocacy.stories.models import Story
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def unknown(share: Share, paper: type[Paper], now: datetime) -> Share:
    """A share that was due in an hour, and of which no answer came."""
    paper.after = OutcomeUnknown("no_answer")
    publish_due(clock=lambda: now + HOUR)
    paper.after = None
    return Share.objects.for_sending().get()


def test_what_is_posted_again_is_to_the_letter_what_was_posted_before(
    unknown: Share, paper: type[Paper], now: datetime
) -> None:
    """A platform that knows its key takes it for the same post only then."""
    paper.looking = TryLater("unreachable", wait=HOUR)
    post_it_again(unknown, now=now + 2 * HOUR)
    reconcile(clock=lambda: now + 2 * HOUR)
    publish_due(clock=lambda: now + 2 * HOUR)

    first, second = paper.ledger
    assert first == second


def test_an_owner_who_overlooked_the_post_makes_no_second_one(
    unknown: Share, paper: type[Paper], now: datetime
) -> None:
    post_it_again(unknown, now=now + 2 * HOUR)
    assert describe(Share.objects.for_sending().get()).startswith("We look once more ourselves")
    publish_due(clock=lambda: now + 2 * HOUR)
    reconcile(clock=lambda: now + 2 * HOUR)
    publish_due(clock=lambda: now + 2 * HOUR)

    unknown.refresh_from_db()
    assert (unknown.state, len(paper.ledger)) == (State.PUBLISHED, 1)


def test_an_owner_who_is_right_about_it_gets_the_post_at_once(
    unknown: Share, paper: type[Paper], now: datetime
) -> None:
    paper.ledger.clear()
    post_it_again(unknown, now=now + 2 * HOUR)
    with pytest.raises(TooLate):
        post_it_again(unknown, now=now + 2 * HOUR)
    reconcile(clock=lambda: now + 2 * HOUR)
    publish_due(clock=lambda: now + 2 * HOUR)

    unknown.refresh_from_db()
    assert (unknown.state, unknown.tries, len(paper.ledger)) == (State.PUBLISHED, 2, 1)


def test_an_owner_is_asked_again_about_the_next_try(
    unknown: Share, paper: type[Paper], now: datetime
) -> None:
    Share.objects.update(asked_at=now + HOUR)
    paper.ledger.clear()

    reconcile(clock=lambda: now + HOUR + settings.SETTLING)

    unknown.refresh_from_db()
    assert (unknown.state, unknown.asked_at) == (State.SCHEDULED, None)


def test_the_owner_cannot_outrun_a_request_that_is_still_on_its_way(
    unknown: Share, paper: type[Paper], now: datetime
) -> None:
    with pytest.raises(CannotShare, match="still arrive"):
        post_it_again(unknown, now=now + HOUR + settings.SETTLING - timedelta(seconds=1))

    post_it_again(unknown, now=now + HOUR + settings.SETTLING)


def test_a_yes_about_an_earlier_try_is_not_taken_for_the_later_one(
    unknown: Share, paper: type[Paper], now: datetime
) -> None:
    stale = Share.objects.for_sending().get()
    paper.ledger.clear()
    post_it_again(unknown, now=now + 2 * HOUR)
    reconcile(clock=lambda: now + 2 * HOUR)
    paper.after = OutcomeUnknown("no_answer")
    publish_due(clock=lambda: now + 2 * HOUR)

    with pytest.raises(TooLate):
        confirm_it_is_there(stale, now=now + 2 * HOUR)


def test_words_can_be_changed_while_the_share_waits_for_its_account(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    Account.objects.update(broken_at=now)
    publish_due(clock=lambda: now + HOUR)
    waiting = Share.objects.for_sending().get()

    reword_share(waiting, text="Said better meanwhile.", now=now)

    assert Share.objects.get().text == "Said better meanwhile."


def test_a_share_being_sent_is_its_owners_no_more(share: Share, now: datetime) -> None:
    claimed = claim_batch(now=now + HOUR)
    prepare(claimed, now=now + HOUR)

    changes: list[Callable[[], object]] = [
        lambda: cancel_share(share, now=now),
        lambda: reschedule_share(share, at=now + DAY, now=now + HOUR),
        lambda: restore_share(share, now=now + HOUR),
        lambda: reword_share(share, text="Too late", now=now),
        lambda: post_it_again(share, now=now + HOUR),
    ]
    for change in changes:
        with pytest.raises(TooLate):
            change()
    assert [one.pk for one in arm(claimed, now=now + HOUR)] == [share.pk]


def test_a_share_that_was_moved_no_longer_says_why_it_was_late(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    paper.before = TryLater("rate_limited", wait=timedelta(minutes=5))
    publish_due(clock=lambda: now + HOUR)
    assert "slow down" in describe(Share.objects.for_sending().get())

    reschedule_share(Share.objects.for_sending().get(), at=now + DAY, now=now + HOUR)

    assert describe(Share.objects.for_sending().get()).startswith("Goes out on")


def test_a_story_whose_address_is_no_longer_allowed_is_refused_in_words(
    story: Story, account: Account, now: datetime, settings: pytest.MonkeyPatch
) -> None:
    settings.STORY_HOSTS = ["elsewhere.example"]  # type: ignore[attr-defined]
    order = Order(account.person, [Post(account, "Proud of this.", "en")], at=now, submission=uuid4())

    with pytest.raises(CannotShare):
        share_story(story, order, now=now)


@pytest.mark.parametrize(
    "at",
    [datetime.max.replace(tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)],
)
def test_nothing_is_planned_for_another_life(
    story: Story, account: Account, share: Share, now: datetime, at: datetime
) -> None:
    Story.objects.update(closes_at=None)
    story.refresh_from_db()
    order = Order(account.person, [Post(account, "Proud of this.", "en")], at=at, submission=uuid4())

    with pytest.raises(CannotShare, match="a year"):
        share_story(story, order, now=now)
    with pytest.raises(CannotShare, match="a year"):
        reschedule_share(Share.objects.for_sending().get(), at=at, now=now)
    with pytest.raises(CannotShare, match="a year"):
        share_story(story, replace(order, submission=uuid4()), now=now)


@pytest.mark.parametrize("address", ["create", "reschedule"])
def test_a_day_in_the_past_is_a_slip_and_not_an_order_to_send_now(
    story: Story,
    account: Account,
    make_share: Callable[..., Share],
    alice: Person,
    as_person: Callable[[Person], Client],
    address: str,
) -> None:
    """What is public stays public: a wrong year must not publish at once."""
    now = timezone.now()
    make_share()
    Share.objects.update(due_at=now + DAY, try_at=now + DAY, last_safe_at=now + 2 * DAY)
    Story.objects.update(closes_at=None, opens_at=now - DAY)
    slip = (now - 300 * DAY).astimezone(alice.zone).strftime("%Y-%m-%dT%H:%M")
    typed = {"text": "Proud.", "language": "en", "accounts": str(account.pk), "when": "later", "at": slip}
    page = (
        f"/shares/{story.pk}/create/"
        if address == "create"
        else f"/shares/mine/{Share.objects.get().pk}/reschedule/"
    )

    answer = as_person(alice).post(page, typed)

    assert answer.status_code == 422
    assert "has passed" in answer.content.decode()
    assert [share.due_at for share in Share.objects.all()] == [now + DAY]


def test_a_minute_that_passed_while_typing_means_now(
    story: Story, account: Account, alice: Person, as_person: Callable[[Person], Client]
) -> None:
    Story.objects.update(closes_at=None, opens_at=timezone.now() - DAY)
    just_now = (timezone.now() - timedelta(minutes=2)).astimezone(alice.zone).strftime("%Y-%m-%dT%H:%M")
    typed = {"text": "Proud.", "language": "en", "accounts": str(account.pk), "when": "later", "at": just_now}

    as_person(alice).post(f"/shares/{story.pk}/create/", typed)

    assert Share.objects.get().state in {State.SCHEDULED, State.PUBLISHED}


def test_an_owner_is_not_asked_for_ever_about_a_story_that_has_closed(
    unknown: Share, paper: type[Paper], as_person: Callable[[Person], Client]
) -> None:
    paper.ledger.clear()
    Story.objects.update(closes_at=timezone.now() - DAY, opens_at=timezone.now() - 9 * DAY)
    Share.objects.update(doubted_at=timezone.now() - DAY, asked_at=timezone.now() - DAY)
    browser = as_person(unknown.person)
    assert "It is not there" in browser.get(f"/shares/mine/{unknown.pk}/").content.decode()

    page = browser.post(f"/shares/mine/{unknown.pk}/again/", follow=True).content.decode()

    unknown.refresh_from_db()
    assert (unknown.state, unknown.reason, paper.ledger) == (State.MISSED, "story_closed", [])
    assert "it counts as not sent" in page
    assert "Is it there?" not in page


@pytest.mark.parametrize("state", [State.MISSED, State.REFUSED, State.SCHEDULED])
def test_an_undo_from_an_old_window_sends_nothing_that_was_not_cancelled(
    share: Share, now: datetime, state: State
) -> None:
    Share.objects.update(state=state, due_at=now - DAY, last_safe_at=now)
    share.refresh_from_db()

    with pytest.raises(TooLate):
        restore_share(share, now=now)

    share.refresh_from_db()
    assert share.state == state
