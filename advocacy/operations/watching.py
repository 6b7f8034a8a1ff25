"""What keeps shares from going out at this moment, what that means, and what an administrator does about it.

Every page of an administrator says it within a minute after it began. `docs/operating.md` tells the same at
more length, by the same slugs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.operations import queries
from advocacy.operations.models import QUIET_AFTER, Kind
from advocacy.operations.queries import Due, Programs

_BEGAN = monotonic()
# A share this late is no hazard any more: punctual is ten seconds.
LATE_AFTER = timedelta(seconds=40)


@dataclass(frozen=True)
class Alarm:
    """One thing that is wrong. `cures` are what to do, in order; `url` is where, if it is in the hub."""

    slug: str
    title: str
    meaning: str
    cures: list[str]
    since: datetime | None = None
    url: str = ""


def watched_for() -> timedelta:
    """Return how long this process has been able to see anything. It cannot know what was before."""
    return timedelta(seconds=monotonic() - _BEGAN)


def look(*, now: datetime) -> list[Alarm]:
    """Ask the rows, and return what keeps shares from going out."""
    return urgent_alarms(queries.programs(now=now), queries.due_shares(now=now), now=now)


def urgent_alarms(programs: Mapping[Kind, Programs], due: list[Due], *, now: datetime) -> list[Alarm]:
    """Return what keeps shares from going out.

    Whoever has just started the hub is not told at once that its workers, which start beside it, are missing.
    """
    late = list(_late(due, now=now))
    if watched_for() < QUIET_AFTER:
        return late
    workers, beats = programs[Kind.WORKER], programs[Kind.BEAT]
    return [*_missing(workers, beats), *_deaf(workers, beats, now=now), *late]


def _missing(workers: Programs, beats: Programs) -> Iterator[Alarm]:
    if not workers.alive:
        yield Alarm(
            "no_worker",
            _("No worker is running"),
            _(
                "Nothing is sent, mailed or counted. No share is lost: what is late by less than an hour "
                "still goes out when one runs again, and owners of the others are told."
            ),
            [
                _("Start the line “worker” of the Procfile. If it stopped by itself, read its log."),
                _("If it does not come up, it cannot reach the broker (REDIS_URL) or the database."),
            ],
            workers.last_seen_at,
        )
    if not beats.alive:
        yield Alarm(
            "no_beat",
            _("Beat is not running"),
            _(
                "What people send right away still goes out; what they planned does not. Nobody takes over "
                "from a dead worker, and mail, clicks and permissions wait."
            ),
            [_("Start the line “beat” of the Procfile. One is enough, and two do no harm.")],
            beats.last_seen_at,
        )


def _deaf(workers: Programs, beats: Programs, *, now: datetime) -> Iterator[Alarm]:
    """Beat rings all the time: a worker that has begun nothing for long does not hear it."""
    settled = [pulse for pulse in [*workers.alive, *beats.alive] if pulse.started_at < now - QUIET_AFTER]
    is_settled = {pulse.kind for pulse in settled} == {Kind.WORKER, Kind.BEAT}
    heard_at = workers.last_worked_at
    if is_settled and (heard_at is None or heard_at < now - QUIET_AFTER):
        yield Alarm(
            "bell_unheard",
            _("No worker hears the bell"),
            _("Workers and beat are running, and no worker has begun anything for a while. Shares wait."),
            [
                _("Does the broker (REDIS_URL) answer? Once it does, the programs find it by themselves."),
                _(
                    "If it does, every thread of the worker is held up by something. Start the worker again: "
                    "that is safe at any moment."
                ),
            ],
            heard_at,
        )


def _late(due: list[Due], *, now: datetime) -> Iterator[Alarm]:
    if not due or due[0].oldest_at > now - LATE_AFTER:
        return
    count = sum(one.count for one in due)
    words = ngettext(
        "One share should be on its way by now, and is not.",
        "%(count)s shares should be on their way by now, and are not.",
        count,
    )
    yield Alarm(
        "backlog",
        _("Shares are late"),
        words % {"count": count},
        [
            _("If something else is wrong above, mend that first: this then passes by itself."),
            _("If they are all of one platform, it is slow. The others pass it by, and it may catch up."),
            _("If it is a rush, they become fewer while you look. Add a worker if that happens often."),
        ],
        due[0].oldest_at,
    )
