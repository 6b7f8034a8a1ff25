"""P15 with real workers: two of them, many bells, and a refresh token that may be shown once."""

import json
import threading

import pytest
from django.utils import timezone

from tests.lib.servers import Visit, stand_in
from tests.platforms.test_tokens import jwt
from tests.running import RunningHub, running_hub, wait_until

pytestmark = pytest.mark.slow

BELLS = 50
STARTS_WITHIN = 60  # seconds
ANSWERS_AFTER = 3  # seconds: long enough for every bell to be heard meanwhile
ACCOUNT = """
from datetime import timedelta
from django.utils import timezone
from advocacy.people.models import Person
from advocacy.platforms.models import Account
now = timezone.now()
alice = Person.objects.create_user("alice@example.test", None, name="Alice")
answer = Account.objects.create(person=alice, platform="bluesky", host="{host}", remote_id="did:plc:alice",
    handle="alice.test", token="token-0", refresh_token="refresh-0", connected_at=now, tokens_at=now,
    expires_at=now + timedelta(minutes=5), fresh_until=now).pk
"""
RING = """
from advocacy.platforms.tasks import renew_tokens
for _ in range({bells}):
    renew_tokens.delay()
answer = True
"""
LOOK = """
from advocacy.platforms.models import Account
account = Account.objects.get()
answer = [account.refresh_token, account.broken_reason, account.renew_failures]
"""
WORKERS = """
from advocacy.operations.models import Pulse
answer = Pulse.objects.filter(kind="worker", worked_at__isnull=False).count()
"""


class StrictPds:
    """A stand-in for a Bluesky server that ends the session of whoever shows a refresh token twice."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self._lock = threading.Lock()

    def refresh(self, visit: Visit) -> None:
        visit.read_request()
        given = visit.header("Authorization").removeprefix("Bearer ")
        with self._lock:
            is_new = given not in self.shown
            self.shown.append(given)
            number = len(self.shown)
        if not is_new:
            said = {"error": "ExpiredToken", "message": "Token has been revoked"}
            visit.answer(json.dumps(said).encode(), status="400 Bad Request", headers=JSON)
            return
        visit.over.wait(ANSWERS_AFTER)
        tokens = {"accessJwt": jwt(timezone.now()), "refreshJwt": f"refresh-{number}"}
        said = {"did": "did:plc:alice", "handle": "alice.test", **tokens}
        visit.answer(json.dumps(said).encode(), headers=JSON)


JSON = ("Content-Type: application/json",)


def test_two_workers_and_fifty_bells_refresh_once() -> None:
    pds = StrictPds()
    with (
        stand_in(pds.refresh) as server,
        running_hub(programs=("worker",), PRIVATE_HOSTS=server.host) as hub,
    ):
        hub.processes["another"] = hub.processes.pop("worker")
        hub.start("worker")
        hub.ask(ACCOUNT.format(host=server.host))

        hub.ask(RING.format(bells=BELLS))

        wait_until(lambda: hub.ask(LOOK) == ["refresh-1", "", 0], seconds=STARTS_WITHIN)
        # What rings now finds it fresh; and both of them were there to hear it.
        wait_until(lambda: rung_again(hub), seconds=STARTS_WITHIN)

        assert pds.shown == ["refresh-0"]
        assert hub.ask(LOOK) == ["refresh-1", "", 0]


def rung_again(hub: RunningHub) -> bool:
    hub.ask(RING.format(bells=BELLS))
    return hub.ask(WORKERS) == 2
