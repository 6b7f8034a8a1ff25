"""What must not go out: shares that are too late, whose story has closed, or whose owner must act first."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from advocacy.shares import informing
from advocacy.shares.models import Share, ShareQuerySet, State

# Waiting shares are out of the queue and still run out of time.
STILL_TO_GO = (State.SCHEDULED, State.WAITING)
BATCH = 500


def stop_what_must_not_go(*, now: datetime) -> None:
    """Take out of the queue whatever is due and may not be sent. Late is worse than never: nothing bursts."""
    due = Share.objects.filter(state__in=STILL_TO_GO, try_at__lte=now)
    if not due.exists():
        return
    _miss_all(due.filter(last_safe_at__lte=now), reason="too_late", now=now)
    _miss_all(due.without_open_story(now), reason="story_closed", now=now)
    due.filter(person__is_active=False).move(STILL_TO_GO, State.CANCELLED, reason="left", reason_detail="")
    barred = due.filter(Q(account__broken_at__isnull=False) | Q(account__disconnected_at__isnull=False))
    barred.move(State.SCHEDULED, State.WAITING, reason="reconnect", reason_detail="")


@transaction.atomic
def miss(share: Share, *, source: State, now: datetime) -> None:
    """Give up on one share that turned out not to be public, and tell its owner."""
    mine = Share.objects.filter(pk=share.pk, tries=share.tries)
    if mine.move(source, State.MISSED, reason="too_late", reason_detail=""):
        informing.tell_missed([share], now=now)


def _miss_all(shares: ShareQuerySet, *, reason: str, now: datetime) -> None:
    while _miss_some(shares, reason=reason, now=now) == BATCH:
        pass


@transaction.atomic
def _miss_some(shares: ShareQuerySet, *, reason: str, now: datetime) -> int:
    """Miss one batch and tell the owners in the same transaction, one message for each; return how many."""
    locked = shares.select_related("story", "account", "person").select_for_update(of=("self",))
    missed = list(locked.order_by("pk")[:BATCH])
    those = Share.objects.filter(pk__in=[share.pk for share in missed])
    those.move(STILL_TO_GO, State.MISSED, reason=reason, reason_detail="")
    by_owner = defaultdict(list)
    for share in missed:
        by_owner[share.person_id].append(share)
    for theirs in by_owner.values():
        informing.tell_missed(theirs, now=now)
    return len(missed)
