"""What the owner can still do with a share: cancel, take that back, move, reword, and answer our question."""

from datetime import datetime
from typing import cast
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from advocacy.lib.bells import ring
from advocacy.platforms.by_hand import by_hand_instead_of
from advocacy.platforms.connector import Failure, Receipt
from advocacy.platforms.models import Account
from advocacy.platforms.switching import is_switched_off, off_in_words
from advocacy.shares import reconciling, tasks
from advocacy.shares.models import MOVES, SWITCHED_OFF, Change, Share, State
from advocacy.shares.settling import close_attempt
from advocacy.shares.sharing import CannotShare, Post, moments_of, obstacles_in_words, obstacles_to
from advocacy.shares.situations import stopped_by_law

# From here the owner may reword a share or choose another moment.
OPEN_STATES = (State.WAITING, State.MISSED, State.REFUSED, State.CANCELLED)
MOVES_TO_UNDO = (Change.Kind.MOVED, Change.Kind.FOUND)


class TooLate(Exception):
    """The share has moved on meanwhile; `str` says so to its owner."""

    def __init__(self) -> None:
        super().__init__(_("This share has moved on in the meantime. Look again at what became of it."))


@transaction.atomic
def cancel_share(share: Share, *, now: datetime) -> None:
    """Take the share out of the queue. :raises TooLate: it is being sent, or over"""
    mine = Share.objects.filter(pk=share.pk)
    if not mine.move({State.SCHEDULED, State.WAITING}, State.CANCELLED, reason="by_you", reason_detail=""):
        raise TooLate
    _note(share, Change.Kind.CANCELLED, now=now)


@transaction.atomic
def restore_share(share: Share, *, now: datetime) -> None:
    """Undo a cancel: back in the queue for the same moment, or for now where that has passed.

    :raises TooLate: it was not cancelled
    :raises CannotShare: it may not go out any more
    """
    if not share.can_restore:
        raise TooLate
    reschedule_share(share, at=share.due_at, now=now, kind=Change.Kind.RESTORED)


@transaction.atomic
def reschedule_share(
    share: Share, *, at: datetime, now: datetime, kind: Change.Kind = Change.Kind.MOVED
) -> None:
    """Send it at another moment; one that has passed means now. By hand, its owner is called then.

    It is also the way on for missed and refused shares.

    :raises TooLate: it is being sent, or over
    :raises CannotShare: it may not go out at that moment
    """
    at = max(at, now)
    _refuse_if_impossible(share, at=at, now=now)
    anew = _moments_of(share.account, at=at, now=now) | {"reason_detail": "", "prepared": ""}
    target = cast(State, anew.pop("state"))
    mine = Share.objects.filter(pk=share.pk)
    moved = mine.filter(state=target).update(**anew)
    sources = {state for state in (State.SCHEDULED, *OPEN_STATES) if target in MOVES[state]}
    if not moved and not mine.move(sources, target, **anew):
        raise TooLate
    _note(share, kind, now=now, moved_from=share.due_at, moved_to=at)
    ring(tasks.publish_due)


@transaction.atomic
def move_back(share: Share, *, now: datetime) -> None:
    """Undo the latest move. Needs `changes`.

    :raises TooLate: it was not moved last, or is being sent, or over
    :raises CannotShare: it may not go out at that moment, or the moment has passed
    """
    before = moment_before(share)
    if before is None:
        raise TooLate
    # A moment that has passed would mean now, and nobody undoes a move to publish at once.
    if before <= now:
        raise CannotShare([_("That moment has passed. Choose a later one, or send it right away.")])
    reschedule_share(share, at=before, now=now, kind=Change.Kind.MOVED_BACK)


def moment_before(share: Share) -> datetime | None:
    """Return what an undo would move it back to; None: its latest change was no move. Needs `changes`."""
    latest = max(share.changes.all(), key=lambda change: (change.made_at, change.pk), default=None)
    if latest is None or share.state != State.SCHEDULED or latest.kind not in MOVES_TO_UNDO:
        return None
    return latest.moved_from


@transaction.atomic
def reword_share(share: Share, *, text: str, now: datetime) -> None:
    """Change the words of a share that is not being sent.

    :raises TooLate: it is being sent, or over
    :raises CannotShare: the words do not fit
    """
    post = Post(account=share.account, text=text, language=share.language)
    forbidden = stopped_by_law(
        text, share.story, language=share.language, goes_out_at=max(share.due_at, now), now=now
    )
    if reasons := [*obstacles_in_words(post), *forbidden]:
        raise CannotShare(reasons)
    editable = Share.objects.filter(pk=share.pk, state__in=[State.SCHEDULED, *OPEN_STATES])
    if not editable.update(text=text.strip(), prepared=""):
        raise TooLate
    _note(share, Change.Kind.REWORDED, now=now)


@transaction.atomic
def confirm_it_is_there(share: Share, *, now: datetime) -> None:
    """The owner found the post. :raises TooLate: it is no longer unknown"""
    # We know no id of it, so its reactions stay "not measurable".
    if not reconciling.confirm(share, Receipt(remote_id=""), now=now):
        raise TooLate
    _note(share, Change.Kind.CONFIRMED, now=now)


