"""P8, P9 and H11: what the redirect survives, done to a real web process."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from advocacy.links.minting import ALPHABET, CODE_CHARS, disable
from advocacy.links.models import Arrival, DailyCount, TrackedLink
from advocacy.links.remembering import LIFE, PATIENCE
from tests.links.conftest import STORY, StartWeb
from tests.links.harm import database_gone, database_hanging
from tests.links.test_following import Arrivals
from tests.links.web import BROWSER, Web, wait_until

pytestmark = pytest.mark.slow

UNKNOWN_HERE = "/s/zzzzzzz"


class Visitors:
    """Follow the link over kept connections until told to stop, or until the web process dies."""

    def __init__(self, web: Web, path: str, *, count: int) -> None:
        self._web, self._path = web, path
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._follow) for _number in range(count)]
        self.answered: list[float] = []
        self.asked = 0

    def __enter__(self) -> "Visitors":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _follow(self) -> None:
        line = HTTPConnection("127.0.0.1", self._web.port, timeout=20)
        while not self._enough.is_set():
            began = time.monotonic()
            try:
                line.request("GET", self._path, headers=BROWSER)
                response = line.getresponse()
                response.read()
            except (OSError, HTTPException):
                return
            assert response.status == 302
            self.answered.append(time.monotonic() - began)


def test_no_answered_click_is_lost_when_the_web_is_killed(
    start_web: StartWeb, link: TrackedLink, arrivals: Arrivals
) -> None:
    answered = 0
    for _time in range(3):
        with start_web() as web, Visitors(web, f"/s/{link.code}", count=4) as visitors:
            wait_until(lambda: len(visitors.answered) > 300, seconds=30)
            web.kill()
        answered += len(visitors.answered)

    recorded = len(arrivals(web))

    # A visitor whose answer was on its way when the process died may have been counted.
    assert answered <= recorded <= answered + 3 * 4
    assert DailyCount.objects.get(dropped="").count == recorded


def test_links_in_use_are_served_while_the_database_is_gone(
    start_web: StartWeb, link: TrackedLink, arrivals: Arrivals
) -> None:
    with start_web() as web:
        web.get(f"/s/{link.code}")
        with database_gone():
            wait_until(lambda: web.get(UNKNOWN_HERE).status == 503, seconds=10)
            time.sleep(LIFE + 0.5)
            answers = [web.get(f"/s/{link.code}") for _visit in range(50)]
            lost = web.get(UNKNOWN_HERE)
        wait_until(lambda: web.get(UNKNOWN_HERE).status == 404, seconds=5)

        assert {(answer.status, answer.headers["Location"]) for answer in answers} == {(302, STORY)}
        assert (lost.status, lost.headers["Retry-After"]) == (503, "5")
        assert arrivals(web) == [""] * 51
        assert "served from memory" in web.log.read_text()


def test_links_in_use_are_served_while_the_database_hangs(start_web: StartWeb, link: TrackedLink) -> None:
    with start_web() as web:
        web.get(f"/s/{link.code}")
        with database_hanging():
            time.sleep(LIFE + 0.5)
            with Visitors(web, f"/s/{link.code}", count=4) as visitors:
                wait_until(lambda: len(visitors.answered) > 1000, seconds=30)
            assert web.get(UNKNOWN_HERE).status == 503

        quick = sorted(visitors.answered)[: -4 * 3]
        assert max(visitors.answered) < 2 * PATIENCE, "somebody waited for the database"
        assert quick[-1] < PATIENCE, "all waited for the database"
        wait_until(lambda: web.get(UNKNOWN_HERE).status == 404, seconds=30)


def test_a_click_that_cannot_be_recorded_is_answered(
    start_web: StartWeb, link: TrackedLink, tmp_path: Path
) -> None:
    (tmp_path / "clicks").write_text("a file where a folder should be")

    with start_web() as web:
        answers = [web.get(f"/s/{link.code}") for _visit in range(20)]

        assert {answer.status for answer in answers} == {302}
        said = web.log.read_text()
        assert "click log: failure 1 since the start" in said
        assert said.count("click log:") == 1


@pytest.mark.slow
def test_ten_thousand_guesses(web: Web, link: TrackedLink, arrivals: Arrivals) -> None:
    """They find nothing, and who follows a real link meanwhile does not notice."""
    guesses = iter(codes(10_000))
    statuses: list[int] = []

    def guess() -> None:
        line = HTTPConnection("127.0.0.1", web.port, timeout=20)
        for code in guesses:
            line.request("GET", f"/s/{code}", headers=BROWSER)
            response = line.getresponse()
            response.read()
            statuses.append(response.status)

    began = time.monotonic()
    with Visitors(web, f"/s/{link.code}", count=1) as visitors, ThreadPoolExecutor(4) as guessers:
        list(guessers.map(lambda _number: guess(), range(4)))
    took = time.monotonic() - began

    waits = sorted(visitors.answered)
    print(f"H11: 10,000 guesses in {took:.1f} s; meanwhile p99 {waits[len(waits) * 99 // 100] * 1000:.0f} ms")
    assert set(statuses) == {404}
    assert Arrival.objects.count() == 0
    assert set(arrivals(web)) == {""}


@pytest.mark.slow
def test_a_disabled_link_stops_at_every_worker(start_web: StartWeb, link: TrackedLink, now: datetime) -> None:
    with start_web(GRANIAN_WORKERS="2") as web:
        wait_until(lambda: workers_that_answered(web, link) == 2, seconds=20)
        disable(link, now)
        began = last_redirect = time.monotonic()
        while time.monotonic() - began < 6:
            asked_at = time.monotonic()
            if web.get(f"/s/{link.code}").status == 302:
                last_redirect = asked_at

    print(f"H11: the last redirect came {last_redirect - began:.1f} s after disabling")
    assert last_redirect - began < 5


def workers_that_answered(web: Web, link: TrackedLink) -> int:
    web.get(f"/s/{link.code}")
    return len({file.read_bytes()[:16] for file in (web.var / "clicks").glob("*.log")})


def codes(count: int) -> list[str]:
    chance = random.Random(11)
    return ["".join(chance.choices(ALPHABET, k=CODE_CHARS)) for _number in range(count)]
