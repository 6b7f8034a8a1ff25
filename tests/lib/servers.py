"""Stand-ins on loopback: small servers of ours that play a stranger's website. None is a real server."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from advocacy.lib import addresses
from advocacy.lib.http import permit


@dataclass
class Visit:
    """One connection, seen from the server. `request` is what arrived before the server began to answer."""

    connection: socket.socket
    # Set when the test is over: behaviours that stall wait for this.
    over: threading.Event
    request: bytes = b""

    @property
    def path(self) -> str:
        return self.request.split(b" ", 2)[1].decode() if self.request else ""

    @property
    def body(self) -> bytes:
        return self.request.partition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str:
        for line in self.request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return ""

    def read_request(self) -> None:
        """Read until the announced end of the request."""
        while b"\r\n\r\n" not in self.request and self._read():
            pass
        length = int(self.header("Content-Length") or 0)
        while len(self.body) < length and self._read():
            pass

    def read_bytes(self, count: int) -> None:
        while len(self.request) < count and self._read(count - len(self.request)):
            pass

    def _read(self, count: int = 65536) -> bool:
        arrived = self.connection.recv(count)
        self.request += arrived
        return bool(arrived)

    def answer(self, body: bytes = b"", *, status: str = "200 OK", headers: tuple[str, ...] = ()) -> None:
        """Answer properly: read the request, then send a status, a length and the body."""
        self.read_request()
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
        self.say("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def say(self, raw: bytes) -> None:
        self.connection.sendall(raw)

    def reset(self) -> None:
        """Hang up with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.connection.close()


Behaviour = Callable[[Visit], None]


@dataclass
class StandIn:
    """A server that treats each visit as its `behaviour` says, each in a thread of its own."""

    behaviour: Behaviour
    scheme: str
    port: int
    visits: list[Visit] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}"


@contextmanager
def stand_in(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """Run a stand-in on a free port of 127.0.0.1; the hub may speak to it as long as it runs."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=128)) as listener:
        server = StandIn(behaviour, "https" if tls else "http", listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, server, tls), daemon=True).start()
        permit([server.host])
        try:
            yield server
        finally:
            addresses._permitted.discard(server.host)
            server.over.set()
            # Wakes the accepting thread, so that the port is free at once.
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: StandIn, tls: ssl.SSLContext | None) -> None:
    while not server.over.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        visit = Visit(connection, server.over)
        server.visits.append(visit)
        threading.Thread(target=_receive, args=(server, visit, tls), daemon=True).start()


def _receive(server: StandIn, visit: Visit, tls: ssl.SSLContext | None) -> None:
    # The visitor may hang up whenever it likes; that is what these tests are about.
    with suppress(OSError):
        if tls:
            visit.connection = tls.wrap_socket(visit.connection, server_side=True)
        server.behaviour(visit)
    visit.connection.close()


@dataclass
class Canary:
    """Listens on loopback, IPv4 and IPv6, where nobody may ever come."""

    port: int
    connections: list[str] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)

    @property
    def is_silent(self) -> bool:
        return not self.connections


@contextmanager
def canary() -> Iterator[Canary]:
    """Run a canary on one free port of 127.0.0.1 and, where there is IPv6, of ::1."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=128)) as listener:
        bird = Canary(listener.getsockname()[1])
        listeners = [listener]
        with suppress(OSError):
            listeners.append(socket.create_server(("::1", bird.port), family=socket.AF_INET6, backlog=128))
        for each in listeners:
            threading.Thread(target=_sing, args=(each, bird), daemon=True).start()
        try:
            yield bird
        finally:
            for each in listeners:
                each.shutdown(socket.SHUT_RDWR)
                each.close()


def _sing(listener: socket.socket, bird: Canary) -> None:
    while True:
        try:
            connection, visitor = listener.accept()
        except OSError:
            return
        bird.connections.append(str(visitor))
        with closing(connection), suppress(OSError):
            connection.settimeout(0.2)
            bird.heard += connection.recv(65536)


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate: `file` is what a client must trust, `server` what a server shows."""

    file: Path
    server: ssl.SSLContext


def certificate(folder: Path, *, name: str) -> Certificate:
    """Make a certificate for one name or IP address, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    try:
        alternative: x509.GeneralName = x509.IPAddress(ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / f"{name}.crt", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(public, private)
    return Certificate(public, server)
