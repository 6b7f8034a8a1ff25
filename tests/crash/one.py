"""One database: kill workers at every point in turn, then compare Rehearsal's ledger with ours.

Prints a JSON object: which points were reached, how many runs, and what went wrong.
"""

import argparse
import json
import os
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

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from advocacy.lib import http  # noqa: E402
from advocacy.people.models import Person  # noqa: E402
from advocacy.platforms.models import Account  # noqa: E402
from advocacy.platforms.rehearsing import give_rehearsal  # noqa: E402
from advocacy.rehearsal.models import Post as RehearsalPost  # noqa: E402
from advocacy.shares.models import Share, State  # noqa: E402
from advocacy.shares.sharing import Order, Post, share_story  # noqa: E402
from advocacy.stories.models import Story  # noqa: E402
from tests.crash.orders import POINTS, orders  # noqa: E402

WORKERS = 2
REACHED_WITHIN = 20  # seconds
SETTLED_WITHIN = 90  # seconds
UNFINISHED = [State.SCHEDULED, State.SENDING, State.UNKNOWN, State.WAITING]


class Nursery:
    """Workers, of which there are always some."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.crash.nursery"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.beat = self.born("beat")
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

    def close(self) -> None:
        for pid in [self.beat, *self.workers]:
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        self.process.kill()
        self.process.wait()


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, required=True)
    runs = parser.parse_args().runs
    call_command("migrate", verbosity=0)
    orders().mkdir(parents=True, exist_ok=True)
    account, story = furnish()
    with ExitStack() as stack:
        stack.enter_context(web())
        nursery = Nursery()
        stack.callback(nursery.close)
        reached: Counter[str] = Counter()
        for number, point in zip(range(runs), cycle(POINTS), strict=False):
            reached[point] += kill_at(point, nursery, account, story)
            if (number + 1) % 25 == 0:
                print(f"{number + 1} of {runs} runs", file=sys.stderr, flush=True)
        wait_until(lambda: not Share.objects.filter(state__in=UNFINISHED).exists(), SETTLED_WITHIN)
    print(json.dumps({"runs": runs, "reached": reached, **verdict()}))


def furnish() -> tuple[Account, Story]:
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
        opens_at=now,
    )
    return give_rehearsal(alice, now=now), story


def web() -> "_Terminated":
    """Start the hub's web server, in which Rehearsal keeps its ledger; it is not killed."""
    port = settings.REHEARSAL_URL.rsplit(":", 1)[1]
    server = subprocess.Popen(
        ["granian", "--interface", "wsgi", "--port", port, "--log-level", "error", "hub.wsgi:application"]
    )
    wait_until(lambda: _answers(f"{settings.REHEARSAL_URL}/healthz"), REACHED_WITHIN)
    return _Terminated(server)


class _Terminated:
    def __init__(self, server: subprocess.Popen[bytes]) -> None:
        self.server = server

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait()


def _answers(url: str) -> bool:
    with suppress(http.DoorError):
        return http.send(http.Request("GET", url), timeout=timedelta(seconds=1)).status == 200
    return False


def kill_at(point: str, nursery: Nursery, account: Account, story: Story) -> int:
    """Order a death, give the workers something to send, and wait until the order was carried out."""
    order = orders() / point
    order.touch()
    now = timezone.now()
    post = Post(account=account, text="In my own words.", language="en")
    share_story(story, Order(account.person, [post], at=now, submission=uuid.uuid4()), now=now)
    carried_out = wait_until(lambda: not order.exists(), REACHED_WITHIN)
    order.unlink(missing_ok=True)
    wait_until(lambda: nursery.replace_the_dead() > 0, 2 if carried_out else 0)
    return int(carried_out)


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def verdict() -> dict[str, int]:
    """Compare the two ledgers: every share is public exactly once, and we know it."""
    posts = Counter(RehearsalPost.objects.values_list("key", flat=True))
    shares = dict(Share.objects.values_list("key", "state"))
    unresolved = sum(state in UNFINISHED for state in shares.values())
    public = {key for key, state in shares.items() if state == State.PUBLISHED}
    settled = {key for key, state in shares.items() if state not in UNFINISHED}
    return {
        "shares": len(shares),
        "duplicates": sum(count - 1 for count in posts.values()),
        # Said to be public and not there, there and not known, or given up although it could be sent.
        "lost": len(public - set(posts))
        + len(set(posts) & settled - public)
        + len(settled - public - set(posts)),
        "unresolved": unresolved,
    }


if __name__ == "__main__":
    main()
