from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

# A program writes its pulse this often,
EVERY = timedelta(seconds=10)
# and is thought dead when none came for so long: an administrator is to see it within 60 seconds.
QUIET_AFTER = timedelta(seconds=40)
# One that died this long ago is no news any more.
NEWS_FOR = timedelta(hours=1)


class Kind(models.TextChoices):
    WORKER = "worker", _("worker")
    BEAT = "beat", _("beat")


class Pulse(models.Model):
    """One program of the hub, and when it last said that it lives. Written by itself alone."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    # The machine and the number of the process there.
    name = models.CharField(max_length=255)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    # When it last did what it is there for: a worker began a task, beat went round its timetable.
    worked_at = models.DateTimeField(null=True, blank=True)
    # When it was stopped in an orderly way.
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="one_pulse_per_program")]

    def is_alive(self, now: datetime) -> bool:
        """Whether it wrote a moment ago. A pulse of the future was written before the clock was set back."""
        return self.stopped_at is None and abs(now - self.seen_at) < QUIET_AFTER

    def fell_silent(self, now: datetime) -> bool:
        """Whether it went without a word, lately: killed, hung, or cut off from the database."""
        return self.stopped_at is None and QUIET_AFTER <= now - self.seen_at < NEWS_FOR

    def is_succeeded_by(self, others: Iterable["Pulse"]) -> bool:
        """Whether another was started on its machine since it was last seen."""
        return any(
            other.machine == self.machine and other.started_at > self.seen_at
            for other in others
            if other.kind == self.kind
        )

    @property
    def machine(self) -> str:
        return self.name.rpartition(" ")[0]
