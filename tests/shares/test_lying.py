"""Platforms that lie: whatever one of them says, the share ends right and nobody else's is held up."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import pytest
from django.conf import settings
from django.db import DatabaseError

from advocacy.platforms.connector import (
    Draft,
    Failure,
    OutcomeUnknown,
    Reactions,
    Receipt,
    Rejected,
    TryLater,
)
from advocacy.shares import drafting, publishing, settling
from advocacy.shares.measuring import measure
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from tests.shares.paper import Paper

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
STRANGE = ["with \0 inside", "half a letter: \ud83d", "long " * 2000]


def publish(at: datetime) -> int:
    return publish_due(clock=lambda: at)


@pytest.mark.parametrize("strange", STRANGE)
def test_a_strange_receipt_is_still_a_receipt(
    share: Share, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch, strange: str
) -> None:
    monkeypatch.setattr(
        Paper, "publish", lambda *_: Receipt(remote_id=strange, url=f"https://paper.example/{strange}")
    )

    publish(now + HOUR)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED
    assert share.remote_url == "" or share.remote_url.startswith("https://paper.example/")


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize(
    ("failure", "state"),
    [(Rejected, State.REFUSED), (OutcomeUnknown, State.UNKNOWN)],
)
def test_a_strange_reason_is_kept_as_far_as_it_can_be(
    share: Share,
    paper: type[Paper],
    now: datetime,
    strange: str,
    failure: type[Failure],
    state: State,
) -> None:
    paper.before = failure("refused", strange)

    publish(now + HOUR)

    share.refresh_from_db()
    assert share.state == state
    assert share.reason_detail[:4] == strange[:4]
    assert share.attempts.get().detail == share.reason_detail


@pytest.mark.parametrize("strange", STRANGE)
def test_a_post_with_a_strange_address_is_found_all_the_same(
    share: Share, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch, strange: str
) -> None:
    paper.after = OutcomeUnknown("no_answer")
    publish(now + HOUR)
    monkeypatch.setattr(Paper, "find", lambda *_: Receipt(strange, strange))

    reconcile(clock=lambda: now + 2 * HOUR)

    share.refresh_from_db()
    assert (share.state, share.remote_url) == (State.PUBLISHED, "")


@pytest.mark.parametrize("count", [-1, 2**31, 10**30])
def test_an_impossible_count_is_not_measurable(
    share: Share, paper: type[Paper], now: datetime, count: int
) -> None:
    publish(now + HOUR)
    paper.reactions = Reactions(likes=count, reposts=5, replies=None)

    measure(clock=lambda: now + 2 * HOUR)

    share.refresh_from_db()
    assert (share.likes, share.reposts) == (None, 5)


def test_a_failure_that_says_neither_yes_nor_no_is_looked_into(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    """A connector may raise one of four failures; whatever else it raises proves nothing."""
    paper.after = Failure("refused")

    publish(now + HOUR)

    share.refresh_from_db()
    assert share.state == State.UNKNOWN


def test_one_share_that_cannot_be_prepared_holds_up_nobody(
    make_share: Callable[..., Share], paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = make_share(at=now + HOUR), make_share(at=now + HOUR)

    def prepare(share: Share) -> Draft:
        if share.pk == broken.pk:
            raise MemoryError
        return drafting.draft_of(share)

    monkeypatch.setattr(publishing, "draft_of", prepare)
    publish(now + HOUR)

    broken.refresh_from_db()
    whole.refresh_from_db()
    assert whole.state == State.PUBLISHED
    assert (broken.state, broken.reason, broken.try_at > now + HOUR) == (
        State.SCHEDULED, "not_prepared", True,
    )  # fmt: skip
    assert not broken.attempts.exists()


def test_one_share_that_cannot_be_settled_holds_up_nobody(
    make_share: Callable[..., Share], paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = [make_share(at=now + HOUR) for _ in range(5)]
    settle = settling.settle

    def break_off(share: Share, *args: object, **kwargs: object) -> None:
        if share.pk == shares[2].pk:
            raise DatabaseError
        settle(share, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(settling, "settle", break_off)
    publish(now + HOUR)

    states = Share.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["published", "published", "sending", "published", "published"]


def test_a_platform_that_refuses_without_end_is_asked_less_and_less_often(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    paper.before = TryLater("rate_limited", wait=timedelta(seconds=0))

    for moment in moments_of(share, "try_at"):
        publish(moment)

    assert share.state == State.MISSED
    assert share.tries <= 25


def test_a_platform_that_never_answers_and_never_posts_is_asked_less_and_less_often(
    share: Share, paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Paper, "repeats_safely", True)
    paper.before = OutcomeUnknown("no_answer")

    for moment in moments_of(share, "try_at", "look_at"):
        publish(moment)
        reconcile(clock=partial(same, moment))

    assert (share.state, share.tries <= 25) == (State.MISSED, True)
    assert [attempt.outcome for attempt in share.attempts.all()] == ["was_not_there"] * share.tries


def test_who_may_not_look_looks_less_and_less_often_and_asks_the_owner(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    paper.after = OutcomeUnknown("no_answer")
    publish(now + HOUR)
    paper.looking = TryLater("server_error", wait=timedelta(seconds=1))

    for moment in islice(moments_of(share, "look_at"), 40):
        reconcile(clock=partial(same, moment))

    share.refresh_from_db()
    assert share.asked_at
    assert share.look_at
    assert share.look_at > now + timedelta(days=2)


def test_a_network_that_never_answers_is_not_asked_for_reactions_for_ever(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    publish(now + HOUR)
    paper.looking = TryLater("unreachable", wait=timedelta(minutes=1))

    asked = sum(measure(clock=partial(same, moment)) for moment in moments_of(share, "measure_at"))

    assert share.measure_at is None
    assert 10 < asked < 200


def test_a_platform_that_wants_us_to_wait_a_day_does_not_keep_the_owner_waiting(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    paper.after = OutcomeUnknown("no_answer")
    publish(now + HOUR)
    paper.looking = TryLater("rate_limited", wait=timedelta(days=1))
    reconcile(clock=lambda: now + HOUR + settings.SETTLING)

    reconcile(clock=lambda: now + HOUR + settings.ASK_OWNER_AFTER)

    share.refresh_from_db()
    assert share.asked_at == now + HOUR + settings.ASK_OWNER_AFTER


def same(moment: datetime) -> datetime:
    return moment


def moments_of(share: Share, *columns: str) -> Iterator[datetime]:
    """Yield the moments at which the share says that something is next to be done, until nothing is."""
    for _ in range(500):
        share.refresh_from_db()
        planned = [moment for name in columns if (moment := getattr(share, name))]
        if share.state in {State.MISSED, State.REFUSED} or not planned:
            return
        yield max(planned)
    raise AssertionError("there is no end to it")
