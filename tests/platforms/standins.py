"""Stand-ins for platforms, on real sockets. They are servers of ours: none of them is the real thing."""

import base64
import hashlib
import html
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import MIMEPart
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.commands.servers import free_port
from tests.lib.servers import StandIn, Visit, stand_in

PAGE_OF_A_PROXY = (
    b"<!DOCTYPE html><html><head><title>Oops</title></head><body><h1>Not here</h1></body></html>"
)


@contextmanager
def answering(status: int, body: object, *, headers: Mapping[str, str] | None = None) -> Iterator[StandIn]:
    """A server that gives every request one and the same answer; `body` is bytes of HTML, or JSON."""
    is_page = isinstance(body, bytes)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html; charset=utf-8" if is_page else "application/json"
    lines = tuple(f"{name}: {value}" for name, value in {"Content-Type": kind, **(headers or {})}.items())

    def answer(visit: Visit) -> None:
        visit.answer(content, status=_status_line(status), headers=lines)

    with stand_in(answer) as server:
        yield server


@contextmanager
def hanging_up() -> Iterator[StandIn]:
    """A server that reads the whole request and resets the connection."""

    def hang_up(visit: Visit) -> None:
        visit.read_request()
        visit.reset()

    with stand_in(hang_up) as server:
        yield server


@contextmanager
def stalling() -> Iterator[StandIn]:
    """A server that reads the whole request and never says a word."""
    over = threading.Event()

    def stall(visit: Visit) -> None:
        visit.read_request()
        over.wait(30)

    with stand_in(stall) as server:
        try:
            yield server
        finally:
            over.set()


@contextmanager
def echoing(status: int) -> Iterator[StandIn]:
    """A careless server that prints the whole request, secrets and all, into its error."""

    def echo(visit: Visit) -> None:
        visit.read_request()
        body = json.dumps({"error": "Oops", "message": visit.request.decode(errors="replace")}).encode()
        visit.answer(body, status=_status_line(status), headers=("Content-Type: application/json",))

    with stand_in(echo) as server:
        yield server


@contextmanager
def losing_answers_of(host: str) -> Iterator[StandIn]:
    """A line to a real server that carries each request over and loses the answer."""

    def carry_over(visit: Visit) -> None:
        visit.read_request()
        address, _, port = host.rpartition(":")
        with closing(socket.create_connection((address, int(port)))) as real:
            real.sendall(visit.request)
            while real.recv(65536):
                pass
        visit.reset()

    with stand_in(carry_over) as server:
        yield server


def a_closed_port() -> str:
    """Return a host where nobody listens."""
    return f"127.0.0.1:{free_port()}"


Answer = tuple[int, object]
NOT_FOUND: Answer = (404, {"error": "Record not found"})
UNAUTHORIZED: Answer = (401, {"error": "The access token is invalid"})


