"""What came of one story, step by step, and what of it is kept from view."""

from datetime import datetime

from advocacy.reports.story import Results, results_of
from advocacy.stories.models import Story
from tests.reports.conftest import History


def rows(results: Results) -> list[tuple[str, str, str, list[str]]]:
    """Return each line of the table: its days, shares, clicks and the clicks by platform."""
    return [
        (
            f"{step.window.since:%d}-{step.window.until:%d}",
            step.shares.text,
            step.clicks.text,
            [figure.text for figure in step.by_platform],
        )
        for step in results.steps
    ]


def test_days_are_told_one_by_one_where_they_can_be(history: History, story: Story, now: datetime) -> None:
    """On the 12th six people shared, and their links were clicked twice each on that day and the next."""
    for person in history.people(6):
        share = history.post(person, story, ago=5, clicks=2, likes=1)
        history.click(share, 2, ago=4)

    results = results_of(story, now=now)

    figures = results.figures
    assert (figures.shares.text, figures.clicks.text, figures.reactions.text) == ("6", "25", "6")
    assert rows(results) == [
        ("12-12", "6", "10", ["10"]),
        ("13-13", "fewer than 5", "10", ["10"]),
    ]


def test_a_day_with_too_few_is_told_with_the_next(history: History, story: Story, now: datetime) -> None:
    """The first shared alone, the others a day later; after that only one link was clicked."""
    first, *others = history.people(6)
    share = history.post(first, story, ago=6, clicks=9)
    for person in others:
        history.post(person, story, ago=5, clicks=4)
    history.click(share, 3, ago=2)

    results = results_of(story, now=now)

    assert rows(results) == [("11-15", "6", "30", ["30"])]


def test_a_day_that_one_person_made_is_told_with_others(
    history: History, story: Story, now: datetime
) -> None:
    people = history.people(6)
    shares = [history.post(person, story, ago=6, clicks=10) for person in people]
    history.click(shares[0], 30, ago=5)
    for share in shares:
        history.click(share, 8, ago=4)

    assert [(days, clicks) for days, _shares, clicks, _by_platform in rows(results_of(story, now=now))] == [
        ("11-11", "60"),
        ("12-13", "80"),
    ]


def test_a_story_that_was_told_for_long_is_told_by_weeks(
    history: History, story: Story, now: datetime
) -> None:
    for person in history.people(6):
        share = history.post(person, story, ago=70, clicks=5)
        history.click(share, 5, ago=1)

    results = results_of(story, now=now)

    assert results.is_by_week
    assert [step.clicks.text for step in results.steps] == ["30", "30"]


def test_a_platform_that_few_used_hides_in_every_line(history: History, story: Story, now: datetime) -> None:
    """Two of nine shared on Mastodon: neither the platform nor a day gives their clicks away."""
    for person in history.people(7):
        history.post(person, story, ago=3, clicks=4)
    for person in history.people(2):
        history.post(person, story, ago=3, clicks=10, platform="mastodon")

    results = results_of(story, now=now)

    assert [(group.name, group.figures.clicks.text) for group in results.platforms] == [
        ("Bluesky", "not shown"),
        ("Mastodon", "not shown"),
    ]
    assert rows(results) == [("14-14", "9", "50", ["not shown", "not shown"])]


def test_what_one_person_made_of_a_story_is_in_no_part_of_it(
    history: History, story: Story, now: datetime
) -> None:
    """Five people were clicked on once, and one eighty times: on Bluesky, on Mastodon and day by day."""
    star, *others = history.people(6)
    history.post(star, story, ago=3, clicks=80)
    for person in others:
        history.post(person, story, ago=2, clicks=1, platform="mastodon")

    results = results_of(story, now=now)

    assert results.figures.clicks.text == "not shown"
    assert {group.figures.clicks.text for group in results.platforms} == {"not shown"}
    assert {step.clicks.text for step in results.steps} == {"not shown"}


def test_one_story_that_few_shared_takes_another_along(history: History, story: Story, now: datetime) -> None:
    """Else the total less the other stories would be its figures."""
    larger = history.story("Larger")
    for size, one in [(3, history.story("Small")), (6, story), (9, larger)]:
        for person in history.people(size):
            history.post(person, one)

    assert not results_of(story, now=now).figures.are_shown
    assert results_of(larger, now=now).figures.shares.text == "9"


def test_a_platform_less_the_stories_that_are_shown_is_no_story_that_is_not(
    history: History, story: Story, now: datetime
) -> None:
    """Few shared two stories, one of them on Mastodon only, whose sum less the others' stands nowhere."""
    larger = history.story("Larger")
    for one, platform, sharers in [
        (history.story("Alone"), "mastodon", 1),
        (history.story("Small"), "bluesky", 4),
        (story, "bluesky", 9),
        (story, "mastodon", 6),
        (larger, "bluesky", 11),
        (larger, "mastodon", 8),
    ]:
        for person in history.people(sharers):
            history.post(person, one, platform=platform)

    parts = {
        one.title: {group.name: group.figures.shares.text for group in results_of(one, now=now).platforms}
        for one in (story, larger)
    }

    assert parts[larger.title] == {"Bluesky": "11", "Mastodon": "8"}
    assert parts[story.title] == {"Bluesky": "not shown", "Mastodon": "not shown"}


def test_practice_is_in_no_story(history: History, story: Story, now: datetime) -> None:
    for person in history.people(6):
        history.post(person, story, clicks=3, platform="rehearsal")

    assert not results_of(story, now=now).figures.are_shown


def test_clicks_hidden_to_protect_another_story_are_in_no_part_either(
    history: History, story: Story, now: datetime
) -> None:
    """One person stands out in the other story; this one's parts would add up to what hides that."""
    starred = history.story("Starred")
    for person, clicks in zip(history.people(6), [40, 2, 1, 1, 1, 0], strict=True):
        history.post(person, starred, clicks=clicks)
    for person in history.people(6):
        history.post(person, story, ago=2, clicks=2)

    results = results_of(story, now=now)

    assert (results.figures.shares.text, results.figures.clicks.text) == ("6", "not shown")
    assert [group.figures.clicks.text for group in results.platforms] == ["not shown"]
    assert rows(results) == [("15-15", "6", "not shown", ["not shown"])]
