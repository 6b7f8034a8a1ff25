"""From a due row to a post: claim, prepare, arm, send, settle.

1. Claim: one UPDATE gives a batch of due rows to this worker, with a lease.
2. Prepare: words, card and picture are read; nothing leaves the house.
3. Arm: an attempt is committed for each row that is still ours and may go. From here on it may be public.
4. Send: once, on threads, a row each.
5. Settle: the answer is written only where the claim is still ours, the remote id first and alone.

A worker may die between any two of these: `take_over` puts what was claimed and not armed back in the queue,
and hands what was armed to `reconciling`, which looks before anything is sent again.
"""

import logging
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q

from advocacy.lib import http
from advocacy.platforms.connector import (
    Access,
    Connector,
    Draft,
    Failure,
    OutcomeUnknown,
    Rejected,
    TryLater,
)
from advocacy.shares import expiring, settling
from advocacy.shares.drafting import CannotDraft, draft_of, fetch_pictures
from advocacy.shares.models import Attempt, Share, State
from advocacy.shares.settling import LET_GO, Outcome, claim_of

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# A share that could not be prepared for a reason that may pass.
PREPARE_AGAIN = timedelta(minutes=1)


def publish_due(*, clock: Clock) -> int:
    """Send one batch of what is due; return how many rows it brought further.

    `clock` is read anew at each step, because sending takes time.
    """
    expiring.stop_what_must_not_go(now=clock())
    claimed = claim_batch(now=clock())
    drafts = prepare(claimed, now=clock())
    # Counted from before they are armed: a worker that is held up after that must send nothing any more.
    ends_at = monotonic() + settings.SEND_TIMEOUT.total_seconds()
    armed = arm([share for share in claimed if share.pk in drafts], now=clock())
    if armed:
        send_all(armed, drafts, clock=clock, ends_at=ends_at)
    # Those that were given back wait for the next sweep, or this would go round and round.
    return len(claimed) - len(drafts) + len(armed)


def claim_batch(*, now: datetime) -> list[Share]:
    """Make up to `SEND_THREADS` due rows ours until the lease ends."""
    claim = uuid.uuid4()
    due = Share.objects.due(now).with_open_story(now).order_by("try_at", "pk")
    with transaction.atomic():
        # Locked rows are another worker's; the state is asked once more in the UPDATE.
        ids = due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        Share.objects.filter(pk__in=list(ids[: settings.SEND_THREADS])).move(
            State.SCHEDULED, State.SENDING, claim=claim, leased_until=now + settings.LEASE, armed_at=None
        )
    return list(Share.objects.claimed_as(claim).for_sending())


def prepare(claimed: list[Share], *, now: datetime) -> dict[int, Draft]:
    """Return the drafts by share id. A share that cannot be drafted is refused, and its owner told."""
    drafts = {}
    fetch_pictures(claimed)
    for share in claimed:
        try:
            drafts[share.pk] = draft_of(share)
        except CannotDraft as reason:
            settling.settle(share, Rejected(reason.code), now=now)
        except Exception:
            # Whatever is wrong with one share must not hold up the others.
            logger.exception("share %s could not be prepared", share.pk)
            settling.settle(share, TryLater("not_prepared", wait=PREPARE_AGAIN), now=now)
    return drafts


def arm(claimed: list[Share], *, now: datetime) -> list[Share]:
    """Commit an attempt for each share that may still go, and return those; give the others back."""
    if not claimed:
        return []
    mine = Share.objects.claimed_as(claim_of(claimed)).filter(pk__in=[share.pk for share in claimed])
    with transaction.atomic():
        may_go = mine.filter(leased_until__gt=now).may_go(now).with_open_story(now)
        # The lease begins anew, so that it outlasts the sending however long preparing took.
        may_go.update(armed_at=now, tries=F("tries") + 1, leased_until=now + settings.LEASE)
        armed = list(mine.filter(armed_at=now).for_sending())
        Attempt.objects.bulk_create(Attempt(share=share, number=share.tries, armed_at=now) for share in armed)
        mine.filter(armed_at=None).move(State.SENDING, State.SCHEDULED, **LET_GO)
    return armed


def send_all(armed: list[Share], drafts: Mapping[int, Draft], *, clock: Clock, ends_at: float) -> None:
    """Send each share on a thread of its own, and settle each as its answer comes in."""
    with ThreadPoolExecutor(max_workers=len(armed), thread_name_prefix="send") as pool:
        under_way = {
            pool.submit(
                send, share.account.connector, drafts[share.pk], share.account.access(), ends_at=ends_at
            ): share
            for share in armed
        }
        for answered in as_completed(under_way):
            share = under_way[answered]
            try:
                settling.settle(share, answered.result(), now=clock())
            except DatabaseError as error:
                # The others still have their answers; this one's lease ends, and then it is looked up.
                # Without the database's own words, which hold the whole row.
                logger.error("share %s could not be settled: %s", share.pk, type(error).__name__)


def send(connector: Connector, draft: Draft, access: Access, *, ends_at: float) -> Outcome:
    """Post once, and let nothing leave after `ends_at`, a moment of the monotonic clock in seconds.

    Whatever goes wrong inside a connector is an unknown outcome: it may have posted first.
    """
    try:
        with http.within(timedelta(seconds=ends_at - monotonic())):
            return connector.publish(draft, access)
    except Failure as failure:
        return failure
    except Exception as error:
        logger.exception("connector %s broke", connector.slug)
        return OutcomeUnknown("connector_broke", type(error).__name__)


def take_over(*, now: datetime) -> int:
    """Free the shares whose worker let its lease run out; return how many."""
    # A lease that ends far in the future was made before the clock was set back.
    over = Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * settings.LEASE)
    abandoned = Share.objects.filter(over)
    # Nothing left for these: they go back in the queue.
    freed = abandoned.filter(armed_at=None).move(State.SENDING, State.SCHEDULED, **LET_GO)
    # These may be public.
    doubtful = abandoned.filter(armed_at__isnull=False).move(
        State.SENDING,
        State.UNKNOWN,
        doubted_at=now,
        look_at=now,
        reason="worker_died",
        reason_detail="",
        **LET_GO,
    )
    if freed or doubtful:
        logger.warning("took over %s unsent and %s doubtful shares from a dead worker", freed, doubtful)
    return freed + doubtful