@dataclass
class ForgetfulMastodon:
    """A server that speaks Mastodon's API and ignores the Idempotency-Key, as some real ones do.

    `lose` is how many of the next posts it accepts without their answer arriving. `processing` is how many
    times a picture is "not ready yet". `behind` is how far its clock is behind. `keys` and `asked` are what
    came with each post.
    """

    lose: int = 0
    processing: int = 0
    behind: timedelta = timedelta(0)
    statuses: list[dict[str, object]] = field(default_factory=list)
    media: dict[str, dict[str, str]] = field(default_factory=dict)
    apps: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    keys: list[str] = field(default_factory=list)
    asked: list[dict[str, object]] = field(default_factory=list)
    # Which apps were given a token of their own; the limit that it states, and how often it did.
    remembered: set[str] = field(default_factory=set)
    max_chars: int = 1000
    told_what_fits: int = 0
    host: str = ""
    _challenges: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def running(self) -> Iterator["ForgetfulMastodon"]:
        with stand_in(self._serve) as server:
            self.host = server.host
            yield self

    def sign_in_in_a_browser(self, authorize_url: str) -> str:
        """Play the person who is sent there and says yes; returns the code."""
        asked = dict(parse_qsl(urlsplit(authorize_url).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] in self.apps
        self._challenges["the-code"] = asked["code_challenge"]
        return "the-code"

    def _serve(self, visit: Visit) -> None:
        visit.read_request()
        method, path = visit.request.split(b" ")[0].decode(), urlsplit(visit.path).path
        for pattern, serve in self._routes().items():
            match = re.fullmatch(pattern, f"{method} {path}")
            if match:
                status, body = serve(visit, *match.groups())
                break
        else:
            status, body = 404, PAGE_OF_A_PROXY
        if status == 0:
            visit.reset()
            return
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        visit.answer(content, status=_status_line(status))

    def _routes(self) -> dict[str, Callable[..., Answer]]:
        return {
            "POST /api/v1/apps": self._register,
            "POST /oauth/token": self._token,
            "POST /oauth/revoke": self._revoke,
            "GET /api/v1/accounts/verify_credentials": self._account,
            "GET /api/v1/instance": self._instance,
            "GET /api/v1/accounts/1/statuses": self._list,
            "POST /api/v1/statuses": self._post,
            r"GET /api/v1/statuses/(\d+)": self._show,
            r"DELETE /api/v1/statuses/(\d+)": self._delete,
            "POST /api/v2/media": self._upload,
            r"GET /api/v1/media/(\d+)": self._media,
        }

    def _register(self, visit: Visit) -> Answer:
        asked = _fields(visit)
        client_id = f"client-{len(self.apps) + 1}"
        self.apps[client_id] = f"secret-of-{client_id}"
        said = {"client_id": client_id, "client_secret": self.apps[client_id], "name": asked["client_name"]}
        return 200, said

    def _token(self, visit: Visit) -> Answer:
        asked = _fields(visit)
        if self.apps.get(asked["client_id"]) != asked["client_secret"]:
            return 401, {"error": "invalid_client"}
        if asked["grant_type"] == "client_credentials":
            self.remembered.add(asked["client_id"])
            return 200, {"access_token": "of-the-app", "token_type": "Bearer", "scope": "read"}
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if self._challenges.pop(asked["code"], None) != challenge:
            return 400, {"error": "invalid_grant", "error_description": f"no such code: {asked['code']}"}
        token = f"token-{len(self.tokens) + 1}"
        self.tokens.add(token)
        return 200, {"access_token": token, "token_type": "Bearer", "scope": asked["scope"]}

    def _revoke(self, visit: Visit) -> Answer:
        self.tokens.discard(_fields(visit)["token"])
        return 200, {}

    def _account(self, visit: Visit) -> Answer:
        if not self._knows(visit):
            return UNAUTHORIZED
        page = f"http://{self.host}/@alice"
        return 200, {"id": "1", "acct": "alice", "display_name": "Alice", "url": page, "avatar": ""}

    def _instance(self, visit: Visit) -> Answer:
        self.told_what_fits += 1
        statuses = {
            "max_characters": self.max_chars,
            "max_media_attachments": 6,
            "characters_reserved_per_url": 30,
        }
        return 200, {"uri": "forgetful.example", "configuration": {"statuses": statuses}}

    def _post(self, visit: Visit) -> Answer:
        if not self._knows(visit):
            return UNAUTHORIZED
        asked = json.loads(visit.body)
        if any(int(self.media[one]["left"]) > 0 for one in asked.get("media_ids", [])):
            return 422, {
                "error": "Cannot attach files that have not finished processing. Try again in a moment!"
            }
        with self._lock:
            self.keys.append(visit.header("Idempotency-Key"))
            self.asked.append(asked)
            status = self._stand(asked["status"])
            lost = self.lose > 0
            self.lose -= lost
        return (0, b"") if lost else (200, status)

    def _stand(self, text: str) -> dict[str, object]:
        number = str(1000 + len(self.statuses))
        status: dict[str, object] = {
            "id": number,
            "created_at": (datetime.now(UTC) - self.behind).isoformat().replace("+00:00", "Z"),
            "url": f"http://{self.host}/@alice/{number}",
            "content": as_html(text),
            "reblog": None,
            "favourites_count": 3,
            "reblogs_count": 2,
            "replies_count": 1,
        }
        self.statuses.insert(0, status)
        return status

    def _list(self, visit: Visit) -> Answer:
        if not self._knows(visit):
            return UNAUTHORIZED
        asked = dict(parse_qsl(urlsplit(visit.path).query))
        older_than = int(asked.get("max_id", 10**9))
        page = [status for status in self.statuses if int(str(status["id"])) < older_than]
        return 200, page[: int(asked["limit"])]

    def _show(self, visit: Visit, number: str) -> Answer:
        found = [status for status in self.statuses if status["id"] == number]
        return (200, found[0]) if found else NOT_FOUND

    def _delete(self, visit: Visit, number: str) -> Answer:
        found = [status for status in self.statuses if status["id"] == number]
        self.statuses = [status for status in self.statuses if status["id"] != number]
        return (200, found[0]) if found else NOT_FOUND

    def _upload(self, visit: Visit) -> Answer:
        number = str(len(self.media) + 1)
        self.media[number] = {**_fields(visit), "left": str(self.processing)}
        return (202 if self.processing else 200), {"id": number, "url": None}

    def _media(self, visit: Visit, number: str) -> Answer:
        left = int(self.media[number]["left"]) - 1
        self.media[number]["left"] = str(left)
        return (200 if left <= 0 else 206), {"id": number}

    def _knows(self, visit: Visit) -> bool:
        return visit.header("Authorization").removeprefix("Bearer ") in self.tokens


@dataclass
class SmallPds:
    """A server that speaks as much of Bluesky's protocol as one post takes.

    `lose` is how many of the next posts it accepts without their answer arriving, `blind` how many of the
    next looks do not see yet what is there.
    """

    lose: int = 0
    blind: int = 0
    records: dict[str, dict[str, object]] = field(default_factory=dict)
    puts: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, visit: Visit) -> None:
        visit.read_request()
        with self._lock:
            status, said = self._answer(visit)
        if not status:
            visit.reset()
            return
        visit.answer(json.dumps(said).encode(), status=status, headers=("Content-Type: application/json",))

    def _answer(self, visit: Visit) -> tuple[str, Mapping[str, object]]:
        asked = urlsplit(visit.path)
        if asked.path.endswith("getRecord"):
            record = self.records.get(parse_qs(asked.query)["rkey"][0])
            if record is None or self.blind > 0:
                self.blind -= 1
                return "400 Bad Request", {"error": "RecordNotFound"}
            return "200 OK", {"uri": "at://1", "value": record}
        put = json.loads(visit.body)
        self.puts += 1
        if put["rkey"] in self.records and put["swapRecord"] is None:
            return "400 Bad Request", {"error": "InvalidSwap", "message": "Record was at another version"}
        self.records[put["rkey"]] = put["record"]
        lost = self.lose > 0
        self.lose -= lost
        return ("", {}) if lost else ("200 OK", {"uri": f"at://1/{put['rkey']}"})


