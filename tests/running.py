"""The whole hub as people run it: web server, worker and beat, with a database and a folder of their own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import psycopg

from tests.commands.servers import free_port

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent
STARTS_WITHIN = 60  # seconds
STOPS_WITHIN = 10  # seconds


@dataclass
class RunningHub:
    """`url` has no slash at the end; `env` is what its processes run with."""

    url: str
    folder: Path
    env: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def manage(self, *words: str) -> str:
        """Run a command of the hub, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {words[0]} failed:\n{done.stderr[-3000:]}")
        return done.stdout

    def ask(self, code: str) -> object:
        """Run Python inside the hub; its variable `answer` comes back through JSON."""
        printed = self.manage("shell", "-v", "0", "-c", f"import json\n{code}\nprint(json.dumps(answer))")
        answer: object = json.loads(printed.splitlines()[-1])
        return answer

    def start(self, name: str) -> None:
        """Start a program of the Procfile, as it stands there."""
        lines = (ROOT / "Procfile").read_text().splitlines()
        command = next(line.removeprefix(f"{name}: ") for line in lines if line.startswith(f"{name}: "))
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                ["sh", "-c", command],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, name: str) -> None:
        """Stop it, if it runs."""
        process = self.processes.pop(name, None)
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop_all(self) -> None:
        for name in list(self.processes):
            self.stop(name)


@contextmanager
def running_hub(
    *,
    programs: tuple[str, ...] = ("web", "worker", "beat"),
    demo: bool = False,
    host: str = "127.0.0.1",
    **variables: str,
) -> Iterator[RunningHub]:
    """Set up a hub of its own and run it: on SQLite, or on what DATABASE_URL and REDIS_URL name."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-", ignore_cleanup_errors=True))
        )
        port = str(free_port())
        env = {**os.environ, "DJANGO_SETTINGS_MODULE": "hub.settings", "VAR_DIR": str(folder), "PORT": port}
        env |= {"HUB_URL": f"http://{host}:{port}", "SWEEP": "0.5", **variables}
        if database := os.environ.get("DATABASE_URL"):
            env["DATABASE_URL"] = stack.enter_context(database_beside(database))
        env["PATH"] = f"{PROGRAMS}:{env['PATH']}"
        hub = RunningHub(env["HUB_URL"], folder, env)
        hub.manage("setup", *([] if demo else ["--no-demo"]))
        # Also what is started later.
        stack.callback(hub.stop_all)
        for name in programs:
            hub.start(name)
        if "web" in programs:
            wait_until(lambda: _answers(f"{hub.url}/healthz"), seconds=STARTS_WITHIN)
        yield hub


def wait_until(holds: Callable[[], object], *, seconds: float) -> None:
    """Wait until it holds. :raises TimeoutError: it does not"""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def database_beside(url: str) -> Iterator[str]:
    """Make a database on the same server, and drop it in the end; the server may restart meanwhile."""
    name = f"hub_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
