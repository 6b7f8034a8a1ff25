"""Signing in at a real Bluesky server (PDS) with a real browser. Neither is ours.

Once as people try the hub out, on this machine; once as a company runs it, with a name and a key of its own,
which the server looks up on https.
"""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.lib import addresses
from advocacy.lib.http import permit
from advocacy.people.models import Person
from advocacy.platforms import tokens
from advocacy.platforms.connector import Access, Card, Code, Disconnected, Reactions, Refreshes
from advocacy.platforms.connectors.bluesky import Bluesky
from advocacy.platforms.models import Account
from tests.browsing import launched, window
from tests.lib.servers import Certificate, StandIn, Visit, certificate, stand_in
from tests.peers.bluesky import Account as There
from tests.peers.bluesky import Pds, running_pds
from tests.platforms.test_bluesky import LINK, a_draft, a_picture, clickable, posts_saying, read_back

pytestmark = [pytest.mark.peer, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AsPerson = Callable[[Person], Client]
BLUESKY = Bluesky()
CONNECT = "/platforms/connect/bluesky/"
# The server refuses all names that are kept for examples. It and the browser are told that this one is our
# machine, so nobody looks it up.
NAME = "hub.of-these-tests-only.nl"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched(f"--host-resolver-rules=MAP {NAME} 127.0.0.1") as browser:
        yield browser


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("certificate"), name=NAME)


@pytest.fixture(scope="module")
def server(trusted: Certificate) -> Iterator[Pds]:
    with running_pds(names=(NAME,), trusting=trusted.file) as server:
        permit(server.hosts)
        yield server
        addresses._permitted.difference_update(server.hosts)


@pytest.fixture
def pds(server: Pds, monkeypatch: pytest.MonkeyPatch) -> Pds:
    for name, value in server.settings.items():
        monkeypatch.setenv(name, value)
    return server


@pytest.fixture(scope="module")
def live_server() -> Iterator[LiveServer]:
    """The hub at an address that Bluesky lets in for trying out: a number, not a name."""
    server = LiveServer("127.0.0.1")
    yield server
    server.stop()


@pytest.fixture
def on_https(trusted: Certificate, settings: LazySettings) -> Iterator[StandIn]:
    """The hub under a name, with a lock in front of it that is ours."""

    def pass_on(visit: Visit) -> None:
        visit.read_request()
        answer = Client().get(visit.path)
        kind = f"Content-Type: {answer.headers['Content-Type']}"
        visit.answer(answer.content, status=f"{answer.status_code} So", headers=(kind,))
        database.close()

    with stand_in(pass_on, tls=trusted.server) as front:
        settings.HUB_URL = f"https://{NAME}:{front.port}"
        yield front


def allow(page: Page, account: There, *, button: str = "Authorize") -> None:
    """Sign in at the server, and say what the hub may do there."""
    page.locator("input[type=password]").fill(account.main_password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=button).click()


def way_back(browser: Browser, there: str, account: There, *, button: str = "Authorize") -> str:
    """Go there and say yes; returns where at the hub the browser is sent, without going there."""
    gone: list[str] = []
    with window(browser, there) as page:
        page.on("request", lambda request: gone.append(request.url))
        page.goto(there)
        allow(page, account, button=button)
        with page.expect_request(re.compile("/platforms/callback/")):
            pass
    parts = urlsplit(next(url for url in gone if "/platforms/callback/" in url))
    return f"{parts.path}?{parts.query}"


