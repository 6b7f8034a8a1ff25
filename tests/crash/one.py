"""One database: kill workers at every point in turn, then compare what the platforms hold with what we know.

One in ten shares goes to a real Bluesky server, the others to Rehearsal. Prints a JSON object: which points
were reached, how many runs with which disturbance, and what went wrong.
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import TypeVar

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError  # noqa: E402
from django.utils import timezone  # noqa: E402

from advocacy.lib import http  # noqa: E402
from advocacy.lib.insisting import insist  # noqa: E402
from advocacy.people.models import Person  # noqa: E402
from advocacy.platforms.connecting import connect_by_password  # noqa: E402
from advocacy.platforms.connector import channels  # noqa: E402
from advocacy.platforms.models import Account  # noqa: E402
from advocacy.platforms.rehearsing import give_rehearsal  # noqa: E402
from advocacy.rehearsal.models import Post as RehearsalPost  # noqa: E402
from advocacy.shares.models import Share, State  # noqa: E402
from advocacy.shares.sharing import Order, Post, share_story  # noqa: E402
from advocacy.stories.models import Story  # noqa: E402
from tests.crash.disturbing import Disturbance, disturbances  # noqa: E402
from tests.crash.orders import (  # noqa: E402
    AFTER_A_DEATH,
    FREEZE,
    POINTS,
    forget_orders,
    frozen,
    night_ahead,
    orders,
)

Written = TypeVar("Written")

WORKERS = 2
BEATS = 2
DISTURBED = 0.4  # of all runs
ON_BLUESKY = 10  # one share in so many
FROZEN = 8  # one worker in so many freezes instead of dying
REACHED_WITHIN = 15  # seconds; what was disturbed may never come there
STARTS_WITHIN = 60  # seconds
SETTLED_WITHIN = 600  # seconds: what we promise for unknown outcomes
UNFINISHED = [State.SCHEDULED, State.SENDING, State.UNKNOWN, State.WAITING]


class Nursery:
    """Workers, of which there are always some."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.crash.nursery"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.beats = [self.born("beat") for _ in range(BEATS)]
        self.workers = [self.born("worker") for _ in range(WORKERS)]

    def born(self, kind: str) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{kind}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def replace_the_dead(self) -> int:
        """Start a worker for each that died; return how many."""
        alive = [pid for pid in self.workers if os.path.exists(f"/proc/{pid}")]
        dead = len(self.workers) - len(alive)
        self.workers = alive + [self.born("worker") for _ in range(dead)]
        return dead

    def at_work(self) -> list[str]:
        """Tell of each beat and worker whether it is there, and whether it sleeps, waits or is stopped."""
        kinds = {**dict.fromkeys(self.beats, "beat"), **dict.fromkeys(self.workers, "worker")}
        return [f"{kind} {pid}: {_state_of(pid)}" for pid, kind in kinds.items()]

    def wake(self) -> None:
        """Let everyone go on: who was woken a moment before it froze would sleep for ever, with its locks."""
        for pid in self.workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        for pid in [*self.beats, *self.workers]:
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        self.process.kill()
        self.process.wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    random.seed(options.seed)
    now = timezone.now
    timezone.now = lambda: now() + night_ahead()
    call_command("migrate", verbosity=0)
    orders().mkdir(parents=True, exist_ok=True)
    rehearsal, bluesky, story = furnish(json.loads(os.environ["CRASH_BLUESKY"]))
    reached: Counter[str] = Counter()
    disturbed: Counter[str] = Counter()
    with ExitStack() as stack:
        stack.enter_context(web())
        nursery = Nursery()
        stack.callback(nursery.close)
        for number, point in zip(range(options.runs), cycle(POINTS), strict=False):
            name = random.choice(list(disturbances())) if random.random() < DISTURBED else "nothing"
            account = rehearsal if random.randrange(ON_BLUESKY) else bluesky
            reached[point] += kill_at(point, nursery, account, story, disturb=disturbances()[name])
            disturbed[name] += 1
            if (number + 1) % 50 == 0:
                print(f"{number + 1} of {options.runs} runs", file=sys.stderr, flush=True)
        come_to_rest(nursery, lambda: not Share.objects.filter(state__in=UNFINISHED).exists())
    print(json.dumps({"runs": options.runs, "reached": reached, "disturbed": disturbed, **verdict(bluesky)}))


def furnish(on_bluesky: dict[str, str]) -> tuple[Account, Account, Story]:
    now = timezone.now()
    alice = Person.objects.create_user(f"alice-{uuid.uuid4().hex}@example.test", None, name="Alice")
    story = Story.objects.create(
        title="A story",
        url="https://stories.example/one",
        for_everyone=True,
        created_by=alice,
        created_at=now,
        changed_at=now,
        published_at=now,
        # Open by every clock that a run sets.
        opens_at=now - timedelta(hours=2),
    )
    bluesky = connect_by_password(alice, channels()["bluesky"](), answers=on_bluesky, now=now)
    return give_rehearsal(alice, now=now), bluesky, story


def web() -> "_Terminated":
    """Start the hub's web server, in which Rehearsal keeps its ledger; it is not killed."""
    port = settings.REHEARSAL_URL.rsplit(":", 1)[1]
    server = subprocess.Popen(
        ["granian", "--interface", "wsgi", "--port", port, "--log-level", "error", "hub.wsgi:application"]
    )
    wait_until(lambda: _answers(f"{settings.REHEARSAL_URL}/healthz"), STARTS_WITHIN)
    return _Terminated(server)


