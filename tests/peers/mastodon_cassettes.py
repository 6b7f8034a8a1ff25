"""The recorded answers of a real Mastodon 4.7.3, given again on a real socket.

The recordings come with the source of Mastodon.py and stay in var/peers; see install.py. A request that the
real server was never asked, or was asked otherwise, is a surprise, and surprises fail the test.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from tests.lib.servers import Visit, stand_in
from tests.peers import install

# The recorded client sends these with every post; leaving them out means the same.
_DEFAULTS = {"sensitive": ["0"], "delete_media": ["0"]}
_OWN_TO_A_CONNECTION = {"content-length", "transfer-encoding", "content-encoding", "connection"}


@dataclass
class Recorded:
    """One request to the real server and what it answered."""

    method: str
    path: str
    query: dict[str, list[str]]
    fields: dict[str, list[str]]
    status: int
    headers: dict[str, str]
    body: bytes
    played: bool = False

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Replay:
    recorded: list[Recorded]
    # Fields that may differ from what the real server was told, such as the name of the app.
    differing: frozenset[str]
    host: str = ""
    asked: list[str] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    def serve(self, visit: Visit) -> None:
        visit.read_request()
        method = visit.request.split(b" ")[0].decode()
        said = _fields_of(visit.header("Content-Type"), visit.body)
        self.asked.append(f"{method} {visit.path}")
        found = self._next(method, _plain(visit.path))
        if found is None or not self._means_the_same(found.fields, said):
            self.surprises.append(f"{method} {visit.path} {said}")
            visit.answer(b"{}", status="501 Not recorded")
            return
        found.played = True
        headers = tuple(f"{name}: {value}" for name, value in found.headers.items())
        visit.answer(found.body, status=f"{found.status} {HTTPStatus(found.status).phrase}", headers=headers)

    def _next(self, method: str, path: str) -> Recorded | None:
        same = (one for one in self.recorded if (one.method, one.path) == (method, path) and not one.played)
        return next(same, None)

    def _means_the_same(self, recorded: dict[str, list[str]], said: dict[str, list[str]]) -> bool:
        return all(
            said.get(name, _DEFAULTS.get(name)) == value
            for name, value in recorded.items()
            if name not in self.differing
        )


@contextmanager
def replaying(*names: str, differing: frozenset[str] = frozenset()) -> Iterator[Replay]:
    """Play these recordings, such as "test_status_post[None-public]", on a free port.

    :raises AssertionError: at the end, when something was asked that was not recorded
    """
    replay = Replay([one for name in names for one in recordings(name)], differing)
    with stand_in(replay.serve) as server:
        replay.host = server.host
        yield replay
    assert not replay.surprises, replay.surprises


def recordings(name: str) -> list[Recorded]:
    """Return one recording. They are read, never run: it is a safe load."""
    install.install(["mastodon"])
    cassette = yaml.load((install.CASSETTES / f"{name}.yaml").read_bytes(), yaml.CSafeLoader)
    return [_recorded(one["request"], one["response"]) for one in cassette["interactions"]]


def _recorded(request: dict[str, Any], response: dict[str, Any]) -> Recorded:
    body = response["body"]["string"]
    kind = request["headers"].get("Content-Type", [""])[0]
    said = request["body"] or b""
    return Recorded(
        method=request["method"],
        path=_plain(request["uri"]),
        query=parse_qs(urlsplit(request["uri"]).query),
        fields=_fields_of(kind, said if isinstance(said, bytes) else said.encode()),
        status=response["status"]["code"],
        headers={
            name: values[0]
            for name, values in response["headers"].items()
            if name.lower() not in _OWN_TO_A_CONNECTION and "\n" not in values[0]
        },
        body=body if isinstance(body, bytes) else body.encode(),
    )


def _plain(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def _fields_of(kind: str, body: bytes) -> dict[str, list[str]]:
    """Return what a request says, in one shape for JSON and forms; of a form with files, its description."""
    if kind.startswith("application/json"):
        return dict(_form_field(name, value) for name, value in json.loads(body).items())
    if kind.startswith("multipart/"):
        return {"description": [_description_in(kind, body)]} if b'name="description"' in body else {}
    return parse_qs(body.decode(), keep_blank_values=True)


def _form_field(name: str, value: object) -> tuple[str, list[str]]:
    if isinstance(value, list):
        return f"{name}[]", [str(one) for one in value]
    return name, [str(value)]


def _description_in(kind: str, body: bytes) -> str:
    boundary = b"--" + kind.partition("boundary=")[2].strip('"').encode()
    part = next(
        part for part in body.split(boundary) if b'name="description"' in part.partition(b"\r\n\r\n")[0]
    )
    return part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n").decode()
