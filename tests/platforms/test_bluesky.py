"""Bluesky against a real server (PDS) on loopback. What a stand-in plays is named so."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image as Pixels

from advocacy.lib.http import Request, permit, send
from advocacy.platforms.connector import (
    Access,
    Card,
    Code,
    Connection,
    Disconnected,
    Draft,
    Image,
    OutcomeUnknown,
    Reactions,
    Receipt,
    Rejected,
    TryLater,
)
from advocacy.platforms.connectors.bluesky import Bluesky
from tests.lib.servers import StandIn, Visit, stand_in
from tests.peers.bluesky import Pds, running_pds
from tests.platforms.standins import answering, hanging_up, losing_answers_of

BLUESKY = Bluesky()
LINK = "https://hub.example/s/k3v9"


@pytest.fixture(scope="module")
def pds() -> Iterator[Pds]:
    with running_pds() as server:
        permit([server.host])
        yield server


@pytest.fixture(scope="module")
def alice_connected(pds: Pds) -> Connection:
    return signed_in(pds, "alice")


@pytest.fixture
def alice_there(alice_connected: Connection) -> Access:
    return alice_connected.access


def signed_in(pds: Pds, name: str) -> Connection:
    account = pds.accounts[name]
    return BLUESKY.sign_in({"handle": account.handle, "password": account.password, "server": pds.url})


def a_draft(text: str = "We mend bikes too.", **rest: Any) -> Draft:
    now = datetime.now(UTC)
    return Draft(uuid4(), BLUESKY.new_record_key(now), now, text, "en", **rest)


def a_picture(alt: str = "A mechanic holds a wheel up to the light.", *, noisy: bool = False) -> Image:
    drawn = BytesIO()
    size = (1200, 630)
    pixels = Pixels.effect_noise(size, 90) if noisy else Pixels.new("RGB", size, "teal")
    pixels.save(drawn, "PNG" if noisy else "JPEG")
    return Image(drawn.getvalue(), "image/png" if noisy else "image/jpeg", alt, *size)


def read_back(pds: Pds, receipt: Receipt) -> Any:
    """Return the post as anyone sees it on the real server."""
    did, collection, rkey = receipt.remote_id.removeprefix("at://").split("/")
    where = {"repo": did, "collection": collection, "rkey": rkey}
    answer = send(Request("GET", f"{pds.url}/xrpc/com.atproto.repo.getRecord", params=where))
    said: Any = answer.json()
    return said["value"]


def all_posts(pds: Pds, access: Access) -> list[Any]:
    where = {"repo": access.remote_id, "collection": "app.bsky.feed.post", "limit": "100"}
    said: Any = send(Request("GET", f"{pds.url}/xrpc/com.atproto.repo.listRecords", params=where)).json()
    return [post["value"] for post in said["records"]]


def clickable(post: Any) -> dict[str, dict[str, str]]:
    """Return what is clickable in a post: the words, cut out by their bytes, and where they lead."""
    written = post["text"].encode()
    return {
        written[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in post.get("facets", [])
    }


@pytest.mark.peer
class TestSigningIn:
    def test_an_app_password_becomes_a_connection(self, pds: Pds) -> None:
        alice = pds.accounts["alice"]
        # Copied from the app, a handle comes with an @ and marks of direction.
        typed = {
            "handle": f"\u2068@{alice.handle}\u2069 ",
            "password": f" {alice.password}",
            "server": pds.url,
        }

        connection = BLUESKY.sign_in(typed)

        assert connection.identity.handle == "alice.test"
        assert connection.identity.remote_id == connection.access.remote_id == alice.did
        assert connection.access.host == pds.host
        assert connection.access.expires_at
        assert connection.access.expires_at > datetime.now(UTC)
        assert alice.password not in repr(connection)
        assert connection.access.token not in repr(connection)

    def test_a_wrong_password_is_told(self, pds: Pds) -> None:
        with pytest.raises(Rejected) as raised:
            BLUESKY.sign_in({"handle": "alice.test", "password": "guess-guess", "server": pds.host})

        assert raised.value.code == Code.WRONG_PASSWORD

    def test_the_accounts_own_password_is_refused(self, pds: Pds) -> None:
        alice = pds.accounts["alice"]

        with pytest.raises(Rejected) as raised:
            BLUESKY.sign_in({"handle": alice.handle, "password": alice.main_password, "server": pds.host})

        assert raised.value.code == Code.MAIN_PASSWORD

    def test_one_may_sign_in_at_one_server_and_live_on_another(self, pds: Pds) -> None:
        with an_entrance_to(pds) as entrance:
            alice = pds.accounts["alice"]
            typed = {"handle": alice.handle, "password": alice.password, "server": entrance.host}

            connection = BLUESKY.sign_in(typed)

        assert connection.access.host == pds.host
        assert BLUESKY.publish(a_draft(), connection.access)

    def test_an_account_on_the_public_network_is_measured_there(self) -> None:
        session = {"did": "did:plc:abc", "handle": "alice.bsky.social", "accessJwt": "a", "refreshJwt": "r"}
        home = {"id": "#atproto_pds", "serviceEndpoint": "https://pds.example.com"}
        with answering(200, {**session, "didDoc": {"service": [home]}}) as stand_in_for_the_entrance:
            connection = BLUESKY.sign_in(
                {"handle": "alice", "password": "x", "server": stand_in_for_the_entrance.host}
            )

        assert connection.access.host == "pds.example.com"
        assert connection.access.data == {"appview": "https://public.api.bsky.app"}
        assert connection.identity.url == "https://bsky.app/profile/did:plc:abc"

    def test_a_token_is_renewed_and_the_new_one_posts(self, pds: Pds) -> None:
        before = signed_in(pds, "bob").access

        after = BLUESKY.refresh(before)

        assert after.refresh_token != before.refresh_token
        assert (after.host, after.remote_id, after.data) == (before.host, before.remote_id, before.data)
        assert BLUESKY.publish(a_draft(), after)

    def test_a_withdrawn_permission_is_gone_and_stays_gone(self, pds: Pds) -> None:
        access = signed_in(pds, "bob").access

        BLUESKY.revoke(access, None)
        BLUESKY.revoke(access, None)

        with pytest.raises(Disconnected) as raised:
            BLUESKY.refresh(access)
        assert raised.value.code == Code.REVOKED


@pytest.mark.peer
class TestPublishing:
    def test_text_link_tag_and_mention_are_read_back(self, pds: Pds, alice_there: Access) -> None:
        text = (
            f"Été 👨‍👩‍👧 @bob.test mends ({LINK}), says @nobody.test. "
            "#Fietsen_für2 #2026 日本 http://127.0.0.1:8000/s/a!"
        )

        receipt = BLUESKY.publish(a_draft(text, link=LINK), alice_there)

        post = read_back(pds, receipt)
        assert post["text"] == text
        assert post["langs"] == ["en"]
        assert clickable(post) == {
            "@bob.test": {"$type": "app.bsky.richtext.facet#mention", "did": pds.accounts["bob"].did},
            LINK: {"$type": "app.bsky.richtext.facet#link", "uri": LINK},
            "#Fietsen_für2": {"$type": "app.bsky.richtext.facet#tag", "tag": "Fietsen_für2"},
            "http://127.0.0.1:8000/s/a": {
                "$type": "app.bsky.richtext.facet#link",
                "uri": "http://127.0.0.1:8000/s/a",
            },
        }

    def test_the_post_bears_the_moment_it_was_planned_for(self, pds: Pds, alice_there: Access) -> None:
        draft = a_draft()

        post = read_back(pds, BLUESKY.publish(draft, alice_there))

        assert abs(datetime.fromisoformat(post["createdAt"]) - draft.at).total_seconds() < 0.001

    def test_a_card_carries_the_link_and_its_picture(self, pds: Pds, alice_there: Access) -> None:
        card = Card(LINK, "Bikes for all", "What we do in the shed.", a_picture())

        post = read_back(pds, BLUESKY.publish(a_draft(f"Look: {LINK}", link=LINK, card=card), alice_there))

        external = post["embed"]["external"]
        assert post["embed"]["$type"] == "app.bsky.embed.external"
        assert (external["uri"], external["title"]) == (LINK, "Bikes for all")
        assert external["description"] == "What we do in the shed."
        assert external["thumb"]["mimeType"] == "image/jpeg"
        assert external["thumb"]["size"] == len(a_picture().content)

    def test_a_card_goes_without_a_picture_that_is_too_heavy(self, pds: Pds, alice_there: Access) -> None:
        heavy = replace(a_picture(), content=b"x" * 1_000_001)
        card = Card(LINK, "Bikes for all", thumbnail=heavy)

        post = read_back(pds, BLUESKY.publish(a_draft(card=card), alice_there))

        assert post["embed"]["external"] == {"uri": LINK, "title": "Bikes for all", "description": ""}

    def test_pictures_carry_their_description_and_shape(self, pds: Pds, alice_there: Access) -> None:
        pictures = (a_picture("A wheel."), a_picture("The shed, in the rain.", noisy=True))

        post = read_back(pds, BLUESKY.publish(a_draft(images=pictures), alice_there))

        assert [one["alt"] for one in post["embed"]["images"]] == ["A wheel.", "The shed, in the rain."]
        assert [one["aspectRatio"] for one in post["embed"]["images"]] == [{"width": 1200, "height": 630}] * 2
        assert [one["image"]["mimeType"] for one in post["embed"]["images"]] == ["image/jpeg", "image/png"]

    def test_a_picture_that_is_too_heavy_stops_the_post_before_anything_leaves(self) -> None:
        heavy = replace(a_picture(), content=b"x" * 2_000_001)
        with hanging_up() as server, pytest.raises(Rejected) as raised:
            BLUESKY.publish(a_draft(images=(heavy,)), Access(server.host, "did:plc:a", "token"))

        assert raised.value.code == Code.TOO_LARGE
        assert not server.visits

    def test_the_server_counts_as_we_do(self, alice_there: Access) -> None:
        longest = "👍🏽" * 300

        assert BLUESKY.count(longest, data={}).used == 300
        assert BLUESKY.publish(a_draft(longest), alice_there)

    def test_one_grapheme_more_is_refused_before_anything_leaves(self, pds: Pds, alice_there: Access) -> None:
        posts = len(all_posts(pds, alice_there))

        with pytest.raises(Rejected) as raised:
            BLUESKY.publish(a_draft("👍🏽" * 301), alice_there)

        assert raised.value.code == Code.TOO_LONG
        assert len(all_posts(pds, alice_there)) == posts

    def test_bytes_are_counted_where_they_run_out_first(self) -> None:
        families = "👨‍👩‍👧‍👦" * 121

        counted = BLUESKY.count(families, data={})

        assert (counted.used, counted.limit, counted.unit, counted.too_long) == (3025, 3000, "bytes", True)

    def test_a_token_that_is_no_access_token_asks_for_the_owner(self, alice_there: Access) -> None:
        with pytest.raises(Disconnected) as raised:
            BLUESKY.publish(a_draft(), replace(alice_there, token=alice_there.refresh_token))

        assert raised.value.code == Code.REVOKED

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("ExpiredToken", Code.EXPIRED),
            ("InvalidToken", Code.REVOKED),
            ("AccountTakedown", Code.ACCOUNT_BLOCKED),
        ],
    )
    def test_what_a_stand_in_names_is_understood(self, name: str, code: Code) -> None:
        with (
            answering(400, {"error": name, "message": "no"}) as server,
            pytest.raises(Disconnected) as raised,
        ):
            BLUESKY.publish(a_draft(), Access(server.host, "did:plc:a", "token"))

        assert raised.value.code == code


@pytest.mark.peer
class TestPostingOnce:
    def test_the_same_draft_twice_is_one_post(self, pds: Pds, alice_there: Access) -> None:
        draft = a_draft("Twice said, once posted.")

        first, second = BLUESKY.publish(draft, alice_there), BLUESKY.publish(draft, alice_there)

        assert first == second
        assert posts_saying(draft.text, pds, alice_there) == 1

    def test_eight_at_once_are_one_post(self, pds: Pds, alice_there: Access) -> None:
        draft = a_draft("Eight hands, one post.", card=Card(LINK, "Bikes for all", "", a_picture()))

        with ThreadPoolExecutor(8) as hands:
            receipts = list(hands.map(lambda _: BLUESKY.publish(draft, alice_there), range(8)))

        assert len(set(receipts)) == 1
        assert posts_saying(draft.text, pds, alice_there) == 1

    def test_a_key_with_another_post_under_it_is_refused(self, pds: Pds, alice_there: Access) -> None:
        draft = a_draft("I was first.")
        receipt = BLUESKY.publish(draft, alice_there)

        with pytest.raises(Rejected) as raised:
            BLUESKY.publish(replace(draft, text="I was not."), alice_there)

        assert raised.value.code == Code.KEY_TAKEN
        assert read_back(pds, receipt)["text"] == "I was first."

    def test_a_lost_answer_is_found_and_not_posted_again(self, pds: Pds, alice_there: Access) -> None:
        draft = a_draft("Lost on the way back.")

        with losing_answers_of(pds.host) as line, pytest.raises(OutcomeUnknown):
            BLUESKY.publish(draft, replace(alice_there, host=line.host))

        receipt = BLUESKY.find(draft, alice_there)
        assert receipt
        assert BLUESKY.publish(draft, alice_there) == receipt
        assert posts_saying(draft.text, pds, alice_there) == 1

    def test_what_was_never_sent_is_not_found(self, alice_there: Access) -> None:
        assert BLUESKY.find(a_draft(), alice_there) is None

    def test_its_keys_are_the_protocols(self) -> None:
        keys = [BLUESKY.new_record_key(datetime.now(UTC)) for _ in range(100)]

        assert all(
            re.fullmatch("[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}", key) for key in keys
        )


@pytest.mark.peer
class TestAfterwards:
    def test_a_deleted_post_is_gone_and_deleting_again_is_fine(self, pds: Pds, alice_there: Access) -> None:
        draft = a_draft("Soon gone.")
        receipt = BLUESKY.publish(draft, alice_there)

        BLUESKY.delete(receipt, alice_there)
        BLUESKY.delete(receipt, alice_there)

        assert posts_saying(draft.text, pds, alice_there) == 0
        assert BLUESKY.find(draft, alice_there) is None
        assert BLUESKY.measure(receipt, alice_there) == Reactions(gone=True)

    def test_a_server_apart_has_no_counts_and_no_public_page(self, alice_there: Access) -> None:
        receipt = BLUESKY.publish(a_draft(), alice_there)

        assert receipt.url == ""
        assert BLUESKY.measure(receipt, alice_there) == Reactions()

    def test_a_stand_in_for_the_appview_is_believed(self, alice_there: Access) -> None:
        counts = {"likeCount": 7, "repostCount": 2, "replyCount": 0, "quoteCount": 1}
        with answering(200, {"posts": [counts]}) as appview:
            access = replace(alice_there, data={"appview": appview.url})
            receipt = BLUESKY.publish(a_draft(), access)

            assert BLUESKY.measure(receipt, access) == Reactions(likes=7, reposts=2, replies=0)
            assert receipt.remote_id.replace(":", "%3A").replace("/", "%2F") in appview.visits[0].path
            key = receipt.remote_id.rpartition("/")[2]
            assert receipt.url == f"https://bsky.app/profile/{access.remote_id}/post/{key}"

    def test_a_post_that_is_not_indexed_yet_is_asked_after_later(self, alice_there: Access) -> None:
        with answering(200, {"posts": []}) as appview:
            access = replace(alice_there, data={"appview": appview.url})
            receipt = BLUESKY.publish(a_draft(), access)

            with pytest.raises(TryLater) as raised:
                BLUESKY.measure(receipt, access)
            BLUESKY.delete(receipt, access)

            assert raised.value.code == Code.NOT_READY
            assert BLUESKY.measure(receipt, access) == Reactions(gone=True)


def posts_saying(text: str, pds: Pds, access: Access) -> int:
    return sum(post["text"] == text for post in all_posts(pds, access))


@contextmanager
def an_entrance_to(pds: Pds) -> Iterator[StandIn]:
    """A stand-in for bsky.social: it signs people in at their real server and says where that is."""

    def pass_on(visit: Visit) -> None:
        visit.read_request()
        headers = {"Content-Type": "application/json"}
        answer = send(Request("POST", pds.url + visit.path, headers=headers, body=visit.body))
        home = {"id": "#atproto_pds", "serviceEndpoint": pds.url}
        session: Any = answer.json()
        body = json.dumps({**session, "didDoc": {"service": [home]}}).encode()
        visit.answer(body, headers=("Content-Type: application/json",))

    with stand_in(pass_on) as server:
        yield server
