"""How many people there were on each day, in all and per team."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from advocacy.people.models import Team
from advocacy.reports.models import HeadCount
from hub.demo.calendar import days_back
from hub.demo.people import Cast


def count_heads(cast: Cast, *, now: datetime) -> None:
    HeadCount.objects.bulk_create(_head_counts(cast, now=now))


def _head_counts(cast: Cast, *, now: datetime) -> Iterator[HeadCount]:
    teams = list(Team.objects.all())
    for ago in days_back(now):
        on = now.astimezone(UTC).date() - timedelta(days=ago)
        evening = datetime.combine(on, time(23, 59), tzinfo=UTC)
        present = [one for one in cast.values() if one.works_at(min(evening, now))]
        by_team = Counter(one.employee.team for one in present)
        yield HeadCount(on=on, team=None, people=len(present))
        for team in teams:
            yield HeadCount(on=on, team=team, people=by_team[team.name])
