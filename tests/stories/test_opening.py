"""A story's life: published now or later, withdrawn, brought back, featured; and each act undone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from advocacy.people.models import Person
from advocacy.stories import opening
from advocacy.stories.editing import ChangedMeanwhile
from advocacy.stories.featuring import feature_story, stop_featuring
from advocacy.stories.models import State, Story
from tests.stories.conftest import MakeStory
from tests.stories.paper_forms import form_on, text_of


def on_the_wall(person: Person) -> list[str]:
    return [story.title for story in Story.objects.open_at(timezone.now()).meant_for(person)]


def test_publishing_opens_a_story_for_thirty_days(desk: Client, editor_url: str, alice: Person) -> None:
    page = desk.post(
        editor_url, {**form_on(desk.get(editor_url)), "audience": "everyone", "do": "publish"}, follow=True
    )

    story = Story.objects.get()
    assert "It stands on the wall until" in text_of(page)
    assert on_the_wall(alice) == ["Our roof is a garden"]
    assert story.opens_at is not None
    assert story.closes_at == story.opens_at + timedelta(days=30)


def test_what_is_typed_on_the_page_is_saved_before_it_is_published(
    desk: Client, editor_url: str, alice: Person
) -> None:
    desk.post(
        editor_url,
        {**form_on(desk.get(editor_url)), "title": "A better title", "audience": "everyone", "do": "publish"},
    )

    assert on_the_wall(alice) == ["A better title"]


def test_a_story_for_nobody_is_saved_and_not_published(desk: Client, editor_url: str) -> None:
    page = desk.post(editor_url, {**form_on(desk.get(editor_url)), "title": "Kept", "do": "publish"})

    assert page.status_code == 422
    assert "Choose who it is for" in text_of(page)
    assert "Nobody yet" in text_of(page, "#reach")
    story = Story.objects.get()
    assert (story.title, story.published_at) == ("Kept", None)
    # The page goes on from what was saved.
    assert (
        desk.post(editor_url, {**form_on(page), "audience": "everyone", "do": "publish"}).status_code == 302
    )


def test_some_of_us_without_saying_whom_is_nobody(desk: Client, editor_url: str) -> None:
    form = {**form_on(desk.get(editor_url)), "audience": "some", "do": "publish"}

    assert desk.post(editor_url, form).status_code == 422


def test_a_scheduled_story_opens_by_itself(desk: Client, editor_url: str, alice: Person) -> None:
    year = timezone.now().year + 1
    page = desk.post(
        editor_url,
        {
            **form_on(desk.get(editor_url)),
            "audience": "everyone",
            "opens_at": f"{year}-01-10T09:00",
            "do": "publish",
        },
        follow=True,
    )

    assert "It opens by itself on" in text_of(page)
    assert on_the_wall(alice) == []
    opens_at = datetime(year, 1, 10, 8, tzinfo=UTC)
    story = Story.objects.get()
    assert story.state(opens_at - timedelta(seconds=1)) == State.SCHEDULED
    assert story.state(opens_at) == State.OPEN
    assert story.closes_at == opens_at + timedelta(days=30)
    assert story.state(story.closes_at) == State.CLOSED


def test_a_moment_to_open_that_went_by_meanwhile_is_now(
    make_story: MakeStory, erin: Person, now: datetime
) -> None:
    story = make_story(for_everyone=True, opens_at=now - timedelta(minutes=5))

    opening.publish_story(story, by=erin, now=now)

    assert story.opens_at == now


@pytest.mark.parametrize("closes_in", [timedelta(minutes=-5), timedelta(0)])
def test_a_story_that_would_close_at_once_is_not_published(
    make_story: MakeStory, erin: Person, now: datetime, closes_in: timedelta
) -> None:
    story = make_story(for_everyone=True, closes_at=now + closes_in)

    with pytest.raises(opening.CannotPublish, match="close before it opens"):
        opening.publish_story(story, by=erin, now=now)


def test_a_story_is_published_once(make_story: MakeStory, erin: Person, now: datetime) -> None:
    story = make_story(for_everyone=True)
    opening.publish_story(story, by=erin, now=now)

    with pytest.raises(opening.CannotPublish, match="already"):
        opening.publish_story(story, by=erin, now=now)


def test_withdrawing_takes_it_away_and_undo_brings_it_back_as_it_was(
    desk: Client, make_story: MakeStory, alice: Person
) -> None:
    now = timezone.now()
    story = make_story(for_everyone=True, published_at=now, opens_at=now, closes_at=now + timedelta(days=3))

    page = desk.post(reverse("stories:withdraw", args=[story.pk]), follow=True)
    assert "It was withdrawn on" in text_of(page)
    assert on_the_wall(alice) == []

    undo = form_on(page, "form.banner")
    back = desk.post(reverse("stories:undo", args=[story.pk]), undo, follow=True)
    assert "Undone." in text_of(back, "#messages")
    assert on_the_wall(alice) == [story.title]

    # Pressed twice, it says so.
    again = desk.post(reverse("stories:undo", args=[story.pk]), undo, follow=True)
    assert "Too late to undo." in text_of(again, "#messages")


def test_publishing_can_be_undone(desk: Client, editor_url: str, alice: Person, story: Story) -> None:
    page = desk.post(
        editor_url, {**form_on(desk.get(editor_url)), "audience": "everyone", "do": "publish"}, follow=True
    )

    desk.post(reverse("stories:undo", args=[story.pk]), form_on(page, "form.banner"))

    story.refresh_from_db()
    assert (story.published_at, story.opens_at, story.closes_at) == (None, None, None)
    assert on_the_wall(alice) == []


@pytest.mark.parametrize("note", ["", "forged", "eyJzdG9yeSI6MX0:1:x"])
def test_only_an_act_of_ours_can_be_undone(desk: Client, story: Story, note: str) -> None:
    assert desk.post(reverse("stories:undo", args=[story.pk]), {"note": note}).status_code == 404
    assert (
        "form.banner"
        not in desk.get(reverse("stories:edit", args=[story.pk]), {"undo": note}).content.decode()
    )


def test_the_note_of_one_story_undoes_no_other(desk: Client, make_story: MakeStory) -> None:
    one, other = make_story("One"), make_story("Other")
    page = desk.post(reverse("stories:withdraw", args=[one.pk]), follow=True)

    answer = desk.post(reverse("stories:undo", args=[other.pk]), form_on(page, "form.banner"))

    assert answer.status_code == 404


def test_a_closed_story_opens_for_another_thirty_days(
    desk: Client, make_story: MakeStory, alice: Person
) -> None:
    now, day = timezone.now(), timedelta(days=1)
    story = make_story(for_everyone=True, published_at=now, opens_at=now - 40 * day, closes_at=now - 10 * day)

    desk.post(reverse("stories:reopen", args=[story.pk]))

    story.refresh_from_db()
    assert story.closes_at is not None
    assert story.closes_at - timezone.now() > 29 * day
    assert on_the_wall(alice) == [story.title]


def test_a_withdrawn_draft_comes_back_as_a_draft(desk: Client, make_story: MakeStory) -> None:
    story = make_story(withdrawn_at=timezone.now())

    desk.post(reverse("stories:reopen", args=[story.pk]))

    story.refresh_from_db()
    assert story.state(timezone.now()) == State.DRAFT


def test_acts_on_a_story_that_changed_meanwhile_do_nothing(
    make_story: MakeStory, erin: Person, now: datetime
) -> None:
    story = make_story(for_everyone=True)
    Story.objects.filter(pk=story.pk).update(changed_at=now + timedelta(minutes=1))

    for act in (opening.publish_story, opening.withdraw_story):
        with pytest.raises(ChangedMeanwhile):
            act(story, by=erin, now=now + timedelta(minutes=2))


class TestFeatured:
    def order(self, person: Person, now: datetime) -> list[str]:
        wall = Story.objects.open_at(now).meant_for(person).featured_first(now)
        return [("*" if vars(story)["is_featured"] else "") + story.title for story in wall]

    def test_the_five_that_were_marked_last_stand_first(
        self, make_story: MakeStory, alice: Person, now: datetime
    ) -> None:
        for number in range(7):
            opens_at = now - timedelta(days=10 - number)
            story = make_story(str(number), for_everyone=True, published_at=opens_at, opens_at=opens_at)
            if number != 6:
                feature_story(story, now=now - timedelta(hours=10 - number))

        assert self.order(alice, now) == ["*5", "*4", "*3", "*2", "*1", "6", "0"]

        stop_featuring(Story.objects.get(title="5"))
        assert self.order(alice, now) == ["*4", "*3", "*2", "*1", "*0", "6", "5"]

    def test_one_that_is_not_open_takes_no_slot(
        self, make_story: MakeStory, alice: Person, now: datetime
    ) -> None:
        for number in range(5):
            story = make_story(str(number), for_everyone=True, published_at=now, opens_at=now)
            feature_story(story, now=now)
        for late in (
            make_story("Later", published_at=now, opens_at=now + timedelta(days=1)),
            make_story("Draft"),
        ):
            feature_story(late, now=now + timedelta(hours=1))

        assert self.order(alice, now) == ["*4", "*3", "*2", "*1", "*0"]

    def test_an_editor_marks_and_unmarks(self, desk: Client, story: Story, editor_url: str) -> None:
        marked = desk.post(reverse("stories:feature", args=[story.pk]), follow=True)
        assert "stands first on the wall" in text_of(marked, "#messages")
        assert "No longer first on the wall" in text_of(marked)

        unmarked = desk.post(reverse("stories:unfeature", args=[story.pk]), follow=True)
        assert "Put first on the wall" in text_of(unmarked)


@pytest.mark.parametrize("door", ["withdraw", "reopen", "undo", "feature", "unfeature", "reach"])
def test_acts_are_posted(
    desk: Client, story: Story, door: str, as_person: Callable[[Person], Client]
) -> None:
    assert desk.get(reverse(f"stories:{door}", args=[story.pk])).status_code == 405
