"""One database: kill or freeze workers while they renew a token, ask for reactions or write a share off.

The platform is a stand-in of ours that takes a refresh token once and ends the session when it sees one
twice, as strict servers do. Prints a JSON object, as `one` does.
"""

import argparse
import base64
import json
import os
import random
import sys
import threading
import uuid
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import cycle

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.utils import timezone  # noqa: E402

from advocacy.notices.models import Notice  # noqa: E402
from advocacy.people.models import Person  # noqa: E402
from advocacy.platforms.models import Account  # noqa: E402
from advocacy.shares.models import Share, State  # noqa: E402
from advocacy.shares.sharing import Order, Post, share_story  # noqa: E402
from advocacy.stories.models import Story  # noqa: E402
from tests.crash.chore_points import RENEWING, uses  # noqa: E402
from tests.crash.one import (  # noqa: E402
    FROZEN,
    REACHED_WITHIN,
    Nursery,
    come_to_rest,
    wait_until,
    wake_after_its_lease,
    write_beside,
)
from tests.crash.orders import CHORES, FREEZE, MEASURE, REFRESH, frozen, orders  # noqa: E402
from tests.lib.servers import Visit, stand_in  # noqa: E402

LIKES = 7
# No program can look at its clock within a write.
NEVER_FREEZES = ("refresh-request-half-written",)


@dataclass
class Session:
    """One account at the stand-in: the refresh token that is good, and how often each was shown."""

    good: str
    shown: Counter[str] = field(default_factory=Counter)
    ended: bool = False


@dataclass
class StrictServer:
    """Answers like a PDS; `sessions` is its ledger, by account."""

    sessions: dict[str, Session] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, visit: Visit) -> None:
        visit.read_request()
        if b"\r\n\r\n" not in visit.request:
            # The worker died while it was asking.
            return
        if "refreshSession" in visit.path:
            said = self._refreshed(visit.header("Authorization").removeprefix("Bearer "))
        else:
            said = {"posts": [{"likeCount": LIKES, "repostCount": 0, "replyCount": 0}]}
        status = "400 Bad Request" if "error" in said else "200 OK"
        visit.answer(json.dumps(said).encode(), status=status, headers=("Content-Type: application/json",))

    def _refreshed(self, token: str) -> dict[str, object]:
        did = token.partition("/")[0]
        with self.lock:
            session = self.sessions[did]
            session.shown[token] += 1
            if session.ended or token != session.good:
                session.ended = True
                return {"error": "InvalidToken", "message": "This token was used before."}
            session.good = f"{did}/{uuid.uuid4().hex}"
        return {"did": did, "handle": "h.test", "accessJwt": jwt(), "refreshJwt": session.good}


@dataclass(frozen=True)
class Run:
    point: str
    freezes: bool
    person: Person
    account: Account
    share: Share | None = None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    random.seed(options.seed)
    call_command("migrate", verbosity=0)
    orders().mkdir(parents=True, exist_ok=True)
    server = StrictServer()
    reached: Counter[str] = Counter()
    runs: list[Run] = []
    with ExitStack() as stack:
        host = stack.enter_context(stand_in(server.answer)).host
        os.environ["PRIVATE_HOSTS"] = host
        nursery = Nursery()
        stack.callback(nursery.close)
        for number, point in zip(range(options.runs), cycle(CHORES), strict=False):
            nursery.wake()
            freezes = random.randrange(FROZEN) == 0 and point not in NEVER_FREEZES
            (orders() / point).write_text(FREEZE if freezes else "")
            begin = transaction.atomic(partial(given, point, server, host, freezes=freezes))
            runs.append(write_beside(nursery, begin))
            reached[point] += obeyed(point, nursery)
            if (number + 1) % 50 == 0:
                print(f"{number + 1} of {options.runs} runs beside sending", file=sys.stderr, flush=True)
        come_to_rest(nursery, lambda: not unfinished())
        # What was written off or measured twice would show now.
        wait_until(lambda: False, 2 * settings.SWEEP.total_seconds())
    print(json.dumps({"runs": options.runs, "reached": reached, **verdict(runs, server)}))


def obeyed(point: str, nursery: Nursery) -> bool:
    """Wait until a worker got to the point, and see to it that there are as many as before."""
    order = orders() / point
    was_reached = wait_until(lambda: not order.exists(), REACHED_WITHIN)
    order.unlink(missing_ok=True)
    if frozen().exists():
        wake_after_its_lease(RENEWING if point in REFRESH else settings.LEASE)
    else:
        wait_until(lambda: nursery.replace_the_dead() > 0, 2 if was_reached else 0)
    return was_reached


