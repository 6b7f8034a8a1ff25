"""The hub's only door to the network.

Three things hold here and nowhere else: the address that is really connected to is public (or permitted by
the administrator), no answer takes longer or grows larger than the caller said, and whoever gets `NotSent`
may send again. Every call has a connection of its own, so a kept one that had gone stale can never be
mistaken for a lost request. Proxies named in the environment are not used: they connect where we cannot look.
"""

import json
import socket
import ssl
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import urljoin

import httpcore
import httpx

from advocacy.lib.addresses import NotAllowed, NotAnAddress, Place, clean, permit, place_of
from advocacy.lib.wire import Deadline, Wire, dial, within

__all__ = [
    "Blocked",
    "DoorError",
    "File",
    "Interrupted",
    "NotJson",
    "NotSent",
    "Reason",
    "Request",
    "Response",
    "TooLarge",
    "TooManyHops",
    "fetch",
    "permit",
    "send",
    "within",
]

# What went wrong, to translate by: no web address; not public; no such name; nobody there; not trusted; too
# slow; broken off or unreadable; too large; too many redirects; not JSON; a request that cannot be written.
Reason = Literal[
    "address", "private", "name", "connect", "secure", "time", "broken", "large", "hops", "json", "request"
]

_REDIRECTS = {301, 302, 303, 307, 308}
# wbits=47 reads both gzip and zlib, whatever of the two "deflate" was taken to mean.
_GZIP = {"gzip", "x-gzip", "deflate"}
_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": "SocialHub/1.0 (employee advocacy)",
}


class DoorError(Exception):
    """No answer. `str` is fit for a person; `reason` is a word to translate by."""

    def __init__(self, message: str, *, reason: Reason) -> None:
        super().__init__(message)
        self.reason = reason


class NotSent(DoorError):
    """No byte of the request left: sending again is safe."""


class Blocked(NotSent):
    """The address is not public, or no web address at all: sending again is useless."""


class Interrupted(DoorError):
    """The request, or a part of it, left and no full answer came: the outcome is unknown."""


class TooLarge(Interrupted):
    """The answer was larger than the caller wanted. `start` is as much of it as was wanted."""

    def __init__(self, message: str, *, start: "Response") -> None:
        super().__init__(message, reason="large")
        self.start = start


class TooManyHops(DoorError):
    """One redirect led to the next for too long."""


class NotJson(DoorError):
    """The answer came in full, and is no JSON."""


@dataclass(frozen=True)
class File:
    """One file of a form."""

    name: str
    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True)
class Request:
    """What to send: one of `json`, `body`, or `form` with `files`. Only method and url show in `repr`."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str | list[str]] = field(default_factory=dict, repr=False)
    json: object | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    body: bytes | None = field(default=None, repr=False)
    files: Mapping[str, File] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Response:
    """A full answer, of any status. `headers` are found in any case; `content` is decoded from gzip."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    url: str

    @property
    def text(self) -> str:
        """The content as text, in the charset that its header names, else UTF-8; never fails."""
        charset = {"Content-Type": self.headers.get("Content-Type", "")}
        return httpx.Response(self.status, headers=charset, content=self.content).text

    def json(self) -> object:
        """:raises NotJson:"""
        try:
            parsed: object = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise NotJson(
                f"{place_of(httpx.URL(self.url))} gave an answer that is no JSON.", reason="json"
            ) from error
        return parsed


def send(
    request: Request, *, timeout: timedelta = timedelta(seconds=20), max_bytes: int = 2_000_000
) -> Response:
    """Send once and return the answer, whatever its status. Redirects are not followed.

    `timeout` is for all of it, from the look-up of the name to the last byte; `max_bytes` is for the decoded
    answer.

    :raises NotSent: no byte of the request left
    :raises Interrupted: some of it left, and no full answer came
    """
    outgoing = _outgoing(request)
    with _exchange(outgoing, Deadline(timeout)) as answer:
        return _received(answer, outgoing, max_bytes=max_bytes)


def fetch(
    url: str,
    *,
    accept: str,
    timeout: timedelta = timedelta(seconds=3),
    max_bytes: int = 512_000,
    max_hops: int = 3,
) -> Response:
    """Get a page, feed or picture and follow its redirects: each hop is checked, none leaves https for http.

    `timeout` is for all hops together. Any status that is no redirect is a response.

    :raises DoorError:
    """
    deadline = Deadline(timeout)
    for _ in range(max_hops + 1):
        outgoing = _outgoing(Request("GET", url, headers={"Accept": accept}))
        with _exchange(outgoing, deadline) as answer:
            location = httpx.Headers(answer.headers).get("Location")
            if answer.status not in _REDIRECTS or not location:
                return _received(answer, outgoing, max_bytes=max_bytes)
        url = _next_hop(outgoing.url, location)
    raise TooManyHops(f"{place_of(outgoing.url)} redirects more than {max_hops} times.", reason="hops")


