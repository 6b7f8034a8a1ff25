"""The one door to the network, through real sockets: hostile cases H1-H4, H6 and H7, promise P12.

The websites are stand-ins of ours on loopback. There is no DNS: `names` answers for it.
"""

import gzip
import json
import socket
import ssl
import threading
import time
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from advocacy.lib import addresses, wire
from advocacy.lib.addresses import is_public
from advocacy.lib.http import (
    Blocked,
    DoorError,
    File,
    Interrupted,
    NotJson,
    NotSent,
    Request,
    Response,
    TooLarge,
    TooManyHops,
    fetch,
    permit,
    send,
    within,
)
from tests.lib.hostile import OTHER_SCHEMES, PRIVATE_IPV4, PRIVATE_IPV6, hostile_addresses
from tests.lib.servers import Canary, StandIn, Visit, canary, certificate, stand_in

SOON = timedelta(seconds=0.4)
# Public by every rule, and not given out by IANA: nobody is there, and nobody is bothered by a try.
PUBLIC = "2d00::1"
SECRET = "s3cret-token"
# The last and the first address beside private networks, and some well-known public ones.
NEIGHBOURS = (
    "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0",
    "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
    "223.255.255.255", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "2001:4860:4860::8888",
    "2a00:1450:4001::1", "::ffff:8.8.8.8",
)  # fmt: skip

Serve = Callable[..., StandIn]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The only names that exist, each with its addresses. There is no DNS in these tests."""
    known: dict[str, list[str]] = {}

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(0, 0, 0, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def serve(names: dict[str, list[str]]) -> Iterator[Serve]:
    """Start stand-ins that the hub is permitted to speak to."""
    with ExitStack() as running:
        yield lambda behaviour, **more: running.enter_context(stand_in(behaviour, **more))


@pytest.fixture
def bird() -> Iterator[Canary]:
    with canary() as listening:
        yield listening


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ssl.SSLContext]]:
    """Make a certificate for a name and let the hub trust it, and nothing else."""

    def make(name: str) -> ssl.SSLContext:
        made = certificate(tmp_path, name=name)
        monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
        wire._trust.cache_clear()
        return made.server

    yield make
    wire._trust.cache_clear()


@pytest.fixture
def forgetting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back what the test permits."""
    monkeypatch.setattr(addresses, "_permitted", set(addresses._permitted))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        assert time.monotonic() - began < seconds


def stay_silent(visit: Visit) -> None:
    visit.over.wait(5)


get = partial(fetch, accept="text/html")


# Asking and answering


def test_a_request_arrives_whole_and_its_answer_comes_back(serve: Serve) -> None:
    site = serve(lambda visit: visit.answer(b'{"id": "7"}', status="201 Created", headers=("X-Limit: 5",)))

    answer = send(
        Request(
            "POST",
            f"{site.url}/statuses?draft=no",
            headers={"Authorization": f"Bearer {SECRET}"},
            params={"tag": ["a", "b c"]},
            json={"status": "Hallo, wereld: €"},
        )
    )

    visit = site.visits[0]
    assert (answer.status, answer.json(), answer.headers["x-LIMIT"]) == (201, {"id": "7"}, "5")
    assert (
        visit.path == "/statuses?draft=no&tag=a&tag=b+c" or visit.path == "/statuses?draft=no&tag=a&tag=b%20c"
    )
    assert json.loads(visit.body) == {"status": "Hallo, wereld: €"}
    assert visit.header("Authorization") == f"Bearer {SECRET}"
    assert visit.header("Host") == site.host
    assert visit.header("Connection") == "close"


def test_forms_files_and_raw_bodies_are_sent_as_such(serve: Serve) -> None:
    site = serve(lambda visit: visit.answer())
    picture = File("wall.png", b"\x89PNG", "image/png")

    send(Request("POST", site.url, form={"grant_type": "code", "name": "a&b"}))
    send(Request("POST", site.url, form={"description": "A wall"}, files={"file": picture}))
    send(Request("PUT", site.url, body=b"\x00\x01", headers={"Content-Type": "image/jpeg"}))

    form, files, raw = site.visits
    assert form.body == b"grant_type=code&name=a%26b"
    assert form.header("Content-Type") == "application/x-www-form-urlencoded"
    assert files.header("Content-Type").startswith("multipart/form-data; boundary=")
    assert b'name="description"\r\n\r\nA wall' in files.body
    assert b'name="file"; filename="wall.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG' in files.body
    assert (raw.body, raw.header("Content-Type")) == (b"\x00\x01", "image/jpeg")


