"""A share that is stuck, posted by hand after all: the same words, picture and link, and never twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person
from advocacy.platforms.connecting import keep
from advocacy.platforms.connector import (
    Access,
    ByHand,
    Code,
    Connection,
    Disconnected,
    Identity,
    OutcomeUnknown,
    Rejected,
    TryLater,
)
from advocacy.platforms.disconnecting import disconnect
from advocacy.platforms.models import Account
from advocacy.shares.changing import TooLate, take_over_by_hand
from advocacy.shares.claiming import claim_batch
from advocacy.shares.drafting import words_of
from advocacy.shares.models import Attempt, Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.shares.sharing import CannotShare, Order, Post, share_story
from advocacy.stories.models import Picture, Story
from tests.shares.paper import Paper

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]
HOUR = timedelta(hours=1)
POST = "https://paper.example/posts/12345"


@pytest.fixture(autouse=True)
def paper(paper: type[Paper], monkeypatch: pytest.MonkeyPatch) -> type[Paper]:
    """Paper, on which one may write by hand too."""
    way = ByHand(
        "Paper opens, and you write.",
        opens="https://paper.example/new?text={text}",
        hosts=("paper.example",),
        posts=(r"/posts/(?P<id>\d+)",),
    )
    monkeypatch.setattr(paper, "by_hand", way)
    return paper


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


@pytest.fixture
def due(make_share: Callable[..., Share], now: datetime) -> Share:
    return make_share(at=now)


def publish(at: datetime) -> None:
    publish_due(clock=lambda: at)


def words(answer: Any) -> str:
    main = LexborHTMLParser(answer.content.decode()).css_first("main")
    assert main is not None
    return " ".join(main.text(separator=" ").split())


def refused(share: Share, paper: type[Paper], now: datetime) -> None:
    paper.before = Rejected(Code.REFUSED, "no")
    publish(now)
    paper.before = None


def disconnected(share: Share, paper: type[Paper], now: datetime) -> None:
    paper.before = Disconnected(Code.REVOKED)
    publish(now)
    publish(now)
    paper.before = None


def let_go(share: Share, paper: type[Paper], now: datetime) -> None:
    disconnect(share.account, now=now)


def too_late(share: Share, paper: type[Paper], now: datetime) -> None:
    Share.objects.filter(pk=share.pk).update(last_safe_at=share.due_at + timedelta(microseconds=1))
    publish(now + timedelta(seconds=1))


def over_budget(share: Share, paper: type[Paper], now: datetime) -> None:
    Share.objects.filter(pk=share.pk).update(reason="over_budget", try_at=now + HOUR)


def without_credit(share: Share, paper: type[Paper], now: datetime) -> None:
    paper.before = TryLater(Code.NO_CREDIT, wait=timedelta(minutes=5))
    publish(now)
    paper.before = None


STUCK = [
    (refused, State.REFUSED), (disconnected, State.WAITING), (let_go, State.WAITING),
    (too_late, State.MISSED), (over_budget, State.SCHEDULED),
    (without_credit, State.SCHEDULED),
]  # fmt: skip


@pytest.mark.parametrize(("gets_stuck", "state"), STUCK)
def test_its_owner_posts_it_and_the_hub_never_does(
    due: Share, browser: Client, paper: type[Paper], now: datetime, gets_stuck: Any, state: State
) -> None:
    gets_stuck(due, paper, now)
    due.refresh_from_db()
    assert due.state == state
    connected, address, key = due.account, due.link.address, due.key
    assert "Or post it yourself" in words(browser.get(f"/shares/mine/{due.pk}/"))

    page = browser.post(f"/shares/mine/{due.pk}/take-over/", follow=True)

    shown = LexborHTMLParser(page.content.decode())
    assert shown.css_first("#by-hand-words").text().strip() == f"{due.text}\n\n{address}"  # type: ignore[union-attr]
    assert "You took it over, to post it yourself." in words(page)
    due.refresh_from_db()
    assert (due.state, due.link.address, due.key, due.is_by_hand) == (State.WAITING, address, key, True)
    # Whatever comes back to life, and however late.
    access = Access("paper.example", connected.remote_id, "new")
    again = Connection(access, Identity(connected.remote_id, "alice"))
    keep(again, person=connected.person, channel=paper(), registration=None, now=now)
    for later in (timedelta(), HOUR, timedelta(days=8)):
        publish(now + later)
        reconcile(clock=lambda later=later: now + later)  # type: ignore[misc]
    assert paper.ledger == []

    browser.post(f"/shares/mine/{due.pk}/posted/", {"address": POST})
    due.refresh_from_db()
    assert (due.state, due.remote_id, due.measure_at) == (State.PUBLISHED, "12345", None)


class TestWhatNobodyKnows:
    @pytest.fixture
    def unknown(self, due: Share, paper: type[Paper], now: datetime) -> Share:
        """Sent, no answer, and its owner was asked."""
        paper.before = OutcomeUnknown(Code.NO_ANSWER)
        publish(now)
        paper.before = None
        long_ago = now - settings.ASK_OWNER_AFTER - settings.SETTLING
        Share.objects.filter(pk=due.pk).update(armed_at=long_ago, doubted_at=long_ago, asked_at=now)
        return Share.objects.get(pk=due.pk)

    def test_where_it_is_not_its_owner_posts_it(
        self, unknown: Share, browser: Client, paper: type[Paper], now: datetime
    ) -> None:
        assert "It is not there: I post it myself" in words(browser.get(f"/shares/mine/{unknown.pk}/"))

        page = browser.post(f"/shares/mine/{unknown.pk}/take-over/", follow=True)

        unknown.refresh_from_db()
        assert (unknown.state, unknown.is_by_hand) == (State.WAITING, True)
        assert Attempt.objects.get().outcome == "was_not_there"
        assert "Sent to Paper." in words(page)
        reconcile(clock=lambda: now + HOUR)
        publish(now + HOUR)
        assert paper.ledger == []

    def test_where_it_is_after_all_there_is_nothing_to_post(
        self, unknown: Share, browser: Client, paper: type[Paper], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The hub looks itself before it believes that: two posts would stand there."""
        paper.ledger.append(words_of(unknown))

        page = browser.post(f"/shares/mine/{unknown.pk}/take-over/", follow=True)

        unknown.refresh_from_db()
        assert (unknown.state, unknown.is_by_hand) == (State.PUBLISHED, False)
        assert unknown.remote_id == str(unknown.key)
        assert "It is there after all" in page.content.decode()

    def test_where_one_cannot_look_its_owners_word_is_enough(
        self, unknown: Share, browser: Client, paper: type[Paper]
    ) -> None:
        paper.looking = Disconnected(Code.REVOKED)

        browser.post(f"/shares/mine/{unknown.pk}/take-over/")

        unknown.refresh_from_db()
        assert (unknown.state, unknown.is_by_hand) == (State.WAITING, True)

    def test_what_may_still_arrive_is_not_posted_beside_it(
        self, unknown: Share, browser: Client, now: datetime
    ) -> None:
        Share.objects.update(armed_at=now, doubted_at=now)

        answer = browser.post(f"/shares/mine/{unknown.pk}/take-over/")

        assert answer.status_code == 422
        assert "It may still arrive." in words(answer)
        unknown.refresh_from_db()
        assert unknown.state == State.UNKNOWN

    def test_while_we_are_looking_ourselves_it_is_not_offered(self, unknown: Share, browser: Client) -> None:
        Share.objects.update(asked_at=None)

        assert "Or post it yourself" not in words(browser.get(f"/shares/mine/{unknown.pk}/"))
        answer = browser.post(f"/shares/mine/{unknown.pk}/take-over/")
        assert answer.status_code == 422
        unknown.refresh_from_db()
        assert unknown.state == State.UNKNOWN

    def test_another_try_that_began_meanwhile_is_the_hubs(self, unknown: Share, now: datetime) -> None:
        Share.objects.update(tries=unknown.tries + 1)

        with pytest.raises(TooLate):
            take_over_by_hand(unknown, now=now)


