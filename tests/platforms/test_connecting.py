"""Connecting and disconnecting, from the person's own pages to the platform and back.

Mastodon is a stand-in on a real socket, Bluesky (marked `peer`) a real server; the rest are platforms on the
table of the tests.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.db import connection as database
from django.test import Client
from django.utils import timezone

from advocacy.lib import addresses
from advocacy.lib.http import permit
from advocacy.people.models import Person
from advocacy.people.signals import person_left
from advocacy.platforms import tokens
from advocacy.platforms.connecting import CannotConnect, connect_by_password
from advocacy.platforms.connector import (
    Access,
    Code,
    Connection,
    Disconnected,
    Identity,
    Rejected,
    TryLater,
)
from advocacy.platforms.connectors.mastodon import Mastodon
from advocacy.platforms.disconnecting import END_WITHIN, disconnect
from advocacy.platforms.ending import end_permission
from advocacy.platforms.models import Account, AppRegistration, SignInUnderWay
from advocacy.platforms.redirecting import begin_oauth, finish_oauth
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.platforms.signals import account_connected, account_disconnected
from tests.lib.servers import canary
from tests.peers.bluesky import Pds, running_pds
from tests.platforms.locker import Harbour, Locker
from tests.platforms.standins import ForgetfulMastodon

AsPerson = Callable[[Person], Client]
MASTODON = Mastodon()


@pytest.fixture
def mastodon() -> Iterator[ForgetfulMastodon]:
    with ForgetfulMastodon().running() as server:
        yield server


def begin(client: Client, mastodon: ForgetfulMastodon, server: str = "") -> str:
    """Press the button; returns where the browser is sent."""
    answer = client.post("/platforms/connect/mastodon/", {"server": server or mastodon.host})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def way_back(authorize_url: str, **brought: str) -> str:
    """Return the address at which the platform sends the browser back to the hub."""
    asked = parse_qs(urlsplit(authorize_url).query)
    query = "&".join(f"{name}={value}" for name, value in {"state": asked["state"][0], **brought}.items())
    return f"{urlsplit(asked['redirect_uri'][0]).path}?{query}"


def sign_in(client: Client, mastodon: ForgetfulMastodon) -> Any:
    there = begin(client, mastodon)
    code = mastodon.sign_in_in_a_browser(there)
    return client.get(way_back(there, code=code), follow=True)


def texts(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


class TestSigningInAtThePlatform:
    def test_it_ends_in_a_connected_account(
        self, alice: Person, as_person: AsPerson, mastodon: ForgetfulMastodon
    ) -> None:
        answer = sign_in(as_person(alice), mastodon)

        account = Account.objects.get()
        assert texts(answer) == [f"Mastodon: {account.handle} is connected."]
        assert account.handle.startswith("alice@")
        assert (account.person, account.host, account.remote_id) == (alice, mastodon.host, "1")
        assert account.token in mastodon.tokens
        assert account.data["max_chars"] == 1000
        assert account.registration == AppRegistration.objects.get()
        assert not SignInUnderWay.objects.exists()

    def test_the_hub_registers_once_at_each_server(
        self, alice: Person, bob: Person, as_person: AsPerson, mastodon: ForgetfulMastodon
    ) -> None:
        begin(as_person(alice), mastodon)
        begin(as_person(bob), mastodon, server=f"http://{mastodon.host}/")
        with ForgetfulMastodon().running() as another:
            begin(as_person(bob), another)

        assert len(mastodon.apps) == 1
        assert AppRegistration.objects.count() == 2

    def test_a_colleague_who_is_a_moment_earlier_wins_the_registration(
        self, alice: Person, mastodon: ForgetfulMastodon, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        really_register = Mastodon.register

        def register_after_another(self: Mastodon, host: str, *, redirect_uri: str) -> Any:
            app = really_register(self, host, redirect_uri=redirect_uri)
            AppRegistration.objects.create(
                platform="mastodon",
                host=host,
                client_id="earlier",
                client_secret="s",
                redirect_uri=redirect_uri,
                registered_at=now,
            )
            return app

        monkeypatch.setattr(Mastodon, "register", register_after_another)

        there = begin_oauth(alice, MASTODON, answers={"server": mastodon.host}, session_key="s", now=now)

        assert "client_id=earlier" in there
        assert AppRegistration.objects.count() == 1

    def test_who_says_no_over_there_is_told_that_nothing_happened(
        self, alice: Person, as_person: AsPerson, mastodon: ForgetfulMastodon
    ) -> None:
        client = as_person(alice)
        there = begin(client, mastodon)

        answer = client.get(way_back(there, error="access_denied"), follow=True)

        assert texts(answer) == ["You did not give permission at Mastodon, so nothing was connected."]
        assert not Account.objects.exists()

    @pytest.mark.parametrize("brought", [{"error": "server_error"}, {}, {"code": ""}, {"code": "made-up"}])
    def test_anything_else_that_comes_back_connects_nothing(
        self, alice: Person, as_person: AsPerson, mastodon: ForgetfulMastodon, brought: dict[str, str]
    ) -> None:
        client = as_person(alice)

        answer = client.get(way_back(begin(client, mastodon), **brought), follow=True)

        assert texts(answer)[0].startswith("Mastodon did not finish the sign-in. Start again.")
        assert not Account.objects.exists()

    def test_a_server_that_forgot_the_hub_is_registered_at_anew(
        self, alice: Person, as_person: AsPerson, mastodon: ForgetfulMastodon
    ) -> None:
        client = as_person(alice)
        there = begin(client, mastodon)
        code = mastodon.sign_in_in_a_browser(there)
        mastodon.apps = dict.fromkeys(mastodon.apps, "another secret")

        answer = client.get(way_back(there, code=code), follow=True)

        assert "forgotten the hub" in texts(answer)[0]
        assert "is connected" in texts(sign_in(client, mastodon))[0]

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "http://[",
            "//evil.example",
            "data:text/html,hi",
            f"https://a.example/{'a' * 1000}",
        ],
    )
    def test_what_a_server_says_of_an_account_is_taken_as_a_strangers_words(
        self, alice: Person, now: datetime, locker: type[Locker], url: str
    ) -> None:
        access = Access("locker.example", "12", "token")
        odd = Identity("12", "twe\u202elve\n\ud800\0", "👩‍👧 <script>" + "a" * 300, url)
        locker.signs_in = lambda typed: Connection(access, odd)

        account = connect_by_password(alice, locker(), answers={}, now=now)

        account.refresh_from_db()
        assert (account.handle, account.url) == ("twelve", "")
        assert account.display_name.startswith("👩‍👧 <script>aaa")
        assert len(account.display_name) == 255


class TestWhoComesBack:
    """H15: a state is good once, for who left, in the browser in which they left, for ten minutes."""

    REFUSAL = "Nobody was expected back here"

    @pytest.fixture
    def client(self, alice: Person, as_person: AsPerson) -> Client:
        return as_person(alice)

    @pytest.fixture
    def back(self, client: Client, mastodon: ForgetfulMastodon) -> str:
        there = begin(client, mastodon)
        return way_back(there, code=mastodon.sign_in_in_a_browser(there))

    def refused(self, client: Client, address: str, mastodon: ForgetfulMastodon) -> bool:
        before = Account.objects.count(), len(mastodon.tokens)
        answer = client.get(address, follow=True)
        assert (Account.objects.count(), len(mastodon.tokens)) == before
        return texts(answer)[-1].startswith(self.REFUSAL)

    def test_the_same_address_twice(self, client: Client, back: str, mastodon: ForgetfulMastodon) -> None:
        client.get(back)

        assert self.refused(client, back, mastodon)
        assert Account.objects.count() == 1

    def test_another_employee(
        self, bob: Person, as_person: AsPerson, client: Client, back: str, mastodon: ForgetfulMastodon
    ) -> None:
        assert self.refused(as_person(bob), back, mastodon)

        client.get(back)
        assert Account.objects.get().person.name == "Alice"

    def test_another_browser_of_the_same_person(
        self, alice: Person, as_person: AsPerson, back: str, mastodon: ForgetfulMastodon
    ) -> None:
        assert self.refused(as_person(alice), back, mastodon)

    def test_nobody_in_particular(self, back: str, mastodon: ForgetfulMastodon) -> None:
        answer = Client().get(back)

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/login/")
        assert not Account.objects.exists()

    @pytest.mark.parametrize("state", ["", "made-up", "a" * 5000])
    def test_a_state_that_nobody_was_given(
        self, client: Client, mastodon: ForgetfulMastodon, back: str, state: str
    ) -> None:
        address = f"{back.partition('?')[0]}?code=the-code&state={state}"

        assert self.refused(client, address, mastodon)

    def test_after_ten_minutes(self, client: Client, back: str, mastodon: ForgetfulMastodon) -> None:
        under_way = SignInUnderWay.objects.get()
        under_way.begun_at -= timedelta(minutes=10)
        under_way.save()

        assert self.refused(client, back, mastodon)

    def test_at_the_address_of_another_server(
        self, client: Client, back: str, mastodon: ForgetfulMastodon
    ) -> None:
        """A server that sends its visitors to another one's door gets no code out of it."""
        elsewhere = back.replace(mastodon.host, "evil.example")

        assert self.refused(client, elsewhere, mastodon)

    def test_two_tabs_that_come_back_at_once(
        self, alice: Person, mastodon: ForgetfulMastodon, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there = begin_oauth(alice, MASTODON, answers={"server": mastodon.host}, session_key="s", now=now)
        code = mastodon.sign_in_in_a_browser(there)
        brought = {"state": parse_qs(urlsplit(there).query)["state"][0], "code": code}
        select = SignInUnderWay.objects.filter

        def finished_by_the_other_tab_first(**where: Any) -> Any:
            found = select(**where)
            if "state_hash" in where:
                list(found)
                monkeypatch.undo()
                finish_oauth(alice, MASTODON, host=mastodon.host, came_back=brought, session_key="s", now=now)
            return found

        monkeypatch.setattr(SignInUnderWay.objects, "filter", finished_by_the_other_tab_first)

        with pytest.raises(CannotConnect, match=self.REFUSAL):
            finish_oauth(alice, MASTODON, host=mastodon.host, came_back=brought, session_key="s", now=now)
        assert len(mastodon.tokens) == 1

    def test_another_employee_with_the_same_session(
        self, alice: Person, bob: Person, mastodon: ForgetfulMastodon, now: datetime
    ) -> None:
        there = begin_oauth(alice, MASTODON, answers={"server": mastodon.host}, session_key="s", now=now)
        brought = {
            "state": parse_qs(urlsplit(there).query)["state"][0],
            "code": mastodon.sign_in_in_a_browser(there),
        }

        with pytest.raises(CannotConnect, match=self.REFUSAL):
            finish_oauth(bob, MASTODON, host=mastodon.host, came_back=brought, session_key="s", now=now)

    def test_old_ones_are_swept_away(self, client: Client, back: str, mastodon: ForgetfulMastodon) -> None:
        SignInUnderWay.objects.update(begun_at=datetime(2020, 1, 1).astimezone())

        begin(client, mastodon)

        assert SignInUnderWay.objects.count() == 1


HOSTILE_SERVERS = [
    "127.0.0.1:{port}",
    "http://127.0.0.1:{port}/",
    "localhost:{port}",
    "@me@127.0.0.1:{port}",
    "0177.0.0.1:{port}",
    "2130706433:{port}",
    "127.1:{port}",
    "[::1]:{port}",
    "[::ffff:127.0.0.1]:{port}",
    "[64:ff9b::7f00:1]:{port}",
    "169.254.169.254",
    "10.0.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0:{port}",
    "metadata.internal.",
    "user:pass@127.0.0.1:{port}",
    "127.0.0.1:{port}#@mastodon.example",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
    "javascript:alert(1)",
    "mastodon.example\r\nHost: 127.0.0.1",
    "http://",
    " ",
]


class TestWrongAddresses:
    """H1: the field where a server is typed leads nowhere inside."""

    @pytest.mark.parametrize("typed", HOSTILE_SERVERS)
    def test_no_connection_is_made(self, alice: Person, as_person: AsPerson, typed: str) -> None:
        with canary() as bird:
            answer = as_person(alice).post(
                "/platforms/connect/mastodon/", {"server": typed.format(port=bird.port)}
            )

        assert answer.status_code == 422
        assert bird.is_silent
        assert not AppRegistration.objects.exists()
        form = answer.context["form"]
        assert form.errors

    def test_a_server_that_is_none_is_said_to_be_none(
        self, alice: Person, as_person: AsPerson, mastodon: ForgetfulMastodon, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mastodon, "_register", lambda visit: (404, b"<html></html>"))

        answer = as_person(alice).post("/platforms/connect/mastodon/", {"server": mastodon.host})

        assert answer.status_code == 422
        assert "There is no Mastodon server at this address" in answer.content.decode()


class TestByAdministratorsRegistration:
    def test_without_one_the_person_is_told_whom_to_ask(
        self, alice: Person, as_person: AsPerson, harbour: type[Harbour]
    ) -> None:
        answer = as_person(alice).post("/platforms/connect/harbour/")

        assert answer.status_code == 422
        assert "An administrator has to register the hub at Harbour first." in answer.content.decode()

    def test_with_one_it_works_without_a_line_of_its_own(
        self,
        alice: Person,
        as_person: AsPerson,
        harbour: type[Harbour],
        settings: LazySettings,
        now: datetime,
    ) -> None:
        AppRegistration.objects.create(
            platform="harbour",
            host="harbour.example",
            client_id="hub",
            client_secret="secret",
            redirect_uri=f"{settings.HUB_URL}/platforms/callback/harbour/harbour.example/",
            registered_at=now,
        )
        client = as_person(alice)
        there = client.post("/platforms/connect/harbour/").headers["Location"]
        state = parse_qs(urlsplit(there).query)["state"][0]

        client.get(f"/platforms/callback/harbour/harbour.example/?state={state}&code=1")

        assert there.startswith("https://harbour.example/gate?client_id=hub")
        account = Account.objects.get()
        assert (account.handle, account.token) == ("skipper", "token-for-1-by-secret")


@pytest.fixture
def connects(locker: type[Locker]) -> Callable[..., None]:
    """Say what the next sign-in at the Locker yields."""

    def as_(number: str = "12", *, token: str = "token-1", refresh_token: str = "refresh-1") -> None:
        access = Access("locker.example", number, token, refresh_token)
        locker.signs_in = lambda typed: Connection(access, Identity(number, f"locker-{number}"))

    as_()
    return as_


class TestByAppPassword:
    def test_what_was_typed_becomes_an_account_and_is_not_kept(
        self, alice: Person, as_person: AsPerson, locker: type[Locker], connects: Callable[..., None]
    ) -> None:
        client = as_person(alice)

        answer = client.post(
            "/platforms/connect/locker/", {"number": "12", "combination": "canary-4711"}, follow=True
        )

        assert texts(answer) == ["Locker: locker-12 is connected."]
        assert Account.objects.get().token == "token-1"
        assert "canary-4711" not in _everything_stored()

    @pytest.mark.parametrize(
        ("failure", "words"),
        [
            (
                Rejected(Code.WRONG_PASSWORD),
                "Locker does not know this handle with this password. Check both.",
            ),
            (Rejected(Code.MAIN_PASSWORD), "This is the password of your account itself"),
            (
                TryLater(Code.UNREACHABLE, "no route", wait=timedelta(minutes=1)),
                "Locker could not be reached. Try again in a few minutes.",
            ),
        ],
    )
    def test_a_no_is_explained_and_what_was_typed_stays_but_the_secret(
        self, alice: Person, as_person: AsPerson, locker: type[Locker], failure: Exception, words: str
    ) -> None:
        def refuse(typed: Any) -> Connection:
            raise failure

        locker.signs_in = refuse

        answer = as_person(alice).post(
            "/platforms/connect/locker/", {"number": "12", "combination": "canary-4711"}
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert words in page
        assert 'value="12"' in page
        assert "canary-4711" not in page

    def test_an_empty_field_is_asked_for_again(
        self, alice: Person, as_person: AsPerson, locker: type[Locker], connects: Callable[..., None]
    ) -> None:
        answer = as_person(alice).post("/platforms/connect/locker/", {"number": "12"})

        assert answer.status_code == 422
        assert answer.context["form"].errors == {"combination": ["This field is required."]}


class TestWhoseAccountItIs:
    def test_connecting_again_keeps_the_row_and_mends_it(
        self, alice: Person, connects: Callable[..., None], locker: type[Locker], now: datetime
    ) -> None:
        first = connect_by_password(alice, locker(), answers={}, now=now)
        Account.objects.update(broken_at=now, broken_reason="revoked", renew_failures=7)
        connects(token="token-2", refresh_token="")

        again = connect_by_password(alice, locker(), answers={}, now=now + timedelta(days=1))

        assert again.pk == first.pk
        again.refresh_from_db()
        assert (again.broken_at, again.broken_reason, again.renew_failures) == (None, "", 0)
        assert (again.token, again.refresh_token) == ("token-2", "refresh-1")
        assert (again.connected_at, again.tokens_at) == (now, now + timedelta(days=1))

    def test_connecting_after_disconnecting_brings_the_old_row_back(
        self, alice: Person, connects: Callable[..., None], locker: type[Locker], now: datetime
    ) -> None:
        first = connect_by_password(alice, locker(), answers={}, now=now)
        disconnect(first, now=now)

        again = connect_by_password(alice, locker(), answers={}, now=now)

        assert again.pk == first.pk
        again.refresh_from_db()
        assert (again.disconnected_at, again.end_permission_by) == (None, None)

    def test_another_number_is_another_account(
        self, alice: Person, connects: Callable[..., None], locker: type[Locker], now: datetime
    ) -> None:
        connect_by_password(alice, locker(), answers={}, now=now)
        connects("13")
        connect_by_password(alice, locker(), answers={}, now=now)

        assert Account.objects.of(alice).count() == 2

    def test_a_colleagues_account_is_refused_in_words(
        self, alice: Person, bob: Person, connects: Callable[..., None], locker: type[Locker], now: datetime
    ) -> None:
        hers = connect_by_password(alice, locker(), answers={}, now=now)

        with pytest.raises(CannotConnect, match="A colleague has connected this Locker account"):
            connect_by_password(bob, locker(), answers={}, now=now)

        hers.refresh_from_db()
        assert (hers.person, hers.disconnected_at, hers.token) == (alice, None, "token-1")

    def test_two_colleagues_at_once_and_the_database_says_no_to_one(
        self,
        alice: Person,
        bob: Person,
        connects: Callable[..., None],
        locker: type[Locker],
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        unpatched = Account.save

        def save_after_bob(self: Account, *args: Any, **options: Any) -> None:
            monkeypatch.undo()
            locker.slug = "locker"
            Account(person=bob, platform="locker", host=self.host, remote_id="12", connected_at=now).save()
            unpatched(self, *args, **options)

        monkeypatch.setattr(Account, "save", save_after_bob)

        with pytest.raises(CannotConnect, match="A colleague has connected"):
            connect_by_password(alice, locker(), answers={}, now=now)
        locker.slug = ""

    def test_the_account_of_who_left_may_be_connected_by_another(
        self, alice: Person, bob: Person, connects: Callable[..., None], locker: type[Locker], now: datetime
    ) -> None:
        hers = connect_by_password(alice, locker(), answers={}, now=now)
        alice.is_active = False
        alice.save()

        his = connect_by_password(bob, locker(), answers={}, now=now)

        hers.refresh_from_db()
        assert his.pk != hers.pk
        assert hers.disconnected_at == now

    def test_the_apps_above_hear_of_it(
        self, alice: Person, connects: Callable[..., None], locker: type[Locker], now: datetime
    ) -> None:
        heard: list[tuple[str, int]] = []

        def on_connected(account: Account, **_: object) -> None:
            heard.append(("connected", account.pk))

        def on_disconnected(account: Account, **_: object) -> None:
            heard.append(("disconnected", account.pk))

        account_connected.connect(on_connected)
        account_disconnected.connect(on_disconnected)
        try:
            account = connect_by_password(alice, locker(), answers={}, now=now)
            disconnect(account, now=now)
            disconnect(account, now=now)
        finally:
            account_connected.disconnect(on_connected)
            account_disconnected.disconnect(on_disconnected)

        assert heard == [("connected", account.pk), ("disconnected", account.pk)]


class TestLettingGo:
    @pytest.fixture
    def account(
        self, alice: Person, connects: Callable[..., None], locker: type[Locker], now: datetime
    ) -> Account:
        return connect_by_password(alice, locker(), answers={}, now=now)

    def test_it_is_out_of_use_at_once_and_ended_there_after_the_commit(
        self,
        account: Account,
        alice: Person,
        as_person: AsPerson,
        locker: type[Locker],
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            as_person(alice).post(f"/platforms/{account.pk}/disconnect/")
            assert locker.revoked == []
            assert not Account.objects.of(alice).exists()

        assert locker.revoked == ["token-1"]
        account.refresh_from_db()
        assert (account.token, account.refresh_token, account.end_permission_by) == ("", "", None)
        assert account.disconnected_at

    def test_a_platform_that_is_away_is_asked_again_for_an_hour(
        self, account: Account, locker: type[Locker], now: datetime
    ) -> None:
        disconnect(account, now=now)
        locker.revoking = TryLater(Code.UNREACHABLE, wait=timedelta(minutes=1))

        end_permission(account.pk, now=now + END_WITHIN - timedelta(seconds=1))
        account.refresh_from_db()
        assert account.token == "token-1"
        end_permission(account.pk, now=now + END_WITHIN)

        account.refresh_from_db()
        assert (account.token, account.refresh_token, account.end_permission_by) == ("", "", None)

    @pytest.mark.parametrize("refusal", [Rejected(Code.REFUSED), Disconnected(Code.REVOKED)])
    def test_a_platform_that_refuses_is_not_asked_again(
        self, account: Account, locker: type[Locker], now: datetime, refusal: Exception
    ) -> None:
        disconnect(account, now=now)
        locker.revoking = refusal

        end_permission(account.pk, now=now)

        account.refresh_from_db()
        assert account.token == ""

    def test_who_connects_again_meanwhile_keeps_the_new_token(
        self,
        account: Account,
        alice: Person,
        locker: type[Locker],
        connects: Callable[..., None],
        now: datetime,
    ) -> None:
        disconnect(account, now=now)
        connects(token="token-2")
        connect_by_password(alice, locker(), answers={}, now=now)

        end_permission(account.pk, now=now)

        account.refresh_from_db()
        assert account.token == "token-2"
        assert locker.revoked == []

    def test_a_slow_platform_does_not_make_the_hub_forget_a_newer_token(
        self,
        account: Account,
        alice: Person,
        locker: type[Locker],
        connects: Callable[..., None],
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def come_back_and_leave_again(self: Locker, access: Access, app: object) -> None:
            connects(token="token-2")
            disconnect(
                connect_by_password(alice, locker(), answers={}, now=now), now=now + timedelta(seconds=1)
            )

        monkeypatch.setattr(locker, "revoke", come_back_and_leave_again)
        disconnect(account, now=now)

        end_permission(account.pk, now=now)

        account.refresh_from_db()
        assert account.token == "token-2"
        assert account.end_permission_by

    def test_mastodon_is_told(
        self,
        alice: Person,
        as_person: AsPerson,
        mastodon: ForgetfulMastodon,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        sign_in(as_person(alice), mastodon)
        account = Account.objects.get()

        with django_capture_on_commit_callbacks(execute=True):
            as_person(alice).post(f"/platforms/{account.pk}/disconnect/")

        assert mastodon.tokens == set()

    def test_who_leaves_the_company_leaves_no_key_behind(
        self,
        account: Account,
        alice: Person,
        locker: type[Locker],
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        now = timezone.now()
        give_rehearsal(alice, now=now)

        with django_capture_on_commit_callbacks(execute=True):
            person_left.send(sender=Person, person=alice, now=now)

        assert locker.revoked == ["token-1"]
        assert not Account.objects.connected().exists()
        assert set(Account.objects.values_list("token", "refresh_token")) == {("", "")}


class TestSecretsStayIn:
    """P14: canaries for every token of a connection, looked for where they must not be."""

    def test_no_secret_leaves_its_column(
        self,
        alice: Person,
        as_person: AsPerson,
        mastodon: ForgetfulMastodon,
        caplog: pytest.LogCaptureFixture,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        client = as_person(alice)
        there = begin(client, mastodon)
        verifier = SignInUnderWay.objects.get().code_verifier
        state = parse_qs(urlsplit(there).query)["state"][0]
        stored_on_the_way = _everything_stored()
        code = mastodon.sign_in_in_a_browser(there)
        came_back = client.get(way_back(there, code=code))
        account = Account.objects.get()
        secrets = [verifier, state, account.token, *mastodon.apps.values()]
        pages = [
            client.get(page).content.decode() for page in ("/platforms/", "/platforms/connect/mastodon/")
        ]
        pages.append(client.get(f"/platforms/{account.pk}/disconnect/").content.decode())
        shown = repr(account.access()) + repr(account) + str(account) + repr(account.registration)
        with django_capture_on_commit_callbacks(execute=True):
            disconnect(account, now=account.connected_at)
        places = {
            "pages": "".join(pages),
            "answer": str(came_back.headers),
            "logs": caplog.text,
            "repr": shown,
            "under way": stored_on_the_way,
            "database": _everything_stored(),
        }

        found = [(place, secret) for place, text in places.items() for secret in secrets if secret in text]

        assert len(secrets) == 4
        assert found == []


@pytest.fixture(scope="module")
def pds() -> Iterator[Pds]:
    with running_pds() as server:
        permit([server.host])
        yield server
        addresses._permitted.discard(server.host)


@pytest.mark.peer
class TestARealBlueskyServer:
    def typed(self, pds: Pds, password: str) -> dict[str, str]:
        return {"handle": pds.accounts["alice"].handle, "password": password, "server": pds.url}

    def test_an_app_password_connects_and_disconnecting_ends_the_session(
        self,
        alice: Person,
        as_person: AsPerson,
        pds: Pds,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        hers = pds.accounts["alice"]
        answer = as_person(alice).post(
            "/platforms/connect/bluesky/password/", self.typed(pds, hers.password), follow=True
        )
        account = Account.objects.get()
        access = account.access()

        assert texts(answer) == ["Bluesky: alice.test is connected."]
        assert (account.remote_id, account.host) == (hers.did, pds.host)
        assert account.fresh_until
        assert account.expires_at
        assert account.fresh_until == account.expires_at - timedelta(minutes=10)
        assert hers.password not in _everything_stored()

        with django_capture_on_commit_callbacks(execute=True):
            as_person(alice).post(f"/platforms/{account.pk}/disconnect/")
        with pytest.raises(Disconnected):
            account.channel.refresh(access)  # type: ignore[attr-defined]

    def test_the_token_is_renewed_there(self, alice: Person, as_person: AsPerson, pds: Pds) -> None:
        as_person(alice).post(
            "/platforms/connect/bluesky/password/",
            self.typed(pds, pds.accounts["alice"].password),
            follow=True,
        )
        before = Account.objects.get()
        assert before.expires_at

        tokens.renew(before.pk, now=before.expires_at)

        after = Account.objects.get()
        assert after.refresh_token != before.refresh_token
        assert after.broken_at is None

    def test_the_accounts_own_password_is_refused(self, alice: Person, as_person: AsPerson, pds: Pds) -> None:
        own = pds.accounts["alice"].main_password

        answer = as_person(alice).post("/platforms/connect/bluesky/password/", self.typed(pds, own))

        assert answer.status_code == 422
        assert "This is the password of your account itself" in answer.content.decode()
        assert not Account.objects.exists()


def _everything_stored() -> str:
    """Return every row of every table as the database holds it."""
    found = []
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found.append(repr(cursor.fetchall()))
    return "".join(found)
