"""The report pages through the front door: who may enter, what stands there, and what it costs."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy.people.models import Person, Role, RoleGrant, Team
from advocacy.shares.models import Share
from advocacy.stories.models import Story
from tests.reports.conftest import History

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]
QUERIES_OF_THE_OVERVIEW = 14


@pytest.fixture
def shared(history: History, story: Story, support: Team) -> list[Person]:
    """Six of Support shared the story, with thirty clicks between them."""
    people = history.people(6, support)
    for person, clicks in zip(people, [8, 6, 6, 4, 4, 2], strict=True):
        history.post(person, story, clicks=clicks, likes=3)
    history.count_heads_daily(days=3)
    return people


def words(client: Client, address: str) -> str:
    """Return what stands on the page, without its marks."""
    page = client.get(address).content.decode()
    return re.sub(r"<svg.*?</svg>|<[^>]*>|\s+", " ", page, flags=re.DOTALL)


def test_only_managers_find_the_overview(
    alice: Person, erin: Person, dana: Person, as_person: AsPerson
) -> None:
    assert as_person(alice).get("/reports/").status_code == 404
    assert as_person(erin).get("/reports/").status_code == 404
    assert as_person(dana).get("/reports/").status_code == 200
    assert Client().get("/reports/").status_code == 302


@pytest.mark.usefixtures("shared")
def test_the_page_says_its_figures_and_how_each_is_known(dana: Person, as_person: AsPerson) -> None:
    page = words(as_person(dana), "/reports/")

    for said in (
        "Clicks 30", "Shares 6", "Reactions 18",
        "measured by us, 4 weeks", "reported by the network, 4 weeks", "How it is counted",
        "Practice does not count", "A day here is a day in UTC",
    ):  # fmt: skip
        assert said in " ".join(page.split()), said


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    ("zone", "begins"), [("UTC", "00:00"), ("Asia/Kolkata", "05:30"), ("Asia/Tokyo", "09:00")]
)
def test_the_page_says_when_a_day_begins_on_the_reader_s_clock(
    dana: Person, as_person: AsPerson, zone: str, begins: str
) -> None:
    Person.objects.filter(pk=dana.pk).update(time_zone=zone)

    assert f"Today began at {begins} on your clock" in " ".join(words(as_person(dana), "/reports/").split())


def test_nobody_s_name_stands_on_a_report(
    shared: list[Person], story: Story, dana: Person, as_person: AsPerson
) -> None:
    for address in ("/reports/", "/reports/?weeks=13", f"/reports/stories/{story.pk}/"):
        page = as_person(dana).get(address).content.decode()
        assert not [person.name for person in shared if person.name in page or person.email in page]


def test_a_manager_of_a_team_finds_no_other_team(
    shared: list[Person], history: History, story: Story, support: Team, bob: Person, as_person: AsPerson
) -> None:
    secret = Team.objects.create(name="Mergers")
    for person in history.people(7, secret):
        history.post(person, story)
    RoleGrant.objects.create(person=bob, role=Role.MANAGER, team=support)

    page = words(as_person(bob), "/reports/")

    assert "Your team" in page
    assert "Support" in page
    assert "Mergers" not in page


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    "query",
    ["weeks=<script>alert(1)</script>", "weeks=-1", "weeks=99999999999999999999", "weeks=4'--", "weeks=%00",
     "weeks=1&weeks=13&weeks=x", "weeks[]=1", "weeks=" + "9" * 5000, "team=1&story=1&person=1", "weeks=٤"],
)  # fmt: skip
def test_a_strange_query_shows_the_usual_page(dana: Person, as_person: AsPerson, query: str) -> None:
    client = as_person(dana)

    answer = client.get(f"/reports/?{query}")

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    chosen = re.search(r'aria-current="page">([^<]+)</a></li>', answer.content.decode().partition("<main")[2])
    assert chosen
    assert chosen[1] == "4 weeks"


def test_an_empty_company_is_told_what_will_stand_here(dana: Person, as_person: AsPerson) -> None:
    assert "Nothing has been shared yet" in words(as_person(dana), "/reports/")


def test_the_overview_asks_the_database_the_same_however_much_was_shared(
    shared: list[Person],
    history: History,
    support: Team,
    dana: Person,
    as_person: AsPerson,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = as_person(dana)
    client.get("/reports/")  # the first look writes the session
    with django_assert_num_queries(QUERIES_OF_THE_OVERVIEW):
        client.get("/reports/")

    for number in range(12):
        team, story = Team.objects.create(name=f"Team {number}"), history.story(topics=(f"Topic {number}",))
        for person in history.people(6, team):
            history.post(person, story, ago=number, clicks=5, platform="mastodon")

    with django_assert_num_queries(QUERIES_OF_THE_OVERVIEW):
        client.get("/reports/")


def test_a_story_is_told_to_everyone_it_is_meant_for(
    shared: list[Person], story: Story, support: Team, alice: Person, charlie: Person, as_person: AsPerson
) -> None:
    address = f"/reports/stories/{story.pk}/"
    assert "30" in words(as_person(charlie), address)

    Story.objects.update(for_everyone=False)
    story.for_teams.add(support)

    assert as_person(alice).get(address).status_code == 200
    assert as_person(charlie).get(address).status_code == 404


@pytest.mark.parametrize("is_published", [False, True])
def test_a_story_that_never_opened_has_no_report(
    story: Story, dana: Person, erin: Person, as_person: AsPerson, now: datetime, is_published: bool
) -> None:
    tomorrow = now + timedelta(days=1)
    Story.objects.update(published_at=now if is_published else None, opens_at=tomorrow)

    for person in (dana, erin):
        assert as_person(person).get(f"/reports/stories/{story.pk}/").status_code == 404


def test_a_withdrawn_story_is_told_to_who_works_on_it_only(
    story: Story, alice: Person, erin: Person, as_person: AsPerson, now: datetime
) -> None:
    Story.objects.update(withdrawn_at=now)

    assert as_person(erin).get(f"/reports/stories/{story.pk}/").status_code == 200
    assert as_person(alice).get(f"/reports/stories/{story.pk}/").status_code == 404


def test_a_story_that_few_shared_says_why_there_are_no_figures(
    history: History, story: Story, alice: Person, as_person: AsPerson
) -> None:
    for person in history.people(4):
        history.post(person, story, clicks=77)

    page = words(as_person(alice), f"/reports/stories/{story.pk}/")

    assert "Not enough to show yet" in page
    assert "77" not in page
    assert "308" not in page


def test_a_story_asks_the_database_the_same_however_much_was_shared(
    shared: list[Person],
    history: History,
    story: Story,
    alice: Person,
    as_person: AsPerson,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = as_person(alice)
    client.get("/shares/")
    for person in history.people(20):
        history.post(person, story, ago=3, clicks=2, platform="mastodon")

    with django_assert_max_num_queries(11):
        client.get(f"/reports/stories/{story.pk}/")


@pytest.mark.usefixtures("shared")
def test_the_desk_and_the_overview_lead_to_the_story(
    story: Story, dana: Person, erin: Person, as_person: AsPerson
) -> None:
    address = f'href="/reports/stories/{story.pk}/"'

    assert address in as_person(dana).get("/reports/").content.decode()
    assert address in as_person(erin).get("/stories/").content.decode()


def test_what_is_not_shown_says_so_under_every_heading(
    history: History, story: Story, support: Team, dana: Person, as_person: AsPerson
) -> None:
    """An empty cell would read as a zero."""
    for person in [*history.people(4, support), *history.people(9)]:
        history.post(person, story, clicks=3)

    page = as_person(dana).get("/reports/").content.decode()

    row = re.search(r'<th scope="row">Support</th>(.*?)</tr>', page, flags=re.DOTALL)
    assert row
    assert re.findall(r"<td[^>]*>([^<]*)</td>", row[1])[1:] == ["not shown"] * 4


def test_a_share_leads_its_owner_to_its_story_while_that_can_be_seen(
    shared: list[Person], story: Story, as_person: AsPerson, now: datetime
) -> None:
    client = as_person(shared[0])
    share, address = Share.objects.get(person=shared[0]), f"/reports/stories/{story.pk}/"
    page = f"/shares/mine/{share.pk}/"

    assert address in client.get(page).content.decode()
    assert client.get(address).status_code == 200

    Story.objects.update(withdrawn_at=now)

    assert address not in client.get(page).content.decode()
