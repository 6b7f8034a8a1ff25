"""How often links were followed by people. Arrivals that were dropped are told apart by their reason."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Sum

from advocacy.links.models import DailyCount


def clicks_by_link(link_ids: Iterable[int]) -> dict[int, int]:
    """Return the clicks of each link that has any, since it was minted."""
    counts = DailyCount.objects.filter(link__in=list(link_ids), dropped="")
    return dict(counts.values_list("link").annotate(total=Sum("count")).order_by())


def clicks_by_day(link_ids: Iterable[int], *, since: date, until: date) -> dict[date, int]:
    """Return the clicks of these links together on each day (UTC) that has any, both ends included."""
    counts = DailyCount.objects.filter(link__in=link_ids, dropped="", on__gte=since, on__lte=until)
    return dict(counts.values_list("on").annotate(total=Sum("count")).order_by("on"))
