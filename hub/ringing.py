"""Beat's own sense of time: it rings every so many seconds, whatever the machine's clock is set to.

Celery's scheduler goes by the time of day. When the clock is set back by an hour it is silent for an hour,
and it keeps its notes in a file, which a full disk can spoil. Nothing needs to be remembered here: every bell
only makes a lost one harmless.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from time import monotonic

from celery.beat import ScheduleEntry, Scheduler
from django.utils import timezone

logger = logging.getLogger(__name__)

LONGEST_SLEEP = 1.0  # seconds; also how soon a signal to stop is heard
# Bells that wait in the broker. Where no worker takes them, more would fill memory or disk, and keep the
# first worker that comes from its work.
ENOUGH = 1000


class Ringer(Scheduler):  # type: ignore[misc]
    """Rings each entry of the timetable when its seconds have gone by.

    `clock` counts seconds and never jumps. `went_round_at` is for the administrator's eyes alone.
    """

    went_round_at: datetime | None = None
    _is_away = False

    def __init__(self, *args: object, clock: Callable[[], float] = monotonic, **kwargs: object) -> None:
        self._clock = clock
        self._next: dict[str, float] = {}
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *_args: object, **_kwargs: object) -> float:
        """Ring whatever is due, and return how many seconds to sleep."""
        self.went_round_at = timezone.now()
        now = self._clock()
        due = list(self._due(now))
        if due and self._takes_more():
            for entry in due:
                self.apply_entry(entry, producer=self.producer)
        return min([LONGEST_SLEEP, *(at - now for at in self._next.values())])

    def _due(self, now: float) -> Iterator[ScheduleEntry]:
        for name, entry in self.schedule.items():
            every = entry.schedule.run_every.total_seconds()
            if now >= self._next.setdefault(name, now + every):
                # Counted from now, so that what was slept through does not ring many times over.
                self._next[name] = now + every
                yield entry

    def _takes_more(self) -> bool:
        """Whether the broker is there, and has not got so many bells that more would only pile up.

        What cannot be rung is not tried: Celery would write down a page of each, twice a second.
        """
        try:
            queue = self.producer.channel.queue_declare(self.app.conf.task_default_queue)
        except (*self.connection.connection_errors, *self.connection.channel_errors, OSError) as error:
            if not self._is_away:
                logger.warning("the broker is away: %s", type(error).__name__)
            self._is_away = True
            return False
        if self._is_away:
            logger.warning("the broker is back")
        self._is_away = False
        return bool(queue.message_count < ENOUGH)
