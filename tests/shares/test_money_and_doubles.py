"""What a month may cost, platforms that do not let the hub in, and repeats that prove nothing.

LinkedIn, X and Facebook are stand-ins of ours on real sockets; Paper is a platform on the table of the tests.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection

from advocacy.notices.models import Notice
from advocacy.people.models import Person, Role
from advocacy.platforms.connector import Code, OutcomeUnknown, Price, Rejected, channels
from advocacy.platforms.models import Account, AppRegistration
from advocacy.shares.changing import post_it_again
from advocacy.shares.claiming import claim_batch
from advocacy.shares.life import describe
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.shares.spending import spent_on
from tests.platforms.linkedin_standin import PretendLinkedIn
from tests.platforms.meta_standin import PretendFacebook
from tests.platforms.pretending import Pretender
from tests.platforms.x_standin import PretendX
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NUMBER = "2244994945"
A_DOLLAR = Price(
    plain=Decimal("0.10"), with_link=Decimal("0.30"), per_picture=Decimal("0.05"), monthly_cap=Decimal(1)
)


@pytest.fixture
def ada(make_person: Callable[..., Person]) -> Person:
    return make_person("Ada", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def dear(paper: type[Paper], monkeypatch: pytest.MonkeyPatch) -> type[Paper]:
    """Paper at 0.30 a post, of which a month may cost a dollar."""
    monkeypatch.setattr(paper, "price", lambda self: A_DOLLAR)
    return paper


def publish(at: datetime) -> int:
    return publish_due(clock=lambda: at)


def states() -> Counter[str]:
    return Counter(Share.objects.values_list("state", flat=True))


class TestTheMonthsAmount:
    def test_what_goes_over_it_waits_and_its_owner_can_read_why(
        self,
        share: Share,
        copies_of: Callable[..., list[Share]],
        dear: type[Paper],
        ada: Person,
        now: datetime,
    ) -> None:
        copies_of(share, 6)

        publish(now + HOUR)

        assert len(dear.ledger) == 3
        waiting = Share.objects.filter(state=State.SCHEDULED).select_related("account")
        assert {one.try_at for one in waiting} == {now + HOUR + 5 * MINUTE}
        assert "What the company pays Paper in a month is used up." in describe(waiting[0])
        assert spent_on(Paper(), A_DOLLAR, now=now) == Decimal("0.90")

    def test_the_administrators_hear_of_it_once_a_month(
        self,
        share: Share,
        copies_of: Callable[..., list[Share]],
        dear: type[Paper],
        ada: Person,
        now: datetime,
    ) -> None:
        copies_of(share, 6)

        for minutes in (0, 6, 12):
            publish(now + HOUR + minutes * MINUTE)

        assert [notice.kind for notice in Notice.objects.filter(person=ada)] == ["network_over_budget"]

    def test_more_money_lets_them_go(
        self,
        share: Share,
        copies_of: Callable[..., list[Share]],
        dear: type[Paper],
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        copies_of(share, 6)
        publish(now + HOUR)
        unlimited = Price(A_DOLLAR.plain, A_DOLLAR.with_link, A_DOLLAR.per_picture, None)
        monkeypatch.setattr(dear, "price", lambda self: unlimited)

        publish(now + HOUR + 6 * MINUTE)

        assert states() == {State.PUBLISHED: 7}

    def test_past_its_last_safe_moment_it_is_missed_and_not_sent_next_month(
        self,
        share: Share,
        copies_of: Callable[..., list[Share]],
        dear: type[Paper],
        now: datetime,
    ) -> None:
        copies_of(share, 6)
        publish(now + HOUR)

        publish(now + HOUR + settings.LAST_SAFE)
        publish(now + timedelta(days=30))

        assert states() == {State.PUBLISHED: 3, State.MISSED: 4}
        assert Notice.objects.filter(person=share.person, kind="share_missed").count() == 1

    def test_a_new_month_begins_anew(
        self, make_share: Callable[..., Share], copies_of: Callable[..., list[Share]], dear: type[Paper]
    ) -> None:
        share = make_share(at=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
        copies_of(share, 6)
        publish(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
        assert len(dear.ledger) == 3

        publish(datetime(2026, 12, 1, 0, 5, tzinfo=UTC))

        assert len(dear.ledger) == 6

    @pytest.mark.parametrize(
        ("outcome", "spent"),
        [
            (None, "0.30"),
            (OutcomeUnknown(Code.NO_ANSWER), "0.30"),
            (Rejected(Code.REFUSED), "0"),
        ],
    )
    def test_what_certainly_was_not_posted_costs_nothing(
        self, share: Share, dear: type[Paper], now: datetime, outcome: Exception | None, spent: str
    ) -> None:
        dear.before = outcome

        publish(now + HOUR)

        assert spent_on(Paper(), A_DOLLAR, now=now) == Decimal(spent)
        assert spent_on(Paper(), A_DOLLAR, now=now + timedelta(days=30)) == 0

    @pytest.mark.django_db(transaction=True)
    def test_eight_workers_together_do_not_go_over_it(
        self, share: Share, copies_of: Callable[..., list[Share]], dear: type[Paper], now: datetime
    ) -> None:
        copies_of(share, 30)

        def claim(_: int) -> int:
            taken = len(claim_batch(now=now + HOUR, room=2))
            connection.close()
            return taken

        with ThreadPoolExecutor(8) as pool:
            taken = sum(pool.map(claim, range(8)))

        assert taken == 3


@pytest.fixture
def linkedin() -> Iterator[PretendLinkedIn]:
    with PretendLinkedIn().running() as server:
        yield server


@pytest.fixture
def x() -> Iterator[PretendX]:
    with PretendX().running() as server:
        yield server


@pytest.fixture(params=["x", "facebook"])
def readable(request: pytest.FixtureRequest) -> Iterator[PretendX | PretendFacebook]:
    """A platform whose repeats name no post, and where posts can be read back."""
    server: PretendX | PretendFacebook = (
        PretendX() if request.param == "x" else PretendFacebook(account=NUMBER, token="facebook-token")
    )
    with server.running() as running:
        yield running


@pytest.fixture
def share_on(share: Share, alice: Person, now: datetime) -> Callable[[Pretender], Share]:
    """Return a maker of a share that is due in an hour there."""

    def make(server: Pretender) -> Share:
        registration = AppRegistration.objects.create(
            platform=server.slug,
            host=server.host,
            client_id="hub",
            redirect_uri="https://hub.example/",
            registered_at=now,
        )
        share.account = Account.objects.create(
            person=alice,
            platform=server.slug,
            host=server.host,
            remote_id=NUMBER,
            handle="alice",
            token=f"{server.slug}-token",
            data={"handle": "alice"},
            connected_at=now,
            registration=registration,
        )
        share.save()
        return share

    return make


class TestThoseWhoDoNotLetTheHubIn:
    @pytest.mark.parametrize("fault", ["no_credit", "usage_capped", "client_forbidden"])
    def test_everyone_waits_and_goes_on_once_it_is_mended(
        self,
        share_on: Callable[[Pretender], Share],
        copies_of: Callable[..., list[Share]],
        x: PretendX,
        ada: Person,
        now: datetime,
        fault: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        share = share_on(x)
        x.faults = [fault]
        publish(now + HOUR)
        copies_of(share, 3, state=State.SCHEDULED, try_at=now + HOUR, tries=0, reason="")

        publish(now + HOUR + 2 * MINUTE)

        assert not x.posts
        assert [path for path in x.asked if path == "POST /2/tweets"] == ["POST /2/tweets"]
        assert [notice.kind for notice in Notice.objects.filter(person=ada)] == ["network_broken"]
        waiting = Share.objects.exclude(pk=share.pk).select_related("account").first()
        assert waiting is not None
        assert "X does not let the hub in at the moment" in describe(waiting)
        AppRegistration.objects.update(broken_at=None, broken_reason="")
        publish(now + HOUR + 3 * MINUTE)
        # The three say the same but for their links.
        assert len(x.posts) == 3

    def test_a_retired_version_stops_linkedin_and_says_so(
        self,
        share_on: Callable[[Pretender], Share],
        linkedin: PretendLinkedIn,
        ada: Person,
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        share = share_on(linkedin)
        monkeypatch.setenv("LINKEDIN_VERSION", "202511")

        publish(now + HOUR)

        assert AppRegistration.objects.get().broken_reason == Code.APP_OUTDATED
        share.refresh_from_db()
        assert share.state == State.SCHEDULED
        assert Notice.objects.filter(person=ada, kind="network_broken").count() == 1

    def test_a_permission_revoked_in_the_middle_of_a_batch_asks_its_owner(
        self,
        share_on: Callable[[Pretender], Share],
        copies_of: Callable[..., list[Share]],
        linkedin: PretendLinkedIn,
        now: datetime,
    ) -> None:
        copies_of(share_on(linkedin), 4)
        linkedin.faults = ["", "", "token_revoked", "token_revoked", "token_revoked"]

        publish(now + HOUR)
        publish(now + HOUR + MINUTE)

        assert states() == {State.PUBLISHED: 2, State.WAITING: 3}
        assert len(linkedin.posts) == 2


class TestRepeats:
    def test_at_linkedin_the_owner_is_asked_and_posting_again_finds_the_first(
        self, share_on: Callable[[Pretender], Share], linkedin: PretendLinkedIn, now: datetime
    ) -> None:
        share = share_on(linkedin)
        linkedin.faults = ["lost after"]
        publish(now + HOUR)
        reconcile(clock=lambda: now + HOUR + MINUTE)
        share.refresh_from_db()
        assert (share.state, share.asked_at) == (State.UNKNOWN, now + HOUR + MINUTE)

        post_it_again(share, now=now + HOUR + 2 * MINUTE)
        publish(now + HOUR + 2 * MINUTE)

        share.refresh_from_db()
        assert share.state == State.PUBLISHED
        assert [share.remote_id] == list(linkedin.posts)

    def test_a_repeat_of_a_post_that_was_taken_back_is_no_proof(
        self,
        share_on: Callable[[Pretender], Share],
        copies_of: Callable[..., list[Share]],
        linkedin: PretendLinkedIn,
        now: datetime,
    ) -> None:
        share = share_on(linkedin)
        publish(now + HOUR)
        share.refresh_from_db()
        linkedin.posts.clear()
        # The same words, which LinkedIn still remembers, with an answer that got lost.
        (again,) = copies_of(share, 1, state=State.SCHEDULED, remote_id="", text=share.text)
        linkedin.faults = ["lost", "duplicate"]
        publish(now + HOUR)
        again.refresh_from_db()
        assert again.state == State.UNKNOWN
        post_it_again(again, now=now + HOUR + 2 * MINUTE)

        publish(now + HOUR + 2 * MINUTE)

        again.refresh_from_db()
        assert (again.state, again.reason) == (State.REFUSED, Code.DUPLICATE)
        assert again.remote_id == ""

    def test_a_first_try_that_repeats_somebody_elses_post_is_refused(
        self, share_on: Callable[[Pretender], Share], x: PretendX, now: datetime
    ) -> None:
        share = share_on(x)
        x.faults = ["duplicate"]

        publish(now + HOUR)

        share.refresh_from_db()
        assert (share.state, share.reason) == (State.REFUSED, Code.DUPLICATE)
        assert "X does not take the same words twice" in describe(share)

    @pytest.mark.parametrize("fault", ["lost after", "500 after"])
    def test_where_posts_can_be_read_a_lost_answer_is_found(
        self,
        share_on: Callable[[Pretender], Share],
        readable: PretendX | PretendFacebook,
        now: datetime,
        fault: str,
    ) -> None:
        share = share_on(readable)
        readable.faults = [fault]
        publish(now + HOUR)

        reconcile(clock=lambda: now + HOUR + MINUTE)

        share.refresh_from_db()
        assert share.state == State.PUBLISHED
        assert share.remote_id == readable.posts[0]["id"]
        assert len(readable.posts) == 1

    def test_where_posts_can_be_read_what_never_arrived_is_sent_again_once(
        self, share_on: Callable[[Pretender], Share], readable: PretendX | PretendFacebook, now: datetime
    ) -> None:
        share = share_on(readable)
        readable.faults = ["lost"]
        publish(now + HOUR)
        reconcile(clock=lambda: now + HOUR + MINUTE)

        publish(now + HOUR + 2 * MINUTE)

        share.refresh_from_db()
        assert share.state == State.PUBLISHED
        assert len(readable.posts) == 1

    def test_where_posts_can_be_read_a_repeat_after_a_doubt_is_looked_up_and_not_believed(
        self, share_on: Callable[[Pretender], Share], readable: PretendX | PretendFacebook, now: datetime
    ) -> None:
        share = share_on(readable)
        readable.faults = ["lost", "duplicate"]
        publish(now + HOUR)
        reconcile(clock=lambda: now + HOUR + MINUTE)

        publish(now + HOUR + 2 * MINUTE)

        share.refresh_from_db()
        assert (share.state, share.remote_id) == (State.UNKNOWN, "")

    def test_a_repeat_of_a_post_that_was_taken_back_by_hand_is_refused(
        self,
        share_on: Callable[[Pretender], Share],
        copies_of: Callable[..., list[Share]],
        readable: PretendX | PretendFacebook,
        now: datetime,
    ) -> None:
        share = share_on(readable)
        publish(now + HOUR)
        readable.posts.clear()
        # The platform still remembers the words.
        (again,) = copies_of(share, 1, state=State.SCHEDULED, remote_id="", text=share.text, prepared="")
        readable.faults = ["duplicate"]

        publish(now + HOUR)

        again.refresh_from_db()
        assert (again.state, again.reason, again.remote_id) == (State.REFUSED, Code.DUPLICATE, "")

    def test_with_reading_switched_off_the_owner_is_asked_at_once(
        self,
        share_on: Callable[[Pretender], Share],
        x: PretendX,
        now: datetime,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("X_READS", "no")
        share = share_on(x)
        x.faults = ["lost after"]
        publish(now + HOUR)

        reconcile(clock=lambda: now + HOUR + MINUTE)

        share.refresh_from_db()
        assert share.asked_at is not None
        assert f"GET /2/users/{NUMBER}/tweets" not in x.asked


def test_every_platform_that_charges_has_a_cap_or_says_none() -> None:
    for kind in channels().values():
        price = kind().price()
        assert price is None or price.plain <= price.with_link
