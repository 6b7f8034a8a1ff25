"""The manager's page in numbers: a company that can be added up by hand, and what is kept from view."""

from datetime import UTC, date, datetime, timedelta

import pytest

from advocacy.people.leaving import leave
from advocacy.people.models import Person, Role, RoleGrant, Team
from advocacy.reports.groups import Group
from advocacy.reports.queries import Overview, TeamLine, overview
from advocacy.shares.models import Share
from advocacy.stories.models import Story
from tests.reports.conftest import History

DAY = timedelta(days=1)


@pytest.fixture
def workshop(db: None) -> Team:
    return Team.objects.create(name="Workshop")


@pytest.fixture
def service(db: None) -> Team:
    return Team.objects.create(name="Service")


@pytest.fixture
def two_teams(history: History, workshop: Team, service: Team, dana: Person) -> None:
    """Six of Workshop on Bluesky this week, five of Service on LinkedIn last week; 13 people in all."""
    kettles, pumps = history.story("Kettles", topics=("Repair",)), history.story("Pumps", topics=("Heat",))
    for person, clicks in zip(history.people(6, workshop), [10, 8, 6, 4, 2, 0], strict=True):
        history.post(person, kettles, ago=2, clicks=clicks, likes=1)
    for person in history.people(5, service):
        history.post(person, pumps, ago=10, clicks=3, platform="linkedin")
    history.count_heads_daily()


def told(groups: list[Group]) -> dict[str, tuple[str, str, str]]:
    return {
        group.name: (group.figures.shares.text, group.figures.clicks.text, group.figures.reactions.text)
        for group in groups
    }


def team(found: Overview, name: str) -> TeamLine:
    return next(line for line in found.teams if line.name == name)


@pytest.mark.usefixtures("two_teams")
def test_the_totals_are_what_one_adds_up_by_hand(dana: Person, now: datetime) -> None:
    totals = overview(dana, 4, now=now).totals

    assert totals.shares.now.text == "11"
    assert totals.clicks.now.text == "45"
    assert totals.reactions.now.text == "6"
    assert (totals.posts_told, totals.posts) == (6, 11)
    assert totals.people.text == "13"
    assert totals.adoption.now.text == "85%"


@pytest.mark.usefixtures("two_teams")
def test_a_period_is_compared_with_the_one_before(dana: Person, now: datetime) -> None:
    totals = overview(dana, 1, now=now).totals

    assert (totals.shares.now.text, totals.shares.before.text, totals.shares.change) == ("6", "5", 1)
    assert (totals.clicks.now.text, totals.clicks.before.text, totals.clicks.change) == ("30", "15", 15)
    assert (totals.adoption.now.text, totals.adoption.before.text) == ("46%", "38%")
    # The network that Service shared on tells nothing: there is nothing to compare with.
    assert (totals.reactions.before.text, totals.reactions.change) == ("not measurable", None)


@pytest.mark.usefixtures("two_teams")
def test_parts_are_what_one_adds_up_by_hand(dana: Person, now: datetime) -> None:
    found = overview(dana, 4, now=now)

    assert told(found.platforms) == {
        "Bluesky": ("6", "30", "6"),
        "LinkedIn": ("5", "15", "not measurable"),
    }
    assert told(found.topics) == {"Repair": ("6", "30", "6"), "Heat": ("5", "15", "not measurable")}
    assert [(line.title, line.figures.clicks.text) for line in found.stories] == [
        ("Kettles", "30"),
        ("Pumps", "15"),
    ]
    assert team(found, "Workshop").people == 6
    assert team(found, "Workshop").figures.shares.text == "6"
    assert team(found, "Service").figures.clicks.text == "15"


@pytest.mark.usefixtures("two_teams")
def test_weeks_are_whole_and_the_last_ends_today(dana: Person, now: datetime) -> None:
    weeks = overview(dana, 4, now=now).weeks

    assert len(weeks) == 13
    assert weeks[-1].window.until == now.date()
    assert [week.shares.text for week in weeks[-3:]] == ["0", "5", "6"]
    assert [week.clicks.text for week in weeks[-3:]] == ["0", "15", "30"]


