"""From a due row to a post: claim, prepare, arm, send, settle.

1. Claim: one UPDATE gives some due rows to this worker, with a lease (`claiming`).
2. Prepare: words, card and picture are read; where a platform posts in two steps, the first is done. Nothing
   is public yet.
3. Arm: an attempt is committed for each row that is still ours and may go. From here on it may be public.
4. Send: once, on threads, a row each.
5. Settle: the answer is written only where the claim is still ours, the remote id first and alone.

A worker may die between any two of these: `take_over` puts what was claimed and not armed back in the queue,
and hands what was armed to `reconciling`, which looks before anything is sent again.
"""

import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F

from advocacy.lib import http
from advocacy.lib.insisting import insist
from advocacy.platforms.connector import (
    Disconnected,
    Draft,
    Failure,
    OutcomeUnknown,
    Prepares,
    Receipt,
    Rejected,
    TryLater,
)
from advocacy.shares import expiring, settling
from advocacy.shares.claiming import claim_batch, host_of
from advocacy.shares.drafting import CannotDraft, draft_of, fetch_pictures
from advocacy.shares.lending import with_addresses
from advocacy.shares.models import Attempt, Share, State
from advocacy.shares.settling import LET_GO, claim_of

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# A share that could not be prepared for a reason that may pass.
PREPARE_AGAIN = timedelta(minutes=1)
# After the sending, for as long as the lease lasts.
TO_WRITE_IT_DOWN = (settings.LEASE - settings.SEND_TIMEOUT).total_seconds()
# While some are on their way, this often at least the others get a chance.
LOOK_ROUND = 0.25  # seconds
# While many are, this looks through all that is due this often; when it is armed, each is looked at anyway.
STOP_WHAT_MUST_NOT_GO = 1.0  # seconds


def publish_due(*, clock: Clock) -> int:
    """Send what is due until nothing is left; return how many rows were brought further.

    `clock` is read anew at each step, because sending takes time.
    """
    with ThreadPoolExecutor(settings.SEND_THREADS, thread_name_prefix="send") as pool:
        return _Dispatch(pool, clock).run()


def prepare(claimed: list[Share], *, now: datetime) -> dict[int, Draft]:
    """Return the drafts by share id. A share that cannot be drafted is refused, and its owner told."""
    drafts = {}
    fetch_pictures(claimed)
    for share in claimed:
        try:
            share.account.access()
            drafts[share.pk] = with_addresses(draft_of(share), share, now=now)
        except Disconnected as failure:
            settling.settle(share, failure, now=now)
        except CannotDraft as reason:
            settling.settle(share, Rejected(reason.code), now=now)
        except Exception:
            # Whatever is wrong with one share must not hold up the others.
            logger.exception("share %s could not be prepared", share.pk)
            settling.settle(share, TryLater("not_prepared", wait=PREPARE_AGAIN), now=now)
    return drafts


def arm(claimed: list[Share], *, now: datetime) -> list[Share]:
    """Commit an attempt for each share that may still go, and return those; give the others back."""
    if not claimed:
        return []
    mine = Share.objects.claimed_as(claim_of(claimed)).filter(pk__in=[share.pk for share in claimed])
    with transaction.atomic():
        may_go = mine.filter(leased_until__gt=now).may_go(now).with_open_story(now)
        # The lease begins anew, so that it outlasts the sending however long preparing took.
        may_go.update(armed_at=now, tries=F("tries") + 1, leased_until=now + settings.LEASE)
        armed = list(mine.filter(armed_at=now).for_sending())
        Attempt.objects.bulk_create(Attempt(share=share, number=share.tries, armed_at=now) for share in armed)
        mine.filter(armed_at=None).move(State.SENDING, State.SCHEDULED, **LET_GO)
    return armed


@dataclass(frozen=True)
class _Step:
    """One request on a thread. `share` was read when it was claimed, or armed when it may be public."""

    share: Share
    draft: Draft
    # A moment of the monotonic clock, in seconds: nothing may leave after that.
    ends_at: float

    def run(self) -> Receipt | str | Failure:
        """Do the first of two steps and return its id, or post and return the receipt, or what went wrong.

        Whatever goes wrong inside a connector while it posts is an unknown outcome: it may have posted first.
        """
        try:
            with http.within(timedelta(seconds=self.ends_at - monotonic())):
                return self._ask()
        except Failure as failure:
            return failure
        except Exception as error:
            logger.exception("share %s: connector %s broke", self.share.pk, self.share.account.platform)
            if not self.share.armed_at:
                return TryLater("not_prepared", type(error).__name__, wait=PREPARE_AGAIN)
            return OutcomeUnknown("connector_broke", type(error).__name__)

    def _ask(self) -> Receipt | str:
        connector, access = self.share.account.connector, self.share.account.access()
        if isinstance(connector, Prepares) and not self.share.armed_at:
            return connector.prepare(self.draft, access)
        return connector.publish(self.draft, access)


