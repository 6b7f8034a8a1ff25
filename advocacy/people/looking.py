"""Looks at somebody else's row are written down, and that person can read them."""

from datetime import datetime, timedelta

from advocacy.people.access import LABELS, Datum, sees
from advocacy.people.models import Look, Person

KEPT = timedelta(days=365)


class MayNotLook(Exception):
    """The table of who may see what does not have this."""


def note_look(viewer: Person, person: Person, datum: Datum, *, now: datetime) -> None:
    """Write down that the viewer saw this of the person; one line a day, and none for one's own.

    :raises MayNotLook: the viewer should not have seen it
    """
    if not sees(viewer, person, datum):
        raise MayNotLook(f"{datum} of {person.pk} is not for {viewer.pk}")
    if viewer.pk == person.pk:
        return
    Look.objects.get_or_create(viewer=viewer, person=person, datum=datum, on=now.date(), defaults={"at": now})


def looks_at(person: Person) -> list[tuple[Look, object]]:
    """Return the looks at this person, the newest first, each with what was seen in words."""
    looks = Look.objects.visible_to(person).select_related("viewer").order_by("-at", "-pk")
    return [(look, LABELS[Datum(look.datum)]) for look in looks]


def forget_looks(*, now: datetime) -> None:
    """Let go of what is older than the year that looks are kept."""
    Look.objects.filter(at__lt=now - KEPT).delete()
