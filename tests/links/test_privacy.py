"""P11: no address and no user agent of a visitor is kept anywhere, as it is or hashed."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import redis
from django.apps import apps
from django.conf import settings

from advocacy.links.minting import disable
from advocacy.links.models import TrackedLink
from tests.links.conftest import StartWeb
from tests.links.harm import database_gone
from tests.links.test_following import Arrivals
from tests.links.web import BROWSER, Web, wait_until

pytestmark = pytest.mark.slow

# All of 127.0.0.0/8 is this machine, so a visitor can come from anywhere in it.
ADDRESS = "127.77.66.55"
CANARIES = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; canary-agent) Gecko/20100101 Firefox/132.0",
    "X-Forwarded-For": "203.0.113.177",
    "X-Real-IP": "203.0.113.178",
    "Forwarded": "for=203.0.113.179",
    "CF-Connecting-IP": "203.0.113.180",
    "Referer": "https://canary-referrer.example/post/1",
    "Cookie": "own_visits=canary-cookie; sessionid=canary-session",
    "X-Client": "canary-client",
}


def test_nothing_of_a_visitor_is_kept(
    start_web: StartWeb, link: TrackedLink, now: datetime, arrivals: Arrivals
) -> None:
    with start_web() as web:
        for method in ("GET", "HEAD", "POST"):
            for path in (f"/s/{link.code}", "/s/zzzzzzz", "/s/%00"):
                visit(web, path, method)
        with database_gone():
            wait_until(lambda: visit(web, "/s/yyyyyyy") == 503, seconds=10)
        disable(link, now)
        wait_until(lambda: visit(web, f"/s/{link.code}") == 410, seconds=6)
        assert "" in arrivals(web)

        kept = b"\n".join([*in_the_database(), *in_files(web.var), *in_redis()])

    # The search finds what is there.
    assert link.code.encode() in kept
    assert b"served from memory" in kept
    for canary in canaries():
        assert canary not in kept, canary


def visit(web: Web, path: str, method: str = "GET") -> int:
    line = HTTPConnection("127.0.0.1", web.port, timeout=20, source_address=(ADDRESS, 0))
    line.request(method, path, headers={**BROWSER, **CANARIES})
    status = line.getresponse().status
    line.close()
    return status


def canaries() -> Iterator[bytes]:
    yield from (b"canary", b"203.0.113.")
    for secret in (ADDRESS, CANARIES["User-Agent"], CANARIES["X-Forwarded-For"], CANARIES["X-Real-IP"]):
        yield secret.encode()
        for method in ("md5", "sha1", "sha256"):
            digest = hashlib.new(method, secret.encode())
            yield from (digest.digest(), digest.hexdigest().encode())


def in_the_database() -> Iterator[bytes]:
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            yield repr(row).encode()


def in_files(folder: Path) -> Iterator[bytes]:
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    for path in (*folder.rglob("*"), *database.parent.glob(f"{database.name}*")):
        if path.is_file():
            yield path.read_bytes()


def in_redis() -> Iterator[bytes]:
    if not settings.REDIS_URL:
        return
    store: Any = redis.Redis.from_url(settings.REDIS_URL)
    read = {b"string": store.get, b"hash": store.hgetall, b"set": store.smembers}
    ranges = {b"list": store.lrange, b"zset": store.zrange}
    for key in store.scan_iter():
        kind = store.type(key)
        yield repr((key, read[kind](key) if kind in read else ranges[kind](key, 0, -1))).encode()
