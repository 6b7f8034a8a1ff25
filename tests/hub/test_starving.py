"""Whoever stalls, other shares go out: a real worker, with a mail server and a platform that say nothing."""

import json
import socket
import time
from contextlib import closing

import pytest

from tests.platforms.standins import stalling
from tests.running import RunningHub, running_hub, wait_until

pytestmark = pytest.mark.slow

# Of these there are more than a worker has threads.
BELLS = 20
PUNCTUAL = 10  # seconds
STARTS_WITHIN = 60  # seconds
PEOPLE = """
from datetime import timedelta
from django.utils import timezone
from advocacy.notices.models import Notice
from advocacy.people.models import ForgottenPassword, Person
from advocacy.platforms.models import Account
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.stories.models import Story
now = timezone.now()
alice = Person.objects.create_user("alice@example.test", None, name="Alice")
give_rehearsal(alice, now=now)
Story.objects.create(title="A story", url="https://stories.example/1", for_everyone=True, created_by=alice,
    created_at=now, changed_at=now, published_at=now, opens_at=now)
of_alice = dict(person=alice, host="{host}", token="t", handle="alice", connected_at=now, tokens_at=now)
ForgottenPassword.objects.create(person=alice, asked_at=now, mail_after=now)
for number in range({bells}):
    Account.objects.create(platform="mastodon", remote_id=str(number), **of_alice)
    Account.objects.create(platform="bluesky", remote_id=str(number), refresh_token="r", expires_at=now,
        fresh_until=now, **of_alice)
    Account.objects.create(platform="mastodon", remote_id=f"-{{number}}", disconnected_at=now,
        end_permission_by=now + timedelta(hours=1), **of_alice)
    Notice.objects.create(person=alice, kind="share_refused", once=str(number), created_at=now,
        mail_after=now, facts={{"url": "/", "story_title": "A story", "platform": "Paper"}})
answer = True
"""
RING = """
from advocacy.notices.tasks import send_mail
from advocacy.people.tasks import mail_links
from advocacy.platforms.tasks import count_followers, end_permissions, renew_tokens
for _ in range({bells}):
    for task in (send_mail, mail_links, count_followers, end_permissions, renew_tokens):
        task.delay()
answer = True
"""
SHARE = """
from django.utils import timezone
from uuid import uuid4
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.sharing import Order, Post, share_story
from advocacy.stories.models import Story
now, alice = timezone.now(), Person.objects.get()
post = Post(account=Account.objects.get(platform="rehearsal"), text="In my own words.", language="en")
order = Order(alice, [post], at=now, submission=uuid4())
answer = share_story(Story.objects.get(), order, now=now)[0].pk
"""
LOOK = """
from advocacy.shares.models import Share
share = Share.objects.get()
answer = [share.state, share.published_at and (share.published_at - share.due_at).total_seconds()]
"""


def test_a_share_goes_out_while_mail_and_a_platform_say_nothing() -> None:
    with stalling() as platform, closing(socket.create_server(("127.0.0.1", 0), backlog=50)) as mail_server:
        silent_mail = f"smtp://127.0.0.1:{mail_server.getsockname()[1]}"
        with running_hub(
            programs=("web", "worker"), PRIVATE_HOSTS=platform.host, EMAIL_URL=silent_mail
        ) as hub:
            hub.ask(PEOPLE.format(bells=BELLS, host=platform.host))
            hub.ask(RING.format(bells=BELLS))
            time.sleep(2)  # so that the worker is in the middle of it

            hub.ask(SHARE)

            wait_until(lambda: state_of(hub)[0] == "published", seconds=STARTS_WITHIN)
            late = state_of(hub)[1]
            print(f"published {late:.1f} s after its moment")
            assert late <= PUNCTUAL


def state_of(hub: RunningHub) -> tuple[str, float]:
    state, late = json.loads(json.dumps(hub.ask(LOOK)))
    return state, late
