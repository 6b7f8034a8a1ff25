"""The main job on real input: a page on the web becomes a story, a story a post, a visit a figure.

Real here: the browser, the web server, the worker and beat, the database, and the Bluesky server. Ours: the
web page that the story is about, and Rehearsal, which is a part of the hub.
"""

import http.client
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browsing import launched
from tests.lib.servers import StandIn, Visit, stand_in
from tests.peers.bluesky import Account, Pds, running_pds
from tests.running import RunningHub, running_hub, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.peer, pytest.mark.slow]

PASSWORD = "a long and quiet password"
TITLE = "The workshop that throws nothing away"
MY_WORDS = "I bring my own kettle to this bench. It is older than I am."
# Without this the browser says "Headless", and is rightly taken for a program.
BROWSER = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
PREVIEW = "http.rb/5.2.0 (Mastodon/4.5.0; +https://mastodon.example/) Bot"
PEOPLE = f"""
from django.utils import timezone
from advocacy.people.models import Person, Role, RoleGrant, Team
from advocacy.platforms.rehearsing import give_rehearsal
team = Team.objects.create(name="Workshop")
for name in ["Alice", "Erin", "Dana", "Bob", "Carla", "Daan", "Eva", "Femke"]:
    person = Person.objects.create_user(f"{{name.lower()}}@example.test", "{PASSWORD}", name=name)
    person.teams.add(team)
    give_rehearsal(person, now=timezone.now())
RoleGrant.objects.create(person=Person.objects.get(name="Erin"), role=Role.EDITOR)
RoleGrant.objects.create(person=Person.objects.get(name="Dana"), role=Role.MANAGER)
answer = Person.objects.count()
"""
COLLEAGUES = ("bob", "carla", "daan", "eva", "femke")
COLLEAGUES_SHARE = """
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from advocacy.people.models import Person
from advocacy.platforms.connector import channels
from advocacy.platforms.connecting import connect_by_password
from advocacy.shares.models import Share
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
now, story, shares = timezone.now(), Story.objects.get(), []
for name, answers in json.loads(PASSWORDS).items():
    person = Person.objects.get(email=f"{name}@example.test")
    account = connect_by_password(person, channels()["bluesky"](), answers=answers, now=now)
    order = Order(person, [Post(account, f"{name} says it too.", "en")], now, uuid4())
    shares += share_story(story, order, now=now)
answer = [share.link.address for share in shares]
"""
BOB_SHARES_TOMORROW = """
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from advocacy.people.models import Person
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
now, bob = timezone.now(), Person.objects.get(name="Bob")
post = Post(bob.accounts.get(platform="rehearsal"), "See you tomorrow.", "en")
open = dict(for_everyone=True, created_by=bob, created_at=now, changed_at=now, published_at=now, opens_at=now)
story = Story.objects.create(title="Tomorrow", url="https://stories.example/tomorrow", **open)
share_story(story, Order(bob, [post], now + timedelta(hours=20), uuid4()), now=now)
answer = True
"""
LINKS_OF_ALICE = """
from advocacy.shares.models import Share
answer = {one.account.platform: one.link.address for one in Share.objects.filter(person__name="Alice")}
"""
CLICKS_OF_ALICE = """
from advocacy.links.queries import clicks_by_link
from advocacy.shares.models import Share
answer = sum(clicks_by_link(Share.objects.filter(person__name="Alice").values("link_id")).values())
"""
TOMORROW = """
from datetime import timedelta
from django.utils import timezone
from advocacy.shares.publishing import publish_due
answer = publish_due(clock=lambda: timezone.now() + timedelta(days=1))
"""


@dataclass(frozen=True)
class World:
    hub: RunningHub
    page: StandIn
    pds: Pds
    browser: Browser

    def sign_in(self, name: str, *, width: int = 1440) -> Page:
        context: BrowserContext = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="en", has_touch=width < 600, user_agent=BROWSER
        )
        page = context.new_page()
        page.goto(f"{self.hub.url}/accounts/login/")
        page.get_by_label("E-mail").fill(f"{name}@example.test")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/shares/")
        return page


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with (
        stand_in(company_website) as page,
        running_pds() as pds,
        running_hub(
            PRIVATE_HOSTS=",".join([page.host, *pds.hosts]),
            BLUESKY_RESOLVER=pds.host,
            BLUESKY_DIRECTORY=pds.directory,
        ) as hub,
        launched() as browser,
    ):
        assert hub.ask(PEOPLE) == 8
        yield World(hub, page, pds, browser)


def company_website(visit: Visit) -> None:
    """Serve an article with Open Graph tags, and its picture."""
    visit.read_request()
    if visit.path == "/picture.jpg":
        visit.answer(picture(), headers=("Content-Type: image/jpeg",))
        return
    html = f"""<!doctype html><html lang="en"><head><title>Not this title</title>
        <meta property="og:title" content="{TITLE}">
        <meta property="og:description" content="Two thousand machines a year get a second life.">
        <meta property="og:site_name" content="Workshop News">
        <meta property="og:image" content="/picture.jpg"></head><body>Read on.</body></html>"""
    visit.answer(html.encode(), headers=("Content-Type: text/html; charset=utf-8",))


