"""Switching a platform off and on again: an administrator's word, that holds at once in every process.

While it is off nothing new begins there: nobody connects, shares or posts. What is there goes on. Accounts
stay connected and their permissions are renewed, so that nobody has to connect anew; posts whose answer was
lost are looked up; reactions are counted, because a count that is left out now can never be made up for; and
owners may delete a post or let an account go.
"""

import logging
from datetime import datetime

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.db import transaction
from django.utils.translation import gettext as _

from advocacy.people.models import Person
from advocacy.platforms.connector import Channel, channel_called
from advocacy.platforms.models import SwitchedOff
from advocacy.platforms.signals import platform_switched_off, platform_switched_on, queued_shares_counted

logger = logging.getLogger(__name__)


@transaction.atomic
def switch_off(channel: Channel, *, by: Person, now: datetime) -> None:
    """Let nothing new begin there. Twice is the same as once."""
    off, is_new = SwitchedOff.objects.get_or_create(platform=channel.slug, defaults={"switched_at": now})
    if not is_new:
        return
    LogEntry.objects.log_actions(
        by.pk, [off], ADDITION, change_message=f"{channel.label} was switched off", single_object=True
    )
    platform_switched_off.send(sender=SwitchedOff, platform=channel.slug)
    logger.info("%s was switched off", channel.slug)


@transaction.atomic
def switch_on(channel: Channel, *, by: Person) -> None:
    """Let it go on. What waited goes out, unless its last safe moment has passed."""
    off = SwitchedOff.objects.select_for_update().filter(platform=channel.slug).first()
    if off is None:
        return
    LogEntry.objects.log_actions(
        by.pk, [off], DELETION, change_message=f"{channel.label} was switched on again", single_object=True
    )
    off.delete()
    platform_switched_on.send(sender=SwitchedOff, platform=channel.slug)
    logger.info("%s was switched on again", channel.slug)


def switched_off() -> frozenset[str]:
    """Return the platforms that are off, by slug. Asked anew each time: other processes switch too."""
    return frozenset(SwitchedOff.objects.values_list("platform", flat=True))


def is_switched_off(platform: str) -> bool:
    return SwitchedOff.objects.filter(platform=platform).exists()


def off_in_words(platform: str) -> str:
    """Say to anyone who comes for it that it is off."""
    return _(
        "%(platform)s is switched off by the administrator. Nothing new goes there until it is on again."
    ) % {"platform": channel_called(platform).label}


def queued_at(platform: str) -> int:
    """Return how many shares are queued there, as those above tell it."""
    answers = queued_shares_counted.send(sender=SwitchedOff, platform=platform)
    return sum(int(str(answer)) for _receiver, answer in answers)
