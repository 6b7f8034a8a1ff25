"""Folding the click log into counts, and forgetting the clicks themselves.

An event is counted in the transaction that inserts its id, so it counts once however often a line is read. A
file goes only after a second reading, a minute later, has found all its events in the database: should the
machine die before and take the last commits with it, the file is still there. So this may be killed at any
point and started again.

What is older than our memory of events is not counted: nobody could tell whether it was counted before. A log
that is put back from a backup therefore adds nothing, whatever its age.
"""

import fcntl
import logging
import os
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from advocacy.links.models import Arrival, TrackedLink

logger = logging.getLogger(__name__)

FORGET_AFTER = timedelta(days=30)
# A day less: a clock that was set back must not make us count what we have just forgotten.
COUNT_WITHIN = FORGET_AFTER - timedelta(days=1)
# Long enough for the kernel to have brought the commits of the first reading to the disk (30 s on Linux).
READ_AGAIN_AFTER = timedelta(minutes=1)
# So many that SQLite is held for less than 20 ms.
BATCH = 200

# Django can insert or replace in one statement, but not insert or add.
_ADD = """
    INSERT INTO links_dailycount (link_id, "on", dropped, count) VALUES (%s, %s, %s, %s)
    ON CONFLICT (link_id, "on", dropped) DO UPDATE SET count = links_dailycount.count + excluded.count
"""
_LINE = re.compile(rb"([0-9a-f]{32}) (\d{1,18}) (\d{1,11}) (-|[a-z]{1,20})\n\Z")


@dataclass(frozen=True)
class Event:
    """One line of the log."""

    id: uuid.UUID
    link_id: int
    at: datetime
    dropped: str


def count_clicks(now: datetime) -> None:
    """Count what the web processes of this machine have written and let go of."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / "counting") as is_ours:
        if is_ours:
            _count_folder(folder, now)


def oldest_uncounted() -> datetime | None:
    """Return since when clicks of this machine wait for a worker on it; None: none wait."""
    written = []
    for path in _folder().glob("*.log"):
        # It may be counted in this very moment.
        with suppress(FileNotFoundError):
            written.append(path.stat().st_mtime)
    return datetime.fromtimestamp(min(written), tz=UTC) if written else None


def forget_clicks(now: datetime) -> None:
    """Delete the single arrivals of more than 30 days ago. The counts stay."""
    old = Arrival.objects.filter(at__lt=now - FORGET_AFTER).order_by("at", "pk").values_list("pk", flat=True)
    while batch := list(old[:BATCH]):
        Arrival.objects.filter(pk__in=batch).delete()


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "clicks"


def _count_folder(folder: Path, now: datetime) -> None:
    for path in sorted(folder.glob("*.log")):
        with _locked(path) as is_let_go:
            if is_let_go:
                _count_once(path, now)
    for path in sorted(folder.glob("*.counted")):
        if path.stat().st_mtime <= (now - READ_AGAIN_AFTER).timestamp():
            _fold(path, now)
            path.unlink()


def _count_once(path: Path, now: datetime) -> None:
    if not path.stat().st_size:
        # Just made: who made it sees that it is gone, and makes another.
        path.unlink()
        return
    _fold(path, now)
    os.utime(path, (now.timestamp(), now.timestamp()))
    path.rename(path.with_suffix(".counted"))


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Say whether nobody else has the file, and keep it until the end. The kernel frees it if we die."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _fold(path: Path, now: datetime) -> None:
    with path.open("rb") as lines:
        for batch in _batches(lines):
            events = [event for event in map(_parse, batch) if event]
            if len(events) < len(batch):
                logger.warning("click log: %s holds %d torn lines", path.name, len(batch) - len(events))
            if new := _uncounted([event for event in events if event.at > now - COUNT_WITHIN]):
                _count(new)


def _batches(lines: BufferedReader) -> Iterator[list[bytes]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _parse(line: bytes) -> Event | None:
    """Return the event at the end of the line: before it may stand what a full disk left of another."""
    found = _LINE.search(line)
    if not found:
        return None
    event_id, link_id, at, dropped = (part.decode() for part in found.groups())
    moment = datetime.fromtimestamp(int(at), tz=UTC)
    return Event(uuid.UUID(event_id), int(link_id), moment, "" if dropped == "-" else dropped)


def _uncounted(events: Iterable[Event]) -> list[Event]:
    by_id = {event.id: event for event in events}
    for event_id in Arrival.objects.filter(pk__in=by_id).values_list("pk", flat=True):
        del by_id[event_id]
    link_ids = {event.link_id for event in by_id.values()}
    if gone := link_ids - set(TrackedLink.objects.filter(pk__in=link_ids).values_list("pk", flat=True)):
        logger.warning("click log: clicks of links that do not exist: %s", sorted(gone))
    return [event for event in by_id.values() if event.link_id not in gone]


@transaction.atomic
def _count(events: list[Event]) -> None:
    """Insert the events, and with them their counts.

    :raises IntegrityError: another machine was quicker with one of them; nothing is counted
    """
    Arrival.objects.bulk_create(
        Arrival(event_id=event.id, link_id=event.link_id, at=event.at, dropped=event.dropped)
        for event in events
    )
    counts = Counter((event.link_id, event.at.date(), event.dropped) for event in events)
    with connection.cursor() as cursor:
        # Always in the same order, so that two machines wait for each other and do not lock each other out.
        cursor.executemany(
            _ADD,
            [
                (link_id, connection.ops.adapt_datefield_value(on), dropped, count)
                for (link_id, on, dropped), count in sorted(counts.items())
            ],
        )
