"""What a person sees of Semaphore, in a copy of the hub to which its one file was added."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.stories.models import Picture, Story
from tests.lib.servers import Visit, stand_in

AsPerson = Callable[[Person], Client]
CODE = "alpha-bravo-canary"


@dataclass
class Tower:
    """A station of ours that knows one signaller, and checks every signature."""

    host: str = ""
    lines: list[dict[str, object]] = field(default_factory=list)

    def serve(self, visit: Visit) -> None:
        visit.read_request()
        method, path = visit.request.split(b" ")[0].decode(), visit.path.removeprefix("/")
        key = hmac.new(CODE.encode(), b"low", hashlib.sha256).hexdigest()
        signed = f"{method} {path}".encode() + visit.body
        right = hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
        if visit.header("X-Signature") != right:
            visit.answer(json.dumps({"error": "wrong flags"}).encode(), status="403 Forbidden")
        elif method == "PUT":
            self.lines.append(json.loads(visit.body))
            visit.answer(b"", status="204 No Content", headers=(f"X-Flags: {len(self.lines)}",))
        else:
            visit.answer(json.dumps({"signaller": "alice"}).encode())


@pytest.fixture
def tower() -> Iterator[Tower]:
    tower = Tower()
    with stand_in(tower.serve) as server:
        tower.host = server.host
        yield tower


@pytest.fixture
def now() -> datetime:
    """The real clock: views read it themselves."""
    return timezone.now()


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


def page(browser: Client, path: str) -> LexborHTMLParser:
    return LexborHTMLParser(browser.get(path).content.decode())


@pytest.fixture
def connected(browser: Client, tower: Tower) -> Account:
    form = {"server": tower.host, "handle": "alice", "password": CODE, "tide": "low"}
    answer = browser.post("/platforms/connect/semaphore/", form, follow=True)
    assert "Semaphore: alice is connected." in answer.content.decode()
    return Account.objects.get(platform="semaphore")


def test_semaphore_is_offered_and_its_screen_drawn(browser: Client) -> None:
    assert "Connect Semaphore" in browser.get("/platforms/").content.decode()

    screen = page(browser, "/platforms/connect/semaphore/")

    inputs = {one.attributes["name"]: one.attributes["type"] for one in screen.css("main form input[name]")}
    assert inputs.pop("csrfmiddlewaretoken") == "hidden"
    assert inputs == {"server": "text", "handle": "text", "password": "password", "tide": "text"}
    assert "Wave what you share here." in screen.text()


def test_semaphore_refuses_a_wrong_code_kindly(browser: Client, tower: Tower) -> None:
    form = {"server": tower.host, "handle": "alice", "password": "wrong", "tide": "low"}

    answer = browser.post("/platforms/connect/semaphore/", form)

    assert answer.status_code == 422
    assert not Account.objects.filter(platform="semaphore").exists()


def test_semaphore_counts_previews_and_refuses_by_its_own_ruler(
    browser: Client, story: Story, connected: Account
) -> None:
    form = {"text": "x" * 60, "language": "en", "accounts": connected.key, "attach": "", "when": "now"}

    checked = browser.post(f"/shares/{story.pk}/draft/", form, headers={"HX-Request": "true"})
    assert "Preview on Semaphore" in checked.content.decode()
    assert "of77·toolong" in "".join(LexborHTMLParser(checked.content.decode()).text().split())
    answer = browser.post(f"/shares/{story.pk}/create/", form)
    assert answer.status_code == 422
    assert "too long for Semaphore" in answer.content.decode()


def test_semaphore_gets_the_post_with_a_picture_that_fits(
    browser: Client, story: Story, picture: Picture, connected: Account, tower: Tower, now: datetime
) -> None:
    form = {
        "text": "Proud.", "language": "en", "accounts": connected.key, "attach": f"{picture.pk}-square",
        "when": "now",
    }  # fmt: skip

    for _ in range(2):
        browser.post(f"/shares/{story.pk}/create/", form)
    publish_due(clock=timezone.now)

    first, second = Share.objects.order_by("pk")
    assert (first.state, first.remote_id) == (State.PUBLISHED, "1")
    assert tower.lines == [{"line": first.full_text, "flags": ["A workbench"]}]
    # One line in ten minutes: the second waits for its turn.
    assert (second.state, second.reason) == (State.SCHEDULED, "its_turn")
    assert second.try_at > now + timedelta(minutes=9)


def test_semaphore_has_a_name_wherever_platforms_are_named(
    browser: Client, story: Story, connected: Account, make_person: Callable[..., Person], as_person: AsPerson
) -> None:
    admin = as_person(make_person("Ada", roles=("administrator",)))
    networks = page(admin, "/platforms/networks/").css_first("#network-semaphore")
    assert networks is not None
    assert "One person uses it." in networks.text()
    assert "Semaphore" in page(browser, f"/shares/{story.pk}/compose/").text()
    assert "Semaphore" in page(browser, "/platforms/").text()
    assert CODE not in page(browser, "/platforms/").html  # type: ignore[operator]
