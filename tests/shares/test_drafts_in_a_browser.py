"""A draft in a real browser, on a line that breaks."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Draft
from advocacy.stories.models import Story
from tests.browsing import window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_was_typed_in_a_tunnel_is_said_once_and_saved_behind_it(
    browser: Browser,
    live_server: LiveServer,
    story: Story,
    account: Account,
    alice: Person,
    as_person: Callable[[Person], Client],
) -> None:
    with window(browser, live_server.url, screen="phone", client=as_person(alice)) as page:
        page.goto(f"/shares/{story.pk}/compose/")
        words, toasts = page.locator("textarea[name=text]"), page.locator(".toast")
        page.context.set_offline(True)
        for said in ("We are in a tunnel.", " It is dark.", " I type on."):
            with page.expect_event("requestfailed"):
                words.press_sequentially(said)
        expect(toasts).to_have_count(1)
        expect(toasts).to_contain_text("Nothing you typed is lost")

        page.context.set_offline(False)
        expect(page.locator("#check")).to_contain_text("Draft saved")

    assert Draft.objects.get().text == "We are in a tunnel. It is dark. I type on."
