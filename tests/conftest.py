"""The cast: alice shares, bob is in her team, charlie is an outsider to it, erin edits, dana manages."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from playwright.sync_api import Browser

from advocacy.operations import watching
from advocacy.people.models import Person, Place, Role, RoleGrant, Team
from tests.browsing import launched

STALE = re.compile(
    r'UPDATE "(\w+)" SET .* WHERE .*"\1"\."id" IN \(SELECT \w+\."id" (AS "\w+" )?FROM "\1"', re.DOTALL
)
PASSWORD = "a long and quiet password"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that at the end no process works while the others wait."""
    long = {item.path for item in items if any(map(item.get_closest_marker, ("slow", "browser", "peer")))}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(autouse=True)
def nobodys_language() -> Iterator[None]:
    """Forget whose language and time zone a page of this test was in, before the next one."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def _just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have no workers; nobody is told so, as nobody is just after the hub was started."""
    monkeypatch.setattr(watching, "watched_for", timedelta)


@pytest.fixture(autouse=True)
def _no_update_by_a_stale_list() -> Iterator[None]:
    """Refuse an UPDATE whose rows come from a query on the same table, as a filter across a join makes it.

    PostgreSQL does not ask that query again after it has waited for a row: two workers would both take it.
    """
    with connection.execute_wrapper(_refuse_stale_lists):
        yield


def _refuse_stale_lists(
    execute: Callable[..., object], sql: str, params: object, many: bool, context: object
) -> object:
    if sql.startswith("UPDATE") and STALE.match(sql):
        raise AssertionError(f"This takes rows that another has taken meanwhile: {sql}")
    return execute(sql, params, many, context)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a real one, which the tests of a file share."""
    with launched() as browser:
        yield browser


@pytest.fixture
def now(request: pytest.FixtureRequest) -> datetime:
    """A Tuesday morning in Amsterdam; with the mark `real_clock` this moment."""
    if request.node.get_closest_marker("real_clock"):
        return timezone.now()
    return datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


@pytest.fixture
def support(db: None) -> Team:
    return Team.objects.create(name="Support")


@pytest.fixture
def make_person(db: None) -> Callable[..., Person]:
    place, _ = Place.objects.get_or_create(name="Utrecht")

    def make(name: str, *, roles: tuple[str, ...] = (), team: Team | None = None) -> Person:
        person = Person.objects.create_user(f"{name.lower()}@example.test", PASSWORD, name=name)
        person.place = place
        person.save()
        if team:
            person.teams.add(team)
        for role in roles:
            RoleGrant.objects.create(person=person, role=role)
        return person

    return make


@pytest.fixture
def alice(make_person: Callable[..., Person], support: Team) -> Person:
    return make_person("Alice", team=support)


@pytest.fixture
def bob(make_person: Callable[..., Person], support: Team) -> Person:
    return make_person("Bob", team=support)


@pytest.fixture
def charlie(make_person: Callable[..., Person]) -> Person:
    return make_person("Charlie")


@pytest.fixture
def erin(make_person: Callable[..., Person]) -> Person:
    return make_person("Erin", roles=(Role.EDITOR,))


@pytest.fixture
def dana(make_person: Callable[..., Person]) -> Person:
    return make_person("Dana", roles=(Role.MANAGER,))


@pytest.fixture
def as_person() -> Callable[[Person], Client]:
    """Return a browser in which the person is signed in."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