class _Dispatch:
    """What this call has on its way: at most a thread each, and not all of them to one slow host."""

    def __init__(self, pool: ThreadPoolExecutor, clock: Clock) -> None:
        self.pool, self.clock = pool, clock
        self.on_its_way: dict[Future[Receipt | str | Failure], _Step] = {}
        self.brought_further = 0
        self.stop_again_at = monotonic()

    def run(self) -> int:
        try:
            self._go_on()
        finally:
            # Whatever keeps us from beginning more: answers that are on their way are not thrown away.
            while self.on_its_way:
                self._settle_those_who_are_back()
        return self.brought_further

    def _go_on(self) -> None:
        more, look_at = True, 0.0
        while more or self.on_its_way:
            room = settings.SEND_THREADS - len(self.on_its_way)
            if more and room and (room >= settings.HOST_THREADS or monotonic() >= look_at):
                more = self._begin(room) or bool(self.on_its_way)
                look_at = monotonic() + LOOK_ROUND
            if self.on_its_way:
                self._settle_those_who_are_back()

    def _begin(self, room: int) -> bool:
        """Bring some of what is due on its way; return whether any could be brought further."""
        self._stop_what_must_not_go()
        busy = Counter(host_of(step.share) for step in self.on_its_way.values())
        claimed = claim_batch(now=self.clock(), room=room, busy=busy)
        drafts = prepare(claimed, now=self.clock())
        # Counted from before they are armed: who is held up after that must send nothing any more.
        ends_at = self._ends_at()
        steps = [_Step(share, drafts[share.pk], ends_at) for share in claimed if share.pk in drafts]
        in_two = [step for step in steps if _has_a_step_before(step.share)]
        armed = self._arm([step for step in steps if not _has_a_step_before(step.share)])
        for step in [*in_two, *armed]:
            self._send(step)
        # Those that were given back wait for the next sweep, or this would go round and round.
        further = len(claimed) - len(steps) + len(in_two) + len(armed)
        self.brought_further += further
        return bool(further)

    def _stop_what_must_not_go(self) -> None:
        if not self.on_its_way or monotonic() >= self.stop_again_at:
            expiring.stop_what_must_not_go(now=self.clock())
            self.stop_again_at = monotonic() + STOP_WHAT_MUST_NOT_GO

    def _settle_those_who_are_back(self) -> None:
        back, _others = wait(self.on_its_way, timeout=LOOK_ROUND, return_when=FIRST_COMPLETED)
        for answered in back:
            step = self.on_its_way.pop(answered)
            outcome = answered.result()
            try:
                insist(partial(self._write_down, step, outcome), until=step.ends_at + TO_WRITE_IT_DOWN)
            except DatabaseError as error:
                # The others still have their answers; this one's lease ends, and then it is looked up.
                # Without the database's own words, which hold the whole row.
                logger.error("share %s could not be settled: %s", step.share.pk, type(error).__name__)

    def _write_down(self, step: _Step, outcome: Receipt | str | Failure) -> None:
        if isinstance(outcome, str):
            self._do_second_step(step, outcome)
        else:
            settling.settle(step.share, outcome, now=self.clock())

    def _do_second_step(self, step: _Step, prepared: str) -> None:
        """Keep the id of the first step, in a commit of its own, and go on where the share is still ours."""
        mine = Share.objects.claimed_as(claim_of([step.share])).filter(pk=step.share.pk)
        if mine.update(prepared=prepared):
            draft = replace(step.draft, prepared=prepared)
            for armed in self._arm([replace(step, draft=draft, ends_at=self._ends_at())]):
                self._send(armed)

    def _arm(self, steps: list[_Step]) -> list[_Step]:
        unarmed = {step.share.pk: step for step in steps}
        armed = arm([step.share for step in steps], now=self.clock())
        return [replace(unarmed[share.pk], share=share) for share in armed]

    def _send(self, step: _Step) -> None:
        self.on_its_way[self.pool.submit(step.run)] = step

    @staticmethod
    def _ends_at() -> float:
        return monotonic() + settings.SEND_TIMEOUT.total_seconds()


def _has_a_step_before(share: Share) -> bool:
    return isinstance(share.account.connector, Prepares) and not share.prepared
