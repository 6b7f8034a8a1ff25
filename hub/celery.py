"""The bell and the whole timetable. Tasks carry ids and truth stays in the rows: see docs/architecture.md."""

import os
from pathlib import Path

import django
from celery import Celery, signals
from django.apps import apps
from django.conf import settings

from hub.environment import refused_in_one_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

# Celery would print what cannot be among a hundred lines of its own.
with refused_in_one_line():
    SWEEP = settings.SWEEP.total_seconds()
    DISPATCH = settings.DISPATCH.total_seconds()

app = Celery("hub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

for _folder in ("data_folder_in", "control_folder"):
    if _path := app.conf.broker_transport_options.get(_folder):
        Path(_path).mkdir(parents=True, exist_ok=True)


@signals.setup_logging.connect
def _leave_the_log_as_it_is(**_wanted: object) -> None:
    """Stand in the way of Celery's own set-up: what a line may hold is the same in every program."""


# Each entry only makes a lost bell harmless: it finds in the rows what is due.
app.conf.beat_schedule = {
    "publish due shares": {"task": "advocacy.shares.tasks.publish_due", "schedule": DISPATCH},
    "take over from dead workers": {"task": "advocacy.shares.tasks.take_over", "schedule": SWEEP},
    "look for shares with an unknown outcome": {"task": "advocacy.shares.tasks.reconcile", "schedule": SWEEP},
    "measure reactions": {"task": "advocacy.shares.tasks.measure", "schedule": 60},
    "count clicks": {"task": "advocacy.links.tasks.count_clicks", "schedule": 10},
    "forget raw clicks": {"task": "advocacy.links.tasks.forget_clicks", "schedule": 3600},
    "renew tokens": {"task": "advocacy.platforms.tasks.renew_tokens", "schedule": SWEEP},
    "end permissions": {"task": "advocacy.platforms.tasks.end_permissions", "schedule": 60},
    "remind of what ends": {"task": "advocacy.platforms.tasks.remind", "schedule": 3600},
    "forget removed apps": {"task": "advocacy.platforms.tasks.forget_removed_apps", "schedule": 3600},
    "count followers": {"task": "advocacy.platforms.tasks.count_followers", "schedule": 3600},
    "read limits of servers": {"task": "advocacy.platforms.tasks.read_limits", "schedule": 3600},
    "cut pictures": {"task": "advocacy.stories.tasks.cut_pictures", "schedule": 30},
    "discard pictures": {"task": "advocacy.stories.tasks.discard_pictures", "schedule": 3600},
    "forget images": {"task": "advocacy.rehearsal.tasks.forget_images", "schedule": 3600},
    "send mail": {"task": "advocacy.notices.tasks.send_mail", "schedule": 30},
    "mail links": {"task": "advocacy.people.tasks.mail_links", "schedule": 30},
    "forget looks": {"task": "advocacy.people.tasks.forget_looks", "schedule": 3600},
    "forget sessions": {"task": "advocacy.people.tasks.forget_sessions", "schedule": 3600},
    "forget acknowledgements": {"task": "advocacy.conduct.tasks.forget_acknowledgements", "schedule": 3600},
    "end second readings": {"task": "advocacy.shares.tasks.end_readings", "schedule": 3600},
    "count heads": {"task": "advocacy.reports.tasks.count_heads", "schedule": 3600},
}
for _entry in app.conf.beat_schedule.values():
    # Without a worker, bells would pile up for days. No shorter: the clocks of two machines may differ.
    _entry["options"] = {"expires": 3600}  # seconds

if not (apps.ready or apps.loading):
    # This is the worker or beat: nobody else comes here first.
    with refused_in_one_line():
        django.setup()
