"""How many follow an account: asked once a week, told to its owner alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person
from advocacy.platforms.connector import Access, CountsFollowers, channels
from advocacy.platforms.connectors.bluesky import Bluesky
from advocacy.platforms.following import count_followers
from advocacy.platforms.models import Account
from tests.platforms.standins import answering, hanging_up
from tests.platforms.written import saying

AsPerson = Callable[[Person], Client]
WEEK = timedelta(days=7)


@pytest.fixture
def make_account(alice: Person, now: datetime) -> Callable[[str, str], Account]:
    def make(platform: str, host: str) -> Account:
        return Account.objects.create(
            person=alice,
            platform=platform,
            host=host,
            remote_id="1000001",
            handle="alice.zomer",
            token="t",
            refresh_token="t",
            connected_at=now,
            tokens_at=now - WEEK,
        )

    return make


def words_of(client: Client) -> str:
    body = LexborHTMLParser(client.get("/platforms/").content.decode()).body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


@pytest.mark.parametrize("slug", ["threads", "instagram", "facebook", "x", "mastodon"])
def test_it_is_read_where_the_platform_tells_it(slug: str) -> None:
    channel: Any = channels()[slug]()
    with saying(slug, "followers") as server:
        assert channel.followers(Access(server.host, "1000001", "t")) == 1204


def test_at_bluesky_it_is_read_from_the_network_where_there_is_one() -> None:
    channel = Bluesky()
    with saying("bluesky", "followers") as server:
        access = Access(server.host, "did:plc:alice", "t", data={"appview": f"http://{server.host}"})
        assert channel.followers(access) == 1204
        assert channel.followers(replace(access, data={})) is None
    assert len(server.visits) == 1


def test_at_linkedin_it_is_read_with_the_vetted_permission_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKEDIN_READS_COUNTS", "yes")
    channel: Any = channels()["linkedin"]()
    assert channel.does(CountsFollowers)
    with saying("linkedin", "followers") as server:
        access = Access(server.host, "782bbtaQ", "t", data={"scopes": ["r_member_profileAnalytics"]})
        assert channel.followers(access) == 1204
        assert channel.followers(replace(access, data={"scopes": ["w_member_social"]})) is None

    (visit,) = server.visits
    assert visit.path == "/rest/memberFollowersCount?q=me"
    assert visit.header("LinkedIn-Version") == "202607"
    monkeypatch.setenv("LINKEDIN_READS_COUNTS", "no")
    assert not channel.does(CountsFollowers)


@pytest.mark.parametrize("slug", ["threads", "instagram", "facebook"])
def test_a_permission_that_is_too_small_is_not_measurable(slug: str) -> None:
    channel: Any = channels()[slug]()
    with saying(slug, "no_permission") as server:
        assert channel.followers(Access(server.host, "1000001", "t")) is None


def test_its_owner_reads_how_many_and_when_and_who_says_so(
    alice: Person, as_person: AsPerson, make_account: Callable[..., Account], now: datetime
) -> None:
    with saying("threads", "followers") as server:
        account = make_account("threads", server.host)
        assert "follower" not in words_of(as_person(alice)).lower()
        count_followers(account.pk, now=now)

    assert "1,204 followers on 17 November, as Threads says." in words_of(as_person(alice))


def test_what_is_not_told_is_not_measurable(
    alice: Person, as_person: AsPerson, make_account: Callable[..., Account], now: datetime
) -> None:
    account = make_account("linkedin", "api.linkedin.com")

    count_followers(account.pk, now=now)

    assert "Followers: not measurable." in words_of(as_person(alice))


def test_it_is_asked_once_a_week(make_account: Callable[..., Account], now: datetime) -> None:
    with saying("threads", "followers") as server:
        account = make_account("threads", server.host)
        for at in (now, now, now + WEEK - timedelta(minutes=1)):
            count_followers(account.pk, now=at)
        assert len(server.visits) == 1

        count_followers(account.pk, now=now + WEEK)
        assert len(server.visits) == 2


def test_a_blip_keeps_what_was_known_and_is_asked_again_tomorrow(
    make_account: Callable[..., Account], now: datetime
) -> None:
    with hanging_up() as server:
        account = make_account("threads", server.host)
        Account.objects.update(followers=12, followers_at=now - WEEK)
        count_followers(account.pk, now=now)

    account.refresh_from_db()
    assert (account.followers, account.followers_at) == (12, now - WEEK)
    assert account.ask_followers_at == now + timedelta(days=1)
    assert account.broken_at is None


@pytest.mark.parametrize("count", [-1, 2**40, "many", None])
def test_what_is_no_count_is_not_measurable(
    make_account: Callable[..., Account], now: datetime, count: object
) -> None:
    with answering(200, {"id": "1000001", "followers_count": count}) as server:
        account = make_account("facebook", server.host)
        count_followers(account.pk, now=now)

    account.refresh_from_db()
    assert account.followers is None
    assert account.followers_at == now


def test_an_account_by_hand_is_not_asked_about(make_account: Callable[..., Account], now: datetime) -> None:
    with saying("x", "followers") as server:
        account = make_account("x", server.host)
        Account.objects.update(by_hand=True)
        count_followers(account.pk, now=now)

    assert not server.visits


def test_x_is_not_asked_where_reading_is_switched_off(
    make_account: Callable[..., Account], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_READS", "no")
    with saying("x", "followers") as server:
        count_followers(make_account("x", server.host).pk, now=now)

    assert not server.visits
