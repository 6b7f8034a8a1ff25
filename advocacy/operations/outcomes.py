"""How posting went at each platform in the last day. Nobody is named."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q

from advocacy.operations.errors import BROKEN, ErrorClass, class_of
from advocacy.operations.queries import label_of
from advocacy.platforms.models import Account, AppRegistration
from advocacy.shares.models import Attempt

DAY = timedelta(days=1)
LATELY = timedelta(minutes=15)


@dataclass(frozen=True)
class Failures:
    """One class of failures at one platform in the last day; `lately` of them in the last quarter."""

    error: ErrorClass
    count: int
    lately: int


@dataclass
class PlatformDay:
    """What happened at one platform in the last day. Nobody is named."""

    slug: str
    published: int = 0
    published_lately: int = 0
    failures: list[Failures] = field(default_factory=list)
    accounts: int = 0
    broken_accounts: int = 0
    registration_broken_at: datetime | None = None

    @property
    def label(self) -> str:
        return label_of(self.slug)

    def add(self, more: Failures) -> None:
        """Add failures to those of the same class; the commonest class comes first."""
        same = [one for one in self.failures if one.error is more.error]
        together = [*same, more]
        merged = Failures(
            more.error,
            sum(one.count for one in together),
            sum(one.lately for one in together),
        )
        others = [one for one in self.failures if one not in same]
        self.failures = sorted([*others, merged], key=lambda one: -one.count)

    @property
    def trouble_lately(self) -> int:
        return sum(one.lately for one in self.failures if one.error.is_trouble)

    @property
    def broke_in_the_hub(self) -> Failures | None:
        return next((one for one in self.failures if one.error is BROKEN), None)


def platform_days(*, now: datetime) -> list[PlatformDay]:
    """Return each platform that is in use or was tried in the last day, by name."""
    days: dict[str, PlatformDay] = {}
    _add_accounts(days)
    _add_attempts(days, now=now)
    for registration in AppRegistration.objects.in_use().filter(broken_at__isnull=False):
        _day(days, registration.platform).registration_broken_at = registration.broken_at
    return sorted(days.values(), key=lambda day: day.label.lower())


def _add_accounts(days: dict[str, PlatformDay]) -> None:
    # Where people post by hand there is nothing that could break.
    connected = Account.objects.connected().filter(by_hand=False).values("platform")
    for row in connected.annotate(all=Count("pk"), broken=Count("broken_at")).order_by("platform"):
        day = _day(days, row["platform"])
        day.accounts, day.broken_accounts = row["all"], row["broken"]


def _add_attempts(days: dict[str, PlatformDay], *, now: datetime) -> None:
    """Count the tries that ended, by platform and class. One whose end nobody knows yet is none of them."""
    ended = Attempt.objects.filter(ended_at__gt=now - DAY).values("share__account__platform", "outcome")
    lately = Count("pk", filter=Q(ended_at__gt=now - LATELY))
    rows = ended.annotate(count=Count("pk"), lately=lately)
    for row in rows.order_by("share__account__platform", "outcome"):
        day = _day(days, row["share__account__platform"])
        if row["outcome"] == "published":
            day.published, day.published_lately = row["count"], row["lately"]
        else:
            day.add(Failures(class_of(row["outcome"]), row["count"], row["lately"]))


def _day(days: dict[str, PlatformDay], slug: str) -> PlatformDay:
    return days.setdefault(slug, PlatformDay(slug))
