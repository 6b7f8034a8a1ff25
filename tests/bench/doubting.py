"""The engine against platforms whose answers get lost, by a clock that jumps ten seconds at a time.

Runs inside a hub: `run` is called from its shell. Each server is spoken to through a line of ours that loses,
breaks and delays; behind it is Rehearsal on the hub's own web server, or a stand-in.
"""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from advocacy.links.models import TrackedLink
from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms.connector import Finds
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.rehearsal.models import Member, Post
from advocacy.rehearsal.stumbling import Kind, order_stumble
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.stories.models import Story
from tests.lib.servers import Visit, stand_in
from tests.platforms.linkedin_standin import PretendLinkedIn
from tests.platforms.standins import PAGE_OF_A_PROXY, ForgetfulMastodon, SmallPds

STEP = timedelta(seconds=10)
LASTS = timedelta(minutes=25)
TEN_MINUTES = timedelta(minutes=10)
# Posts on one server: below what a platform lets through at once.
ON_A_SERVER = 15
# Of those that cannot be read back.
SERVERS_ELSEWHERE = 4
# Of so many servers one cannot be reached, for that long from the first post on.
OUTAGES = {7: timedelta(minutes=2), 13: timedelta(minutes=5), 40: timedelta(minutes=15)}
# How an answer gets lost. The first try of every post meets one, a later one in a quarter of the cases.
WAYS = ("reset", "half", "error", "page", "no id", "silence")
LATER_TROUBLE = 0.25
# What became of the post itself: most were taken, some arrive only later, some never.
FATES = ("taken", "taken", "taken", "late", "dropped", "dropped")
# Rehearsal's own ways, for every other post there.
STUMBLES = (Kind.HANG_UP, Kind.DROP, Kind.SERVER_ERROR, Kind.WITHOUT_ID, Kind.WEB_PAGE)


@dataclass
class MovedClock:
    """A clock of our own, which stands still between two steps."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Line:
    """The way to one server, on which answers get lost. `upstream` is the server's own host."""

    upstream: str
    clock: MovedClock
    begins: datetime
    down_until: datetime
    chance: Random
    # What goes wrong with each post; off: the server itself stumbles.
    unsteady: bool = True
    late: list[tuple[datetime, bytes]] = field(default_factory=list)
    busy: int = 0
    _change: threading.Condition = field(default_factory=threading.Condition)

    def serve(self, visit: Visit) -> None:
        with self._change:
            self.busy += 1
        try:
            visit.read_request()
            self._serve(visit)
        finally:
            with self._change:
                self.busy -= 1
                self._change.notify_all()

    def settle(self) -> None:
        """Wait until nothing is on its way, then carry over what arrives late by our clock."""
        with self._change:
            if not self._change.wait_for(lambda: self.busy == 0, timeout=60):
                raise TimeoutError(f"{self.upstream} does not come to rest")
        arriving = [request for at, request in self.late if at <= self.clock.now]
        self.late = [(at, request) for at, request in self.late if at > self.clock.now]
        for request in arriving:
            self._carry_over(request)

    def _serve(self, visit: Visit) -> None:
        is_first = self.clock.now == self.begins
        if self.clock.now < self.down_until and not (is_first and visit.request.startswith(b"POST")):
            self._turn_away(visit)
        elif visit.request.startswith(b"POST") and self.unsteady and self._goes_wrong(is_first):
            self._lose(visit)
        else:
            visit.say(self._carry_over(visit.request))

    def _goes_wrong(self, is_first: bool) -> bool:
        return is_first or self.chance.random() < LATER_TROUBLE

    def _turn_away(self, visit: Visit) -> None:
        kind = self.chance.choice(("reset", "busy", "error"))
        if kind == "reset":
            visit.reset()
        elif kind == "busy":
            visit.answer(b"{}", status="429 Too Many Requests", headers=("Retry-After: 15",))
        else:
            visit.answer(PAGE_OF_A_PROXY, status="503 Service Unavailable")

    def _lose(self, visit: Visit) -> None:
        fate, answer = self.chance.choice(FATES), b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"
        if fate == "taken":
            answer = self._carry_over(visit.request)
        elif fate == "late":
            delay = timedelta(seconds=self.chance.randint(5, 40))
            self.late.append((self.clock.now + delay, visit.request))
        self._answer_wrongly(visit, answer)

    def _answer_wrongly(self, visit: Visit, answer: bytes) -> None:
        match self.chance.choice(WAYS):
            case "half":
                visit.say(answer[:-1])
            case "error":
                visit.answer(b'{"error": "oops"}', status="500 Internal Server Error")
            case "page":
                visit.answer(PAGE_OF_A_PROXY, status="502 Bad Gateway")
            case "no id":
                visit.answer(b'{"ok": true}', headers=("Content-Type: application/json",))
            case "silence":
                # Until the hub hangs up.
                visit.connection.recv(1)
            case _:
                visit.reset()

    def _carry_over(self, request: bytes) -> bytes:
        host, _, port = self.upstream.rpartition(":")
        with closing(socket.create_connection((host, int(port)))) as server:
            server.sendall(request)
            return b"".join(iter(lambda: server.recv(65536), b""))


