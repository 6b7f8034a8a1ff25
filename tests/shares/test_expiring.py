"""Late is worse than never: what is too late is written off, and its owner told, together or not at all."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms.connector import OutcomeUnknown, TryLater
from advocacy.platforms.models import Account
from advocacy.shares import expiring, informing
from advocacy.shares.changing import reschedule_share
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def publish(at: datetime) -> int:
    return publish_due(clock=lambda: at)


def test_after_a_long_outage_each_owner_hears_once_about_all_of_theirs(
    share: Share,
    paper: type[Paper],
    bob: Person,
    make_account: Callable[[Person], Account],
    copies_of: Callable[..., list[Share]],
    now: datetime,
) -> None:
    copies_of(share, 600)
    bobs = make_account(bob)
    copies_of(share, 3, person=bob, account=bobs)

    publish(now + 25 * HOUR)

    assert paper.ledger == []
    assert set(Share.objects.values_list("state", flat=True)) == {State.MISSED}
    told = Notice.objects.values_list("person__name", "facts__others").order_by("person__name")
    assert list(told) == [("Alice", 600), ("Bob", 2)]


def test_a_worker_that_dies_while_telling_has_written_nothing_off(
    share: Share, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise SystemExit

    monkeypatch.setattr(informing, "tell_missed", die)
    with pytest.raises(SystemExit):
        expiring.stop_what_must_not_go(now=share.last_safe_at)

    share.refresh_from_db()
    assert share.state == State.SCHEDULED


def test_who_is_missed_a_second_time_is_told_a_second_time(share: Share, now: datetime) -> None:
    publish(share.last_safe_at)
    missed = Share.objects.for_sending().get()
    reschedule_share(missed, at=now + DAY, now=now + 3 * HOUR)

    publish(now + DAY + 2 * HOUR)

    assert Share.objects.get().state == State.MISSED
    assert Notice.objects.filter(kind="share_missed").count() == 2


def test_a_platform_that_asks_for_more_patience_than_there_is_ends_it_at_once(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    paper.before = TryLater("rate_limited", wait=timedelta(hours=20))
    publish(now + HOUR)

    share.refresh_from_db()
    assert (share.state, share.reason) == (State.MISSED, "too_late")
    assert Notice.objects.get().kind == "share_missed"


def test_nothing_is_given_up_while_its_request_may_still_arrive(
    share: Share, paper: type[Paper], now: datetime
) -> None:
    at = share.last_safe_at - timedelta(seconds=1)
    paper.before = OutcomeUnknown("no_answer")
    publish(at)

    Share.objects.update(look_at=at)
    reconcile(clock=lambda: at + timedelta(seconds=2))
    assert Share.objects.get().state == State.UNKNOWN

    reconcile(clock=lambda: at + 2 * settings.SETTLING)
    assert Share.objects.get().state == State.MISSED
