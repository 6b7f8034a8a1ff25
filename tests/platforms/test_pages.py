"""One sign-in at Facebook opens several Pages; they come and go one by one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.people.models import Person
from advocacy.platforms.connectors.facebook import Facebook
from advocacy.platforms.disconnecting import disconnect
from advocacy.platforms.ending import end_permission
from advocacy.platforms.models import Account
from advocacy.platforms.setting_up import keep_app
from tests.platforms.meta_standin import PretendFacebook

AsPerson = Callable[[Person], Client]
BIKES, BOATS = "Zomerwaard Bikes", "Zomerwaard Boats"


@pytest.fixture
def facebook(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[PretendFacebook]:
    with PretendFacebook().running() as server:
        monkeypatch.setattr(Facebook, "set_up", replace(Facebook.set_up, host=server.host))
        keep_app(Facebook(), client_id="hub", client_secret="meta-secret", now=timezone.now())
        yield server


def connect(client: Client, facebook: PretendFacebook) -> str:
    """Go to Facebook, say yes for every Page, and come back; returns what one is told."""
    there = client.post("/platforms/connect/facebook/").headers["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    back = f"/platforms/callback/facebook/{facebook.host}/"
    answer = client.get(back, {"state": state, "code": "the-code"}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def let_go(handle: str) -> None:
    account = Account.objects.get(handle=handle)
    disconnect(account, now=timezone.now())
    end_permission(account.pk, now=timezone.now())


def test_each_page_is_an_account_of_its_own(
    alice: Person, as_person: AsPerson, facebook: PretendFacebook
) -> None:
    shown = connect(as_person(alice), facebook)

    assert shown == f"Facebook Pages: {BIKES} and {BOATS} are connected."
    accounts = Account.objects.of(alice).filter(platform="facebook")
    assert [(one.handle, one.token) for one in accounts.order_by("remote_id")] == [
        (BIKES, "facebook-page-1"),
        (BOATS, "facebook-page-3"),
    ]


def test_a_page_of_a_colleague_stays_theirs(
    alice: Person, bob: Person, as_person: AsPerson, facebook: PretendFacebook
) -> None:
    connect(as_person(alice), facebook)
    let_go(BOATS)

    shown = connect(as_person(bob), facebook)

    assert shown == (
        f"Facebook Pages: {BOATS} is connected. "
        f"Facebook Pages: {BIKES} was left alone, because a colleague has connected it."
    )
    assert Account.objects.connected().get(handle=BIKES).person == alice
    assert Account.objects.connected().get(handle=BOATS).person == bob


def test_the_permission_ends_there_with_the_last_page(
    alice: Person, as_person: AsPerson, facebook: PretendFacebook
) -> None:
    """Facebook ends it for all Pages of a person at once."""
    connect(as_person(alice), facebook)

    let_go(BIKES)
    assert facebook.person == "facebook-person"
    assert Account.objects.get(handle=BIKES).token == ""

    let_go(BOATS)
    assert facebook.person == "nobody's"
