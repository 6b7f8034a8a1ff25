"""The queue through the front door: what stands where, and what its owner does to it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advocacy.people.models import Person
from advocacy.platforms.connector import TryLater
from advocacy.platforms.models import Account
from advocacy.shares import agenda
from advocacy.shares.changing import cancel_share, reschedule_share, restore_share, reword_share
from advocacy.shares.life import life_line
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.stories.models import Story
from tests.shares.paper import Paper

AsPerson = Callable[[Person], Client]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def now() -> datetime:
    """The real clock: views read it themselves."""
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def story(story: Story) -> Story:
    story.closes_at = None
    story.save()
    return story


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


def page_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def put(at: datetime, **columns: object) -> None:
    Share.objects.update(due_at=at, try_at=at, last_safe_at=at + HOUR, **columns)


def typed(at: datetime, person: Person) -> str:
    return at.astimezone(person.zone).strftime("%Y-%m-%dT%H:%M")


def in_queue(at: datetime, person: Person) -> dict[str, str]:
    return {"from": "queue", "at": typed(at, person), "week": typed(at, person)[:10]}


def test_a_planned_share_stands_in_its_week_and_hour(share: Share, alice: Person, browser: Client) -> None:
    at = share.due_at.astimezone(alice.zone)
    page = page_of(browser.get(f"/shares/queue/?week={at:%Y-%m-%d}"))

    assert share.story.title in page
    assert f"{at:%H:%M}" in page
    assert "I love how my colleagues never give up." in page
    assert "scheduled" in page
    assert "Paper" in page


def test_an_empty_queue_leads_to_the_wall(alice: Person, browser: Client) -> None:
    page = page_of(browser.get("/shares/queue/"))

    assert "Nothing in your queue" in page
    assert 'href="/shares/"' in page


def test_an_empty_week_says_when_the_next_share_goes_out(
    share: Share, browser: Client, now: datetime
) -> None:
    put(now + 21 * DAY)

    assert "The next share goes out on" in page_of(browser.get("/shares/queue/"))
    assert share.story.title in page_of(browser.get("/shares/queue/?view=list"))


@pytest.mark.parametrize("week", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-02-30", "-1", "\0"])
def test_a_guessed_week_is_this_week(share: Share, browser: Client, week: str) -> None:
    assert "today" in page_of(browser.get("/shares/queue/", {"week": week}))


@pytest.mark.parametrize(
    ("state", "stands"),
    [(State.MISSED, True), (State.REFUSED, True), (State.PUBLISHED, True), (State.CANCELLED, False)],
)
def test_what_is_over_stands_in_its_week_only(
    share: Share, browser: Client, now: datetime, alice: Person, state: State, stands: bool
) -> None:
    put(now - 8 * DAY, state=state, published_at=now - 8 * DAY, reason="by_you")
    week = typed(now - 8 * DAY, alice)[:10]

    assert (share.story.title in page_of(browser.get(f"/shares/queue/?week={week}"))) is stands
    assert share.story.title not in page_of(browser.get("/shares/queue/"))
    assert share.story.title not in page_of(browser.get("/shares/queue/?view=list"))


def test_nobody_sees_or_moves_the_queue_of_a_colleague(
    share: Share, bob: Person, as_person: AsPerson, now: datetime
) -> None:
    theirs = as_person(bob)
    planned = now + 21 * DAY
    reschedule_share(share, at=planned, now=now)

    assert "Nothing in your queue" in page_of(theirs.get("/shares/queue/"))
    for view in ("week", "list"):
        page = page_of(theirs.get(f"/shares/queue/?view={view}&changed={share.pk}&week={planned:%Y-%m-%d}"))
        assert share.story.title not in page
        assert "unmove" not in page
    for verb in ("cancel", "restore", "reschedule", "unmove", "find"):
        assert theirs.post(f"/shares/mine/{share.pk}/{verb}/", {"from": "queue"}).status_code == 404
    assert Share.objects.get().due_at == planned


def test_moving_answers_with_the_queue_and_a_way_back(
    share: Share, alice: Person, browser: Client, now: datetime
) -> None:
    later = now + 3 * DAY
    answer = browser.post(f"/shares/mine/{share.pk}/reschedule/", in_queue(later, alice), headers=HTMX)

    assert answer.status_code == 200
    assert Share.objects.get().due_at == later
    assert f'data-at="{typed(later, alice)}"' in page_of(answer)
    assert "Moved to" in page_of(answer)
    assert f"/shares/mine/{share.pk}/unmove/" in page_of(answer)

    browser.post(f"/shares/mine/{share.pk}/unmove/", {"from": "queue"}, headers=HTMX)
    assert Share.objects.get().due_at == share.due_at


def test_without_a_script_one_comes_back_to_the_queue_and_can_undo(share: Share, browser: Client) -> None:
    answer = browser.post(f"/shares/mine/{share.pk}/cancel/", {"from": "queue", "view": "list"}, follow=True)

    assert answer.redirect_chain[0][0].startswith("/shares/queue/?")
    assert "Cancelled by mistake? Put it back." in page_of(answer)

    browser.post(f"/shares/mine/{share.pk}/restore/", {"from": "queue"})
    assert Share.objects.get().state == State.SCHEDULED


@pytest.mark.parametrize("page", ["queue", "mine", ""])
def test_a_cancel_is_undone_where_it_was_done(share: Share, browser: Client, page: str) -> None:
    cancelled = browser.post(f"/shares/mine/{share.pk}/cancel/", {"from": page}, follow=True)
    assert f'action="/shares/mine/{share.pk}/restore/"' in page_of(cancelled)

    browser.post(f"/shares/mine/{share.pk}/restore/", {"from": page})
    assert Share.objects.get().state == State.SCHEDULED


def refused(browser: Client, share: Share, at: datetime, alice: Person) -> str:
    before = Share.objects.get().due_at
    answer = browser.post(f"/shares/mine/{share.pk}/reschedule/", in_queue(at, alice), headers=HTMX)

    assert answer.status_code == 422
    assert Share.objects.get().due_at == before
    return page_of(answer)


def test_a_share_dropped_on_the_past_goes_back_and_says_why(
    share: Share, alice: Person, browser: Client, now: datetime
) -> None:
    """Not even on a minute ago, which in the form still means now: nobody drops a share to publish it."""
    assert "That moment has passed." in refused(browser, share, now - MINUTE, alice)


def test_a_share_is_not_moved_beyond_its_story_or_its_connection(
    share: Share, story: Story, account: Account, alice: Person, browser: Client, now: datetime
) -> None:
    Story.objects.update(closes_at=now + DAY)
    assert "This story closes before that moment." in refused(browser, share, now + DAY, alice)

    Story.objects.update(closes_at=None)
    Account.objects.update(expires_at=now + DAY, fresh_until=now + DAY)
    assert "ends before that" in refused(browser, share, now + 2 * DAY, alice)


def test_what_is_being_sent_is_not_moved_any_more(
    share: Share, alice: Person, browser: Client, now: datetime
) -> None:
    Share.objects.update(state=State.PUBLISHED, published_at=now)

    assert "moved on" in refused(browser, share, now + DAY, alice)


def test_a_moment_that_is_over_is_not_moved_back_to(
    share: Share, browser: Client, alice: Person, now: datetime
) -> None:
    reschedule_share(share, at=now + 2 * DAY, now=now)
    Share.objects.get().changes.update(moved_from=now - MINUTE)

    answer = browser.post(f"/shares/mine/{share.pk}/unmove/", {"from": "queue"}, headers=HTMX)

    assert answer.status_code == 422
    assert Share.objects.get().due_at == now + 2 * DAY


def test_the_clock_on_the_night_that_leaves_an_hour_out(alice: Person) -> None:
    week = agenda.week_of("2026-03-29", alice.zone, now=datetime(2026, 3, 28, 12, tzinfo=UTC))
    sunday = agenda.days_of_week([], week, now=week.begins)[6]

    assert [hour.number for hour in sunday.hours if hour.is_skipped] == [2]
    assert week.ends - week.begins == 7 * DAY - HOUR


def test_the_clock_on_the_night_that_has_an_hour_twice(
    share: Share, alice: Person, browser: Client, now: datetime
) -> None:
    week = agenda.week_of("2026-10-25", alice.zone, now=datetime(2026, 10, 24, 12, tzinfo=UTC))
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    entries = [agenda.Entry(share, at.astimezone(alice.zone)) for at in (first, second)]
    sunday = agenda.days_of_week(entries, week, now=week.begins)[6]

    assert [hour.number for hour in sunday.hours if hour.is_twice] == [2]
    assert sunday.hours[2].entries == entries
    assert all(entry.is_twice and entry.typed == "2026-10-25T02:30" for entry in entries)
    assert week.ends - week.begins == 7 * DAY + HOUR


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        ("2026-03-29T21:59+00:00", "2026-03-23"),  # two minutes before Monday, in summer time
        ("2026-03-29T22:00+00:00", "2026-03-30"),
        ("2026-10-25T22:59+00:00", "2026-10-19"),
        ("2026-10-25T23:00+00:00", "2026-10-26"),
    ],
)
def test_a_week_ends_at_midnight_on_the_wall(share: Share, alice: Person, at: str, monday: str) -> None:
    put(datetime.fromisoformat(at))
    now = datetime.fromisoformat(at) - DAY
    found = {
        day
        for day in ("2026-03-23", "2026-03-30", "2026-10-19", "2026-10-26")
        if agenda.shares_of_week(alice, agenda.week_of(day, alice.zone, now=now), now=now).exists()
    }

    assert found == {monday}


@pytest.mark.parametrize(
    ("zone", "wall", "hours"),
    [("Europe/Amsterdam", "2027-03-28T02:30", None), ("Europe/Amsterdam", "2027-10-31T02:30", 0.5)],
)
def test_a_time_that_is_left_out_is_refused_and_of_one_that_comes_twice_the_first_is_meant(
    share: Share, alice: Person, browser: Client, zone: str, wall: str, hours: float | None
) -> None:
    alice.time_zone = zone
    alice.save()
    answer = browser.post(f"/shares/mine/{share.pk}/reschedule/", {"from": "queue", "at": wall}, headers=HTMX)

    if hours is None:
        assert answer.status_code == 422
        assert "this time is left out" in page_of(answer)
    else:
        assert Share.objects.get().due_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("view", ["week", "list"])
def test_five_hundred_shares_cost_no_more_questions_than_five(
    share: Share, browser: Client, copies_of: Callable[..., list[Share]], now: datetime, view: str
) -> None:
    address = f"/shares/queue/?view={view}"
    copies_of(share, 4, due_at=now + HOUR, try_at=now + HOUR)
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert browser.get(address).status_code == 200
    copies_of(share, 495, due_at=now + HOUR, try_at=now + HOUR)
    with CaptureQueriesContext(connection) as many:
        assert browser.get(address).status_code == 200

    assert len(many) - len(few) <= (1 if view == "list" else 0)  # the list counts its pages
    assert len(many) <= 15


def test_the_navigation_tells_that_something_waits(
    share: Share, account: Account, browser: Client, now: datetime
) -> None:
    assert "waiting for you" not in page_of(browser.get("/people/settings/"))

    Share.objects.update(state=State.WAITING, reason="reconnect")

    page = page_of(browser.get("/people/settings/"))
    assert page.count('1<span class="visually-hidden"> waiting for you') == 2
    assert "This waits for you" in page_of(browser.get("/shares/queue/"))


def test_who_has_more_waiting_than_fits_is_led_to_the_rest(
    share: Share, copies_of: Callable[..., list[Share]], browser: Client
) -> None:
    copies_of(share, 4)
    Share.objects.update(state=State.WAITING, reason="reconnect")
    assert "All that waits for you" not in page_of(browser.get("/shares/queue/"))

    copies_of(share, 1, state=State.WAITING, reason="reconnect")

    assert '<a href="/shares/mine/">All that waits for you</a>' in page_of(browser.get("/shares/queue/"))


def test_a_share_whose_account_broke_leads_to_where_it_is_connected_again(
    share: Share, account: Account, browser: Client
) -> None:
    there = f'href="/platforms/#account-{account.pk}"'
    pages = ["/shares/mine/", f"/shares/mine/{share.pk}/"]
    for address in pages:
        assert there not in page_of(browser.get(address)), address

    Share.objects.update(state=State.WAITING, reason="reconnect")

    for address in pages:
        assert there in page_of(browser.get(address)), address


def test_reactions_that_nobody_asked_for_yet_are_not_called_unmeasurable(
    share: Share, paper: type[Paper], browser: Client, now: datetime
) -> None:
    publish_due(clock=lambda: now + HOUR)
    assert Share.objects.get().measure_at is not None
    page = page_of(browser.get("/shares/mine/"))

    assert "not known yet" in page
    assert "not measurable" not in page


def test_figures_wait_until_something_is_published(share: Share, browser: Client) -> None:
    page = page_of(browser.get("/shares/mine/"))

    assert share.story.title in page
    assert "The last thirteen weeks" not in page


def test_a_life_line_tells_all_that_its_owner_did(share: Share, paper: type[Paper], now: datetime) -> None:
    reschedule_share(share, at=now + 2 * HOUR, now=now + MINUTE)
    share.refresh_from_db()
    reword_share(share, text="Said better.", now=now + 2 * MINUTE)
    cancel_share(share, now=now + 3 * MINUTE)
    share.refresh_from_db()
    restore_share(share, now=now + 4 * MINUTE)
    paper.before = TryLater("rate_limited", wait=5 * MINUTE)
    publish_due(clock=lambda: now + 2 * HOUR)

    words = [event.words for event in life_line(Share.objects.get())]

    assert words[0].startswith("You shared this story, for")
    assert words[1].startswith("You moved it to")
    assert {"You changed your words.", "You cancelled it."} <= set(words)
    assert any(one.startswith("You put it back in the queue, for") for one in words)
    assert any("asks us to slow down" in one and "We try again on" in one for one in words)
    assert words[-1] == "Goes out."


def test_a_published_share_tells_until_when_reactions_are_asked_for(
    share: Share, paper: type[Paper], browser: Client, now: datetime
) -> None:
    publish_due(clock=lambda: now + HOUR)
    page = page_of(browser.get(f"/shares/mine/{share.pk}/"))

    assert "It is public." in page
    assert "We ask for reactions a last time." in page