@pytest.mark.parametrize(
    "status", ["204 No Content", "302 Found", "401 Unauthorized", "500 Oops", "429 Slow"]
)
def test_any_status_is_an_answer(serve: Serve, status: str) -> None:
    site = serve(lambda visit: visit.answer(status=status, headers=("Location: /elsewhere",)))

    assert send(Request("POST", site.url)).status == int(status[:3])
    assert len(site.visits) == 1


def test_html_where_json_was_promised_is_said_to_be_no_json(serve: Serve) -> None:
    site = serve(lambda visit: visit.answer(b"<html>Sorry"))

    with pytest.raises(NotJson, match="no JSON"):
        send(Request("GET", site.url)).json()


def test_gzip_is_unpacked(serve: Serve) -> None:
    site = serve(lambda v: v.answer(gzip.compress(b"hallo" * 99), headers=("Content-Encoding: gzip",)))

    assert get(site.url).content == b"hallo" * 99


def test_an_answer_that_ends_when_the_server_hangs_up_is_whole(serve: Serve) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_request()
        visit.say(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xe9")

    assert get(serve(behaviour).url).text == "café"


def test_32_threads_each_get_their_own_answer(serve: Serve) -> None:
    def echo(visit: Visit) -> None:
        visit.read_request()
        visit.answer(visit.body)

    site = serve(echo)
    texts = [f"share {number}" for number in range(320)]

    def round_trip(text: str) -> str:
        return send(Request("POST", site.url, body=text.encode())).text

    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(round_trip, texts))

    assert answers == texts
    assert len(site.visits) == 320


def test_proxies_of_the_environment_are_ignored(
    serve: Serve, bird: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{bird.port}")
    site = serve(lambda visit: visit.answer(b"direct"))

    assert get(site.url).content == b"direct"
    assert bird.is_silent


def test_a_request_shows_no_secret() -> None:
    request = Request(
        "POST", "https://pds.test/", {"Authorization": SECRET}, {"token": SECRET}, form={"p": SECRET}
    )
    answer = Response(200, {"Set-Cookie": SECRET}, SECRET.encode(), "https://pds.test/")

    assert SECRET not in repr(request) + repr(answer)


@pytest.mark.parametrize("token", [f"{SECRET}\r\nX: y", f"{SECRET}\n", f"{SECRET}é"])
def test_a_header_that_cannot_be_written_is_not_sent_and_not_shown(serve: Serve, token: str) -> None:
    site = serve(lambda visit: visit.answer())

    with pytest.raises(NotSent) as caught:
        send(Request("POST", site.url, headers={"Authorization": f"Bearer {token}"}))

    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is None
    assert all(visit.request == b"" for visit in site.visits)


# Not sent, or interrupted: what the promise of no duplicates stands on


def test_no_such_name_is_not_sent(names: dict[str, list[str]]) -> None:
    with pytest.raises(NotSent, match=r"no server with the name gone\.test") as caught:
        send(Request("POST", "http://gone.test/"))

    assert not isinstance(caught.value, Blocked)


def test_nobody_at_the_port_is_not_sent(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    permit([f"127.0.0.1:{port}"])

    with pytest.raises(NotSent, match="does not answer"):
        send(Request("POST", f"http://127.0.0.1:{port}/"))


def test_a_name_server_that_hangs_is_not_sent_and_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])

    with pytest.raises(NotSent, match="too long"), at_most(2):
        send(Request("POST", "http://slow.test/"), timeout=SOON)
    over.set()


@pytest.mark.slow
def test_a_handshake_that_hangs_is_not_sent_and_ends_in_time(serve: Serve) -> None:
    site = serve(stay_silent)

    with pytest.raises(NotSent, match="too long"), at_most(2):
        send(Request("POST", site.url.replace("http:", "https:")), timeout=SOON)


