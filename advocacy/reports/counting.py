"""Counting heads once a day, so that what adoption was measured by stays as it was."""

from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Count, Q

from advocacy.people.models import Person, Team
from advocacy.reports.models import HeadCount


@transaction.atomic
def count_heads(now: datetime) -> None:
    """Write down how many people there are today, in the company and in each team. Days are days in UTC.

    Counting again on the same day replaces that day's count; a day that is over is never touched.
    """
    today = now.astimezone(UTC).date()
    present = Count("people", filter=Q(people__is_active=True))
    counts = [HeadCount(on=today, people=Person.objects.present().count())]
    counts += [
        HeadCount(on=today, team_id=team_id, people=people)
        for team_id, people in Team.objects.annotate(present=present)
        .values_list("pk", "present")
        .order_by("pk")
    ]
    HeadCount.objects.filter(on=today).delete()
    # Should another worker have counted in this very moment, its count is as good.
    HeadCount.objects.bulk_create(counts, ignore_conflicts=True)
