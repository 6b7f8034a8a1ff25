"""One page, one form: an editor changes everything about a story, with or without a script."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from advocacy.people.models import Person, Role, Team
from advocacy.stories.editing import save_story
from advocacy.stories.forms.fields import as_typed
from advocacy.stories.models import Picture, Story, SuggestedText, Topic
from advocacy.stories.opening import publish_story
from tests.stories.conftest import MakePicture
from tests.stories.paper_forms import Values, form_on, text_of

VIEWS = "advocacy.stories.views.editing"


def test_what_an_editor_types_is_saved_and_shown_again(
    desk: Client, editor_url: str, story: Story, support: Team
) -> None:
    sun = Topic.objects.create(name="Energy")
    form = form_on(desk.get(editor_url))

    answer = desk.post(
        editor_url,
        {
            **form,
            "do": "save",
            "title": "Our roof",
            "summary": "Six thousand plants.",
            "note": "Say what you planted.",
            "url": "https://news.example/roof",
            "site_name": "The News",
            "language": "nl",
            "topics": [sun.pk],
            "new_topics": "Bees, energy",
            "audience": "some",
            "teams": [support.pk],
            "reads": "nl",
            "followers": "on",
            "suggestion_text": ["I planted one.", ""],
            "suggestion_language": ["en", "en"],
            "suggestion_platform": ["bluesky", ""],
        },
        follow=True,
    )

    assert "Saved." in text_of(answer, "#messages")
    saved = form_on(answer)
    assert saved["title"] == ["Our roof"]
    assert saved["note"] == ["Say what you planted."]
    assert saved["suggestion_text"] == ["I planted one."]
    assert saved["suggestion_platform"] == ["bluesky"]
    assert (saved["audience"], saved["reads"], saved["followers"]) == (["some"], ["nl"], ["on"])
    assert saved["teams"] == [str(support.pk)]
    # "energy" was there already, under another spelling.
    assert {topic.name for topic in story.topics.all()} == {"Energy", "Bees"}


def test_a_form_that_is_sent_back_as_it_came_changes_nothing(
    desk: Client, editor_url: str, story: Story, make_picture: MakePicture
) -> None:
    picture = make_picture()
    Picture.objects.filter(pk=picture.pk).update(focal_x=1 / 3, focal_y=2 / 3)
    moments = {
        "published_at": datetime(2026, 1, 1, tzinfo=UTC),
        # Seconds are not shown, and this is the second 2:30 of that night in Amsterdam.
        "opens_at": datetime(2026, 10, 25, 1, 30, 7, tzinfo=UTC),
        "closes_at": datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    }
    Story.objects.filter(pk=story.pk).update(**moments)
    story.story_pictures.create(picture=picture)

    answer = desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": "save"})

    assert answer.status_code == 302
    story.refresh_from_db()
    picture.refresh_from_db()
    assert {name: getattr(story, name) for name in moments} == moments
    assert (picture.focal_x, picture.state, picture.version) == (1 / 3, "ready", 1)


def test_what_the_coach_should_know_is_saved_and_shown_again(
    desk: Client, editor_url: str, story: Story
) -> None:
    told = {
        "about": "product",
        "has_reward": "on",
        "embargo_until": (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M"),
        "is_inside_information": "on",
        "needs_approval": "on",
        "approval": "Ada, file 12",
    }

    answer = desk.post(editor_url, {**form_on(desk.get(editor_url)), **told, "do": "save"}, follow=True)

    shown = form_on(answer)
    assert {name: shown[name] for name in told} == {name: [value] for name, value in told.items()}
    story.refresh_from_db()
    assert (story.about, story.has_reward, story.is_inside_information) == ("product", True, True)
    assert (story.needs_approval, story.approval) == (True, "Ada, file 12")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"is_inside_information": "on"}, "Say until when it is inside information."),
        ({"embargo_until": "2020-01-01T09:00"}, "This moment has passed."),
        ({"about": "nonsense"}, "Select a valid choice."),
    ],
)
def test_what_the_coach_cannot_know_is_not_saved(
    typed: dict[str, str], words: str, desk: Client, editor_url: str, story: Story
) -> None:
    answer = desk.post(editor_url, {**form_on(desk.get(editor_url)), **typed, "do": "save"})

    assert answer.status_code == 422
    assert words in text_of(answer)
    story.refresh_from_db()
    assert (story.is_inside_information, story.embargo_until, story.about) == (False, None, "")


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(desk: Client, editor_url: str) -> None:
    form = form_on(desk.get(editor_url))
    typed = {"title": "", "url": "javascript:alert(1)", "note": "Kept", "suggestion_text": ["Kept too"]}

    answer = desk.post(editor_url, {**form, **typed, "suggestion_language": ["en"], "do": "save"})

    assert answer.status_code == 422
    assert "Give the story a title." in text_of(answer)
    assert "not the address of a web page" in text_of(answer)
    shown = form_on(answer)
    assert (shown["note"], shown["suggestion_text"]) == (["Kept"], ["Kept too"])
    assert Story.objects.get().title == "Our roof is a garden"


def test_markup_in_any_field_is_shown_as_it_was_typed(desk: Client, editor_url: str) -> None:
    attack = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    form = form_on(desk.get(editor_url))
    typed = dict.fromkeys(["title", "summary", "note", "new_topics"], attack[:60]) | {"site_name": attack}
    rows = {"suggestion_text": [attack], "suggestion_language": ["en"], "suggestion_platform": [""]}

    answer = desk.post(editor_url, {**form, **typed, **rows, "do": "save"}, follow=True)
    listed = desk.get(reverse("stories:desk"))

    assert form_on(answer)["suggestion_text"] == [attack]
    for page in (answer, listed):
        assert b"<script>alert" not in page.content
        assert b"<img src=x" not in page.content


class TestSuggestedTexts:
    def test_one_is_added_moved_and_removed_without_a_script(self, desk: Client, editor_url: str) -> None:
        page = desk.post(
            editor_url, {**form_on(desk.get(editor_url)), "do": "add-suggestion", "note": "Typed"}
        )
        first = {**form_on(page), "suggestion_text": ["One"]}
        page = desk.post(editor_url, {**first, "do": "add-suggestion"})
        both = {**form_on(page), "suggestion_text": ["One", "Two"]}

        page = desk.post(editor_url, {**both, "do": "up-suggestion:1"})
        assert form_on(page)["suggestion_text"] == ["Two", "One"]
        page = desk.post(editor_url, {**form_on(page), "do": "down-suggestion:0"})
        assert form_on(page)["suggestion_text"] == ["One", "Two"]
        page = desk.post(editor_url, {**form_on(page), "do": "drop-suggestion:0"})

        assert form_on(page)["suggestion_text"] == ["Two"]
        # Nothing is saved until the editor says so, and nothing else that was typed is lost on the way.
        assert form_on(page)["note"] == ["Typed"]
        assert not SuggestedText.objects.exists()

    @pytest.mark.parametrize(
        "act", ["up-suggestion:0", "down-suggestion:9", "drop-picture:0", "burn:1", "drop-x:"]
    )
    def test_an_act_that_makes_no_sense_changes_nothing(
        self, desk: Client, editor_url: str, act: str
    ) -> None:
        form = {**form_on(desk.get(editor_url)), "suggestion_text": ["One"], "suggestion_language": ["en"]}

        page = desk.post(editor_url, {**form, "do": act})

        assert page.status_code == 200
        assert form_on(page)["suggestion_text"] == ["One"]

    def test_there_is_room_for_fifteen(self, desk: Client, editor_url: str) -> None:
        texts = [f"Text {number}" for number in range(16)]
        form = {**form_on(desk.get(editor_url)), "suggestion_text": texts, "suggestion_language": ["en"] * 16}

        refused = desk.post(editor_url, {**form, "do": "save"})
        assert refused.status_code == 422
        assert "up to 15 suggested texts" in text_of(refused)
        assert "Add a text" not in text_of(refused)

        form |= {"suggestion_text": texts[:15], "suggestion_language": ["en"] * 15}
        assert desk.post(editor_url, {**form, "do": "save"}).status_code == 302
        assert SuggestedText.objects.count() == 15

    def test_one_for_a_platform_that_the_hub_no_longer_knows_stays_for_that(
        self, desk: Client, editor_url: str, story: Story
    ) -> None:
        story.suggestions.create(text="A tap on the line.", language="en", platform="telegraph")

        desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": "save"})

        assert story.suggestions.get().platform == "telegraph"

    def test_they_keep_their_order(self, desk: Client, editor_url: str, story: Story) -> None:
        form = {
            **form_on(desk.get(editor_url)),
            "suggestion_text": ["C", "A", "B"],
            "suggestion_language": ["en"] * 3,
        }

        desk.post(editor_url, {**form, "do": "save"})

        assert [one.text for one in story.suggestions.all()] == ["C", "A", "B"]

    def test_one_that_no_platform_has_room_for_is_refused(self, desk: Client, editor_url: str) -> None:
        form = {
            **form_on(desk.get(editor_url)),
            "suggestion_text": ["x" * 3001],
            "suggestion_language": ["en"],
        }

        assert desk.post(editor_url, {**form, "do": "save"}).status_code == 422


class TestTopics:
    def test_a_story_has_three_at_most_new_ones_included(self, desk: Client, editor_url: str) -> None:
        topics = [Topic.objects.create(name=name).pk for name in ("A", "B", "C")]
        form = {**form_on(desk.get(editor_url)), "topics": topics}

        refused = desk.post(editor_url, {**form, "new_topics": "D", "do": "save"})
        assert refused.status_code == 422
        assert "up to three topics" in text_of(refused)
        # One that is chosen already and typed once more is one topic.
        assert desk.post(editor_url, {**form, "new_topics": "a", "do": "save"}).status_code == 302
        assert Topic.objects.count() == 3

    def test_a_name_has_an_end(self, desk: Client, editor_url: str) -> None:
        form = {**form_on(desk.get(editor_url)), "new_topics": "x" * 61}

        assert desk.post(editor_url, {**form, "do": "save"}).status_code == 422


class TestTwoEditorsAtOnce:
    def test_the_second_is_told_and_loses_nothing(
        self,
        desk: Client,
        editor_url: str,
        make_person: Callable[..., Person],
        as_person: Callable[[Person], Client],
    ) -> None:
        femke = as_person(make_person("Femke", roles=("editor",)))
        mine, hers = form_on(desk.get(editor_url)), form_on(femke.get(editor_url))
        femke.post(editor_url, {**hers, "title": "Femke's title", "note": "Femke's note", "do": "save"})

        told = desk.post(editor_url, {**mine, "title": "Erin's title", "note": "Erin's note", "do": "save"})

        assert told.status_code == 422
        assert "Femke changed this story while you were working on it." in text_of(told)
        assert "Femke's note" in text_of(told, ".banner--alarm")
        assert form_on(told)["note"] == ["Erin's note"]
        assert Story.objects.get().title == "Femke's title"

        # Who has seen both may save again.
        desk.post(editor_url, {**form_on(told), "do": "save"})
        assert Story.objects.get().title == "Erin's title"

    def test_what_the_other_told_the_coach_is_shown_in_words(
        self, desk: Client, editor_url: str, story: Story
    ) -> None:
        mine = form_on(desk.get(editor_url))
        hers = {**mine, "about": "product", "has_reward": "on", "do": "save"}
        assert desk.post(editor_url, hers).status_code == 302

        told = desk.post(editor_url, {**mine, "title": "Mine", "do": "save"})

        assert "a product or an offer of ours" in text_of(told, ".banner--alarm")
        assert "People who share it may win or get somethingyes" in text_of(told, ".banner--alarm")

    def test_rearranging_does_not_hide_a_conflict(self, desk: Client, editor_url: str, story: Story) -> None:
        mine = form_on(desk.get(editor_url))
        desk.post(editor_url, {**form_on(desk.get(editor_url)), "title": "Another tab", "do": "save"})

        page = desk.post(editor_url, {**mine, "do": "add-suggestion"})

        assert desk.post(editor_url, {**form_on(page), "do": "save"}).status_code == 422
        assert Story.objects.get().title == "Another tab"

    @pytest.mark.parametrize("seen", ["", "yesterday", "2026-11-17T09:30:00", "9999-12-31T23:59:59+00:00"])
    def test_a_made_up_version_saves_nothing(self, desk: Client, editor_url: str, seen: str) -> None:
        form = {**form_on(desk.get(editor_url)), "seen": seen, "title": "Forced"}

        assert desk.post(editor_url, {**form, "do": "save"}).status_code == 422
        assert Story.objects.get().title == "Our roof is a garden"


class TestTheSameWordsTwice:
    """Whoever presses two buttons, or one of them twice, has done nothing wrong and is in nobody's way."""

    @pytest.fixture
    def form(self, desk: Client, editor_url: str, story: Story, make_picture: MakePicture) -> Values:
        """The page with something typed in every part of it."""
        story.story_pictures.create(picture=make_picture())
        return {
            **form_on(desk.get(editor_url)),
            "title": ["A roof of bees"],
            "summary": ["Two lines,\r\nas a browser sends them"],
            "new_topics": ["Bees, Energy"],
            "audience": ["everyone"],
            # Still ticked, from before it was for everyone.
            "reads": ["nl"],
            "suggestion_text": ["I planted one.", ""],
            "suggestion_language": ["en", "en"],
            "suggestion_platform": ["bluesky", ""],
            "picture_alt": ["Bees on a roof"],
            "picture_x": ["12.5"],
        }

    def test_save_and_at_once_publish(self, desk: Client, editor_url: str, form: Values) -> None:
        assert desk.post(editor_url, {**form, "do": "save"}).status_code == 302

        page = desk.post(editor_url, {**form, "do": "publish"}, follow=True)

        assert "It stands on the wall until" in text_of(page)
        assert Story.objects.open_at(timezone.now()).get().title == "A roof of bees"

    @pytest.mark.parametrize("button", ["save", "publish"])
    def test_one_button_twice(self, desk: Client, editor_url: str, form: Values, button: str) -> None:
        answers = [desk.post(editor_url, {**form, "do": button}) for _press in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        page = desk.get(editor_url)
        assert form_on(page)["title"] == ["A roof of bees"]
        assert "Nothing was saved" not in text_of(page)

    def test_published_twice_it_opened_once(self, desk: Client, editor_url: str, form: Values) -> None:
        desk.post(editor_url, {**form, "do": "publish"})
        first = Story.objects.get()

        desk.post(editor_url, {**form, "do": "publish"})

        again = Story.objects.get()
        assert (again.published_at, again.opens_at, again.closes_at) == (
            first.published_at,
            first.opens_at,
            first.closes_at,
        )

    @pytest.mark.parametrize("opens", [0, 5], ids=["at once", "later"])
    @pytest.mark.parametrize("closes", [0, 9], ids=["by itself", "when it says"])
    def test_published_twice_it_can_be_undone_as_after_the_first(
        self, desk: Client, editor_url: str, erin: Person, form: Values, opens: int, closes: int
    ) -> None:
        """Where no script runs, the browser shows the answer to the second press only."""
        moments = [
            timezone.now().replace(second=0, microsecond=0) + timedelta(days=n) for n in (opens, closes)
        ]
        wanted = [(opens and moments[0]) or None, (closes and moments[1]) or None]
        with timezone.override(erin.zone):
            form |= {"opens_at": [as_typed(wanted[0])], "closes_at": [as_typed(wanted[1])], "do": ["publish"]}
        first = desk.post(editor_url, form)

        second = desk.post(editor_url, form)

        assert (first.status_code, second.status_code) == (302, 302)
        shown = desk.get(second["Location"])
        assert text_of(shown) == text_of(desk.get(first["Location"]))
        story = Story.objects.get()
        desk.post(reverse("stories:undo", args=[story.pk]), form_on(shown, "form.banner"))
        story.refresh_from_db()
        assert [story.published_at, story.opens_at, story.closes_at] == [None, *wanted]

    def test_when_its_moment_came_meanwhile_it_still_can(
        self, desk: Client, editor_url: str, form: Values, story: Story
    ) -> None:
        """A draft that was to open an hour ago opens now; the second press still names that hour."""
        Story.objects.filter(pk=story.pk).update(opens_at=timezone.now() - timedelta(hours=1))
        past = form_on(desk.get(editor_url))["opens_at"]
        form = {**form, "opens_at": past, "do": ["publish"]}

        answers = [desk.post(editor_url, form) for _press in range(2)]

        assert past != [""]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert "undo=" in answers[1]["Location"]

    def test_while_the_first_is_still_at_work_it_ends_as_that(
        self, desk: Client, editor_url: str, form: Values, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second press has read the draft, and then the first publishes it."""
        real, ends = save_story, []

        def first_press_comes_before(*args: object, **more: object) -> None:
            monkeypatch.setattr(f"{VIEWS}.save_story", real)
            ends.append(desk.post(editor_url, {**form, "do": "publish"}))
            real(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(f"{VIEWS}.save_story", first_press_comes_before)
        second = desk.post(editor_url, {**form, "do": "publish"})

        assert [ends[0].status_code, second.status_code] == [302, 302]
        assert text_of(desk.get(second["Location"])) == text_of(desk.get(ends[0]["Location"]))
        assert "undo=" in second["Location"]

    def test_when_both_saved_before_either_published_both_end_alike(
        self, desk: Client, editor_url: str, form: Values, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, ends = publish_story, []

        def second_press_comes_before(*args: object, **more: object) -> None:
            monkeypatch.setattr(f"{VIEWS}.publish_story", real)
            ends.append(desk.post(editor_url, {**form, "do": "publish"}))
            real(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(f"{VIEWS}.publish_story", second_press_comes_before)
        first = desk.post(editor_url, {**form, "do": "publish"})

        assert [ends[0].status_code, first.status_code] == [302, 302]
        assert "undo=" in first["Location"]
        assert "undo=" in ends[0]["Location"]

    def test_what_a_colleague_published_is_theirs_to_undo(
        self,
        desk: Client,
        editor_url: str,
        form: Values,
        make_person: Callable[..., Person],
        as_person: Callable[[Person], Client],
    ) -> None:
        frank = as_person(make_person("Frank", roles=(Role.EDITOR,)))
        frank.post(editor_url, {**form, "do": "publish"})

        answer = desk.post(editor_url, {**form, "do": "publish"})

        assert answer["Location"] == editor_url

    def test_what_was_changed_after_it_was_published_is_not_undone(
        self, desk: Client, editor_url: str, form: Values
    ) -> None:
        desk.post(editor_url, {**form, "do": "publish"})
        desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": "save"})

        answer = desk.post(editor_url, {**form, "do": "publish"})

        assert answer["Location"] == editor_url

    @pytest.mark.parametrize(
        ("other", "shown"),
        [
            ({"title": ["Another"]}, "A roof of bees"),
            ({"summary": [""]}, "Two lines,"),
            ({"new_topics": ["Bees"]}, "Bees, Energy"),
            ({"audience": ["some"]}, "Everyone"),
            ({"suggestion_platform": ["", ""]}, "I planted one. (English, bluesky)"),
            ({"suggestion_language": ["nl", "nl"]}, "I planted one. (English, bluesky)"),
            ({"picture_alt": ["Wasps"]}, "Bees on a roof"),
            ({"picture_x": ["80"]}, "Bees on a roof (12% from the left, 50% from the top)"),
            ({"has_reward": ["on"]}, "People who share it may win or get something"),
        ],
    )
    @pytest.mark.parametrize("button", ["save", "publish"])
    def test_other_words_in_any_part_are_a_conflict_and_stay_on_the_page(
        self, desk: Client, editor_url: str, form: Values, other: Values, shown: str, button: str
    ) -> None:
        desk.post(editor_url, {**form, "do": "save"})
        stored = {**form_on(desk.get(editor_url)), "csrfmiddlewaretoken": ["new on every page"]}

        told = desk.post(editor_url, {**form, **other, "do": button})

        assert told.status_code == 422
        assert "in another window" in text_of(told, ".banner--alarm")
        assert shown in text_of(told, ".banner--alarm")
        kept = form_on(told)
        assert {name: kept[name] for name in other} == other
        assert {**form_on(desk.get(editor_url)), "csrfmiddlewaretoken": ["new on every page"]} == stored

    def test_other_words_than_what_was_published_meanwhile_are_a_conflict(
        self, desk: Client, editor_url: str, form: Values
    ) -> None:
        desk.post(editor_url, {**form, "do": "publish"})

        told = desk.post(editor_url, {**form, "title": "Too late", "do": "publish"})

        assert told.status_code == 422
        assert "in another window" in text_of(told, ".banner--alarm")
        assert form_on(told)["title"] == ["Too late"]
        assert Story.objects.get().title == "A roof of bees"

    def test_what_was_withdrawn_meanwhile_is_not_published(
        self, desk: Client, editor_url: str, form: Values, story: Story
    ) -> None:
        desk.post(editor_url, {**form, "do": "save"})
        desk.post(reverse("stories:withdraw", args=[story.pk]))

        told = desk.post(editor_url, {**form, "do": "publish"})

        assert told.status_code == 422
        assert "has been withdrawn meanwhile" in text_of(told)
        assert Story.objects.get().published_at is None


class TestMoments:
    """The clock of Erin, who lives in Amsterdam."""

    def save(self, desk: Client, editor_url: str, **typed: str) -> tuple[int, str]:
        answer = desk.post(editor_url, {**form_on(desk.get(editor_url)), **typed, "do": "save"}, follow=True)
        return answer.status_code, text_of(answer)

    def test_they_are_read_on_the_editors_own_clock(self, desk: Client, editor_url: str) -> None:
        year = timezone.now().year + 1
        self.save(desk, editor_url, opens_at=f"{year}-07-01T09:30", closes_at=f"{year}-12-01T09:30")

        story = Story.objects.get()
        assert story.opens_at == datetime(year, 7, 1, 7, 30, tzinfo=UTC)
        assert story.closes_at == datetime(year, 12, 1, 8, 30, tzinfo=UTC)
        assert form_on(desk.get(editor_url))["opens_at"] == [f"{year}-07-01T09:30"]

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"opens_at": "2020-01-01T10:00"}, "This moment has passed"),
            ({"closes_at": "2020-01-01T10:00"}, "This moment has passed"),
            (
                {"opens_at": "2028-01-02T10:00", "closes_at": "2028-01-01T10:00"},
                "It must close after it opens",
            ),
            (
                {"opens_at": "2028-01-02T10:00", "closes_at": "2028-01-02T10:00"},
                "It must close after it opens",
            ),
            ({"opens_at": "20280-01-02T10:00"}, "Write a date and a time"),
            ({"opens_at": "9999-12-31T23:59"}, "Is the year right?"),
            ({"opens_at": "0001-01-01T00:00"}, "Write a date and a time"),
            ({"opens_at": "tomorrow"}, "Write a date and a time"),
            # The clock goes from 2:00 to 3:00 that night.
            ({"opens_at": "2027-03-28T02:30"}, "this time does not exist. Did you mean 03:30?"),
        ],
    )
    def test_impossible_ones_are_refused_in_words(
        self, desk: Client, editor_url: str, typed: dict[str, str], words: str
    ) -> None:
        status, page = self.save(desk, editor_url, **typed)

        assert status == 422
        assert words in page

    def test_in_the_hour_that_comes_twice_the_first_is_meant(self, desk: Client, editor_url: str) -> None:
        status, _page = self.save(desk, editor_url, opens_at="2027-10-31T02:30")

        assert status == 200
        assert Story.objects.get().opens_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)

    def test_a_published_story_keeps_its_moments(self, desk: Client, editor_url: str, story: Story) -> None:
        now = timezone.now()
        Story.objects.filter(pk=story.pk).update(
            published_at=now, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1)
        )

        status, page = self.save(desk, editor_url, opens_at="", closes_at="")

        assert status == 422
        assert "say when it opens" in page
        assert "say when it closes" in page


class TestLookingOnly:
    @pytest.mark.parametrize("door", ["edit", "reach", "withdraw", "reopen", "undo", "feature", "unfeature"])
    def test_who_edits_nothing_finds_nothing(
        self, door: str, story: Story, alice: Person, as_person: Callable[[Person], Client]
    ) -> None:
        url = reverse(f"stories:{door}", args=[story.pk])
        browser = as_person(alice)

        assert browser.get(url).status_code == 404
        assert browser.post(url, {"title": "Alice's"}).status_code == 404
        story.refresh_from_db()
        assert story.title == "Our roof is a garden"
        assert story.withdrawn_at is None

    def test_a_story_that_does_not_exist_is_not_found(self, desk: Client) -> None:
        assert desk.get(reverse("stories:edit", args=[987_654])).status_code == 404

    def test_strangers_are_asked_to_sign_in(self, client: Client, editor_url: str) -> None:
        assert client.get(editor_url).status_code == 302

    def test_the_page_asks_for_counts_and_previews(self, desk: Client, editor_url: str, story: Story) -> None:
        page = desk.post(
            editor_url, {**form_on(desk.get(editor_url)), "do": "add-suggestion"}
        ).content.decode()

        assert f'hx-post="{reverse("shares:count")}"' in page
        assert f'hx-get="{reverse("shares:preview_story", args=[story.pk])}"' in page

    def test_previews_come_by_day_and_by_night_without_a_script_too(self, desk: Client, story: Story) -> None:
        url = reverse("shares:preview_story", args=[story.pk])

        page, part = desk.get(url), desk.get(url, headers={"HX-Request": "true"})

        assert "By night" in text_of(page)
        assert page.content.count(b'class="post post--bluesky"') == 2
        assert part.content.count(b'class="post post--bluesky"') == 1
        assert b"<html" not in part.content
