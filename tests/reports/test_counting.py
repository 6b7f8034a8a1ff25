"""Heads, counted once a day."""

from datetime import datetime, timedelta

from advocacy.people.leaving import leave
from advocacy.people.models import Person, Team
from advocacy.reports.counting import count_heads
from advocacy.reports.models import HeadCount

DAY = timedelta(days=1)


def counted(now: datetime) -> dict[str, int]:
    rows = HeadCount.objects.filter(on=now.date()).values_list("team__name", "people")
    return {team or "everyone": people for team, people in rows}


def test_heads_are_counted_in_the_company_and_in_each_team(
    alice: Person, bob: Person, charlie: Person, now: datetime
) -> None:
    Team.objects.create(name="Nobody yet")

    count_heads(now)

    assert counted(now) == {"everyone": 3, "Support": 2, "Nobody yet": 0}


def test_counting_again_brings_the_day_up_to_date_and_leaves_the_others_alone(
    alice: Person, bob: Person, now: datetime
) -> None:
    count_heads(now - DAY)
    count_heads(now)
    leave(bob, now=now)

    count_heads(now)
    count_heads(now)

    assert counted(now) == {"everyone": 1, "Support": 1}
    assert counted(now - DAY) == {"everyone": 2, "Support": 2}


def test_the_day_is_the_day_in_utc(alice: Person, now: datetime) -> None:
    """Half past midnight in Amsterdam is the evening before."""
    moment = now.astimezone(alice.zone).replace(hour=0, minute=30)

    count_heads(moment)

    assert counted(now - DAY) == {"everyone": 1, "Support": 1}
