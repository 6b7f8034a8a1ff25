"""P20 with real programs: web, worker and beat as people run them, killed with SIGKILL."""

import os
import signal
import time
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

import pytest

from tests.running import RunningHub, running_hub, wait_until

pytestmark = pytest.mark.slow

PROMISE = 60  # seconds
STARTS_WITHIN = 30  # seconds
SEEN = ("No worker is running", "Beat is not running", "Shares are late")
PASSWORD = "a long and quiet password"
ADMINISTRATOR = f"""
from advocacy.people.models import Person
answer = Person.objects.create_superuser("ada@example.test", "{PASSWORD}", name="Ada").pk
"""
DUE = """
from django.utils import timezone
from uuid import uuid4
from advocacy.people.models import Person
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
now, ada = timezone.now(), Person.objects.get()
story = Story.objects.create(title="A story", url="https://stories.example/1", for_everyone=True,
    created_by=ada, created_at=now, changed_at=now, published_at=now, opens_at=now)
post = Post(account=give_rehearsal(ada, now=now), text="In my own words.", language="en")
answer = share_story(story, Order(ada, [post], at=now, submission=uuid4()), now=now)[0].pk
"""
STOPPED = """
from advocacy.operations.models import Pulse
answer = sorted(Pulse.objects.filter(stopped_at__isnull=False).values_list("kind", flat=True))
"""


def test_an_administrator_sees_a_dead_worker_a_dead_beat_and_late_shares_within_a_minute() -> None:
    with running_hub() as hub:
        hub.ask(ADMINISTRATOR)
        ada = signed_in(hub)
        wait_until(lambda: ready(hub) == 200, seconds=STARTS_WITHIN)
        assert "All is well" in status(ada, hub)

        died_at = time.monotonic()
        for program in ("worker", "beat"):
            kill(hub, program)
        hub.ask(DUE)
        seen = {words: seconds_until_seen(words, ada, hub, since=died_at) for words in SEEN}
        on_every_page = ada.open(f"{hub.url}/people/settings/").read().decode()
        not_ready = ready(hub)
        for program in ("worker", "beat"):
            hub.start(program)
        wait_until(lambda: "All is well" in status(ada, hub), seconds=STARTS_WITHIN)
        ready_again = ready(hub)
        for program in ("worker", "beat"):
            hub.stop(program)

        print({words: f"{seconds:.0f} s" for words, seconds in seen.items()})
        assert max(seen.values()) <= PROMISE
        assert "No worker is running (and 2 things more)." in on_every_page
        assert (not_ready, ready_again) == (503, 200)
        assert hub.ask(STOPPED) == ["beat", "worker"]


def kill(hub: RunningHub, program: str) -> None:
    process = hub.processes.pop(program)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def signed_in(hub: RunningHub) -> OpenerDirector:
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    browser.open(f"{hub.url}/accounts/login/").read()
    token = next(cookie.value for cookie in jar if cookie.name == "csrftoken")
    typed = {"login": "ada@example.test", "password": PASSWORD, "csrfmiddlewaretoken": token}
    browser.open(f"{hub.url}/accounts/login/", urlencode(typed).encode()).read()
    return browser


def status(browser: OpenerDirector, hub: RunningHub) -> str:
    return str(browser.open(f"{hub.url}/operations/").read().decode())


def ready(hub: RunningHub) -> int:
    try:
        with urlopen(f"{hub.url}/readyz") as answer:
            return int(answer.status)
    except HTTPError as answer:
        return answer.code


def seconds_until_seen(words: str, browser: OpenerDirector, hub: RunningHub, *, since: float) -> float:
    wait_until(lambda: words in status(browser, hub), seconds=2 * PROMISE)
    return time.monotonic() - since