def test_time_that_is_up_before_the_first_byte_is_not_sent(serve: Serve) -> None:
    site = serve(lambda visit: visit.answer())

    with pytest.raises(NotSent, match="too long"):
        send(Request("POST", site.url), timeout=timedelta(0))

    assert site.visits == []


@pytest.mark.parametrize("count", [1, 20, 100, 300, 5000])
def test_a_server_that_hangs_up_after_some_bytes_leaves_it_unknown(serve: Serve, count: int) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_bytes(count)
        visit.reset()

    site = serve(behaviour)

    with pytest.raises(Interrupted):
        send(Request("POST", site.url, body=b"x" * 10_000))

    assert len(site.visits[0].request) == count


def test_whoever_hears_not_sent_may_trust_it_even_when_hung_up_on_at_once(serve: Serve) -> None:
    site = serve(lambda visit: visit.reset())

    for _ in range(50):
        with pytest.raises(DoorError) as caught:
            send(Request("POST", site.url, body=b"x"))
        assert isinstance(caught.value, Interrupted) or caught.value.reason == "connect"


def test_a_write_that_fails_at_its_first_byte_counts_as_sent(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = serve(lambda visit: visit.answer())

    def fail(*_: object) -> int:
        # The kernel may have taken bytes before it reported this; nobody can tell.
        raise ConnectionResetError

    monkeypatch.setattr(socket.socket, "send", fail)

    with pytest.raises(Interrupted):
        send(Request("POST", site.url), timeout=SOON)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhallo\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n"
        + gzip.compress(b"cut off" * 9, mtime=0)[:12],
        b"\x15\x03\x01 this is not HTTP at all\r\n\r\n",
    ],
)
def test_less_than_a_full_answer_leaves_it_unknown(serve: Serve, answer: bytes) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_request()
        visit.say(answer)

    with pytest.raises(Interrupted):
        send(Request("POST", serve(behaviour).url, json={"text": "once"}), timeout=SOON * 5)


def test_an_answer_before_the_whole_request_was_read_still_counts(serve: Serve) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_bytes(100)
        visit.say(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")

    answer = send(Request("POST", serve(behaviour).url, body=b"x" * 20_000_000))

    assert answer.status == 413


# Time and size: H7


def trickle(start: bytes, visit: Visit) -> None:
    """Send a byte now and then, for as long as the test lasts."""
    visit.read_request()
    visit.say(start)
    while not visit.over.wait(0.02):
        visit.say(b"x")


@pytest.mark.slow
@pytest.mark.parametrize(
    "start",
    [
        b"HTT",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_a_byte_now_and_then_does_not_stretch_the_time(serve: Serve, start: bytes) -> None:
    site = serve(partial(trickle, start))

    with pytest.raises(Interrupted, match="too long"), at_most(2):
        send(Request("POST", site.url), timeout=SOON)


@pytest.mark.slow
def test_a_server_that_never_answers_ends_in_time(serve: Serve) -> None:
    site = serve(stay_silent)

    with pytest.raises(Interrupted, match="too long"), at_most(2):
        send(Request("POST", site.url), timeout=SOON)


@pytest.mark.slow
def test_a_server_that_reads_nothing_ends_in_time(serve: Serve) -> None:
    site = serve(stay_silent)

    with pytest.raises(Interrupted, match="too long"), at_most(2):
        send(Request("POST", site.url, body=b"x" * 30_000_000), timeout=SOON)


@pytest.mark.slow
def test_all_hops_share_one_time(serve: Serve) -> None:
    def behaviour(visit: Visit) -> None:
        visit.over.wait(0.25)
        visit.answer(status="302 Found", headers=("Location: /next",))

    site = serve(behaviour)

    with pytest.raises(Interrupted, match="too long"), at_most(2):
        get(site.url, timeout=SOON, max_hops=10)


@pytest.mark.slow
def test_several_calls_can_share_one_time(serve: Serve) -> None:
    fast, slow = serve(lambda visit: visit.answer()), serve(stay_silent)

    with at_most(2), within(timedelta(seconds=10)), within(SOON), within(timedelta(seconds=10)):
        send(Request("GET", fast.url))
        with pytest.raises(Interrupted, match="too long"):
            send(Request("POST", slow.url))
        with pytest.raises(NotSent, match="too long"):
            send(Request("POST", fast.url))
        with pytest.raises(NotSent, match="too long"):
            get(fast.url)

    assert len(fast.visits) == 1
    assert send(Request("GET", fast.url)).status == 200


def endless(head: bytes, more: bytes, visit: Visit) -> None:
    visit.read_request()
    visit.say(head)
    while True:
        visit.say(more)


def test_an_endless_body_is_too_large(serve: Serve) -> None:
    site = serve(partial(endless, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 8192))

    with pytest.raises(TooLarge, match="larger than 512 kB"), at_most(4):
        get(site.url)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("head", "more"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 900 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"y" * 1000),
        (b"HTTP/1.1 200 " + b"OK", b"K" * 1000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"extension=" * 100),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            b"X-Trailer: " + b"y" * 900 + b"\r\n",
        ),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["headers", "header", "status", "chunk", "trailers", "hints"],
)
def test_endless_words_around_the_body_end_too(serve: Serve, head: bytes, more: bytes) -> None:
    site = serve(partial(endless, head, more))

    tracemalloc.start()
    with pytest.raises(Interrupted), at_most(4):
        get(site.url, timeout=timedelta(seconds=1))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak_bytes < 5_000_000


def test_a_gzip_bomb_is_never_unpacked(serve: Serve) -> None:
    bomb = gzip.compress(bytes(300_000_000), compresslevel=1)
    site = serve(lambda visit: visit.answer(bomb, headers=("Content-Encoding: gzip",)))

    tracemalloc.start()
    with pytest.raises(TooLarge):
        get(site.url)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak_bytes < 5_000_000


def test_gzip_that_unpacks_to_nothing_is_bounded_by_what_it_takes(serve: Serve) -> None:
    # Empty stored blocks: a stream without end or content.
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10]
    site = serve(partial(endless, head, b"\x00\x00\x00\xff\xff" * 1000))

    with pytest.raises(TooLarge), at_most(4):
        get(site.url)


