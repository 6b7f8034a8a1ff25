"""Language, time zone and name are the person's own."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from advocacy.notices.telling import tell
from advocacy.people import time_zones
from advocacy.people.models import Person, Team

SETTINGS = "/people/settings/"
GOOD = {"name": "Alice", "language": "nl", "time_zone": "America/New_York"}


def test_a_new_language_speaks_from_the_next_page_on(client: Client, alice: Person) -> None:
    client.force_login(alice)
    assert '<html lang="en">' in client.get(SETTINGS).content.decode()

    answer = client.post(SETTINGS, GOOD, follow=True)

    page = answer.content.decode()
    assert '<html lang="nl">' in page
    assert answer.headers["Content-Language"] == "nl"
    with translation.override("nl"):
        assert str(translation.gettext("Saved.")) in page


def test_times_are_shown_in_the_persons_own_zone(client: Client, alice: Person) -> None:
    client.force_login(alice)
    client.post(SETTINGS, {**GOOD, "language": "en"})
    noon = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
    facts: dict[str, object] = {"platform": "Rehearsal", "story_title": "x", "others": 0, "url": "/"}
    tell(alice, "share_missed", once="once", facts=facts, now=noon)

    assert b"17 November 2026, 07:00" in client.get(reverse("notices:inbox")).content


def test_a_name_may_change_and_colleagues_see_the_new_one(client: Client, alice: Person) -> None:
    client.force_login(alice)

    client.post(SETTINGS, {**GOOD, "name": "Alice Vermeer"})

    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.time_zone) == ("Alice Vermeer", "nl", "America/New_York")


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"language": "tlh"}, {"time_zone": "Europe/Atlantis"}, {"time_zone": "../etc"}]
)
def test_what_cannot_be_is_said_beside_the_field(
    client: Client, alice: Person, wrong: dict[str, str]
) -> None:
    client.force_login(alice)

    answer = client.post(SETTINGS, {**GOOD, **wrong})

    assert answer.status_code == 422
    assert b'aria-invalid="true"' in answer.content
    alice.refresh_from_db()
    assert alice.name == "Alice"


@pytest.mark.parametrize("stolen", ["email", "is_active", "is_superuser", "teams"])
def test_the_rest_is_not_theirs_to_change(client: Client, alice: Person, stolen: str) -> None:
    Team.objects.create(name="Board")
    client.force_login(alice)

    client.post(SETTINGS, {**GOOD, stolen: "2"})

    alice.refresh_from_db()
    assert alice.email == "alice@example.test"
    assert alice.is_active
    assert not alice.is_superuser
    assert [team.name for team in alice.teams.all()] == ["Support"]


def test_teams_and_place_are_shown(client: Client, alice: Person) -> None:
    client.force_login(alice)

    page = client.get(SETTINGS).content.decode()

    assert "Support" in page
    assert "Utrecht" in page


def test_every_zone_offered_is_one_that_python_knows(alice: Person) -> None:
    offered = [name for _, zones in time_zones.choices() for name, _ in zones]

    assert "Europe/Amsterdam" in offered
    assert len(offered) == len(set(offered)) > 300
    for name in offered:
        alice.time_zone = name
        assert alice.zone.key == name


def test_a_stranger_chooses_a_language_on_the_way_in(client: Client, db: None) -> None:
    client.post("/i18n/setlang/", {"language": "nl", "next": "/accounts/login/"})

    assert '<html lang="nl">' in client.get("/accounts/login/").content.decode()


def test_the_language_switch_leads_nowhere_else(client: Client, db: None) -> None:
    answer = client.post("/i18n/setlang/", {"language": "nl", "next": "https://evil.example/"})

    assert answer.headers["Location"] == "/"
