"""The hub's state in Prometheus' text format, read from the rows whenever it is asked.

Nothing is counted in memory: there may be many web processes, and each is asked now and then. So these are
gauges, also of what happened in the last day. Platforms and kinds of errors are named, people and servers
are not.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from advocacy.operations.reading import StatusPage, status_page

# Each of these is a series that is 0 while all is well, so that an alert rule always has something to read.
ALARMS = (
    "no_worker",
    "no_beat",
    "bell_unheard",
    "backlog",
    "left_lying",
    "silent_worker",
    "silent_beat",
    "not_let_in",
    "version_ends",
    "over_budget",
    "platform_fails",
    "hub_broke",
    "mail_waits",
    "not_migrated",
    "disk_full",
    "clicks_wait",
)


def metrics(*, now: datetime) -> bytes:
    """Return the page that Prometheus scrapes."""
    registry = CollectorRegistry()
    registry.register(_Rows(status_page(now=now)))
    return generate_latest(registry)


class _Rows(Collector):
    def __init__(self, page: StatusPage) -> None:
        self._page = page

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._programs()
        yield from self._shares()
        yield from self._platforms()
        yield self._alarms()
        mail = self._page.mail
        yield GaugeMetricFamily("hub_mail_unsent", "Notices that still have to be mailed.", value=mail.count)
        yield GaugeMetricFamily("hub_mail_failing", "Of these: failed twice or more.", value=mail.failed)

    def _programs(self) -> Iterator[GaugeMetricFamily]:
        running = GaugeMetricFamily("hub_programs_running", "Programs alive.", labels=["kind"])
        age = GaugeMetricFamily("hub_last_pulse_age_seconds", "Since the last of its kind.", labels=["kind"])
        for programs in self._page.programs:
            running.add_metric([programs.kind], len(programs.alive))
            if programs.last_seen_at:
                age.add_metric([programs.kind], (self._page.now - programs.last_seen_at).total_seconds())
        yield from (running, age)

    def _shares(self) -> Iterator[GaugeMetricFamily]:
        shares = GaugeMetricFamily("hub_shares", "Unfinished shares, by where they stand.", labels=["state"])
        for state, count in asdict(self._page.standing).items():
            shares.add_metric([state], count)
        due = GaugeMetricFamily("hub_shares_due", "Due and not yet taken.", labels=["platform"])
        oldest = GaugeMetricFamily("hub_oldest_due_share_seconds", "How late it is.", labels=["platform"])
        for one in self._page.due:
            due.add_metric([one.platform], one.count)
            oldest.add_metric([one.platform], (self._page.now - one.oldest_at).total_seconds())
        yield from (shares, due, oldest)

    def _platforms(self) -> Iterator[GaugeMetricFamily]:
        published = GaugeMetricFamily(
            "hub_published_last_day", "Tries that became a post.", labels=["platform"]
        )
        failed = GaugeMetricFamily(
            "hub_failed_last_day", "Tries that did not, by class of error.", labels=["platform", "error"]
        )
        accounts = GaugeMetricFamily(
            "hub_accounts",
            "Connected accounts; the broken wait for their owners.",
            labels=["platform", "state"],
        )
        for day in self._page.days:
            published.add_metric([day.slug], day.published)
            accounts.add_metric([day.slug, "working"], day.accounts - day.broken_accounts)
            accounts.add_metric([day.slug, "broken"], day.broken_accounts)
            for one in day.failures:
                failed.add_metric([day.slug, one.error.slug], one.count)
        yield from (published, failed, accounts)

    def _alarms(self) -> GaugeMetricFamily:
        ringing = {one.slug for one in (*self._page.urgent, *self._page.others)}
        alarms = GaugeMetricFamily("hub_alarm", "1 while an administrator should look.", labels=["alarm"])
        for slug in ALARMS:
            alarms.add_metric([slug], float(slug in ringing))
        return alarms
