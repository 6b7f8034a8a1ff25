"""What an administrator writes into the environment, and what the hub makes of it."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).resolve().parents[2] / "hub" / "settings.py"


def settings_with(patch: pytest.MonkeyPatch, **variables: str) -> dict[str, Any]:
    for name, value in variables.items():
        patch.setenv(name, value)
    return runpy.run_path(str(SETTINGS))


@pytest.mark.parametrize(
    ("address", "port", "starttls", "tls"),
    [
        ("smtp://{}", 25, False, False),
        ("smtp+starttls://{}", 587, True, False),
        ("smtps://{}", 465, False, True),
        ("smtps://{}:2465", 2465, False, True),
    ],
)
def test_a_mail_server_is_one_address(
    monkeypatch: pytest.MonkeyPatch, address: str, port: int, starttls: bool, tls: bool
) -> None:
    """Most who send mail sign in with an address: its @ is written as %40."""
    server = address.format("hub%40example.test:p%3Ass%2Fword@mail.example.test")

    found = settings_with(monkeypatch, EMAIL_URL=server)

    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.test", port)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("hub@example.test", "p:ss/word")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (starttls, tls)


def test_without_a_mail_server_mail_is_written_to_files(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_with(monkeypatch, EMAIL_URL="")

    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.filebased.EmailBackend"
    assert found["EMAIL_FILE_PATH"] == found["VAR_DIR"] / "mail"


@pytest.mark.parametrize("address", ["https://hub.example.test", "https://hub.example.test/"])
def test_a_slash_after_the_address_does_not_matter(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    found = settings_with(monkeypatch, HUB_URL=address)

    assert found["HUB_URL"] == "https://hub.example.test"
    assert found["SHORT_LINK_URL"] == "https://hub.example.test/s/"
    assert found["ALLOWED_HOSTS"] == ["hub.example.test"]
    assert found["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_URL", "hub.example.test"),
        ("HUB_URL", "https://example.test/hub"),
        ("REHEARSAL_URL", "ftp://example.test"),
        ("EMAIL_URL", "mail.example.test:25"),
        ("EMAIL_URL", "imap://mail.example.test"),
        ("SEND_THREADS", "many"),
        ("HOST_THREADS", "0"),
        ("POSTS_A_DAY", "1.5"),
        ("LEASE", "70s"),
        ("SWEEP", "-1"),
        ("SETTLING", "inf"),
        ("LAST_SAFE", "nan"),
        ("DAY_BEGINS", "8 o'clock"),
        ("BEHIND_PROXY", "maybe"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        settings_with(monkeypatch, **{name: value})


def test_a_company_brings_its_own_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIELD_KEYS")

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        settings_with(monkeypatch, DATABASE_URL="postgresql://hub@db.example.test/hub")