def begin(client: Client) -> str:
    answer = client.post(CONNECT, {"handle": "alice.test"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def texts(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def is_over(account: Account, access: Access) -> bool:
    """Whether the server itself no longer takes these tokens."""
    assert isinstance(account.channel, Refreshes)
    try:
        account.channel.refresh(
            replace(access, app=account.registration.app() if account.registration else None)
        )
    except Disconnected:
        return True
    return False


def test_alice_signs_in_posts_and_lets_go(
    browser: Browser, live_server: LiveServer, pds: Pds, client: Client, alice: Person, settings: LazySettings
) -> None:
    settings.HUB_URL = live_server.url
    # What PRIVATE_HOSTS does: forms may lead to this server, which is not on https.
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    form_action = [*directives["form-action"], pds.url]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "form-action": form_action}}
    client.force_login(alice)
    hers = pds.accounts["alice"]
    with window(browser, live_server.url, client=client, screen="phone") as page:
        page.goto("/platforms/")
        page.get_by_role("link", name="Connect Bluesky").click()
        page.get_by_label("Handle").fill(f"@{hers.handle}")
        page.get_by_role("button", name="Continue at Bluesky").click()
        allow(page, hers)
        expect(page.get_by_text("Bluesky: alice.test is connected.")).to_be_visible()

        account = Account.objects.get()
        assert (account.remote_id, account.host, bool(account.proof_key)) == (hers.did, pds.host, True)
        what_she_posts_is_read_back_and_taken_back(account.access(), pds)

        access = account.access()
        page.get_by_role("link", name="Disconnect alice.test").click()
        page.get_by_role("button", name="Disconnect").click()
        expect(page.get_by_text("alice.test is disconnected.")).to_be_visible()

    account.refresh_from_db()
    assert (account.token, account.refresh_token, account.proof_key) == ("", "", "")
    assert is_over(account, access)


def what_she_posts_is_read_back_and_taken_back(access: Access, pds: Pds) -> None:
    """The permission is the smallest there is: it must do for all that the hub does."""
    text = f"We mend bikes: {LINK} #fietsen @bob.test"
    with_card = a_draft(text, link=LINK, card=Card(LINK, "Bikes for all", "In the shed.", a_picture()))
    with_picture = a_draft("A wheel.", images=(a_picture("A wheel against the light."),))

    card, picture = BLUESKY.publish(with_card, access), BLUESKY.publish(with_picture, access)

    post = read_back(pds, card)
    assert clickable(post)[LINK]["uri"] == LINK
    assert clickable(post)["@bob.test"]["did"] == pds.accounts["bob"].did
    assert post["embed"]["external"]["thumb"]["size"] == len(a_picture().content)
    assert read_back(pds, picture)["embed"]["images"][0]["alt"] == "A wheel against the light."
    assert BLUESKY.find(with_card, access) == BLUESKY.publish(with_card, access) == card
    # A server apart from the public network counts nothing: that is said as it is.
    assert BLUESKY.measure(card, access) == Reactions()
    for receipt in (card, picture):
        BLUESKY.delete(receipt, access)
        assert BLUESKY.measure(receipt, access) == Reactions(gone=True)
    assert posts_saying(text, pds, access) == 0


def test_a_hub_with_a_name_signs_with_a_key_that_the_server_looks_up(
    browser: Browser, pds: Pds, client: Client, alice: Person, on_https: StandIn
) -> None:
    client.force_login(alice)
    back = way_back(browser, begin(client), pds.accounts["alice"])
    client.get(back)

    account = Account.objects.get()
    assert account.registration
    assert (
        account.registration.client_id
        == f"https://{NAME}:{on_https.port}/platforms/clients/bluesky/{pds.host}.json"
    )
    assert on_https.visits
    old = account.access()
    assert account.expires_at
    tokens.renew(account.pk, now=account.expires_at)
    account.refresh_from_db()
    assert account.refresh_token != old.refresh_token
    # The next key stands beside the one that this permission rests on.
    call_command("renew_client_keys", stdout=StringIO())
    tokens.renew(account.pk, now=account.expires_at + timedelta(hours=3))
    account.refresh_from_db()
    assert account.broken_at is None
    receipt = BLUESKY.publish(a_draft("By a hub with a name."), account.access())
    assert read_back(pds, receipt)["text"] == "By a hub with a name."

    renewed = account.access()
    client.post(f"/platforms/{account.pk}/disconnect/")
    account.refresh_from_db()
    assert is_over(account, renewed)


def test_who_comes_back_twice_or_is_somebody_else_gets_nothing(
    browser: Browser, pds: Pds, alice: Person, bob: Person, as_person: AsPerson
) -> None:
    hers, his = as_person(alice), as_person(bob)
    back = way_back(browser, begin(hers), pds.accounts["alice"])

    assert texts(his.get(back, follow=True))[-1].startswith("Nobody was expected back here")
    assert texts(hers.get(back, follow=True)) == ["Bluesky: alice.test is connected."]
    assert texts(hers.get(back, follow=True))[-1].startswith("Nobody was expected back here")

    account = Account.objects.get()
    assert account.person == alice
    # Shown a code twice, this server would have ended the session: it was shown once.
    assert BLUESKY.publish(a_draft("Still here."), account.access())


def test_signing_in_ends_the_session_of_an_app_password(
    browser: Browser, pds: Pds, alice: Person, as_person: AsPerson
) -> None:
    client, hers = as_person(alice), pds.accounts["alice"]
    typed = {"handle": hers.handle, "password": hers.password, "server": pds.host}
    assert client.post(f"{CONNECT}password/", typed).status_code == 302
    account = Account.objects.get()
    by_password = account.access()

    client.get(way_back(browser, begin(client), hers))

    account.refresh_from_db()
    assert account.proof_key
    assert is_over(account, by_password)
    assert list(Account.objects.all()) == [account]
    assert BLUESKY.publish(a_draft("Signed in by now."), account.access())


def test_a_no_and_a_wrong_issuer_connect_nothing(
    browser: Browser, pds: Pds, alice: Person, as_person: AsPerson
) -> None:
    client = as_person(alice)

    no = way_back(browser, begin(client), pds.accounts["alice"], button="Deny access")
    assert texts(client.get(no, follow=True)) == [
        "You did not give permission at Bluesky, so nothing was connected."
    ]

    back = way_back(browser, begin(client), pds.accounts["alice"])
    assert dict(parse_qsl(urlsplit(back).query))["iss"] == pds.url
    lying = back.replace("iss=http%3A%2F%2Flocalhost", "iss=https%3A%2F%2Fevil.example")
    assert lying != back
    assert "did not finish the sign-in" in texts(client.get(lying, follow=True))[-1]
    assert not Account.objects.exists()


def test_eight_workers_renew_once_and_a_spent_token_ends_the_session(
    browser: Browser, pds: Pds, alice: Person, as_person: AsPerson
) -> None:
    client = as_person(alice)
    client.get(way_back(browser, begin(client), pds.accounts["alice"]))
    account = Account.objects.get()
    spent = account.access()
    assert account.expires_at
    moment = account.expires_at

    def renew(_: int) -> None:
        tokens.renew(account.pk, now=moment)
        database.close()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(renew, range(8)))

    account.refresh_from_db()
    assert account.broken_at is None
    assert account.refresh_token != spent.refresh_token
    assert BLUESKY.publish(a_draft("After eight of us."), account.access())

    # This is why it must be once: the server takes a second use for a theft.
    assert is_over(account, spent)
    account.fresh_until = timezone.now()
    account.save()
    tokens.renew(account.pk, now=timezone.now())
    account.refresh_from_db()
    assert account.broken_reason == Code.REVOKED


def test_no_key_and_no_token_is_readable_in_the_database(
    browser: Browser, pds: Pds, alice: Person, as_person: AsPerson
) -> None:
    client = as_person(alice)
    there = begin(client)
    under_way = everything_stored()
    client.get(way_back(browser, there, pds.accounts["alice"]))

    account = Account.objects.get()
    secrets = [json.loads(account.proof_key)["d"], account.token, account.refresh_token]
    stored = everything_stored()
    assert not any(secret in stored or secret in under_way for secret in secrets)


def everything_stored() -> str:
    with database.cursor() as cursor:
        found = []
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found.append(repr(cursor.fetchall()))
    return "".join(found)
