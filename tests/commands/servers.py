"""A PostgreSQL and a Redis of our own, empty, on free ports of 127.0.0.1, for as long as a `with` lasts."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import randrange

import psycopg
import redis

STARTS_WITHIN = 30  # seconds
STOPS_WITHIN = 10  # seconds
PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Below those that Linux hands out by itself.
PORTS = (10_000, 32_000)
_claims: list[socket.socket] = []


class DidNotStart(Exception):
    """The server did not answer; `str()` ends with what it said."""


@contextmanager
def running_postgres(*, durable: str = "off") -> Iterator[str]:
    """Start PostgreSQL and give its DATABASE_URL. It is thrown away, so nothing is written safely.

    With `durable="on"` each commit reaches the disk, as it does in earnest: for measuring.
    """
    tools = newest_postgres()
    with folder_of(server_account()) as folder:
        data, port = folder / "data", free_port()
        new = [f"{tools}/initdb", f"--pgdata={data}", "--username=hub", "--auth=trust", "--no-sync"]
        done = subprocess.run(
            [*new, "--encoding=UTF8", "--locale=C.UTF-8"],
            user=server_account(),
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise DidNotStart(f"PostgreSQL's initdb failed:\n{done.stderr}")
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "fsync": durable,
            "synchronous_commit": durable,
            "full_page_writes": durable,
            "max_connections": 200,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        url = f"postgresql://hub@127.0.0.1:{port}/postgres"
        # SIGINT is PostgreSQL's fast stop: it ends the connections instead of waiting for them.
        with running([tools / "postgres", "-D", data, "-p", port, *settings], folder, signal.SIGINT) as alive:
            wait_until(lambda: psycopg.connect(url).close(), psycopg.OperationalError, alive, folder)
            yield url


@contextmanager
def running_redis() -> Iterator[str]:
    """Start Redis, and give its REDIS_URL. It keeps nothing on disk."""
    with folder_of(server_account()) as folder:
        port = free_port()
        command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        url = f"redis://127.0.0.1:{port}/0"
        with running(command, folder, signal.SIGTERM) as alive:
            wait_until(lambda: redis.Redis.from_url(url).ping(), redis.ConnectionError, alive, folder)
            yield url


def newest_postgres() -> Path:
    """Return the folder of the server programs, which Debian keeps out of the path."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if not found:
        raise DidNotStart("PostgreSQL's server is not installed: apt-get install postgresql")
    return Path(found).parent


def server_account() -> str:
    """Return who runs the servers: PostgreSQL refuses to be run by root."""
    return "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


@contextmanager
def folder_of(account: str) -> Iterator[Path]:
    # Not under var/: a clone in root's home is closed to the account that runs the servers.
    with tempfile.TemporaryDirectory(prefix="hub-test-server-", ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            shutil.chown(name, account)
        yield Path(name)


@contextmanager
def running(command: list[object], folder: Path, farewell: signal.Signals) -> Iterator[Callable[[], bool]]:
    """Run the server in a session of its own, so that Ctrl-C reaches us first; also kill -9 of us ends it."""
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [str(part) for part in command],
            user=server_account() if os.geteuid() == 0 else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, farewell),
        )
    try:
        yield lambda: server.poll() is None
    finally:
        server.send_signal(farewell)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOPS_WITHIN)
        server.kill()
        server.wait()


def wait_until(
    answers: Callable[[], object], refusal: type[Exception], alive: Callable[[], bool], folder: Path
) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while alive() and time.monotonic() < deadline:
        with contextlib.suppress(refusal):
            answers()
            return
        time.sleep(0.05)  # seconds
    raise DidNotStart(f"The server in {folder} did not answer:\n{(folder / 'log').read_text()[-2000:]}")


def free_port() -> int:
    """Return a port that nobody has and that no other test is given while this process lives.

    granian shares a port with whoever has it, without a word: two hubs would answer in turns.
    """
    while True:
        port = randrange(*PORTS)
        claim = socket.socket(socket.AF_UNIX)
        try:
            # An abstract name: it is nowhere on disk, and is gone with this process.
            claim.bind(f"\0hub-test-port-{port}")
            with socket.socket() as door:
                door.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
        else:
            _claims.append(claim)
            return port
