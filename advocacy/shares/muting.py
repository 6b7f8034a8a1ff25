"""Hints that a person wants to hear no more. What asks a question or rests on a law is never silenced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from advocacy.conduct.coaching.noticing import Check, Level
from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.people.models import Person
from advocacy.shares.models import MutedHint

HINTS = {check.id: check for check in CHECKS if check.level == Level.HINT}


@dataclass(frozen=True)
class Muted:
    check: Check
    muted_at: datetime


def mute_hint(person: Person, check_id: str, *, now: datetime) -> bool:
    """Keep this hint from the person from now on. What is no hint stays. Return whether it was one."""
    if check_id not in HINTS:
        return False
    MutedHint.objects.get_or_create(person=person, check_id=check_id, defaults={"muted_at": now})
    return True


def unmute_hint(person: Person, check_id: str) -> None:
    MutedHint.objects.visible_to(person).filter(check_id=check_id).delete()


def muted_by(person: Person) -> frozenset[str]:
    """Return the hints that the person silenced, by id."""
    muted = MutedHint.objects.visible_to(person).values_list("check_id", flat=True)
    return frozenset(muted) & HINTS.keys()


def muted_in_words(person: Person) -> Sequence[Muted]:
    """Return what the person silenced, the latest first."""
    muted = MutedHint.objects.visible_to(person).order_by("-muted_at", "-pk")
    return [Muted(HINTS[one.check_id], one.muted_at) for one in muted if one.check_id in HINTS]
