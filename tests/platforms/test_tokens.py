"""Renewing tokens: early, once, and a blip is not a disconnect."""

import base64
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from itertools import islice

import pytest
from django.db import connection

from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms import tasks, tokens
from advocacy.platforms.answers import CALL
from advocacy.platforms.connecting import connect_by_password
from advocacy.platforms.connector import (
    Access,
    Code,
    Connection,
    Disconnected,
    Identity,
    OutcomeUnknown,
    Rejected,
    TryLater,
)
from advocacy.platforms.models import Account
from tests.lib.database import away
from tests.lib.servers import Visit, stand_in
from tests.platforms.locker import Locker, with_new_tokens
from tests.platforms.standins import a_closed_port, answering, hanging_up

MakeAccount = Callable[..., Account]


def answers(*outcomes: Access | Exception) -> Callable[[Access], Access]:
    """Return a refresh that gives one outcome after the other."""
    left = list(outcomes)

    def refresh(access: Access) -> Access:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return refresh


class TestRenewing:
    def test_a_token_near_its_end_is_replaced_by_a_new_one(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = lambda access: with_new_tokens(access, number=1)

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert (account.token, account.refresh_token) == ("token-1", "refresh-1")
        assert account.is_fresh(now + timedelta(hours=1, minutes=54))
        assert not account.is_fresh(now + timedelta(hours=1, minutes=56))
        assert locker.refresh_calls == ["refresh-0"]

    @pytest.mark.parametrize(
        ("column", "minutes"),
        [
            ("fresh_until", 1),
            ("fresh_until", None),
            ("broken_at", -1),
            ("disconnected_at", -1),
            ("renew_after", 1),
        ],
    )
    def test_one_that_needs_no_renewal_is_left_alone(
        self,
        alice: Person,
        locker: type[Locker],
        make_account: MakeAccount,
        now: datetime,
        column: str,
        minutes: int | None,
    ) -> None:
        moment = None if minutes is None else now + timedelta(minutes=minutes)
        account = make_account(alice, now=now, **{column: moment})

        tokens.renew(account.pk, now=now)

        assert locker.refresh_calls == []

    @pytest.mark.parametrize(
        ("life", "margin"),
        [
            (timedelta(days=60), timedelta(minutes=10)),
            (timedelta(hours=2), timedelta(minutes=10)),
            (timedelta(minutes=30), timedelta(minutes=10)),
            (timedelta(minutes=3), timedelta(minutes=1)),
        ],
    )
    def test_it_is_renewed_ten_minutes_or_a_third_of_its_life_early(
        self, now: datetime, life: timedelta, margin: timedelta
    ) -> None:
        assert tokens.fresh_until(now + life, renewable=True, now=now) == now + life - margin
        assert tokens.fresh_until(now + life, renewable=False, now=now) == now + life
        assert tokens.fresh_until(None, renewable=True, now=now) is None

    def test_a_clock_that_is_off_does_not_make_it_renew_without_end(self, now: datetime) -> None:
        until = tokens.fresh_until(now - timedelta(hours=1), renewable=True, now=now)

        assert until is not None
        assert until > now

    def test_a_good_refresh_token_is_never_overwritten_with_nothing(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now, data={"limit": 7})
        locker.refreshes = answers(Access("locker.example", "12", "token-1", "", now + timedelta(hours=2)))

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert (account.token, account.refresh_token, account.data) == ("token-1", "refresh-0", {"limit": 7})

    @pytest.mark.django_db(transaction=True)
    def test_it_is_kept_as_soon_as_a_database_that_was_away_is_back(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        """The old one is spent: without the new one its owner would have to connect again."""
        account = make_account(alice, now=now)
        locker.refreshes = lambda access: with_new_tokens(access, number=1)

        with away(lambda: bool(locker.refresh_calls), times=3) as failed:
            tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert len(failed) == 3
        assert (account.refresh_token, locker.refresh_calls) == ("refresh-1", ["refresh-0"])

    @pytest.mark.django_db(transaction=True)
    def test_the_sweep_finds_what_is_due_and_nothing_else(
        self, alice: Person, bob: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        long_ago = datetime(2020, 1, 1, tzinfo=now.tzinfo)
        due = make_account(alice, now=now, fresh_until=long_ago)
        make_account(bob, now=now, remote_id="13", fresh_until=None)
        locker.refreshes = lambda access: with_new_tokens(access, number=1, life=timedelta(days=9999))

        tasks.renew_tokens()

        due.refresh_from_db()
        assert due.token == "token-1"
        assert locker.refresh_calls == ["refresh-0"]


class TestABlipIsNotADisconnect:
    def test_each_failure_makes_the_wait_longer_and_a_success_forgets_them(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        blip = TryLater(Code.UNREACHABLE, wait=timedelta(seconds=5))
        locker.refreshes = answers(*[blip] * 9, with_new_tokens(account.access(), number=1))
        waits = []
        for _ in range(9):
            tokens.renew(account.pk, now=now)
            account.refresh_from_db()
            assert account.renew_after
            waits.append(account.renew_after - now)
            now = account.renew_after

        tokens.renew(account.pk, now=now)

        assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 60, 60, 60)]
        account.refresh_from_db()
        assert (account.token, account.renew_failures, account.renew_after) == ("token-1", 0, None)
        assert account.broken_at is None

    def test_the_platform_may_ask_for_a_longer_wait(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(TryLater(Code.RATE_LIMITED, wait=timedelta(hours=3)))

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert account.renew_after == now + timedelta(hours=3)

    def test_after_an_unknown_outcome_the_kept_token_is_tried_once_more(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(
            OutcomeUnknown(Code.NO_ANSWER), with_new_tokens(account.access(), number=1)
        )

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert account.token == "token-1"
        assert locker.refresh_calls == ["refresh-0", "refresh-0"]

    def test_two_unknown_outcomes_are_a_blip(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(OutcomeUnknown(Code.NO_ANSWER), OutcomeUnknown(Code.UNCLEAR_ANSWER))

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert (account.broken_at, account.refresh_token) == (None, "refresh-0")
        assert account.renew_after == now + tokens.FIRST_WAIT

    def test_a_second_try_that_is_refused_is_a_disconnect(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(OutcomeUnknown(Code.NO_ANSWER), Disconnected(Code.REVOKED))

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert (account.broken_at, account.broken_reason) == (now, "revoked")

    def test_a_hundred_network_faults_disconnect_nobody(self, alice: Person, now: datetime) -> None:
        """The faults are real, between the Bluesky connector and servers that fail in five ways."""
        account = Account.objects.create(
            person=alice,
            platform="bluesky",
            remote_id="did:plc:alice",
            handle="alice.test",
            token="token-0",
            refresh_token="refresh-0",
            connected_at=now,
            tokens_at=now,
            fresh_until=now,
        )
        page = b"<html>Bad gateway</html>"
        with (
            hanging_up() as reset,
            answering(502, page) as gateway,
            answering(200, page) as html,
            answering(429, {"error": "RateLimitExceeded"}) as busy,
        ):
            hosts = [reset.host, gateway.host, html.host, busy.host, a_closed_port()]
            for number in range(100):
                Account.objects.update(host=hosts[number % 5], renew_after=None)
                tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert account.renew_failures == 100
        assert (account.broken_at, account.refresh_token) == (None, "refresh-0")
        assert not Notice.objects.exists()


class TestRenewingEarly:
    """Some tokens cannot be renewed once they are over, and not before they are a day old."""

    @pytest.fixture(autouse=True)
    def _early(self, locker: type[Locker], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(locker, "renews_after", timedelta(days=30))

    def test_halfway_it_is_renewed_while_it_still_serves(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        sixty = timedelta(days=60)
        account = make_account(alice, now=now, fresh_until=now)
        locker.refreshes = answers(with_new_tokens(account.access(), number=1, life=sixty))
        tokens.renew(account.pk, now=now)
        account.refresh_from_db()
        assert account.renew_from == now + timedelta(days=30)
        assert account.fresh_until is not None
        assert account.fresh_until > now + timedelta(days=59)

        tokens.renew(account.pk, now=now + timedelta(days=29))
        assert len(locker.refresh_calls) == 1
        locker.refreshes = answers(with_new_tokens(account.access(), number=2, life=timedelta(days=30)))
        tokens.renew(account.pk, now=now + timedelta(days=30))

        account.refresh_from_db()
        assert account.token == "token-2"
        assert account.renew_from == now + timedelta(days=60)

    def test_a_blip_halfway_keeps_nothing_from_being_sent(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        fresh = now + timedelta(days=30)
        account = make_account(alice, now=now, fresh_until=fresh, expires_at=fresh, renew_from=now)
        locker.refreshes = answers(TryLater(Code.UNREACHABLE, wait=timedelta(minutes=1)))

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert (account.is_fresh(now), account.broken_at) == (True, None)
        assert account.renew_after == now + timedelta(minutes=1)
        assert account in Account.objects.due_for_renewal(now + timedelta(minutes=1))


class TestOneRefreshForAll:
    @pytest.mark.django_db(transaction=True)
    def test_fifty_at_once_make_one_call(self, make_person: Callable[..., Person], now: datetime) -> None:
        """The token may be used once: a second call would end the session. The platform is a stand-in."""
        alice = make_person("Alice")
        used: list[str] = []
        everyone_tried = threading.Event()

        def refresh(visit: Visit) -> None:
            visit.read_request()
            used.append(visit.header("Authorization"))
            everyone_tried.wait(5)
            said = {
                "did": "did:plc:alice",
                "handle": "alice.test",
                "accessJwt": jwt(now),
                "refreshJwt": "r1",
            }
            visit.answer(json.dumps(said).encode(), headers=("Content-Type: application/json",))

        with stand_in(refresh) as pds:
            account = Account.objects.create(
                person=alice,
                platform="bluesky",
                host=pds.host,
                remote_id="did:plc:alice",
                handle="alice.test",
                token="token-0",
                refresh_token="refresh-0",
                connected_at=now,
                tokens_at=now,
                fresh_until=now,
            )

            def renew(_: int) -> None:
                tokens.renew(account.pk, now=now)
                connection.close()

            with ThreadPoolExecutor(50) as pool:
                tries = [pool.submit(renew, number) for number in range(50)]
                # All but the one that is waiting for the platform.
                list(islice(as_completed(tries), 49))
                everyone_tried.set()
            for one in tries:
                one.result()

        assert used == ["Bearer refresh-0"]
        account.refresh_from_db()
        assert account.refresh_token == "r1"
        assert account.renewal is None

    def test_a_worker_that_died_is_succeeded_when_its_lease_ends(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(RuntimeError("killed"), with_new_tokens(account.access(), number=1))
        with pytest.raises(RuntimeError):
            tokens.renew(account.pk, now=now)

        tokens.renew(account.pk, now=now + tokens.LEASE - timedelta(seconds=1))
        assert len(locker.refresh_calls) == 1
        tokens.renew(account.pk, now=now + tokens.LEASE)

        account.refresh_from_db()
        assert account.token == "token-1"

    def test_a_worker_held_up_after_its_claim_shows_the_token_to_nobody(
        self, alice: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another may have traded it in by then, and a strict platform ends what is shown it twice."""
        monkeypatch.setattr(tokens, "CALLS", timedelta())
        with answering(200, {}) as server:
            account = Account.objects.create(
                person=alice,
                platform="bluesky",
                host=server.host,
                remote_id="did:plc:alice",
                handle="alice.test",
                refresh_token="refresh-0",
                connected_at=now,
                fresh_until=now,
            )

            tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert server.visits == []
        assert (account.broken_at, account.renewal, account.renew_failures) == (None, None, 1)

    def test_all_calls_of_a_renewal_end_before_its_lease(self) -> None:
        assert 2 * CALL <= tokens.CALLS < tokens.LEASE

    def test_who_connects_again_meanwhile_is_not_overwritten(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        new = Access("locker.example", "12", "token-new", "refresh-new", now + timedelta(hours=2))
        locker.signs_in = lambda typed: Connection(new, Identity("12", "twelve"))

        def refused_after_she_connected(access: Access) -> Access:
            connect_by_password(alice, locker(), answers={}, now=now)
            raise Disconnected(Code.REVOKED)

        locker.refreshes = refused_after_she_connected
        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert (account.token, account.broken_at) == ("token-new", None)
        assert not Notice.objects.exists()


class TestAClockThatWasAheadAndIsSetBack:
    """Each time it was an hour ahead."""

    def test_a_dead_worker_is_succeeded_within_two_leases(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(RuntimeError("killed"), with_new_tokens(account.access(), number=1))
        with pytest.raises(RuntimeError):
            tokens.renew(account.pk, now=now + timedelta(hours=1))

        tokens.forget_the_future(now=now)

        # It may be alive after all: two calls with one token would end the session.
        assert not Account.objects.due_for_renewal(now).exists()
        assert Account.objects.due_for_renewal(now + 2 * tokens.LEASE).get() == account

    def test_a_renewal_that_failed_is_tried_again(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(TryLater(Code.UNREACHABLE, wait=timedelta(minutes=1)))
        tokens.renew(account.pk, now=now + timedelta(hours=1))
        assert not Account.objects.due_for_renewal(now).exists()

        tokens.forget_the_future(now=now)

        assert Account.objects.due_for_renewal(now).get() == account

    def test_one_that_failed_a_moment_ago_waits_for_its_turn(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(TryLater(Code.RATE_LIMITED, wait=timedelta(hours=3)))
        tokens.renew(account.pk, now=now)

        tokens.forget_the_future(now=now)

        account.refresh_from_db()
        assert account.renew_after == now + timedelta(hours=3)

    def test_a_token_that_is_refused_is_not_taken_for_new(
        self, alice: Person, make_account: MakeAccount, now: datetime
    ) -> None:
        late = now + timedelta(hours=1)
        account = make_account(alice, now=now, tokens_at=late, fresh_until=late + timedelta(hours=2))

        tokens.suspect(account, Code.REVOKED, now=now)

        account.refresh_from_db()
        assert (account.broken_at, account.fresh_until) == (None, now)


class TestGone:
    def test_the_owner_is_told_once_and_the_account_waits(
        self, alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        locker.refreshes = answers(Disconnected(Code.REVOKED, "gone"))

        tokens.renew(account.pk, now=now)
        tokens.renew(account.pk, now=now)
        account.refresh_from_db()
        tokens.suspect(account, Code.REVOKED, now=now + timedelta(minutes=1))

        assert account.broken_at == now
        notice = Notice.objects.get()
        assert (notice.person, notice.kind) == (alice, "account_broken")
        assert notice.facts == {
            "platform": "Locker",
            "handle": "twelve",
            "reason": "revoked",
            "url": f"/platforms/#account-{account.pk}",
        }

    def test_a_token_that_cannot_be_renewed_ends_when_it_ends(
        self, alice: Person, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now, refresh_token="", fresh_until=now)

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert account.broken_reason == "expired"


class TestSuspicion:
    """What happens when a post is refused because the platform does not let us in."""

    def test_an_old_token_is_renewed_before_anything_else_is_sent(
        self, alice: Person, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now, fresh_until=now + timedelta(hours=1))

        tokens.suspect(account, Code.REVOKED, now=now)

        account.refresh_from_db()
        assert not account.is_fresh(now)
        assert Account.objects.due_for_renewal(now).get() == account
        assert not Notice.objects.exists()

    def test_a_new_token_that_is_refused_is_the_end(
        self, alice: Person, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now, tokens_at=now, fresh_until=now + timedelta(hours=1))

        tokens.suspect(account, Code.REVOKED, now=now + timedelta(minutes=4))

        account.refresh_from_db()
        assert account.broken_reason == "revoked"
        assert Notice.objects.count() == 1

    def test_a_new_token_with_a_short_life_is_renewed(
        self, alice: Person, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now, tokens_at=now, expires_at=now + timedelta(minutes=1))

        tokens.suspect(account, Code.EXPIRED, now=now + timedelta(minutes=2))

        account.refresh_from_db()
        assert account.broken_at is None

    def test_one_without_a_refresh_token_is_broken_at_once(
        self, alice: Person, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now, refresh_token="", expires_at=None, fresh_until=None)

        tokens.suspect(account, Code.REVOKED, now=now)

        account.refresh_from_db()
        assert account.broken_at == now

    def test_news_about_a_token_that_has_been_replaced_is_no_news(
        self, alice: Person, make_account: MakeAccount, now: datetime
    ) -> None:
        as_read = make_account(alice, now=now, refresh_token="", expires_at=None, fresh_until=None)
        Account.objects.update(tokens_at=now)

        tokens.suspect(as_read, Code.REVOKED, now=now)

        as_read.refresh_from_db()
        assert as_read.broken_at is None


def test_a_refusal_that_is_no_disconnect_is_put_off(
    alice: Person, locker: type[Locker], make_account: MakeAccount, now: datetime
) -> None:
    account = make_account(alice, now=now)
    locker.refreshes = answers(Rejected(Code.REFUSED))

    tokens.renew(account.pk, now=now)

    account.refresh_from_db()
    assert (account.broken_at, account.renew_failures) == (None, 1)


def jwt(now: datetime) -> str:
    claims = {"exp": int((now + timedelta(hours=2)).timestamp())}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"head.{body}.signature"
