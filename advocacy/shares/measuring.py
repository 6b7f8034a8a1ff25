"""Reactions, as the network reports them, polled less and less often."""

import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction

from advocacy.lib import http
from advocacy.platforms import tokens
from advocacy.platforms.connector import Disconnected, Failure, Measures, Reactions, TryLater
from advocacy.shares.models import Share
from advocacy.shares.publishing import Clock

logger = logging.getLogger(__name__)

ASK_AGAIN = timedelta(minutes=15)
# How long after the last moment of the schedule a network that does not answer is still asked.
GIVE_UP_AFTER = timedelta(days=7)
# The largest count that the column holds.
MAX_COUNT = 2**31 - 1


def measure(*, clock: Clock) -> int:
    """Ask the networks about one batch of posts; return how many were asked about."""
    batch = _take_batch(now=clock())
    if not batch:
        return 0
    with ThreadPoolExecutor(max_workers=len(batch), thread_name_prefix="measure") as pool:
        asked = {pool.submit(ask, share): share for share in batch}
        for answered in as_completed(asked):
            share = asked[answered]
            try:
                _note(share, answered.result(), now=clock())
            except DatabaseError as error:
                # Without the database's own words, which hold the whole row. It is asked about again.
                logger.error("reactions to share %s were not noted: %s", share.pk, type(error).__name__)
    return len(batch)


def next_measurement(published_at: datetime, *, after: datetime) -> datetime | None:
    """Return when to ask next: 1 h, 6 h, 1, 3, 7, 14 and 30 days after publishing; None when that is over."""
    moments = (published_at + age for age in settings.MEASURE_AFTER)
    return next((moment for moment in moments if moment > after), None)


def ask(share: Share) -> Reactions | Failure:
    connector = share.account.connector
    if not isinstance(connector, Measures):
        return Reactions()
    try:
        with http.within(settings.SEND_TIMEOUT):
            return connector.measure(share.receipt, share.account.access())
    except Failure as failure:
        return failure
    except Exception as error:
        logger.exception("share %s: connector %s broke while measuring", share.pk, connector.slug)
        return Failure("connector_broke", type(error).__name__)


def _take_batch(*, now: datetime) -> list[Share]:
    """Take posts whose measurement is due, so that no other worker asks meanwhile."""
    with transaction.atomic():
        due = Share.objects.to_measure(now).order_by("measure_at", "pk")
        ids = due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
        taken = Share.objects.filter(pk__in=list(ids[: settings.SEND_THREADS]))
        batch = list(taken.for_sending())
        taken.update(measure_at=now + ASK_AGAIN)
    return batch


def _note(share: Share, answer: Reactions | Failure, *, now: datetime) -> None:
    if isinstance(answer, Disconnected):
        tokens.suspect(share.account, answer.code, now=now)
    if isinstance(answer, Failure):
        Share.objects.filter(pk=share.pk).update(measure_at=_ask_again_at(share, answer, now=now))
        return
    following = None if answer.gone else next_measurement(share.published_at or now, after=now)
    Share.objects.filter(pk=share.pk).update(
        measured_at=now, measure_at=following, **_counts(answer), **({"gone_at": now} if answer.gone else {})
    )


def _ask_again_at(share: Share, failure: Failure, *, now: datetime) -> datetime | None:
    """Return when to ask once more: later each time; None when it has been tried for long enough."""
    published_at = share.published_at or now
    asked_for = failure.wait if isinstance(failure, TryLater) else ASK_AGAIN
    again = now + max(asked_for, ASK_AGAIN, (now - published_at) / 24)
    return again if again <= published_at + settings.MEASURE_AFTER[-1] + GIVE_UP_AFTER else None


def _counts(answer: Reactions) -> dict[str, int | None]:
    """Return what to write: a post that is gone keeps the counts it last had."""
    if answer.gone:
        return {}
    return {
        "likes": _believable(answer.likes),
        "reposts": _believable(answer.reposts),
        "replies": _believable(answer.replies),
        "impressions": _believable(answer.impressions),
    }


def _believable(count: int | None) -> int | None:
    return count if count is not None and 0 <= count <= MAX_COUNT else None