def as_html(text: str) -> str:
    """Write a post as Mastodon shows it: addresses shortened for the eye, others' servers left out, tags."""

    def link(match: re.Match[str]) -> str:
        scheme, rest = match.group(1), match.group(2)
        spans = f'<span class="invisible">{scheme}</span><span class="ellipsis">{rest[:30]}</span>'
        hidden = f'<span class="invisible">{rest[30:]}</span>'
        return f'<a href="{scheme}{rest}" target="_blank" rel="nofollow noopener">{spans}{hidden}</a>'

    linked = re.sub(r"(https?://)([^\s)]+)", link, html.escape(text))
    mention = (
        r'<span class="h-card"><a href="https://\2/@\1" class="u-url mention">@<span>\1</span></a></span>'
    )
    linked = re.sub(r"@(\w+)@([\w.]+\w)", mention, linked)
    return "<p>" + linked.replace("\n\n", "</p><p>").replace("\n", "<br />") + "</p>"


def _fields(visit: Visit) -> dict[str, str]:
    """Return the fields of a form, of either kind; of a file its media type."""
    kind = visit.header("Content-Type")
    if not kind.startswith("multipart/"):
        return dict(parse_qsl(visit.body.decode()))
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + visit.body)
    return {
        str(part.get_param("name", header="content-disposition")): (
            part.get_content_type() if part.get_filename() else _decoded(part)
        )
        for part in message.iter_parts()
    }


def _decoded(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def _status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"
