"""The page with a person's own accounts, and the screens to connect one, drawn from declarations."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from selectolax.lexbor import LexborHTMLParser, LexborNode

from advocacy.people.models import Person
from advocacy.platforms.connector import Access, AppPassword, Code, Connection, Field, Identity, Rejected
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.rehearsing import give_rehearsal
from tests.platforms.locker import Harbour, Locker

AsPerson = Callable[[Person], Client]
MakeAccount = Callable[..., Account]


def page(client: Client, address: str = "/platforms/") -> LexborHTMLParser:
    answer = client.get(address)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.content.decode())


def words(node: LexborNode | LexborHTMLParser | None) -> str:
    assert node is not None
    found = node.css_first("main") if isinstance(node, LexborHTMLParser) else node
    assert found is not None
    return " ".join(found.text(separator=" ").split())


def row(of: Account, client: Client) -> LexborNode:
    found = page(client).css_first(f"#account-{of.pk}")
    assert found is not None
    return found


class TestMyAccounts:
    def test_a_working_account_is_connected(
        self, alice: Person, as_person: AsPerson, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now, display_name="Alice's things")

        shown = row(account, as_person(alice))

        assert "Locker" in words(shown)
        assert "connected twelve Alice's things" in words(shown)
        assert "Put things in. Take them out again." in words(shown)
        links = [link.attributes["href"] for link in shown.css("a")]
        assert links == [f"/platforms/{account.pk}/disconnect/"]

    def test_a_broken_one_says_why_and_where_to_mend_it(
        self, alice: Person, as_person: AsPerson, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now, broken_at=now, broken_reason=Code.REVOKED)
        client = as_person(alice)

        shown = row(account, client)

        assert "needs you" in words(shown)
        assert "Locker no longer lets the hub in for you. Connect your account again." in words(shown)
        mend = shown.css_first("a.button--strong")
        assert mend is not None
        assert words(mend) == "Connect again"
        assert page(client, str(mend.attributes["href"])).css_first("form[method=post]") is not None

    def test_one_that_cannot_be_renewed_just_now_asks_nothing_of_the_person(
        self, alice: Person, as_person: AsPerson, make_account: MakeAccount, now: datetime
    ) -> None:
        long_ago = now - timedelta(days=3650)
        account = make_account(alice, now=now, fresh_until=long_ago, renew_failures=3)

        assert "The hub keeps trying; you need do nothing." in words(row(account, as_person(alice)))

    def test_rehearsal_is_there_and_cannot_be_taken_away(
        self, alice: Person, as_person: AsPerson, now: datetime
    ) -> None:
        account = give_rehearsal(alice, now=now)
        client = as_person(alice)

        shown = row(account, client)

        assert "The practice network inside this hub." in words(shown)
        assert [link.attributes["href"] for link in shown.css("a")] == [account.url]
        assert client.get(f"/platforms/{account.pk}/disconnect/").status_code == 404
        assert client.post(f"/platforms/{account.pk}/disconnect/").status_code == 404

    def test_a_broken_rehearsal_account_is_mended_by_a_button(
        self, alice: Person, as_person: AsPerson, now: datetime
    ) -> None:
        account = give_rehearsal(alice, now=now)
        Account.objects.update(broken_at=now, broken_reason=Code.REVOKED)
        client = as_person(alice)
        form = row(account, client).css_first("form")
        assert form is not None

        client.post(str(form.attributes["action"]))

        mended = Account.objects.get()
        assert mended.pk == account.pk
        assert mended.broken_at is None
        assert mended.token != account.token
        assert "connected alice" in words(row(account, client))

    def test_another_ones_accounts_do_not_exist(
        self, alice: Person, bob: Person, as_person: AsPerson, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        client = as_person(bob)

        assert page(client).css_first(f"#account-{account.pk}") is None
        assert client.get(f"/platforms/{account.pk}/disconnect/").status_code == 404
        assert client.post(f"/platforms/{account.pk}/disconnect/").status_code == 404
        account.refresh_from_db()
        assert account.disconnected_at is None

    def test_disconnected_ones_are_not_shown(
        self, alice: Person, as_person: AsPerson, make_account: MakeAccount, now: datetime
    ) -> None:
        account = make_account(alice, now=now)
        client = as_person(alice)
        form = page(client, f"/platforms/{account.pk}/disconnect/").css_first("form[action*=disconnect]")

        assert form is not None
        client.post(str(form.attributes["action"]))

        assert page(client).css_first(f"#account-{account.pk}") is None

    def test_it_asks_the_database_as_often_for_twenty_accounts_as_for_one(
        self,
        alice: Person,
        as_person: AsPerson,
        make_account: MakeAccount,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        make_account(alice, now=now)
        client = as_person(alice)
        client.get("/platforms/")
        with django_assert_max_num_queries(10) as for_one:
            client.get("/platforms/")
        for number in range(100, 119):
            make_account(alice, now=now, remote_id=str(number), broken_at=now, broken_reason="revoked")

        with django_assert_num_queries(len(for_one)):
            client.get("/platforms/")

    def test_a_strangers_words_are_no_markup(
        self, alice: Person, as_person: AsPerson, make_account: MakeAccount, now: datetime
    ) -> None:
        script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
        make_account(
            alice, now=now, handle=script, display_name=script, url="https://locker.example/?a='\"><b>"
        )

        shown = page(as_person(alice))

        assert shown.css_first("main script") is None
        assert shown.css_first("main img") is None

    def test_only_who_is_signed_in_gets_in(self, client: Client) -> None:
        for address in ("/platforms/", "/platforms/connect/bluesky/", "/platforms/1/disconnect/"):
            assert client.get(address).headers["Location"].startswith("/accounts/login/")


class TestWhatCanBeConnected:
    def test_each_platform_that_connects_is_offered_with_its_own_explanation(
        self, alice: Person, as_person: AsPerson, locker: type[Locker]
    ) -> None:
        shown = page(as_person(alice))

        offered = [link.attributes["href"] for link in shown.css("a[href^='/platforms/connect/']")]
        assert offered == [f"/platforms/connect/{slug}/" for slug in ("bluesky", "locker", "mastodon")]
        assert "Open the locker once, and the hub can put things in." in words(shown)

    def test_one_that_waits_for_the_administrator_is_offered_after_that(
        self, alice: Person, as_person: AsPerson, harbour: type[Harbour], now: datetime
    ) -> None:
        client = as_person(alice)
        assert page(client).css_first("a[href='/platforms/connect/harbour/']") is None

        AppRegistration.objects.create(
            platform="harbour",
            host="h.example",
            client_id="1",
            redirect_uri="https://x.example",
            registered_at=now,
        )

        assert page(client).css_first("a[href='/platforms/connect/harbour/']") is not None

    @pytest.mark.parametrize("platform", ["rehearsal", "no-such-thing"])
    def test_others_have_no_such_screen(self, alice: Person, as_person: AsPerson, platform: str) -> None:
        assert as_person(alice).get(f"/platforms/connect/{platform}/").status_code == 404


class TestTheScreen:
    """It comes from the declaration alone: these platforms exist in no template."""

    def test_fields_help_and_permissions_are_the_platforms_own(
        self, alice: Person, as_person: AsPerson, locker: type[Locker]
    ) -> None:
        shown = page(as_person(alice), "/platforms/connect/locker/")

        form = shown.css_first("main form")
        assert form is not None
        assert form.attributes["action"] == "/platforms/connect/locker/"
        number, combination = (shown.css_first(f"input[name={name}]") for name in ("number", "combination"))
        assert number is not None
        assert combination is not None
        assert number.attributes["placeholder"] == "12"
        assert number.attributes["type"] == "text"
        assert combination.attributes["type"] == "password"
        for expected in ("Number of the locker", "It is on the door.", "Combination", "Put things in."):
            assert expected in words(shown)

    def test_a_change_of_the_declaration_changes_the_screen(
        self, alice: Person, as_person: AsPerson, locker: type[Locker], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = (Field("colour", "Colour of the key", initial="red", required=False),)
        monkeypatch.setattr(locker, "auth", AppPassword(asked, "Show the key.", ()))

        shown = page(as_person(alice), "/platforms/connect/locker/")

        names = [field.attributes["name"] for field in shown.css("main form input:not([type=hidden])")]
        assert names == ["colour"]
        assert shown.css_first("input[name=colour][value=red]") is not None
        assert "Colour of the key" in words(shown)
        assert "What the hub may do there" not in words(shown)

    def test_a_platform_that_asks_nothing_has_one_button(
        self, alice: Person, as_person: AsPerson, harbour: type[Harbour]
    ) -> None:
        shown = page(as_person(alice), "/platforms/connect/harbour/")

        assert shown.css("main form input:not([type=hidden])") == []
        assert words(shown.css_first("main form button")) == "Continue at Harbour"

    def test_connecting_anew_types_what_is_known_and_no_secret(
        self, alice: Person, bob: Person, as_person: AsPerson, now: datetime
    ) -> None:
        account = Account.objects.create(
            person=alice,
            platform="bluesky",
            host="pds.example",
            remote_id="did:plc:1",
            handle="alice.example",
            token="canary-token",
            connected_at=now,
        )
        address = f"/platforms/connect/bluesky/password/?account={account.pk}"

        hers, his = page(as_person(alice), address), page(as_person(bob), address)

        assert hers.css_first("input[name=handle][value='alice.example']") is not None
        assert hers.css_first("input[name=server][value='pds.example']") is not None
        assert "canary-token" not in str(hers.html)
        assert his.css_first("input[name=handle][value]") is None

    @pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "1'--"])
    def test_an_odd_account_number_is_ignored(self, alice: Person, as_person: AsPerson, odd: str) -> None:
        assert as_person(alice).get(f"/platforms/connect/bluesky/?account={odd}").status_code == 200

    def test_what_the_platform_says_is_no_markup(
        self, alice: Person, as_person: AsPerson, locker: type[Locker]
    ) -> None:
        def refuse(typed: object) -> Connection:
            raise Rejected(Code.FORBIDDEN, "<script>alert(1)</script>")

        locker.signs_in = refuse

        answer = as_person(alice).post("/platforms/connect/locker/", {"number": "1", "combination": "2"})

        shown = LexborHTMLParser(answer.content.decode())
        assert shown.css_first("main script") is None
        assert "Locker says: “<script>alert(1)</script>”" in words(shown)


def test_everything_works_without_a_script(
    alice: Person, as_person: AsPerson, locker: type[Locker], now: datetime
) -> None:
    """From the accounts page by links and forms alone: connect, disconnect, gone."""
    locker.signs_in = lambda typed: Connection(
        Access("locker.example", typed["number"], "token"), Identity(typed["number"], "twelve")
    )
    client = as_person(alice)

    connect = page(client).css_first("a[href='/platforms/connect/locker/']")
    assert connect is not None
    form = page(client, str(connect.attributes["href"])).css_first("main form")
    assert form is not None
    client.post(str(form.attributes["action"]), {"number": "12", "combination": "7"})
    leave = page(client).css_first("a[href$='/disconnect/']")
    assert leave is not None
    form = page(client, str(leave.attributes["href"])).css_first("main form")
    assert form is not None
    client.post(str(form.attributes["action"]))

    assert not Account.objects.of(alice).exists()
    assert Account.objects.filter(person=alice).count() == 1
