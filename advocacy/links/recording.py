"""The click log: each arrival is one line in a file, written before the visitor gets the answer.

Each process writes to files of its own under `VAR_DIR/clicks` (a local disk), to each for about a second.
While it does, it holds a lock on the file; when the lock is gone, however the process ended, nothing will be
added any more and `counting` may have it. A line is one write to the kernel, which outlives `kill -9`; the
disk has it about a second later, which outlives the machine.

A line holds event id, link id, seconds since 1970 and why it was dropped: nothing about the visitor.
"""

import fcntl
import itertools
import logging
import os
import secrets
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path

logger = logging.getLogger(__name__)

SEGMENT_LIFE = timedelta(seconds=1)
# How often a broken disk is worth a line in the log.
COMPLAIN_EVERY = timedelta(seconds=10)


class ClickLog:
    """Where this process writes what arrived. Several threads may record at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segment: _Segment | None = None
        self._changing = threading.Lock()
        self._opened = threading.Event()
        self._keeper: threading.Thread | None = None
        self._complaints = _Complaints()
        # An event id is half chance, drawn once for the process, and half a count: drawing each is slow.
        self._chance = secrets.token_hex(8).encode()
        self._numbers = itertools.count()

    def record(self, link_id: int, dropped: str, at: float) -> None:
        """Hand one arrival, `at` in seconds since 1970, to the kernel.

        Never fails: the visitor gets the answer in any case, and what could not be recorded is in the log.
        """
        number, reason = next(self._numbers), dropped.encode() or b"-"
        line = b"%b%016x %d %d %b\n" % (self._chance, number, link_id, at, reason)
        try:
            # The name keeps the file open until the line is in, whatever other threads do meanwhile.
            segment = self._segment or self._open()
            if os.write(segment.file, line) != len(line):
                raise OSError("the disk took only a part of the line")
        except OSError as error:
            self._complaints.add(error)

    def _open(self) -> "_Segment":
        with self._changing:
            if self._segment is None:
                self._segment = _new_segment(self._folder)
                self._opened.set()
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="click log", daemon=True)
                self._keeper.start()
            return self._segment

    def _keep(self) -> None:
        while True:
            self._opened.wait()
            time.sleep(SEGMENT_LIFE.total_seconds())
            self._let_go()

    def _let_go(self) -> None:
        """Bring what was written to the disk; leave the file to the counter once no thread writes to it."""
        with self._changing:
            segment, self._segment = self._segment, None
            self._opened.clear()
        try:
            if segment:
                segment.bring_to_disk()
        except OSError as error:
            self._complaints.add(error)


class _Segment:
    """One open, locked file. Who lets go of it last closes it, and with that the lock is gone."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)

    def __del__(self) -> None:
        if hasattr(self, "file"):
            os.close(self.file)

    def is_ours(self) -> bool:
        """Lock the file, unless the counter has just taken it for one that was left behind."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return os.fstat(self.file).st_nlink > 0

    def bring_to_disk(self) -> None:
        os.fdatasync(self.file)
        # The name of the file as well.
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _new_segment(folder: Path) -> _Segment:
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        segment = _Segment(folder / f"{uuid.uuid4().hex}.log")
        if segment.is_ours():
            return segment


class _Complaints:
    """What went wrong with recording, told in the log, but not for each click."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._silent_until = 0.0

    def add(self, error: OSError) -> None:
        number, now = next(self._numbers), time.monotonic()
        if now < self._silent_until:
            return
        self._silent_until = now + COMPLAIN_EVERY.total_seconds()
        logger.error("click log: failure %d since the start: %s", number, error)
