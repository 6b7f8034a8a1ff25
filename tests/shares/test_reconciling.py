"""What becomes of a share whose answer never came."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms.connector import Disconnected, Finds, OutcomeUnknown, TryLater
from advocacy.shares import informing
from advocacy.shares.claiming import claim_batch, take_over
from advocacy.shares.drafting import words_of
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import arm, prepare, publish_due
from advocacy.shares.reconciling import look, reconcile, resolve
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)


@pytest.fixture
def at(now: datetime) -> datetime:
    """The moment at which the share is due."""
    return now + HOUR


@pytest.fixture
def lost_answer(share: Share, paper: type[Paper], at: datetime) -> Share:
    """A share that was posted, of which we never heard."""
    paper.after = OutcomeUnknown("timeout")
    publish_due(clock=lambda: at)
    paper.after = None
    share.refresh_from_db()
    return share


@pytest.fixture
def lost_request(share: Share, paper: type[Paper], at: datetime) -> Share:
    """A share that never arrived, which we do not know."""
    paper.before = OutcomeUnknown("broken")
    publish_due(clock=lambda: at)
    paper.before = None
    share.refresh_from_db()
    return share


def reconcile_at(moment: datetime) -> int:
    return reconcile(clock=lambda: moment)


def test_a_post_that_is_there_is_found_and_not_sent_again(
    lost_answer: Share, paper: type[Paper], at: datetime
) -> None:
    reconcile_at(at + settings.SETTLING)
    publish_due(clock=lambda: at + settings.SETTLING)

    lost_answer.refresh_from_db()
    assert (lost_answer.state, lost_answer.published_at) == (State.PUBLISHED, at)
    assert lost_answer.remote_url
    assert len(paper.ledger) == 1


def test_a_post_that_is_not_there_is_sent_once_more(
    lost_request: Share, paper: type[Paper], at: datetime
) -> None:
    later = at + settings.SETTLING
    reconcile_at(later)
    publish_due(clock=lambda: later)

    lost_request.refresh_from_db()
    assert (lost_request.state, lost_request.tries) == (State.PUBLISHED, 2)
    assert len(paper.ledger) == 1
    assert paper.ledger[0].key == lost_request.key


def test_a_request_that_may_still_arrive_is_waited_for(
    lost_request: Share, paper: type[Paper], at: datetime
) -> None:
    Share.objects.update(look_at=at)

    reconcile_at(at + timedelta(seconds=1))
    publish_due(clock=lambda: at + timedelta(seconds=1))

    lost_request.refresh_from_db()
    assert lost_request.state == State.UNKNOWN
    assert paper.ledger == []


def test_where_a_second_send_is_harmless_nobody_waits(
    lost_request: Share, paper: type[Paper], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Paper, "repeats_safely", True)
    Share.objects.update(look_at=at)

    reconcile_at(at + timedelta(seconds=1))

    lost_request.refresh_from_db()
    assert lost_request.state == State.SCHEDULED


def test_a_worker_that_died_after_arming_is_looked_after(
    share: Share, paper: type[Paper], at: datetime
) -> None:
    claimed = claim_batch(now=at)
    arm(claimed, now=at)
    paper.ledger.append(prepare(claimed, now=at)[share.pk])  # sent, then killed before it could settle

    take_over(now=at + settings.LEASE)
    reconcile_at(at + settings.LEASE)
    publish_due(clock=lambda: at + settings.LEASE)

    share.refresh_from_db()
    assert share.state == State.PUBLISHED
    assert len(paper.ledger) == 1


def test_a_slow_look_never_speaks_about_a_later_attempt(
    lost_request: Share, paper: type[Paper], at: datetime
) -> None:
    stale = Share.objects.for_sending().get()
    finding = look(stale, words_of(stale))
    reconcile_at(at + settings.SETTLING)
    paper.after = OutcomeUnknown("timeout")
    publish_due(clock=lambda: at + settings.SETTLING)  # the second attempt is out, and unknown

    resolve(stale, finding, now=at + settings.SETTLING)

    lost_request.refresh_from_db()
    assert (lost_request.state, lost_request.tries) == (State.UNKNOWN, 2)


def test_absent_and_too_late_is_missed_not_sent(
    lost_request: Share, paper: type[Paper], at: datetime
) -> None:
    reconcile_at(lost_request.last_safe_at)
    publish_due(clock=lambda: lost_request.last_safe_at)

    lost_request.refresh_from_db()
    assert lost_request.state == State.MISSED
    assert paper.ledger == []
    assert Notice.objects.get().kind == "share_missed"


@pytest.mark.parametrize("trouble", [TryLater("busy", wait=timedelta(seconds=5)), Disconnected("expired")])
def test_who_cannot_look_for_ten_minutes_asks_the_owner_once(
    lost_answer: Share, paper: type[Paper], at: datetime, trouble: Exception
) -> None:
    paper.looking = trouble
    for minute in range(15):
        reconcile_at(at + timedelta(minutes=minute, seconds=50))

    lost_answer.refresh_from_db()
    assert lost_answer.state == State.UNKNOWN
    assert lost_answer.asked_at
    assert Notice.objects.filter(kind="share_unknown").count() == 1


def test_where_nothing_can_be_read_the_owner_is_asked_at_once(
    lost_answer: Share,
    paper: type[Paper],
    at: datetime,
    as_person: Callable[[Person], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("advocacy.shares.reconciling.Finds", type("Nobody", (), {}))

    reconcile_at(at + settings.SETTLING)

    lost_answer.refresh_from_db()
    assert lost_answer.asked_at
    assert lost_answer.look_at is None
    page = as_person(lost_answer.person).get(f"/shares/mine/{lost_answer.pk}/").content.decode()
    assert "Paper does not let us look. Will you look, and tell us what you see?" in page


def test_only_one_worker_looks(lost_answer: Share, at: datetime) -> None:
    assert reconcile_at(at + settings.SETTLING) == 1
    assert reconcile_at(at + settings.SETTLING) == 0


def test_a_worker_that_dies_while_asking_leaves_it_to_the_next(
    lost_answer: Share, paper: type[Paper], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither looked for any more nor asked about: nobody would ever hear of it."""
    monkeypatch.setattr(Paper, "does", lambda _self, ability: ability is not Finds)
    moment = at + settings.SETTLING
    with monkeypatch.context() as dying:
        dying.setattr(informing, "ask_about", _die)
        with pytest.raises(KilledInTheMiddle):
            reconcile_at(moment)
    assert not Notice.objects.exists()

    reconcile_at(moment + settings.LEASE)

    assert Notice.objects.get().kind == "share_unknown"


class KilledInTheMiddle(BaseException):
    """A worker dies without another word."""


def _die(*_args: object, **_kwargs: object) -> None:
    raise KilledInTheMiddle
