"""Which due shares a worker takes: with a lease, a few of each host, and only those whose turn it is.

One UPDATE makes them this worker's. Who is one too many for a platform is put off in its row, and costs
neither a worker's time nor a try.
"""

import logging
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Least

from advocacy.platforms.pacing import Turn, Wish, take_turns
from advocacy.shares.models import Share, ShareQuerySet, State
from advocacy.shares.settling import LET_GO
from advocacy.shares.spending import keep_within_budget

logger = logging.getLogger(__name__)

# A platform and one of its servers.
Host = tuple[str, str]
NOBODY: Mapping[Host, int] = {}
# Who comes later than this to its turn asks anew, so that nothing bursts after an outage.
TURN_KEEPS = timedelta(minutes=1)
WHAT_A_TURN_NEEDS = (
    "last_safe_at",
    "turn_at",
    "turn_paid",
    "picture_id",
    "account__platform",
    "account__host",
    "account__registration_id",
)


def claim_batch(*, now: datetime, room: int | None = None, busy: Mapping[Host, int] = NOBODY) -> list[Share]:
    """Make up to `room` due rows ours until the lease ends.

    `busy` is how many of ours are on their way to each host; those with many are left out.
    """
    claim = uuid.uuid4()
    while not _take_some(claim, now=now, room=room or settings.SEND_THREADS, busy=busy):
        pass
    return list(Share.objects.claimed_as(claim).for_sending())


def host_of(share: Share) -> Host:
    return share.account.platform, share.account.host


def take_over(*, now: datetime) -> int:
    """Free the shares whose worker let its lease run out; return how many."""
    forget_the_future(now=now)
    # A lease that ends far in the future was made before the clock was set back.
    over = Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * settings.LEASE)
    abandoned = Share.objects.filter(over, state=State.SENDING).order_by("pk")
    return sum(
        _free(share, abandoned.filter(pk=share.pk), now=now) for share in abandoned.only("armed_at", "claim")
    )


def _free(share: Share, abandoned: ShareQuerySet, *, now: datetime) -> bool:
    """Take it from its dead worker, unless that has woken up, or another has taken it."""
    mine = abandoned.filter(claim=share.claim, armed_at=share.armed_at)
    if share.armed_at is None:
        # Nothing left for it: it goes back in the queue.
        freed = mine.move(State.SENDING, State.SCHEDULED, **LET_GO)
    else:
        # It may be public.
        doubt = {"doubted_at": now, "look_at": now, "planned_at": now}
        why = {"reason": "worker_died", "reason_detail": ""}
        freed = mine.move(State.SENDING, State.UNKNOWN, **doubt, **why, **LET_GO)
    if freed:
        how = "may be sent" if share.armed_at else "is not sent"
        logger.warning("share %s: its worker died, and it %s", share.pk, how)
    return bool(freed)


def forget_the_future(*, now: datetime) -> None:
    """Choose anew the moments that were chosen later than now: the clock has been set back since.

    Workers on several machines may differ by less than a lease.
    """
    later = now + 2 * settings.LEASE
    # Who looked meanwhile has chosen when to look, but not when the doubt began.
    unknown = Share.objects.filter(Q(planned_at__gt=later) | Q(doubted_at__gt=later), state=State.UNKNOWN)
    unknown.update(look_at=now, doubted_at=now, planned_at=now, armed_at=Least("armed_at", Value(now)))
    Share.objects.filter(state=State.SCHEDULED, due_at__lte=now, planned_at__gt=later).update(
        try_at=now, turn_at=None, turn_paid=0, planned_at=now
    )


@transaction.atomic
def _take_some(claim: uuid.UUID, *, now: datetime, room: int, busy: Mapping[Host, int]) -> bool:
    """Claim some of what is due and put off some; say whether there is anything to do with it.

    False means that all were put off, so that others may be due behind them.
    """
    # Locked rows are another worker's; the state is asked once more in the UPDATE.
    due = _due(now=now, busy=busy).select_for_update(skip_locked=True, of=("self",))
    found = _few_of_each_host(list(due[:room]), busy)
    chosen = keep_within_budget(found, now=now)
    turns = take_turns([_wish(share, now=now) for share in chosen], now=now)
    goes = [share.pk for share, turn in zip(chosen, turns, strict=True) if turn.at <= now]
    Share.objects.filter(pk__in=goes).move(
        State.SCHEDULED,
        State.SENDING,
        claim=claim,
        leased_until=now + settings.LEASE,
        armed_at=None,
        turn_at=None,
        turn_paid=0,
    )
    _put_off({share: turn for share, turn in zip(chosen, turns, strict=True) if turn.at > now}, now=now)
    return bool(goes) or not found


def _due(*, now: datetime, busy: Mapping[Host, int]) -> ShareQuerySet:
    full = Q(pk__in=[])
    for (platform, host), count in busy.items():
        if count >= settings.HOST_THREADS:
            full |= Q(account__platform=platform, account__host=host)
    due = Share.objects.due(now).with_open_story(now).exclude(full).order_by("try_at", "pk")
    return due.select_related("account").only(*WHAT_A_TURN_NEEDS)


def _few_of_each_host(shares: list[Share], busy: Mapping[Host, int]) -> list[Share]:
    taken, few = Counter(busy), []
    for share in shares:
        if taken[host_of(share)] < settings.HOST_THREADS:
            taken[host_of(share)] += 1
            few.append(share)
    return few


def _wish(share: Share, *, now: datetime) -> Wish:
    keeps = share.turn_at is not None and share.turn_at <= now < share.turn_at + TURN_KEEPS
    return Wish(share.account, share.last_safe_at, share.turn_paid if keeps else 0)


def _put_off(turns: Mapping[Share, Turn], *, now: datetime) -> None:
    for share, turn in turns.items():
        # What would get its turn too late is missed when it is too late, and not before: others may cancel.
        share.try_at = min(turn.at, share.last_safe_at)
        share.turn_at, share.turn_paid = turn.at, turn.paid
        share.planned_at = now
        share.reason, share.reason_detail = "its_turn", ""
    Share.objects.bulk_update(
        turns, ["try_at", "planned_at", "turn_at", "turn_paid", "reason", "reason_detail"]
    )
