"""A share by hand on a phone, all the way: wall, composer, copy, open, "I posted it", what came of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.links.models import DailyCount
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Share, State
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Picture, Story
from tests.browsing import LOOKS, complaints, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.real_clock]

# Chromium on Linux has no share sheet: this one writes down what it was given, and does as it is told.
A_SHARE_SHEET = """
window.given = [];
navigator.canShare = (data) => !data.files || data.files.every((file) => file.type.startsWith("image/"));
navigator.share = async (data) => {
  window.given.push({ ...data, files: (data.files || []).map((file) => [file.name, file.type, file.size]) });
  if (window.sheetFails) throw new DOMException("no", window.sheetFails);
};
"""
POST = "https://www.linkedin.com/posts/alice_repair-activity-7264912345678901234-AbCd"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def signed_in(alice: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(alice)


def share_by_hand(page: Page, story: Story, platform: str, picture: Picture | None = None) -> Share:
    """Write and share on the open composer, and return the share, its page open."""
    page.locator("textarea[name=text]").fill("Proud of this.")
    if picture:
        page.locator(f'input[name=attach][value="{picture.pk}-square"]').check(force=True)
    # Without a connected account it is open already.
    page.locator("details", has_text="Post it yourself").evaluate("one => { one.open = true; }")
    page.locator(f"input[value={platform}-by-hand]").check(force=True)
    page.locator("[data-share]").click()
    page.wait_for_url("**/shares/mine/*/")
    return Share.objects.get(story=story)


def test_the_whole_way_on_a_phone(
    browser: Browser, live_server: LiveServer, signed_in: Client, story: Story
) -> None:
    with window(browser, live_server.url, screen="phone", client=signed_in) as page:
        page.context.grant_permissions(CLIPBOARD)
        page.goto("/shares/")
        page.locator(".story-card").first.get_by_role("link").first.click()
        share = share_by_hand(page, story, "linkedin")
        assert share.state == State.WAITING

        copy_and_open(page, share)

        page.get_by_label("Its address").fill("https://www.linkedin.com/in/alice/")
        page.get_by_role("button", name="I posted it").click()
        expect(page.locator(".errorlist")).to_contain_text("This is not the address of a post on LinkedIn.")
        expect(page.get_by_label("Its address")).to_have_value("https://www.linkedin.com/in/alice/")
        page.get_by_label("Its address").fill(f"{POST}?utm_source=share")
        page.get_by_role("button", name="I posted it").click()

        expect(page.get_by_text("It counts as posted, on your word.")).to_be_visible()
        what_came_of_it(page, share)


def copy_and_open(page: Page, share: Share) -> None:
    """Copy the words by the button, then open the network, which copies them too and goes no further."""
    page.context.route("https://**", lambda route: route.abort())

    page.get_by_role("button", name="Copy your words").click()
    expect(page.locator(".toast")).to_contain_text("Your words are copied.")
    assert page.evaluate("navigator.clipboard.readText()") == share.full_text
    page.evaluate("navigator.clipboard.writeText('')")
    with page.context.expect_event("request", lambda asked: "linkedin" in asked.url) as asked:
        page.get_by_role("link", name="Open LinkedIn").click()
    page.bring_to_front()

    link = quote(share.link.address, safe="")
    assert asked.value.url == f"https://www.linkedin.com/sharing/share-offsite/?url={link}"
    assert page.evaluate("navigator.clipboard.readText()") == share.full_text


def what_came_of_it(page: Page, share: Share) -> None:
    DailyCount.objects.create(link=share.link, on=timezone.now().date(), count=3)
    page.reload()
    expect(page.locator(".tile", has_text="Clicks")).to_contain_text("3")
    expect(page.locator(".tile", has_text="Reactions")).to_contain_text("not measurable")
    expect(page.get_by_text("self-reported").first).to_be_visible()
    assert page.get_by_role("link", name="Look at it on LinkedIn").get_attribute("href") == POST
    page.goto("/shares/mine/")
    expect(page.locator(".list__item")).to_contain_text("self-reported")


def test_the_phones_share_sheet_gets_words_link_and_picture(
    browser: Browser, live_server: LiveServer, signed_in: Client, story: Story, picture: Picture
) -> None:
    with window(browser, live_server.url, screen="phone", client=signed_in) as page:
        page.context.grant_permissions(CLIPBOARD)
        page.add_init_script(A_SHARE_SHEET)
        page.goto(f"/shares/{story.pk}/compose/")
        share = share_by_hand(page, story, "instagram_personal", picture)

        page.get_by_role("button", name="Share from this phone").click()
        page.wait_for_function("window.given.length === 1")

        [given] = page.evaluate("window.given")
        assert given["title"] == story.title
        assert given["text"] == share.full_text
        [(name, kind, size)] = given["files"]
        assert (name, kind) == ("picture.jpeg", "image/jpeg")
        assert size == picture.renditions.get(shape="square").size_bytes
        # Handed over is not posted.
        assert Share.objects.get().state == State.WAITING
        expect(page.get_by_role("link", name="Open Instagram")).to_be_visible()


@pytest.fixture
def refused(alice: Person, story: Story, picture: Picture, now: datetime) -> Share:
    """A share that LinkedIn would not take from the hub."""
    account = Account.objects.create(
        person=alice, platform="linkedin", host="api.linkedin.com", remote_id="7", token="t",
        handle="Alice Zomer", connected_at=now,
    )  # fmt: skip
    later = now + timedelta(hours=1)
    post = Post(account=account, text="Proud of this.", language="en", picture=picture, shape="square")
    [share] = share_story(story, Order(alice, [post], later, uuid4()), now=now)
    Share.objects.update(state=State.REFUSED, reason="refused", due_at=now, try_at=now)
    return share


def test_a_share_that_is_stuck_is_taken_over_and_posted(
    browser: Browser, live_server: LiveServer, signed_in: Client, refused: Share
) -> None:
    with window(browser, live_server.url, screen="phone", client=signed_in) as page:
        page.context.grant_permissions(CLIPBOARD)
        page.goto(f"/shares/mine/{refused.pk}/")
        assert complaints(page) == []
        page.get_by_role("button", name="Post it by hand").press("Enter")

        expect(page.get_by_text("It is yours now: post it, and tell us.")).to_be_visible()
        expect(page.get_by_role("link", name="Save the picture")).to_be_visible()
        assert complaints(page) == []
        refused.refresh_from_db()
        copy_and_open(page, refused)
        page.get_by_label("Its address").fill(POST)
        page.get_by_role("button", name="I posted it").click()

        expect(page.get_by_text("It counts as posted, on your word.")).to_be_visible()
        what_came_of_it(page, refused)


@pytest.mark.parametrize(("error", "said"), [("AbortError", 0), ("NotAllowedError", 1)])
def test_a_share_sheet_that_will_not_take_it_falls_back_to_copying(
    browser: Browser, live_server: LiveServer, signed_in: Client, story: Story, error: str, said: int
) -> None:
    with window(browser, live_server.url, screen="phone", client=signed_in) as page:
        page.context.grant_permissions(CLIPBOARD)
        page.add_init_script(A_SHARE_SHEET + f"window.sheetFails = '{error}';")
        page.goto(f"/shares/{story.pk}/compose/")
        share_by_hand(page, story, "share_sheet")

        page.get_by_role("button", name="Share from this phone").click()
        page.wait_for_function("window.given.length === 1")

        expect(page.locator(".toast")).to_have_count(said)
        assert page.evaluate("navigator.clipboard.readText()").startswith("Proud of this.")


def test_without_a_share_sheet_one_is_told_to_copy(
    browser: Browser, live_server: LiveServer, signed_in: Client, story: Story
) -> None:
    with window(browser, live_server.url, client=signed_in) as page:
        page.goto(f"/shares/{story.pk}/compose/")
        share_by_hand(page, story, "share_sheet")

        expect(page.get_by_text("This browser has no share sheet")).to_be_visible()
        expect(page.get_by_role("button", name="Share from this phone")).to_have_count(0)
        expect(page.get_by_role("button", name="Copy your words")).to_be_visible()


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_nothing_is_wrong_with_the_pages(
    browser: Browser,
    live_server: LiveServer,
    signed_in: Client,
    story: Story,
    picture: Picture,
    screen: str,
    scheme: str,
) -> None:
    with window(browser, live_server.url, screen=screen, scheme=scheme, client=signed_in) as page:
        page.add_init_script(A_SHARE_SHEET)
        page.goto(f"/shares/{story.pk}/compose/")
        share_by_hand(page, story, "instagram_personal", picture)
        page.wait_for_selector("[data-sheet]:not([hidden])")
        assert complaints(page) == []

        page.goto(f"/shares/{story.pk}/compose/")
        page.locator("details", has_text="Post it yourself").evaluate("one => { one.open = true; }")
        page.locator("input[value=reddit-by-hand]").check(force=True)
        assert complaints(page) == []

        Share.objects.update(state=State.PUBLISHED, published_at=timezone.now())
        page.goto(f"/shares/mine/{Share.objects.get().pk}/")
        assert complaints(page) == []
