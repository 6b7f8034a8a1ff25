"""Sharing a story, and what the owner can still do with a share."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from advocacy.people.models import Person
from advocacy.people.signals import person_left
from advocacy.platforms.connector import OutcomeUnknown, Rejected, TryLater
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
from advocacy.shares.models import Draft, Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.shares.sharing import CannotShare, Order, Post, share_story
from advocacy.stories.models import Story
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)


@pytest.fixture
def order(account: Account, now: datetime) -> Order:
    post = Post(account=account, text="Proud of this.", language="en")
    return Order(person=account.person, posts=[post], at=now, submission=uuid4())


def test_a_share_has_a_link_of_its_own_that_leads_to_the_story(
    story: Story, order: Order, now: datetime
) -> None:
    first, second = (share_story(story, replace(order, submission=uuid4()), now=now)[0] for _ in range(2))

    assert first.link.target_url == story.url
    assert first.link.code != second.link.code


def test_a_form_that_is_sent_twice_shares_once(story: Story, order: Order, now: datetime) -> None:
    once, again = share_story(story, order, now=now), share_story(story, order, now=now)

    assert once == again
    assert Share.objects.count() == 1


def test_sharing_uses_up_the_draft(story: Story, order: Order, now: datetime) -> None:
    Draft.objects.create(person=order.person, story=story, text="Proud", saved_at=now)

    share_story(story, order, now=now)

    assert not Draft.objects.exists()


def refusal(story: Story, order: Order, now: datetime) -> str:
    with pytest.raises(CannotShare) as caught:
        share_story(story, order, now=now)
    assert not Share.objects.exists()
    return str(caught.value)


def test_an_empty_text_is_refused_with_a_kind_word(story: Story, order: Order, now: datetime) -> None:
    empty = replace(order, posts=[replace(order.posts[0], text="  \n ")])

    assert "own words" in refusal(story, empty, now)


def test_a_text_that_is_too_long_says_by_how_much(story: Story, order: Order, now: datetime) -> None:
    long = replace(order, posts=[replace(order.posts[0], text="a" * 190)])

    assert "too long for Paper" in refusal(story, long, now)


def test_nobody_shares_from_a_colleagues_account(
    story: Story, order: Order, bob: Person, make_account: Callable[[Person], Account], now: datetime
) -> None:
    stolen = replace(order, posts=[replace(order.posts[0], account=make_account(bob))])

    assert "not connected" in refusal(story, stolen, now)


def test_a_story_meant_for_others_cannot_be_shared(story: Story, order: Order, now: datetime) -> None:
    Story.objects.update(for_everyone=False)

    assert "no longer open" in refusal(story, order, now)


def test_nothing_is_scheduled_beyond_the_story_or_the_token(
    story: Story, order: Order, now: datetime
) -> None:
    assert "closes" in refusal(story, replace(order, at=now + timedelta(days=40)), now)

    order.posts[0].account.expires_at = now + HOUR
    assert "connection" in refusal(story, replace(order, at=now + HOUR), now)


def test_cancel_and_undo(share: Share, paper: type[Paper], now: datetime) -> None:
    cancel_share(share, now=now)
    publish_due(clock=lambda: now + HOUR)
    assert paper.ledger == []

    share.refresh_from_db()
    restore_share(share, now=now + HOUR)
    publish_due(clock=lambda: now + HOUR)
    assert len(paper.ledger) == 1


def test_a_share_can_be_moved_and_reworded_until_it_is_sent(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    reschedule_share(share, at=now + 2 * HOUR, now=now)
    reword_share(share, text="Even prouder.", now=now)
    publish_due(clock=lambda: now + HOUR)
    assert paper.ledger == []

    publish_due(clock=lambda: now + 2 * HOUR)
    assert paper.ledger[0].text.startswith("Even prouder.")

    share.refresh_from_db()
    with pytest.raises(TooLate):
        cancel_share(share, now=now)
    with pytest.raises(TooLate):
        reschedule_share(share, at=now + 3 * HOUR, now=now)
    with pytest.raises(TooLate):
        reword_share(share, text="Too late", now=now)


def test_a_refused_share_can_be_reworded_and_sent_again(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    paper.before = Rejected("refused")
    publish_due(clock=lambda: now + HOUR)
    paper.before = None
    share.refresh_from_db()

    reword_share(share, text="Said better.", now=now)
    reschedule_share(share, at=now + HOUR, now=now + HOUR)
    publish_due(clock=lambda: now + HOUR)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED


@pytest.mark.parametrize(("answer", "posts"), [("there", 1), ("again", 2)])
def test_the_owner_decides_about_an_unknown_share(
    share: Share, paper: type[Paper], now: datetime, answer: str, posts: int
) -> None:
    paper.after = OutcomeUnknown("timeout")
    paper.looking = TryLater("unreachable", wait=HOUR)
    publish_due(clock=lambda: now + HOUR)
    paper.after = None
    share.refresh_from_db()

    if answer == "there":
        confirm_it_is_there(share, now=now + 2 * HOUR)
    else:
        post_it_again(share, now=now + 2 * HOUR)
    reconcile(clock=lambda: now + 2 * HOUR)
    publish_due(clock=lambda: now + 2 * HOUR)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED
    assert len(paper.ledger) == posts
    with pytest.raises(TooLate):
        confirm_it_is_there(share, now=now + 2 * HOUR)


def test_who_leaves_sends_nothing_any_more(share: Share, paper: type[Paper], now: datetime) -> None:
    Draft.objects.create(person=share.person, story=share.story, text="Unfinished", saved_at=now)

    person_left.send(sender=Person, person=share.person, now=now)
    publish_due(clock=lambda: now + HOUR)

    share.refresh_from_db()
    assert (share.state, share.reason) == (State.CANCELLED, "left")
    assert paper.ledger == []
    assert not Draft.objects.exists()
