"""Rehearsal told to stumble: a real web server of the hub lies to the engine through a real socket."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from selectolax.lexbor import LexborHTMLParser

from advocacy.lib.http import permit
from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.platforms.reasons import OTHERWISE
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.rehearsal.models import Post, Stumble
from advocacy.shares import tasks
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.shares.sharing import Order, share_story
from advocacy.shares.sharing import Post as PostOrder
from advocacy.stories.models import Story
from tests.links.conftest import shared_environment
from tests.links.web import Web, running_web, wait_until

pytestmark = pytest.mark.slow

Kind = Stumble.Kind
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
SILENT_FOR = 5  # seconds
TAKEN_AND_NO_ANSWER = [Kind.HANG_UP, Kind.SERVER_ERROR, Kind.WITHOUT_ID, Kind.WEB_PAGE]
LATER = [kind for kind in Kind if kind.startswith("slow_down")]


@pytest.fixture
def now() -> datetime:
    """Twenty minutes ago: what the engine does until then is over when the owner presses a button."""
    return timezone.now() - 20 * MINUTE


@pytest.fixture(scope="module")
def web(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    environment = {**shared_environment(), "REHEARSAL_SILENCE": str(SILENT_FOR)}
    with django_db_blocker.unblock(), running_web(tmp_path_factory.mktemp("var"), environment) as web:
        yield web


@dataclass
class Practice:
    """Alice in her browser, with a share on Rehearsal that is due at `due`."""

    browser: Client
    share: Share
    due: datetime

    def order(self, kind: Kind) -> None:
        answer = self.browser.post("/rehearsal/stumble/", {"kind": kind})
        assert answer.status_code == 302

    def publish(self, at: datetime | None = None) -> Share:
        publish_due(clock=lambda: at or self.due)
        return self.look()

    def run(self, *, since: timedelta = timedelta(), until: timedelta) -> Share:
        """Let both sweeps go by, every ten seconds of a clock of our own."""
        for seconds in range(int(since.total_seconds()), int(until.total_seconds()) + 1, 10):
            clock = partial(_same, self.due + seconds * SECOND)
            publish_due(clock=clock)
            reconcile(clock=clock)
        return self.look()

    def look(self) -> Share:
        return Share.objects.for_sending().get()

    def page(self) -> list[str]:
        """Return what alice reads about her share: where it stands, then its life."""
        answer = self.browser.get(f"/shares/mine/{self.share.pk}/")
        page = LexborHTMLParser(answer.content.decode())
        lines = [one.text(strip=True) for one in page.css("article > p, .lifeline__event > span")]
        # Whatever happened has words of its own.
        assert not [line for line in lines if str(OTHERWISE)[:20] in line]
        return lines


def _same(moment: datetime) -> datetime:
    return moment


@pytest.fixture
def practice(
    transactional_db: None,
    web: Web,
    alice: Person,
    story: Story,
    as_person: Callable[[Person], Client],
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> Practice:
    # A bell would be heard at once, and read the real clock.
    monkeypatch.setattr(tasks.publish_due, "delay", lambda: None)
    monkeypatch.setattr(tasks.reconcile, "delay", lambda: None)
    settings.REHEARSAL_URL = f"http://127.0.0.1:{web.port}"
    permit([f"127.0.0.1:{web.port}"])
    order = Order(
        person=alice,
        posts=[PostOrder(give_rehearsal(alice, now=now), "I love how my colleagues never give up.", "en")],
        at=now + MINUTE,
        submission=uuid4(),
    )
    return Practice(as_person(alice), share_story(story, order, now=now)[0], now + MINUTE)


def test_unless_it_is_told_to_it_does_not_stumble(practice: Practice) -> None:
    share = practice.publish()

    assert (share.state, Post.objects.get().text.splitlines()[0]) == (State.PUBLISHED, share.text)


@pytest.mark.parametrize("kind", TAKEN_AND_NO_ANSWER)
def test_a_post_that_was_taken_without_a_certain_answer_is_found_and_never_sent_twice(
    practice: Practice, kind: Kind
) -> None:
    practice.order(kind)

    share = practice.publish()
    assert share.state == State.UNKNOWN
    assert "We are looking whether it is there." in practice.page()[3]
    assert not [line for line in practice.page() if "Look at your account there" in line]

    share = practice.run(since=10 * SECOND, until=5 * MINUTE)
    assert (share.state, share.tries, share.published_at) == (State.PUBLISHED, 1, practice.due)
    assert share.remote_id == str(Post.objects.get().pk)
    assert "No certain answer came, so we looked: it is there." in practice.page()
    assert not Notice.objects.exists()


def test_a_post_that_was_dropped_is_sent_again_only_when_it_can_no_longer_arrive(
    practice: Practice, settings: LazySettings
) -> None:
    practice.order(Kind.DROP)
    practice.publish()

    share = practice.run(since=10 * SECOND, until=settings.SETTLING - SECOND)
    assert (share.state, Post.objects.count()) == (State.UNKNOWN, 0)

    share = practice.run(since=settings.SETTLING, until=2 * MINUTE)
    assert (share.state, share.tries, Post.objects.count()) == (State.PUBLISHED, 2, 1)
    assert "The first try did not arrive." in practice.page()


def test_a_post_that_arrives_after_a_long_silence_is_waited_for(
    practice: Practice, settings: LazySettings
) -> None:
    settings.SEND_TIMEOUT = 3 * SECOND
    practice.order(Kind.SILENCE)

    share = practice.publish()
    assert (share.state, share.reason, Post.objects.count()) == (State.UNKNOWN, "no_answer", 0)

    # Nothing is looked for, or sent again, while it may still arrive.
    share = practice.run(since=10 * SECOND, until=40 * SECOND)
    assert (share.state, share.tries) == (State.UNKNOWN, 1)

    wait_until(Post.objects.exists, seconds=SILENT_FOR + 20)
    share = practice.run(since=50 * SECOND, until=5 * MINUTE)
    assert (share.state, share.tries, Post.objects.count()) == (State.PUBLISHED, 1, 1)
    assert "No certain answer came, so we looked: it is there." in practice.page()


def test_who_is_locked_out_connects_again_and_the_share_goes_on(practice: Practice) -> None:
    practice.order(Kind.LOCKED_OUT)

    practice.publish()
    share = practice.publish(practice.due + SECOND)
    assert (share.state, Post.objects.count()) == (State.WAITING, 0)
    assert any("Connect your account again, and it goes on." in line for line in practice.page())
    assert [notice.kind for notice in Notice.objects.all()] == ["account_broken"]

    practice.browser.post("/platforms/rehearse/")
    share = practice.publish(timezone.now())
    assert (share.state, Post.objects.count()) == (State.PUBLISHED, 1)


def test_who_is_locked_out_half_way_is_asked_and_once_back_the_post_is_found(practice: Practice) -> None:
    practice.order(Kind.LOCKED_OUT_HALF_WAY)
    practice.publish()

    share = practice.run(since=10 * SECOND, until=11 * MINUTE)
    assert (share.state, share.tries, Post.objects.count()) == (State.UNKNOWN, 1, 1)
    assert Account.objects.get().broken_at
    assert sorted(notice.kind for notice in Notice.objects.all()) == ["account_broken", "share_unknown"]
    told = practice.page()
    assert "We could not find out whether it is there. Look on Rehearsal, and tell us." in told

    practice.browser.post("/platforms/rehearse/")
    share = practice.run(since=11 * MINUTE, until=20 * MINUTE)
    assert (share.state, share.tries, Post.objects.count()) == (State.PUBLISHED, 1, 1)


@pytest.mark.parametrize("posted_before", [False, True])
def test_a_repeat_is_refused_and_never_taken_for_the_post_that_it_names(
    practice: Practice, posted_before: bool
) -> None:
    if posted_before:
        Post.objects.create(
            member_id=Account.objects.get().remote_id, key=uuid4(), text="Another share.",
            dated_at=practice.due, arrived_at=practice.due,
        )  # fmt: skip
    practice.order(Kind.DUPLICATE)

    share = practice.publish()

    assert (share.state, share.reason, share.remote_id) == (State.REFUSED, "duplicate", "")
    assert "does not take the same words twice" in practice.page()[3]
    assert [notice.kind for notice in Notice.objects.all()] == ["share_refused"]


@pytest.mark.parametrize("kind", LATER)
def test_who_is_asked_for_patience_waits_as_long_and_then_goes(practice: Practice, kind: Kind) -> None:
    practice.order(kind)

    share = practice.publish()
    # Where it names no time, the hub takes five minutes.
    asked = 5 * MINUTE if kind == Kind.SLOW_DOWN else 2 * MINUTE
    assert (share.state, share.reason) == (State.SCHEDULED, "rate_limited")
    assert asked - 2 * SECOND <= share.try_at - practice.due <= asked + SECOND
    # The hub waits by itself: its owner is asked to do nothing.
    assert practice.page()[3].startswith("Rehearsal asks us to slow down. We try again on ")

    share = practice.publish(share.try_at - SECOND)
    assert share.tries == 1
    share = practice.publish(share.try_at)
    assert (share.state, share.tries, Post.objects.count()) == (State.PUBLISHED, 2, 1)


class TestTheOwnersTwoButtons:
    """The network cannot be read for ten minutes after it took, or dropped, a post."""

    def asked(self, practice: Practice, kind: Kind) -> None:
        practice.order(kind)
        practice.publish()
        Account.objects.update(host="127.0.0.1:9")
        share = practice.run(since=10 * SECOND, until=11 * MINUTE)
        assert (share.state, share.tries) == (State.UNKNOWN, 1)
        assert Notice.objects.get().kind == "share_unknown"

    def press(self, practice: Practice, button: str) -> None:
        address = f"/shares/mine/{practice.share.pk}/"
        page = LexborHTMLParser(practice.browser.get(address).content.decode())
        assert page.css_first(f"form[action='{address}{button}/'] button")
        assert practice.browser.post(f"{address}{button}/").status_code == 302

    def back_again(self, web: Web) -> None:
        Account.objects.update(host=f"127.0.0.1:{web.port}")

    def test_it_is_there(self, practice: Practice, web: Web) -> None:
        self.asked(practice, Kind.HANG_UP)

        self.press(practice, "there")

        self.back_again(web)
        share = practice.run(since=11 * MINUTE, until=20 * MINUTE)
        assert (share.state, share.tries, Post.objects.count()) == (State.PUBLISHED, 1, 1)
        assert "You told us that it is there." in practice.page()

    @pytest.mark.parametrize(
        ("kind", "tries"), [(Kind.DROP, 2), (Kind.HANG_UP, 1)], ids=["it is not", "but it is"]
    )
    def test_post_it_again_looks_once_more_and_makes_one_post(
        self, practice: Practice, web: Web, kind: Kind, tries: int
    ) -> None:
        self.asked(practice, kind)
        self.back_again(web)

        self.press(practice, "again")

        share = practice.run(since=20 * MINUTE, until=25 * MINUTE)
        assert (share.state, share.tries, Post.objects.count()) == (State.PUBLISHED, tries, 1)
        told = "You told us that it is not there, and to post it again."
        assert told in practice.page()

    def test_post_it_again_believes_the_owner_where_the_hub_still_cannot_look(
        self, practice: Practice, web: Web
    ) -> None:
        self.asked(practice, Kind.DROP)

        self.press(practice, "again")

        share = practice.run(since=20 * MINUTE, until=20 * MINUTE)
        assert (share.state, share.asked_at) == (State.SCHEDULED, None)
        self.back_again(web)
        share = practice.run(since=20 * MINUTE, until=30 * MINUTE)
        assert (share.state, Post.objects.count()) == (State.PUBLISHED, 1)

    def test_post_it_again_waits_for_what_may_still_arrive(self, practice: Practice) -> None:
        practice.order(Kind.DROP)
        practice.publish(timezone.now())

        answer = practice.browser.post(f"/shares/mine/{practice.share.pk}/again/")

        assert answer.status_code == 422
        assert "It may still arrive." in answer.content.decode()
        assert practice.look().state == State.UNKNOWN


@pytest.mark.slow
def test_forty_seconds_of_silence_outlast_the_hub_and_make_one_post(
    practice: Practice, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """All times are those of a real hub: it hangs up after twenty seconds, and the post arrives at forty."""
    with running_web(tmp_path_factory.mktemp("var"), shared_environment()) as silent:
        permit([f"127.0.0.1:{silent.port}"])
        Account.objects.update(host=f"127.0.0.1:{silent.port}")
        practice.order(Kind.SILENCE)
        began = time.monotonic()

        share = practice.publish()
        assert 19 < time.monotonic() - began < 38
        assert (share.state, Post.objects.count()) == (State.UNKNOWN, 0)

        wait_until(Post.objects.exists, seconds=60)
        assert time.monotonic() - began > 39
        share = practice.run(since=40 * SECOND, until=5 * MINUTE)

    assert (share.state, share.tries, Post.objects.count()) == (State.PUBLISHED, 1, 1)