def picture() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1000)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def test_a_page_on_the_web_becomes_a_story_a_post_a_click_and_a_figure(world: World) -> None:
    an_editor_publishes_a_story_from_its_address(world)
    alice = world.sign_in("alice", width=390)
    she_connects_bluesky(alice, world)
    she_shares_in_her_own_words(alice)
    both_posts_are_public(alice)
    bluesky_tells_what_stands_there(world)
    links = world.hub.ask(LINKS_OF_ALICE)
    assert isinstance(links, dict)
    previews_and_looks_are_answered_and_people_arrive(links["bluesky"], world)
    the_click_is_on_her_page(alice, world)
    the_manager_sees_the_group(world)


def an_editor_publishes_a_story_from_its_address(world: World) -> None:
    erin = world.sign_in("erin")
    erin.goto(f"{world.hub.url}/stories/start/")
    erin.get_by_label("Address").first.fill(f"{world.page.url}/article")
    erin.get_by_role("button", name="Look").click()
    expect(erin.get_by_label("Title")).to_have_value(TITLE)
    erin.get_by_role("button", name="Make it a story").click()

    erin.get_by_role("button", name="Add a text").click()
    erin.get_by_label("Text 1", exact=True).fill("A kettle from 1974 boils again.")
    erin.locator("textarea[name=picture_alt]").fill("A workbench with an old kettle")
    erin.get_by_text("Everyone", exact=True).click()
    erin.get_by_role("button", name="Save").last.click()
    expect(erin.get_by_text("Saved.")).to_be_visible()
    expect(erin.locator(".focal__whole img")).to_be_visible(timeout=20_000)
    erin.get_by_role("button", name="Publish").click()
    expect(erin.locator(".status--open:visible").first).to_be_visible(timeout=20_000)
    erin.context.close()


def she_connects_bluesky(alice: Page, world: World) -> None:
    """She signs in at her own server, and allows the hub there."""
    account = world.pds.accounts["alice"]
    alice.goto(f"{world.hub.url}/platforms/connect/bluesky/")
    alice.get_by_label("Handle").fill(account.handle)
    alice.get_by_role("button", name="Continue at Bluesky").click()
    alice.locator("input[type=password]").fill(account.main_password)
    alice.get_by_role("button", name="Sign in").click()
    alice.get_by_role("button", name="Authorize").click()
    expect(alice.get_by_text(f"Bluesky: {account.handle} is connected.")).to_be_visible()


def she_shares_in_her_own_words(alice: Page) -> None:
    """Three clicks and a sentence, on a phone."""
    alice.locator("a", has_text="Stories").last.click()
    alice.get_by_role("link", name="Share").first.click()
    alice.get_by_role("button", name="Start with this").click()
    expect(alice.locator("textarea[name=text]")).to_have_value("A kettle from 1974 boils again.")
    alice.locator("textarea[name=text]").fill(MY_WORDS)
    # Those where people post by hand have another end than a number.
    connected = alice.locator("input[name=accounts]:not([value$=by-hand])")
    expect(connected).to_have_count(2)
    for box in connected.all():
        box.check()
    alice.get_by_text("Picture, whole").click()
    expect(alice.get_by_text("Draft saved")).to_be_visible()
    alice.get_by_role("button", name="Share now").click()
    alice.wait_for_url("**/shares/mine/")


def both_posts_are_public(alice: Page) -> None:
    def published() -> bool:
        alice.reload()
        return alice.locator(".list .status--published").count() == 2

    wait_until(published, seconds=40)
    alice.goto(f"{alice.url.split('/shares/')[0]}/rehearsal/")
    expect(alice.get_by_text(MY_WORDS)).to_be_visible()


def bluesky_tells_what_stands_there(world: World) -> None:
    """Read the post back from the server itself: text, clickable link, picture with its description."""
    posts = posts_on(world.pds, world.pds.accounts["alice"])
    record = posts[0]["value"]
    link = link_in(record)
    assert record["text"] == f"{MY_WORDS}\n\n{link}"
    assert link.startswith(f"{world.hub.url}/s/")
    image = record["embed"]["images"][0]
    assert image["alt"] == "A workbench with an old kettle"
    assert image["image"]["size"] > 1000
    assert len(posts) == 1


def previews_and_looks_are_answered_and_people_arrive(link: str, world: World) -> None:
    for method, headers in [
        ("HEAD", {"User-Agent": BROWSER}),
        ("GET", {"User-Agent": BROWSER, "Sec-Purpose": "prefetch"}),
        ("GET", {"User-Agent": PREVIEW}),
    ]:
        status, target = ask_for(link, method, headers)
        assert (status, target) == (302, f"{world.page.url}/article")
    a_stranger_follows(link, world)


