"""One connection to one checked address. It knows when its time is up and whether anything was written."""

import functools
import math
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpcore
import httpx

from advocacy.lib.addresses import NotAllowed, Place, require_public, require_public_name


class _Budget(threading.local):
    ends_at = math.inf


_budget = _Budget()


@contextmanager
def within(total: timedelta) -> Iterator[None]:
    """Give all that this thread sends or fetches inside the block one time together, besides each its own.

    What begins too late is not sent.
    """
    earlier = _budget.ends_at
    _budget.ends_at = min(earlier, time.monotonic() + total.total_seconds())
    try:
        yield
    finally:
        _budget.ends_at = earlier


class Deadline:
    """A moment that ends everything, however many steps it takes."""

    def __init__(self, timeout: timedelta) -> None:
        self._ends_at = min(_budget.ends_at, time.monotonic() + timeout.total_seconds())

    def seconds_left(self) -> float:
        """Return what is left, always more than 0. :raises TimeoutError: nothing is left"""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this exchange is up")
        return left


class Wire(httpcore.NetworkStream):
    """What httpcore writes a request to and reads the answer from.

    The timeouts that httpcore hands over are for one read or write each; ours is the deadline of the whole.
    """

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._socket = connected
        self._deadline = deadline
        # True from just before the first byte is offered to the kernel. Nothing else may ever set it back.
        self.wrote = False

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        while rest:
            self._socket.settimeout(self._deadline.seconds_left())
            self.wrote = True
            try:
                rest = rest[self._socket.send(rest) :]
            except TimeoutError:
                raise
            except OSError as error:
                # httpcore goes on to read then: a server may answer 413 and hang up before it has read all.
                raise httpcore.WriteError(str(error)) from error

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._socket.settimeout(self._deadline.seconds_left())
        return self._socket.recv(max_bytes)

    def close(self) -> None:
        self._socket.close()


def dial(place: Place, deadline: Deadline) -> Wire:
    """Look the name up, check every address, connect to one of them, and shake hands if it is https.

    :raises NotAllowed: one of the addresses, or the one reached, is not public
    :raises OSError: no such name, nobody there, not trusted, too late
    """
    require_public_name(place)
    found = [place.host] if place.is_literal else _look_up(place, deadline)
    for address in found:
        require_public(place, address)
        _require_other_machine(place, address)
    connected = _connect_to_one(found, place, deadline)
    try:
        return Wire(_secured(connected, place, deadline), deadline)
    except BaseException:
        connected.close()
        raise


def _look_up(place: Place, deadline: Deadline) -> list[str]:
    # getaddrinfo knows no timeout, so it waits in a thread of its own, left behind when it takes too long.
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.seconds_left())
    except queue.Empty:
        raise TimeoutError("the name was not found in time") from None
    if isinstance(answer, Exception):
        raise socket.gaierror(str(answer)) from answer
    return answer


def _require_other_machine(place: Place, address: str) -> None:
    # A public address may be this machine's own, and behind it listen our database and broker.
    if place.is_permitted:
        return
    try:
        # Connecting a datagram socket sends nothing: it only asks which of our addresses would be used.
        with socket.socket(_family(address), socket.SOCK_DGRAM) as probe:
            probe.connect((address, place.port))
            our_end = probe.getsockname()[0]
    except OSError:
        return
    if our_end == address:
        raise NotAllowed(f"{place} is this hub's own machine.")


def _connect_to_one(found: list[str], place: Place, deadline: Deadline) -> socket.socket:
    failure: OSError = socket.gaierror("the name has no address")
    for tried, address in enumerate(found):
        try:
            # An address that stays silent may use its share of the time, not all of it.
            return _connect(address, place, seconds=deadline.seconds_left() / (len(found) - tried))
        except OSError as error:
            failure = error
    raise failure


def _connect(address: str, place: Place, *, seconds: float) -> socket.socket:
    connected = socket.socket(_family(address), socket.SOCK_STREAM)
    try:
        connected.settimeout(seconds)
        # The checked address itself, never its name: a second look-up could answer differently.
        connected.connect((address, place.port))
        require_public(place, connected.getpeername()[0])
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connected.close()
        raise
    return connected


def _secured(connected: socket.socket, place: Place, deadline: Deadline) -> socket.socket:
    if place.scheme == "http":
        return connected
    connected.settimeout(deadline.seconds_left())
    return _trust().wrap_socket(connected, server_hostname=place.host)


@functools.cache
def _trust() -> ssl.SSLContext:
    # certifi's authorities, because a bare Debian has none; SSL_CERT_FILE names a company's own.
    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
