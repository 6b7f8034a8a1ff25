"""What became of a try, written down: the state, the receipt, the reason, and how the attempt ended."""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from advocacy.platforms import pacing, tokens
from advocacy.platforms.alarming import stop_app
from advocacy.platforms.connector import (
    OF_THE_APP,
    Code,
    Disconnected,
    Failure,
    OutcomeUnknown,
    Receipt,
    Rejected,
    Repeated,
    TryLater,
)
from advocacy.shares import informing
from advocacy.shares.models import Attempt, Share, State

logger = logging.getLogger(__name__)

Outcome = Receipt | Failure

SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
# As wide as the columns of Share.
MAX_ID_CHARS, MAX_URL_CHARS, MAX_DETAIL_CHARS = 255, 1000, 500
# After these it is not public, and that is certain.
CERTAIN = (TryLater, Rejected, Disconnected)
# After these it may be public.
DOUBTFUL = ("", Code.NO_ANSWER, Code.UNCLEAR_ANSWER, Code.DUPLICATE, "connector_broke", "was_not_there")
LET_GO: Mapping[str, None] = {"claim": None, "leased_until": None}


def settle(share: Share, outcome: Outcome, *, now: datetime) -> None:
    """Write what became of the share, unless another worker has taken it over meanwhile."""
    if isinstance(outcome, Repeated):
        outcome = _meaning_of_repeat(share, outcome)
    target, values = _verdict(share, outcome, now=now)
    if target in {State.REFUSED, State.MISSED}:
        written = _write_and_tell(share, target, values, now=now)
    else:
        written = _write(share, target, values)
    if not written:
        logger.warning("share %s was settled too late and is left to its new owner", share.pk)
        return
    logger.info("share %s: sending -> %s %s", share.pk, target, values.get("reason", ""))
    # What could not even be prepared was no attempt.
    if share.armed_at:
        close_attempt(share, outcome, now=now)
    if isinstance(outcome, Disconnected):
        tokens.suspect(share.account, outcome.code, now=now)
    elif isinstance(outcome, TryLater) and outcome.code == Code.RATE_LIMITED:
        pacing.hold_off(share.account, until=now + outcome.wait, now=now)
    elif isinstance(outcome, Failure) and outcome.code in OF_THE_APP:
        stop_app(share.account.registration_id, outcome.code, now=now)


def close_attempt(share: Share, outcome: Outcome, *, now: datetime, proof: str = "published") -> None:
    """Note how the latest attempt ended; what is found out later replaces what was thought before.

    `proof` is how a post that stands is known to: the platform answered ("published"), or it was "found".
    """
    code, detail = (outcome.code, outcome.detail) if isinstance(outcome, Failure) else (proof, "")
    Attempt.objects.filter(share=share, number=share.tries).update(
        ended_at=now, outcome=code, detail=_storable(detail)[:MAX_DETAIL_CHARS]
    )


def published_values(receipt: Receipt, *, at: datetime) -> dict[str, object]:
    """Return what a published share knows. Nothing that a platform says may keep it from being written."""
    remote_id, url = _storable(receipt.remote_id), _storable(receipt.url)
    # A part of an id is the id of another post, or of none.
    remote_id = remote_id if len(remote_id) <= MAX_ID_CHARS else ""
    is_address = url.startswith(("https://", "http://")) and len(url) <= MAX_URL_CHARS
    return {
        "remote_id": remote_id,
        "remote_url": url if is_address else "",
        "published_at": at,
        "measure_at": at + settings.MEASURE_AFTER[0] if remote_id else None,
        "reason": "",
        "reason_detail": "",
    }


def patience(tries: int) -> timedelta:
    """Return how long at least to wait after so many tries: nothing at first, then 1, 3, 7, 15 seconds..."""
    return min(timedelta(seconds=2 ** min(max(tries - 1, 0), 10) - 1), LONGEST_WAIT)


def claim_of(shares: list[Share]) -> uuid.UUID:
    """Return the claim that these shares were read under; a batch has one."""
    claim = shares[0].claim
    if claim is None:
        raise ValueError("these shares are not claimed")
    return claim


def _meaning_of_repeat(share: Share, outcome: Repeated) -> Outcome:
    """Tell whether the post that this one repeats is this share's own.

    Only after a try that got no answer can it be; and never the post of another share, which may have been
    taken back since.
    """
    doubtful = Attempt.objects.filter(share=share, number__lt=share.tries, outcome__in=DOUBTFUL)
    if not doubtful.exists():
        return outcome
    if not outcome.remote_id:
        return OutcomeUnknown(outcome.code, outcome.detail)
    others = Share.objects.filter(account=share.account, remote_id=outcome.remote_id).exclude(pk=share.pk)
    return outcome if others.exists() else Receipt(outcome.remote_id, outcome.url)


def _write(share: Share, target: State, values: Mapping[str, object]) -> bool:
    mine = Share.objects.claimed_as(claim_of([share])).filter(pk=share.pk)
    return bool(mine.move(State.SENDING, target, **values, **LET_GO))


@transaction.atomic
def _write_and_tell(share: Share, target: State, values: Mapping[str, object], *, now: datetime) -> bool:
    """Write a bad end and the word about it: they stand or fall together."""
    if not _write(share, target, values):
        return False
    if target == State.REFUSED:
        informing.tell_refused(share, now=now)
    else:
        informing.tell_missed([share], now=now)
    return True


def _verdict(share: Share, outcome: Outcome, *, now: datetime) -> tuple[State, dict[str, object]]:
    if isinstance(outcome, Receipt):
        return State.PUBLISHED, published_values(outcome, at=now)
    detail = _storable(outcome.detail)[:MAX_DETAIL_CHARS]
    why: dict[str, object] = {"reason": outcome.code, "reason_detail": detail, "planned_at": now}
    if not isinstance(outcome, CERTAIN):
        return State.UNKNOWN, why | {"doubted_at": now, "look_at": now + _settling_time(share)}
    # What was prepared for it may be what is wrong.
    why["prepared"] = ""
    if isinstance(outcome, TryLater):
        return _later(share, outcome, why, now=now)
    if isinstance(outcome, Disconnected):
        return State.SCHEDULED, why | {"try_at": now}
    return State.REFUSED, why


def _later(
    share: Share, outcome: TryLater, why: dict[str, object], *, now: datetime
) -> tuple[State, dict[str, object]]:
    wait = max(outcome.wait, SHORTEST_WAIT, patience(share.tries))
    if now + wait >= share.last_safe_at:
        return State.MISSED, {"reason": "too_late", "reason_detail": ""}
    return State.SCHEDULED, why | {"try_at": now + wait}


def _settling_time(share: Share) -> timedelta:
    """Return how long the request may still be on its way; nothing where a second one does no harm."""
    return timedelta() if share.may_be_repeated else settings.SETTLING


def _storable(said: str) -> str:
    """Return what a platform said without the signs that a database refuses: NUL and halves of letters."""
    return said.replace("\0", "").encode(errors="ignore").decode()
