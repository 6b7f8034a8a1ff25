"""What became of a share whose answer we never got: look on the account, and only then decide.

The row may be sent again when the post certainly is not there: the platform says so, and the request cannot
be on its way any more. Every move is fenced by the number of tries seen before looking, so that a slow look
never speaks about a later attempt.
"""

import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from advocacy.lib import http
from advocacy.platforms import tokens
from advocacy.platforms.connector import Disconnected, Draft, Failure, Finds, Receipt, TryLater
from advocacy.shares import expiring, informing
from advocacy.shares.drafting import words_of
from advocacy.shares.models import Share, ShareQuerySet, State
from advocacy.shares.publishing import Clock
from advocacy.shares.settling import close_attempt, patience, published_values

logger = logging.getLogger(__name__)

Finding = Receipt | Failure | None
LOOK_AGAIN = timedelta(seconds=30)
LESS_AND_LESS_OFTEN = 1.25
WHILE_OWNER_WAITS = timedelta(seconds=15)
# The owner looked and told us so; we look ourselves before a second send.
OWNER_SAYS_ABSENT = "owner_says_absent"


def reconcile(*, clock: Clock) -> int:
    """Look for one batch of shares with an unknown outcome; return how many were looked for."""
    batch = _take_batch(now=clock())
    if batch:
        _look_for(batch, clock=clock)
    ask_owners(now=clock())
    return len(batch)


def ask_owners(*, now: datetime) -> None:
    """Ask about what has been unknown for long, however long the platform wants us to wait with looking."""
    unasked = Share.objects.filter(state=State.UNKNOWN, asked_at=None, look_at__gt=now)
    for share in unasked.filter(armed_at__lte=now - settings.ASK_OWNER_AFTER).for_sending():
        _ask_owner(share, now=now)


def look(share: Share, draft: Draft) -> Finding:
    """Return the receipt, None where it is not there, or why we could not look."""
    connector = share.account.connector
    if not isinstance(connector, Finds) or not connector.does(Finds):
        return Failure("cannot_look")
    try:
        with http.within(settings.SEND_TIMEOUT):
            return connector.find(draft, share.account.access())
    except Failure as failure:
        return failure
    except Exception as error:
        logger.exception("share %s: connector %s broke while looking", share.pk, connector.slug)
        return Failure("connector_broke", type(error).__name__)


def resolve(share: Share, finding: Finding, *, now: datetime) -> None:
    """Decide about one share after looking."""
    if isinstance(finding, Receipt):
        confirm(share, finding, now=now)
    elif isinstance(finding, Failure) and share.reason != OWNER_SAYS_ABSENT:
        _look_again(share, finding, now=now)
    elif not _certainly_absent(share, now=now):
        _latest_try(share).update(look_at=_arrived_by(share, now=now), planned_at=now)
    elif share.last_safe_at <= now:
        expiring.miss(share, source=State.UNKNOWN, now=now)
        close_attempt(share, Failure("was_not_there"), now=now)
    else:
        _send_again(share, now=now)


def confirm(share: Share, receipt: Receipt, *, now: datetime) -> bool:
    """The post stands: write it down as of the moment it was sent. Return False where it has moved on."""
    values = published_values(receipt, at=_armed_at(share))
    if not _latest_try(share).move(State.UNKNOWN, State.PUBLISHED, **values):
        return False
    logger.info("share %s was there", share.pk)
    # Who was told by its owner has no id of it.
    close_attempt(share, receipt, now=now, proof="found" if receipt.remote_id else "published")
    return True


def looks_before_repeating(share: Share) -> bool:
    """Tell whether we can look ourselves, and a second send would make a second post."""
    connector = share.account.connector
    return isinstance(connector, Finds) and connector.does(Finds) and not connector.repeats_safely


def look_a_last_time(share: Share, *, last_safe_at: datetime, now: datetime) -> bool:
    """Look at once, and unless it is there after all, send it again. Return False where it has moved on."""
    told = _latest_try(share).exclude(reason=OWNER_SAYS_ABSENT)
    return bool(told.update(reason=OWNER_SAYS_ABSENT, last_safe_at=last_safe_at, look_at=now, planned_at=now))


def is_there_after_all(share: Share, *, now: datetime) -> bool:
    """Look at once, for its owner who waits; where it is there, write that down."""
    with http.within(WHILE_OWNER_WAITS):
        finding = look(share, words_of(share))
    return isinstance(finding, Receipt) and confirm(share, finding, now=now)


