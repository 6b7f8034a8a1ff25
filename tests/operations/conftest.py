"""A hub that has run for a while, an administrator who looks at it, and shares to be late with."""

from datetime import timedelta

import pytest
from django.test import Client

from advocacy.operations import watching
from advocacy.people.models import Person
from tests.people.conftest import ada
from tests.shares.conftest import account, copies_of, make_account, make_share, paper, share, story

__all__ = ["account", "ada", "copies_of", "make_account", "make_share", "paper", "share", "story"]


@pytest.fixture
def _has_run_for_an_hour(_just_started: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "watched_for", lambda: timedelta(hours=1))


@pytest.fixture
def admin(client: Client, ada: Person) -> Client:
    client.force_login(ada)
    return client
