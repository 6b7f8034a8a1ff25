"""Signing in at Bluesky, with everyone who might lie about it. The server is a stand-in of ours.

The honest way is in test_bluesky_in_a_browser.py, against a real server.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection as database
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey

from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms import client_keys, connecting, dpop, tokens
from advocacy.platforms.client_keys import keys_in
from advocacy.platforms.connector import (
    Access,
    App,
    Code,
    Departure,
    Disconnected,
    Draft,
    Failure,
    OutcomeUnknown,
    Rejected,
    TryLater,
)
from advocacy.platforms.connectors.bluesky import Bluesky
from advocacy.platforms.disconnecting import disconnect, end_what_is_replaced
from advocacy.platforms.ending import end_permission
from advocacy.platforms.models import Account, AppRegistration, SignInUnderWay
from tests.lib.servers import canary
from tests.platforms.atproto_standin import DID, HANDLE, RESOURCE, SERVER, PretendNetwork
from tests.platforms.pretending import said
from tests.platforms.standins import answering, echoing

AsPerson = Callable[[Person], Client]
BLUESKY = Bluesky()
VERIFIER = "v" * 64
BACK = "http://127.0.0.1:8000/back/"
CONNECT = "/platforms/connect/bluesky/"
NOBODY = "Nobody was expected back here"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendNetwork]:
    with PretendNetwork().running() as server:
        for name, value in server.settings.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def client(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


def begin(client: Client) -> str:
    """Press the button; returns where the browser is sent."""
    answer = client.post(CONNECT, {"handle": f"@{HANDLE}"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def texts(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def set_out() -> tuple[App, Departure]:
    """Do all that happens before the browser is sent away."""
    destination = BLUESKY.find_server({"handle": HANDLE})
    app = BLUESKY.introduce(destination.host, described_at="https://hub.example/x.json", redirect_uri=BACK)
    challenge = create_s256_code_challenge(VERIFIER)
    return app, BLUESKY.set_out(app, destination, redirect_uri=BACK, state="s", code_challenge=challenge)


def refusal() -> Failure:
    with pytest.raises(Failure) as raised:
        set_out()
    return raised.value


class TestFindingTheServer:
    def test_a_handle_leads_to_it(self, network: PretendNetwork) -> None:
        found = BLUESKY.find_server({"handle": f" \u2068@{HANDLE.upper()}\u2069 "})

        assert found.host == network.host
        assert (found.facts["did"], found.facts["handle"], found.facts["pds"]) == (DID, HANDLE, network.host)
        assert found.facts["issuer"] == network.origin

    @pytest.mark.parametrize(
        "typed",
        ["", "alice", "a_b.nl", "127.0.0.1", "localhost", "alice.example/..", "x" * 300 + ".nl", "a@b.nl",
         "é.nl", "did:plc:abc", "-.nl", "http://alice.example"],
    )  # fmt: skip
    def test_what_is_no_handle_is_refused_unasked(self, network: PretendNetwork, typed: str) -> None:
        with pytest.raises(Rejected) as raised:
            BLUESKY.find_server({"handle": typed})

        assert raised.value.code == Code.NO_SUCH_ACCOUNT
        assert network.asked == []

    @pytest.mark.parametrize(
        ("path", "lie", "code"),
        [
            ("/document", {"id": f"did:plc:{'b' * 24}"}, Code.NO_SUCH_ACCOUNT),
            ("/document", {"alsoKnownAs": ["at://bob.example"]}, Code.NO_SUCH_ACCOUNT),
            ("/document", {"alsoKnownAs": HANDLE}, Code.NO_SUCH_ACCOUNT),
            ("/document", {"service": []}, Code.NO_SUCH_ACCOUNT),
            ("/document", {"service": "https://pds.example"}, Code.NO_SUCH_ACCOUNT),
            (RESOURCE, {"resource": "https://pds.example"}, Code.NO_SIGN_IN),
            (RESOURCE, {"authorization_servers": []}, Code.NO_SIGN_IN),
            (
                RESOURCE,
                {"authorization_servers": ["https://a.example", "https://b.example"]},
                Code.NO_SIGN_IN,
            ),
            (SERVER, {"issuer": "https://issuer.example"}, Code.NO_SIGN_IN),
            (SERVER, {"require_pushed_authorization_requests": False}, Code.NO_SIGN_IN),
            (SERVER, {"authorization_response_iss_parameter_supported": None}, Code.NO_SIGN_IN),
            (SERVER, {"client_id_metadata_document_supported": "yes"}, Code.NO_SIGN_IN),
            (SERVER, {"dpop_signing_alg_values_supported": ["none"]}, Code.NO_SIGN_IN),
            (SERVER, {"dpop_signing_alg_values_supported": "ES256"}, Code.NO_SIGN_IN),
            (SERVER, {"token_endpoint": None}, Code.NO_SIGN_IN),
            (SERVER, {"token_endpoint": "ftp://a.example/"}, Code.NO_SIGN_IN),
        ],
    )
    def test_a_document_that_does_not_fit_the_others_ends_it(
        self, network: PretendNetwork, path: str, lie: dict[str, object], code: Code
    ) -> None:
        network.lies[path] = lie

        assert refusal().code == code
        assert "POST /oauth/par" not in network.asked

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("/resolve", 503, Code.SERVER_ERROR),
            ("/document", 404, Code.NO_SUCH_ACCOUNT),
            ("/document", 500, Code.SERVER_ERROR),
            (RESOURCE, 404, Code.NO_SIGN_IN),
            (RESOURCE, 429, Code.RATE_LIMITED),
            (SERVER, 302, Code.NO_SIGN_IN),
        ],
    )
    def test_a_document_that_is_not_there_is_told_from_a_server_that_is_down(
        self, network: PretendNetwork, path: str, status: int, code: Code
    ) -> None:
        network.answers[path] = said(status, {"error": "no"})

        assert refusal().code == code

    PRIVATE = (
        "http://127.0.0.1:{port}", "https://127.0.0.1:{port}", "https://localhost:{port}", "https://[::1]:{port}",
        "https://[::ffff:127.0.0.1]:{port}", "https://127.1:{port}", "https://2130706433:{port}",
        "http://169.254.169.254", "https://10.0.0.1", "https://100.64.0.1", "http://metadata.internal",
        "https://me:pw@127.0.0.1:{port}", "http://1.1.1.1",
    )  # fmt: skip

    @pytest.mark.parametrize("private", PRIVATE)
    @pytest.mark.parametrize("where", ["pds", "issuer", "push", "token", "revoke", "web"])
    def test_no_document_leads_inside(self, network: PretendNetwork, where: str, private: str) -> None:
        """H1: whatever a stranger's document names, nothing inside is asked, and nothing without a lock."""
        with canary() as bird:
            network.lies |= naming(where, private.format(port=bird.port))
            with pytest.raises(Failure):
                go_all_the_way(network)

        assert bird.is_silent

    @pytest.mark.parametrize("where", ["issuer", "push", "token", "revoke"])
    def test_nothing_is_told_where_others_can_listen(self, network: PretendNetwork, where: str) -> None:
        network.lies |= naming(where, "http://public.example.com")

        assert refusal().code == Code.ADDRESS_BLOCKED

    def test_a_browser_is_sent_to_web_addresses_only(self, network: PretendNetwork) -> None:
        for odd in ("javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd"):
            network.lies[SERVER] = {"authorization_endpoint": odd}

            assert refusal().code == Code.NO_SIGN_IN


