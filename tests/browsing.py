"""A real browser, on a phone or a wide screen, by day or by night, and what is wrong with its page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SCREENS = {"phone": (390, 844), "wide": (1440, 900)}
# Colours hang on the scheme, and what stands where on the width: two looks show all that four would.
LOOKS = (("phone", "light"), ("wide", "dark"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def launched(*flags: str) -> Iterator[Browser]:
    """Run Debian's chromium without windows, as root too, and without the shared memory that containers lack.

    Playwright's loop runs in the thread of the tests, where Django would fear for its connections.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell"),
            args=["--no-sandbox", "--disable-dev-shm-usage", *flags],
        )
        yield browser
        browser.close()


@contextmanager
def window(
    browser: Browser, url: str, *, screen: str = "wide", scheme: str = "light", client: Client | None = None
) -> Iterator[Page]:
    """Open a page at the hub's address, signed in as the person of the test client, if one is given."""
    width, height = SCREENS[screen]
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        has_touch=screen == "phone",
        reduced_motion="reduce",
    )
    if client:
        _share_session(context, client, url)
    yield context.new_page()
    context.close()


def _share_session(context: BrowserContext, client: Client, url: str) -> None:
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def complaints(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA, and whether the page must be scrolled sideways."""
    # What is well is not told in full: to write that down takes longer than to look.
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    said = [f"{one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*said, f"{too_wide} pixels too wide"] if too_wide > 0 else said
