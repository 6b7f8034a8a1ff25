"""What must not go out: too late, of a story that closed or is not for there, or its owner must act first."""

import logging
from datetime import datetime

from django.db import transaction

from advocacy.people.models import Person
from advocacy.platforms.models import Account, AccountQuerySet
from advocacy.platforms.switching import switched_off
from advocacy.shares import handing_over, informing
from advocacy.shares.models import SWITCHED_OFF, Share, ShareQuerySet, State

logger = logging.getLogger(__name__)

# Waiting shares are out of the queue and still run out of time.
STILL_TO_GO = (State.SCHEDULED, State.WAITING)


def stop_what_must_not_go(*, now: datetime) -> None:
    """Take out of the queue whatever is due and may not be sent. Late is worse than never: nothing bursts."""
    due = Share.objects.filter(state__in=STILL_TO_GO, try_at__lte=now)
    if not due.exists():
        return
    over = due.filter(last_safe_at__lte=now)
    _miss_all(over.by_hand().filter(state=State.WAITING), reason="not_told", now=now)
    _miss_all(over, reason="too_late", now=now)
    _miss_all(due.without_open_story(now), reason="story_closed", now=now)
    # As with a story that closes: not what the company wants to see there any more, whenever it was planned.
    # At its moment and not before, so that a platform that is ticked again costs nobody anything.
    _miss_all(due.barred(), reason="platform_barred", now=now)
    left = due.filter(person__in=Person.objects.filter(is_active=False))
    left.move(STILL_TO_GO, State.CANCELLED, reason="left", reason_detail="")
    handing_over.call_owners(now=now)
    _say_what_is_off(due)
    working = Account.objects.working().switched_on()
    _say_why(due, "not_let_in", working.filter(registration__broken_at__isnull=False))
    stale = working.filter(fresh_until__lte=now, renew_failures__gt=0)
    _say_why(due, "renewing", stale.filter(registration__broken_at=None))
    going = due.filter(state=State.SCHEDULED).switched_on()
    _wait_for_owners(going.exclude(account__in=Account.objects.working()))


@transaction.atomic
def miss(share: Share, *, source: State, now: datetime) -> None:
    """Give up on one share that turned out not to be public, and tell its owner."""
    mine = Share.objects.filter(pk=share.pk, tries=share.tries)
    if mine.move(source, State.MISSED, reason="too_late", reason_detail=""):
        informing.tell_missed([share], now=now)
        logger.info("share %s: missed, too_late", share.pk)


def _say_what_is_off(due: ShareQuerySet) -> None:
    if off := switched_off():
        held = Account.objects.filter(platform__in=off)
        unsaid = due.filter(state=State.SCHEDULED, account__in=held).exclude(reason=SWITCHED_OFF)
        unsaid.update(reason=SWITCHED_OFF, reason_detail="")


def _say_why(due: ShareQuerySet, reason: str, accounts: AccountQuerySet) -> None:
    """Tell the owners of what waits in its row for others than themselves."""
    # Few, and mostly none: joined with all that is due, a database that does not know this takes seconds.
    if held := list(accounts.values_list("pk", flat=True)):
        unsaid = due.filter(state=State.SCHEDULED, account__in=held).exclude(reason=reason)
        unsaid.update(reason=reason, reason_detail="")


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
    for share in missed:
        logger.info("share %s: missed, %s", share.pk, reason)


@transaction.atomic
def _wait_for_owners(barred: ShareQuerySet) -> None:
    """Keep for their owners what cannot go before they have connected again."""
    accounts = list(barred.values_list("account", flat=True).distinct())
    if not accounts:
        return
    # Locked is an account that its owner is connecting: its shares have gone on, and would be stopped anew.
    shut = Account.objects.out_of_use().filter(pk__in=accounts)
    shut = shut.select_for_update(skip_locked=True, no_key=True)
    theirs = barred.filter(account__in=[account.pk for account in shut.only("pk")])
    for share in theirs.only("pk").select_for_update(skip_locked=True):
        Share.objects.filter(pk=share.pk).move(
            State.SCHEDULED, State.WAITING, reason="reconnect", reason_detail=""
        )
        logger.info("share %s: waits for its owner to connect again", share.pk)
