from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from pytest_django import DjangoDbBlocker

from advocacy.links.counting import count_clicks
from advocacy.links.minting import mint
from advocacy.links.models import Arrival, TrackedLink
from advocacy.people.models import Person
from tests.links.web import Web, running_web, wait_until

STORY = "https://news.example.com/2026/light?from=hub&to=world#more"
StartWeb = Callable[..., AbstractContextManager[Web]]


@pytest.fixture
def link(alice: Person, now: datetime) -> TrackedLink:
    return mint(STORY, person=alice, now=now)


def shared_environment() -> dict[str, str]:
    """Return what a process needs to know to use the test's database."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.links.serving",
        "SHARED_DATABASE": str(connection.settings_dict["NAME"]),
        # Our folder and Redis database are chosen already.
        "PYTEST_XDIST_WORKER": "",
    }


@contextmanager
def _start(var: Path, environment: Mapping[str, str]) -> Iterator[Web]:
    with running_web(var, {**shared_environment(), **environment}) as web:
        yield web


@pytest.fixture
def start_web(transactional_db: None, tmp_path: Path) -> StartWeb:
    """Start a web process of one's own, to do harm to."""
    return lambda **environment: _start(tmp_path, environment)


@pytest.fixture(scope="module")
def shared_web(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    with django_db_blocker.unblock(), _start(tmp_path_factory.mktemp("var"), {}) as web:
        yield web


@pytest.fixture
def web(transactional_db: None, shared_web: Web) -> Web:
    """A real web process that reads the test's database. Tests share it: do it no harm."""
    return shared_web


@pytest.fixture
def arrivals(settings: LazySettings) -> Callable[[Web], list[str]]:
    """Count what the web process has answered; return why each arrival was dropped, "" for a click."""

    def count(web: Web) -> list[str]:
        settings.VAR_DIR = web.var
        wait_until(lambda: _all_counted(web), seconds=10)
        return list(Arrival.objects.order_by("pk").values_list("dropped", flat=True))

    return count


def _all_counted(web: Web) -> bool:
    count_clicks(datetime.now(UTC))
    return not list((web.var / "clicks").glob("*.log"))
