"""The editors' list of all stories."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person
from advocacy.stories.models import State, Story, Topic
from tests.stories.conftest import MakePicture, MakeStory
from tests.stories.paper_forms import text_of

DESK = "/stories/"


def moments(state: State) -> Mapping[str, datetime]:
    now, day = timezone.now(), timedelta(days=1)
    published = {"published_at": now - 9 * day, "opens_at": now - 8 * day, "closes_at": now + 8 * day}
    return {
        State.DRAFT: {},
        State.SCHEDULED: published | {"opens_at": now + day},
        State.OPEN: published,
        State.CLOSED: published | {"closes_at": now - day},
        State.WITHDRAWN: published | {"withdrawn_at": now},
    }[state]


def test_every_story_stands_there_with_its_state(desk: Client, make_story: MakeStory) -> None:
    for state in State:
        make_story(f"A story that is {state.value}", **moments(state))

    page = text_of(desk.get(DESK))

    for words in ("All 5", "Draft 1", "Scheduled 1", "Open 1", "Closed 1", "Withdrawn 1"):
        assert words in page
    for state in State:
        assert f"A story that is {state.value}" in page
        narrowed = LexborHTMLParser(desk.get(DESK, {"state": state.value}).content)
        assert [link.text(strip=True) for link in narrowed.css("ul.list .list__title a")] == [
            f"A story that is {state.value}"
        ]


def test_what_the_database_and_the_story_call_its_state_is_the_same(make_story: MakeStory) -> None:
    now = timezone.now()
    instants = (None, now - timedelta(days=2), now - timedelta(days=1), now, now + timedelta(days=1))
    for opens_at in instants:
        for closes_at in instants:
            if not (opens_at and closes_at and closes_at <= opens_at):
                for published_at in (None, now) if opens_at else (None,):
                    make_story(opens_at=opens_at, closes_at=closes_at, published_at=published_at)
                    make_story(
                        opens_at=opens_at, closes_at=closes_at, published_at=published_at, withdrawn_at=now
                    )

    counts = Story.objects.all().count_states(now)

    assert sum(counts.values()) == Story.objects.count()
    for state in State:
        stories = list(Story.objects.in_state(state, now))
        assert len(stories) == counts[state]
        assert {story.state(now) for story in stories} <= {state}
    assert {story.pk for story in Story.objects.open_at(now)} == {
        story.pk for story in Story.objects.all() if story.is_open(now)
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [("roof", True), ("ROOF garden", True), ("bees news", True), ("energy", True), ("roof cellar", False)],
)
def test_all_words_must_stand_somewhere(desk: Client, make_story: MakeStory, words: str, found: bool) -> None:
    story = make_story("Our roof is a garden")
    story.topics.add(Topic.objects.create(name="Energy"))
    make_story("Something else", summary="Nothing", site_name="Elsewhere")

    page = text_of(desk.get(DESK, {"q": words}))

    assert ("Our roof is a garden" in page) is found
    assert "Something else" not in page


def test_searching_keeps_the_state_and_counts_what_was_found(desk: Client, make_story: MakeStory) -> None:
    make_story("Bees, a draft")
    make_story("Bees, open", **moments(State.OPEN))

    page = desk.get(DESK, {"q": "bees", "state": "draft"})

    assert "Draft 1" in text_of(page)
    assert "Bees, open" not in text_of(page)
    assert '<input type="hidden" name="state" value="draft">' in page.content.decode()


def test_an_empty_desk_says_how_to_begin(desk: Client) -> None:
    page = desk.get(DESK)

    assert "The first story starts with a link" in text_of(page)
    assert f'href="{reverse("stories:start")}"' in page.content.decode()
    assert "Nothing has these words" in text_of(desk.get(DESK, {"q": "x"}))
    assert "No story stands here now" in text_of(desk.get(DESK, {"state": "open"}))


@pytest.mark.parametrize(
    "query", [{"state": "secret"}, {"page": "x"}, {"page": "-1"}, {"q": "%_'\";--"}, {"q": "a\0b"}]
)
def test_an_odd_address_is_answered_as_well_as_can_be(
    desk: Client, make_story: MakeStory, query: dict[str, str]
) -> None:
    make_story()

    assert desk.get(DESK, query).status_code == 200


def test_it_has_pages(desk: Client, make_story: MakeStory) -> None:
    for number in range(21):
        make_story(f"Number {number:02}", changed_at=timezone.now() + timedelta(minutes=number))

    first, second = desk.get(DESK), desk.get(DESK, {"page": "2"})

    assert "Number 20" in text_of(first)
    assert "Number 00" not in text_of(first)
    assert "Number 00" in text_of(second)
    assert "page 2 of 2" in text_of(second)


def test_a_longer_list_asks_the_database_nothing_more(
    desk: Client, make_story: MakeStory, make_picture: MakePicture
) -> None:
    topic = Topic.objects.create(name="Energy")

    def queries_with_another() -> int:
        story = make_story(f"Story {Story.objects.count()}", **moments(State.OPEN))
        story.topics.add(topic)
        story.story_pictures.create(picture=make_picture())
        story.story_pictures.create(picture=make_picture(), position=1)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(DESK).status_code == 200
        return len(queries)

    # The first visit also writes the session.
    queries_with_another()
    one = queries_with_another()

    assert queries_with_another() == one


def test_only_editors_find_it(alice: Person, dana: Person, as_person: Callable[[Person], Client]) -> None:
    assert as_person(alice).get(DESK).status_code == 404
    assert as_person(dana).get(DESK).status_code == 404