def naming(where: str, address: str) -> dict[str, dict[str, object]]:
    """Return the lie that names this address as a part of the network."""
    service = [{"id": "#atproto_pds", "serviceEndpoint": address}]
    lies: dict[str, dict[str, dict[str, object]]] = {
        "pds": {"/document": {"service": service}},
        "web": {"/resolve": {"did": f"did:web:{address.partition('://')[2].replace(':', '%3A')}"}},
        "issuer": {RESOURCE: {"authorization_servers": [address]}},
        "push": {SERVER: {"pushed_authorization_request_endpoint": f"{address}/par"}},
        "token": {SERVER: {"token_endpoint": f"{address}/token"}},
        "revoke": {SERVER: {"revocation_endpoint": f"{address}/revoke"}},
    }
    return lies[where]


def connected(network: PretendNetwork, *, issuer: str = "") -> Access:
    """Sign in as the hub does, up to the tokens; the access has the registration that a renewal needs."""
    app, departure = set_out()
    connection = BLUESKY.come_back(
        app, kept=departure.kept, code="the-code", issuer=issuer or network.origin, code_verifier=VERIFIER
    )
    return replace(connection.access, app=app)


def go_all_the_way(network: PretendNetwork) -> None:
    access = connected(network)
    BLUESKY.revoke(access, access.app)


