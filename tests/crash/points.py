"""Where the points of `orders` lie in the hub, without a line about them in the hub itself."""

import threading
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from advocacy.lib import http, wire
from advocacy.shares import claiming, publishing, reconciling, settling
from tests.crash.orders import clock_ahead, orders, reach

Step = Callable[..., Any]


def install() -> None:
    """Make this process obey orders."""
    publishing.claim_batch = _around(  # type: ignore[attr-defined]
        claiming.claim_batch, before="before-claim", after="after-claim"
    )
    publishing.arm = _around(publishing.arm, before="before-arm", after="after-arm")
    settling.settle = _around(settling.settle, before="answer-read", after="after-settle")
    settling.close_attempt = _around(settling.close_attempt, before="remote-id-saved")
    claiming.take_over = _around(claiming.take_over, after="after-take-over")
    reconciling.look = _around(reconciling.look, before="before-look")
    reconciling.resolve = _around(reconciling.resolve, before="after-look", after="after-resolve")
    now = timezone.now
    timezone.now = lambda: now() + clock_ahead()
    # As the door knows it.
    http.dial = _around(wire.dial, before="before-connect", only_while_sending=True)  # type: ignore[attr-defined]
    wire.Wire.write = _half_written(wire.Wire.write)  # type: ignore[method-assign]
    wire.Wire.read = _half_read(wire.Wire.read)  # type: ignore[method-assign]


def _around(step: Step, *, before: str = "", after: str = "", only_while_sending: bool = False) -> Step:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        watched = _is_sending() or not only_while_sending
        if before and watched and _concerns_a_share(args):
            reach(before)
        result = step(*args, **kwargs)
        # A step that found nothing to do has not been through the point.
        if after and result not in ([], 0):
            reach(after)
        return result

    return wrapped


def _half_written(write: Step) -> Step:
    def wrapped(self: wire.Wire, buffer: bytes, timeout: float | None = None) -> None:
        if _is_sending() and (orders() / "request-half-written").exists():
            write(self, buffer[: len(buffer) // 2], timeout)
            reach("request-half-written")
        write(self, buffer, timeout)

    return wrapped


def _half_read(read: Step) -> Step:
    def wrapped(self: wire.Wire, max_bytes: int, timeout: float | None = None) -> bytes:
        if _is_sending():
            reach("request-written")
            if (orders() / "answer-half-read").exists():
                read(self, 20, timeout)
                reach("answer-half-read")
        answer: bytes = read(self, max_bytes, timeout)
        return answer

    return wrapped


def _is_sending() -> bool:
    return threading.current_thread().name.startswith("send")


def _concerns_a_share(args: tuple[Any, ...]) -> bool:
    """Whether there is anything at stake: arming an empty batch is no point to die at."""
    return not args or args[0] != []
