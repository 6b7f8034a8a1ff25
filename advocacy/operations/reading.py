"""What the status page and the readiness check say, put together."""

from dataclasses import dataclass
from datetime import datetime

from django.db import Error

from advocacy.lib.knocking import database_answers
from advocacy.operations import queries
from advocacy.operations.attending import other_alarms
from advocacy.operations.outcomes import PlatformDay, platform_days
from advocacy.operations.queries import Due, Mail, Programs, Standing
from advocacy.operations.watching import Alarm, urgent_alarms


@dataclass(frozen=True)
class StatusPage:
    """The administrator's page. `now` is the moment it speaks of."""

    now: datetime
    urgent: list[Alarm]
    others: list[Alarm]
    programs: list[Programs]
    due: list[Due]
    standing: Standing
    mail: Mail
    days: list[PlatformDay]

    @property
    def alarm_count(self) -> int:
        return len(self.urgent) + len(self.others)

    @property
    def due_count(self) -> int:
        return sum(one.count for one in self.due)

    @property
    def oldest_due_seconds(self) -> int | None:
        """How late the oldest due share is; None where nothing is due."""
        return int((self.now - self.due[0].oldest_at).total_seconds()) if self.due else None


def status_page(*, now: datetime) -> StatusPage:
    programs, due = queries.programs(now=now), queries.due_shares(now=now)
    days, mail = platform_days(now=now), queries.mail(now=now)
    return StatusPage(
        now=now,
        urgent=urgent_alarms(programs, due, now=now),
        others=other_alarms(programs.values(), days, mail, now=now),
        programs=list(programs.values()),
        due=due,
        standing=queries.standing(),
        mail=mail,
        days=days,
    )


def readiness(*, now: datetime) -> dict[str, bool]:
    """Return whether each thing that the hub needs is there, in the order in which to mend them.

    What cannot be asked because something before it is missing is left out.
    """
    if not database_answers():
        return {"database": False}
    try:
        checks = {"database": True, "migrations": not queries.unapplied_migrations()}
        if checks["migrations"]:
            found = queries.programs(now=now)
            checks |= {kind.value: bool(programs.alive) for kind, programs in found.items()}
    except Error:
        return {"database": False}
    return checks
