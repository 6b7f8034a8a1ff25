"""How many people at once may wait, on their page, for somebody else's server."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

# Each holds a thread of the web server as long as that other server is silent. Half of the threads stay free,
# so that everybody else's pages and all short links go on (Procfile).
MOST_WAITING = 4
_room = BoundedSemaphore(MOST_WAITING)


class NoRoom(Exception):
    """So many people are waiting already that one more might keep others from their pages."""


@contextmanager
def room_to_wait() -> Iterator[None]:
    """:raises NoRoom: at once"""
    if not _room.acquire(blocking=False):
        raise NoRoom
    try:
        yield
    finally:
        _room.release()
