"""Names and titles that do not break by themselves, on a phone: nothing sticks out of what it stands in."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Draft, Share
from advocacy.stories.models import Story
from tests.browsing import window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
# What has edges that can be seen, and holds what people wrote.
FRAMES = (
    ".story-card, .choice-card, .post, .post__card, .card, .list__item, .entry, .banner, .start, .page-head"
)
STICKS_OUT = """
  (all) => all
    .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.className}: ${one.innerText.slice(0, 60)}`)
"""


@pytest.mark.parametrize("screen", ["phone", "wide"])
def test_what_does_not_break_stays_within_its_frame(
    screen: str,
    browser: Browser,
    live_server: LiveServer,
    share: Share,
    account: Account,
    story: Story,
    alice: Person,
    as_person: Callable[[Person], Client],
) -> None:
    Account.objects.update(handle=f"{UNBROKEN}@{UNBROKEN}.example".replace("ä", "a"), display_name=UNBROKEN)
    Story.objects.update(title=UNBROKEN, summary=UNBROKEN * 2, note=UNBROKEN, site_name=UNBROKEN)
    Share.objects.update(text=UNBROKEN)
    story.suggestions.create(text=UNBROKEN, language="en")

    with window(browser, live_server.url, screen=screen, client=as_person(alice)) as page:
        for path in (
            "/shares/",
            f"/shares/{story.pk}/compose/",
            "/shares/queue/",
            "/shares/queue/?view=list",
            "/shares/mine/",
            f"/shares/mine/{share.pk}/",
            "/platforms/",
        ):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert page.locator(FRAMES).evaluate_all(STICKS_OUT) == [], path

        # The story is for elsewhere now: the words for this account are kept under its name.
        Story.objects.update(allowed_on=" xing ")
        Draft.objects.create(
            person=alice, story=story, texts={account.key: UNBROKEN}, language="en", saved_at=share.created_at
        )
        page.goto(f"/shares/{story.pk}/compose/")
        assert page.locator("[data-kept] .field__label").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
