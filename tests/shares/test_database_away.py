"""The database is away for a moment, at the worst of moments: answers that came are not thrown away."""

import threading
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from advocacy.platforms.connector import Access, Draft, Receipt
from advocacy.platforms.models import Account, Pace
from advocacy.platforms.pacing import hold
from advocacy.shares import publishing, tasks
from advocacy.shares.claiming import claim_batch
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from tests.lib.database import away
from tests.shares.paper import Paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

HOUR = timedelta(hours=1)
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite is a file: nobody ends its connections"
)


@pytest.fixture(autouse=True)
def no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bell would be heard at once, and read the real clock."""
    monkeypatch.setattr(tasks.publish_due, "delay", lambda: None)


def state_of(share: Share) -> str:
    return Share.objects.get(pk=share.pk).state


def test_a_receipt_is_written_down_as_soon_as_the_database_is_back(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    with away(lambda: bool(paper.ledger), times=3) as failed:
        publish_due(clock=lambda: now + HOUR)

    assert len(failed) == 3
    assert (state_of(share), len(paper.ledger)) == (State.PUBLISHED, 1)


def test_a_database_that_stays_away_is_not_waited_for_longer_than_the_share_is_ours(
    share: Share, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SEND_TIMEOUT", timedelta(seconds=1))
    monkeypatch.setattr(publishing, "TO_WRITE_IT_DOWN", 0)

    with away(lambda: bool(paper.ledger), times=1000) as failed:
        publish_due(clock=lambda: now + HOUR)

    assert 1 < len(failed) < 10
    assert state_of(share) == State.SENDING


def test_what_keeps_us_from_sending_more_throws_no_answer_away(
    share: Share, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for_more = threading.Event()
    claims = []

    def claim_once(**wanted: object) -> list[Share]:
        claims.append(wanted)
        if len(claims) == 1:
            return claim_batch(**wanted)  # type: ignore[arg-type]
        asked_for_more.set()
        raise OperationalError("canceling statement due to lock timeout")

    def publish(_self: Paper, draft: Draft, access: Access) -> Receipt:
        assert asked_for_more.wait(20)
        return Receipt("1")

    monkeypatch.setattr(publishing, "claim_batch", claim_once)
    monkeypatch.setattr(Paper, "publish", publish)
    with pytest.raises(OperationalError):
        publish_due(clock=lambda: now + HOUR)

    assert state_of(share) == State.PUBLISHED


@on_postgresql
def test_a_connection_that_is_ended_in_the_middle_costs_no_answer(
    share: Share, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a restart of PostgreSQL does it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()

    def publish(_self: Paper, draft: Draft, access: Access) -> Receipt:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [ours])
        connections["default"].close()
        return Receipt("1")

    monkeypatch.setattr(Paper, "publish", publish)
    publish_due(clock=lambda: now + HOUR)

    assert state_of(share) == State.PUBLISHED


@on_postgresql
def test_a_worker_that_freezes_in_the_middle_of_a_claim_lets_the_others_go_on(
    share: Share, paper: type[Paper], account: Account, now: datetime
) -> None:
    """What it has locked is given free by PostgreSQL itself: here after a second."""
    holds = threading.Event()
    over = threading.Event()
    scope = f"paper account 60 {account.pk}"

    def freeze() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET idle_in_transaction_session_timeout = '1s'")
                hold(scope, now=now)
                holds.set()
                over.wait(30)
        except DatabaseError:
            # It is told so when it wakes up.
            return
        finally:
            connection.close()

    frozen = threading.Thread(target=freeze)
    frozen.start()
    assert holds.wait(10)
    try:
        hold_it_too(scope, now=now)
    finally:
        over.set()
        frozen.join()

    assert Pace.objects.get().scope == scope


def hold_it_too(scope: str, *, now: datetime) -> None:
    with transaction.atomic():
        hold(scope, now=now)


@on_postgresql
@pytest.mark.parametrize("limit", ["lock_timeout", "idle_in_transaction_session_timeout"])
def test_no_connection_waits_or_is_waited_for_without_end(limit: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {limit}")
        assert cursor.fetchone() == ("20s",)
