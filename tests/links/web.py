"""A real web process of the hub, as the Procfile starts it, on a free port of 127.0.0.1."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.commands.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 30  # seconds
BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Accept": "text/html",
    "Accept-Language": "nl,en;q=0.5",
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Web:
    """The process, where it listens and what it may write to."""

    port: int
    var: Path
    process: "subprocess.Popen[bytes]"
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.var / "web.log"

    def get(self, path: str, headers: Mapping[str, str] = BROWSER, *, method: str = "GET") -> Answer:
        """Ask for the path exactly as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())
        finally:
            connection.close()

    def send(self, request: bytes) -> bytes:
        """Send these bytes and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(request)
            return b"".join(iter(lambda: line.recv(65_536), b""))

    def kill(self) -> None:
        """Kill -9, the workers of the web server as well."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running_web(var: Path, environment: Mapping[str, str]) -> Iterator[Web]:
    port = free_port()
    command = procfile()["web"]
    tools = Path(sys.executable).parent
    with (var / "web.log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", command],
            cwd=ROOT,
            env={
                **os.environ,
                "PATH": f"{tools}:{os.environ['PATH']}",
                "PORT": str(port),
                "VAR_DIR": str(var),
                **environment,
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    web = Web(port, var, process)
    try:
        wait_until(lambda: answers(web), STARTS_WITHIN)
        yield web
    finally:
        if process.poll() is None:
            web.kill()


def answers(web: Web) -> bool:
    assert web.process.poll() is None, web.log.read_text()
    try:
        return web.get("/healthz").status == 200
    except ConnectionRefusedError:
        return False


def procfile() -> dict[str, str]:
    return dict(re.findall(r"(?m)^(\w+): (.*)$", (ROOT / "Procfile").read_text()))


def wait_until(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