def test_clicks_of_parts_are_rounded_to_five_and_the_company_s_are_not(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    for person, clicks in zip(history.people(5), [3, 2, 2, 3, 3], strict=True):
        history.post(person, story, clicks=clicks)

    found = overview(dana, 4, now=now)

    assert found.totals.clicks.now.text == "13"
    assert told(found.platforms)["Bluesky"][1] == "15"
    assert found.stories[0].figures.clicks.text == "15"
    assert found.weeks[-1].clicks.text == "15"


@pytest.mark.parametrize(("sharers", "said"), [(4, "not shown"), (5, "5")])
def test_five_people_are_a_group_and_four_are_not(
    history: History, story: Story, workshop: Team, dana: Person, now: datetime, sharers: int, said: str
) -> None:
    for person in history.people(9, workshop)[:sharers]:
        history.post(person, story)

    found = overview(dana, 4, now=now)

    assert found.totals.shares.now.text == said
    assert team(found, "Workshop").figures.shares.text == said
    assert [group.figures.shares.text for group in found.platforms] == [said]
    assert [line.figures.shares.text for line in found.stories] == ([said] if sharers == 5 else [])
    assert found.stories_unshown == (1 if sharers == 4 else 0)


def test_one_star_is_not_exposed_by_a_group(
    history: History, story: Story, workshop: Team, dana: Person, now: datetime
) -> None:
    """HR has six people; their clicks are 40, 2, 1, 1, 1 and 0."""
    for person, clicks in zip(history.people(6, workshop), [40, 2, 1, 1, 1, 0], strict=True):
        history.post(person, story, clicks=clicks, likes=2)

    found = overview(dana, 4, now=now)

    assert found.totals.clicks.now.text == "not shown"
    figures = team(found, "Workshop").figures
    assert (figures.shares.text, figures.clicks.text, figures.reactions.text) == ("6", "not shown", "12")
    assert found.stories[0].figures.clicks.text == "not shown"


def test_a_small_team_cannot_be_worked_out_from_the_others(
    history: History, story: Story, workshop: Team, service: Team, dana: Person, now: datetime
) -> None:
    sales = Team.objects.create(name="Sales")
    for size, some in [(9, workshop), (4, sales), (11, service)]:
        for person in history.people(size, some):
            history.post(person, story)

    shown = {line.name: line.figures.shares.text for line in overview(dana, 4, now=now).teams}

    assert shown == {"Sales": "not shown", "Service": "11", "Workshop": "not shown"}


def test_people_without_a_team_are_not_what_the_teams_leave_of_the_total(
    history: History, story: Story, workshop: Team, service: Team, dana: Person, now: datetime
) -> None:
    for person in [*history.people(6, workshop), *history.people(9, service), *history.people(1)]:
        history.post(person, story)

    shown = {line.name: line.figures.shares.text for line in overview(dana, 4, now=now).teams}

    assert shown == {"Service": "9", "Workshop": "not shown"}


def test_people_without_a_team_hide_a_small_team_when_they_are_enough(
    history: History, story: Story, workshop: Team, service: Team, dana: Person, now: datetime
) -> None:
    for person in [*history.people(6, workshop), *history.people(3, service), *history.people(8)]:
        history.post(person, story)

    shown = {line.name: line.figures.shares.text for line in overview(dana, 4, now=now).teams}

    assert shown == {"Service": "not shown", "Workshop": "6"}


def test_reactions_of_three_people_are_not_a_group_because_others_shared_where_none_are_told(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    for person in history.people(3):
        history.post(person, story, likes=5)
    for person in history.people(3):
        history.post(person, story, platform="linkedin")

    totals = overview(dana, 4, now=now).totals

    assert (totals.shares.now.text, totals.reactions.now.text) == ("6", "not shown")


def test_who_is_in_two_teams_counts_in_one(
    history: History, story: Story, workshop: Team, service: Team, dana: Person, now: datetime
) -> None:
    """Else both teams less the total would be this one person."""
    people = history.people(6, workshop)
    service.people.add(people[0], *history.people(6))
    for person in Person.objects.filter(teams__isnull=False).distinct():
        history.post(person, story)

    shown = {line.name: line.figures.shares.text for line in overview(dana, 4, now=now).teams}

    assert shown == {"Service": "7", "Workshop": "5"}


def test_no_two_periods_differ_in_what_they_say_of_a_team(
    history: History, workshop: Team, service: Team, dana: Person, now: datetime
) -> None:
    """Of six sharers one shared alone before the last week: two periods, subtracted, would be that person."""
    story = history.story(topics=("Repair",))
    for person in [*history.people(5, workshop), *history.people(7, service)]:
        history.post(person, story, ago=1, clicks=2)
    (early,) = history.people(1, workshop)
    history.post(early, story, ago=9, clicks=7)

    week, month, quarter = (overview(dana, weeks, now=now) for weeks in (1, 4, 13))

    for part in ("teams", "topics", "platforms", "stories", "weeks"):
        assert getattr(week, part) == getattr(month, part) == getattr(quarter, part), part
    # The totals do follow the period, so the one that would leave one person is not shown.
    assert quarter.totals.shares.now.text == "13"
    assert week.totals.shares.now.text == "not shown"


def test_a_topic_less_its_stories_is_never_a_story_that_few_shared(
    history: History, dana: Person, now: datetime
) -> None:
    """Two shared "Small" and three "Little": together they are a group, each in its topic is not."""
    for title, topic, sharers in [("Big", "Repair", 6), ("Small", "Repair", 2), ("Little", "Heat", 3)]:
        story = history.story(title, topics=(topic,))
        for person in history.people(sharers):
            history.post(person, story, clicks=5)

    found = overview(dana, 13, now=now)

    assert found.totals.shares.now.text == "11"
    assert [(line.title, line.figures.shares.text) for line in found.stories] == [("Big", "6")]
    assert told(found.topics) == {
        "Repair": ("6", "30", "not measurable"),
        "Heat": ("not shown", "not shown", "not shown"),
    }


def test_a_topic_less_another_topic_is_never_a_story_that_few_shared(
    history: History, dana: Person, now: datetime
) -> None:
    """All topics have "Big". "Alone" is what "Heat" has beyond "Repair", and what both leave of the whole."""
    for title, names, sharers in [
        ("Big", ("Repair", "Heat"), 6),
        ("Small", ("Repair", "Heat"), 3),
        ("Little", ("Repair", "Heat"), 3),
        ("Alone", ("Heat",), 1),
    ]:
        story = history.story(title, topics=names)
        for person in history.people(sharers):
            history.post(person, story, clicks=15)

    topics = told(overview(dana, 13, now=now).topics)

    assert topics["Heat"] == topics["Repair"] == ("6", "90", "not measurable")


def test_a_topic_is_told_over_the_same_time_as_its_stories(
    history: History, dana: Person, now: datetime
) -> None:
    """Else a topic with one story would tell who shared it more than thirteen weeks ago."""
    story = history.story("Big", topics=("Repair",))
    for ago, sharers in [(100, 1), (1, 6)]:
        for person in history.people(sharers):
            history.post(person, story, ago=ago)

    found = overview(dana, 13, now=now)

    assert found.stories[0].figures.shares.text == "7"
    assert told(found.topics)["Repair"][0] == told(found.platforms)["Bluesky"][0] == "7"


def test_how_often_one_followed_their_own_link_is_not_told(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    """Programs are nobody; who followed their own link is a colleague."""
    share, *_others = [history.post(person, story) for person in history.people(6)]
    history.click(share, 30, dropped="own")
    history.click(share, 12, dropped="preview")

    told_of = {str(drop.why): drop.count.text for drop in overview(dana, 4, now=now).drops}

    assert told_of == {
        "Colleagues who followed their own link": "not shown",
        "Networks and messengers that drew the card under a post": "12",
    }


def test_practice_does_not_count(history: History, story: Story, dana: Person, now: datetime) -> None:
    for person in history.people(5):
        history.post(person, story, clicks=4, likes=1)
        history.post(person, story, clicks=50, likes=50, platform="rehearsal")

    found = overview(dana, 4, now=now)

    totals = found.totals
    assert (totals.shares.now.text, totals.clicks.now.text, totals.reactions.now.text) == ("5", "20", "5")
    assert [group.name for group in found.platforms] == ["Bluesky"]


def test_what_was_not_asked_yet_is_not_known_and_not_zero(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    for person in history.people(5):
        history.post(person, story)
    Share.objects.update(measured_at=None)

    assert overview(dana, 4, now=now).totals.reactions.now.text == "not known yet"


def test_shares_that_did_not_become_public_do_not_count(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    for person in history.people(6):
        history.post(person, story)
    Share.objects.filter(pk=Share.objects.earliest("pk").pk).update(state="refused")

    assert overview(dana, 4, now=now).totals.shares.now.text == "5"


def test_what_is_not_counted_is_told_by_its_reason(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    for person in history.people(5):
        share = history.post(person, story, clicks=4)
        history.click(share, 200, dropped="preview")
        history.click(share, 1, dropped="own")
        history.click(share, 7, dropped="a reason of tomorrow", ago=1)

    found = overview(dana, 4, now=now)

    assert found.totals.clicks.now.text == "20"
    assert [(str(drop.why), drop.count.text) for drop in found.drops] == [
        ("Networks and messengers that drew the card under a post", "1,000"),
        ("For another reason", "35"),
        ("Colleagues who followed their own link", "5"),
    ]


def test_clicks_count_on_their_own_day_whenever_it_was_shared(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    for person in history.people(5):
        share = history.post(person, story, ago=20, clicks=1)
        history.click(share, 2, ago=3)

    totals = overview(dana, 1, now=now).totals

    assert (totals.shares.now.text, totals.clicks.now.text) == ("0", "10")


def test_a_day_is_a_day_in_utc(history: History, story: Story, dana: Person, now: datetime) -> None:
    """In Amsterdam it is the 11th, half an hour past midnight; clicks of that moment are of the 10th."""
    for person in history.people(5):
        history.post(person, story)
    Share.objects.update(published_at=datetime(2026, 11, 10, 23, 30, tzinfo=UTC))

    found = overview(dana, 1, now=now)

    assert found.window.since == date(2026, 11, 11)
    assert (found.totals.shares.now.text, found.totals.shares.before.text) == ("0", "5")


def test_a_closed_period_does_not_change_when_people_come_and_go(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    people = history.people(6)
    for person in people:
        history.post(person, story, ago=8)
    history.count_heads_daily()
    before = overview(dana, 1, now=now).totals.adoption.before

    leave(people[0], now=now)
    history.people(30)
    history.count_heads_daily(days=1)

    assert before.text == "75%"
    assert overview(dana, 1, now=now).totals.adoption.before == before


def test_a_day_on_which_nobody_counted_heads_has_no_adoption(
    history: History, story: Story, dana: Person, now: datetime
) -> None:
    for person in history.people(5):
        history.post(person, story)

    assert overview(dana, 4, now=now).totals.adoption.now.text == "not counted then"


@pytest.mark.parametrize(
    ("joined", "shared", "said"),
    [
        (4, 4, "not shown"),
        (10, 0, "up to 10%"), (10, 1, "up to 10%"), (10, 6, "60%"), (10, 9, "90%+"), (10, 10, "90%+"),
        # None or all of a few would be about each of them.
        (5, 0, "up to 20%"), (5, 1, "up to 20%"), (5, 3, "60%"), (5, 4, "80%+"), (5, 5, "80%+"),
    ],
)  # fmt: skip
def test_activation_is_who_shared_in_their_first_thirty_days(
    history: History, story: Story, dana: Person, now: datetime, joined: int, shared: int, said: str
) -> None:
    people = history.people(joined)
    Person.objects.filter(pk__in=[one.pk for one in people]).update(joined_at=now - 60 * DAY)
    for person in people[:shared]:
        history.post(person, story, ago=35)
    for person in people[shared:]:
        history.post(person, story, ago=20)
        history.post(person, story, ago=40, platform="rehearsal")

    assert overview(dana, 4, now=now).activation.text == said


def test_a_manager_of_a_team_sees_that_team_and_the_company(
    history: History, story: Story, workshop: Team, service: Team, charlie: Person, now: datetime
) -> None:
    for person in [*history.people(6, workshop), *history.people(7, service)]:
        history.post(person, story)
    RoleGrant.objects.create(person=charlie, role=Role.MANAGER, team=workshop)

    found = overview(charlie, 4, now=now)

    assert [line.name for line in found.teams] == ["Workshop"]
    assert found.totals.shares.now.text == "13"
    assert not found.sees_all_teams


def test_a_manager_of_the_company_and_of_a_team_sees_all(
    history: History, workshop: Team, service: Team, dana: Person, now: datetime
) -> None:
    RoleGrant.objects.create(person=dana, role=Role.MANAGER, team=workshop)

    assert [line.name for line in overview(dana, 4, now=now).teams] == ["Service", "Workshop"]