@dataclass
class World:
    """The servers, what stands on them, and the clock that all go by."""

    clock: MovedClock
    chance: Random
    stack: ExitStack
    story: Story
    lines: list[Line] = field(default_factory=list)
    # The texts that stand on each server, and the servers that go by a clock.
    ledgers: list[Callable[[], list[str]]] = field(default_factory=list)
    followers: list[ForgetfulMastodon] = field(default_factory=list)

    def line_to(self, upstream: str, *, unsteady: bool = True, may_fail: bool = True) -> str:
        """Return the host of a new line to this server."""
        number = len(self.lines) + 1
        lasts = [outage for every, outage in OUTAGES.items() if may_fail and number % every == 0]
        begins = self.clock.now
        down_until = begins + max(lasts, default=timedelta())
        line = Line(upstream, self.clock, begins, down_until, self.chance, unsteady)
        self.lines.append(line)
        return self.stack.enter_context(stand_in(line.serve)).host

    def move_to(self, moment: datetime) -> None:
        self.clock.now = moment
        for server in self.followers:
            server.behind = datetime.now(UTC) - moment
        for line in self.lines:
            line.settle()

    def standing(self) -> Counter[str]:
        """Return how often each link stands on a platform."""
        return Counter(link_in(text) for ledger in self.ledgers for text in ledger())


def run(count: int, *, seed: int) -> dict[str, float]:
    """Send so many posts whose answers get lost, and some where nothing can be read back."""
    with world(seed) as there:
        links = {share.pk: share.link.address for share in furnished(there, count)}
        first_doubt, ended = watch(there)
        standing = there.standing()
    shares = Share.objects.select_related("account").in_bulk()
    readable = [pk for pk, share in shares.items() if isinstance(share.account.connector, Finds)]
    doubted = [pk for pk in readable if pk in first_doubt]
    asked = set(Notice.objects.filter(kind="share_unknown").values_list("facts__url", flat=True))
    in_time = [pk for pk in doubted if pk in ended and ended[pk] - first_doubt[pk] <= TEN_MINUTES]
    elsewhere = [pk for pk in shares if pk in first_doubt and pk not in readable]
    published = [pk for pk, share in shares.items() if share.state == State.PUBLISHED]
    return {
        "unknowns": len(doubted),
        "resolved_within_10min_pct": round(100 * len(in_time) / len(doubted), 1),
        "asked_owner": sum(f"/shares/mine/{pk}/" in asked for pk in doubted),
        "duplicates": sum(copies - 1 for copies in standing.values()),
        "untrue": sum(standing[links[pk]] == 0 for pk in published),
        "unresolved": sum(pk not in ended for pk in readable),
        "elsewhere": len(elsewhere),
        "asked_elsewhere": sum(f"/shares/mine/{pk}/" in asked for pk in elsewhere),
    }


@contextmanager
def world(seed: int) -> Iterator[World]:
    with ExitStack() as stack:
        now = timezone.now()
        erin = Person.objects.create(email="erin@example.test", name="Erin", password="!")
        story = Story.objects.create(
            title="A story", url="https://stories.example/one", for_everyone=True, created_by=erin,
            created_at=now, changed_at=now, published_at=now, opens_at=now,
        )  # fmt: skip
        yield World(MovedClock(now), Random(seed), stack, story)


def furnished(there: World, count: int) -> list[Share]:
    """Make servers, accounts and shares: a third each on Rehearsal, Mastodon, Bluesky; some on LinkedIn."""
    third = count // 3
    accounts = [*rehearsals(there, count - 2 * third), *mastodons(there, third), *pdses(there, third)]
    return shares_of(there, [*accounts, *linkedins(there)])