def a_stranger_follows(link: str, world: World) -> None:
    """A person with a browser of their own, which knows nobody here and says which language they read."""
    context = world.browser.new_context(user_agent=BROWSER, locale="nl-NL")
    answer = context.new_page().goto(link)
    assert answer
    first = answer.request.redirected_from
    assert first
    hop = first.response()
    assert hop
    assert (first.url, hop.status, answer.url) == (link, 302, f"{world.page.url}/article")
    context.close()


def the_click_is_on_her_page(alice: Page, world: World) -> None:
    """One of the four requests was a person."""
    wait_until(lambda: world.hub.ask(CLICKS_OF_ALICE) == 1, seconds=40)
    alice.goto(f"{world.hub.url}/shares/mine/")
    tile = alice.locator(".tile", has_text="Clicks on your links")
    expect(tile.locator(".tile__value")).to_have_text("1")
    # Her own look at her own link does not count.
    links = world.hub.ask(LINKS_OF_ALICE)
    assert isinstance(links, dict)
    alice.goto(links["bluesky"])
    assert alice.url == f"{world.page.url}/article"
    alice.wait_for_timeout(3000)
    assert world.hub.ask(CLICKS_OF_ALICE) == 1


def the_manager_sees_the_group(world: World) -> None:
    """Figures of fewer than five people stay hidden, so five colleagues share and are clicked on as well."""
    dana = world.sign_in("dana")
    dana.goto(f"{world.hub.url}/reports/")
    clicks = dana.locator(".tile", has_text="Clicks").first.locator(".tile__value")
    expect(clicks).to_have_text("not shown")

    passwords = {name: {"handle": account.handle, "password": account.password, "server": world.pds.host}
                 for name, account in join_bluesky(world.pds)}  # fmt: skip
    links = world.hub.ask(f"PASSWORDS = {json.dumps(json.dumps(passwords))}\n{COLLEAGUES_SHARE}")
    assert isinstance(links, list)
    for link in links:
        a_stranger_follows(link, world)

    def all_six_are_counted() -> bool:
        dana.reload()
        return (clicks.text_content() or "").strip() == "6"

    wait_until(all_six_are_counted, seconds=40)


def join_bluesky(pds: Pds) -> Iterator[tuple[str, Account]]:
    """Make an account with an app password for each colleague, on the server itself."""
    yield "bob", pds.accounts["bob"]
    for name in COLLEAGUES[1:]:
        wanted = {"email": f"{name}@example.test", "handle": f"{name}.test", "password": PASSWORD}
        joined = call(pds, "com.atproto.server.createAccount", wanted)
        key = call(pds, "com.atproto.server.createAppPassword", {"name": "hub"}, token=joined["accessJwt"])
        yield name, Account(f"{name}.test", joined["did"], key["password"], PASSWORD)


def call(pds: Pds, method: str, body: Mapping[str, str], *, token: str = "") -> dict[str, str]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with urlopen(Request(f"{pds.url}/xrpc/{method}", json.dumps(body).encode(), headers)) as answer:
        said: dict[str, str] = json.load(answer)
    return said


def test_a_share_for_tomorrow_goes_out_tomorrow(world: World) -> None:
    assert world.hub.ask(BOB_SHARES_TOMORROW)
    world.hub.stop("worker")
    world.hub.stop("beat")
    before = len(rehearsal_posts(world))

    assert world.hub.ask(TOMORROW.replace("days=1", "hours=19")) == 0
    assert len(rehearsal_posts(world)) == before
    assert world.hub.ask(TOMORROW.replace("days=1", "hours=20, minutes=1")) == 1
    assert len(rehearsal_posts(world)) == before + 1


def rehearsal_posts(world: World) -> list[str]:
    keys = world.hub.ask(
        "from advocacy.rehearsal.models import Post\n"
        "answer = [str(key) for key in Post.objects.values_list('key', flat=True)]"
    )
    assert isinstance(keys, list)
    return keys


def posts_on(pds: Pds, account: Account) -> list[dict[str, Any]]:
    address = f"{pds.url}/xrpc/com.atproto.repo.listRecords?repo={account.did}&collection=app.bsky.feed.post"
    with urlopen(address) as answer:
        records: list[dict[str, Any]] = json.load(answer)["records"]
    return records


def link_in(record: Mapping[str, object]) -> str:
    """Return the address of the record's one link, which must lie exactly over its text."""
    text, facets = str(record["text"]).encode(), record["facets"]
    assert isinstance(facets, list)
    [facet] = facets
    uri = str(facet["features"][0]["uri"])
    assert text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() == uri
    return uri


def ask_for(link: str, method: str, headers: Mapping[str, str]) -> tuple[int, str | None]:
    address = urlsplit(link)
    connection = http.client.HTTPConnection(address.netloc, timeout=5)
    connection.request(method, address.path, headers=dict(headers))
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("Location")
