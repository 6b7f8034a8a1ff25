"""What must not go out: shares that are too late, whose story has closed, or whose owner must act first."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from advocacy.shares import informing
from advocacy.shares.models import Share, ShareQuerySet, State


def stop_what_must_not_go(*, now: datetime) -> None:
    """Take out of the queue whatever is due and may not be sent. Late is worse than never: nothing bursts."""
    due = Share.objects.filter(state=State.SCHEDULED, try_at__lte=now)
    if not due.exists():
        return
    _miss(due.filter(last_safe_at__lte=now), reason="too_late", now=now)
    _miss(due.without_open_story(now), reason="story_closed", now=now)
    due.filter(person__is_active=False).move(State.SCHEDULED, State.CANCELLED, reason="left")
    barred = due.filter(Q(account__broken_at__isnull=False) | Q(account__disconnected_at__isnull=False))
    barred.move(State.SCHEDULED, State.WAITING, reason="reconnect", reason_detail="")


def miss(share: Share, *, source: State, now: datetime) -> None:
    """Give up on one share that turned out not to be public, and tell its owner."""
    if Share.objects.filter(pk=share.pk, tries=share.tries).move(source, State.MISSED, reason="too_late"):
        informing.tell_missed([share], now=now)


def _miss(shares: ShareQuerySet, *, reason: str, now: datetime) -> None:
    with transaction.atomic():
        missed = list(shares.select_related("story", "account", "person").select_for_update(of=("self",)))
        Share.objects.filter(pk__in=[share.pk for share in missed]).move(
            State.SCHEDULED, State.MISSED, reason=reason, reason_detail=""
        )
    by_owner = defaultdict(list)
    for share in missed:
        by_owner[share.person_id].append(share)
    for theirs in by_owner.values():
        informing.tell_missed(theirs, now=now)