def has_arrived_or_never_will(share: Share, *, now: datetime) -> bool:
    """Tell whether its latest request can no longer be on its way."""
    return now >= _arrived_by(share, now=now)


def _look_for(batch: list[Share], *, clock: Clock) -> None:
    with ThreadPoolExecutor(max_workers=len(batch), thread_name_prefix="look") as pool:
        looks = {pool.submit(look, share, words_of(share)): share for share in batch}
        for looked in as_completed(looks):
            share = looks[looked]
            try:
                resolve(share, looked.result(), now=clock())
            except DatabaseError as error:
                # The others were looked for all the same; this one is looked for again. Without the
                # database's own words, which hold the whole row.
                logger.error("share %s could not be resolved: %s", share.pk, type(error).__name__)


def _take_batch(*, now: datetime) -> list[Share]:
    """Take unknown shares whose look is due, so that no other worker looks meanwhile."""
    with transaction.atomic():
        due = Share.objects.filter(state=State.UNKNOWN, look_at__lte=now).order_by("look_at", "pk")
        ids = due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        taken = Share.objects.filter(pk__in=list(ids[: settings.SEND_THREADS]), look_at__lte=now)
        batch = list(taken.for_sending())
        taken.update(look_at=now + settings.LEASE, planned_at=now)
    return batch


def _send_again(share: Share, *, now: datetime) -> None:
    """Put it back in the queue; where no time is left for another try, look a last time when that is over."""
    try_at = now + patience(share.tries)
    if try_at >= share.last_safe_at:
        look_at = max(share.last_safe_at, _arrived_by(share, now=now))
        _latest_try(share).update(look_at=look_at, planned_at=now)
        return
    # Should nobody hear of the next try either, that is another question to its owner.
    anew = {"try_at": try_at, "planned_at": now, "asked_at": None}
    values = {**anew, "reason": "was_not_there", "reason_detail": ""}
    if _latest_try(share).move(State.UNKNOWN, State.SCHEDULED, **values):
        logger.info("share %s was not there and is sent again", share.pk)
        close_attempt(share, Failure("was_not_there"), now=now)


def _look_again(share: Share, failure: Failure, *, now: datetime) -> None:
    """Come back later, and less and less often; where looking can never help, ask the owner at once."""
    hopeless = failure.code == "cannot_look"
    asked_for = failure.wait if isinstance(failure, TryLater) else LOOK_AGAIN
    wait = max(asked_for, LOOK_AGAIN, LESS_AND_LESS_OFTEN * _last_wait(share))
    # Never to be looked for and not asked about would be silence: they stand or fall together.
    with transaction.atomic():
        _latest_try(share).update(look_at=None if hopeless else now + wait, planned_at=now)
        if hopeless:
            _ask_owner(share, now=now)
    logger.info("share %s could not be looked for: %s", share.pk, failure.code)
    if isinstance(failure, Disconnected):
        tokens.suspect(share.account, failure.code, now=now)


def _last_wait(share: Share) -> timedelta:
    """Return how long it waited for the look that was due when it was read.

    Both moments were chosen by one reading of the clock, so that it does not matter what is done to it later.
    """
    if share.look_at is None or share.planned_at is None:
        return timedelta()
    return share.look_at - share.planned_at


@transaction.atomic
def _ask_owner(share: Share, *, now: datetime) -> None:
    if _latest_try(share).filter(asked_at=None).update(asked_at=now):
        informing.ask_about(share, now=now)
        logger.info("share %s: its owner is asked", share.pk)


def _certainly_absent(share: Share, *, now: datetime) -> bool:
    # Even where a second send is harmless, giving up needs certainty.
    if share.may_be_repeated and share.last_safe_at > now:
        return True
    return has_arrived_or_never_will(share, now=now)


def _arrived_by(share: Share, *, now: datetime) -> datetime:
    """Return when the request has arrived or never will.

    It is counted from when we began to doubt, which is never before the worker's time was up: the clock may
    have been set since the share was armed. Nor do we count from later than now: it may have been set back
    since the share was read.
    """
    return min(share.doubted_at or _armed_at(share), now) + settings.SETTLING


def _latest_try(share: Share) -> ShareQuerySet:
    return Share.objects.filter(pk=share.pk, tries=share.tries, state=State.UNKNOWN)


def _armed_at(share: Share) -> datetime:
    if share.armed_at is None:
        raise ValueError("a share with an unknown outcome was armed")
    return share.armed_at
