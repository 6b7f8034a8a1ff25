"""The life of a share, in words for its owner."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy.platforms.reasons import explain
from advocacy.shares.models import Attempt, Share, State

IN_WORDS = {
    State.SENDING: gettext_lazy("It is being sent right now."),
    State.UNKNOWN: gettext_lazy("It was sent, and no answer came. We are looking whether it is there."),
    State.CANCELLED: gettext_lazy("It was cancelled, and has not been sent."),
}
# Our own reasons, beside those of the platforms.
OUR_REASONS = {
    "reconnect": gettext_lazy(
        "%(platform)s no longer lets us in. Connect your account again, and it goes on."
    ),
    "worker_died": gettext_lazy("The hub stopped while sending it. We are looking whether it is there."),
    "was_not_there": gettext_lazy("The first try did not arrive."),
    "not_prepared": gettext_lazy("The hub could not get it ready, and nothing was sent."),
    "picture_missing": gettext_lazy(
        "The picture could not be read. Share the story again, with another one."
    ),
    "connector_broke": gettext_lazy("Something went wrong in the hub. We are looking whether it is there."),
}


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
        return _("Published on %(moment)s.") % {"moment": _moment(share.published_at or share.due_at)}
    if share.state in {State.WAITING, State.REFUSED}:
        return _explained(share)
    if share.state == State.MISSED:
        return _missed(share)
    return str(IN_WORDS[State(share.state)])


def life_line(share: Share) -> list[Event]:
    """Return what happened and what is to come, oldest first. Needs `attempts`."""
    events = [Event(share.created_at, _("You shared this story."))]
    events += [event for attempt in share.attempts.all() for event in _events_of(share, attempt)]
    if share.state == State.SCHEDULED:
        events.append(Event(share.try_at, _("Goes out."), kind=""))
    elif share.state == State.UNKNOWN and share.look_at:
        events.append(Event(share.look_at, _("We look whether it is there."), kind="now"))
    elif share.state == State.MISSED:
        events.append(Event(share.last_safe_at, _missed(share), kind="failed"))
    if share.measured_at:
        events.append(Event(share.measured_at, _("Last asked for reactions.")))
    if share.measure_at:
        events.append(Event(share.measure_at, _("We ask for reactions."), kind=""))
    return events


def _events_of(share: Share, attempt: Attempt) -> list[Event]:
    sent = Event(attempt.armed_at, _("Sent to %(account)s.") % {"account": share.account})
    if attempt.ended_at is None:
        return [sent]
    if attempt.outcome == "published":
        return [sent, Event(attempt.ended_at, _("It is public."))]
    return [sent, Event(attempt.ended_at, _reason(share, attempt.outcome, attempt.detail), kind="failed")]


def _scheduled(share: Share) -> str:
    if share.reason:
        return _("%(reason)s We try again on %(moment)s.") % {
            "reason": _explained(share),
            "moment": _moment(share.try_at),
        }
    return _("Goes out on %(moment)s.") % {"moment": _moment(share.try_at)}


def _missed(share: Share) -> str:
    if share.reason == "story_closed":
        return _("The story closed before its moment, so it was not sent.")
    return _(
        "It could not go out in time, so it was not sent: a late post can be worse than none. "
        "Send it now, or choose another moment."
    )


def _explained(share: Share) -> str:
    return _reason(share, share.reason, share.reason_detail)


def _reason(share: Share, code: str, detail: str) -> str:
    label = share.account.channel.label
    if code in OUR_REASONS:
        return OUR_REASONS[code] % {"platform": label}
    return explain(code, detail, label)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F, H:i")
