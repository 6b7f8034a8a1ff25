"""What an administrator wrote into the environment, read once, at the start.

What cannot be is refused by the name of its variable, in one line that says what it must be. What may hold a
password is never repeated there.
"""

import contextlib
import os
import re
import ssl
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from cryptography.fernet import Fernet
from dj_database_url import DBConfig
from django.core.exceptions import ImproperlyConfigured

# As it stands in an address; letters of other alphabets are written as browsers send them, xn--...
_HOST = r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]"
# Below this Django, too, calls it too easy to guess.
LEAST_SECRET_CHARS = 50
_MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. An empty host: there is none."""

    scheme: str = ""
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""


@contextlib.contextmanager
def refused_in_one_line() -> Iterator[None]:
    """End the program where something cannot be: the words say what and how, no traceback could."""
    try:
        yield
    except ImproperlyConfigured as reason:
        sys.exit(str(reason))


def env(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def env_flag(name: str, *, default: bool) -> bool:
    value = env(name, "yes" if default else "no").lower()
    if value not in {"yes", "no", "true", "false", "1", "0"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value in {"yes", "true", "1"}


def env_choice(name: str, choices: Sequence[str]) -> str:
    """Return which of these it is, in whatever letters; the first if nothing is set."""
    value = env(name, choices[0])
    found = {choice.lower(): choice for choice in choices}.get(value.lower())
    if not found:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {value!r}.")
    return found


def env_seconds(name: str, default: float) -> timedelta:
    value = env(name, str(default))
    try:
        span = timedelta(seconds=float(value))
    except (ValueError, OverflowError):
        span = -timedelta.resolution
    if span < timedelta(0):
        raise ImproperlyConfigured(f"{name} must be a number of seconds, not {value!r}.")
    return span


def env_interval(name: str, default: float) -> timedelta:
    """Return how much time lies between two times; none at all would be without a pause."""
    span = env_seconds(name, default)
    if not span:
        raise ImproperlyConfigured(f"{name} must be a number of seconds above 0.")
    return span


def env_count(name: str, default: int, *, most: int | None = None) -> int:
    value = env(name, str(default))
    is_count = value.isascii() and value.isdecimal() and 0 < int(value) <= (most or int(value))
    if not is_count:
        bounds = f"from 1 to {most}" if most else "from 1"
        raise ImproperlyConfigured(f"{name} must be a whole number {bounds}, not {value!r}.")
    return int(value)


def env_time(name: str, default: str) -> time:
    value = env(name, default)
    try:
        moment = time.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo:
        raise ImproperlyConfigured(f"{name} must be a time such as {default}, not {value!r}.")
    return moment


def env_site(name: str, default: str) -> str:
    """Return the address of a whole host as browsers write it, without the slash at the end."""
    value = env(name, default).rstrip("/")
    parts = _web_address(value)
    if parts is None or parts.path:
        raise ImproperlyConfigured(
            f"{name} must be an address such as https://hub.example.com, not {value!r}."
        )
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"


def env_short_links(name: str, *, hub_url: str) -> str:
    """Return how short links begin. The hub itself must be left with something to answer."""
    value = env(name, f"{hub_url}/s/")
    parts = _web_address(value)
    is_all_of_the_hub = parts and parts.path == "/" and parts.netloc.lower() == urlsplit(hub_url).netloc
    if parts is None or not parts.path.endswith("/") or is_all_of_the_hub:
        raise ImproperlyConfigured(
            f"{name} must be an address that ends with a slash, and have a path (/s/) or a host of its own, "
            f"not {value!r}."
        )
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def env_list(name: str) -> list[str]:
    return [item.strip() for item in env(name, "").split(",") if item.strip()]


def env_hosts(name: str, *, also: str = "") -> list[str]:
    """Return names of hosts, without scheme and port. `also` is a pattern of what else may stand there."""
    hosts = [host.lower() for host in env_list(name)]
    for host in hosts:
        if not re.fullmatch(f"{_HOST}|{also}", host):
            raise ImproperlyConfigured(
                f"{name} must be host names such as www.example.com, separated by commas, not {host!r}."
            )
    return hosts


def env_folder(name: str, default: Path) -> Path:
    """Return a folder that is there and can be written to."""
    folder = Path(env(name, str(default))).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {folder} cannot be made ({error.strerror}).") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name}: the hub cannot write to {folder}.")
    return folder


def env_secret(name: str, fresh: str, *, kept_in: Path | None) -> str:
    """Return the secret from the environment; with `kept_in` from a file that is made once and kept."""
    if value := env(name, ""):
        return value
    if not kept_in:
        raise ImproperlyConfigured(f"Set {name} in the environment; see docs/administrator.md.")
    kept = kept_in / name
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not kept.exists():
        # Written aside, then linked: whoever finds the file finds all of it, also after a kill -9.
        aside = kept.with_name(f"{name}.{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(fresh)
        with contextlib.suppress(FileExistsError):
            os.link(aside, kept)
        aside.unlink()
    return kept.read_text().strip()


def env_signing_key(name: str, fresh: str, *, kept_in: Path | None) -> str:
    key = env_secret(name, fresh, kept_in=kept_in)
    if len(key) < LEAST_SECRET_CHARS:
        raise ImproperlyConfigured(
            f"{name} must have {LEAST_SECRET_CHARS} signs or more, made at random; see docs/administrator.md."
        )
    return key


def env_field_keys(name: str, fresh: str, *, kept_in: Path | None) -> list[str]:
    written = env_secret(name, fresh, kept_in=kept_in).split(",")
    keys = [key.strip() for key in written if key.strip()]
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"{name} must be Fernet keys, separated by commas, and number {number} is none; "
                "see docs/administrator.md."
            ) from None
    if not keys:
        raise ImproperlyConfigured(f"{name} must be a Fernet key, or more, separated by commas.")
    return keys


def env_database(name: str) -> DBConfig | None:
    """Return how to reach PostgreSQL; None if nothing is set."""
    url = env(name, "")
    if not url:
        return None
    try:
        config = dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)
    except ValueError:
        config = {}
    # A sign that was not written as %.. cuts the address off in the middle.
    is_whole = re.fullmatch(r"[^/@]+", str(config.get("NAME", ""))) and "#" not in url
    if "postgresql" not in str(config.get("ENGINE")) or not is_whole:
        raise ImproperlyConfigured(
            f"{name} must be postgresql://user:password@host/name, and what is no letter or digit in user "
            "and password is written as %40."
        )
    return config


def env_redis(name: str) -> str:
    value = env(name, "")
    parts = _split(value)
    is_redis = parts and parts.scheme in {"redis", "rediss"} and parts.hostname
    if value and not (is_redis and parts and re.fullmatch(r"/?\d*", parts.path) and not parts.fragment):
        raise ImproperlyConfigured(
            f"{name} must be redis://host:6379/0, with :password@ before the host if there is one."
        )
    return value


def env_mail_server(name: str) -> MailServer:
    value = env(name, "")
    if not value:
        return MailServer()
    parts = _split(value)
    is_whole = parts and not (parts.path.strip("/") or parts.query or parts.fragment)
    if not (parts and is_whole and parts.scheme in _MAIL_PORTS and parts.hostname):
        raise ImproperlyConfigured(
            f"{name} must be smtp://, smtp+starttls:// or smtps://, then user:password@host:port, and what "
            "is no letter or digit in user and password is written as %40."
        )
    return MailServer(
        parts.scheme,
        parts.hostname,
        parts.port or _MAIL_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def env_authorities(name: str) -> None:
    """Refuse a file that holds no certificates. Whoever opens a connection reads the variable itself."""
    path = env(name, "")
    try:
        ssl.create_default_context(cafile=path or None)
    except OSError:
        raise ImproperlyConfigured(f"{name} must name a file of certificates, and {path} is none.") from None


def env_sender(name: str, default: str) -> str:
    value = env(name, default)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]) or "\n" in value:
        raise ImproperlyConfigured(
            f"{name} must be an address such as hub@example.com, or Hub <hub@example.com>, not {value!r}."
        )
    return value


def _web_address(value: str) -> SplitResult | None:
    """Return the parts of an address of the web; None if it is none, or has more than a host and a path."""
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        return None
    return parts if re.fullmatch(rf"({_HOST})(:\d+)?", parts.netloc.lower()) else None


def _split(value: str) -> SplitResult | None:
    """Return the parts; None if its port is no number, or its brackets do not close."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts
