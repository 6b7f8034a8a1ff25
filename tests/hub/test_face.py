"""The face of the hub in a real browser: what axe and a keyboard say about it."""

from datetime import datetime

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.notices.telling import tell
from advocacy.people.models import Person, Role, RoleGrant
from tests.browsing import LOOKS, complaints, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUTSIDE = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/key/x-y/", "/style/"]
INSIDE = ["/people/settings/", "/accounts/password/change/", "/notices/", "/no/such/page/"]
ADMINISTRATION = ["/admin/", "/admin/people/person/", "/admin/people/person/add/"]


@pytest.fixture
def alice_busy(client: Client, alice: Person, now: datetime) -> Client:
    """Alice is signed in, has a notice to read, and every role, so that nothing is hidden from her."""
    for role in (Role.EDITOR, Role.MANAGER, Role.ADMINISTRATOR):
        RoleGrant.objects.create(person=alice, role=role)
    facts: dict[str, object] = {
        "platform": "Bluesky",
        "story_title": "The night train",
        "others": 1,
        "url": "/",
    }
    tell(alice, "share_missed", once="once", facts=facts, now=now)
    client.force_login(alice)
    return client


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_axe_finds_nothing_outside(
    browser: Browser, live_server: LiveServer, screen: str, scheme: str
) -> None:
    with window(browser, live_server.url, screen=screen, scheme=scheme) as page:
        assert {path: found for path in OUTSIDE if (found := look(page, path))} == {}


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_axe_finds_nothing_inside(
    browser: Browser, live_server: LiveServer, alice_busy: Client, screen: str, scheme: str
) -> None:
    with window(browser, live_server.url, screen=screen, scheme=scheme, client=alice_busy) as page:
        assert {path: found for path in INSIDE + ADMINISTRATION if (found := look(page, path))} == {}


def look(page: Page, path: str) -> list[str]:
    page.goto(path)
    return complaints(page)


def test_the_policy_for_scripts_and_styles_is_never_broken(
    browser: Browser, live_server: LiveServer, alice_busy: Client
) -> None:
    said: list[str] = []
    with window(browser, live_server.url, client=alice_busy) as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for path in ["/style/", "/people/settings/", "/notices/"]:
            page.goto(path)

    assert said == []


def test_a_keyboard_alone_skips_to_the_content_and_closes_the_menu(
    browser: Browser, live_server: LiveServer, alice_busy: Client
) -> None:
    with window(browser, live_server.url, client=alice_busy) as page:
        page.goto("/people/settings/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Name")).to_be_focused()

        menu = page.locator(".topbar summary")
        menu.press("Enter")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
        expect(menu).to_be_focused()


def test_a_notice_is_read_in_place(browser: Browser, live_server: LiveServer, alice_busy: Client) -> None:
    with window(browser, live_server.url, screen="phone", client=alice_busy) as page:
        page.goto("/notices/")
        page.get_by_role("button", name="Mark as read", exact=True).click()

        expect(page.get_by_role("button", name="Mark as read", exact=True)).to_have_count(0)
        expect(page.get_by_text("The night train")).to_be_visible()


def test_without_a_script_one_can_sign_in_and_change_ones_name(
    browser: Browser, live_server: LiveServer, alice: Person
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/people/settings/")
    page.get_by_label("E-mail address").fill(alice.email)
    page.get_by_label("Password").fill("a long and quiet password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Name").fill("Alice Vermeer")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Alice Vermeer")).to_be_visible()
    context.close()


@pytest.mark.parametrize("screen", ["phone", "wide"])
def test_what_one_presses_is_large_enough(
    browser: Browser, live_server: LiveServer, alice_busy: Client, screen: str
) -> None:
    """24 pixels for everything, 44 for the buttons of the page itself: WCAG 2.5.8, and a thumb."""
    with window(browser, live_server.url, screen=screen, client=alice_busy) as page:
        page.goto("/people/settings/")

        heights = page.evaluate(
            "[...document.querySelectorAll('.button:not(.button--small), .bottomnav__item, .topnav a')]"
            ".map(item => item.getBoundingClientRect().height).filter(Boolean)"
        )

        assert min(heights) >= 44
