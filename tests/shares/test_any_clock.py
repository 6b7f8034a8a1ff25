"""Whatever workers, clocks and platforms do: when all is well again a share comes to rest, public once.

Hypothesis writes the history: workers that send, look, take over or die in between, each by a clock that may
stand ahead or behind at every single reading, and a platform that answers, refuses or says nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, example, given
from hypothesis import settings as run
from hypothesis import strategies as st

from advocacy.platforms.connector import OutcomeUnknown, TryLater
from advocacy.shares import reconciling
from advocacy.shares.claiming import claim_batch, take_over
from advocacy.shares.drafting import words_of
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import arm, prepare, publish_due
from advocacy.shares.reconciling import Finding, look, reconcile, resolve
from tests.shares.paper import Paper

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
# Together less than what is left of the hour in which a share may be late.
NOT, AHEAD = timedelta(), timedelta(minutes=50)
OFF = (NOT, AHEAD, -AHEAD, timedelta(seconds=30))
SILENT, ANSWERS_LATER = OutcomeUnknown("no_answer"), TryLater("unreachable", wait=SECOND)
COMES_TO_REST_WITHIN = timedelta(minutes=10)


@dataclass
class History:
    """Of one share: the real time, how far off the next readings of clocks are, and looks under way."""

    share: Share
    now: datetime
    off: list[timedelta] = field(default_factory=list)
    looked: list[tuple[Share, Finding]] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now + (self.off.pop(0) if self.off else NOT)

    def send(self) -> None:
        publish_due(clock=self.clock)

    def die_with_it_claimed(self) -> None:
        claim_batch(now=self.clock())

    def die_with_it_armed(self) -> None:
        claimed = claim_batch(now=self.clock())
        drafts = prepare(claimed, now=self.clock())
        arm([share for share in claimed if share.pk in drafts], now=self.clock())

    def die_with_it_public(self) -> None:
        claimed = claim_batch(now=self.clock())
        drafts = prepare(claimed, now=self.clock())
        armed = arm([share for share in claimed if share.pk in drafts], now=self.clock())
        Paper.ledger.extend(drafts[share.pk] for share in armed)

    def take_over(self) -> None:
        take_over(now=self.clock())

    def look(self) -> None:
        reconcile(clock=self.clock)

    def begin_to_look(self) -> None:
        """As a worker does that is then held up, until somebody ends it."""
        for share in reconciling._take_batch(now=self.clock()):
            self.looked.append((share, look(share, words_of(share))))

    def end_to_look(self) -> None:
        for share, finding in self.looked:
            resolve(share, finding, now=self.clock())
        self.looked.clear()


STEPS: tuple[Callable[[History], None], ...] = (
    History.send,
    History.die_with_it_claimed,
    History.die_with_it_armed,
    History.die_with_it_public,
    History.take_over,
    History.look,
    History.begin_to_look,
    History.end_to_look,
)


@dataclass(frozen=True)
class Deed:
    """One step, after so many seconds, by these readings of the clock, with a platform in this mood."""

    step: Callable[[History], None]
    seconds: int = 1
    off: tuple[timedelta, ...] = ()
    before: Exception | None = None
    after: Exception | None = None
    looking: Exception | None = None


def deeds() -> st.SearchStrategy[list[Deed]]:
    one = st.builds(
        Deed,
        step=st.sampled_from(STEPS),
        seconds=st.integers(0, 60),
        off=st.lists(st.sampled_from(OFF), max_size=5).map(tuple),
        before=st.sampled_from([None, None, SILENT, ANSWERS_LATER]),
        after=st.sampled_from([None, SILENT]),
        looking=st.sampled_from([None, ANSWERS_LATER]),
    )
    return st.lists(one, max_size=8)


@contextmanager
def forgotten() -> Iterator[None]:
    """Every history begins on the same rows, and with an empty ledger."""
    Paper.ledger.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.slow
@run(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds())
# The clock is set back between the two halves of a look.
@example(
    [
        Deed(History.send, off=(AHEAD,) * 5, before=SILENT),
        Deed(History.begin_to_look, off=(AHEAD + MINUTE,)),
        Deed(History.end_to_look),
    ]
)
# It stood behind only when the request left.
@example(
    [
        Deed(History.die_with_it_armed, off=(NOT, NOT, -AHEAD)),
        Deed(History.take_over, seconds=80),
        Deed(History.look, looking=ANSWERS_LATER),
    ]
)
@pytest.mark.parametrize("repeats_safely", [False, True])
def test_a_share_comes_to_rest_and_is_public_once(
    share: Share,
    paper: type[Paper],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    repeats_safely: bool,
    history: list[Deed],
) -> None:
    monkeypatch.setattr(paper, "repeats_safely", repeats_safely)
    with forgotten():
        told = History(share, now + HOUR)
        for deed in history:
            told.now += deed.seconds * SECOND
            told.off = list(deed.off)
            paper.before, paper.after, paper.looking = deed.before, deed.after, deed.looking
            deed.step(told)
        paper.before = paper.after = paper.looking = None
        told.off = []
        all_is_well_since = told.now

        while not is_at_rest(share):
            assert told.now - all_is_well_since < COMES_TO_REST_WITHIN, described(share, all_is_well_since)
            told.now += settings.SWEEP
            for step in (History.take_over, History.send, History.look):
                step(told)

        share.refresh_from_db()
        assert share.state == State.PUBLISHED, described(share, all_is_well_since)
        # Who repeats safely takes a second one for the first.
        assert len({post.key for post in paper.ledger} if repeats_safely else paper.ledger) == 1


def is_at_rest(share: Share) -> bool:
    return not Share.objects.unfinished().filter(pk=share.pk).exists()


def described(share: Share, since: datetime) -> str:
    row = Share.objects.filter(pk=share.pk).values().get()
    moments = {name: f"{value - since}" for name, value in row.items() if isinstance(value, datetime)}
    return f"{row['state']} {row['reason']} {moments}"