@transaction.atomic
def post_it_again(share: Share, *, now: datetime) -> str | None:
    """The owner looked and it is not there: send it again, now. Return what to tell, if that is not all.

    Where a second send would make a second post and we can read the account, we look once more ourselves.
    Once its story has closed, or is not for that platform any more, it is left at that.

    :raises TooLate: it is no longer unknown
    :raises CannotShare: it may not go out any more
    """
    if share.state != State.UNKNOWN:
        raise TooLate
    if not share.may_be_repeated:
        _refuse_while_it_may_arrive(share, now=now)
    if share.is_barred or not share.story.is_open(now):
        return _leave_it(share)
    _refuse_if_impossible(share, at=now, now=now)
    # The moment that the post bears stays: a platform that knows its key sees that it is the same post.
    last_safe_at = now + settings.LAST_SAFE
    if reconciling.looks_before_repeating(share):
        _told(share, reconciling.look_a_last_time(share, last_safe_at=last_safe_at, now=now), now=now)
        ring(tasks.reconcile)
        return _("We look once more ourselves, and send it again if it is not there.")
    times = {"try_at": now, "last_safe_at": last_safe_at}
    mine = Share.objects.filter(pk=share.pk, tries=share.tries)
    moved = mine.move(State.UNKNOWN, State.SCHEDULED, reason="", reason_detail="", asked_at=None, **times)
    _told(share, bool(moved), now=now)
    ring(tasks.publish_due)
    return None


def _refuse_while_it_may_arrive(share: Share, *, now: datetime) -> None:
    if not reconciling.has_arrived_or_never_will(share, now=now):
        raise CannotShare([_("It may still arrive. Wait a minute, look again, and tell us then.")])


def _leave_it(share: Share) -> str:
    """Nobody can post it again, and nobody is asked about it any longer."""
    mine = Share.objects.filter(pk=share.pk, tries=share.tries)
    reason = "platform_barred" if share.is_barred else "story_closed"
    if not mine.move(State.UNKNOWN, State.MISSED, reason=reason, reason_detail=""):
        raise TooLate
    if share.is_barred:
        return _("Its story is no longer for this platform, so it stays as it is: it counts as not sent.")
    return _("Its story has closed, so it stays as it is: it counts as not sent.")


def take_over_by_hand(share: Share, *, now: datetime) -> str | None:
    """Leave a stuck share to its owner, to post by hand with the same words, picture and link.

    The hub sends it no more, whatever comes back to life. One that nobody knows about is looked for once more
    before, where we can look: then what comes back is that it is there after all.

    :raises TooLate: it is being sent, over, or not stuck
    :raises CannotShare: it may not go out any more, or may still arrive
    """
    if not share.can_be_taken_over:
        raise TooLate
    if share.state == State.UNKNOWN:
        _refuse_while_it_may_arrive(share, now=now)
        if reconciling.is_there_after_all(share, now=now):
            return _("It is there after all, so there is nothing left to post.")
    _hand_over(share, now=now)
    return None


@transaction.atomic
def _hand_over(share: Share, *, now: datetime) -> None:
    account, at = by_hand_instead_of(share.account, now=now), max(share.due_at, now)
    _refuse_if_impossible(share, account=account, at=at, now=now)
    anew = _moments_of(account, at=at, now=now) | {"account": account, "reason_detail": "", "prepared": ""}
    if Share.objects.filter(submission=share.submission, account=account).exists():
        # Of one form, one share is by hand there already. It stays the one that this form made.
        anew["submission"] = uuid4()
    target = cast(State, anew.pop("state"))
    # Nothing was sent since its owner decided this.
    mine = Share.objects.filter(pk=share.pk, tries=share.tries, account=share.account_id)
    moved = mine.filter(state=target).update(**anew)
    sources = {state for state in (State.SCHEDULED, State.UNKNOWN, *OPEN_STATES) if target in MOVES[state]}
    if not moved and not mine.move(sources, target, **anew):
        raise TooLate
    if share.state == State.UNKNOWN:
        close_attempt(share, Failure("was_not_there"), now=now)
    _note(share, Change.Kind.TAKEN_OVER, now=now, moved_from=share.due_at, moved_to=at)


def _told(share: Share, moved: bool, *, now: datetime) -> None:
    if not moved:
        raise TooLate
    _note(share, Change.Kind.REPEATED, now=now)


def _refuse_if_impossible(
    share: Share, *, at: datetime, now: datetime, account: Account | None = None
) -> None:
    if not share.story.is_open(now):
        raise CannotShare([_("This story is no longer open for sharing.")])
    # What is planned for later may be moved meanwhile: by then it may be on again.
    if at <= now and is_switched_off(share.account.platform):
        raise CannotShare([off_in_words(share.account.platform)])
    post = Post(
        account=account or share.account, text=share.text, language=share.language, picture=share.picture
    )
    if reasons := list(obstacles_to(post, share.story, at=at, now=now)):
        raise CannotShare(reasons)


def _moments_of(account: Account, *, at: datetime, now: datetime) -> dict[str, object]:
    moments = moments_of(account, at=at, now=now)
    is_off = moments["state"] == State.SCHEDULED and is_switched_off(account.platform)
    return moments | {"reason": SWITCHED_OFF} if is_off else moments


def _note(
    share: Share,
    kind: Change.Kind,
    *,
    now: datetime,
    moved_from: datetime | None = None,
    moved_to: datetime | None = None,
) -> None:
    Change.objects.create(share=share, kind=kind, made_at=now, moved_from=moved_from, moved_to=moved_to)
