"""Taking note of the code: once, kindly, and again only when something that matters changed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.conduct.acknowledging import CodeHasChanged, acknowledge, forget_acknowledgements
from advocacy.conduct.introducing import THEMES
from advocacy.conduct.models import Acknowledgement, PutOff, Version
from advocacy.conduct.queries import (
    acknowledged_version,
    how_many_know,
    invitation_on_wall,
    invitation_while_sharing,
)
from advocacy.people.joining import rejoin
from advocacy.people.leaving import leave
from advocacy.people.models import Person
from tests.conduct.conftest import Knows, NextVersion

AsPerson = Callable[[Person], Client]
WELCOME, CHANGED, YEARS_ON = "Welcome. Two minutes", "Our code has changed", "Our code, three years on"
YEAR = timedelta(days=365)


def wall(client: Client) -> str:
    return client.get("/shares/").content.decode()


def test_a_newcomer_is_welcomed_on_the_wall_until_they_know_the_code(
    alice: Person, as_person: AsPerson, code: Version
) -> None:
    client = as_person(alice)
    assert WELCOME in wall(client)

    client.post("/code/acknowledge/", {"version": code.pk})

    assert WELCOME not in wall(client)
    assert acknowledged_version(alice) == code


def test_without_a_code_nobody_is_asked_anything(
    alice: Person, as_person: AsPerson, starter: Version
) -> None:
    client = as_person(alice)

    assert WELCOME not in wall(client)
    assert client.get("/code/welcome/").status_code == 404


def test_not_now_is_an_answer(alice: Person, bob: Person, as_person: AsPerson, code: Version) -> None:
    client = as_person(alice)

    client.post("/code/later/")

    assert WELCOME not in wall(client)
    assert WELCOME in wall(as_person(bob))
    assert not Acknowledgement.objects.exists()


def test_who_puts_it_off_is_asked_anew_when_something_matters(
    alice: Person, as_person: AsPerson, code: Version, next_version: NextVersion
) -> None:
    client = as_person(alice)
    client.post("/code/later/")
    next_version(is_material=True)

    assert WELCOME in wall(client)


def test_every_card_of_the_introduction_is_there_and_leads_to_the_next(
    alice: Person, as_person: AsPerson, code: Version
) -> None:
    client = as_person(alice)
    last = len(THEMES)

    pages = [client.get(f"/code/welcome/{number}/").content.decode() for number in range(1, last + 1)]

    for number, page in enumerate(pages[:-1], start=1):
        assert f'href="/code/welcome/{number + 1}/"' in page
        assert "/code/later/" in page
        assert "/code/acknowledge/" not in page
    assert "/code/acknowledge/" in pages[-1]
    assert client.get(f"/code/welcome/{last + 1}/").status_code == 404


def test_an_editorial_change_asks_nobody_again(
    alice: Person, as_person: AsPerson, knows: Knows, next_version: NextVersion
) -> None:
    knows(alice)
    version = next_version(is_material=False)

    page = wall(as_person(alice))

    assert version.number == "1.1"
    assert WELCOME not in page
    assert CHANGED not in page
    known = acknowledged_version(alice)
    assert known
    assert known.number == "1.0"


def test_a_material_change_asks_once_more_and_shows_what_changed(
    alice: Person, as_person: AsPerson, knows: Knows, next_version: NextVersion
) -> None:
    knows(alice)
    version = next_version(is_material=True)
    client = as_person(alice)

    assert CHANGED in wall(client)
    assert "Something is different." in client.get("/code/changes/").content.decode()
    client.post("/code/acknowledge/", {"version": version.pk})

    assert version.number == "2.0"
    assert CHANGED not in wall(client)
    assert acknowledged_version(alice) == version


@pytest.mark.parametrize("typed", ["", "x", "999", "9" * 40, "-1"])
def test_only_what_is_in_force_can_be_taken_note_of(
    alice: Person, as_person: AsPerson, code: Version, typed: str
) -> None:
    answer = as_person(alice).post("/code/acknowledge/", {"version": typed})

    assert answer.headers["Location"] == "/code/changes/"
    assert not Acknowledgement.objects.exists()


def test_an_old_page_does_not_take_note_of_what_replaced_it(
    alice: Person, code: Version, next_version: NextVersion, now: datetime
) -> None:
    next_version(is_material=True)

    with pytest.raises(CodeHasChanged):
        acknowledge(alice, code.pk, language="en", now=now)


def test_taking_note_twice_is_taking_note_once(alice: Person, code: Version, now: datetime) -> None:
    PutOff.objects.create(person=alice, version=code, at=now)

    acknowledge(alice, code.pk, language="en", now=now)
    acknowledge(alice, code.pk, language="nl", now=now)

    assert [one.language for one in Acknowledgement.objects.all()] == ["en"]
    assert not PutOff.objects.exists()


def test_nothing_like_a_score_is_kept() -> None:
    fields = {field.name for field in Acknowledgement._meta.get_fields()}

    assert fields == {"id", "person", "version", "language", "at"}


def test_who_knows_is_counted_among_those_who_work_here(
    alice: Person, bob: Person, charlie: Person, code: Version, knows: Knows
) -> None:
    knows(alice)
    knows(charlie)
    Person.objects.filter(pk=charlie.pk).update(is_active=False)

    assert how_many_know(code) == (1, 2)


def test_after_three_years_the_wall_asks_kindly_once_more_and_no_share_waits_for_it(
    alice: Person, code: Version, knows: Knows, now: datetime
) -> None:
    knows(alice)
    just_before, years_on = now + 3 * YEAR, now + 3 * YEAR + timedelta(days=2)

    assert invitation_on_wall(alice, now=just_before) is None
    asked = invitation_on_wall(alice, now=years_on)
    assert asked
    assert (asked.version, asked.is_newcomer, asked.is_refresher) == (code, False, True)
    assert invitation_while_sharing(alice) is None
    assert acknowledged_version(alice) == code

    acknowledge(alice, code.pk, language="nl", now=years_on)

    assert invitation_on_wall(alice, now=years_on + 3 * YEAR) is None
    kept = Acknowledgement.objects.get()
    assert (kept.at, kept.language) == (years_on, "nl")


def test_who_knew_a_version_before_a_small_correction_is_asked_after_three_years_too(
    alice: Person, knows: Knows, next_version: NextVersion, now: datetime
) -> None:
    knows(alice)
    corrected = next_version(is_material=False)

    assert invitation_on_wall(alice, now=now + YEAR) is None
    asked = invitation_on_wall(alice, now=now + 4 * YEAR)
    assert asked
    assert asked.version == corrected


def test_the_pages_bring_the_five_cards_back_to_who_met_them_years_ago(
    alice: Person, as_person: AsPerson, code: Version
) -> None:
    client = as_person(alice)
    acknowledge(alice, code.pk, language="en", now=timezone.now() - 4 * YEAR)

    assert YEARS_ON in wall(client)
    assert "more than three years since" in client.get("/code/").content.decode()
    assert "/code/acknowledge/" in client.get(f"/code/welcome/{len(THEMES)}/").content.decode()

    client.post("/code/acknowledge/", {"version": code.pk})

    assert YEARS_ON not in wall(client)
    assert Acknowledgement.objects.count() == 1


def test_not_now_is_an_answer_after_three_years_too(
    alice: Person, as_person: AsPerson, code: Version
) -> None:
    client = as_person(alice)
    acknowledge(alice, code.pk, language="en", now=timezone.now() - 4 * YEAR)

    client.post("/code/later/")

    assert YEARS_ON not in wall(client)


def test_two_years_after_who_left_nothing_is_kept_of_what_they_knew(
    alice: Person, bob: Person, charlie: Person, code: Version, knows: Knows, now: datetime
) -> None:
    for person in (alice, bob, charlie):
        knows(person)
    leave(alice, now=now)
    leave(bob, now=now)
    rejoin(bob, now=now + YEAR)

    forget_acknowledgements(now=now + 2 * YEAR)
    assert Acknowledgement.objects.count() == 3

    forget_acknowledgements(now=now + 2 * YEAR + timedelta(days=1))
    assert {one.person for one in Acknowledgement.objects.all()} == {bob, charlie}
