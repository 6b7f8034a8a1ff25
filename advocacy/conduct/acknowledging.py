"""A person takes note of the code: once, again when something that matters has changed, and years after."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from advocacy.conduct.models import FRESH_FOR, Acknowledgement, PutOff, Version
from advocacy.people.models import Person

# Twenty-four months after a person left, nothing is left to explain by what they knew.
KEPT_FOR = timedelta(days=2 * 365 + 1)


class CodeHasChanged(Exception):
    """What the person took note of is not the code in force any more. `str` is fit to be shown."""


@transaction.atomic
def acknowledge(person: Person, version_id: int, *, language: str, now: datetime) -> None:
    """Note that the person knows this version. Doing it twice changes nothing, but for years between.

    :raises CodeHasChanged: another version has come into force
    """
    if not Version.objects.in_force().filter(pk=version_id).exists():
        raise CodeHasChanged(_("Our code has just changed. Have a look at what is new first."))
    Acknowledgement.objects.bulk_create(
        [Acknowledgement(person=person, version_id=version_id, language=language, at=now)],
        ignore_conflicts=True,
    )
    stale = Acknowledgement.objects.filter(person=person, version_id=version_id, at__lte=now - FRESH_FOR)
    stale.update(language=language, at=now)
    PutOff.objects.filter(person=person).delete()


def acknowledge_with(typed: Mapping[str, str], *, person: Person, now: datetime) -> None:
    """Take note along with another form, if the box in it was ticked.

    A version that has just been replaced is not noted: who shares is then asked about the new one.
    """
    with suppress(CodeHasChanged):
        if version_id := number_typed(typed.get("acknowledge")):
            acknowledge(person, version_id, language=person.language, now=now)


def number_typed(typed: str | None) -> int:
    """Return the id that was typed; 0, which is nobody's, where it is none."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 18 else 0


@transaction.atomic
def put_off(person: Person, *, now: datetime) -> None:
    """Do not ask again on the wall. Sharing still asks, once."""
    version = Version.objects.to_look_at_by(person, now).first()
    if version:
        PutOff.objects.bulk_create([PutOff(person=person, version=version, at=now)], ignore_conflicts=True)


@transaction.atomic
def forget_acknowledgements(*, now: datetime) -> None:
    """Let go of what people knew who left long ago. Their shares keep the version that they carried."""
    long_gone = Person.objects.filter(left_at__lte=now - KEPT_FOR)
    for rows in (Acknowledgement.objects, PutOff.objects):
        rows.filter(person__in=long_gone).delete()
