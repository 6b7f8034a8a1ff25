"""The cookie by which the redirect knows a sharer's own visits."""

import uuid

import pytest
from django.conf import LazySettings
from django.core import signing
from django.core.signing import BadSignature, Signer
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advocacy.people import own_visits
from advocacy.people.models import Person
from tests.conftest import PASSWORD

BROWSER = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Dest": "document"}


def test_signing_in_sets_it_for_short_links_only(client: Client, alice: Person) -> None:
    answer = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})

    cookie = answer.cookies["own_visits"]
    assert own_visits.read(cookie.value) == alice.visitor_key
    assert (cookie["path"], cookie["samesite"]) == ("/s/", "Lax")
    assert cookie["httponly"]
    assert cookie["max-age"] == 365 * 24 * 3600


def test_it_is_set_once_in_a_session(client: Client, alice: Person) -> None:
    client.force_login(alice)

    assert "own_visits" in client.get("/people/settings/").cookies
    assert "own_visits" not in client.get("/people/settings/").cookies


def test_who_signs_in_next_on_the_same_machine_gets_their_own(
    client: Client, alice: Person, bob: Person
) -> None:
    client.force_login(alice)
    client.get("/people/settings/")
    client.force_login(bob)

    answer = client.get("/people/settings/")

    assert own_visits.read(answer.cookies["own_visits"].value) == bob.visitor_key


def test_signing_out_deletes_it(client: Client, alice: Person) -> None:
    client.force_login(alice)
    client.get("/people/settings/")

    cookie = client.post("/accounts/logout/").cookies["own_visits"]

    assert cookie.value == ""
    assert (cookie["path"], cookie["max-age"]) == ("/s/", 0)


def test_strangers_get_none(client: Client, db: None) -> None:
    assert "own_visits" not in client.get("/accounts/login/").cookies


class TestWhereShortLinksHaveAHostOfTheirOwn:
    @pytest.fixture(autouse=True)
    def elsewhere(self, settings: LazySettings) -> None:
        settings.HUB_URL, settings.SHORT_LINK_URL = "https://hub.example", "https://go.example/"

    def test_a_page_is_seen_after_one_way_round(self, client: Client, alice: Person) -> None:
        client.force_login(alice)

        sent = client.get("/people/settings/?tab=1", headers=BROWSER)
        back = own_visits.end_errand(sent["Location"].removeprefix("https://go.example/own/"))

        assert back["Location"] == "https://hub.example/people/settings/?tab=1"
        assert own_visits.read(back.cookies["own_visits"].value) == alice.visitor_key
        assert back.cookies["own_visits"]["secure"]
        assert client.get("/people/settings/", headers=BROWSER).status_code == 200

    @pytest.mark.parametrize(
        "headers", [{"HX-Request": "true"}, {"Sec-Fetch-Dest": "iframe"}, {"Accept": "image/webp,*/*"}]
    )
    def test_parts_of_pages_stay_where_they_are(
        self, client: Client, alice: Person, headers: dict[str, str]
    ) -> None:
        client.force_login(alice)

        assert client.get("/people/settings/", headers={**BROWSER, **headers}).status_code == 200
        assert client.get("/people/settings/", headers=BROWSER).status_code == 302

    def test_nobody_is_sent_anywhere_by_an_address_that_we_did_not_write(self, alice: Person) -> None:
        old = signing.dumps([alice.visitor_key.hex, "/"], salt="own_visits.errand")
        forged = signing.dumps([alice.visitor_key.hex, "@evil.example/"], salt="another")

        for written in ("", "made-up", forged, old[:-1]):
            with pytest.raises(BadSignature):
                own_visits.end_errand(written)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "nonsense",
        uuid.uuid4().hex,
        f"{uuid.uuid4().hex}:forged",
        Signer(salt="another").sign(uuid.uuid4().hex),
        Signer(salt="own_visits").sign("not a key"),
        "\x00" * 5000,
    ],
    # Tests that run side by side must find the same names.
    ids=["empty", "nonsense", "unsigned", "forged", "for another purpose", "not a key", "too long"],
)
def test_what_we_did_not_sign_is_nobodys(forged: str) -> None:
    assert own_visits.read(forged) is None


def test_reading_it_asks_no_database(alice: Person, django_assert_num_queries: CaptureQueriesContext) -> None:
    signed = Signer(salt="own_visits").sign(alice.visitor_key.hex)

    with django_assert_num_queries(0):  # type: ignore[operator]
        assert own_visits.read(signed) == alice.visitor_key