class _Terminated:
    def __init__(self, server: subprocess.Popen[bytes]) -> None:
        self.server = server

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait()


def _state_of(pid: int) -> str:
    with suppress(FileNotFoundError):
        found = re.search(r"State:\s(.*)", Path(f"/proc/{pid}/status").read_text())
        return found[1] if found else ""
    return "is gone"


def _answers(url: str) -> bool:
    with suppress(http.DoorError):
        return http.send(http.Request("GET", url), timeout=timedelta(seconds=1)).status == 200
    return False


def kill_at(point: str, nursery: Nursery, account: Account, story: Story, *, disturb: Disturbance) -> int:
    """Order a death, give the workers something to send, disturb them, and wait until it was obeyed."""
    nursery.wake()
    order = orders() / point
    # One that wakes up within a write goes on writing: no program can look at its clock there.
    freezes = random.randrange(FROZEN) == 0 and point != "request-half-written"
    order.write_text(FREEZE if freezes else "")
    if point in AFTER_A_DEATH:
        (orders() / "request-written").touch()
    now = timezone.now()
    post = Post(account=account, text="In my own words.", language="en")
    ordered = Order(account.person, [post], at=now, submission=uuid.uuid4())
    write_beside(nursery, lambda: share_story(story, ordered, now=now))
    with disturb(nursery.workers):
        obeyed = wait_until(lambda: not order.exists(), REACHED_WITHIN)
    order.unlink(missing_ok=True)
    if frozen().exists():
        wake_after_its_lease()
    else:
        wait_until(lambda: nursery.replace_the_dead() > 0, 2 if obeyed else 0)
    return int(obeyed)


def write_beside(nursery: Nursery, write: Callable[[], Written]) -> Written:
    """Write, also when a worker obeyed at once and froze in the middle of a write of its own.

    SQLite lets nobody else write then, nor us, who are to wake it.
    """

    def once() -> Written:
        try:
            return write()
        except OperationalError:
            nursery.wake()
            raise

    return insist(once, until=time.monotonic() + STARTS_WITHIN)


def wake_after_its_lease(lease: timedelta = settings.LEASE) -> None:
    """Let a frozen worker go on when others have taken over what it was doing."""
    time.sleep((lease + 2 * settings.SWEEP).total_seconds())
    # With a full disk it cannot write down who it is, and fails in place of freezing.
    if wait_until(lambda: frozen().read_text().isdigit(), REACHED_WITHIN):
        with suppress(ProcessLookupError):
            os.kill(int(frozen().read_text()), signal.SIGCONT)
    frozen().unlink()


def come_to_rest(nursery: Nursery, is_done: Callable[[], bool]) -> None:
    """Let nobody die any more, and wait until all is done; who died or froze of an old order is helped up."""
    forget_orders()

    def done() -> bool:
        nursery.wake()
        nursery.replace_the_dead()
        return is_done()

    if not wait_until(done, SETTLED_WITHIN):
        print(*nursery.at_work(), sep="\n", file=sys.stderr, flush=True)


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def verdict(bluesky: Account) -> dict[str, object]:
    """Compare both ledgers with ours: every share is public exactly once, and we know it.

    `wrong` names the shares of which that is not so.
    """
    posts = Counter(str(key) for key in RehearsalPost.objects.values_list("key", flat=True))
    posts.update(records_of(bluesky))
    rows = {
        share.record_key if share.account_id == bluesky.pk else str(share.key): share
        for share in Share.objects.all()
    }
    shares = {key: share.state for key, share in rows.items()}
    public = {key for key, state in shares.items() if state == State.PUBLISHED}
    settled = {key for key, state in shares.items() if state not in UNFINISHED}
    twice = {key for key, count in posts.items() if count > 1}
    # Said to be public and not there, there and not known, or given up although it could be sent.
    lost = (public - set(posts)) | (set(posts) & settled - public) | (settled - public - set(posts))
    wrong = sorted(twice | lost | (set(shares) - settled))
    return {
        "wrong": {f"{key}: {posts[key]} posts, {_told(rows.get(key))}": 1 for key in wrong},
        "shares": len(shares),
        "on_bluesky": Share.objects.filter(account=bluesky).count(),
        "duplicates": sum(count - 1 for count in posts.values()),
        "lost": len(lost),
        "unresolved": len(shares) - len(settled),
    }


def _told(share: Share | None) -> dict[str, object]:
    """Return what helps to find out how it came to that; nothing of a post that is nobody's."""
    if not share:
        return {}
    names = (
        "pk",
        "state",
        "reason",
        "reason_detail",
        "due_at",
        "try_at",
        "look_at",
        "armed_at",
        "doubted_at",
        "leased_until",
        "planned_at",
        "turn_at",
        "published_at",
    )
    told = {name: str(value) for name in names if (value := getattr(share, name))}
    return {"platform": share.account.platform, "is_connected": share.account.broken_at is None, **told}


def records_of(account: Account) -> list[str]:
    """Return the keys of all posts on the Bluesky server, as it tells them to everyone."""
    keys: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        url = f"http://{account.host}/xrpc/com.atproto.repo.listRecords"
        asked = {"repo": account.remote_id, "collection": "app.bsky.feed.post", "limit": "100"}
        if cursor:
            asked["cursor"] = cursor
        said = http.send(http.Request("GET", url, params=asked)).json()
        assert isinstance(said, dict)
        keys += [record["uri"].rpartition("/")[2] for record in said["records"]]
        cursor = said.get("cursor")
    return keys


if __name__ == "__main__":
    main()