def watch(there: World) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """Let time go by; return when each share was first in doubt, and when it had come to its end."""
    first_doubt: dict[int, datetime] = {}
    ended: dict[int, datetime] = {}
    began = there.clock.now
    while there.clock.now - began <= LASTS:
        while publish_due(clock=there.clock):
            pass
        for pk in Share.objects.filter(state=State.UNKNOWN).values_list("pk", flat=True):
            first_doubt.setdefault(pk, there.clock.now)
        while reconcile(clock=there.clock):
            pass
        for pk in Share.objects.exclude(state__in=UNFINISHED).values_list("pk", flat=True):
            ended.setdefault(pk, there.clock.now)
        there.move_to(there.clock.now + STEP)
    return first_doubt, ended


UNFINISHED = (State.SCHEDULED, State.SENDING, State.UNKNOWN, State.WAITING)


def rehearsals(there: World, count: int) -> Iterator[Account]:
    """Everyone has one post there. Half of these meet Rehearsal's own stumbles, half an unsteady line."""
    own = settings.REHEARSAL_URL.removeprefix("http://")
    there.ledgers.append(rehearsal_texts)
    host = ""
    for number in range(count):
        stumbles = number // ON_A_SERVER % 2 == 1
        if number % ON_A_SERVER == 0:
            host = there.line_to(own, unsteady=not stumbles)
        account = give_rehearsal(person(f"rehearsal{number}"), now=there.clock.now)
        if stumbles:
            member = Member.objects.get(pk=account.remote_id)
            order_stumble(member, there.chance.choice(STUMBLES), now=there.clock.now)
        account.host = host
        account.save(update_fields=["host"])
        yield account


def mastodons(there: World, count: int) -> Iterator[Account]:
    for number in range(0, count, ON_A_SERVER):
        server = there.stack.enter_context(ForgetfulMastodon(tokens={"a-token"}).running())
        there.followers.append(server)
        there.ledgers.append(partial(mastodon_texts, server))
        account = account_on("mastodon", there.line_to(server.host), there.clock.now)
        yield from [account] * min(ON_A_SERVER, count - number)


def pdses(there: World, count: int) -> Iterator[Account]:
    for number in range(0, count, ON_A_SERVER):
        pds = SmallPds()
        host = there.stack.enter_context(stand_in(pds.serve)).host
        there.ledgers.append(partial(bluesky_texts, pds))
        account = account_on("bluesky", there.line_to(host), there.clock.now)
        yield from [account] * min(ON_A_SERVER, count - number)


def linkedins(there: World) -> Iterator[Account]:
    for _ in range(SERVERS_ELSEWHERE):
        server = there.stack.enter_context(PretendLinkedIn(token="a-token").running())
        there.ledgers.append(server.texts)
        account = account_on("linkedin", there.line_to(server.host, may_fail=False), there.clock.now)
        account.registration = AppRegistration.objects.create(
            platform="linkedin", host=account.host, client_id="hub", redirect_uri="https://hub.example/",
            registered_at=there.clock.now,
        )  # fmt: skip
        account.save(update_fields=["registration"])
        yield from [account] * ON_A_SERVER


def account_on(platform: str, host: str, now: datetime) -> Account:
    return Account.objects.create(
        person=person(f"{platform}{host.rpartition(':')[2]}"), platform=platform, host=host, remote_id="1",
        handle="one", token="a-token", connected_at=now, tokens_at=now,
    )  # fmt: skip


def person(name: str) -> Person:
    return Person.objects.create(email=f"{name}@example.test", name=name, password="!")


def shares_of(there: World, accounts: list[Account]) -> list[Share]:
    """Write down a share for each, all due now. Words that start with a letter need no escape at LinkedIn."""
    now, story = there.clock.now, there.story
    links = TrackedLink.objects.bulk_create(
        TrackedLink(person=account.person, code=f"doubt{number:05}", target_url=story.url, minted_at=now)
        for number, account in enumerate(accounts)
    )
    return Share.objects.bulk_create(
        Share(
            person=account.person, story=story, account=account, link=link, language="en",
            text=f"In my own words {link.code}", created_at=now, due_at=now, try_at=now,
            last_safe_at=now + settings.LAST_SAFE, submission=uuid4(),
            record_key=account.connector.new_record_key(now),
        )
        for account, link in zip(accounts, links, strict=True)
    )  # fmt: skip


def rehearsal_texts() -> list[str]:
    return list(Post.objects.standing().values_list("text", flat=True))


def mastodon_texts(server: ForgetfulMastodon) -> list[str]:
    return [str(status["content"]) for status in server.statuses]


def bluesky_texts(pds: SmallPds) -> list[str]:
    return [str(record["text"]) for record in pds.records.values()]


def link_in(text: str) -> str:
    """Return the tracked link of a post: its words name the link's code."""
    return f"{settings.SHORT_LINK_URL}{text.partition('In my own words ')[2][:10]}"