def test_an_answer_of_exactly_the_limit_fits(serve: Serve) -> None:
    site = serve(lambda visit: visit.answer(b"x" * 1000))

    assert len(get(site.url, max_bytes=1000).content) == 1000
    with pytest.raises(TooLarge):
        get(site.url, max_bytes=999)


# Redirects: H2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_fetch_follows_redirects_of_every_kind(serve: Serve, status: int) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_request()
        if visit.path == "/old":
            return visit.answer(status=f"{status} Moved", headers=("Location: /new?a=b#part",))
        return visit.answer(b"here")

    site = serve(behaviour)
    answer = get(f"{site.url}/old")

    assert (answer.content, answer.url) == (b"here", f"{site.url}/new?a=b")


@pytest.mark.parametrize(("hops", "arrives"), [(3, True), (4, False), (16, False)])
def test_three_hops_and_no_more(serve: Serve, hops: int, arrives: bool) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_request()
        left = int(visit.path.strip("/"))
        if left:
            return visit.answer(status="302 Found", headers=(f"Location: /{left - 1}",))
        return visit.answer(b"arrived")

    site = serve(behaviour)

    if arrives:
        assert get(f"{site.url}/{hops}").content == b"arrived"
        return
    with pytest.raises(TooManyHops, match="more than 3 times"):
        get(f"{site.url}/{hops}")
    assert len(site.visits) == 4


def test_a_redirect_with_an_endless_body_is_followed_without_reading_it(serve: Serve) -> None:
    def behaviour(visit: Visit) -> None:
        visit.read_request()
        if visit.path == "/here":
            return visit.answer(b"here")
        return endless(b"HTTP/1.1 302 Found\r\nLocation: /here\r\n\r\n", b"x" * 8192, visit)

    assert get(serve(behaviour).url).content == b"here"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_the_inside_is_blocked(serve: Serve, bird: Canary, status: int) -> None:
    target = f"http://127.0.0.1:{bird.port}/"
    site = serve(lambda v: v.answer(status=f"{status} Moved", headers=(f"Location: {target}",)))

    with pytest.raises(Blocked, match="not on the public internet"):
        get(site.url)

    assert bird.is_silent


