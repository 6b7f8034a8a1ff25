"""What became of a share whose answer we never got: look on the account, and only then decide.

The row may be sent again when the post certainly is not there: the platform says so, and the request cannot
be on its way any more. Every move is fenced by the number of tries seen before looking, so that a slow look
never speaks about a later attempt.
"""

import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from advocacy.lib import http
from advocacy.platforms import tokens
from advocacy.platforms.connector import (
    Access,
    Connector,
    Disconnected,
    Draft,
    Failure,
    Finds,
    Receipt,
    TryLater,
)
from advocacy.shares import expiring, informing
from advocacy.shares.drafting import words_of
from advocacy.shares.models import Share, ShareQuerySet, State
from advocacy.shares.publishing import Clock, close_attempt, published_values

logger = logging.getLogger(__name__)

Finding = Receipt | Failure | None
LOOK_AGAIN = timedelta(seconds=30)


def reconcile(*, clock: Clock) -> int:
    """Look for one batch of shares with an unknown outcome; return how many were looked for."""
    batch = _take_batch(now=clock())
    if not batch:
        return 0
    with ThreadPoolExecutor(max_workers=len(batch), thread_name_prefix="look") as pool:
        looks = {
            pool.submit(look, share.account.connector, words_of(share), share.account.access()): share
            for share in batch
        }
        for looked in as_completed(looks):
            resolve(looks[looked], looked.result(), now=clock())
    return len(batch)


def look(connector: Connector, draft: Draft, access: Access) -> Finding:
    """Return the receipt, None where it is not there, or why we could not look."""
    if not isinstance(connector, Finds):
        return Failure("cannot_look")
    try:
        with http.within(settings.SEND_TIMEOUT):
            return connector.find(draft, access)
    except Failure as failure:
        return failure
    except Exception as error:
        logger.exception("connector %s broke while looking", connector.slug)
        return Failure("connector_broke", type(error).__name__)


def resolve(share: Share, finding: Finding, *, now: datetime) -> None:
    """Decide about one share after looking."""
    if isinstance(finding, Receipt):
        confirm(share, finding, now=now)
    elif isinstance(finding, Failure):
        _look_again(share, finding, now=now)
    elif not _certainly_absent(share, now=now):
        _latest_try(share).update(look_at=_armed_at(share) + settings.SETTLING)
    elif share.last_safe_at <= now:
        expiring.miss(share, source=State.UNKNOWN, now=now)
    elif _latest_try(share).move(State.UNKNOWN, State.SCHEDULED, try_at=now, reason="was_not_there"):
        logger.info("share %s was not there and is sent again", share.pk)


def confirm(share: Share, receipt: Receipt, *, now: datetime) -> None:
    """The post stands: write it down as of the moment it was sent."""
    if _latest_try(share).move(
        State.UNKNOWN, State.PUBLISHED, **published_values(receipt, at=_armed_at(share))
    ):
        logger.info("share %s was there", share.pk)
        close_attempt(share, receipt, now=now)


def _take_batch(*, now: datetime) -> list[Share]:
    """Take unknown shares whose look is due, so that no other worker looks meanwhile."""
    with transaction.atomic():
        due = Share.objects.filter(state=State.UNKNOWN, look_at__lte=now).order_by("look_at", "pk")
        ids = due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        taken = Share.objects.filter(pk__in=list(ids[: settings.SEND_THREADS]), look_at__lte=now)
        batch = list(taken.for_sending())
        taken.update(look_at=now + settings.LEASE)
    return batch


def _look_again(share: Share, failure: Failure, *, now: datetime) -> None:
    """Come back later; where looking does not help, or has not for long, ask the owner as well."""
    wait = max(failure.wait, LOOK_AGAIN) if isinstance(failure, TryLater) else LOOK_AGAIN
    hopeless = failure.code == "cannot_look"
    _latest_try(share).update(look_at=None if hopeless else now + wait)
    if isinstance(failure, Disconnected):
        tokens.suspect(share.account, failure.code, now=now)
    if hopeless or now - _armed_at(share) >= settings.ASK_OWNER_AFTER:
        _ask_owner(share, now=now)


@transaction.atomic
def _ask_owner(share: Share, *, now: datetime) -> None:
    if _latest_try(share).filter(asked_at=None).update(asked_at=now):
        informing.ask_about(share, now=now)


def _certainly_absent(share: Share, *, now: datetime) -> bool:
    connector = share.account.connector
    harmless = isinstance(connector, Finds) and connector.repeats_safely
    # Even where a second send is harmless, giving up needs certainty.
    if harmless and share.last_safe_at > now:
        return True
    return now >= _armed_at(share) + settings.SETTLING


def _latest_try(share: Share) -> ShareQuerySet:
    return Share.objects.filter(pk=share.pk, tries=share.tries, state=State.UNKNOWN)


def _armed_at(share: Share) -> datetime:
    if share.armed_at is None:
        raise ValueError("a share with an unknown outcome was armed")
    return share.armed_at
