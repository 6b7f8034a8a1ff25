"""Asking a colleague to read along, in a real browser: from the composer to the answer."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.stories.models import Story
from tests.browsing import LOOKS, complaints, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.real_clock]

WORDS = "What a lovely story."


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_a_colleague_reads_along_and_answers(
    browser: Browser,
    live_server: LiveServer,
    alice: Person,
    bob: Person,
    account: Account,
    story: Story,
    as_person: Callable[[Person], Client],
    screen: str,
    scheme: str,
) -> None:
    where = {"screen": screen, "scheme": scheme}
    with window(browser, live_server.url, client=as_person(alice), **where) as page:
        page.goto(f"/shares/{story.pk}/compose/")
        page.locator("textarea[name=text]").fill(WORDS)
        page.get_by_role("button", name="Ask a second reader").click()
        page.get_by_label("Which colleague?").fill("Bob")
        assert complaints(page) == []
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Bob can read your words")).to_be_visible()
        assert complaints(page) == []

        with window(browser, live_server.url, client=as_person(bob), **where) as his:
            his.goto("/notices/")
            his.get_by_role("button", name="Read it").click()
            expect(his.get_by_text(WORDS)).to_be_visible()
            assert complaints(his) == []
            his.get_by_label("A few kind words").fill("Say what you made yourself.")
            his.get_by_role("button", name="Give it to your colleague").click()
            expect(his.get_by_role("heading", name="Your answer")).to_be_visible()

            page.goto(f"/shares/{story.pk}/compose/")
            expect(page.get_by_text("Say what you made yourself.")).to_be_visible()
            assert complaints(page) == []
            page.get_by_role("link", name="See what is read, or take it back").click()
            page.get_by_role("button", name="Take it back").click()

            his.reload()
            expect(his.get_by_role("heading", name="Nothing to read here")).to_be_visible()
            assert complaints(his) == []
