"""Find me a moment, from the composer and for a share in the queue."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Change, Share, State
from advocacy.shares.queueing import find_moment_for_posts, move_to_quiet_moment
from advocacy.shares.sharing import CannotShare, Order, Post, share_story
from advocacy.stories.models import Story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEAR_EQUAL = "Vandaag openen we ons nieuwe magazijn in Utrecht, met vierduizend zonnepanelen op het dak."


@pytest.fixture
def post(account: Account) -> Post:
    return Post(account, NEAR_EQUAL, "nl")


def plan(story: Story, account: Account, text: str, *, at: datetime, now: datetime) -> Share:
    order = Order(account.person, [Post(account, text, "nl")], at=at, submission=uuid4())
    return share_story(story, order, now=now)[0]


def found_at(post: Post, story: Story, *, now: datetime) -> datetime:
    return find_moment_for_posts([post], story, person=post.account.person, now=now).at.astimezone(UTC)


def test_it_keeps_away_from_colleagues_who_say_nearly_the_same(
    story: Story, post: Post, bob: Person, make_account: Callable[[Person], Account], now: datetime
) -> None:
    quarter = now + timedelta(minutes=15)
    assert found_at(post, story, now=now) == quarter

    hers = make_account(bob)
    other_words = plan(story, hers, "Iets heel anders, over mijn eigen werk.", at=quarter, now=now)
    assert found_at(post, story, now=now) == quarter

    Share.objects.filter(pk=other_words.pk).update(text=f"{NEAR_EQUAL} 🎉 #trots")
    assert found_at(post, story, now=now) == quarter + timedelta(minutes=30)

    Share.objects.update(state=State.CANCELLED)
    assert found_at(post, story, now=now) == quarter


def test_of_a_colleague_it_tells_neither_name_nor_words(
    story: Story, post: Post, bob: Person, make_account: Callable[[Person], Account], now: datetime
) -> None:
    plan(story, make_account(bob), f"{NEAR_EQUAL} Geheim!", at=now + timedelta(minutes=15), now=now)
    share = plan(story, post.account, NEAR_EQUAL, at=now + 5 * HOUR, now=now)

    found = move_to_quiet_moment(share, now=now)

    assert found.alike == 1
    assert {"at", "after", "before", "full_days", "alike"} == set(vars(found))


def test_a_share_does_not_stand_in_its_own_way(story: Story, post: Post, now: datetime) -> None:
    quarter = now + timedelta(minutes=15)
    share = plan(story, post.account, NEAR_EQUAL, at=quarter, now=now)

    assert move_to_quiet_moment(share, now=now).at == quarter


def test_at_most_two_a_day_and_half_an_hour_apart_counting_what_was_sent_today(
    story: Story, post: Post, now: datetime
) -> None:
    first = plan(story, post.account, "Een", at=now + HOUR, now=now)
    assert found_at(post, story, now=now + 50 * HOUR / 60) == now + HOUR + timedelta(minutes=30)

    Share.objects.filter(pk=first.pk).update(state=State.PUBLISHED, published_at=now - HOUR)
    plan(story, post.account, "Twee", at=now + 3 * HOUR, now=now)
    assert found_at(post, story, now=now) == datetime(2026, 11, 18, 7, tzinfo=UTC)


def test_never_after_the_story_closes_or_the_connection_ends(story: Story, post: Post, now: datetime) -> None:
    evening = now.replace(hour=19, minute=30)
    Story.objects.update(closes_at=evening + 11 * HOUR)
    story.refresh_from_db()
    with pytest.raises(CannotShare, match="before this story closes on"):
        found_at(post, story, now=evening)

    Story.objects.update(closes_at=None)
    story.refresh_from_db()
    post.account.expires_at = evening + 10 * HOUR
    with pytest.raises(CannotShare, match="before the connection to Paper @alice ends"):
        found_at(post, story, now=evening)

    post.account.refresh_token = "it renews itself"
    assert found_at(post, story, now=evening) == datetime(2026, 11, 18, 7, tzinfo=UTC)


def test_a_year_that_is_full_is_said_to_be_full(
    story: Story, post: Post, copies_of: Callable[..., list[Share]], now: datetime
) -> None:
    Story.objects.update(closes_at=now + 5 * DAY)
    story.refresh_from_db()
    share = plan(story, post.account, "Een", at=now + HOUR, now=now)
    for day in range(6):
        copies_of(share, 2, due_at=now + day * DAY, try_at=now + day * DAY, last_safe_at=now + 9 * DAY)

    with pytest.raises(CannotShare, match="6 days until then already have their posts"):
        found_at(post, story, now=now)


@pytest.fixture
def open_story(story: Story) -> Story:
    real = timezone.now()
    Story.objects.update(opens_at=real - DAY, published_at=real - DAY, closes_at=None)
    story.refresh_from_db()
    return story


def test_the_composer_finds_a_moment_without_a_script(
    open_story: Story, account: Account, alice: Person, as_person: Callable[[Person], Client]
) -> None:
    form = {"text": "Trots.", "language": "nl", "accounts": str(account.pk), "attach": "", "when": "quiet"}
    browser = as_person(alice)
    foretold = browser.post(f"/shares/{open_story.pk}/draft/", form, headers={"HX-Request": "true"})

    answer = browser.post(f"/shares/{open_story.pk}/create/", form, follow=True)

    local = Share.objects.get().due_at.astimezone(alice.zone)
    assert time(8) <= local.time() < time(20)
    for page in (foretold, answer):
        assert f"{local:%H:%M}: the first free moment." in page.content.decode()


def test_the_composer_says_why_there_is_none_and_keeps_the_words(
    open_story: Story, account: Account, alice: Person, as_person: Callable[[Person], Client]
) -> None:
    now = timezone.now()
    plan(open_story, account, "Iets anders.", at=now, now=now)
    Account.objects.update(expires_at=now + timedelta(seconds=30))
    form = {"text": "Trots.", "language": "nl", "accounts": str(account.pk), "attach": "", "when": "quiet"}

    answer = as_person(alice).post(f"/shares/{open_story.pk}/create/", form)

    assert answer.status_code == 422
    assert "There is no free moment before the connection" in answer.content.decode()
    assert "Trots." in answer.content.decode()
    assert Share.objects.get().text == "Iets anders."


def test_a_share_in_the_queue_is_moved_and_can_be_moved_back(
    open_story: Story, account: Account, alice: Person, as_person: Callable[[Person], Client]
) -> None:
    now = timezone.now()
    planned = plan(open_story, account, "Trots.", at=now + 9 * DAY, now=now)
    browser = as_person(alice)

    answer = browser.post(f"/shares/mine/{planned.pk}/find/", follow=True)

    share = Share.objects.get()
    assert share.due_at < now + 2 * DAY
    assert "the first free moment" in answer.content.decode()
    assert "You asked for a quiet moment" in answer.content.decode()
    assert share.changes.get().kind == Change.Kind.FOUND

    browser.post(f"/shares/mine/{planned.pk}/unmove/")
    assert Share.objects.get().due_at == planned.due_at
