"""Where a worker may be ordered to die while it does something else than send.

It renews tokens, asks for reactions, and writes off what is too late; `chores` orders it and looks what came
of it. Laid upon `points`, without a line about them in the hub itself.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from advocacy.lib import http, wire
from advocacy.platforms import answers, tokens
from advocacy.platforms.connector import Access, Failure, OutcomeUnknown, channels
from advocacy.platforms.models import Account
from advocacy.shares import expiring, informing, measuring, publishing, reconciling, settling
from hub.celery import app
from tests.crash.orders import orders, reach

Step = Callable[..., Any]
# The lease of a renewal, twice as long as its calls may take, and a second or two for a busy machine.
RENEWING = 2 * settings.LEASE


class _Doing(threading.local):
    """What the thread is at, as the points begin; nothing when it is no chore."""

    chore = ""
    refreshed = False
    # Refresh tokens that were shown and answered, with when, whose answer may not stand in the row yet.
    answered: list[tuple[str, float]] = []


_doing = _Doing()


def note_use(token: str, what: str) -> None:
    """Keep in a journal what a worker is about to do with a refresh token: it may not live to tell."""
    with uses().open("a") as journal:
        journal.write(f"{token} {what}\n")


def uses() -> Path:
    return orders() / "uses"


def install() -> None:
    """Make this process obey orders at these points too, and hurry with what takes minutes in earnest."""
    _hurry()
    tokens._refreshed = _refreshing(tokens._refreshed)
    bluesky = channels()["bluesky"]
    bluesky.refresh = _showing(bluesky.refresh)  # type: ignore[attr-defined]
    renew = _noting_ends(tokens.renew)
    tokens.renew = _around(renew, after="refresh-kept", only_if=_has_refreshed)
    measuring.ask = _measuring(measuring.ask)
    measuring._note = _around(measuring._note, before="measure-answer-read", after="measure-noted")
    expiring._miss_together = _around(expiring._miss_together, before="miss-begun", after="miss-committed")
    informing.tell_missed = _around(informing.tell_missed, before="miss-written", after="miss-told")
    http.dial = _before_connecting(http.dial)  # type: ignore[attr-defined]
    wire.Wire.write = _half_written(wire.Wire.write)  # type: ignore[method-assign]
    wire.Wire.read = _half_read(wire.Wire.read)  # type: ignore[method-assign]


def _hurry() -> None:
    """Keep the proportions: the calls of a renewal end before its lease does."""
    tokens.CALLS = settings.SEND_TIMEOUT
    tokens.LEASE = RENEWING
    tokens.FIRST_WAIT = timedelta(seconds=1)
    measuring.ASK_AGAIN = settings.LEASE
    # What is asked while its database recovers answers 500: five minutes in earnest.
    answers.SOON, answers.LATER = timedelta(seconds=2), timedelta(seconds=10)
    # Who dies nine times with one share makes it wait as long.
    settling.LONGEST_WAIT = answers.LATER
    publishing.PREPARE_AGAIN = answers.SOON
    reconciling.LOOK_AGAIN = answers.SOON / 2
    for name in ("measure reactions", "renew tokens"):
        app.conf.beat_schedule[name]["schedule"] = settings.SWEEP.total_seconds()


def _always() -> bool:
    return True


def _around(step: Step, *, before: str = "", after: str = "", only_if: Callable[[], bool] = _always) -> Step:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before:
            reach(before)
        result = step(*args, **kwargs)
        if after and only_if():
            reach(after)
        return result

    return wrapped


def _has_refreshed() -> bool:
    """Whether this thread got a token, rather than found nothing to renew; asked once."""
    had, _doing.refreshed = _doing.refreshed, False
    return had


def _refreshing(step: Step) -> Step:
    def wrapped(account: Account) -> Any:
        reach("refresh-claimed")
        _doing.chore = "refresh"
        try:
            access = step(account)
        finally:
            _doing.chore = ""
        _doing.refreshed = True
        return access

    return wrapped


def _showing(step: Step) -> Step:
    def wrapped(self: object, access: Access) -> Any:
        note_use(access.refresh_token, "begun")
        begun = time.monotonic()
        try:
            renewed = step(self, access)
            reach("refresh-answer-read")
        except OutcomeUnknown:
            # Whether the token was taken, nobody knows: as if the worker had died.
            raise
        except Failure:
            _doing.answered.append((access.refresh_token, begun))
            raise
        _doing.answered.append((access.refresh_token, begun))
        return renewed

    return wrapped


def _noting_ends(renew: Step) -> Step:
    """Note a use as ended when its answer is written down: who dies before that could not know better."""

    def wrapped(*args: Any, **kwargs: Any) -> None:
        _doing.answered = []
        renew(*args, **kwargs)
        for token, begun in _doing.answered:
            _note_end(token, begun)

    return wrapped


def _note_end(token: str, begun: float) -> None:
    in_time = time.monotonic() - begun < RENEWING.total_seconds()
    note_use(token, "ended" if in_time else "ended-late")


def _measuring(step: Step) -> Step:
    def wrapped(*args: Any) -> Any:
        reach("measure-begun")
        _doing.chore = "measure"
        try:
            return step(*args)
        finally:
            _doing.chore = ""

    return wrapped


def _before_connecting(dial: Step) -> Step:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if _doing.chore:
            reach(f"{_doing.chore}-before-connect")
        return dial(*args, **kwargs)

    return wrapped


def _half_written(write: Step) -> Step:
    def wrapped(self: wire.Wire, buffer: bytes, timeout: float | None = None) -> None:
        point = f"{_doing.chore}-request-half-written"
        if _doing.chore and (orders() / point).exists():
            write(self, buffer[: len(buffer) // 2], timeout)
            reach(point)
            buffer = buffer[len(buffer) // 2 :]
        write(self, buffer, timeout)

    return wrapped


def _half_read(read: Step) -> Step:
    def wrapped(self: wire.Wire, max_bytes: int, timeout: float | None = None) -> bytes:
        if _doing.chore:
            reach(f"{_doing.chore}-request-written")
            point = f"{_doing.chore}-answer-half-read"
            if (orders() / point).exists():
                # Another thread may have been first: then this one goes on as if nothing had been.
                answer: bytes = read(self, 20, timeout)
                reach(point)
                return answer
        whole: bytes = read(self, max_bytes, timeout)
        return whole

    return wrapped
