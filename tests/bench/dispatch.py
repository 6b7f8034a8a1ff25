"""How late posts are when a thousand are due in the same moment, beside what Celery can do here. P5.

    python -m tests.bench.dispatch [due]

A real worker and a real beat, on SQLite with the filesystem broker and on PostgreSQL with Redis, post through
the Mastodon connector to forty servers or more, four posts from each account. The servers are stand-ins of
ours that answer after 20 ms and note when a post came in: how late it is by their clock is what counts.

Prints for each database, times in seconds and rates per second:
`due=1000 p50_s=… p99_s=… per_s=… celery_noop_per_s=…`
"""

import asyncio
import json
import multiprocessing
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from statistics import quantiles

from cryptography.fernet import Fernet

from tests.commands.servers import running_postgres, running_redis
from tests.running import ROOT, RunningHub, running_hub, wait_until

SERVERS = 40
POSTS_AT_A_SERVER = 25  # or fewer: few enough for what Mastodon allows one address
POSTS_EACH = 4  # of an account: few enough for what Mastodon allows
ANSWERS_AFTER = 0.02  # seconds
NOOPS = 3000
DRAINED_WITHIN = 300  # seconds
AHEAD = 9  # seconds until all are due: long enough to write them down

FURNISH = """
import uuid
from datetime import datetime, timedelta, UTC
from django.conf import settings
from django.utils import timezone
from advocacy.links.models import TrackedLink
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Share
from advocacy.stories.models import Story

now = timezone.now()
at = datetime.fromtimestamp({due_at}, UTC)
people = Person.objects.bulk_create(
    Person(email=f"person{{n}}@example.test", name=f"Person {{n}}", password="!") for n in range({accounts})
)
story = Story.objects.create(
    title="A story", url="https://stories.example/one", for_everyone=True, created_by=people[0],
    created_at=now, changed_at=now, published_at=now, opens_at=now,
)
hosts = {hosts}
accounts = Account.objects.bulk_create(
    Account(person=person, platform="mastodon", host=hosts[n % len(hosts)], remote_id=str(n), handle=str(n),
            token="not-a-real-token", connected_at=now)
    for n, person in enumerate(people)
)
links = TrackedLink.objects.bulk_create(
    TrackedLink(person=people[n % len(people)], code=f"bench{{n}}", target_url=story.url, minted_at=now)
    for n in range({due})
)
Share.objects.bulk_create(
    Share(person=accounts[n % len(accounts)].person, story=story, account=accounts[n % len(accounts)],
          link=link, text=f"In my own words, number {{n}}.", language="en", created_at=now, due_at=at,
          try_at=at, last_safe_at=at + settings.LAST_SAFE, record_key=f"bench{{n}}")
    for n, link in enumerate(links)
)
answer = len(links)
"""


def main(due: int) -> None:
    bench("SQLite, filesystem broker", due)
    with ExitStack() as stack:
        # On PostgreSQL the hub wants them from its environment.
        os.environ |= {"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_KEYS": Fernet.generate_key().decode()}
        os.environ["DATABASE_URL"] = stack.enter_context(running_postgres(durable="on"))
        os.environ["REDIS_URL"] = stack.enter_context(running_redis())
        bench("PostgreSQL, Redis", due)


def bench(name: str, due: int) -> None:
    with (
        standing_in(max(SERVERS, due // POSTS_AT_A_SERVER)) as (hosts, arrivals),
        running_hub(
            programs=("worker",),
            PRIVATE_HOSTS=",".join(hosts),
            DJANGO_SETTINGS_MODULE="tests.bench.noops.settings",
        ) as hub,
    ):
        wait_until(lambda: noops_per_second(hub, 1), seconds=60)
        noops = noops_per_second(hub, NOOPS)
        hub.start("beat")
        due_at = furnish(hub, hosts, due)
        came_at = sorted(arrivals(due))
    late = [at - due_at for at in came_at]
    cuts = quantiles(late, n=100)
    print(
        f"{name}: due={due} p50_s={cuts[49]:.2f} p99_s={cuts[98]:.2f} "
        f"per_s={len(late) / (came_at[-1] - came_at[0]):.0f} celery_noop_per_s={noops:.0f}",
        flush=True,
    )


def furnish(hub: RunningHub, hosts: list[str], due: int) -> float:
    """Write down shares that are all due at the same moment; return that moment."""
    due_at = time.time() + AHEAD
    hub.ask(
        FURNISH.format(due_at=due_at, due=due, accounts=max(1, due // POSTS_EACH), hosts=json.dumps(hosts))
    )
    if time.time() > due_at:
        raise RuntimeError("writing the shares down took longer than they were ahead")
    return due_at


def noops_per_second(hub: RunningHub, count: int) -> float:
    """Return how many empty tasks the worker does in a second, from the first ring to the last done."""
    script = [sys.executable, "-m", "tests.bench.noops", str(count)]
    done = subprocess.run(script, cwd=ROOT, env=hub.env, capture_output=True, text=True, check=True)
    return float(done.stdout)


@contextmanager
def standing_in(servers: int) -> Iterator[tuple[list[str], "Arrivals"]]:
    """Run the stand-ins in a process of their own; yield their hosts and a way to wait for the posts."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, servers), daemon=True)
    process.start()
    try:
        yield ours.recv(), Arrivals(ours)
    finally:
        process.terminate()
        process.join()


class Arrivals:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __call__(self, count: int) -> list[float]:
        """Wait for so many posts and return when each came in.

        :raises RuntimeError: not all came, or one came twice
        """
        came: dict[str, float] = {}
        deadline = time.monotonic() + DRAINED_WITHIN
        while len(came) < count and time.monotonic() < deadline:
            if self._connection.poll(1):
                key, at = self._connection.recv()
                if key in came:
                    raise RuntimeError("a post came twice")
                came[key] = at
        if len(came) < count:
            raise RuntimeError(f"only {len(came)} of {count} posts came")
        return list(came.values())


def serve(connection: Connection, servers: int) -> None:
    """Tell which hosts there are, then answer at each of them and tell what came when, until killed."""
    asyncio.run(_serve(connection, servers))


async def _serve(connection: Connection, count: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        await reader.readexactly(int(fields.get("content-length", 0)))
        connection.send((fields["idempotency-key"], time.time()))
        await asyncio.sleep(ANSWERS_AFTER)
        body = json.dumps({"id": fields["idempotency-key"], "url": "https://stand-in.example/1"}).encode()
        lines = ["HTTP/1.1 200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
        await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000) for _ in range(count)]
    connection.send([f"127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in servers])
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