def given(point: str, server: StrictServer, host: str, *, freezes: bool) -> Run:
    """Give the workers something to do that leads past the point, for a person of its own."""
    now = timezone.now()
    person = Person.objects.create_user(f"{uuid.uuid4().hex}@example.test", None, name="Alice")
    did = f"did:plc:{uuid.uuid4().hex[:24]}"
    server.sessions[did] = Session(good=f"{did}/{uuid.uuid4().hex}")
    account = Account.objects.create(
        person=person,
        platform="bluesky",
        host=host,
        remote_id=did,
        handle="h.test",
        token=jwt(),
        refresh_token=server.sessions[did].good,
        data={"appview": f"http://{host}"},
        connected_at=now,
        tokens_at=now,
        fresh_until=now if point in REFRESH else None,
    )
    if point in REFRESH:
        return Run(point, freezes, person, account)
    return Run(point, freezes, person, account, _share_in_need(point, person, account))


def _share_in_need(point: str, person: Person, account: Account) -> Share:
    now = timezone.now()
    story = Story.objects.create(
        title="A story",
        url="https://stories.example/one",
        for_everyone=True,
        created_by=person,
        created_at=now,
        changed_at=now,
        published_at=now,
        # Open by every clock that a run sets.
        opens_at=now - timedelta(hours=2),
    )
    post = Post(account=account, text="In my own words.", language="en")
    tomorrow = now + timedelta(days=1)
    (share,) = share_story(story, Order(person, [post], at=tomorrow, submission=uuid.uuid4()), now=now)
    mine = Share.objects.filter(pk=share.pk)
    if point in MEASURE:
        place = f"at://{account.remote_id}/app.bsky.feed.post/{share.record_key}"
        mine.update(state=State.PUBLISHED, published_at=now, remote_id=place, measure_at=now)
    else:
        long_ago = now - timedelta(hours=3)
        mine.update(due_at=long_ago, try_at=long_ago, last_safe_at=now - timedelta(minutes=1))
    return share


def unfinished() -> list[str]:
    """Name what is still to be done."""
    now = timezone.now()
    renewing = Account.objects.working().filter(Q(fresh_until__lte=now) | Q(renewal__isnull=False))
    measuring = Share.objects.filter(state=State.PUBLISHED, measured_at=None)
    waiting = Share.objects.filter(state=State.SCHEDULED)
    return [
        *(f"account {account.pk}: token fresh until {account.fresh_until}" for account in renewing),
        *(f"share {share.pk}: to be measured at {share.measure_at}" for share in measuring),
        *(f"share {share.pk}: scheduled for {share.try_at}" for share in waiting),
    ]


def verdict(runs: list[Run], server: StrictServer) -> dict[str, object]:
    """Compare the ledger with ours, and what owners were told with what happened.

    `wrong` names what is not as it should be.
    """
    total: Counter[str] = Counter(duplicates=0, lost=0, renewed=0, broken=0)
    wrong: list[str] = []
    for run in runs:
        found = _of_share(run, run.share) if run.share else _of_renewal(run, server)
        if found["duplicates"] or found["lost"]:
            deed = "frozen" if run.freezes else "killed"
            shown = dict(server.sessions[run.account.remote_id].shown)
            wrong.append(f"{deed} at {run.point}, person {run.person.pk}: {found}, shown {shown}")
        total.update(found)
    left = unfinished()
    return {**total, "unresolved": len(left), "wrong": dict.fromkeys([*wrong, *left], 1)}


def _of_share(run: Run, share: Share) -> dict[str, int]:
    """Reactions are noted; what was missed is told, once."""
    share.refresh_from_db()
    if run.point in MEASURE:
        return {"duplicates": 0, "lost": int(share.likes != LIKES)}
    told = Notice.objects.filter(person=run.person, kind="share_missed").count()
    return {"duplicates": max(told - 1, 0), "lost": int(share.state != State.MISSED or not told)}


def _of_renewal(run: Run, server: StrictServer) -> dict[str, int]:
    """A token is used once, and again only where a worker died or froze while it asked with it.

    Whether it was taken, nobody can know then. Afterwards the account works, or its owner knows that it does
    not.
    """
    session = server.sessions[run.account.remote_id]
    run.account.refresh_from_db()
    cut_off = _uses_cut_off()
    told = Notice.objects.filter(person=run.person, kind="account_broken").count()
    works = run.account.broken_at is None and run.account.refresh_token == session.good and not session.ended
    had_to_break = any(cut_off[token] for token in session.shown)
    is_known_broken = run.account.broken_at is not None and told == 1 and had_to_break
    return {
        "duplicates": sum(max(count - 1 - cut_off[token], 0) for token, count in session.shown.items()),
        "lost": int(not works and not is_known_broken),
        "renewed": int(works),
        "broken": int(is_known_broken),
    }


def _uses_cut_off() -> Counter[str]:
    """Return how many uses of each token never ended, or ended when their time was long over."""
    cut_off: Counter[str] = Counter()
    for line in uses().read_text().splitlines():
        token, what = line.split()
        cut_off[token] += {"begun": 1, "ended": -1, "ended-late": 0}[what]
    return cut_off


def jwt() -> str:
    """Return a token that lasts for some hours, unsigned: nobody here looks."""
    claims = json.dumps({"exp": int((timezone.now() + timedelta(hours=2)).timestamp())}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.x"


if __name__ == "__main__":
    main()
