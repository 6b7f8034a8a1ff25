"""What must not go out: shares that are too late, whose story has closed, or whose owner must act first."""

from datetime import datetime

from django.db import transaction

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares import handing_over, informing
from advocacy.shares.models import Share, ShareQuerySet, State

# Waiting shares are out of the queue and still run out of time.
STILL_TO_GO = (State.SCHEDULED, State.WAITING)


def stop_what_must_not_go(*, now: datetime) -> None:
    """Take out of the queue whatever is due and may not be sent. Late is worse than never: nothing bursts."""
    due = Share.objects.filter(state__in=STILL_TO_GO, try_at__lte=now)
    if not due.exists():
        return
    over = due.filter(last_safe_at__lte=now)
    _miss_all(over.by_hand(), reason="not_told", now=now)
    _miss_all(over, reason="too_late", now=now)
    _miss_all(due.without_open_story(now), reason="story_closed", now=now)
    left = due.filter(person__in=Person.objects.filter(is_active=False))
    left.move(STILL_TO_GO, State.CANCELLED, reason="left", reason_detail="")
    handing_over.call_owners(now=now)
    not_let_in = Account.objects.filter(registration__broken_at__isnull=False)
    due.filter(state=State.SCHEDULED, account__in=not_let_in).exclude(reason="not_let_in").update(
        reason="not_let_in", reason_detail=""
    )
    barred = due.exclude(account__in=Account.objects.working())
    barred.move(State.SCHEDULED, State.WAITING, reason="reconnect", reason_detail="")


@transaction.atomic
def miss(share: Share, *, source: State, now: datetime) -> None:
    """Give up on one share that turned out not to be public, and tell its owner."""
    mine = Share.objects.filter(pk=share.pk, tries=share.tries)
    if mine.move(source, State.MISSED, reason="too_late", reason_detail=""):
        informing.tell_missed([share], now=now)


def _miss_all(shares: ShareQuerySet, *, reason: str, now: datetime) -> None:
    # One owner at a time: after a long outage no lock is held long, and each hears of all of theirs at once.
    owners = shares.order_by("person").values_list("person", flat=True).distinct()
    for owner in list(owners):
        _miss_together(shares.filter(person=owner), reason=reason, now=now)


@transaction.atomic
def _miss_together(shares: ShareQuerySet, *, reason: str, now: datetime) -> None:
    """Write one owner's shares off and tell them, or neither: a worker may die here."""
    told_about = shares.select_related("story", "account", "person")
    # Reading a token costs as much as the rest of the row.
    without_tokens = told_about.defer("account__token", "account__refresh_token", "account__proof_key")
    missed = list(without_tokens.select_for_update(of=("self",)).order_by("due_at", "pk"))
    if not missed:
        return
    those = Share.objects.filter(pk__in=[share.pk for share in missed])
    those.move(STILL_TO_GO, State.MISSED, reason=reason, reason_detail="")
    informing.tell_missed(missed, reason=reason, now=now)
