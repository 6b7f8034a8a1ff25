"""How often the coach spoke, on posts that were sent: numbers of weeks, from which nobody can be told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Sum
from django.utils import timezone

from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.conduct.models import RemarkCount

# Below this a number may be about one person.
LEAST_SHOWN = 10
# A remark that most people leave is a remark to look at again.
REVIEW_FROM, REVIEW_SHARE = 30, 0.7
WEEKS = 13


@dataclass(frozen=True)
class Tallied:
    """How one remark does, over the last weeks."""

    check_id: str
    shown: int
    left: int

    @property
    def asks_for_review(self) -> bool:
        return self.shown >= REVIEW_FROM and self.left > REVIEW_SHARE * self.shown

    @property
    def left_percent(self) -> int:
        return round(100 * self.left / self.shown)


def tally_remarks(shown: Collection[str], *, left: Collection[str], now: datetime) -> None:
    """Count the remarks made on one post that was sent, and those that were left as they were."""
    today = timezone.localdate(now)
    week = today - timedelta(days=today.weekday())
    for check in sorted({check.id for check in CHECKS} & ({*shown} | {*left})):
        RemarkCount.objects.get_or_create(week_begins_on=week, check_id=check)
        counted = RemarkCount.objects.filter(week_begins_on=week, check_id=check)
        counted.update(shown=F("shown") + 1, left=F("left") + int(check in left))


def tallied(now: datetime) -> list[Tallied]:
    """Return the remarks of the last quarter; of a week with fewer than ten, nothing."""
    since = timezone.localdate(now) - timedelta(weeks=WEEKS)
    counts = RemarkCount.objects.filter(week_begins_on__gt=since, shown__gte=LEAST_SHOWN)
    sums = (
        counts.values("check_id").annotate(all_shown=Sum("shown"), all_left=Sum("left")).order_by("check_id")
    )
    return [Tallied(one["check_id"], one["all_shown"], one["all_left"]) for one in sums]
