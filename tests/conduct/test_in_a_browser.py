"""A newcomer meets the code, shares, and meets it again when something that matters has changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.conduct.activating import About, activate, consult, describe_version
from advocacy.conduct.editing import Rewritten, Words, add_item, start_version
from advocacy.conduct.models import Acknowledgement, Kind, Version
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Share
from advocacy.stories.models import Story
from tests.browsing import LOOKS, complaints, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AsPerson = Callable[[Person], Client]


@pytest.fixture
def story(erin: Person) -> Story:
    now = timezone.now()
    return Story.objects.create(
        title="We repair what others throw away",
        url="https://stories.example/repair",
        for_everyone=True,
        created_by=erin,
        created_at=now,
        changed_at=now,
        published_at=now - timedelta(days=1),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=29),
    )


@pytest.fixture
def account(alice: Person) -> Account:
    return Account.objects.create(
        person=alice,
        platform="bluesky",
        host="pds.example",
        remote_id="did:plc:1",
        handle="alice.test",
        token="a token",
        refresh_token="another",
        connected_at=timezone.now(),
    )


def share_tomorrow(page: Page, story: Story, words: str) -> None:
    """Type the words and press the button, for a moment that this test does not reach."""
    page.goto(f"/shares/{story.pk}/compose/")
    page.locator("#id_text").fill(words)
    page.get_by_label("At a moment I choose").check()


def press_share(page: Page) -> None:
    page.locator("[data-share]").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("screen", ["phone", "wide"])
def test_a_newcomer_meets_the_code_in_five_cards_and_is_not_asked_again(
    browser: Browser, live_server: LiveServer, alice: Person, as_person: AsPerson, code: Version, screen: str
) -> None:
    with window(browser, live_server.url, screen=screen, client=as_person(alice)) as page:
        page.goto("/shares/")
        page.get_by_role("link", name="Show me").click()
        for number in range(1, 5):
            expect(page.get_by_text(f"Card {number} of 5")).to_be_visible()
            # The way on is in reach without scrolling, on a phone too.
            expect(page.get_by_role("link", name="Next")).to_be_in_viewport()
            page.get_by_role("link", name="Next").click()
        page.get_by_role("button", name="I know our code").click()

        expect(page.get_by_text("We will not ask again")).to_be_visible()
        expect(page.get_by_role("link", name="Show me")).to_have_count(0)

    assert Acknowledgement.objects.get().person == alice


def test_the_introduction_can_be_left_at_any_card_by_keyboard(
    browser: Browser, live_server: LiveServer, alice: Person, as_person: AsPerson, code: Version
) -> None:
    with window(browser, live_server.url, client=as_person(alice)) as page:
        page.goto("/code/welcome/3/")
        page.get_by_role("button", name="Not now").focus()
        page.keyboard.press("Enter")

        expect(page).to_have_url(f"{live_server.url}/shares/")
        expect(page.get_by_text("whenever you like")).to_be_visible()
        expect(page.get_by_role("link", name="Show me")).to_have_count(0)

    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_axe_finds_nothing_on_the_pages_of_the_code(
    browser: Browser,
    live_server: LiveServer,
    ada: Person,
    as_person: AsPerson,
    code: Version,
    screen: str,
    scheme: str,
) -> None:
    change_code()
    inside = ["code/", "code/welcome/", "code/welcome/5/", "code/changes/", "code/propose/", "code/desk/"]
    making = ["code/desk/next/", "code/desk/next/rules/D08/", "code/consultation/", "people/looks/"]
    start_and_consult()

    with window(browser, live_server.url, screen=screen, scheme=scheme, client=as_person(ada)) as page:
        found = {path: look(page, f"/{path}") for path in inside + making}

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def look(page: Page, path: str) -> list[str]:
    page.goto(path)
    return complaints(page)


def change_code() -> Version:
    now = timezone.now()
    version = start_version(now=now)
    words = {
        "nl": Words("Bij klanten thuis: alleen het apparaat", "De rest van het huis is van de klant."),
        "en": Words("In homes: the machine only", "The rest of the house is the customer's."),
    }
    add_item(version, Kind.DO, Rewritten(words=words))
    summaries = {"nl": "Een regel over foto's.", "en": "A rule about photos in homes."}
    describe_version(version, About(summaries, is_material=True))
    consult(version, now=now)
    return activate(version, now=now)


def start_and_consult() -> None:
    now = timezone.now()
    consult(start_version(now=now), now=now)


def test_sharing_asks_once_and_again_after_a_material_change(
    browser: Browser,
    live_server: LiveServer,
    alice: Person,
    account: Account,
    story: Story,
    as_person: AsPerson,
    code: Version,
) -> None:
    with window(browser, live_server.url, screen="phone", client=as_person(alice)) as page:
        share_tomorrow(page, story, "The first thing I say.")
        press_share(page)
        expect(page.get_by_role("alert")).to_contain_text("only once")
        expect(page.locator("#id_text")).to_have_value("The first thing I say.")
        page.get_by_label("I know our code").check()
        press_share(page)
        expect(page).to_have_url(f"{live_server.url}/shares/mine/")

        share_tomorrow(page, story, "The second thing I say.")
        expect(page.get_by_label("I know our code")).to_have_count(0)
        press_share(page)

        version = change_code()
        page.goto("/shares/")
        page.get_by_role("link", name="See what changed").click()
        expect(page.get_by_text("In homes: the machine only")).to_be_visible()
        page.get_by_role("button", name="I know our code").click()
        expect(page.get_by_role("link", name="See what changed")).to_have_count(0)

        share_tomorrow(page, story, "The third thing I say.")
        press_share(page)
        expect(page).to_have_url(f"{live_server.url}/shares/mine/")

    carried = Share.objects.order_by("pk").values_list("code_version", flat=True)
    assert list(carried) == [code.pk, code.pk, version.pk]


def test_the_administrator_brings_a_change_into_force(
    browser: Browser, live_server: LiveServer, ada: Person, as_person: AsPerson, code: Version
) -> None:
    with window(browser, live_server.url, client=as_person(ada)) as page:
        page.goto("/code/desk/")
        page.get_by_role("button", name="Start a next version").click()
        page.get_by_role("link", name="Answer, or pass it on").click()
        page.locator("[name=why_nl]").fill("Webcare helpt binnen het uur.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("English is stale")).to_be_visible()
        page.get_by_role("link", name="Answer, or pass it on").first.click()
        page.locator("[name=why_en]").fill("Webcare helps within the hour.")
        page.get_by_role("button", name="Save").click()
        page.get_by_label("What changed, in English").fill("D08 says how fast.")
        page.get_by_label("What changed, in Dutch").fill("D08 zegt hoe snel.")
        page.get_by_label("This changes what people may or should do").uncheck()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Put it in force").click()
        expect(page.get_by_text("Version 1.1 is in force.")).to_be_visible()
        page.goto("/code/#D08")
        expect(page.get_by_text("Webcare helps within the hour.")).to_be_visible()
