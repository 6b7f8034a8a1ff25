"""The coach beside the words, in a real browser: it speaks as one types, is asked why, and is left."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Share
from advocacy.stories.models import Story
from tests.browsing import LOOKS, complaints, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.real_clock]

HURTS = "I work at Zomerwaard and some idiot cut the cable."


@pytest.fixture
def signed_in(alice: Person, account: Account, as_person: Callable[[Person], Client]) -> Client:
    return as_person(alice)


def composer(page: Page, story: Story) -> None:
    page.goto(f"/shares/{story.pk}/compose/")


def test_a_tie_is_asked_for_a_line_is_taken_over_and_taken_back(
    browser: Browser, live_server: LiveServer, signed_in: Client, story: Story
) -> None:
    with window(browser, live_server.url, screen="phone", client=signed_in) as page:
        composer(page, story)
        words, remarks = page.locator("textarea[name=text]"), page.locator("#coach .banner")
        expect(remarks).to_have_count(0)
        words.press_sequentially("What a lovely story.")
        expect(remarks).to_have_count(1)

        offer = page.locator("#coach [data-start]").first
        offered = offer.get_attribute("data-start") or ""
        assert "Zomerwaard" in offer.inner_text()
        assert offered == f"{offer.inner_text()} What a lovely story."
        offer.click()
        expect(words).to_have_value(offered)
        expect(remarks).to_have_count(0)
        page.get_by_role("button", name="Back to what I had").click()
        expect(words).to_have_value("What a lovely story.")


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_a_line_goes_into_the_words_for_the_account_that_lacks_it(
    screen: str,
    scheme: str,
    browser: Browser,
    live_server: LiveServer,
    signed_in: Client,
    story: Story,
    account: Account,
    now: datetime,
) -> None:
    elsewhere = Account.objects.create(
        person=account.person,
        platform="mastodon",
        remote_id="2",
        handle="@alice@town.example",
        connected_at=now,
    )
    with window(browser, live_server.url, screen=screen, scheme=scheme, client=signed_in) as page:
        composer(page, story)
        page.get_by_role("checkbox", name="Mastodon").check()
        page.locator("textarea[name=text]").fill("I work at Zomerwaard and mended this one.")
        page.get_by_text("Other words for one of your accounts").click()
        others = page.locator(f"textarea[name=text_{elsewhere.key}]")
        others.fill("What a lovely story.")

        expect(page.locator("#coach")).to_contain_text("Only on Mastodon @alice@town.example")
        page.evaluate("scrollTo(0, 0)")  # so that nothing is half under the bar at the top
        assert complaints(page) == []
        page.get_by_text("Other words for one of your accounts").click()
        page.locator("#coach [data-start]").first.click()

        expect(others).to_be_focused()
        expect(page.locator("#coach .banner")).to_have_count(0)
        expect(page.locator("textarea[name=text]")).to_have_value("I work at Zomerwaard and mended this one.")
        expect(others).to_have_value(re.compile(r"Zomerwaard.*What a lovely story\."))
        page.get_by_role("button", name="Back to what I had").click()
        expect(others).to_have_value("What a lovely story.")


def test_why_stays_open_while_one_types_on_and_a_hint_that_is_left_stays_away(
    browser: Browser, live_server: LiveServer, signed_in: Client, story: Story
) -> None:
    with window(browser, live_server.url, client=signed_in) as page:
        composer(page, story)
        words = page.locator("textarea[name=text]")
        words.press_sequentially("What a lovely story.")
        page.locator("#why-C12 summary").click()
        expect(page.locator("#why-C12").get_by_role("link")).to_have_attribute("href", "/code/#D02")
        words.press_sequentially(" Read it!!!")
        expect(page.locator("#why-C19")).to_be_attached()
        expect(page.locator("#why-C12[open]")).to_have_count(1)

        page.locator("#coach .banner", has_text="Readers can't tell").get_by_role(
            "button", name="Leave it as it is"
        ).click()
        expect(page.locator("#why-C12")).to_have_count(0)
        words.press_sequentially(" Really.")
        expect(page.locator("#check")).to_contain_text("Really.")
        expect(page.locator("#why-C12")).to_have_count(0)
        expect(page.locator("#why-C19")).to_be_attached()


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_one_extra_click_where_it_asks_and_nothing_is_wrong_with_the_page(
    screen: str, scheme: str, browser: Browser, live_server: LiveServer, signed_in: Client, story: Story
) -> None:
    with window(browser, live_server.url, screen=screen, scheme=scheme, client=signed_in) as page:
        composer(page, story)
        page.locator("textarea[name=text]").fill(HURTS)
        expect(page.locator("#coach")).to_contain_text("“idiot” may hurt")
        page.locator("[data-share]").click()
        expect(page.get_by_role("alert")).to_contain_text("yours to decide")
        assert complaints(page) == []

        page.get_by_role("button", name="Share it anyway").click()
        page.wait_for_url("**/shares/mine/")
        assert Share.objects.get().text == HURTS


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_a_hint_that_one_never_wants_again_is_gone_on_the_next_story_too_until_one_wants_it_back(
    screen: str, scheme: str, browser: Browser, live_server: LiveServer, signed_in: Client, story: Story
) -> None:
    with window(browser, live_server.url, screen=screen, scheme=scheme, client=signed_in) as page:
        composer(page, story)
        words, tie = page.locator("textarea[name=text]"), page.locator("#why-C12")
        words.press_sequentially("What a lovely story.")
        expect(tie).to_be_attached()

        page.get_by_role("button", name="Never say this to me again").click()
        expect(tie).to_have_count(0)
        expect(words).to_have_value("What a lovely story.")
        expect(page.locator("#coach")).to_contain_text("You will not hear this again")
        assert complaints(page) == []
        words.press_sequentially(" Really.")
        expect(page.locator("#check")).to_contain_text("Really.")
        expect(tie).to_have_count(0)

        page.goto("/shares/hints/")
        expect(page.get_by_text("Rule D02 of our code")).to_be_visible()
        assert complaints(page) == []
        page.get_by_role("button", name="Say it again").click()
        expect(page.get_by_role("heading", name="You silenced nothing")).to_be_visible()
        composer(page, story)
        expect(tie).to_be_attached()
