"""Several workers, beats and clicks at once, each on a database connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, transaction

from advocacy.notices.models import Notice
from advocacy.people.leaving import leave
from advocacy.people.models import Person
from advocacy.platforms.connecting import keep
from advocacy.platforms.connector import (
    Access,
    ByHand,
    Connection,
    Draft,
    Identity,
    OutcomeUnknown,
    Reactions,
    Receipt,
)
from advocacy.platforms.models import Account
from advocacy.shares import tasks
from advocacy.shares.changing import TooLate, cancel_share, post_it_again, reschedule_share, take_over_by_hand
from advocacy.shares.claiming import claim_batch, take_over
from advocacy.shares.expiring import stop_what_must_not_go
from advocacy.shares.measuring import measure
from advocacy.shares.models import Draft as SavedDraft
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.queueing import move_to_quiet_moment
from advocacy.shares.reconciling import ask_owners, reconcile
from advocacy.shares.saving import Written, save_draft
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
from tests.shares.paper import Paper

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

HOUR = timedelta(hours=1)
WORKERS = 5


def at_once(*works: Callable[[], object]) -> list[object]:
    """Do all of it at the same time; return what came of each, errors raised."""
    gate = threading.Barrier(len(works))

    def begin(work: Callable[[], object]) -> object:
        gate.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(begin, work) for work in works]]


def until_nothing_is_left(work: Callable[[], int]) -> Callable[[], None]:
    def loop() -> None:
        while work():
            pass

    return loop


@pytest.fixture(autouse=True)
def no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bell would be heard in the middle of these tests, and read the real clock."""
    monkeypatch.setattr(tasks.publish_due, "delay", lambda: None)
    monkeypatch.setattr(tasks.reconcile, "delay", lambda: None)


@pytest.fixture
def many(share: Share, copies_of: Callable[..., list[Share]]) -> list[Share]:
    copies_of(share, 119)
    return list(Share.objects.for_sending())


def states() -> Counter[str]:
    return Counter(Share.objects.values_list("state", flat=True))


def keys(drafts: Iterable[Draft]) -> Counter[object]:
    return Counter(draft.key for draft in drafts)


def test_no_share_is_claimed_by_two_workers(many: list[Share], now: datetime) -> None:
    claimed = at_once(*[lambda: claim_batch(now=now + HOUR)] * 8)

    ids = [share.pk for batch in claimed for share in batch]  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids))
    # A worker that comes too late for the rest goes without; nothing is claimed by nobody.
    assert Share.objects.filter(state=State.SENDING).count() == len(ids) >= settings.SEND_THREADS


def test_workers_and_beats_together_post_each_share_once(
    many: list[Share], paper: type[Paper], now: datetime
) -> None:
    at = now + HOUR
    send = until_nothing_is_left(lambda: publish_due(clock=lambda: at))

    at_once(*[send] * WORKERS, lambda: take_over(now=at), lambda: take_over(now=at))

    assert states() == {State.PUBLISHED: len(many)}
    assert max(keys(paper.ledger).values()) == 1


