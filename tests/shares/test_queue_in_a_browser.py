"""The queue in a real browser: dragged by mouse and finger, moved by keys, and what axe says about it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Share, State
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
from tests.browsing import LOOKS, complaints, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def tuesday(alice: Person, now: datetime) -> datetime:
    """Ten o'clock on the Tuesday of next week, on Alice's clock."""
    local = now.astimezone(alice.zone)
    day = local.date() + timedelta(days=8 - local.weekday())
    return datetime(day.year, day.month, day.day, 10, tzinfo=alice.zone)


@pytest.fixture
def planned(story: Story, account: Account, tuesday: datetime, now: datetime) -> Share:
    Story.objects.update(closes_at=None)
    story.refresh_from_db()
    order = Order(
        account.person, [Post(account, "I am proud of this.", "en")], at=tuesday, submission=uuid4()
    )
    return share_story(story, order, now=now)[0]


@pytest.fixture
def signed_in(alice: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(alice)


def moment(share: Share) -> datetime:
    return Share.objects.get(pk=share.pk).due_at


def show(page: Page, week: datetime) -> None:
    """Open the week, with its Tuesday at the top and all that the tests drag to in sight."""
    page.goto(f"/shares/queue/?week={week:%Y-%m-%d}")
    page.locator(".entry").evaluate("entry => scrollTo(0, entry.getBoundingClientRect().top - 200)")


def cell(page: Page, at: datetime) -> Locator:
    return page.locator(f'[data-day="{at:%Y-%m-%d}"] [data-hour="{at.hour}"]')


def middle_of(place: Locator, *, down: float = 0.5) -> tuple[float, float]:
    """Return a point of it in the window. Nothing scrolls, so that points found before stay true."""
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * down


def drag_with_the_mouse(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 10, start[1] + 10)
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def test_a_share_is_dragged_to_another_day_and_hour_and_back_again(
    browser: Browser, live_server: LiveServer, signed_in: Client, planned: Share, tuesday: datetime
) -> None:
    with window(browser, live_server.url, client=signed_in) as page:
        show(page, tuesday)
        entry = page.locator(".entry")
        target = tuesday + 2 * DAY + 2 * HOUR

        drag_with_the_mouse(page, middle_of(entry, down=0.3), middle_of(cell(page, target), down=0.6))

        expect(page.locator(f'[data-at="{target:%Y-%m-%dT%H}:30"]')).to_be_visible()
        assert moment(planned) == target + timedelta(minutes=30)
        expect(page.locator(".toast")).to_contain_text("Moved to Thursday")

        page.locator(".toast").get_by_role("button", name="Undo").click()
        expect(page.locator(f'[data-at="{tuesday:%Y-%m-%dT%H:%M}"]')).to_be_visible()
        assert moment(planned) == tuesday


def test_the_hour_under_a_dragged_share_is_lit_today_too(
    browser: Browser, live_server: LiveServer, signed_in: Client, planned: Share
) -> None:
    Share.objects.update(due_at=timezone.now(), try_at=timezone.now())
    with window(browser, live_server.url, client=signed_in) as page:
        page.goto("/shares/queue/")
        hour = "[data-hour='12']"
        page.locator(hour).evaluate_all("all => all.forEach((one) => one.classList.add('is-target'))")
        another, today = (
            page.locator(f".day:not(.day--today) {hour}").first,
            page.locator(f".day--today {hour}"),
        )
        page.wait_for_timeout(100)  # milliseconds; colours do not change at once

        ground = "one => getComputedStyle(one).backgroundColor"
        assert today.evaluate(ground) == another.evaluate(ground)


def test_a_share_that_may_not_stand_there_jumps_back_and_says_why(
    browser: Browser, live_server: LiveServer, signed_in: Client, planned: Share, tuesday: datetime
) -> None:
    Story.objects.update(closes_at=tuesday + DAY)
    with window(browser, live_server.url, client=signed_in) as page:
        show(page, tuesday)
        target = cell(page, tuesday + 2 * DAY)

        drag_with_the_mouse(page, middle_of(page.locator(".entry"), down=0.3), middle_of(target))

        expect(page.locator(".entry .errorlist")).to_contain_text("This story closes before that moment.")
        expect(page.locator(f'[data-at="{tuesday:%Y-%m-%dT%H:%M}"]')).to_be_visible()
        assert moment(planned) == tuesday


@pytest.mark.parametrize("screen", ["wide", "phone"])
def test_a_share_is_moved_by_keys_alone_and_every_step_is_read_out(
    browser: Browser,
    live_server: LiveServer,
    signed_in: Client,
    planned: Share,
    tuesday: datetime,
    screen: str,
) -> None:
    with window(browser, live_server.url, screen=screen, client=signed_in) as page:
        show(page, tuesday)
        page.get_by_role("button", name="Move: ").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#queue-news")).to_contain_text("Escape gives up")

        for key in ["ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight"]:
            page.keyboard.press(key)
        expect(page.locator("#queue-news")).to_contain_text("Wednesday")
        expect(page.locator("#queue-news")).to_contain_text("10:15")
        assert moment(planned) == tuesday

        page.keyboard.press("Enter")
        target = tuesday + DAY + timedelta(minutes=15)
        expect(page.locator(f'[data-at="{target:%Y-%m-%dT%H:%M}"]')).to_be_visible()
        expect(page.get_by_role("button", name="Move: ")).to_be_focused()
        assert moment(planned) == target

        page.keyboard.press("Enter")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Escape")
        expect(page.locator("#queue-news")).to_have_text("Not moved.")
        expect(page.locator(".entry__time")).to_have_text("10:15")
        assert moment(planned) == target


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    session.send(
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
    )


def test_a_finger_that_rests_lifts_a_share_and_one_that_moves_scrolls(
    browser: Browser, live_server: LiveServer, signed_in: Client, planned: Share, tuesday: datetime
) -> None:
    with window(browser, live_server.url, screen="phone", client=signed_in) as page:
        show(page, tuesday)
        finger = page.context.new_cdp_session(page)
        wednesday = page.locator(f'[data-day="{tuesday + DAY:%Y-%m-%d}"]')
        entry = page.locator(".entry__words")
        start = middle_of(entry)

        touch(finger, "touchStart", start)
        touch(finger, "touchMove", (start[0], start[1] + 60))
        touch(finger, "touchEnd")
        expect(page.locator(".drag-label")).to_have_count(0)
        assert moment(planned) == tuesday

        show(page, tuesday)  # anew, because a swipe goes on for a while
        start, end = middle_of(entry), middle_of(wednesday)
        assert 100 < end[1] < 744, "at the edges of the window the page scrolls under the finger"
        touch(finger, "touchStart", start)
        expect(page.locator(".drag-label")).to_be_visible()
        touch(finger, "touchMove", ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
        touch(finger, "touchMove", end)
        expect(page.locator(".drag-label")).to_contain_text("Wednesday")
        touch(finger, "touchEnd")

        expect(page.locator(f'[data-at="{tuesday + DAY:%Y-%m-%dT%H:%M}"]')).to_be_visible()
        assert moment(planned) == tuesday + DAY


def test_buttons_move_a_share_for_whoever_cannot_drag(
    browser: Browser, live_server: LiveServer, signed_in: Client, planned: Share, tuesday: datetime
) -> None:
    with window(browser, live_server.url, screen="phone", client=signed_in) as page:
        show(page, tuesday)
        page.get_by_role("button", name="Move: ").click()
        page.get_by_role("button", name="A day later").click()
        page.get_by_role("button", name="+15").click()
        page.get_by_role("button", name="Save").click()

        target = tuesday + DAY + timedelta(minutes=15)
        expect(page.locator(f'[data-at="{target:%Y-%m-%dT%H:%M}"]')).to_be_visible()
        assert moment(planned) == target


def test_a_cancel_is_undone_from_the_toast(
    browser: Browser, live_server: LiveServer, signed_in: Client, planned: Share, tuesday: datetime
) -> None:
    with window(browser, live_server.url, client=signed_in) as page:
        show(page, tuesday)
        page.get_by_role("button", name="Cancel: ").click()
        expect(page.locator(".toast")).to_contain_text("Cancelled.")
        assert Share.objects.get().state == State.CANCELLED

        page.locator(".toast").get_by_role("button", name="Undo").click()
        expect(page.locator(".status--scheduled")).to_be_visible()
        assert moment(planned) == tuesday


def test_who_comes_by_keyboard_stays_with_the_share(
    browser: Browser, live_server: LiveServer, signed_in: Client, planned: Share, tuesday: datetime
) -> None:
    with window(browser, live_server.url, client=signed_in) as page:
        show(page, tuesday)
        share = page.locator(f"#share-{planned.pk}")
        for pressed, focused in [("Cancel: ", "Undo"), ("Undo", "Move: "), ("Cancel: ", "Undo")]:
            share.get_by_role("button", name=pressed).focus()
            page.keyboard.press("Enter")
            expect(share.get_by_role("button", name=focused)).to_be_focused()


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_axe_and_the_policy_find_nothing(
    browser: Browser, live_server: LiveServer, signed_in: Client, planned: Share,
    copies_of: Callable[..., list[Share]], tuesday: datetime, screen: str, scheme: str,
) -> None:  # fmt: skip
    for state in (State.MISSED, State.PUBLISHED, State.WAITING, State.CANCELLED):
        copies_of(
            planned, 1, state=state, reason="by_you" if state == State.CANCELLED else "", published_at=tuesday
        )
    said: list[str] = []
    with window(browser, live_server.url, screen=screen, scheme=scheme, client=signed_in) as page:
        page.on("console", lambda message: said.append(message.text))
        for view in ("week", "list"):
            page.goto(f"/shares/queue/?week={tuesday:%Y-%m-%d}&view={view}")
            page.locator("[data-moves]").first.click()
            assert complaints(page) == []
    assert said == []
