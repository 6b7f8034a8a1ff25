"""Posts by hand in the reports: on people's word, in a column of their own, never added to what we know."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person, Team
from advocacy.reports.groups import Group
from advocacy.reports.queries import overview
from advocacy.reports.story import results_of
from advocacy.stories.models import Story
from tests.reports.conftest import History

AsPerson = Callable[[Person], Client]


def told(groups: list[Group]) -> dict[str, tuple[str, str, str, str]]:
    return {
        group.name: (
            group.figures.shares.text,
            group.figures.told.text,
            group.figures.clicks.text,
            group.figures.reactions.text,
        )
        for group in groups
    }


@pytest.fixture
def six_and_five(history: History) -> Story:
    """Six people of whom the hub posted, and five others by hand on WhatsApp, two clicks each."""
    story = history.story(topics=("Repair",))
    for person in history.people(6):
        history.post(person, story, clicks=5, likes=1)
    for person in history.people(5):
        history.post(person, story, clicks=2, platform="whatsapp", by_hand=True)
    history.count_heads_daily()
    return story


def test_they_are_counted_apart_and_their_clicks_with_the_others(
    six_and_five: Story, dana: Person, now: datetime
) -> None:
    found = overview(dana, 4, now=now)

    totals = found.totals
    assert (totals.shares.now.text, totals.told.now.text, totals.clicks.now.text) == ("6", "5", "40")
    assert totals.reactions.now.text == "6"
    # Nothing is awaited of posts that no network is asked about.
    assert (totals.posts_told, totals.posts) == (6, 6)
    assert told(found.platforms) == {
        "Bluesky": ("6", "0", "30", "6"),
        "WhatsApp": ("0", "5", "10", "not measurable"),
    }
    assert told(found.topics) == {"Repair": ("6", "5", "40", "6")}
    [line] = found.stories
    assert (line.figures.shares.text, line.figures.told.text) == ("6", "5")


def test_who_only_told_us_is_not_in_adoption(six_and_five: Story, dana: Person, now: datetime) -> None:
    totals = overview(dana, 4, now=now).totals

    assert totals.people.text == "12"
    assert totals.adoption.now.text == "50%"


@pytest.mark.parametrize(("people", "said"), [(4, "not shown"), (5, "5")])
def test_four_people_by_hand_are_no_group(
    history: History, dana: Person, now: datetime, people: int, said: str
) -> None:
    story = history.story()
    for person in history.people(6):
        history.post(person, story)
    for person in history.people(people):
        history.post(person, story, platform="whatsapp", by_hand=True)

    found = overview(dana, 4, now=now)

    assert found.totals.told.now.text == said
    assert told(found.platforms)["WhatsApp"][1] == said
    # What few did by hand takes nothing along of what the hub posted.
    assert told(found.platforms)["Bluesky"][0] == "6"


def test_few_by_hand_on_one_network_cannot_be_worked_out_from_the_others(
    history: History, dana: Person, now: datetime
) -> None:
    story = history.story()
    for platform, number in (("whatsapp", 8), ("telegram", 6), ("xing", 2)):
        for person in history.people(number):
            history.post(person, story, platform=platform, by_hand=True)

    found = overview(dana, 4, now=now)

    assert found.totals.told.now.text == "16"
    assert {name: figures[1] for name, figures in told(found.platforms).items()} == {
        "WhatsApp": "8",
        "Telegram": "not shown",
        "XING": "not shown",
    }


def test_a_team_of_which_nobody_did_looks_like_one_of_which_few_did(
    history: History, support: Team, dana: Person, now: datetime
) -> None:
    story, workshop = history.story(), Team.objects.create(name="Workshop")
    for number, person in enumerate(history.people(6, support)):
        history.post(person, story)
        if number < 2:
            history.post(person, story, platform="whatsapp", by_hand=True)
    for person in history.people(6, workshop):
        history.post(person, story)

    found = overview(dana, 4, now=now)

    assert [line.figures.told.text for line in found.teams] == ["not shown", "not shown"]
    assert [line.figures.shares.text for line in found.teams] == ["6", "6"]


def test_a_story_shared_by_hand_alone_is_told(history: History, now: datetime) -> None:
    story = history.story()
    for person in history.people(5):
        history.post(person, story, clicks=3, platform="whatsapp", by_hand=True)

    results = results_of(story, now=now)

    assert (results.figures.shares.text, results.figures.told.text) == ("0", "5")
    assert told(results.platforms) == {"WhatsApp": ("0", "5", "15", "not measurable")}
    assert [(step.shares.text, step.clicks.text) for step in results.steps] == [("0", "15")]


def test_the_pages_say_that_it_is_peoples_own_word(
    six_and_five: Story, dana: Person, as_person: AsPerson
) -> None:
    for address in ("/reports/?weeks=4", f"/reports/stories/{six_and_five.pk}/"):
        page = LexborHTMLParser(as_person(dana).get(address).content.decode())
        tiles = {tile.css_first(".tile__label").text(): tile.text() for tile in page.css(".tile")}  # type: ignore[union-attr]
        assert "self-reported" in tiles["By hand"]
        assert "self-reported" not in tiles["Shares"]
        assert "self-reported" not in tiles["Clicks"]
        headings = [cell.text() for cell in page.css("thead th")]
        assert "By hand" in headings


def test_where_nobody_posted_by_hand_no_column_speaks_of_it(
    history: History, dana: Person, as_person: AsPerson
) -> None:
    story = history.story()
    for person in history.people(6):
        history.post(person, story)

    page = LexborHTMLParser(as_person(dana).get("/reports/?weeks=4").content.decode())

    assert "By hand" not in [cell.text() for cell in page.css("thead th, .tile__label")]