def test_each_doubt_is_looked_into_by_one_worker(
    many: list[Share], paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Share.objects.update(state=State.UNKNOWN, armed_at=now, doubted_at=now, look_at=now, tries=1)
    looked_for: list[Draft] = []

    def find(_self: Paper, draft: Draft, access: Access) -> Receipt | None:
        looked_for.append(draft)
        return Receipt("1")

    monkeypatch.setattr(Paper, "find", find)
    at_once(*[until_nothing_is_left(lambda: reconcile(clock=lambda: now + HOUR / 2))] * WORKERS)

    assert max(keys(looked_for).values()) == 1
    assert states() == {State.PUBLISHED: len(many)}


def test_each_post_is_asked_after_by_one_worker(
    many: list[Share], paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Share.objects.update(state=State.PUBLISHED, published_at=now, measure_at=now + HOUR, remote_id="1")
    asked: list[Receipt] = []

    def ask(_self: Paper, receipt: Receipt, access: Access) -> Reactions:
        asked.append(receipt)
        return Reactions(likes=1)

    monkeypatch.setattr(Paper, "measure", ask)
    at_once(*[until_nothing_is_left(lambda: measure(clock=lambda: now + HOUR))] * WORKERS)

    assert len(asked) == len(many)


def test_a_share_is_cancelled_or_sent_and_never_both(
    many: list[Share], paper: type[Paper], now: datetime
) -> None:
    def cancel_all() -> None:
        for share in reversed(many):
            try:
                cancel_share(share, now=now + HOUR)
            except TooLate:
                continue

    send = until_nothing_is_left(lambda: publish_due(clock=lambda: now + HOUR))
    at_once(send, cancel_all)

    sent = set(keys(paper.ledger))
    assert sent == set(Share.objects.filter(state=State.PUBLISHED).values_list("key", flat=True))
    assert states()[State.CANCELLED] == len(many) - len(sent)


def test_a_share_is_taken_over_by_hand_or_sent_and_never_both(
    many: list[Share], paper: type[Paper], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "by_hand", ByHand("You write.", opens="https://paper.example/?text={text}"))
    Share.objects.update(reason="over_budget")
    held_up = list(Share.objects.for_sending())

    def take_all_over() -> None:
        for share in reversed(held_up):
            try:
                take_over_by_hand(share, now=now + HOUR)
            except TooLate:
                continue

    send = until_nothing_is_left(lambda: publish_due(clock=lambda: now + HOUR))
    at_once(send, send, take_all_over)
    send()

    sent = set(keys(paper.ledger))
    by_hand = set(Share.objects.by_hand().values_list("key", flat=True))
    assert not sent & by_hand
    assert len(sent) + len(by_hand) == len(many)
    assert states() == Counter({State.PUBLISHED: len(sent), State.WAITING: len(by_hand)})


def test_a_share_is_moved_or_sent_and_never_both(
    many: list[Share], paper: type[Paper], now: datetime
) -> None:
    later = now + 5 * HOUR

    def move_all() -> None:
        for share in reversed(many):
            try:
                reschedule_share(share, at=later, now=now + HOUR)
            except TooLate:
                continue

    send = until_nothing_is_left(lambda: publish_due(clock=lambda: now + HOUR))
    at_once(send, move_all, send)

    assert set(Share.objects.filter(due_at=later).values_list("state", flat=True)) <= {State.SCHEDULED}
    stayed = Share.objects.filter(due_at=now + HOUR)
    assert set(keys(paper.ledger)) == set(stayed.values_list("key", flat=True))


def test_who_leaves_while_the_queue_runs_sends_nothing_afterwards(
    many: list[Share], paper: type[Paper], alice: Person, now: datetime
) -> None:
    armed_when_she_left: list[int] = []

    def go() -> None:
        leave(alice, now=now + HOUR)
        # What was armed before she left may still be in the air.
        armed_when_she_left.append(Share.objects.exclude(armed_at=None).count())

    at_once(until_nothing_is_left(lambda: publish_due(clock=lambda: now + HOUR)), go)
    publish_due(clock=lambda: now + HOUR)

    assert len(paper.ledger) <= armed_when_she_left[0]
    assert set(states()) <= {State.PUBLISHED, State.CANCELLED}


def test_sweeps_side_by_side_tell_each_owner_once(many: list[Share], now: datetime) -> None:
    at = many[0].last_safe_at

    at_once(*[lambda: stop_what_must_not_go(now=at)] * WORKERS)

    assert states() == {State.MISSED: len(many)}
    assert Notice.objects.get().facts["others"] == len(many) - 1


def test_sweeps_side_by_side_ask_about_each_share_once(
    share: Share, copies_of: Callable[..., list[Share]], now: datetime
) -> None:
    copies_of(share, 9)
    Share.objects.update(state=State.UNKNOWN, armed_at=now, look_at=now + 9 * HOUR, tries=1)

    at_once(*[lambda: ask_owners(now=now + settings.ASK_OWNER_AFTER)] * WORKERS)

    assert Notice.objects.count() == Share.objects.exclude(asked_at=None).count() == 10


def test_a_form_that_comes_in_many_times_at_once_shares_once(
    story: Story, account: Account, now: datetime
) -> None:
    post = Post(account=account, text="Proud of this.", language="en")
    order = Order(person=account.person, posts=[post], at=now, submission=uuid4())

    shared = at_once(*[lambda: share_story(story, order, now=now)] * WORKERS)

    assert len({share.pk for shares in shared for share in shares}) == 1  # type: ignore[attr-defined]
    assert Share.objects.count() == 1


def test_a_draft_saved_from_several_windows_at_once_is_one_draft(
    story: Story, alice: Person, now: datetime
) -> None:
    typed = Written(text="Proud.", texts={}, account_keys=[], language="en", picture=None, shape="")

    def save() -> object:
        return save_draft(alice, story, typed, submission=uuid4(), now=now)

    at_once(*[save] * WORKERS)

    assert SavedDraft.objects.count() == 1


def test_an_answer_from_the_owner_and_one_from_the_platform_make_no_double(
    many: list[Share], paper: type[Paper], now: datetime
) -> None:
    """Both come at the same moment: either the owner's "again" is too late, or it is the only send."""
    paper.before = OutcomeUnknown("no_answer")
    until_nothing_is_left(lambda: publish_due(clock=lambda: now + HOUR))()
    paper.before = None
    at = now + HOUR + 2 * settings.SETTLING

    def again() -> None:
        for share in Share.objects.for_sending():
            try:
                post_it_again(share, now=at)
            except TooLate:
                continue

    look = until_nothing_is_left(lambda: reconcile(clock=lambda: at))
    send = until_nothing_is_left(lambda: publish_due(clock=lambda: at))
    at_once(again, look, send)
    look()
    send()

    assert max(keys(paper.ledger).values()) == 1
    assert states() == {State.PUBLISHED: len(many)}


def test_who_connects_again_while_the_queue_is_swept_is_not_stopped_anew(
    share: Share, paper: type[Paper], account: Account, now: datetime
) -> None:
    """The sweep reads that the account is shut, and stops the share only after it was let go on."""
    Account.objects.update(broken_at=now)
    connected, swept = threading.Event(), threading.Event()

    def connect_slowly() -> None:
        again = Connection(
            Access(account.host, account.remote_id, "a new token"), Identity(account.remote_id, "@alice")
        )
        with transaction.atomic():
            keep(again, person=account.person, channel=Paper(), registration=None, now=now + HOUR)
            connected.set()
            # Where the sweep waits for this to be over, it need not be waited for.
            swept.wait(1)

    def sweep() -> None:
        connected.wait()
        stop_what_must_not_go(now=now + HOUR)
        swept.set()

    at_once(connect_slowly, sweep)

    assert states() == {State.SCHEDULED: 1}


def test_a_moment_asked_for_two_shares_at_once_is_not_the_same(
    make_share: Callable[..., Share], now: datetime
) -> None:
    shares = [make_share(at=now + HOUR + timedelta(minutes=number)) for number in range(3)]
    theirs = list(Share.objects.for_sending())
    assert len(theirs) == len(shares)

    found = at_once(*[partial(move_to_quiet_moment, one, now=now) for one in theirs])

    moments = sorted(one.at for one in found)  # type: ignore[attr-defined]
    assert all(later - earlier >= settings.POSTS_APART for earlier, later in pairwise(moments))