class TestRaces:
    def test_a_worker_that_has_it_already_goes_first(
        self, due: Share, paper: type[Paper], now: datetime
    ) -> None:
        over_budget(due, paper, now)
        due.refresh_from_db()
        Share.objects.update(try_at=now)
        assert [share.pk for share in claim_batch(now=now)] == [due.pk]

        with pytest.raises(TooLate):
            take_over_by_hand(due, now=now)

    def test_a_worker_that_comes_after_finds_nothing(
        self, due: Share, paper: type[Paper], now: datetime
    ) -> None:
        over_budget(due, paper, now)
        due.refresh_from_db()

        take_over_by_hand(due, now=now)

        Share.objects.update(try_at=now)
        assert claim_batch(now=now) == []

    def test_pressed_twice_it_is_taken_over_once(
        self, due: Share, browser: Client, paper: type[Paper], now: datetime
    ) -> None:
        refused(due, paper, now)

        answers = [browser.post(f"/shares/mine/{due.pk}/take-over/") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 422]
        assert [change.kind for change in due.changes.all()] == ["taken_over"]


class TestWhatIsNotOffered:
    def test_where_nobody_posts_by_hand(
        self, due: Share, browser: Client, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refused(due, paper, now)
        monkeypatch.setattr(paper, "by_hand", None)

        assert "Or post it yourself" not in words(browser.get(f"/shares/mine/{due.pk}/"))
        assert browser.post(f"/shares/mine/{due.pk}/take-over/").status_code == 422

    @pytest.mark.parametrize("state", [State.PUBLISHED, State.CANCELLED, State.SCHEDULED])
    def test_what_is_not_stuck(self, due: Share, browser: Client, now: datetime, state: State) -> None:
        Share.objects.update(state=state, published_at=now)

        assert "Or post it yourself" not in words(browser.get(f"/shares/mine/{due.pk}/"))
        assert browser.post(f"/shares/mine/{due.pk}/take-over/").status_code == 422

    def test_a_colleagues(
        self, due: Share, paper: type[Paper], now: datetime, bob: Person, as_person: AsPerson
    ) -> None:
        refused(due, paper, now)

        assert as_person(bob).post(f"/shares/mine/{due.pk}/take-over/").status_code == 404

    def test_a_story_that_closed(self, due: Share, paper: type[Paper], now: datetime) -> None:
        refused(due, paper, now)
        due.refresh_from_db()
        Story.objects.update(closes_at=now)

        with pytest.raises(CannotShare, match="no longer open"):
            take_over_by_hand(Share.objects.get(pk=due.pk), now=now)


def test_the_picture_goes_along(
    story: Story, account: Account, picture: Picture, browser: Client, paper: type[Paper], now: datetime
) -> None:
    post = Post(account=account, text="Look.", language="en", picture=picture, shape="square")
    [share] = share_story(story, Order(account.person, [post], now, uuid4()), now=now)
    refused(share, paper, now)

    page = browser.post(f"/shares/mine/{share.pk}/take-over/", follow=True)

    square = picture.renditions.get(shape="square").get_absolute_url()
    assert f'href="{square}" download' in page.content.decode()


def test_a_moment_to_come_stays_its_moment(
    make_share: Callable[..., Share], browser: Client, paper: type[Paper], now: datetime
) -> None:
    share = make_share(at=now + HOUR)
    disconnect(share.account, now=now)

    page = browser.post(f"/shares/mine/{share.pk}/take-over/", follow=True)

    share.refresh_from_db()
    assert (share.state, share.due_at) == (State.SCHEDULED, now + HOUR)
    assert "We call you on" in words(page)
    publish(now + HOUR)
    share.refresh_from_db()
    assert share.state == State.WAITING
    assert paper.ledger == []


def test_beside_one_of_the_same_form_that_is_by_hand_already(
    story: Story, account: Account, browser: Client, paper: type[Paper], now: datetime
) -> None:
    by_hand = Account(
        person=account.person, platform="paper", by_hand=True, remote_id=f"by-hand-{account.person.pk}"
    )
    posts = [Post(account=one, text="Look.", language="en") for one in (account, by_hand)]
    order = Order(account.person, posts, now, uuid4())
    by_hub, _other = share_story(story, order, now=now)
    refused(by_hub, paper, now)

    browser.post(f"/shares/mine/{by_hub.pk}/take-over/")

    by_hub.refresh_from_db()
    assert by_hub.is_by_hand
    # The form, sent once more, still makes nothing new.
    share_story(story, order, now=now)
    assert Share.objects.count() == 2
