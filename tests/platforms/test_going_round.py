"""Errands for many accounts: each once, and no slow host before the others."""

import threading
from collections import Counter
from datetime import datetime

import pytest

from advocacy.people.models import Person
from advocacy.platforms.going_round import ABREAST, AT_ONE_HOST, go_round
from advocacy.platforms.models import Account

pytestmark = pytest.mark.django_db(transaction=True)


def accounts_at(host: str, count: int, *, person: Person, now: datetime) -> list[int]:
    return [
        Account.objects.create(
            person=person, platform="mastodon", host=host, remote_id=str(number), connected_at=now
        ).pk
        for number in range(count)
    ]


def test_a_host_that_stalls_holds_up_nobody_else(alice: Person, now: datetime) -> None:
    slow = accounts_at("slow.example", 3 * ABREAST, person=alice, now=now)
    quick = accounts_at("quick.example", ABREAST, person=alice, now=now)
    done: list[int] = []
    all_quick_ones_done = threading.Event()
    at_once = Counter[str]()

    def errand(account_id: int) -> None:
        if account_id in slow:
            at_once["slow"] += 1
            # It answers only after everybody else was served.
            assert all_quick_ones_done.wait(20)
            at_once["slow"] -= 1
        done.append(account_id)
        if set(quick) <= set(done):
            all_quick_ones_done.set()

    go_round(errand, Account.objects.connected)

    assert sorted(done) == sorted(slow + quick)
    assert set(done[: len(quick)]) == set(quick)
    assert at_once["slow"] == 0


def test_who_begins_to_wait_meanwhile_is_served_as_well(alice: Person, now: datetime) -> None:
    first, *_others = accounts_at("one.example", AT_ONE_HOST + 1, person=alice, now=now)
    done: list[int] = []
    late: list[int] = []

    def errand(account_id: int) -> None:
        if account_id == first:
            late.extend(accounts_at("late.example", 1, person=alice, now=now))
        done.append(account_id)

    go_round(errand, Account.objects.connected)

    assert late[0] in done
    assert len(done) == len(set(done)) == Account.objects.count()


def test_an_errand_that_breaks_is_named_and_holds_up_nobody(
    alice: Person, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = accounts_at("one.example", 2, person=alice, now=now)
    done: list[int] = []

    def errand(account_id: int) -> None:
        if account_id == broken:
            raise KeyError
        done.append(account_id)

    go_round(errand, Account.objects.connected)

    assert done == [whole]
    assert f"an errand for account {broken} broke" in caplog.messages
