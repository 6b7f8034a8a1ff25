"""Who signs in at a server that says nothing waits alone: a real web process, and a stand-in that stalls."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client

from advocacy.lib.waiting import MOST_WAITING
from advocacy.people.models import Person
from tests.lib.servers import StandIn
from tests.links.conftest import shared_environment
from tests.links.web import Web, procfile, running_web, wait_until
from tests.platforms.standins import stalling

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# More than the web has threads.
COLLEAGUES = 16
AT_ONCE = 2  # seconds
TOKEN = "t" * 32


def test_pages_answer_while_colleagues_wait_for_a_server_that_says_nothing(
    tmp_path: Path, make_person: Callable[..., Person], as_person: Callable[[Person], Client]
) -> None:
    colleagues = [make_person(f"Colleague{number}") for number in range(COLLEAGUES)]
    sessions = [as_person(colleague).cookies["sessionid"].value for colleague in colleagues]
    with stalling() as server:
        environment = {**shared_environment(), "PRIVATE_HOSTS": server.host}
        with running_web(tmp_path, environment) as web, ThreadPoolExecutor(COLLEAGUES) as pool:
            tries = [pool.submit(sign_in, web, session, at=server) for session in sessions]
            wait_until(lambda: len(server.visits) == MOST_WAITING, seconds=10)
            begun = time.monotonic()

            page = web.get("/platforms/", {"Cookie": f"sessionid={sessions[0]}"})
            short_link = web.get("/s/nobodys")

            assert (page.status, short_link.status) == (200, 404)
            assert time.monotonic() - begun < AT_ONCE
            wait_until(lambda: sum(one.done() for one in tries) == COLLEAGUES - MOST_WAITING, seconds=10)
            assert all("try again in half a minute" in one.result() for one in tries if one.done())
            # Nobody need wait for the others.
            web.kill()


def test_half_of_the_threads_stay_free() -> None:
    threads = re.search(r"--blocking-threads (\d+)", procfile()["web"])

    assert threads
    assert int(threads[1]) >= 2 * MOST_WAITING


def sign_in(web: Web, session: str, *, at: StandIn) -> str:
    """Name the server, as the form on the page does; return the page that comes back."""
    body = urlencode({"server": at.host, "csrfmiddlewaretoken": TOKEN}).encode()
    head = [
        "POST /platforms/connect/mastodon/ HTTP/1.1",
        f"Host: 127.0.0.1:{web.port}",
        f"Cookie: sessionid={session}; csrftoken={TOKEN}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return web.send("\r\n".join(head).encode() + b"\r\n\r\n" + body).decode()
