"""A platform tells that someone withdrew: believed when it is signed, and by nobody else."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.test import Client

from advocacy.notices.models import Notice
from advocacy.people.models import Person, Role
from advocacy.platforms.connector import channels
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.setting_up import keep_app

SECRET = "canary-app-secret-77f1"
HOSTS = {"threads": "graph.threads.net", "instagram": "graph.instagram.com", "facebook": "graph.facebook.com"}


@pytest.fixture(autouse=True)
def _set_up(db: None, now: datetime) -> None:
    for slug in HOSTS:
        keep_app(channels()[slug](), client_id="hub", client_secret=SECRET, now=now)


@pytest.fixture
def make_account(now: datetime) -> Callable[..., Account]:
    def make(person: Person, slug: str, remote_id: str, **columns: object) -> Account:
        usual = {"handle": "alice.zomer", "display_name": "Alice Zomer", "url": "https://a.example/"}
        return Account.objects.create(
            person=person,
            platform=slug,
            host=HOSTS[slug],
            remote_id=remote_id,
            token="t",
            refresh_token="t",
            connected_at=now,
            registration=AppRegistration.objects.get(platform=slug),
            **(usual | columns),
        )

    return make


def signed(user_id: str, *, secret: str = SECRET) -> str:
    """Write it as Meta does. Source: the page on its data deletion callback."""
    said = json.dumps({"algorithm": "HMAC-SHA256", "issued_at": 1795168800, "user_id": user_id}).encode()
    payload = base64.urlsafe_b64encode(said).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), payload, hashlib.sha256).digest())
    return f"{signature.rstrip(b'=').decode()}.{payload.decode()}"


def tell(slug: str, what: str, written: str, *, host: str = "") -> int:
    address = f"/platforms/callback/{slug}/{host or HOSTS[slug]}/{what}/"
    return Client(enforce_csrf_checks=True).post(address, {"signed_request": written}).status_code


@pytest.mark.parametrize("slug", list(HOSTS))
def test_who_withdrew_there_is_asked_to_connect_again(
    slug: str, alice: Person, bob: Person, make_account: Callable[..., Account]
) -> None:
    hers = make_account(alice, slug, "1", data={"person": "5550001"})
    his = make_account(bob, slug, "2", data={"person": "5550002"})

    assert tell(slug, "ended", signed("5550001")) == 200

    hers.refresh_from_db()
    his.refresh_from_db()
    assert (hers.broken_reason, his.broken_at) == ("revoked", None)
    assert [notice.kind for notice in Notice.objects.all()] == ["account_broken"]


def test_on_threads_it_is_named_by_the_account_itself(
    alice: Person, make_account: Callable[..., Account]
) -> None:
    account = make_account(alice, "threads", "17841400000000001")

    tell("threads", "ended", signed("17841400000000001"))

    account.refresh_from_db()
    assert account.broken_reason == "revoked"


@pytest.mark.parametrize("slug", list(HOSTS))
def test_who_wants_to_be_forgotten_is_disconnected_and_forgotten(
    slug: str, alice: Person, make_account: Callable[..., Account]
) -> None:
    account = make_account(alice, slug, "1", data={"person": "5550001"})
    address = f"/platforms/callback/{slug}/{HOSTS[slug]}/forget/"

    answer = Client().post(address, {"signed_request": signed("5550001")})

    said = answer.json()
    assert said["url"].endswith("/platforms/")
    assert len(said["confirmation_code"]) == 16
    account.refresh_from_db()
    assert account.disconnected_at is not None
    assert (account.handle, account.display_name, account.url, account.data) == ("…", "", "", {})


@pytest.mark.parametrize("what", ["ended", "forget"])
@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        "a.b",
        signed("1", secret="another"),
        signed("1", secret=""),
        signed("1").partition(".")[2],
        f"{signed('2').partition('.')[0]}.{signed('1').partition('.')[2]}",
        f"{signed('1')}x",
        "é.é",
        "=" * 5000 + "." + "=" * 5000,
    ],
)
def test_nobody_else_is_believed(
    what: str, written: str, alice: Person, make_account: Callable[..., Account]
) -> None:
    account = make_account(alice, "threads", "1")

    assert tell("threads", what, written) == 404

    account.refresh_from_db()
    assert (account.broken_at, account.disconnected_at) == (None, None)


def test_other_platforms_and_hosts_hear_nothing(alice: Person, make_account: Callable[..., Account]) -> None:
    make_account(alice, "threads", "1")

    assert tell("threads", "ended", signed("1"), host="evil.example") == 404
    assert tell("x", "ended", signed("1"), host="api.x.com") == 404
    assert tell("nonsense", "ended", signed("1"), host="api.x.com") == 404
    assert tell("instagram", "ended", signed("1")) == 200
    assert Account.objects.get().broken_at is None


def test_without_a_secret_nobody_is_believed(alice: Person, make_account: Callable[..., Account]) -> None:
    make_account(alice, "threads", "1")
    AppRegistration.objects.update(client_secret="")

    assert tell("threads", "ended", signed("1", secret="")) == 404


def test_the_administrator_reads_what_to_paste_and_what_is_in_the_way(
    make_person: Callable[..., Person], as_person: Callable[[Person], Client], settings: LazySettings
) -> None:
    client = as_person(make_person("Ada", roles=(Role.ADMINISTRATOR,)))

    shown = client.get("/platforms/networks/threads/").content.decode()
    assert f'value="{settings.HUB_URL}/platforms/callback/threads/graph.threads.net/ended/"' in shown
    assert f'value="{settings.HUB_URL}/platforms/callback/threads/graph.threads.net/forget/"' in shown
    assert "cannot be reached from the internet" in shown
    assert "cannot be reached" not in client.get("/platforms/networks/facebook/").content.decode()
    settings.HUB_URL = "https://hub.zomerwaard.example"
    assert "cannot be reached" not in client.get("/platforms/networks/threads/").content.decode()
