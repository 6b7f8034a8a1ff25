"""With how many voices a story was told and a team speaks, and of what, on the pages that say so."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from advocacy.people.models import Person, Role, RoleGrant, Team
from advocacy.reports.figures import Missing
from advocacy.reports.voices import voices_about
from advocacy.shares.models import Share
from advocacy.stories.models import Story
from tests.conduct.test_voices import OWN, PASTED
from tests.reports.conftest import History
from tests.stories.paper_forms import form_on

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]
NOT_YET = "Not yet: from 10 posts by 5 people."


def tell(
    history: History,
    story: Story,
    texts: list[str],
    *,
    by: list[Person] | None = None,
    platform: str = "bluesky",
    by_hand: bool = False,
) -> None:
    """Let each text be posted by somebody else, or in turn by these people."""
    people = by or history.people(len(texts))
    for number, text in enumerate(texts):
        share = history.post(people[number % len(people)], story, platform=platform, by_hand=by_hand)
        Share.objects.filter(pk=share.pk).update(text=text)


def words(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def page_of(story: Story, client: Client) -> str:
    return words(client, f"/reports/stories/{story.pk}/")


def test_eight_copies_and_two_of_one_s_own_are_about_two_voices(
    history: History, story: Story, alice: Person, as_person: AsPerson
) -> None:
    tell(history, story, [PASTED] * 8 + OWN[:2])

    page = page_of(story, as_person(alice))

    assert "10 posts, about 2 voices." in page
    assert PASTED not in page
    assert OWN[0] not in page
    assert "key point of the story" not in page


def test_below_ten_posts_it_says_so_and_from_when(
    history: History, story: Story, alice: Person, as_person: AsPerson
) -> None:
    tell(history, story, OWN[:9])
    # Practice does not count, nor what people say that they posted themselves.
    tell(history, story, OWN[9:], platform="rehearsal")
    tell(history, story, OWN[:6], by_hand=True)

    page = page_of(story, as_person(alice))

    assert NOT_YET in page
    assert "posts, about" not in page


def test_posts_by_hand_alone_have_no_voices_for_the_hub_knows_no_words_of_theirs(
    history: History, story: Story, alice: Person, as_person: AsPerson
) -> None:
    tell(history, story, OWN, by_hand=True)

    assert NOT_YET in page_of(story, as_person(alice))


def test_voices_tell_no_number_of_posts_that_is_hidden_on_the_same_page(
    history: History, story: Story, alice: Person, as_person: AsPerson
) -> None:
    tell(history, story, OWN, by_hand=True)
    tell(history, story, OWN)
    # The only other story is one person's. Who knows all shares and this story's would know theirs.
    [other] = history.people(1)
    tell(history, history.story("Another"), OWN[:3], by=[other])

    page = page_of(story, as_person(alice))

    assert "not shown" in page
    assert NOT_YET in page


def test_the_editor_says_what_a_story_comes_down_to_and_how_many_touch_it_is_told_roughly(
    history: History, story: Story, erin: Person, as_person: AsPerson, now: datetime
) -> None:
    Story.objects.update(closes_at=now + timedelta(days=1))
    editor, address = as_person(erin), reverse("stories:edit", args=[story.pk])
    form = form_on(editor.get(address))
    saved = editor.post(address, {**form, "key_points": "lood, koper*\nsolderen", "do": "save"})
    assert saved.status_code == 302
    assert "koper*" in editor.get(address).content.decode()
    tell(history, story, OWN)

    page = page_of(story, editor)

    # Three of ten.
    assert "30% of the posts touch a key point of the story. Stories of their own" in page
    assert "10 posts, about 10 voices." in page


def test_nearly_all_and_nearly_none_are_not_told_apart_from_all_and_none(
    history: History, story: Story, now: datetime
) -> None:
    Story.objects.filter(pk=story.pk).update(key_points="ketel")
    story.refresh_from_db()
    tell(history, story, OWN)

    told = voices_about(story, now=now)

    assert told
    assert told.coverage
    assert told.coverage.missing is Missing.LEAST


@pytest.fixture
def elsewhere(history: History, story: Story) -> None:
    """Six people of no team share too, so that a team can be shown at all."""
    tell(history, story, OWN[:6])


@pytest.mark.usefixtures("elsewhere")
def test_a_team_has_voices_from_ten_posts_by_five_people(
    history: History, story: Story, support: Team, dana: Person, as_person: AsPerson
) -> None:
    Story.objects.update(key_points="vak")
    people = history.people(6, support)
    tell(history, story, OWN[:9], by=people)
    assert NOT_YET in words(as_person(dana), "/reports/voices/")

    tell(history, story, [PASTED] * 9, by=people)

    page = words(as_person(dana), "/reports/voices/")
    assert "18 posts, about 6 voices." in page
    assert "An echo: few voices, and the same point." in page
    assert "50%" in page
    for secret in (PASTED, OWN[0], people[0].name):
        assert secret not in page


@pytest.mark.usefixtures("elsewhere")
def test_a_manager_hears_of_their_own_teams_alone(
    history: History, story: Story, support: Team, make_person: Callable[..., Person], as_person: AsPerson
) -> None:
    tell(history, story, OWN * 2, by=history.people(6, support))
    other = Team.objects.create(name="Workshop")
    mia = make_person("Mia")
    RoleGrant.objects.create(person=mia, role=Role.MANAGER, team=other)

    page = words(as_person(mia), "/reports/voices/")

    assert "Workshop" in page
    assert "Support" not in page
    assert "posts, about" not in page


def test_a_team_whose_shares_are_hidden_has_no_voices_either(
    history: History, story: Story, support: Team, dana: Person, as_person: AsPerson
) -> None:
    tell(history, story, OWN * 2, by=history.people(6, support))
    # One person of another team: who knows the total and Support would know theirs.
    sales = Team.objects.create(name="Sales")
    tell(history, story, OWN[:2], by=history.people(1, sales))

    page = words(as_person(dana), "/reports/voices/")

    assert page.count(NOT_YET) == 2
    assert "posts, about" not in page


def test_without_teams_it_says_where_they_come_from(dana: Person, as_person: AsPerson) -> None:
    assert "There are no teams yet" in words(as_person(dana), "/reports/voices/")


def test_only_managers_hear_of_teams(
    alice: Person, erin: Person, make_person: Callable[..., Person], as_person: AsPerson
) -> None:
    for person in (alice, erin, make_person("Ada", roles=(Role.ADMINISTRATOR,))):
        assert as_person(person).get("/reports/voices/").status_code == 404


@pytest.mark.usefixtures("elsewhere")
def test_many_teams_and_many_posts_ask_the_database_no_more(
    history: History,
    story: Story,
    support: Team,
    dana: Person,
    as_person: AsPerson,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    tell(history, story, OWN * 2, by=history.people(6, support))
    client = as_person(dana)
    client.get("/reports/voices/")
    with CaptureQueriesContext(connection) as few:
        client.get("/reports/voices/")

    for name in ("Workshop", "Advice", "Office"):
        tell(history, story, OWN * 2, by=history.people(6, Team.objects.create(name=name)))

    with django_assert_num_queries(len(few)):
        page = words(client, "/reports/voices/")
    assert page.count("20 posts, about 10 voices.") == 4


def test_what_was_posted_before_is_not_heard_now(history: History, story: Story, now: datetime) -> None:
    tell(history, story, OWN)

    assert voices_about(story, now=now)
    assert voices_about(story, now=now + timedelta(days=200)) is None