def _outgoing(request: Request) -> httpx.Request:
    url = _clean(request.url)
    if request.params:
        url = url.copy_merge_params(request.params)
    headers = httpx.Headers(_HEADERS)
    try:
        headers.update(request.headers)
        return httpx.Request(
            request.method,
            url,
            headers=headers,
            content=request.body,
            data=request.form,
            files={
                key: (file.name, file.content, file.media_type) for key, file in (request.files or {}).items()
            },
            json=request.json,
        )
    except UnicodeError:
        # Without its cause, which holds the header, and that may be a secret.
        raise NotSent("The request cannot be written down.", reason="request") from None


def _clean(url: str) -> httpx.URL:
    try:
        return clean(url)
    except NotAnAddress as error:
        raise Blocked(str(error), reason="address") from error


def _next_hop(current: httpx.URL, location: str) -> str:
    try:
        target = _clean(urljoin(str(current), location))
    except ValueError as error:
        raise Blocked("The page redirects to what is not a web address.", reason="address") from error
    if current.scheme == "https" and target.scheme == "http":
        raise Blocked("The page redirects from a secure address to an insecure one.", reason="secure")
    return str(target)


@contextmanager
def _exchange(outgoing: httpx.Request, deadline: Deadline) -> Iterator[httpcore.Response]:
    """Send the request and yield the answer, of which the body is still to be read within the block."""
    url, server = outgoing.url, place_of(outgoing.url)
    # Taken over part by part: a second parser might read the address differently from the checked one.
    address = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    request = httpcore.Request(
        outgoing.method, address, headers=outgoing.headers.raw, content=outgoing.read()
    )
    wire = _dial(server, deadline)
    with httpcore.HTTP11Connection(address.origin, wire) as connection:
        try:
            yield connection.handle_request(request)
        except DoorError:
            raise
        except httpcore.LocalProtocolError:
            # Without its cause, which holds the header, and that may be a secret.
            raise _kind(wire)("The request cannot be written down.", reason="request") from None
        except TimeoutError as error:
            raise _kind(wire)(f"{server} took too long to answer.", reason="time") from error
        except Exception as error:
            # Any failure at all, known or not: what the caller must know is whether anything was written.
            raise _kind(wire)(f"{server} gave no answer that can be read.", reason="broken") from error


def _kind(wire: Wire) -> type[NotSent | Interrupted]:
    return Interrupted if wire.wrote else NotSent


def _dial(place: Place, deadline: Deadline) -> Wire:
    """Connect. There is nothing to write to yet, so every failure is a `NotSent`."""
    try:
        return dial(place, deadline)
    except NotAllowed as error:
        raise Blocked(str(error), reason="private") from error
    except socket.gaierror as error:
        raise NotSent(f"There is no server with the name {place.host}.", reason="name") from error
    except ssl.SSLError as error:
        raise NotSent(f"{place} could not prove that it is {place.host}.", reason="secure") from error
    except TimeoutError as error:
        raise NotSent(f"{place} took too long to answer.", reason="time") from error
    except OSError as error:
        raise NotSent(f"{place} does not answer.", reason="connect") from error


def _received(answer: httpcore.Response, outgoing: httpx.Request, *, max_bytes: int) -> Response:
    headers = httpx.Headers(answer.headers)
    coding = headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in _GZIP | {"identity"}:
        raise Interrupted(f"{place_of(outgoing.url)} gave an answer in an unknown coding.", reason="broken")
    inflate = zlib.decompressobj(wbits=47) if coding in _GZIP else None
    content, taken = bytearray(), 0
    for chunk in answer.iter_stream():
        taken += len(chunk)
        # Never unpack more than one byte past the limit: 64 kB of a bomb would become 64 MB.
        content += inflate.decompress(chunk, max_bytes + 1 - len(content)) if inflate else chunk
        if max(taken, len(content)) > max_bytes:
            message = f"The answer of {place_of(outgoing.url)} is larger than {max_bytes // 1000} kB."
            start = Response(answer.status, headers, bytes(content[:max_bytes]), str(outgoing.url))
            raise TooLarge(message, start=start)
    if inflate and taken and not inflate.eof:
        raise Interrupted(f"{place_of(outgoing.url)} broke off its answer.", reason="broken")
    return Response(answer.status, headers, bytes(content), str(outgoing.url))
