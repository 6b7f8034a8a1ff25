"""What an administrator sees of accounts and registrations: never a secret."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from advocacy.people.models import Person
from advocacy.platforms.models import Account, AppRegistration


@pytest.fixture
def admin(as_person: Callable[[Person], Client], db: None) -> Client:
    return as_person(Person.objects.create_superuser("root@example.test", None, name="Root"))


@pytest.fixture
def registration(now: datetime) -> AppRegistration:
    return AppRegistration.objects.create(
        platform="harbour",
        host="harbour.example",
        client_id="hub",
        client_secret="canary-secret",
        redirect_uri="https://hub.example/platforms/callback/harbour/harbour.example/",
        registered_at=now,
    )


def test_tokens_are_nowhere_and_nothing_can_be_changed(admin: Client, alice: Person, now: datetime) -> None:
    account = Account.objects.create(
        person=alice,
        platform="bluesky",
        host="bsky.social",
        remote_id="did:plc:1",
        handle="alice.test",
        token="canary-token",
        refresh_token="canary-refresh",
        connected_at=now,
    )
    page = f"/admin/platforms/account/{account.pk}/change/"

    shown = admin.get("/admin/platforms/account/").content + admin.get(page).content

    assert b"bluesky" in shown
    assert b"alice" not in shown
    assert b"canary" not in shown
    assert admin.post(page, {"handle": "mallory"}).status_code == 403
    assert admin.post(f"/admin/platforms/account/{account.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.get("/admin/platforms/account/add/").status_code == 403


def test_a_secret_is_typed_once_and_kept_when_left_empty(
    admin: Client, registration: AppRegistration
) -> None:
    page = f"/admin/platforms/appregistration/{registration.pk}/change/"
    form = {
        "platform": "harbour",
        "host": "harbour.example",
        "client_id": "another",
        "client_secret": "",
        "redirect_uri": registration.redirect_uri,
        "registered_at_0": "2026-11-17",
        "registered_at_1": "09:30",
    }

    assert "canary-secret" not in admin.get(page).content.decode()
    assert admin.post(page, form).status_code == 302
    registration.refresh_from_db()
    assert (registration.client_id, registration.client_secret) == ("another", "canary-secret")
    admin.post(page, form | {"client_secret": "new"})
    registration.refresh_from_db()
    assert registration.client_secret == "new"


def test_others_do_not_get_in(alice: Person, as_person: Callable[[Person], Client]) -> None:
    answer = as_person(alice).get("/admin/platforms/account/")

    assert answer.status_code in {302, 404}
