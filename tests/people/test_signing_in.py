"""Who comes in, who does not, and how often one may try."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from advocacy.people.joining import invite
from advocacy.people.models import Person
from advocacy.people.tasks import mail_links
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
NEW_PASSWORD = "four words nobody guesses"


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra: str) -> int:
    return client.post(LOGIN, {"login": email, "password": password}, **extra).status_code  # type: ignore[arg-type]


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("people:settings")).status_code == 200


def test_alice_signs_in_with_her_address_and_lands_on_the_wall(client: Client, alice: Person) -> None:
    answer = client.post(LOGIN, {"login": "Alice@Example.Test", "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/shares/"
    assert is_signed_in(client)


@pytest.mark.parametrize("typed", ["Noor.B@Example.Test", "noor.b@example.test"])
def test_capitals_in_the_address_that_the_administrator_typed_keep_nobody_out(
    client: Client, make_person: Callable[..., Person], ada: Person, typed: str
) -> None:
    noor = make_person("Noor")
    client.force_login(ada)
    changed = {
        "name": "Noor",
        "email": "Noor.B@Example.Test",
        "language": "en",
        "time_zone": "Europe/Amsterdam",
    }
    grants = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    client.post(reverse("admin:people_person_change", args=[noor.pk]), {**changed, **grants})

    browser = Client()
    sign_in(browser, typed)

    assert is_signed_in(browser)


def test_she_comes_back_to_the_page_she_wanted(client: Client, alice: Person) -> None:
    wanted = reverse("people:settings")
    door = client.get(wanted)

    answer = client.post(
        door.headers["Location"], {"login": alice.email, "password": PASSWORD, "next": wanted}
    )

    assert answer.headers["Location"] == wanted


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(client: Client, alice: Person, elsewhere: str) -> None:
    answer = client.post(LOGIN, {"login": alice.email, "password": PASSWORD, "next": elsewhere})

    assert answer.headers["Location"] == "/shares/"


@pytest.mark.parametrize(
    ("email", "password"), [("alice@example.test", "wrong"), ("nobody@example.test", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, alice: Person, email: str, password: str
) -> None:
    answer = client.post(LOGIN, {"login": email, "password": password})

    assert b"do not belong together" in answer.content
    assert not is_signed_in(client)


def test_the_sixth_try_for_one_account_is_refused_even_with_the_right_password(
    client: Client, alice: Person
) -> None:
    for _ in range(5):
        sign_in(client, alice.email, "wrong")

    answer = client.post(LOGIN, {"login": alice.email, "password": PASSWORD})

    assert b"tried too often" in answer.content
    assert not is_signed_in(client)


def test_another_account_is_not_locked_with_it(client: Client, alice: Person, bob: Person) -> None:
    for _ in range(5):
        sign_in(client, alice.email, "wrong")

    assert sign_in(Client(), bob.email, REMOTE_ADDR="198.51.100.7") == 302


def test_one_address_that_guesses_at_many_accounts_has_to_wait(client: Client, alice: Person) -> None:
    for number in range(30):
        sign_in(client, f"guess-{number}@example.test", "wrong")

    answer = client.post(LOGIN, {"login": alice.email, "password": PASSWORD})

    assert b"tried too often" in answer.content
    assert not is_signed_in(client)


def test_one_address_that_never_stops_gets_no_form_any_more(client: Client, db: None) -> None:
    answers = [sign_in(client, f"guess-{number}@example.test", "wrong") for number in range(101)]

    assert answers[-1] == 429
    assert b"A little too fast" in client.post(LOGIN, {"login": "x@example.test", "password": "x"}).content


def test_a_forged_forwarding_header_buys_no_new_tries(client: Client, alice: Person) -> None:
    for number in range(30):
        forged = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{number}"}
        sign_in(client, f"guess-{number}@example.test", "wrong", **forged)

    answer = client.post(
        LOGIN, {"login": alice.email, "password": PASSWORD}, HTTP_X_FORWARDED_FOR="203.0.113.77"
    )

    assert b"tried too often" in answer.content


@pytest.mark.slow
def test_a_whole_office_comes_in_at_one_address_on_the_first_day(make_person: Callable[..., Person]) -> None:
    for number in range(25):
        person = make_person(f"Colleague{number}")
        invite(person)
        link = re.findall(r"http\S+/key/\S+", str(mail.outbox[-1].body))[0]
        browser = Client()
        form = browser.get(link, follow=True).redirect_chain[-1][0]

        answer = browser.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

        assert answer.status_code == 302, number
        assert is_signed_in(browser)


def test_no_address_stands_in_the_cache(
    client: Client, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(cache, "set", lambda key, *rest, **more: kept.append(key))

    sign_in(client, alice.email, "wrong", REMOTE_ADDR="203.0.113.77")

    assert kept
    assert not any("203.0.113" in key or "alice" in key for key in kept)


def test_a_password_is_reset_by_mail_and_every_other_device_is_signed_out(
    client: Client, alice: Person
) -> None:
    elsewhere = Client()
    sign_in(elsewhere, alice.email)

    client.post("/accounts/password/reset/", {"email": alice.email})
    mail_links()
    link = re.findall(r"http\S+/key/\S+", str(mail.outbox[0].body))[0]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    answer = client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert answer.status_code == 302
    assert mail.outbox[0].to == [alice.email]
    assert not is_signed_in(elsewhere)
    assert sign_in(Client(), alice.email, NEW_PASSWORD) == 302
    assert b"no longer works" in Client().get(link, follow=True).content


def test_the_link_in_the_mail_never_comes_from_the_request(client: Client, alice: Person) -> None:
    forged = client.post("/accounts/password/reset/", {"email": alice.email}, HTTP_HOST="evil.example")
    for spoofed in ({"HTTP_X_FORWARDED_HOST": "evil.example"}, {"HTTP_HOST": "127.0.0.1:9999"}):
        client.post("/accounts/password/reset/", {"email": alice.email}, **spoofed)  # type: ignore[arg-type]
        mail_links()

    assert forged.status_code == 400
    assert b"We did not understand" in forged.content
    assert len(mail.outbox) == 2
    assert all(f"{settings.HUB_URL}/accounts/password/reset/key/" in str(one.body) for one in mail.outbox)


def test_asking_for_resets_again_and_again_has_to_wait(client: Client, alice: Person) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": alice.email}).status_code for _ in range(6)]

    assert answers[-1] == 429


def test_a_changed_password_is_told_by_mail_in_her_language(client: Client, alice: Person) -> None:
    sign_in(client, alice.email)

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert mail.outbox[-1].to == [alice.email]
    assert "127.0.0.1" not in str(mail.outbox[-1].body).replace("http://127.0.0.1", "")
    assert is_signed_in(client)


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/"])
def test_accounts_and_addresses_are_the_administrators(client: Client, db: None, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


def test_signing_out_takes_a_press_on_a_button(client: Client, alice: Person) -> None:
    sign_in(client, alice.email)
    client.get("/accounts/logout/")
    assert is_signed_in(client)

    client.post("/accounts/logout/")

    assert not is_signed_in(client)


class TestWithoutAMailServer:
    """What was done is not shown as broken."""

    @pytest.fixture(autouse=True)
    def no_mail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise ConnectionRefusedError("10.0.0.7")

        monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)

    def test_a_password_that_was_changed_is_changed(self, client: Client, alice: Person) -> None:
        sign_in(client, alice.email)

        answer = client.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        )

        assert answer.status_code == 302
        assert sign_in(Client(), alice.email, NEW_PASSWORD) == 302
