"""A post on Rehearsal, taken back on a phone by its owner: gone from the timeline, and said so."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.lib import http
from advocacy.people.models import Person
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.rehearsal.models import Post as Written
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
from tests.browsing import complaints, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.real_clock]


@pytest.fixture
def posted(
    alice: Person, story: Story, live_server: LiveServer, settings: LazySettings, now: datetime
) -> Share:
    settings.REHEARSAL_URL = live_server.url
    http.permit([live_server.url.removeprefix("http://")])
    post = Post(account=give_rehearsal(alice, now=now), text="Proud of this.", language="en")
    # Later than now: the bell that is rung at once would send it within this very call.
    [share] = share_story(story, Order(alice, [post], now + timedelta(minutes=1), uuid4()), now=now)
    publish_due(clock=lambda: now + timedelta(minutes=1))
    return Share.objects.get(pk=share.pk)


def test_it_is_gone_from_the_timeline(
    browser: Browser,
    live_server: LiveServer,
    posted: Share,
    alice: Person,
    as_person: Callable[[Person], Client],
) -> None:
    assert posted.state == State.PUBLISHED
    with window(browser, live_server.url, screen="phone", client=as_person(alice)) as page:
        page.goto(f"/shares/mine/{posted.pk}/")
        assert complaints(page) == []
        page.get_by_role("link", name="Delete it on Rehearsal").click()
        expect(page.get_by_text("This cannot be undone.")).to_be_visible()
        assert complaints(page) == []
        assert Written.objects.filter(key=posted.key).exists()

        page.get_by_role("button", name="Delete the post").press("Enter")

        expect(page.get_by_text("It is deleted there.")).to_be_visible()
        expect(page.get_by_text("You took it back: the hub deleted the post.")).to_be_visible()
        assert not Written.objects.filter(key=posted.key, deleted_at=None).exists()
        page.goto("/rehearsal/")
        expect(page.get_by_text("Proud of this.")).to_have_count(0)
