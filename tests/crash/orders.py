"""The points at which a worker can be ordered to die or to freeze, the orders, and the clock of all workers.

A file named after a point, in the folder `CRASH_DIR`, is an order: the first worker to get there takes the
file away and kills itself with SIGKILL. One that finds the word `freeze` in it stops with SIGSTOP instead and
leaves its process id in the file `frozen`, for who is to wake it.
"""

import os
import signal
from datetime import timedelta
from pathlib import Path

# In the order in which one share meets them; the last four only when an earlier worker died with it.
POINTS = (
    "before-claim",
    "after-claim",
    "before-arm",
    "after-arm",
    "before-connect",
    "request-half-written",
    "request-written",
    "answer-half-read",
    "answer-read",
    "remote-id-saved",
    "after-settle",
    "after-take-over",
    "before-look",
    "after-look",
    "after-resolve",
)
# What only comes to pass after a worker died with its request on the way.
AFTER_A_DEATH = POINTS[-4:]
# What a worker does beside sending: it renews tokens, asks for reactions, writes off what is too late.
REFRESH = (
    "refresh-claimed",
    "refresh-before-connect",
    "refresh-request-half-written",
    "refresh-request-written",
    "refresh-answer-half-read",
    "refresh-answer-read",
    "refresh-kept",
)
MEASURE = (
    "measure-begun",
    "measure-request-written",
    "measure-answer-half-read",
    "measure-answer-read",
    "measure-noted",
)
MISS = ("miss-begun", "miss-written", "miss-told", "miss-committed")
CHORES = (*REFRESH, *MEASURE, *MISS)
FREEZE = "freeze"


def orders() -> Path:
    return Path(os.environ["CRASH_DIR"])


def frozen() -> Path:
    return orders() / "frozen"


def set_clock(ahead: timedelta) -> None:
    """Let the workers' clock run ahead of, or behind, the real one."""
    (orders() / "clock").write_text(str(ahead.total_seconds()))


def clock_ahead() -> timedelta:
    try:
        jumped = float((orders() / "clock").read_text() or 0)
    except FileNotFoundError:
        jumped = 0.0
    return night_ahead() + timedelta(seconds=jumped)


def night_ahead() -> timedelta:
    """Return how far away the night is that these runs are made in."""
    return timedelta(seconds=float(os.environ.get("CRASH_NIGHT_AHEAD", "0")))


def reach(point: str) -> None:
    """Die or freeze here, if that was ordered."""
    order = orders() / point
    try:
        freezes = order.read_text() == FREEZE
        # In one step: whoever sees that the order is gone sees who is frozen, too.
        order.rename(frozen()) if freezes else order.unlink()
    except FileNotFoundError:
        return
    if freezes:
        frozen().write_text(str(os.getpid()))
    os.kill(os.getpid(), signal.SIGSTOP if freezes else signal.SIGKILL)


def forget_orders() -> None:
    """Take back every order that nobody obeyed."""
    for point in (*POINTS, *CHORES):
        (orders() / point).unlink(missing_ok=True)