def a_draft() -> Draft:
    now = datetime.now(UTC)
    return Draft(uuid4(), BLUESKY.new_record_key(now), now, "We mend bikes too.", "en")


class TestComingBack:
    """H15, for a flow with one step more."""

    def test_it_ends_in_an_account_with_its_key_locked_away(
        self, client: Client, alice: Person, network: PretendNetwork
    ) -> None:
        there = begin(client)
        answer = client.get(network.comes_back(there), follow=True)

        account = Account.objects.get()
        assert texts(answer) == [f"Bluesky: {HANDLE} is connected."]
        assert (account.person, account.host, account.remote_id) == (alice, network.host, DID)
        assert (account.token, account.refresh_token) == ("access-1", "refresh-1")
        assert json.loads(account.proof_key)["d"] not in everything_stored()
        assert account.data["issuer"] == network.origin
        assert not SignInUnderWay.objects.exists()
        assert "Nothing else: it cannot follow" in answer.content.decode()

    def test_what_is_told_beforehand_is_all_that_the_browser_does_not_carry(
        self, client: Client, network: PretendNetwork
    ) -> None:
        there = begin(client)

        assert there.startswith(f"{network.origin}/oauth/authorize?client_id=")
        assert set(parse_qs(urlsplit(there).query)) == {"client_id", "request_uri"}
        assert network.pushed["code_challenge_method"] == "S256"
        assert network.pushed["login_hint"] == HANDLE
        assert network.pushed["scope"] == "atproto repo:app.bsky.feed.post blob:image/*"

    def test_every_proof_of_a_sign_in_is_by_one_key_and_of_another_sign_in_by_another(
        self, network: PretendNetwork
    ) -> None:
        connected(network)
        first = {proof["jwk"]["x"] for proof in network.proofs}
        connected(network)

        assert len(first) == 1
        assert len({proof["jwk"]["x"] for proof in network.proofs}) == 2

    def test_the_same_address_twice(self, client: Client, network: PretendNetwork) -> None:
        back = network.comes_back(begin(client))
        client.get(back)

        answer = client.get(back, follow=True)

        assert texts(answer)[-1].startswith(NOBODY)
        assert Account.objects.count() == 1
        assert len(network.forms) == 1

    def test_another_employee(
        self, bob: Person, as_person: AsPerson, client: Client, network: PretendNetwork
    ) -> None:
        back = network.comes_back(begin(client))

        answer = as_person(bob).get(back, follow=True)

        assert texts(answer)[-1].startswith(NOBODY)
        assert network.forms == []
        assert not Account.objects.exists()

    @pytest.mark.parametrize("issuer", ["", "https://evil.example", "{origin}/", "HTTP{rest}"])
    def test_a_code_of_another_issuer_is_shown_to_nobody(
        self, client: Client, network: PretendNetwork, issuer: str
    ) -> None:
        there = begin(client)
        named = issuer.format(origin=network.origin, rest=network.origin.removeprefix("http"))

        answer = client.get(network.comes_back(there, iss=named), follow=True)

        assert "did not finish the sign-in" in texts(answer)[-1]
        assert network.forms == []
        assert not Account.objects.exists()

    def test_a_server_cannot_pass_its_visitors_on_to_another_ones_door(
        self, client: Client, network: PretendNetwork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A mix-up: who set out for one server comes back with the code of another."""
        with PretendNetwork().running() as evil:
            begin(client)
            honest = network.pushed
            for name, value in evil.settings.items():
                monkeypatch.setenv(name, value)
            begin(client)
            state = evil.pushed["state"]

            path = urlsplit(honest["redirect_uri"]).path
            for issuer in (network.origin, evil.origin):
                at_honest = client.get(f"{path}?state={state}&iss={issuer}&code=stolen", follow=True)
                assert texts(at_honest)[-1].startswith(NOBODY)
            their_path = urlsplit(evil.pushed["redirect_uri"]).path
            at_evil = client.get(f"{their_path}?state={state}&iss={network.origin}&code=stolen", follow=True)

            assert "did not finish the sign-in" in texts(at_evil)[-1]
            assert evil.forms == network.forms == []
        assert not Account.objects.exists()

    @pytest.mark.parametrize(
        ("tells", "words"),
        [
            ({"sub": f"did:plc:{'b' * 24}"}, "with another account than the one you typed"),
            ({"sub": None}, "with another account than the one you typed"),
            ({"token_type": "Bearer"}, "did not finish the sign-in"),
            ({"scope": "atproto"}, "give every permission it asks for"),
            ({"scope": ""}, "give every permission it asks for"),
            ({"access_token": ""}, "did not finish the sign-in"),
        ],
    )
    def test_tokens_that_are_not_what_was_asked_for_are_not_kept(
        self, client: Client, network: PretendNetwork, tells: dict[str, object], words: str
    ) -> None:
        """A server that lies about whose account it is cannot put one person's posts on another's account."""
        network.tells = tells

        answer = client.get(network.comes_back(begin(client)), follow=True)

        assert words in texts(answer)[-1]
        assert not Account.objects.exists()

    def test_who_says_no_is_told_that_nothing_happened(self, client: Client, network: PretendNetwork) -> None:
        back = network.comes_back(begin(client), code="", error="access_denied")

        assert texts(client.get(back, follow=True)) == [
            "You did not give permission at Bluesky, so nothing was connected."
        ]

    @pytest.mark.parametrize(
        "error", ["invalid_client_metadata", "invalid_client_id", "invalid_redirect_uri"]
    )
    def test_a_server_that_cannot_look_the_hub_up_leaves_the_other_way(
        self, client: Client, network: PretendNetwork, error: str
    ) -> None:
        network.answers["/oauth/par"] = said(400, {"error": error})

        answer = client.post(CONNECT, {"handle": HANDLE})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Use the other way to connect." in page
        assert "/platforms/connect/bluesky/password/" in page
        assert not SignInUnderWay.objects.exists()

    def test_nobody_waits_for_a_server_that_dawdles(
        self, client: Client, network: PretendNetwork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        back = network.comes_back(begin(client))
        monkeypatch.setattr(connecting, "PATIENCE", timedelta(seconds=0.4))
        network.dawdles = 0.6

        returned = client.get(back, follow=True)
        there = client.post(CONNECT, {"handle": HANDLE})

        assert there.status_code == 422
        assert "could not be reached" in there.content.decode()
        assert "could not be reached" in texts(returned)[-1]
        assert not Account.objects.exists()

    def test_a_storm_of_numbers_is_over_after_two(self, client: Client, network: PretendNetwork) -> None:
        network.storms = True

        answer = client.post(CONNECT, {"handle": HANDLE})

        assert answer.status_code == 422
        assert "has trouble of its own" in answer.content.decode()
        assert network.asked.count("POST /oauth/par") == 2


class TestWhoTheHubIs:
    @pytest.fixture
    def public(self, settings: LazySettings) -> str:
        settings.HUB_URL = "https://hub.example"
        return "https://hub.example"

    def described(self, network: PretendNetwork) -> Any:
        return Client().get(f"/platforms/clients/bluesky/{network.host}.json")

    def test_anyone_may_read_it_and_it_holds_no_secret(
        self, client: Client, network: PretendNetwork, public: str
    ) -> None:
        begin(client)
        answer = self.described(network)

        said = answer.json()
        (key,) = said["jwks"]["keys"]
        assert answer.headers["Content-Type"] == "application/json"
        assert said["client_id"] == f"{public}/platforms/clients/bluesky/{network.host}.json"
        assert said["redirect_uris"] == [f"{public}/platforms/callback/bluesky/{network.host}/"]
        assert said["token_endpoint_auth_method"] == "private_key_jwt"
        assert said["dpop_bound_access_tokens"] is True
        assert "d" not in key
        secret = json.loads(AppRegistration.objects.get().client_secret)["d"]
        assert secret not in answer.content.decode() + everything_stored()

    def test_it_signs_with_the_key_that_it_shows(
        self, client: Client, network: PretendNetwork, public: str
    ) -> None:
        there = begin(client)
        client.get(network.comes_back(there))

        shown = self.described(network).json()
        (key,) = shown["jwks"]["keys"]
        for asked in (network.pushed, network.forms[0]):
            signed = jwt.decode(asked["client_assertion"], ECKey.import_key(key))
            assert signed.header["kid"] == key["kid"]
            assert signed.claims["iss"] == signed.claims["sub"] == asked["client_id"] == shown["client_id"]
            assert signed.claims["aud"] == network.origin
        assert network.pushed["client_assertion"] != network.forms[0]["client_assertion"]

    def test_each_server_sees_a_key_of_its_own(
        self, client: Client, network: PretendNetwork, public: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begin(client)
        with PretendNetwork().running() as another:
            for name, value in another.settings.items():
                monkeypatch.setenv(name, value)
            begin(client)

            assert self.described(network).json()["jwks"] != self.described(another).json()["jwks"]

    @pytest.mark.parametrize(
        "path",
        ["bluesky/elsewhere.example", "mastodon/{host}", "rehearsal/{host}", "x/{host}", "nothing/{host}"],
    )
    def test_where_it_never_went_there_is_nothing_to_read(
        self, client: Client, network: PretendNetwork, public: str, path: str
    ) -> None:
        begin(client)

        assert Client().get(f"/platforms/clients/{path.format(host=network.host)}.json").status_code == 404

    def test_trying_it_out_needs_no_description(self, client: Client, network: PretendNetwork) -> None:
        begin(client)

        assert network.pushed["client_id"].startswith(
            "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%3A"
        )
        assert "client_assertion" not in network.pushed
        assert self.described(network).status_code == 404

    @pytest.mark.parametrize("home", ["http://hub.intranet", "https://10.0.0.7", "http://localhost:8000"])
    def test_a_hub_that_no_server_can_look_up_offers_the_app_password_alone(
        self, client: Client, settings: LazySettings, home: str
    ) -> None:
        settings.HUB_URL = home

        page = client.get(CONNECT).content.decode()

        assert 'name="password"' in page
        assert "Sign in at Bluesky instead" not in page
        assert client.get(f"{CONNECT}password/").headers["Location"] == CONNECT

    def test_otherwise_signing_in_comes_first_and_each_way_leads_to_the_other(self, client: Client) -> None:
        first, second = (
            client.get(CONNECT).content.decode(),
            client.get(f"{CONNECT}password/").content.decode(),
        )

        assert 'name="password"' not in first
        assert "Continue at Bluesky" in first
        assert f'href="{CONNECT}password/"' in first
        assert 'name="password"' in second
        assert f'href="{CONNECT}"' in second


class TestNewKeys:
    """A permission rests on the key that the hub signed with when it was given, as the real server has it."""

    @pytest.fixture(autouse=True)
    def _public(self, settings: LazySettings) -> None:
        settings.HUB_URL = "https://hub.example"

    def shown(self, network: PretendNetwork) -> list[str]:
        answer = Client().get(f"/platforms/clients/bluesky/{network.host}.json").json()
        return [key["kid"] for key in answer["jwks"]["keys"]]

    def test_who_is_connected_goes_on_with_the_old_one_and_who_comes_later_signs_with_the_new(
        self, client: Client, network: PretendNetwork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.get(network.comes_back(begin(client)))
        (old,) = self.shown(network)
        account = Account.objects.get()

        call_command("renew_client_keys", stdout=StringIO())

        new, still = self.shown(network)
        assert still == old
        assert account.expires_at
        tokens.renew(account.pk, now=account.expires_at)
        assert signed_by(network.forms[-1]) == old
        # A server that has looked up the keys an hour ago does not know the new one.
        begin(client)
        assert signed_by(network.pushed) == old
        monkeypatch.setattr(client_keys, "time", lambda: time() + 3601)
        client.get(network.comes_back(begin(client)))
        assert signed_by(network.pushed) == signed_by(network.forms[-1]) == new
        assert Account.objects.connected().get().data["signed_by"] == new

    def test_who_set_out_with_the_old_one_comes_back_with_it(
        self, client: Client, network: PretendNetwork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there = begin(client)
        (old,) = self.shown(network)
        call_command("renew_client_keys", stdout=StringIO())
        monkeypatch.setattr(client_keys, "time", lambda: time() + 3601)

        client.get(network.comes_back(there))

        assert signed_by(network.forms[-1]) == old

    def test_a_key_that_nobody_uses_any_more_goes_with_the_next_renewal(
        self, client: Client, network: PretendNetwork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.get(network.comes_back(begin(client)))
        (first,) = self.shown(network)
        call_command("renew_client_keys", stdout=StringIO())
        monkeypatch.setattr(client_keys, "time", lambda: time() + 3601)
        call_command("renew_client_keys", stdout=StringIO())
        assert len(self.shown(network)) == 3
        client.get(network.comes_back(begin(client)))
        (left,) = Account.objects.permission_to_end()
        end_permission(left.pk, now=left.connected_at)
        assert signed_by(network.forms[-1]) == first

        call_command("renew_client_keys", stdout=StringIO())

        assert len(self.shown(network)) == 2
        assert first not in self.shown(network)

    def test_one_from_before_keys_had_names_is_the_oldest(
        self, client: Client, network: PretendNetwork
    ) -> None:
        client.get(network.comes_back(begin(client)))
        account = Account.objects.get()
        account.data.pop("signed_by")
        account.save()
        (old,) = self.shown(network)
        for _ in range(2):
            call_command("renew_client_keys", stdout=StringIO())

        assert account.expires_at
        tokens.renew(account.pk, now=account.expires_at)

        assert signed_by(network.forms[-1]) == old

    def test_stolen_keys_go_at_once_and_their_people_are_asked_to_connect_again(
        self, client: Client, network: PretendNetwork
    ) -> None:
        client.get(network.comes_back(begin(client)))
        (old,) = self.shown(network)
        access = Account.objects.get().access()

        call_command("renew_client_keys", "--stolen", stdout=StringIO())

        (new,) = self.shown(network)
        assert new != old
        account = Account.objects.get()
        assert account.broken_reason == Code.REVOKED
        assert [notice.kind for notice in Notice.objects.all()] == ["account_broken"]
        assert account.registration
        with pytest.raises(Disconnected):
            BLUESKY.refresh(replace(access, app=account.registration.app()))
        client.get(network.comes_back(begin(client)))
        assert Account.objects.connected().get().broken_at is None

    def test_no_key_is_readable_in_the_database_or_said(
        self, client: Client, network: PretendNetwork, caplog: pytest.LogCaptureFixture
    ) -> None:
        client.get(network.comes_back(begin(client)))
        said_aloud = StringIO()
        call_command("renew_client_keys", stdout=said_aloud)

        secret = AppRegistration.objects.get().client_secret
        keys = [one["jwk"]["d"] for one in json.loads(secret)["keys"]]
        written = everything_stored() + caplog.text + said_aloud.getvalue() + repr(keys_in(secret))
        assert len(keys) == 2
        assert not any(key in written for key in keys)
        assert said_aloud.getvalue() == "renewed=1\n"


def signed_by(form: dict[str, str]) -> str:
    """Return the name of the key with which the hub showed who it is."""
    head = form["client_assertion"].split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])


class TestWithTheKey:
    def test_a_post_goes_out_with_a_proof_and_a_stale_number_costs_a_request_and_no_post(
        self, network: PretendNetwork
    ) -> None:
        access = connected(network)
        network.nonce += 1

        BLUESKY.publish(a_draft(), access)
        BLUESKY.publish(a_draft(), access)

        assert len(network.records) == 2
        assert network.asked.count("POST /xrpc/com.atproto.repo.putRecord") == 3

    def test_a_storm_of_numbers_is_no_disconnect_and_nothing_is_posted(self, network: PretendNetwork) -> None:
        access = connected(network)
        network.storms = True

        with pytest.raises(TryLater):
            BLUESKY.publish(a_draft(), access)

        assert network.records == {}
        assert network.asked.count("POST /xrpc/com.atproto.repo.putRecord") == 2

    @pytest.mark.parametrize("number", ["", "a b", "x" * 600, "café", "n1	X: y"])
    def test_an_odd_number_is_not_repeated(self, network: PretendNetwork, number: str) -> None:
        with answering(401, {"error": "use_dpop_nonce"}, headers={"DPoP-Nonce": number}) as server:
            access = Access(server.host, DID, "t", key=dpop.new_key())
            with pytest.raises(TryLater):
                BLUESKY.publish(a_draft(), access)

        assert len(server.visits) == 1

    def test_a_key_that_is_not_known_asks_for_the_owner(self) -> None:
        expired = {"error": "invalid_token", "message": "expired"}
        with answering(401, expired) as server, pytest.raises(Disconnected):
            BLUESKY.publish(a_draft(), Access(server.host, DID, "t", key=dpop.new_key()))

    def test_no_secret_is_said(self, network: PretendNetwork) -> None:
        access = connected(network)
        secrets = [access.key, json.loads(access.key)["d"], access.token, access.refresh_token]

        with echoing(400) as server, pytest.raises(Failure) as raised:
            BLUESKY.publish(a_draft(), replace(access, host=server.host))

        words = repr(access) + str(raised.value) + repr(raised.value)
        assert not any(secret in words for secret in secrets)


class TestRenewing:
    def test_both_tokens_are_new_and_the_key_and_the_place_stay(self, network: PretendNetwork) -> None:
        before = connected(network)

        after = BLUESKY.refresh(before)

        assert (after.token, after.refresh_token) == ("access-2", "refresh-2")
        assert (after.host, after.remote_id, after.key, after.data) == (
            before.host, before.remote_id, before.key, before.data,
        )  # fmt: skip

    def test_a_spent_token_asks_for_the_owner(self, network: PretendNetwork) -> None:
        before = connected(network)
        BLUESKY.refresh(before)

        with pytest.raises(Disconnected):
            BLUESKY.refresh(before)

    @pytest.mark.parametrize(
        "tells", [{"sub": f"did:plc:{'b' * 24}"}, {"sub": None}, {"token_type": "Bearer"}]
    )
    def test_tokens_of_somebody_else_are_not_taken(
        self, network: PretendNetwork, tells: dict[str, object]
    ) -> None:
        access = connected(network)
        network.tells = tells

        with pytest.raises(Disconnected):
            BLUESKY.refresh(access)

    def test_who_the_hub_was_is_forgotten_and_so_is_the_permission(self, network: PretendNetwork) -> None:
        with pytest.raises(Disconnected):
            BLUESKY.refresh(replace(connected(network), app=None))

    @pytest.mark.parametrize("error", ["invalid_client", "invalid_dpop_proof", "invalid_client_metadata"])
    def test_what_the_owner_cannot_help_is_no_disconnect(self, network: PretendNetwork, error: str) -> None:
        access = connected(network)
        network.answers["/oauth/token"] = said(400, {"error": error})

        with pytest.raises(TryLater):
            BLUESKY.refresh(access)

    def test_a_storm_of_numbers_spends_no_token(self, network: PretendNetwork) -> None:
        access = connected(network)
        network.storms = True
        with pytest.raises(TryLater):
            BLUESKY.refresh(access)
        network.storms = False

        assert BLUESKY.refresh(access).token == "access-2"

    @pytest.mark.parametrize("trouble", [said(0), said(502, "page"), said(200, {})])
    def test_a_lost_answer_is_unknown(
        self, network: PretendNetwork, trouble: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        access = connected(network)
        network.answers["/oauth/token"] = trouble

        with pytest.raises(OutcomeUnknown):
            BLUESKY.refresh(access)

    def test_an_issuer_that_moved_inside_is_not_followed(self, network: PretendNetwork) -> None:
        access = connected(network)
        with canary() as bird:
            network.lies[SERVER] = {"token_endpoint": f"https://127.0.0.1:{bird.port}/token"}
            with pytest.raises(Failure):
                BLUESKY.refresh(access)

        assert bird.is_silent

    def test_through_the_hub_it_is_kept_and_a_hub_that_moved_asks_its_people(
        self, client: Client, network: PretendNetwork, settings: LazySettings
    ) -> None:
        client.get(network.comes_back(begin(client)))
        account = Account.objects.get()
        assert account.expires_at

        tokens.renew(account.pk, now=account.expires_at)
        account.refresh_from_db()
        assert (account.token, account.refresh_token) == ("access-2", "refresh-2")

        settings.HUB_URL = "https://elsewhere.example"
        assert account.expires_at
        tokens.renew(account.pk, now=account.expires_at + timedelta(hours=1))
        account.refresh_from_db()
        assert account.broken_reason == Code.REVOKED
        assert len(network.forms) == 2

    def test_an_app_password_later_takes_the_key_away(
        self, client: Client, alice: Person, network: PretendNetwork
    ) -> None:
        client.get(network.comes_back(begin(client)))
        old = Account.objects.get()

        type_a_password(client, network)

        account = Account.objects.connected().get()
        assert (account.pk, account.token, account.proof_key) == (old.pk, "session-1", "")


def type_a_password(client: Client, network: PretendNetwork) -> None:
    typed = {"handle": HANDLE, "password": "xxxx", "server": network.host}
    answer = client.post(f"{CONNECT}password/", typed)
    assert answer.status_code == 302, answer.content.decode()


class TestConnectingAgain:
    """Each sign-in is a session of its own there: the one that is replaced is ended, or it would live on."""

    def test_after_the_other_way_in_the_earlier_permission_is_ended(
        self, client: Client, network: PretendNetwork, now: datetime
    ) -> None:
        client.get(network.comes_back(begin(client)))
        type_a_password(client, network)

        self.end_what_was_left(now)

        assert network.asked[-1] == "POST /oauth/revoke"
        assert network.forms[-1]["token"] == "refresh-1"
        assert Account.objects.get().refresh_token == "session-refresh-1"

    def test_and_the_other_way_around(self, client: Client, network: PretendNetwork, now: datetime) -> None:
        type_a_password(client, network)
        client.get(network.comes_back(begin(client)))

        self.end_what_was_left(now)

        assert network.ended == ["session-refresh-1"]
        assert Account.objects.get().refresh_token == "refresh-1"

    def test_and_the_same_way_again(self, client: Client, network: PretendNetwork, now: datetime) -> None:
        for _ in range(2):
            type_a_password(client, network)

        self.end_what_was_left(now)

        assert network.ended == ["session-refresh-1"]
        assert Account.objects.get().refresh_token == "session-refresh-2"

    def test_who_disconnected_and_comes_back_at_once_leaves_nothing_open(
        self, client: Client, network: PretendNetwork, now: datetime
    ) -> None:
        type_a_password(client, network)
        disconnect(Account.objects.get(), now=now)
        client.get(network.comes_back(begin(client)))

        self.end_what_was_left(now)

        assert network.ended == ["session-refresh-1"]

    def test_the_account_stays_its_own_row_whatever_the_clock_says(
        self, client: Client, network: PretendNetwork, now: datetime
    ) -> None:
        for _ in range(2):
            type_a_password(client, network)
        mine = Account.objects.connected().get()
        # By a clock that was set back, so that what was set apart looks newer.
        disconnect(mine, now=now)

        type_a_password(client, network)

        assert Account.objects.connected().get() == mine

    def test_a_server_that_is_down_is_asked_again_and_the_account_works_meanwhile(
        self, client: Client, network: PretendNetwork, now: datetime
    ) -> None:
        client.get(network.comes_back(begin(client)))
        network.answers["/oauth/revoke"] = said(503, {})
        type_a_password(client, network)

        (left,) = Account.objects.permission_to_end()
        end_permission(left.pk, now=now)
        assert Account.objects.permission_to_end().exists()
        # Nobody sees it, and nothing is done with it but this.
        page = client.get("/platforms/").content.decode()
        assert page.count('/disconnect/"') == 1

        del network.answers["/oauth/revoke"]
        self.end_what_was_left(now)
        assert network.forms[-1]["token"] == "refresh-1"

    def test_elsewhere_the_earlier_token_may_be_the_new_one_and_is_left_alone(
        self, alice: Person, now: datetime
    ) -> None:
        """A Mastodon server gives who signs in again the token they had."""
        account = Account.objects.create(
            person=alice, platform="mastodon", host="m.example", remote_id="1", token="t", connected_at=now
        )

        end_what_is_replaced(account, now=now)

        assert Account.objects.get() == account

    @staticmethod
    def end_what_was_left(now: datetime) -> None:
        (left,) = Account.objects.permission_to_end()
        end_permission(left.pk, now=now)


class TestLettingGo:
    def test_the_session_is_ended_and_everything_forgotten(
        self, client: Client, network: PretendNetwork, now: datetime
    ) -> None:
        client.get(network.comes_back(begin(client)))
        account = Account.objects.get()
        disconnect(account, now=now)

        end_permission(account.pk, now=now)

        account.refresh_from_db()
        assert network.forms[-1]["token"] == "refresh-1"
        assert (account.token, account.refresh_token, account.proof_key) == ("", "", "")

    @pytest.mark.parametrize("error", ["invalid_token", "invalid_client"])
    def test_what_is_gone_already_is_no_error(self, network: PretendNetwork, error: str) -> None:
        access = connected(network)
        network.answers["/oauth/revoke"] = said(401, {"error": error})

        BLUESKY.revoke(access, access.app)

    @pytest.mark.parametrize("trouble", [said(0), said(503, {}), said(401, {"error": "invalid_dpop_proof"})])
    def test_it_is_not_called_ended_when_it_was_not(self, network: PretendNetwork, trouble: Any) -> None:
        access = connected(network)
        network.answers["/oauth/revoke"] = trouble

        with pytest.raises(TryLater):
            BLUESKY.revoke(access, access.app)

    def test_a_server_without_a_way_to_end_it_refuses(self, network: PretendNetwork) -> None:
        network.lies[SERVER] = {"revocation_endpoint": None}
        access = connected(network)

        with pytest.raises(Rejected):
            BLUESKY.revoke(access, access.app)


def everything_stored() -> str:
    """Return every row of every table as the database holds it."""
    found = []
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            found.append(repr(cursor.fetchall()))
    return "".join(found)
