"""What `manage.py check --deploy` says of a hub that a company is about to use."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Warning

LEAST_TOKEN_CHARS = 20


def look_before_people_come(**_options: object) -> list[CheckMessage]:
    return [Warning(words, id=f"hub.{name}") for name, is_amiss, words in _looks() if is_amiss]


def _looks() -> Iterator[tuple[str, bool, str]]:
    """Yield a variable, whether it is amiss, and what goes wrong then."""
    is_sqlite = "sqlite3" in str(settings.DATABASES["default"]["ENGINE"])
    is_https = settings.HUB_URL.startswith("https://")
    sends_mail, token = bool(settings.EMAIL_HOST), settings.METRICS_TOKEN
    yield "DATABASE_URL", is_sqlite, "DATABASE_URL is not set: SQLite is for trying the hub, on one machine."
    yield "REDIS_URL", not settings.REDIS_URL, "REDIS_URL is not set: a broker of files serves one machine."
    yield "HUB_URL", not is_https, "HUB_URL is not on https: passwords and sessions travel in the open."
    yield (
        "BEHIND_PROXY",
        is_https and not settings.BEHIND_PROXY,
        "BEHIND_PROXY is not yes: the hub takes every request for http, and all visitors for one. Let the "
        "proxy set X-Forwarded-Proto and X-Forwarded-For itself, then set it.",
    )
    yield "EMAIL_URL", not sends_mail, "EMAIL_URL is not set: mail becomes files, and nobody gets a password."
    yield (
        "MAIL_FROM",
        sends_mail and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"),
        "MAIL_FROM is not set: few servers take mail from hub@localhost.",
    )
    yield (
        "METRICS_TOKEN",
        0 < len(token) < LEAST_TOKEN_CHARS,
        f"METRICS_TOKEN has less than {LEAST_TOKEN_CHARS} signs: it can be guessed.",
    )
    yield (
        "COMPANY_NAME",
        settings.COMPANY_NAME == settings.DEMO_COMPANY,
        "COMPANY_NAME is not set: the hub bears the name of the demo company.",
    )
