"""Writing down an answer that nobody gives a second time, also while the database is away for a moment."""

import logging
from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

Written = TypeVar("Written")
AGAIN_AFTER = 0.25  # seconds


def insist(write: Callable[[], Written], *, until: float) -> Written:
    """Write; where the database is away, busy or full, again and again until that monotonic moment.

    It may be done twice, so it must be fenced. Inside a transaction it is done once.

    :raises DatabaseError: the database will not have it, or is away for longer
    """
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block or monotonic() >= until:
                raise
            logger.warning("the database is asked again: %s", type(error).__name__)
            # One that broke is not used a second time.
            connection.close_if_unusable_or_obsolete()
            sleep(AGAIN_AFTER)
