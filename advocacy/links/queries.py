"""How often links were followed, from the daily counts. Days are days in UTC, both ends included."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from advocacy.links.models import DailyCount

# Ids of tracked links, or a query for them.
LinkIds = Iterable[int] | QuerySet[Any, Any]


def clicks_by_link(link_ids: LinkIds) -> Counter[int]:
    """Return how often people followed each link, ever. A link that nobody followed gives 0."""
    counts = DailyCount.objects.filter(link__in=link_ids, dropped="")
    return Counter(dict(counts.values_list("link_id").annotate(Sum("count")).order_by("link_id")))


def clicks_by_day(link_ids: LinkIds, *, since: date, until: date) -> Counter[date]:
    """Return how often people followed the links on each day. A day without gives 0."""
    counts = DailyCount.objects.filter(link__in=link_ids, dropped="", on__range=(since, until))
    return Counter(dict(counts.values_list("on").annotate(Sum("count")).order_by("on")))