def test_a_redirect_from_https_to_http_is_blocked(
    serve: Serve, trusted: Callable[[str], ssl.SSLContext]
) -> None:
    plain = serve(lambda visit: visit.answer(b"insecure"))
    secure = serve(
        lambda visit: visit.answer(status="302 Found", headers=(f"Location: {plain.url}",)),
        tls=trusted("127.0.0.1"),
    )

    with pytest.raises(Blocked, match="secure address to an insecure one"):
        get(secure.url)

    assert len(secure.visits) == 1
    assert plain.visits == []


# TLS


def test_https_names_the_host_and_believes_only_its_certificate(
    serve: Serve, trusted: Callable[[str], ssl.SSLContext], names: dict[str, list[str]]
) -> None:
    asked: list[str] = []
    tls = trusted("news.test")
    tls.sni_callback = lambda _, name, __: asked.append(name)
    site = serve(lambda visit: visit.answer(b"genuine"), tls=tls)
    names["news.test"] = names["evil.test"] = ["127.0.0.1"]
    permit([f"news.test:{site.port}", f"evil.test:{site.port}"])

    assert send(Request("GET", f"https://News.test.:{site.port}/")).content == b"genuine"
    with pytest.raises(NotSent, match=r"could not prove that it is evil\.test"):
        send(Request("POST", f"https://evil.test:{site.port}/", body=SECRET.encode()))

    assert asked == ["news.test", "evil.test"]
    assert [SECRET.encode() in visit.request for visit in site.visits] == [False, False]


def test_a_certificate_that_nobody_vouches_for_is_not_believed(serve: Serve, tmp_path: Path) -> None:
    site = serve(lambda visit: visit.answer(), tls=certificate(tmp_path, name="127.0.0.1").server)

    with pytest.raises(NotSent, match="could not prove"):
        send(Request("POST", site.url, body=SECRET.encode()))

    assert site.visits[0].request == b""


def test_a_plain_server_at_an_https_address_is_not_sent(serve: Serve) -> None:
    site = serve(lambda visit: visit.say(b"HTTP/1.1 200 OK\r\n\r\n"))

    with pytest.raises(NotSent):
        send(Request("POST", site.url.replace("http:", "https:"), body=SECRET.encode()))


# Where it may go: H1, H3, H4, H6 and P12


def by_sending(address: str, _: StandIn) -> object:
    return send(Request("POST", address, json={"text": SECRET}), timeout=SOON)


def by_fetching(address: str, _: StandIn) -> object:
    return get(address, timeout=SOON)


def by_redirect(address: str, site: StandIn) -> object:
    return get(f"{site.url}/?{quote(address)}", timeout=SOON)


def redirecting_as_told(visit: Visit) -> None:
    visit.read_request()
    target = unquote(visit.path.partition("?")[2])
    visit.answer(status="302 Found", headers=(f"Location: {target}",))


@pytest.mark.parametrize("way_in", [by_sending, by_fetching, by_redirect])
def test_no_hostile_address_is_ever_reached(
    serve: Serve, bird: Canary, monkeypatch: pytest.MonkeyPatch, way_in: Callable[[str, StandIn], object]
) -> None:
    # The worst resolver there is: whatever it is asked, it points at the canary.
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, **__: [(0, 0, 0, "", ("127.0.0.1", port))])
    site = serve(redirecting_as_told)
    hostile = hostile_addresses(bird.port)
    let_through = []

    for address in hostile:
        try:
            let_through.append((address, way_in(address, site)))
        except Blocked:
            continue
        except DoorError as error:
            let_through.append((address, error))

    print(f"hostile={len(hostile)} blocked={len(hostile) - len(let_through)} reached={len(bird.connections)}")
    assert len(hostile) >= 200
    assert let_through == []
    assert bird.is_silent


