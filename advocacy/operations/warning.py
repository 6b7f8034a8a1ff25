"""Telling administrators who are not looking, by a notice and by mail, as long as a worker lives to do so."""

from datetime import datetime

from django.urls import reverse

from advocacy.lib.bells import ring
from advocacy.notices.tasks import send_mail
from advocacy.notices.telling import tell
from advocacy.operations.watching import look
from advocacy.people.models import Person, Role


def warn(now: datetime) -> None:
    """Tell of what keeps shares from going out, each kind at most once a day."""
    alarms = look(now=now)
    if not alarms:
        return
    administrators = Person.objects.present().filter(grants__role=Role.ADMINISTRATOR).distinct()
    for administrator in administrators.order_by("pk"):
        for alarm in alarms:
            facts: dict[str, object] = {"url": reverse("operations:status")}
            once = f"alarm-{alarm.slug}-{now:%Y-%m-%d}"
            tell(administrator, "hub_ails", once=once, facts=facts, now=now)
    # Otherwise beat rings for mail.
    if any(alarm.slug == "no_beat" for alarm in alarms):
        ring(send_mail)
