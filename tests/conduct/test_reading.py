"""The code as people read it: whoever they are, in their language, on the screen and on paper."""

from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from advocacy.conduct.models import Item, Kind, Version
from advocacy.conduct.queries import read, what_changed
from advocacy.conduct.starting import load_starter_code
from advocacy.people.models import Person
from tests.browsing import window
from tests.conduct.conftest import NextVersion

# The remarks that the coach can make, each of which points at a rule.
CHECKS = {f"C{number:02}" for number in range(1, 26)}


def test_the_starter_code_is_whole_in_both_languages(starter: Version) -> None:
    items = list(starter.items.in_order())

    assert {kind: sum(item.kind == kind for item in items) for kind in Kind} == {
        Kind.SAVINGS: 1,
        Kind.PRINCIPLE: 7,
        Kind.DO: 10,
        Kind.DONT: 10,
        Kind.DISCLOSURE: 5,
        Kind.CONTACT: 6,
        Kind.MISTAKE: 6,
    }
    assert not [item.code for item in items if item.stale_languages(starter.source_language)]
    assert {check for item in items for check in item.checks} == CHECKS
    for language, _label in settings.LANGUAGES:
        assert sum(bool(item.words[language].good or item.words[language].bad) for item in items) >= 15


def test_a_code_that_is_there_is_never_loaded_over(starter: Version, now: datetime) -> None:
    assert load_starter_code(now=now) is None
    assert Version.objects.count() == 1


def test_a_stranger_reads_the_code_in_either_language(client: Client, code: Version) -> None:
    english = client.get("/code/", headers={"accept-language": "en"}).content.decode()
    dutch = client.get("/code/", headers={"accept-language": "nl"}).content.decode()

    assert "Share nothing confidential" in english
    assert 'id="X01"' in english
    assert "Deel niets vertrouwelijks" in dutch
    assert "Share nothing confidential" not in dutch


def test_before_there_is_a_code_nothing_is_made_up(client: Client, starter: Version) -> None:
    page = client.get("/code/").content.decode()

    assert "still being written" in page
    assert "Share nothing confidential" not in page
    assert "Share nothing confidential" not in client.get("/code/changes/").content.decode()


def test_a_rule_that_is_not_in_use_is_shown_to_nobody(client: Client, code: Version) -> None:
    Item.objects.filter(version=code, code="X07").update(is_in_use=False)

    assert "pick fights" not in client.get("/code/").content.decode()


def test_an_old_version_can_be_read_as_it_was(
    client: Client, code: Version, next_version: NextVersion
) -> None:
    next_version(is_material=True)

    old = client.get("/code/versions/1.0/").content.decode()

    assert "This is how it was once." in old
    assert "Share nothing confidential" in old
    assert client.get("/code/versions/7.0/").status_code == 404


def test_what_is_being_written_can_be_read_by_nobody_under_a_number(
    client: Client, alice: Person, starter: Version
) -> None:
    client.force_login(alice)

    assert client.get("/code/versions/1.0/").status_code == 404
    assert client.get("/code/consultation/").status_code == 404


def test_the_card_of_a_version_shows_what_is_new_what_reads_otherwise_and_what_went(
    code: Version, next_version: NextVersion
) -> None:
    version = next_version(is_material=True)
    changed = version.items.get(code="D08").wordings.get(language="en")
    changed.why = "Within the hour."
    changed.save()
    version.items.filter(code="X07").update(is_in_use=False)
    version.items.filter(code="X09").update(code="X11")

    changes = {change.code: change for change in what_changed(version, language="en").changes}

    assert changes.keys() == {"D08", "X07", "X09", "X11"}
    assert changes["D08"].before
    assert changes["D08"].after
    assert changes["D08"].after.why == "Within the hour."
    assert changes["X07"].is_gone
    assert changes["X11"].is_new


def test_words_that_are_missing_in_a_language_are_shown_in_the_other(code: Version) -> None:
    code.items.get(code="P1").wordings.filter(language="en").delete()

    [principle] = [
        rule for chapter in read(code, language="en") for rule in chapter.rules if rule.code == "P1"
    ]

    assert principle.language == "nl"


def test_the_page_asks_the_database_the_same_however_many_rules(
    client: Client, code: Version, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # the version, its items, their words
        client.get("/code/")

    code.items.exclude(code="P1").delete()
    with django_assert_num_queries(3):
        client.get("/code/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_whole_code_prints_on_one_sheet(
    browser: Browser, live_server: LiveServer, code: Version, language: str
) -> None:
    with window(browser, live_server.url) as page:
        page.set_extra_http_headers({"Accept-Language": language})
        page.goto("/code/")
        printed = page.pdf(prefer_css_page_size=True)

    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1