def test_odd_spellings_are_refused_before_anyone_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look_up(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    for address in hostile_addresses(8080):
        with pytest.raises(NotSent):
            get(address)

    # Only what may be a name of the outside is looked up, and what a resolver makes of it is checked then.
    assert {name for name in asked if not name.endswith((".test", ".internal", ".localhost"))} == {
        "localhost.localdomain",
        "kubernetes.default.svc",
    }


def test_a_name_whose_answer_changes_is_not_followed_inside(
    monkeypatch: pytest.MonkeyPatch, bird: Canary
) -> None:
    answers = iter([PUBLIC])
    asked: list[str] = []

    def rebind(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = next(answers, "127.0.0.1")
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebind)

    with pytest.raises(NotSent):
        send(Request("POST", f"http://rebind.test:{bird.port}/", body=SECRET.encode()), timeout=SOON)

    assert asked == ["rebind.test"]
    assert bird.is_silent


@pytest.mark.parametrize("found", [[PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "::1"]])
def test_a_name_with_one_private_address_among_others_is_blocked(
    names: dict[str, list[str]], bird: Canary, found: list[str]
) -> None:
    names["mixed.test"] = found

    with pytest.raises(Blocked, match="not on the public internet"):
        get(f"http://mixed.test:{bird.port}/", timeout=SOON)

    assert bird.is_silent


def test_a_connection_that_ended_up_inside_is_dropped_unused(
    names: dict[str, list[str]], bird: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A transparent proxy or a rule of the firewall may take a checked address elsewhere.
    names["diverted.test"] = ["93.184.216.34"]
    connect = socket.socket.connect
    monkeypatch.setattr(socket.socket, "connect", lambda self, _: connect(self, ("127.0.0.1", bird.port)))

    with pytest.raises(Blocked):
        send(Request("POST", "http://diverted.test/", body=SECRET.encode()), timeout=SOON)

    assert bird.heard == b""


def test_the_machine_itself_is_not_public_by_whatever_address(
    names: dict[str, list[str]], bird: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    names["this-machine.test"] = ["127.0.0.1"]
    # As if the machine's own address were one that no list knows to be private.
    monkeypatch.setattr(addresses, "is_public", lambda _: True)

    with pytest.raises(Blocked, match="own machine"):
        get(f"http://this-machine.test:{bird.port}/")

    assert bird.is_silent


@pytest.mark.parametrize(
    "address", [*PRIVATE_IPV4, *PRIVATE_IPV6, "::ffff:10.0.0.1", "fe80::1%lo", "news.test", ""]
)
def test_private_and_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", NEIGHBOURS)
def test_the_neighbours_of_private_networks_are_public(address: str) -> None:
    assert is_public(address)


def test_a_permission_is_for_one_host_at_one_port(
    serve: Serve, bird: Canary, names: dict[str, list[str]]
) -> None:
    site = serve(lambda visit: visit.answer(b"ours"))
    names["localhost"] = names["pds.test"] = ["127.0.0.1"]

    assert get(site.url).content == b"ours"
    for other in (
        f"127.0.0.1:{bird.port}",
        f"localhost:{site.port}",
        f"pds.test:{site.port}",
        f"127.1:{site.port}",
    ):
        with pytest.raises(Blocked):
            get(f"http://{other}/")

    assert len(site.visits) == 1
    assert bird.is_silent


def test_a_permission_is_for_web_addresses_without_a_name_and_password(serve: Serve) -> None:
    site = serve(lambda visit: visit.answer())

    for scheme in OTHER_SCHEMES:
        with pytest.raises(Blocked, match="begin with http"):
            get(f"{scheme}://{site.host}/")
    for user in ("news.test", "user:word", ":word", "a@b"):
        with pytest.raises(Blocked, match="before the @"):
            get(f"http://{user}@{site.host}/")

    assert site.visits == []


def test_a_permitted_name_may_be_inside(serve: Serve, names: dict[str, list[str]], forgetting: None) -> None:
    site = serve(lambda visit: visit.answer(b"ours"))
    names["pds"] = ["127.0.0.1"]

    permit([f"PDS:{site.port}", "[0:0::1]:2583"])

    assert get(f"http://pds:{site.port}/").content == b"ours"
    assert addresses._permitted >= {f"pds:{site.port}", "[::1]:2583"}


@pytest.mark.parametrize(
    "written", ["127.0.0.1", "[::1]", "http://pds:80", "pds:", "*:80", "10.0.0.0/8:80", "a b:80", ""]
)
def test_a_permission_that_is_no_host_and_port_is_an_error(written: str, forgetting: None) -> None:
    with pytest.raises(ValueError, match="is not host:port"):
        permit([written])
