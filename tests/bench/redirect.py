"""The redirect beside nginx's `return 302`, in one interleaved run.

    python -m tests.bench.redirect

Ours is the web process of the Procfile, as it stands there, with SQLite and the click log on; nginx has one
worker process, as ours has, and no log. wrk asks both with the headers of a browser over 16 connections, in
turns; the ratio is the median of the rounds. Then each gets 500 requests a second, at moments that are fixed
beforehand, so that a request which has to wait for another counts its waiting (wrk's does not).
"""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from tests.commands.servers import free_port
from tests.links.web import BROWSER, ROOT, running_web, wait_until

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]

TARGET = "https://news.example.com/2026/light-in-the-harbour"
CONNECTIONS = 16
ROUNDS = 5
ROUND_TIME = 4  # seconds
RATE = 500  # requests a second
RATE_TIME = 10  # seconds
# As `make run` has it, whatever this shell has in its environment.
EMBEDDED = {"DATABASE_URL": "", "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "hub.settings"}

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    keepalive_requests 100000000;
    server {{
        listen 127.0.0.1:{port};
        location / {{ return 302 {target}; }}
    }}
}}
"""


MINT = """
from django.utils import timezone
from advocacy.links.minting import mint
from advocacy.people.models import Person
alice = Person.objects.create_user("alice@example.com", None, name="Alice")
print(mint("{target}", person=alice, now=timezone.now()).code)
"""


@dataclass(frozen=True)
class Load:
    """What wrk reports of one round."""

    requests: int
    per_second: float


def main() -> None:
    if missing := [tool for tool in ("nginx", "wrk") if not found(tool)]:
        sys.exit(f"Debian packages are missing: sudo apt-get install {' '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as name:
        folder = Path(name)
        path = f"/s/{new_link(folder)}"
        with running_nginx(folder) as theirs, running_web(folder, EMBEDDED) as web:
            ratio, answered = compare(f"http://127.0.0.1:{theirs}/", f"http://127.0.0.1:{web.port}{path}")
            base_ms = asyncio.run(paced(theirs, "/"))
            waits_ms = asyncio.run(paced(web.port, path))
        recorded = sum(file.read_bytes().count(b"\n") for file in (folder / "clicks").glob("*.log"))
    print(f"recorded {recorded:,} clicks of {answered + len(waits_ms):,} answered")
    print(f"{RATE} requests a second, nginx: {in_words(base_ms)}")
    print(f"{RATE} requests a second, hub: {in_words(waits_ms)}")
    print(f"redirect_vs_nginx={ratio:.2f} p99_ms={p99(waits_ms):.1f}")


def found(tool: str) -> str | None:
    # Debian keeps nginx where only root looks.
    return shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin")


def new_link(folder: Path) -> str:
    """Make a database with one link in it, and return its code."""
    environment = {**os.environ, **EMBEDDED, "VAR_DIR": str(folder)}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity=0"], env=environment, cwd=ROOT, check=True)
    mint = [*manage, "shell", "--verbosity=0", "--command", MINT.format(target=TARGET)]
    return subprocess.run(
        mint, env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


@contextmanager
def running_nginx(folder: Path) -> Iterator[int]:
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, target=TARGET))
    nginx = subprocess.Popen([found("nginx") or "nginx", "-c", config], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: listens(port), seconds=10)
        yield port
    finally:
        nginx.terminate()
        nginx.wait()


def listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def compare(theirs: str, ours: str) -> tuple[float, int]:
    """Return the median ratio of the rounds, and how many requests the hub has answered."""
    load(theirs, seconds=1)
    answered, ratios = load(ours, seconds=1).requests, []
    for number in range(1, ROUNDS + 1):
        nginx, hub = load(theirs, seconds=ROUND_TIME), load(ours, seconds=ROUND_TIME)
        answered += hub.requests
        ratios.append(hub.per_second / nginx.per_second)
        rates = f"nginx {nginx.per_second:,.0f} a second, hub {hub.per_second:,.0f}"
        print(f"round {number}: {rates}, ratio {ratios[-1]:.2f}", flush=True)
    return median(ratios), answered


def load(address: str, *, seconds: int) -> Load:
    headers = [part for name, value in BROWSER.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", *headers, address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    requests, rate = re.search(r"(\d+) requests in", said), re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not requests or not rate or "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"wrk could not load {address}:\n{said}")
    return Load(int(requests[1]), float(rate[1]))


async def paced(port: int, path: str) -> list[float]:
    """Ask at fixed moments; return for each how many ms passed from its moment to its answer."""
    lines: asyncio.Queue[Line] = asyncio.Queue()
    for _connection in range(CONNECTIONS):
        lines.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    headers = "".join(f"{name}: {value}\r\n" for name, value in BROWSER.items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{headers}\r\n".encode()
    start = asyncio.get_running_loop().time() + 0.1
    moments = [start + number / RATE for number in range(RATE * RATE_TIME)]
    waits = await asyncio.gather(*(one(lines, request, moment) for moment in moments))
    return [wait * 1000 for wait in waits]


def in_words(waits_ms: list[float]) -> str:
    return f"p50 {median(waits_ms):.1f} ms, p99 {p99(waits_ms):.1f} ms, longest {max(waits_ms):.1f} ms"


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


async def one(lines: "asyncio.Queue[Line]", request: bytes, moment: float) -> float:
    clock = asyncio.get_running_loop().time
    await asyncio.sleep(moment - clock())
    reader, writer = line = await lines.get()
    writer.write(request)
    answer = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)\r\n", answer)
    if not answer.startswith(b"HTTP/1.1 302 ") or not length:
        raise RuntimeError(f"This is no redirect: {answer!r}")
    await reader.readexactly(int(length[1]))
    lines.put_nowait(line)
    return clock() - moment


if __name__ == "__main__":
    main()
