"""What an administrator writes into the environment, and what the hub makes of it."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

KEY = "dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtbG9uZyE="
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
        ("HUB_URL", "https://example.test:many"),
        ("HUB_URL", "https://ada:secret@example.test"),
        ("HUB_URL", "https://two words.test"),
        ("HUB_URL", "https://[::1"),
        ("PORT", "http"),
        ("PORT", "65536"),
        ("SHORT_LINK_URL", "go.example.test"),
        ("SHORT_LINK_URL", "https://go.example.test"),
        ("SHORT_LINK_URL", "https://go.example.test/s"),
        ("SHORT_LINK_URL", "https://go.example.test/?to="),
        ("ALLOWED_HOSTS", "https://hub.example.test"),
        ("STORY_HOSTS", "www.example.test,https://news.example.test/"),
        ("SSL_CERT_FILE", "/no/such/file"),
        ("SSL_CERT_FILE", "/etc/hostname"),
        ("VAR_DIR", "/proc/no/such/place"),
        ("VAR_DIR", "/etc/hostname"),
        ("SECRET_KEY", "short"),
        ("FIELD_KEYS", "short"),
        ("FIELD_KEYS", ","),
        ("FIELD_KEYS", f"{KEY},{KEY[:-2]}"),
        ("DATABASE_URL", "db.example.test/hub"),
        ("DATABASE_URL", "mysql://hub@db.example.test/hub"),
        ("DATABASE_URL", "sqlite:///hub.sqlite3"),
        ("DATABASE_URL", "postgresql://hub@db.example.test"),
        ("DATABASE_URL", "postgresql://hub@db.example.test:many/hub"),
        ("DATABASE_URL", "postgresql://hub:12/3@db.example.test/hub"),
        ("DATABASE_URL", "postgresql://hub:12#3@db.example.test/hub"),
        ("REDIS_URL", "cache.example.test:6379"),
        ("REDIS_URL", "http://cache.example.test"),
        ("REDIS_URL", "redis://cache.example.test/first"),
        ("REDIS_URL", "redis://:12/3@cache.example.test/0"),
        ("REHEARSAL_URL", "ftp://example.test"),
        ("EMAIL_URL", "mail.example.test:25"),
        ("EMAIL_URL", "imap://mail.example.test"),
        ("EMAIL_URL", "smtp://mail.example.test:many"),
        ("EMAIL_URL", "smtp://hub:12/3@mail.example.test"),
        ("MAIL_FROM", "The hub"),
        ("MAIL_FROM", "hub@example.test\nBcc: all@example.test"),
        ("SEND_THREADS", "many"),
        ("HOST_THREADS", "0"),
        ("POSTS_A_DAY", "1.5"),
        ("LEASE", "70s"),
        ("SWEEP", "-1"),
        ("SWEEP", "0"),
        ("DISPATCH", "0"),
        ("SEND_TIMEOUT", "70"),
        ("LEASE", "40"),
        ("SETTLING", "40"),
        ("SETTLING", "inf"),
        ("LAST_SAFE", "nan"),
        ("DAY_BEGINS", "8 o'clock"),
        ("DAY_BEGINS", "08:00+01:00"),
        ("DAY_ENDS", "07:00"),
        ("BEHIND_PROXY", "maybe"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "chatty"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        settings_with(monkeypatch, **{name: value})

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://hub:canary/3@db.example.test/hub"),
        ("REDIS_URL", "redis//:canary@cache.example.test"),
        ("EMAIL_URL", "smtp:/hub:canary@mail.example.test"),
        ("SECRET_KEY", "canary"),
        ("FIELD_KEYS", "canary"),
    ],
)
def test_no_secret_is_repeated_by_who_refuses_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        settings_with(monkeypatch, **{name: value})

    assert "canary" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    ("name", "value", "setting", "found"),
    [
        # As browsers write it, or what they say where they come from would not be ours.
        ("HUB_URL", "HTTPS://Hub.Example.Test:443/", "HUB_URL", "https://hub.example.test"),
        ("HUB_URL", "http://[::1]:8000", "HUB_URL", "http://[::1]:8000"),
        ("SHORT_LINK_URL", "https://GO.example.test/", "SHORT_LINK_URL", "https://go.example.test/"),
        ("FIELD_KEYS", f" {KEY} , {KEY},", "FIELD_KEYS", [KEY, KEY]),
        ("LOG_LEVEL", "warning", "LOG_LEVEL", "WARNING"),
        ("MAIL_FROM", "Stoep <hub@example.test>", "DEFAULT_FROM_EMAIL", "Stoep <hub@example.test>"),
        ("STORY_HOSTS", "www.Example.test, news.example.test", "STORY_HOSTS",
         ["www.example.test", "news.example.test"]),
        ("REDIS_URL", "rediss://cache.example.test", "CELERY_BROKER_USE_SSL", {"ssl_cert_reqs": "required"}),
        ("REDIS_URL", "redis://:p%40ss@cache.example.test:6379/3", "REDIS_URL",
         "redis://:p%40ss@cache.example.test:6379/3"),
    ],
)  # fmt: skip
def test_what_people_write_in_more_than_one_way_is_understood(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, setting: str, found: object
) -> None:
    assert settings_with(monkeypatch, **{name: value})[setting] == found


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL", "HUB_URL", "LEASE", "FIELD_KEYS"])
def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    # Only with SQLite does the hub make its own keys.
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv(name, raising=False)
    without = settings_with(monkeypatch)

    empty = settings_with(monkeypatch, **{name: "  "})

    assert {key for key in without if key.isupper() and empty[key] != without[key]} == set()


@pytest.mark.parametrize("address", ["https://hub.example.test/", "https://HUB.example.test/"])
def test_short_links_must_leave_something_to_the_site(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SHORT_LINK_URL"):
        settings_with(monkeypatch, HUB_URL="https://hub.example.test", SHORT_LINK_URL=address)


def test_the_worker_may_reach_rehearsal_by_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the hub answers itself that it does not know the name."""
    found = settings_with(
        monkeypatch, HUB_URL="https://hub.example.test", REHEARSAL_URL="http://127.0.0.1:8000"
    )

    assert sorted(found["ALLOWED_HOSTS"]) == ["127.0.0.1", "hub.example.test"]


def test_a_company_brings_its_own_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIELD_KEYS")

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        settings_with(monkeypatch, DATABASE_URL="postgresql://hub@db.example.test/hub")
