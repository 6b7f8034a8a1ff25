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

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F

from advocacy.lib import http
from advocacy.platforms import tokens
from advocacy.platforms.connector import (
    Access,
    Connector,
    Disconnected,
    Draft,
    Failure,
    Finds,
    OutcomeUnknown,
    Receipt,
    Rejected,
    TryLater,
)
from advocacy.shares import expiring, informing
from advocacy.shares.drafting import CannotDraft, draft_of
from advocacy.shares.models import Attempt, Share, State

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Outcome = Receipt | Failure

SHORTEST_WAIT = timedelta(seconds=1)
# As wide as the columns of Share.
MAX_ID_CHARS, MAX_URL_CHARS, MAX_DETAIL_CHARS = 255, 1000, 500
LET_GO: Mapping[str, None] = {"claim": None, "leased_until": None}


def publish_due(*, clock: Clock) -> int:
    """Send one batch of what is due; return how many rows were claimed.

    `clock` is read anew at each step, because sending takes time.
    """
    expiring.stop_what_must_not_go(now=clock())
    claimed = claim_batch(now=clock())
    drafts = prepare(claimed, now=clock())
    armed = arm([share for share in claimed if share.pk in drafts], now=clock())
    if armed:
        send_all(armed, drafts, clock=clock)
    return len(claimed)


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
    for share in claimed:
        try:
            drafts[share.pk] = draft_of(share)
        except CannotDraft as reason:
            settle(share, Rejected(reason.code), now=now)
    return drafts


def arm(claimed: list[Share], *, now: datetime) -> list[Share]:
    """Commit an attempt for each share that may still go, and return those; give the others back."""
    if not claimed:
        return []
    mine = Share.objects.claimed_as(_claim_of(claimed)).filter(pk__in=[share.pk for share in claimed])
    with transaction.atomic():
        may_go = mine.filter(leased_until__gt=now).may_go(now).with_open_story(now)
        may_go.update(armed_at=now, tries=F("tries") + 1)
        armed = list(mine.filter(armed_at=now).for_sending())
        Attempt.objects.bulk_create(Attempt(share=share, number=share.tries, armed_at=now) for share in armed)
        mine.filter(armed_at=None).move(State.SENDING, State.SCHEDULED, **LET_GO)
    return armed


def send_all(armed: list[Share], drafts: Mapping[int, Draft], *, clock: Clock) -> None:
    """Send each share on a thread of its own, and settle each as its answer comes in."""
    with ThreadPoolExecutor(max_workers=len(armed), thread_name_prefix="send") as pool:
        under_way = {
            pool.submit(send, share.account.connector, drafts[share.pk], share.account.access()): share
            for share in armed
        }
        for answered in as_completed(under_way):
            share = under_way[answered]
            try:
                settle(share, answered.result(), now=clock())
            except DatabaseError:
                # The others still have their answers; this one's lease ends, and then it is looked up.
                logger.exception("share %s could not be settled", share.pk)


def send(connector: Connector, draft: Draft, access: Access) -> Outcome:
    """Post once. Whatever goes wrong inside a connector is an unknown outcome: it may have posted first."""
    try:
        with http.within(settings.SEND_TIMEOUT):
            return connector.publish(draft, access)
    except Failure as failure:
        return failure
    except Exception as error:
        logger.exception("connector %s broke", connector.slug)
        return OutcomeUnknown("connector_broke", type(error).__name__)


def settle(share: Share, outcome: Outcome, *, now: datetime) -> None:
    """Write what became of the share, unless another worker has taken it over meanwhile."""
    target, values = _verdict(share, outcome, now=now)
    mine = Share.objects.claimed_as(_claim_of([share])).filter(pk=share.pk)
    with transaction.atomic():
        if not mine.move(State.SENDING, target, **values, **LET_GO):
            logger.warning("share %s was settled too late and is left to its new owner", share.pk)
            return
        # A refusal and the word about it stand or fall together.
        if target == State.REFUSED:
            informing.tell_refused(share, now=now)
    logger.info("share %s: sending -> %s %s", share.pk, target, values.get("reason", ""))
    close_attempt(share, outcome, now=now)
    if isinstance(outcome, Disconnected):
        tokens.suspect(share.account, outcome.code, now=now)


def close_attempt(share: Share, outcome: Outcome, *, now: datetime) -> None:
    """Note how the latest attempt ended."""
    code, detail = (outcome.code, outcome.detail) if isinstance(outcome, Failure) else ("published", "")
    Attempt.objects.filter(share=share, number=share.tries, ended_at=None).update(
        ended_at=now, outcome=code, detail=_fit(detail)
    )


def take_over(*, now: datetime) -> int:
    """Free the shares whose worker let its lease run out; return how many."""
    abandoned = Share.objects.filter(leased_until__lte=now)
    # Nothing left for these: they go back in the queue.
    freed = abandoned.filter(armed_at=None).move(State.SENDING, State.SCHEDULED, **LET_GO)
    # These may be public.
    doubtful = abandoned.filter(armed_at__isnull=False).move(
        State.SENDING, State.UNKNOWN, look_at=now, reason="worker_died", reason_detail="", **LET_GO
    )
    if freed or doubtful:
        logger.warning("took over %s unsent and %s doubtful shares from a dead worker", freed, doubtful)
    return freed + doubtful


def _verdict(share: Share, outcome: Outcome, *, now: datetime) -> tuple[State, dict[str, object]]:
    if isinstance(outcome, Receipt):
        return State.PUBLISHED, published_values(outcome, at=now)
    why: dict[str, object] = {"reason": outcome.code, "reason_detail": _fit(outcome.detail)}
    if isinstance(outcome, TryLater):
        return State.SCHEDULED, why | {"try_at": now + max(outcome.wait, SHORTEST_WAIT)}
    if isinstance(outcome, Disconnected):
        return State.SCHEDULED, why | {"try_at": now}
    if isinstance(outcome, OutcomeUnknown):
        return State.UNKNOWN, why | {"look_at": now + _settling_time(share.account.connector)}
    return State.REFUSED, why


def published_values(receipt: Receipt, *, at: datetime) -> dict[str, object]:
    """Return what a published share knows. Nothing that a platform says may keep it from being written."""
    remote_id = receipt.remote_id if len(receipt.remote_id) <= MAX_ID_CHARS else ""
    is_address = receipt.url.startswith(("https://", "http://")) and len(receipt.url) <= MAX_URL_CHARS
    return {
        "remote_id": remote_id.replace("\0", ""),
        "remote_url": receipt.url.replace("\0", "") if is_address else "",
        "published_at": at,
        "measure_at": at + settings.MEASURE_AFTER[0] if remote_id else None,
        "reason": "",
        "reason_detail": "",
    }


def _fit(detail: str) -> str:
    """Return what a platform said so that any database takes it."""
    return detail.replace("\0", "")[:MAX_DETAIL_CHARS]


def _settling_time(connector: Connector) -> timedelta:
    """Return how long the request may still be on its way; nothing where a second one does no harm."""
    harmless = isinstance(connector, Finds) and connector.repeats_safely
    return timedelta() if harmless else settings.SETTLING


def _claim_of(shares: list[Share]) -> uuid.UUID:
    """Return the claim that these shares were read under; a batch has one."""
    claim = shares[0].claim
    if claim is None:
        raise ValueError("these shares are not claimed")
    return claim
