"""The life of a share, in words for its owner."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy.platforms.connector import Code, Removed
from advocacy.platforms.reasons import explain
from advocacy.shares.models import SWITCHED_OFF, Attempt, Change, Share, State
from advocacy.shares.reconciling import OWNER_SAYS_ABSENT

IN_WORDS = {
    State.SENDING: gettext_lazy("It is being sent right now."),
    State.CANCELLED: gettext_lazy("It was cancelled, and has not been sent."),
}
# Our own reasons, beside those of the platforms; and of theirs, those that ask nothing of the owner, because
# the hub itself looks or tries again.
OUR_REASONS = {
    Code.RATE_LIMITED: gettext_lazy("%(platform)s asks us to slow down."),
    Code.UNREACHABLE: gettext_lazy("%(platform)s could not be reached."),
    Code.TOO_SLOW: gettext_lazy("%(platform)s was too slow to answer."),
    Code.SERVER_ERROR: gettext_lazy("%(platform)s has trouble of its own."),
    Code.NOT_READY: gettext_lazy("%(platform)s was still working on it."),
    Code.NO_ANSWER: gettext_lazy("No answer came."),
    Code.UNCLEAR_ANSWER: gettext_lazy("The answer said neither yes nor no."),
    "its_turn": gettext_lazy(
        "%(platform)s takes only so many posts in a while, and others were before yours."
    ),
    "reconnect": gettext_lazy(
        "%(platform)s no longer lets us in. Connect your account again, and it goes on."
    ),
    "by_hand": gettext_lazy("Post it on %(platform)s yourself, then tell us."),
    "over_budget": gettext_lazy(
        "What the company pays %(platform)s in a month is used up. You can post it there by hand."
    ),
    "not_let_in": gettext_lazy(
        "%(platform)s does not let the hub in at the moment, and the administrators know. You can post it "
        "there by hand."
    ),
    SWITCHED_OFF: gettext_lazy("%(platform)s is switched off by the administrator."),
    "renewing": gettext_lazy("%(platform)s does not renew the hub's permission at the moment."),
    "worker_died": gettext_lazy("The hub stopped while sending it. We are looking whether it is there."),
    "was_not_there": gettext_lazy("The first try did not arrive."),
    "not_prepared": gettext_lazy("The hub could not get it ready, and nothing was sent."),
    "picture_missing": gettext_lazy(
        "The picture could not be read. Share the story again, with another one."
    ),
    "connector_broke": gettext_lazy("Something went wrong in the hub. We are looking whether it is there."),
}
NO_ANSWER = gettext_lazy("It was sent, and no answer came. We are looking whether it is there.")
# Why nobody knows whether it is there, where there is more to say.
DOUBTS = {
    Code.UNCLEAR_ANSWER: gettext_lazy(
        "It was sent, and the answer said neither yes nor no. We are looking whether it is there."
    ),
    Code.DUPLICATE: gettext_lazy(
        "It was sent, and %(platform)s says that it has these words already. We are looking whether they are "
        "yours."
    ),
    OWNER_SAYS_ABSENT: gettext_lazy("We look once more ourselves, and send it again if it is not there."),
    "worker_died": OUR_REASONS["worker_died"],
    "connector_broke": OUR_REASONS["connector_broke"],
}
CHANGED = {
    Change.Kind.MOVED: gettext_lazy("You moved it to %(moment)s."),
    Change.Kind.FOUND: gettext_lazy("You asked for a quiet moment, and it moved to %(moment)s."),
    Change.Kind.MOVED_BACK: gettext_lazy("You moved it back to %(moment)s."),
    Change.Kind.CANCELLED: gettext_lazy("You cancelled it."),
    Change.Kind.RESTORED: gettext_lazy("You put it back in the queue, for %(moment)s."),
    Change.Kind.REWORDED: gettext_lazy("You changed your words."),
    Change.Kind.CONFIRMED: gettext_lazy("You told us that it is there."),
    Change.Kind.REPEATED: gettext_lazy("You told us that it is not there, and to post it again."),
    Change.Kind.TAKEN_OVER: gettext_lazy("You took it over, to post it yourself."),
    Change.Kind.TAKEN_BACK: gettext_lazy("You took it back: the hub deleted the post."),
}
CHANGED_BY_HAND = CHANGED | {Change.Kind.CONFIRMED: gettext_lazy("You told us that you posted it.")}
# What ends without a moment that anybody knows.
OPEN_ENDED = frozenset({"not_let_in", "renewing", SWITCHED_OFF})
# A share this soon after the press of the button was not planned.
RIGHT_AWAY = timedelta(minutes=1)


@dataclass(frozen=True)
class Event:
    """One line of a life line. `kind` is done, now or failed; empty for what is still to come."""

    at: datetime
    words: str
    kind: str = "done"


def describe(share: Share) -> str:
    """Say where the share stands and what, if anything, its owner can do."""
    if share.state == State.SCHEDULED:
        return _scheduled(share)
    if share.state == State.PUBLISHED:
        words = (
            _("You posted it yourself, and told us on %(moment)s.")
            if share.is_by_hand
            else _("Published on %(moment)s.")
        )
        return words % {"moment": _moment(share.published_at or share.due_at)}
    if share.state in {State.WAITING, State.REFUSED}:
        return _explained(share)
    if share.state == State.MISSED:
        return _missed(share)
    if share.state == State.UNKNOWN:
        return _doubted(share)
    return str(IN_WORDS[State(share.state)])


def life_line(share: Share) -> list[Event]:
    """Return what happened, oldest first, then where it stands, then what is to come.

    Needs `attempts` and `changes`.
    """
    attempts, changes = list(share.attempts.all()), list(share.changes.all())
    happened = [Event(share.created_at, _began(share, changes))]
    happened += [_changed(change, share) for change in changes]
    happened += [event for attempt in attempts for event in _events_of(share, attempt)]
    happened.sort(key=lambda event: event.at)
    if share.will_be_stopped:
        return [*happened, Event(share.due_at, _barred(share), kind="now")]
    return [*happened, *_now(share, attempts), *_after(share)]


def _began(share: Share, changes: list[Change]) -> str:
    planned = next((change.moved_from for change in changes if change.moved_from), share.due_at)
    by_hand = share.is_by_hand
    if planned - share.created_at < RIGHT_AWAY:
        return _("You made this share ready.") if by_hand else _("You shared this story.")
    words = (
        _("You made this share ready, for %(moment)s.")
        if by_hand
        else _("You shared this story, for %(moment)s.")
    )
    return words % {"moment": _moment(planned)}


def _changed(change: Change, share: Share) -> Event:
    moment = _moment(change.moved_to or share.due_at)
    said = CHANGED_BY_HAND if share.is_by_hand else CHANGED
    return Event(change.made_at, said[Change.Kind(change.kind)] % {"moment": moment})


def _events_of(share: Share, attempt: Attempt) -> list[Event]:
    # What its owner took over was sent from an account that the share no longer knows.
    account = share.account.channel.label if share.is_by_hand else share.account
    sent = Event(attempt.armed_at, _("Sent to %(account)s.") % {"account": account})
    if attempt.ended_at is None:
        return [sent]
    if attempt.outcome == "published":
        return [sent, Event(attempt.ended_at, _("It is public."))]
    if attempt.outcome == "found":
        return [sent, Event(attempt.ended_at, _("No certain answer came, so we looked: it is there."))]
    return [sent, Event(attempt.ended_at, _reason(share, attempt.outcome, attempt.detail), kind="failed")]


def _now(share: Share, attempts: list[Attempt]) -> Iterator[Event]:
    """Say where it stands, if that is not plain from what happened."""
    if share.state == State.SCHEDULED and share.reason:
        since = attempts[-1].ended_at if attempts else None
        yield Event(since or share.due_at, _scheduled(share), kind="now")
    elif share.state == State.SENDING:
        yield Event(share.armed_at or share.try_at, describe(share), kind="now")
    elif share.state == State.WAITING:
        since = share.account.broken_at or share.account.disconnected_at
        yield Event(since or share.due_at, _waits(share), kind="now")
    elif share.state == State.UNKNOWN:
        yield from _doubts(share)
    elif share.state == State.MISSED:
        ends = {"story_closed": share.story.closes_at, "platform_barred": share.due_at}
        yield Event(ends.get(share.reason) or share.last_safe_at, _missed(share), kind="failed")
    elif share.state == State.PUBLISHED and attempts and attempts[-1].ended_at is None:
        # Its worker died between writing down the one and the other.
        yield Event(share.published_at or share.due_at, _("It is public."))
    elif share.state == State.REFUSED and not attempts:
        yield Event(share.try_at, _explained(share), kind="failed")


def _waits(share: Share) -> str:
    if share.reason == SWITCHED_OFF:
        return _explained(share)
    return _("It waits for you. %(reason)s") % {"reason": _explained(share)}


def _doubts(share: Share) -> Iterator[Event]:
    if share.asked_at:
        yield Event(share.asked_at, _("We could not tell, and asked you to look."), kind="now")
    if share.look_at:
        yield Event(share.look_at, _("We look whether it is there."), kind="" if share.asked_at else "now")


def _after(share: Share) -> Iterator[Event]:
    """Say what is to come."""
    is_held_up = share.state == State.SCHEDULED and share.reason in OPEN_ENDED
    if share.state == State.SCHEDULED and not is_held_up:
        words = _("We call you, to post it yourself.") if share.is_by_hand else _("Goes out.")
        yield Event(share.try_at, words, kind="")
    elif share.state == State.WAITING or is_held_up:
        later = (
            _("After this we stop asking.")
            if share.is_by_hand
            else _("Later than this it is not sent any more.")
        )
        yield Event(share.last_safe_at, later, kind="")
    elif share.state == State.PUBLISHED:
        yield from _reactions(share)


def _reactions(share: Share) -> Iterator[Event]:
    if share.measured_at:
        yield Event(share.measured_at, _last_asked(share))
    if share.gone_at:
        yield Event(share.gone_at, _("The post is no longer there; these are its last counts."))
    if share.measure_at:
        yield Event(share.measure_at, _("We ask for reactions."), kind="")
        until = (share.published_at or share.due_at) + settings.MEASURE_AFTER[-1]
        yield Event(until, _("We ask for reactions a last time."), kind="")
    elif share.is_by_hand or not share.remote_id:
        words = _("We do not know its place on %(platform)s, so its reactions cannot be counted.")
        if share.is_by_hand:
            words = _("You posted it yourself, so reactions on %(platform)s cannot be counted.")
        at = share.published_at or share.due_at
        yield Event(at, words % {"platform": share.account.channel.label}, kind="")


def _last_asked(share: Share) -> str:
    if share.reactions is None:
        return _("Last asked for reactions.")
    return _("Last asked for reactions: %(count)s so far.") % {"count": share.reactions}


def _scheduled(share: Share) -> str:
    if share.will_be_stopped:
        return _barred(share)
    if share.reason == SWITCHED_OFF:
        return _("%(reason)s It waits, and goes on if that is over before %(moment)s.") % {
            "reason": _explained(share),
            "moment": _moment(share.last_safe_at),
        }
    if share.reason in OPEN_ENDED:
        return _("%(reason)s It goes out as soon as that is over.") % {"reason": _explained(share)}
    if share.reason:
        return _("%(reason)s We try again on %(moment)s.") % {
            "reason": _explained(share),
            "moment": _moment(share.try_at),
        }
    words = (
        _("We call you on %(moment)s, to post it yourself.")
        if share.is_by_hand
        else _("Goes out on %(moment)s.")
    )
    return words % {"moment": _moment(share.try_at)}


def _doubted(share: Share) -> str:
    platform = {"platform": share.account.channel.label}
    if share.asked_at and share.reason != OWNER_SAYS_ABSENT:
        return _("We could not find out whether it is there. Look on %(platform)s, and tell us.") % platform
    return DOUBTS.get(share.reason, NO_ANSWER) % platform


def _missed(share: Share) -> str:
    if share.reason == "platform_barred":
        return _barred(share)
    if share.reason == "story_closed":
        return _("The story closed before its moment, so it was not sent.")
    if share.reason == "not_told":
        return _("You did not tell us whether you posted it, so it counts as not posted.")
    return _(
        "It could not go out in time, so it was not sent: a late post can be worse than none. "
        "Send it now, or choose another moment."
    )


def _barred(share: Share) -> str:
    words = (
        _("This story was no longer for %(platform)s, so it was not sent.")
        if share.state == State.MISSED
        else _("This story is no longer for %(platform)s, so this does not go out.")
    )
    return words % {"platform": share.account.channel.label}


def _explained(share: Share) -> str:
    if share.will_be_stopped:
        return _barred(share)
    return _reason(share, share.reason, share.reason_detail)


def _reason(share: Share, code: str, detail: str) -> str:
    channel = share.account.channel
    label = channel.label
    if code == "reconnect" and isinstance(channel, Removed):
        return _("The hub no longer works with %(platform)s. Post it there by hand, or cancel it.") % {
            "platform": label
        }
    if code in OUR_REASONS:
        return OUR_REASONS[code] % {"platform": label}
    return explain(code, detail, label)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F, H:i")
