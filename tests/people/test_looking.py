"""Who looks at what is yours stands where you can read it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from advocacy.people.access import LABELS, MATRIX, Datum, Sight, Viewer
from advocacy.people.looking import KEPT, MayNotLook, forget_looks, note_look
from advocacy.people.models import Look, Person

AsPerson = Callable[[Person], Client]


def test_an_administrator_who_opens_a_person_is_seen_doing_so(
    alice: Person, bob: Person, ada: Person, as_person: AsPerson
) -> None:
    page = f"/admin/people/person/{alice.pk}/change/"
    assert "Nobody has looked" in as_person(alice).get("/people/looks/").content.decode()

    as_person(ada).get(page)
    as_person(ada).get(f"/admin/people/person/{alice.pk}/history/")

    shown = as_person(alice).get("/people/looks/").content.decode()
    assert shown.count(">Ada<") == 1
    assert "Your place in the hub" in shown
    assert "Nobody has looked" in as_person(bob).get("/people/looks/").content.decode()
    assert "Ada" not in as_person(bob).get("/people/looks/").content.decode()


def test_looking_at_oneself_is_no_look(ada: Person, as_person: AsPerson) -> None:
    as_person(ada).get(f"/admin/people/person/{ada.pk}/change/")

    assert not Look.objects.exists()


def test_what_one_may_not_see_cannot_be_looked_at(erin: Person, alice: Person, now: datetime) -> None:
    with pytest.raises(MayNotLook):
        note_look(erin, alice, Datum.TAKES_PART, now=now)


def test_looks_are_kept_for_a_year(ada: Person, alice: Person, now: datetime) -> None:
    note_look(ada, alice, Datum.TAKES_PART, now=now - KEPT - timedelta(hours=1))
    note_look(ada, alice, Datum.TAKES_PART, now=now - timedelta(days=300))

    forget_looks(now=now)

    assert [look.at for look in Look.objects.all()] == [now - timedelta(days=300)]


def test_who_left_and_was_erased_still_leaves_the_look(
    ada: Person, alice: Person, as_person: AsPerson, now: datetime
) -> None:
    note_look(ada, alice, Datum.TAKES_PART, now=now)
    ada.delete()

    assert "Somebody who is not here any more" in as_person(alice).get("/people/looks/").content.decode()


def test_whatever_another_may_see_by_row_has_a_name_for_its_owner() -> None:
    seen = {
        datum
        for datum, sights in MATRIX.items()
        if any(sight is Sight.ROW for viewer, sight in sights.items() if viewer is not Viewer.SELF)
    }

    assert seen == LABELS.keys()
