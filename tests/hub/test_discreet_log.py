"""No name, address, word or token reaches the log of any program, however talkative. All of it is real."""

import json
from contextlib import suppress
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.platforms.standins import answering, hanging_up
from tests.running import RunningHub, running_hub, wait_until

pytestmark = pytest.mark.slow

PASSWORD = "a long and quiet canary-password"
CANARIES = ("canary", "kanarie")
PUBLISHED_WITHIN = 60  # seconds
PEOPLE = f"""
from django.utils import timezone
from uuid import uuid4
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
now = timezone.now()
alice = Person.objects.create_user("alice.canary@example.test", "{PASSWORD}", name="Alice Canary")
story = Story.objects.create(title="A canary sings", url="https://stories.example/canary", for_everyone=True,
    created_by=alice, created_at=now, changed_at=now, published_at=now, opens_at=now)
accounts = [give_rehearsal(alice, now=now)]
for number, host in enumerate(json.loads(HOSTS)):
    # The first has to be renewed before anything is sent from it.
    accounts.append(Account.objects.create(person=alice, platform="bluesky", host=host,
        remote_id=str(number), handle="canary.bsky.test", token="canary-token",
        refresh_token="canary-refresh", connected_at=now, tokens_at=now, expires_at=now,
        fresh_until=None if number else now))
words = "My canary sings in my own words."
posts = [Post(account=account, text=words, language="en") for account in accounts]
order = Order(alice, posts, at=now, submission=uuid4())
answer = [share.pk for share in share_story(story, order, now=now)]
"""
BREAK = """
from advocacy.notices.models import Notice
from django.utils import timezone
from advocacy.people.models import Person
now = timezone.now()
# There is no template for it: whoever shows or mails it breaks, with all its facts at hand.
answer = Notice.objects.create(person=Person.objects.get(), kind="canary", once="canary",
    facts={"url": "/", "canary": "kanarie"}, created_at=now, mail_after=now).pk
"""
STATES = """
from advocacy.shares.models import Share
answer = sorted(Share.objects.exclude(state__in=["scheduled", "sending"]).values_list("state", flat=True))
"""


def test_a_whole_day_of_a_person_leaves_only_numbers() -> None:
    with (
        hanging_up() as reset,
        answering(400, {"error": "Bad", "message": "canary.bsky.test: kanarie"}) as no,
    ):
        hosts = [reset.host, no.host]
        with running_hub(
            PRIVATE_HOSTS=",".join(hosts), LOG_FORMAT="json", LOG_LEVEL="DEBUG", PYTHONWARNINGS="ignore"
        ) as hub:
            shares = hub.ask(f"HOSTS = {json.dumps(hosts)!r}\n{PEOPLE}")
            notice = hub.ask(BREAK)
            walk(hub)
            wait_until(lambda: "published" in str(hub.ask(STATES)), seconds=PUBLISHED_WITHIN)
            wait_until(lambda: "TemplateDoesNotExist" in log_of(hub, "worker"), seconds=PUBLISHED_WITHIN)
            wait_until(lambda: '"share": ' in log_of(hub, "worker"), seconds=PUBLISHED_WITHIN)
            hub.stop_all()
            logs = {program: log_of(hub, program) for program in ("web", "worker", "beat")}

    assert not [
        line
        for log in logs.values()
        for line in log.splitlines()
        for bird in CANARIES
        if bird in line.lower()
    ]
    worker = lines_of(logs["worker"])
    assert isinstance(shares, list)
    assert {line["share"] for line in worker if "share" in line} <= set(shares)
    assert [line for line in worker if "sending -> published" in line["message"]]
    broken = [line for line in worker if line.get("error") == "TemplateDoesNotExist"]
    assert broken
    assert "mailing.py" in broken[0]["trace"]
    assert notice
    said = [line["message"] for line in lines_of(logs["web"])]
    assert "Not Found: an address that is no page" in said
    assert "Internal Server Error: page notices:inbox" in said


def lines_of(log: str) -> list[dict[str, Any]]:
    """Read the log as a program does; Celery itself prints its farewell."""
    lines = [line for line in log.splitlines() if line and line != "worker: Warm shutdown (MainProcess)"]
    return [json.loads(line) for line in lines]


def log_of(hub: RunningHub, program: str) -> str:
    return (hub.folder / f"{program}.log").read_text()


def walk(hub: RunningHub) -> None:
    """Sign in, once with a slip, look around, and ask for what is not there."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))

    def send(path: str, **fields: str) -> None:
        token = {"csrfmiddlewaretoken": next(one.value or "" for one in jar if one.name == "csrftoken")}
        go(path, urlencode(fields | token).encode())

    def go(path: str, body: bytes | None = None) -> None:
        # What is not there is told, and the page of notices breaks on the one that has no template.
        with suppress(HTTPError):
            browser.open(hub.url + path, body).read()

    go("/accounts/login/")
    send("/accounts/login/", login="alice.canary@example.test", password="canary-slip")
    send("/accounts/password/reset/", email="alice.canary@example.test")
    send("/accounts/login/", login="alice.canary@example.test", password=PASSWORD)
    for path in (
        "/shares/",
        "/shares/mine/",
        "/shares/?q=canary",
        "/canary@example.test/",
        "/notices/?canary=1",
    ):
        go(path)
    go("/accounts/password/reset/key/1-canary-secret/")
    # Without its token: refused.
    go("/accounts/logout/", b"canary=1")
