"""A platform that is switched off: nobody connects there, by whichever way, and who has stays."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms.connector import Access, Code, Connection, Identity
from advocacy.platforms.models import Account, AppRegistration, SignInUnderWay
from advocacy.platforms.registering import callback_url
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.platforms.reminding import remind
from advocacy.platforms.switching import switch_off, switch_on
from tests.platforms.locker import Harbour, Locker

AsPerson = Callable[[Person], Client]
MakeAccount = Callable[..., Account]
REFUSED = "is switched off by the administrator. Nothing new goes there until it is on again."


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


def words(answer: object) -> str:
    body = LexborHTMLParser(answer.content.decode()).body  # type: ignore[attr-defined]
    assert body is not None
    return " ".join(body.text(separator=" ").split())


def test_it_is_not_offered_and_a_form_from_before_is_refused(
    browser: Client, locker: type[Locker], erin: Person, now: datetime
) -> None:
    locker.signs_in = lambda answers: Connection(
        Access("locker.example", "12", "t"), Identity("12", "twelve")
    )
    assert "Connect Locker" in words(browser.get("/platforms/"))
    switch_off(locker(), by=erin, now=now)

    assert "Locker" not in words(browser.get("/platforms/"))
    for answer in (
        browser.get("/platforms/connect/locker/", follow=True),
        browser.get("/platforms/connect/locker/password/", follow=True),
        browser.post("/platforms/connect/locker/", {"number": "12", "combination": "1"}, follow=True),
    ):
        assert f"Locker {REFUSED}" in words(answer)
    assert not Account.objects.filter(platform="locker").exists()

    switch_on(locker(), by=erin)
    browser.post("/platforms/connect/locker/", {"number": "12", "combination": "1"})
    assert Account.objects.filter(platform="locker").exists()


def test_who_comes_back_from_signing_in_is_refused_and_nothing_is_asked_of_the_platform(
    browser: Client,
    harbour: type[Harbour],
    erin: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = timezone.now()
    AppRegistration.objects.create(
        platform="harbour",
        host="harbour.example",
        client_id="hub",
        client_secret="s",
        redirect_uri=callback_url("harbour", "harbour.example"),
        registered_at=now,
    )
    away = str(browser.post("/platforms/connect/harbour/").headers["Location"])
    [state] = parse_qs(urlsplit(away).query)["state"]
    asked: list[str] = []
    monkeypatch.setattr(harbour, "exchange", lambda *_args, **kept: asked.append(kept["code"]))
    switch_off(harbour(), by=erin, now=now)

    back = {"state": state, "code": "c"}
    answer = browser.get("/platforms/callback/harbour/harbour.example/", back, follow=True)

    assert words(answer).count(f"Harbour {REFUSED}") == 1
    assert answer.redirect_chain[-1][0] == "/platforms/"
    assert asked == []
    assert not Account.objects.filter(platform="harbour").exists()
    assert not SignInUnderWay.objects.exists()


def test_an_account_stays_says_so_and_can_be_disconnected(
    browser: Client, alice: Person, erin: Person, make_account: MakeAccount, now: datetime
) -> None:
    account = make_account(alice, now=now, broken_at=now, broken_reason=Code.REVOKED)
    switch_off(account.channel, by=erin, now=now)

    page = browser.get("/platforms/")

    found = LexborHTMLParser(page.content.decode()).css_first(f"#account-{account.pk}")
    assert found is not None
    shown = " ".join(found.text(separator=" ").split())
    assert "switched off" in shown
    assert "Locker is switched off by the administrator. You need do nothing" in shown
    assert "Connect again" not in shown
    browser.post(f"/platforms/{account.pk}/disconnect/")
    account.refresh_from_db()
    assert account.disconnected_at is not None


def test_the_practice_account_is_not_mended_while_it_is_off(
    browser: Client, alice: Person, erin: Person, now: datetime
) -> None:
    account = give_rehearsal(alice, now=now)
    Account.objects.update(broken_at=now, broken_reason=Code.REVOKED)
    switch_off(account.channel, by=erin, now=now)

    answer = browser.post("/platforms/rehearse/", follow=True)

    assert f"Rehearsal {REFUSED}" in words(answer)
    assert Account.objects.get().broken_at is not None


def test_nobody_is_asked_to_connect_again_where_nobody_can(
    alice: Person, erin: Person, make_account: MakeAccount, now: datetime
) -> None:
    end = now + timedelta(days=5)
    account = make_account(
        alice, now=now, refresh_token="", expires_at=end, fresh_until=end, tokens_at=now - timedelta(days=50)
    )
    switch_off(account.channel, by=erin, now=now)
    remind(now=now)
    assert not Notice.objects.exists()

    switch_on(account.channel, by=erin)
    remind(now=now)
    assert Notice.objects.get().kind == "account_ends"
