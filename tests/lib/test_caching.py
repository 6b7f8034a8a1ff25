"""Without Redis people sign in, and are still kept from guessing."""

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client

from advocacy.lib.caching import CacheThatMayBeAway
from advocacy.people.models import Person
from tests.conftest import PASSWORD
from tests.platforms.standins import a_closed_port


@pytest.fixture(autouse=True)
def _redis_is_away(settings: LazySettings) -> None:
    backend = f"{CacheThatMayBeAway.__module__}.{CacheThatMayBeAway.__name__}"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": f"redis://{a_closed_port()}/0"}}
    CacheThatMayBeAway.instead.clear()


def sign_in(client: Client, person: Person, password: str) -> int:
    typed = {"login": person.email, "password": password}
    return client.post("/accounts/login/", typed).status_code


def test_people_sign_in_while_redis_is_away(client: Client, alice: Person) -> None:
    assert sign_in(client, alice, PASSWORD) == 302
    assert client.get("/shares/").status_code == 200


def test_who_guesses_is_stopped_while_redis_is_away(client: Client, alice: Person) -> None:
    for _ in range(6):
        sign_in(client, alice, "a wrong guess of mine")

    assert sign_in(client, alice, PASSWORD) != 302


def test_what_is_kept_is_found_again_while_redis_is_away() -> None:
    cache.set_many({"one": 1, "two": 2})
    cache.add("three", 3)
    cache.incr("three")
    cache.delete("two")

    assert cache.get_many(["one", "two", "three"]) == {"one": 1, "three": 4}
    assert "one" in cache
