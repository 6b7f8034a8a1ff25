"""Telling the administrators what only they can mend: the hub's own place at a platform."""

import logging
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from advocacy.notices.telling import tell
from advocacy.people.models import Person, Role
from advocacy.platforms.connector import Code, channel_called
from advocacy.platforms.models import AppRegistration

logger = logging.getLogger(__name__)


@transaction.atomic
def stop_app(registration_id: int | None, code: str, *, now: datetime) -> None:
    """Send nothing more by this registration until it is mended, and tell the administrators once."""
    if registration_id is None:
        return
    working = AppRegistration.objects.filter(pk=registration_id, broken_at=None)
    registration = working.first()
    if registration is None or not working.update(broken_at=now, broken_reason=code):
        return
    logger.warning("registration %s at %s is broken: %s", registration.pk, registration.platform, code)
    once = f"app-{registration.pk}-{code}-{now.timestamp():.0f}"
    tell_administrators("network_broken", platform=registration.platform, once=once, now=now)


def trust_app(registration: AppRegistration, *, now: datetime) -> None:
    """Note that the platform has just let the hub in. It says nothing about money or versions."""
    mine = AppRegistration.objects.filter(pk=registration.pk)
    mine.update(tested_at=now)
    mine.filter(broken_reason=Code.APP_WRONG).update(broken_at=None, broken_reason="")


def tell_administrators(kind: str, *, platform: str, once: str, now: datetime, **facts: str) -> None:
    about = {
        "platform": channel_called(platform).label,
        "url": reverse("platforms:network", args=[platform]),
        **facts,
    }
    for administrator in Person.objects.present().filter(grants__role=Role.ADMINISTRATOR).distinct():
        tell(administrator, kind, once=once, facts=dict(about), now=now)
