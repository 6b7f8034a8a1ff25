"""How the hub is doing, read from the rows alone: this works with no worker, no beat and no broker."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Count, Min, Q

from advocacy.notices.models import MAX_MAIL_TRIES, Notice
from advocacy.operations.models import Kind, Pulse
from advocacy.platforms.connector import channel_called
from advocacy.shares.models import Share, State


@dataclass(frozen=True)
class Programs:
    """The programs of one kind. `last_seen_at` is of whichever was seen last, dead or alive."""

    kind: Kind
    alive: list[Pulse]
    silent: list[Pulse]
    last_seen_at: datetime | None

    @property
    def last_worked_at(self) -> datetime | None:
        return max((pulse.worked_at for pulse in self.alive if pulse.worked_at), default=None)


@dataclass(frozen=True)
class Due:
    """The shares of one platform whose moment has come and that nobody has taken yet."""

    platform: str
    count: int
    oldest_at: datetime

    @property
    def label(self) -> str:
        return label_of(self.platform)


@dataclass(frozen=True)
class Standing:
    """How many unfinished shares stand where. Of those that are looked up, some owners were asked."""

    scheduled: int
    sending: int
    unknown: int
    asked: int
    waiting: int


@dataclass(frozen=True)
class Mail:
    """Notices still to be mailed. `failed` are those that a mail server did not take, twice or more."""

    count: int
    failed: int
    oldest_at: datetime | None


def label_of(platform: str) -> str:
    return channel_called(platform).label


def programs(*, now: datetime) -> dict[Kind, Programs]:
    """Return the programs of every kind. There are few: who is gone for long is forgotten."""
    pulses = list(Pulse.objects.order_by("started_at", "pk"))
    return {kind: _of_kind(kind, pulses, now=now) for kind in Kind}


def due_shares(*, now: datetime) -> list[Due]:
    """Return what should be on its way by now, by platform, the oldest first."""
    due = Share.objects.due(now).with_open_story(now).values("account__platform")
    counted = due.annotate(count=Count("pk"), oldest=Min("try_at")).order_by("oldest", "account__platform")
    return [Due(row["account__platform"], row["count"], row["oldest"]) for row in counted]


def oldest_lease_over(*, now: datetime) -> datetime | None:
    """Return since when a dead worker holds a share that nobody has taken over."""
    over = Share.objects.filter(state=State.SENDING, leased_until__lte=now)
    oldest: datetime | None = over.aggregate(oldest=Min("leased_until"))["oldest"]
    return oldest


def standing() -> Standing:
    # One by one: each has an index of its own, and all shares that ever were are many.
    count = {state: Share.objects.filter(state=state).count() for state in (State.SCHEDULED, State.SENDING)}
    unknown = Share.objects.filter(state=State.UNKNOWN)
    return Standing(
        scheduled=count[State.SCHEDULED],
        sending=count[State.SENDING],
        unknown=unknown.count(),
        asked=unknown.filter(asked_at__isnull=False).count(),
        waiting=Share.objects.filter(state=State.WAITING).count(),
    )


def mail(*, now: datetime) -> Mail:
    unsent = Notice.objects.unread().filter(
        mailed_at=None, mail_tries__lt=MAX_MAIL_TRIES, person__is_active=True
    )
    row = unsent.aggregate(
        count=Count("pk"),
        failed=Count("pk", filter=Q(mail_tries__gte=2)),
        oldest=Min("mail_after", filter=Q(mail_after__lte=now)),
    )
    return Mail(row["count"], row["failed"], row["oldest"])


def unapplied_migrations() -> list[str]:
    """Return which changes of the database this version of the hub still waits for."""
    loader = MigrationLoader(connection)
    missing = set(loader.graph.nodes) - set(loader.applied_migrations)
    return sorted(f"{app}.{name}" for app, name in missing)


def _of_kind(kind: Kind, pulses: list[Pulse], *, now: datetime) -> Programs:
    ours = [pulse for pulse in pulses if pulse.kind == kind]
    alive = [pulse for pulse in ours if pulse.is_alive(now)]
    return Programs(
        kind,
        alive,
        [pulse for pulse in ours if pulse.fell_silent(now) and not pulse.is_succeeded_by(alive)],
        # One of the future says nothing.
        max((pulse.seen_at for pulse in ours if pulse.seen_at <= now), default=None),
    )
