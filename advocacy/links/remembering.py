"""The links that a web process knows by heart, so that most redirects ask nobody.

What it knows it asks again after a few seconds, so that a disabled link stops at every process. While the
database does not answer, what it knows is good enough, however old. Made-up codes have a memory of their own
and cannot push out links that lead somewhere.
"""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import Error as DatabaseFailure
from django.db import close_old_connections

from advocacy.links.models import TrackedLink

logger = logging.getLogger(__name__)

LIFE = timedelta(seconds=4).total_seconds()  # a disabled link is promised to stop within 5
# How long a visitor waits for the database before what we remember must do.
PATIENCE = timedelta(seconds=2).total_seconds()
# How often a database that did not answer is asked again, by one visitor's request.
ASK_AGAIN_AFTER = timedelta(seconds=1).total_seconds()
MAX_KNOWN = 20_000  # about 10 MB
MAX_UNKNOWN = 10_000
# All that made-up codes can ask of the database at once.
READERS = 2


class Unreachable(Exception):
    """The link is not remembered, and the database does not answer."""


@dataclass(frozen=True, slots=True)
class Link:
    """A tracked link as the redirect needs it."""

    id: int
    target_url: str
    visitor_key: UUID | None
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    link: Link | None
    read_at: float


class LinkMemory:
    """Safe to ask from several threads. Moments are seconds of `time.monotonic`."""

    def __init__(self) -> None:
        # In the order of reading: a link in use is read every few seconds, so the first is the least used.
        self._known: dict[str, _Answer] = {}
        self._unknown: dict[str, _Answer] = {}
        self._changing = threading.Lock()
        # These have connections of their own: a database that hangs holds them up, and no other visitor.
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="links")
        self._is_silent = False
        self._ask_again_at = 0.0

    def find(self, code: str, now: float) -> Link | None:
        """Return the link with this code, None if there is none.

        :raises Unreachable: nobody can tell now
        """
        answer = self._known.get(code) or self._unknown.get(code)
        if answer is None or now - answer.read_at >= LIFE:
            answer = self._ask(code, answer, now)
        return answer.link

    def _ask(self, code: str, remembered: _Answer | None, now: float) -> _Answer:
        if self._is_silent:
            if now < self._ask_again_at:
                return _or_give_up(remembered)
            # This request asks; all others make do with what is remembered until it knows.
            self._ask_again_at = now + PATIENCE + ASK_AGAIN_AFTER
        try:
            answer = _Answer(self._readers.submit(_read, code).result(PATIENCE), now)
        except (DatabaseFailure, TimeoutError) as error:
            self._fall_silent(error)
            return _or_give_up(remembered)
        self._is_silent = False
        self._remember(code, answer)
        return answer

    def _fall_silent(self, error: Exception) -> None:
        if not self._is_silent:
            logger.warning("short links are served from memory: %s", str(error) or type(error).__name__)
        self._is_silent = True
        self._ask_again_at = time.monotonic() + ASK_AGAIN_AFTER

    def _remember(self, code: str, answer: _Answer) -> None:
        kept, limit = (self._known, MAX_KNOWN) if answer.link else (self._unknown, MAX_UNKNOWN)
        with self._changing:
            self._known.pop(code, None)
            self._unknown.pop(code, None)
            kept[code] = answer
            if len(kept) > limit:
                del kept[next(iter(kept))]


def _or_give_up(remembered: _Answer | None) -> _Answer:
    if remembered is None:
        raise Unreachable
    return remembered


def _read(code: str) -> Link | None:
    # As Django does around a request: leave connections that are too old or broken.
    close_old_connections()
    try:
        row = (
            TrackedLink.objects.filter(code=code)
            .values_list("pk", "target_url", "person__visitor_key", "disabled_at")
            .first()
        )
    finally:
        close_old_connections()
    return Link(row[0], row[1], row[2], row[3] is not None) if row else None
