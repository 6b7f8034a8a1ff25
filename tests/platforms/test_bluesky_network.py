"""Reactions and followers on a real network of Bluesky: server, directory and AppView, none of them ours."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from advocacy.lib import addresses
from advocacy.lib.http import Request, permit, send
from advocacy.platforms.answers import json_object
from advocacy.platforms.connector import Access, Reactions, TryLater
from advocacy.platforms.connectors.bluesky import Bluesky
from tests.peers.bluesky import Pds, running_network
from tests.platforms.test_bluesky import a_draft

pytestmark = pytest.mark.peer

BLUESKY = Bluesky()
INDEXED_WITHIN = 20  # seconds


@pytest.fixture(scope="module")
def network() -> Iterator[Pds]:
    with running_network() as network:
        permit(network.hosts)
        yield network
        addresses._permitted.difference_update(network.hosts)


def signed_in(network: Pds, name: str) -> Access:
    account = network.accounts[name]
    typed = {"handle": account.handle, "password": account.password, "server": network.url}
    access = BLUESKY.sign_in(typed).access
    # On the public network the hub asks the public AppView; here it is this one.
    return replace(access, data={"appview": network.appview})


def react(network: Pds, who: Access, kind: str, record: dict[str, object]) -> None:
    """Do in somebody's name what only people do."""
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    made = {"$type": f"app.bsky.{kind}", "createdAt": at, **record}
    body = {"repo": who.remote_id, "collection": f"app.bsky.{kind}", "record": made}
    url = f"{network.url}/xrpc/com.atproto.repo.createRecord"
    answer = send(Request("POST", url, headers={"Authorization": f"Bearer {who.token}"}, json=body))
    assert answer.status == 200, answer.text


def soon(look: Callable[[], Reactions], wanted: Reactions) -> Reactions:
    """Look until it is so, or the time is up: an AppView hears of things a moment later."""
    until = time.monotonic() + INDEXED_WITHIN
    while True:
        seen = Reactions()
        with suppress(TryLater):
            seen = look()
        if seen == wanted or time.monotonic() > until:
            return seen
        time.sleep(0.2)


def test_likes_reposts_and_answers_of_people_are_counted(network: Pds) -> None:
    alice, bob = signed_in(network, "alice"), signed_in(network, "bob")
    receipt = BLUESKY.publish(a_draft("We mend bikes, and are counted."), alice)
    nobody = soon(lambda: BLUESKY.measure(receipt, alice), Reactions(likes=0, reposts=0, replies=0))
    shown = send(
        Request("GET", f"{network.appview}/xrpc/app.bsky.feed.getPosts", params={"uris": receipt.remote_id})
    )
    posts = json_object(shown)["posts"]
    assert isinstance(posts, list)
    subject = {"uri": receipt.remote_id, "cid": posts[0]["cid"]}

    react(network, bob, "feed.like", {"subject": subject})
    react(network, bob, "feed.repost", {"subject": subject})
    react(network, bob, "feed.post", {"text": "So do I.", "reply": {"root": subject, "parent": subject}})
    seen = soon(lambda: BLUESKY.measure(receipt, alice), Reactions(likes=1, reposts=1, replies=1))

    assert nobody == Reactions(likes=0, reposts=0, replies=0)
    # How often it was seen is told to nobody: that is "not measurable", and never zero.
    assert seen == Reactions(likes=1, reposts=1, replies=1, impressions=None)


def test_followers_are_counted(network: Pds) -> None:
    alice, bob = signed_in(network, "alice"), signed_in(network, "bob")
    before = BLUESKY.followers(alice)

    react(network, bob, "graph.follow", {"subject": alice.remote_id})
    until = time.monotonic() + INDEXED_WITHIN
    while BLUESKY.followers(alice) == before and time.monotonic() < until:
        time.sleep(0.2)

    assert (before, BLUESKY.followers(alice)) == (0, 1)
    # Apart from the network nobody counts them.
    assert BLUESKY.followers(replace(alice, data={})) is None


def test_a_deleted_post_is_gone_there_too(network: Pds) -> None:
    alice = signed_in(network, "alice")
    receipt = BLUESKY.publish(a_draft("Soon gone from the network."), alice)
    soon(lambda: BLUESKY.measure(receipt, alice), Reactions(likes=0, reposts=0, replies=0))

    BLUESKY.delete(receipt, alice)

    wanted = Reactions(gone=True)
    assert soon(lambda: BLUESKY.measure(receipt, alice), wanted) == wanted
