"""Each worker and beat write down that they live, by themselves: the web needs no broker to know it.

A thread of its own writes, so that a program which is busy is not taken for dead. Whether it still does what
it is there for is another matter, and stands beside it: `worked_at`.
"""

import logging
import os
import platform
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import Error, connections
from django.utils import timezone

from advocacy.operations.models import EVERY, NEWS_FOR, Kind, Pulse

logger = logging.getLogger(__name__)

Moment = Callable[[], datetime | None]
LAST_WORDS = timedelta(seconds=3)


class Heart:
    """Writes the pulse of this process until it is stopped. `worked_at` tells when it last did its work.

    `beside` is done after each pulse: what must be done although nobody rings for it.
    """

    def __init__(
        self, kind: Kind, *, worked_at: Moment, beside: Callable[[datetime], None] | None = None
    ) -> None:
        self._kind, self._worked_at, self._beside = kind, worked_at, beside
        self._name = f"{platform.node()} {os.getpid()}"[:255]
        self._started_at = timezone.now()
        self._stopped = Event()
        self._thread = Thread(target=self._beat_on, name="pulse", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Say that this was meant, so that nobody is alarmed."""
        self._stopped.set()
        self._thread.join(LAST_WORDS.total_seconds())

    def _beat_on(self) -> None:
        self._try(forget_the_silent)
        self._try(self._write)
        while not self._stopped.wait(EVERY.total_seconds()):
            self._try(self._write)
            if self._beside:
                self._try(self._beside)
        self._try(self._write_end)

    def _write(self, now: datetime) -> None:
        beat(self._kind, self._name, started_at=self._started_at, worked_at=self._worked_at(), now=now)

    def _write_end(self, now: datetime) -> None:
        end(self._kind, self._name, now=now)

    @staticmethod
    def _try(write: Callable[[datetime], None]) -> None:
        """Write, unless the database is away: then the silence says enough, and the program goes on."""
        try:
            write(timezone.now())
        except Error as error:
            logger.warning("the pulse could not be written: %s", type(error).__name__)
        finally:
            # A connection kept between two beats would be one more that a restart of the database breaks.
            connections.close_all()


def beat(kind: Kind, name: str, *, started_at: datetime, worked_at: datetime | None, now: datetime) -> None:
    """Write that the program lives. A process of an earlier life with the same number has no say."""
    Pulse.objects.update_or_create(
        kind=kind,
        name=name,
        defaults={"started_at": started_at, "seen_at": now, "worked_at": worked_at, "stopped_at": None},
    )


def end(kind: Kind, name: str, *, now: datetime) -> None:
    Pulse.objects.filter(kind=kind, name=name).update(seen_at=now, stopped_at=now)


def forget_the_silent(now: datetime) -> None:
    """Delete the pulses of programs long gone; of each kind the last one stays, to count from."""
    for kind in Kind:
        of_kind = Pulse.objects.filter(kind=kind)
        latest = of_kind.order_by("-seen_at", "-pk").values_list("pk", flat=True)[:1]
        of_kind.filter(seen_at__lte=now - NEWS_FOR).exclude(pk__in=list(latest)).delete()
