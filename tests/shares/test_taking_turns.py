"""Many due at once: nobody starves, no platform gets more than it allows, and nobody waits in a worker."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from advocacy.people.models import Person
from advocacy.platforms.connector import Access, Code, Draft, Rate, Receipt, TryLater
from advocacy.platforms.models import Account
from advocacy.shares.claiming import claim_batch
from advocacy.shares.life import describe
from advocacy.shares.models import Attempt, Share, State
from advocacy.shares.publishing import publish_due
from tests.shares.paper import Paper

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def strict(paper: type[Paper]) -> Iterator[type[Paper]]:
    """Paper that takes ten posts a minute from all of us together, and says so."""
    paper.rates = (Rate(10, MINUTE, of="host"),)
    yield paper
    paper.rates = ()


@pytest.fixture
def elsewhere(share: Share, bob: Person, make_account: Callable[[Person], Account]) -> Account:
    """Bob's account, on another host."""
    account = make_account(bob)
    account.host = "other.example"
    account.save()
    return account


def publish(at: datetime) -> int:
    return publish_due(clock=lambda: at)


def states() -> Counter[str]:
    return Counter(Share.objects.values_list("state", flat=True))


def test_who_is_too_many_waits_in_the_row_and_loses_no_try(
    share: Share, copies_of: Callable[..., list[Share]], strict: type[Paper], now: datetime
) -> None:
    copies_of(share, 7)

    publish(now + HOUR)

    assert len(strict.ledger) == 5
    waiting = Share.objects.filter(state=State.SCHEDULED).order_by("try_at")
    assert [one.try_at - now - HOUR for one in waiting] == [12 * SECOND, 24 * SECOND, 36 * SECOND]
    assert {one.tries for one in waiting} == {0}
    assert Attempt.objects.count() == 5
    assert "others were before yours" in describe(waiting.select_related("account")[0])


def test_all_of_them_go_in_their_order_and_never_faster_than_allowed(
    share: Share, copies_of: Callable[..., list[Share]], strict: type[Paper], now: datetime
) -> None:
    copies_of(share, 40)
    sent_at: list[datetime] = []
    at = now + HOUR

    while states()[State.SCHEDULED]:
        before = len(strict.ledger)
        publish(at)
        sent_at += [at] * (len(strict.ledger) - before)
        at += SECOND

    assert max(sum(start <= one < start + MINUTE for one in sent_at) for start in sent_at) <= 10
    assert at - now - HOUR < 41 * 12 * SECOND
    order = {
        key: number for number, key in enumerate(Share.objects.order_by("pk").values_list("key", flat=True))
    }
    assert [order[draft.key] for draft in strict.ledger][5:] == sorted(order.values())[5:]


def test_who_would_get_a_turn_too_late_is_missed_when_it_is_too_late(
    share: Share, copies_of: Callable[..., list[Share]], paper: type[Paper], now: datetime
) -> None:
    paper.rates = (Rate(1, timedelta(hours=3)),)
    copies_of(share, 1)

    publish(now + HOUR)
    assert states() == {State.PUBLISHED: 1, State.SCHEDULED: 1}
    publish(now + HOUR + settings.LAST_SAFE)

    paper.rates = ()
    assert states() == {State.PUBLISHED: 1, State.MISSED: 1}


def test_turns_that_were_slept_through_do_not_burst(
    share: Share, copies_of: Callable[..., list[Share]], strict: type[Paper], now: datetime
) -> None:
    copies_of(share, 40)
    publish(now + HOUR)

    publish(now + HOUR + 20 * MINUTE)

    assert len(strict.ledger) == 5 + 5


def test_thousands_for_one_host_do_not_hold_up_the_others(
    share: Share,
    copies_of: Callable[..., list[Share]],
    elsewhere: Account,
    strict: type[Paper],
    now: datetime,
) -> None:
    copies_of(share, 300)
    copies_of(share, 3, account=elsewhere, try_at=share.try_at + SECOND)

    publish(now + HOUR + SECOND)

    assert Share.objects.filter(account=elsewhere, state=State.PUBLISHED).count() == 3


def test_a_host_that_stalls_does_not_hold_up_the_others(
    share: Share,
    copies_of: Callable[..., list[Share]],
    elsewhere: Account,
    paper: type[Paper],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first host answers only after the posts of the second have come in."""
    copies_of(share, 100)
    copies_of(share, 5, account=elsewhere)
    others_are_in = threading.Event()
    publish_on_paper = Paper.publish
    came: list[str] = []

    def publish_slowly(self: Paper, draft: Draft, access: Access) -> Receipt:
        if access.host == "other.example":
            came.append(access.host)
            if len(came) == 5:
                others_are_in.set()
        elif not others_are_in.wait(20):
            raise TryLater(Code.TOO_SLOW, wait=MINUTE)
        return publish_on_paper(self, draft, access)

    monkeypatch.setattr(Paper, "publish", publish_slowly)
    publish(now + HOUR)

    assert states() == {State.PUBLISHED: 106}


def test_a_batch_leaves_out_hosts_that_have_enough_on_their_way(
    share: Share, copies_of: Callable[..., list[Share]], elsewhere: Account, now: datetime
) -> None:
    copies_of(share, 50)
    (other,) = copies_of(share, 1, account=elsewhere)

    claimed = claim_batch(now=now + HOUR, busy={("paper", "paper.example"): settings.HOST_THREADS})

    assert [one.pk for one in claimed] == [other.pk]


def test_patience_asked_of_one_share_is_kept_by_the_others_of_its_account(
    share: Share, copies_of: Callable[..., list[Share]], elsewhere: Account, paper: type[Paper], now: datetime
) -> None:
    paper.rates = (Rate(100, MINUTE),)
    paper.before = TryLater(Code.RATE_LIMITED, wait=10 * MINUTE)
    publish(now + HOUR)
    paper.before = None
    copies_of(share, 1)
    copies_of(share, 1, account=elsewhere)

    publish(now + HOUR + MINUTE)

    paper.rates = ()
    assert states() == {State.SCHEDULED: 2, State.PUBLISHED: 1}
    assert Share.objects.get(state=State.PUBLISHED).account == elsewhere
    assert (
        min(Share.objects.filter(state=State.SCHEDULED).values_list("try_at", flat=True))
        >= now + HOUR + 10 * MINUTE
    )
