"""A hub whose address is an IPv6 one, as people run it: pages, forms, short links and the worker."""

import re
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import PASSWORD
from tests.running import running_hub, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SHARE = f"""
from django.utils import timezone
from uuid import UUID
from advocacy.people.models import Person
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.platforms.models import Account
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
now = timezone.now()
alice = Person.objects.create_user("alice@example.test", "{PASSWORD}", name="Alice")
give_rehearsal(alice, now=now)
story = Story.objects.create(title="A story", url="https://stories.example/1", for_everyone=True,
    created_by=alice, created_at=now, changed_at=now, published_at=now, opens_at=now)
post = Post(account=Account.objects.get(), text="In my own words.", language="en")
share_story(story, Order(alice, [post], at=now, submission=UUID("{uuid4()}")), now=now)
answer = True
"""
POST = """
from advocacy.rehearsal.models import Post
answer = list(Post.objects.values_list("text", flat=True))
"""
CLICKS = """
from advocacy.links.models import DailyCount
answer = list(DailyCount.objects.values_list("dropped", "count"))
"""
A_BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept-Language": "nl",
}


def test_people_come_in_share_and_are_followed(browser: Browser) -> None:
    with running_hub(host="[::1]", LISTEN="::1") as hub, browser.new_context(base_url=hub.url) as window:
        hub.ask(SHARE)
        page = window.new_page()
        said: list[str] = []
        page.on("console", lambda line: said.append(line.text))

        # Sent to the door, through a form with its token, and back to where she was going.
        page.goto("/people/settings/")
        page.get_by_label("E-mail address").fill("alice@example.test")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{hub.url}/people/settings/")
        page.get_by_label("Name").fill("Alice of Six")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#messages")).to_contain_text("Saved.")
        assert said == []

        # The worker posted on the practice network, which is at the same address.
        wait_until(lambda: hub.ask(POST), seconds=60)
        [link] = re.findall(rf"{re.escape(hub.url)}/s/\w+", str(hub.ask(POST)))
        followed = httpx.get(link, headers=A_BROWSER)
        assert (followed.status_code, followed.headers["Location"]) == (302, "https://stories.example/1")
        wait_until(lambda: hub.ask(CLICKS), seconds=60)
        assert hub.ask(CLICKS) == [["", 1]]

        # Its name and its forms are its own.
        assert httpx.get(f"{hub.url}/accounts/login/").status_code == 200
        assert httpx.get(f"{hub.url}/accounts/login/", headers={"Host": "[::2]:80"}).status_code == 400
        cookies = {one["name"]: one["value"] for one in window.cookies()}
        forged = {"Origin": "http://[::2]", "X-CSRFToken": cookies["csrftoken"]}
        assert httpx.post(f"{hub.url}/people/settings/", headers=forged, cookies=cookies).status_code == 403
