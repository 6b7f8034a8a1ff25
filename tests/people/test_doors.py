"""Every page asks for a sign-in, except those named here."""

from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from advocacy.people.models import Person

# For everyone: the way in, what programs call with a token of their own, and what holds nothing personal.
OPEN = {
    "style",
    "healthz",
    "readyz",
    "metrics",
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "conduct:code",
    "conduct:version",
    "conduct:changes",
    "rehearsal:api_posts",
    "rehearsal:api_post",
    "rehearsal:api_me",
    "shares:lent",
    "platforms:ended",
    "platforms:forget",
    "platforms:client",
}
# Allauth's pages that the hub does not have.
SHUT = {
    "account_signup",
    "account_email",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
}
# One value that each converter, and each named group of a pattern without converters, takes.
SAMPLES = {
    "IntConverter": "1",
    "SlugConverter": "x",
    "StringConverter": "x",
    "PathConverter": "1",
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
    "uidb36": "1",
    "key": "x-y",
    "app_label": "people",
    "url": "x",
}


def pages(patterns: list[Any], *, namespace: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and an address of every named page."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from pages(pattern.url_patterns, namespace=inner)
        elif pattern.name:
            name = f"{namespace}{pattern.name}"
            yield name, reverse(name, kwargs=samples_for(pattern))


def samples_for(pattern: URLPattern) -> dict[str, str]:
    converters = {part: type(one).__name__ for part, one in pattern.pattern.converters.items()}
    return {part: SAMPLES[converters.get(part, part)] for part in pattern.pattern.regex.groupindex}


def test_every_page_but_those_named_shows_a_stranger_the_way_in(client: Client, db: None) -> None:
    found = dict(pages(get_resolver().url_patterns))

    unlocked = {name for name, path in found.items() if not asks_for_sign_in(client, path)}

    assert found.keys() >= {"people:settings", "notices:inbox", "rehearsal:timeline", "admin:index"}
    assert unlocked == OPEN | SHUT


def asks_for_sign_in(client: Client, path: str) -> bool:
    chain: list[tuple[str, int]] = getattr(client.get(path, follow=True), "redirect_chain", [])
    return bool(chain) and chain[-1][0].startswith("/accounts/login/?next=")


def test_what_the_hub_does_not_have_is_not_there(client: Client, db: None) -> None:
    found = dict(pages(get_resolver().url_patterns))

    assert {client.get(found[name]).status_code for name in SHUT} == {404}


def test_the_front_door_leads_to_the_wall(client: Client, alice: Person) -> None:
    client.force_login(alice)

    assert client.get("/").headers["Location"] == reverse("shares:wall")


def test_the_administration_is_for_administrators(client: Client, alice: Person, ada: Person) -> None:
    client.force_login(alice)
    assert client.get("/admin/", follow=True).status_code == 403

    client.force_login(ada)
    assert client.get("/admin/").status_code == 200


def test_the_administration_has_no_way_in_of_its_own(client: Client, ada: Person) -> None:
    answer = client.post("/admin/login/", {"username": ada.email, "password": "x"})

    assert answer.headers["Location"].startswith("/accounts/login/")
