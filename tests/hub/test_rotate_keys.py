"""Rotating the keys that encrypt tokens at rest."""

from datetime import datetime
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model

from advocacy.lib.fields import is_current
from advocacy.people.models import Person
from advocacy.platforms.models import Account, AppRegistration
from hub.management.commands import rotate_keys

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def accounts(alice: Person, settings: LazySettings, now: datetime) -> list[Account]:
    """Four accounts and a registration, written with the old key."""
    settings.FIELD_KEYS = [OLD]
    AppRegistration.objects.create(
        platform="mastodon",
        host="mastodon.example",
        client_id="hub",
        client_secret="secret",
        redirect_uri="https://hub.example/back",
        registered_at=now,
    )
    return [
        Account.objects.create(
            person=alice,
            platform="rehearsal",
            host="hub.example",
            remote_id=str(number),
            handle="alice",
            token=f"token-{number}",
            refresh_token="" if number % 2 else f"refresh-{number}",
            connected_at=now,
        )
        for number in range(4)
    ]


def rotate() -> str:
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue().strip()


def ciphertexts() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT token FROM platforms_account UNION ALL SELECT refresh_token FROM platforms_account "
            "UNION ALL SELECT client_secret FROM platforms_appregistration"
        )
        return [value for (value,) in cursor.fetchall() if value]


def test_afterwards_the_old_key_may_go(accounts: list[Account], settings: LazySettings) -> None:
    settings.FIELD_KEYS = [NEW, OLD]

    assert rotate() == "rotated=7 unreadable=0"

    settings.FIELD_KEYS = [NEW]
    assert all(is_current(ciphertext) for ciphertext in ciphertexts())
    assert list(Account.objects.order_by("pk").values_list("token", "refresh_token")) == [
        ("token-0", "refresh-0"),
        ("token-1", ""),
        ("token-2", "refresh-2"),
        ("token-3", ""),
    ]
    assert AppRegistration.objects.get().client_secret == "secret"


def test_without_it_the_old_key_is_needed(accounts: list[Account], settings: LazySettings) -> None:
    settings.FIELD_KEYS = [NEW]
    accounts[0].refresh_from_db()
    assert accounts[0].token == ""
    assert accounts[0].has_lost_its_key

    accounts[0].save()
    settings.FIELD_KEYS = [OLD]
    accounts[0].refresh_from_db()
    assert accounts[0].token == "token-0"
    assert not accounts[0].has_lost_its_key


def test_a_run_that_was_stopped_is_taken_up_where_it_was(
    accounts: list[Account], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    really_rotate, calls = rotate_keys.rotate, []

    def stop_at_the_fourth(*args: object, **named: object) -> int:
        calls.append(named)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return really_rotate(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(rotate_keys, "rotate", stop_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.undo()

    assert rotate() == "rotated=4 unreadable=0"
    assert rotate() == "rotated=0 unreadable=0"


def test_batches_reach_every_row(
    accounts: list[Account], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    monkeypatch.setattr(rotate_keys, "BATCH", 1)

    assert rotate() == "rotated=7 unreadable=0"


def test_a_token_that_is_renewed_meanwhile_is_not_overwritten(
    accounts: list[Account], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    really_rotate = rotate_keys.rotate

    def renewed_first(model: type[Model], column: str, *, pk: int, ciphertext: str) -> int:
        if model is Account:
            Account.objects.filter(pk=pk).update(**{column: "renewed"})
        return really_rotate(model, column, pk=pk, ciphertext=ciphertext)

    monkeypatch.setattr(rotate_keys, "rotate", renewed_first)

    assert rotate() == "rotated=1 unreadable=0"
    assert set(Account.objects.values_list("token", "refresh_token")) == {
        ("renewed", "renewed"),
        ("renewed", ""),
    }


def test_what_no_key_reads_is_named_and_the_rest_is_done(
    accounts: list[Account], settings: LazySettings
) -> None:
    Account.objects.filter(pk=accounts[0].pk).update(refresh_token="")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    Account.objects.filter(pk=accounts[0].pk).update(token="lost")
    settings.FIELD_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match=rf"platforms.Account.token of row {accounts[0].pk}\."):
        rotate()

    settings.FIELD_KEYS = [NEW]
    accounts[1].refresh_from_db()
    assert accounts[1].token == "token-1"


def test_every_encrypted_column_is_found() -> None:
    found = {f"{model.__name__}.{column}" for model, column in rotate_keys.encrypted_columns()}

    assert found >= {
        "Account.token",
        "Account.refresh_token",
        "AppRegistration.client_secret",
        "SignInUnderWay.code_verifier",
    }
