"""Platforms on the table, lent to one test at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from advocacy.people.models import Person
from advocacy.platforms import connector
from advocacy.platforms.models import Account
from tests.platforms.locker import Harbour, Locker, OnTheTable


def _lend(kind: type[OnTheTable], slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "slug", slug)
    monkeypatch.setitem(connector._registry, slug, kind)


@pytest.fixture
def locker(monkeypatch: pytest.MonkeyPatch) -> type[Locker]:
    _lend(Locker, "locker", monkeypatch)
    Locker.refresh_calls.clear()
    Locker.revoked.clear()
    Locker.revoking = None
    return Locker


@pytest.fixture
def harbour(monkeypatch: pytest.MonkeyPatch) -> type[Harbour]:
    _lend(Harbour, "harbour", monkeypatch)
    return Harbour


@pytest.fixture
def make_account(locker: type[Locker]) -> Callable[..., Account]:
    """Return a maker of accounts on the Locker, connected two hours before `now` unless told otherwise."""

    def make(person: Person, *, now: datetime, **columns: object) -> Account:
        since = now - timedelta(hours=2)
        usual = {
            "platform": "locker",
            "host": "locker.example",
            "remote_id": "12",
            "handle": "twelve",
            "token": "token-0",
            "refresh_token": "refresh-0",
            "expires_at": now + timedelta(minutes=5),
            "fresh_until": now - timedelta(minutes=5),
            "connected_at": since,
            "tokens_at": since,
        }
        return Account.objects.create(person=person, **(usual | columns))

    return make
