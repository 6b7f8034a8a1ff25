"""What fits on a server of its own may change there: the hub asks every day. The server is a stand-in."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from advocacy.people.models import Person
from advocacy.platforms import tasks
from advocacy.platforms.limiting import read_limits
from advocacy.platforms.models import Account
from tests.platforms.standins import ForgetfulMastodon, answering

DAY = timedelta(days=1)


@pytest.fixture
def mastodon() -> Iterator[ForgetfulMastodon]:
    with ForgetfulMastodon().running() as server:
        yield server


@pytest.fixture
def make_account(now: datetime) -> Callable[..., Account]:
    def make(person: Person, host: str, **columns: object) -> Account:
        known = {"max_chars": 500, "max_alt_chars": 1500}
        place: dict[str, object] = {"platform": "mastodon", "host": host, "remote_id": str(person.pk)}
        return Account.objects.create(person=person, data=known, connected_at=now, **{**place, **columns})

    return make


def test_a_server_that_takes_more_now_is_believed_the_next_day(
    alice: Person, mastodon: ForgetfulMastodon, make_account: Callable[..., Account], now: datetime
) -> None:
    account = make_account(alice, mastodon.host)
    mastodon.max_chars = 5000

    read_limits(account.pk, now=now)

    account.refresh_from_db()
    assert not account.channel.count("x" * 5000, data=account.data).too_long
    # What it does not state stays as it was known.
    assert account.data["max_alt_chars"] == 1500
    mastodon.max_chars = 300
    read_limits(account.pk, now=now + DAY - timedelta(seconds=1))
    account.refresh_from_db()
    assert account.data["max_chars"] == 5000
    read_limits(account.pk, now=now + DAY)
    account.refresh_from_db()
    assert account.data["max_chars"] == 300


@pytest.mark.django_db(transaction=True)
def test_a_server_is_asked_once_for_all_who_live_there(
    alice: Person, bob: Person, mastodon: ForgetfulMastodon, make_account: Callable[..., Account]
) -> None:
    accounts = [make_account(person, mastodon.host) for person in (alice, bob)]
    for _ in range(2):
        tasks.read_limits()

    assert mastodon.told_what_fits == 1
    for account in accounts:
        account.refresh_from_db()
        assert account.data["max_chars"] == 1000


def test_a_server_that_says_nothing_leaves_what_was_known(
    alice: Person, make_account: Callable[..., Account], now: datetime
) -> None:
    with answering(503, {"error": "down"}) as server:
        account = make_account(alice, server.host)
        known = dict(account.data)

        read_limits(account.pk, now=now)

    account.refresh_from_db()
    assert account.data == known
    assert account.read_limits_at == now + DAY


def test_nobody_else_is_asked(alice: Person, make_account: Callable[..., Account], now: datetime) -> None:
    make_account(alice, "b.example", platform="bluesky", remote_id="did:plc:a")
    make_account(alice, "m.example", disconnected_at=now)
    make_account(alice, "", platform="mastodon", remote_id="by-hand", by_hand=True)

    assert not Account.objects.to_read_limits_for(now).exists()
