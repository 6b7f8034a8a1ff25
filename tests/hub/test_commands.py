"""What a stranger meets first: `make run`, on a machine where something is amiss."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.commands.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
# What the tests' own settings, and `make`, leave in the environment, and a person's shell does not have.
OURS = {"DJANGO_SETTINGS_MODULE", "SECRET_KEY", "FIELD_KEYS", "VAR_DIR", "DATABASE_URL", "REDIS_URL"}
OURS |= {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
FIELD_KEY = "dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtbG9uZyE="
FIRST_ANSWER = 240  # seconds, the promise for the first time
NEXT_ANSWER = 40  # seconds; the promise is 10, for a machine that does not run tests beside it


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OURS} | more


def make(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["make", "run", *words], cwd=ROOT, env=environment(**more), capture_output=True, text=True
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        yield somebody.getsockname()[1]


def test_a_taken_port_is_named_with_a_way_out(taken_port: int) -> None:
    refused = make(f"PORT={taken_port}", f"PYTHON={sys.executable}")

    said = refused.stderr.splitlines()[0]
    assert refused.returncode
    assert said.startswith(f"Port {taken_port} is already in use.")
    offered = int(said.rpartition("make run PORT=")[2])
    with socket.socket() as door:
        door.bind(("127.0.0.1", offered))


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused_in_words(port: str) -> None:
    refused = make(f"PORT={port}", f"PYTHON={sys.executable}")

    assert refused.stderr.splitlines()[0] == f"PORT must be a number from 1 to 65535, not '{port}'."


@pytest.mark.parametrize("var", ["/proc/no/such/place", "/etc/hostname"])
def test_a_folder_that_cannot_be_written_to_is_said_in_one_line(var: str) -> None:
    """Root may write everywhere but there."""
    refused = make(f"PORT={free_port()}", f"PYTHON={sys.executable}", VAR_DIR=var)

    said, *rest = refused.stderr.splitlines()
    assert said.startswith(f"The hub keeps its things in {var} and cannot write there")
    assert [line for line in rest if not line.startswith("make: ")] == []


def test_a_setting_that_cannot_be_is_said_in_one_line() -> None:
    refused = subprocess.run(
        [sys.executable, "manage.py", "setup"],
        cwd=ROOT,
        env=environment(HUB_URL="hub.example"),
        capture_output=True,
        text=True,
    )

    assert refused.returncode
    assert (
        refused.stderr == "HUB_URL must be an address such as https://hub.example.com, not 'hub.example'.\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize("program", ["web", "worker", "beat"])
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        # Refused where settings are read, and where the hub's rooms are opened.
        ("LEASE", "70s", "LEASE must be a number of seconds, not '70s'."),
        (
            "PRIVATE_HOSTS",
            "10.0.0.1",
            "PRIVATE_HOSTS: '10.0.0.1' is not host:port, such as pds.internal:2583.",
        ),
    ],
)
def test_no_program_starts_with_a_setting_that_cannot_be(
    tmp_path: Path, program: str, name: str, value: str, said: str
) -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    command = next(line.removeprefix(f"{program}: ") for line in lines if line.startswith(f"{program}: "))

    refused = subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env=environment(
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            PORT=str(free_port()),
            VAR_DIR=str(tmp_path),
            **{name: value},
        ),
        capture_output=True,
        text=True,
        timeout=60,
    )

    # The web server has words of its own after ours, which begin with how bad they are.
    first, *more = (refused.stderr + refused.stdout).splitlines()
    assert refused.returncode
    assert first == said
    assert [line for line in more if program != "web" or not line.startswith("[")] == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["setup", "rotate_keys"])
def test_a_database_that_is_away_is_said_in_one_line(tmp_path: Path, command: str) -> None:
    nobody = f"postgresql://hub:canary@127.0.0.1:{free_port()}/hub"
    refused = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=environment(
            DATABASE_URL=nobody, VAR_DIR=str(tmp_path), SECRET_KEY="x" * 50, FIELD_KEYS=FIELD_KEY
        ),
        capture_output=True,
        text=True,
    )

    (line,) = refused.stderr.splitlines()
    assert refused.returncode
    assert line.startswith("The database does not let the hub in: connection failed:")
    assert "canary" not in line


def test_an_old_python_is_refused_in_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.18" && exit\nexec {sys.executable} -c '
        '"import sys; sys.version_info = (3, 9, 18); exec(sys.argv[1])" "$2"\n'
    )
    old.chmod(0o755)

    refused = make(f"PYTHON={old}")

    (line,) = refused.stderr.splitlines()
    assert refused.returncode
    assert f"The hub needs Python 3.11 or newer, and {old} is Python 3.9.18." in line


def test_a_missing_python_is_refused_in_one_line() -> None:
    refused = make("PYTHON=python3-that-nobody-has")

    (line,) = refused.stderr.splitlines()
    assert "and python3-that-nobody-has is missing." in line


@pytest.fixture(scope="module")
def small_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tree with the hub's bootstrap, and with one small package to install."""
    tree = tmp_path_factory.mktemp("tree")
    (tree / "hub").mkdir()
    shutil.copy(ROOT / "hub" / "bootstrap.py", tree / "hub")
    write_wheel(tree / "pebble-1.0-py3-none-any.whl")
    (tree / "requirements.txt").write_text(f"{tree}/pebble-1.0-py3-none-any.whl\n")
    return tree


def write_wheel(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("pebble/__init__.py", "WEIGHT = 1\n")
        wheel.writestr("pebble-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: pebble\nVersion: 1.0\n")
        wheel.writestr(
            "pebble-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("pebble-1.0.dist-info/RECORD", "")


def bootstrap(tree: Path) -> str:
    """Run it and return what it said; afterwards the package is there, whole."""
    done = subprocess.run(
        [sys.executable, "-I", "hub/bootstrap.py", "requirements.txt"],
        cwd=tree,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    check = "import pebble; assert pebble.WEIGHT == 1"
    assert subprocess.run([tree / ".venv" / "bin" / "python", "-c", check]).returncode == 0
    return done.stdout


def site_packages(tree: Path) -> Path:
    (folder,) = tree.glob(".venv/lib/python3*/site-packages")
    return folder


def kill_a_run_in_the_middle(tree: Path) -> None:
    shutil.rmtree(tree / ".venv")
    cut_off = subprocess.Popen(
        [sys.executable, "-I", "hub/bootstrap.py", "requirements.txt"],
        cwd=tree,
        env=environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (tree / ".venv" / "bin").exists():
        time.sleep(0.01)
    os.killpg(cut_off.pid, signal.SIGKILL)
    cut_off.wait()


def lose_the_python(tree: Path) -> None:
    for name in (tree / ".venv" / "bin").glob("python3*"):
        name.unlink()
        name.symlink_to("/a/python/that/was/removed")


def empty_the_environment(tree: Path) -> None:
    shutil.rmtree(tree / ".venv")
    (tree / ".venv").mkdir()


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a run killed in the middle": kill_a_run_in_the_middle,
    "a run killed while packages were installed": lambda tree: (tree / ".venv" / "unfinished").touch(),
    "a lost file": lambda tree: (site_packages(tree) / "pebble" / "__init__.py").unlink(),
    "a lost Python": lose_the_python,
    "an empty folder": empty_the_environment,
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_environment_is_made_anew(small_tree: Path, damage: str) -> None:
    bootstrap(small_tree)
    DAMAGE[damage](small_tree)

    assert "damaged or half made" in bootstrap(small_tree)


@pytest.mark.slow
def test_a_place_that_cannot_be_written_to_is_said_in_one_line(small_tree: Path, tmp_path: Path) -> None:
    (tmp_path / "hub").mkdir()
    shutil.copy(small_tree / "hub" / "bootstrap.py", tmp_path / "hub")
    shutil.copy(small_tree / "requirements.txt", tmp_path)
    # Root may write everywhere but here.
    (tmp_path / ".venv").symlink_to("/proc/no/such/place")

    done = subprocess.run(
        [sys.executable, "-I", "hub/bootstrap.py", "requirements.txt"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
    )

    assert done.returncode != 0
    [line] = done.stderr.splitlines()
    assert "cannot be made" in line


@pytest.mark.slow
def test_packages_are_installed_once_and_again_when_they_change_or_go(small_tree: Path) -> None:
    bootstrap(small_tree)
    requirements = small_tree / "requirements.txt"

    assert bootstrap(small_tree) == ""

    requirements.write_text(f"# Heavier.\n{requirements.read_text()}")
    assert "Installing the packages" in bootstrap(small_tree)

    for trace in site_packages(small_tree).glob("pebble*"):
        shutil.rmtree(trace)
    assert "Installing the packages" in bootstrap(small_tree)


class Hub:
    """A `make run` of our own, with an empty var folder and a free port."""

    def __init__(self, var: Path) -> None:
        self.var = var
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = int(door.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        log = (self.var / "said.txt").open("w")
        self.make = subprocess.Popen(
            ["make", "run", f"PORT={self.port}", f"PYTHON={sys.executable}"],
            cwd=ROOT,
            env=environment(VAR_DIR=str(self.var)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self) -> str:
        return (self.var / "said.txt").read_text()

    def wait_until_ready(self, *, seconds: float) -> None:
        started = time.monotonic()
        while "The hub is ready" not in self.said():
            assert self.make.poll() is None, self.said()
            assert time.monotonic() - started < seconds, self.said()
            time.sleep(0.05)

    def processes(self) -> list[psutil.Process]:
        """Return all that still lives and keeps its things in our var folder."""
        return [process for process in psutil.process_iter() if self.owns(process)]

    def named(self, part: str) -> list[psutil.Process]:
        """Return those whose command holds the words, oldest first."""
        return [process for process in self.processes() if part in " ".join(process.cmdline())]

    def owns(self, process: psutil.Process) -> bool:
        try:
            living = process.status() != psutil.STATUS_ZOMBIE
            return living and process.environ().get("VAR_DIR") == str(self.var)
        except psutil.Error:
            return False

    def wait_until_gone(self, *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while left := self.processes():
            assert time.monotonic() < deadline, [process.cmdline() for process in left]
            time.sleep(0.05)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Return a hub that has been set up once: the tests of this module take turns with it."""
    hub = Hub(tmp_path_factory.mktemp("var"))
    hub.start()
    hub.wait_until_ready(seconds=FIRST_ANSWER)
    yield hub
    for process in hub.processes():
        process.kill()


@pytest.fixture
def running(hub: Hub) -> Hub:
    if hub.make.poll() is not None:
        hub.start()
        hub.wait_until_ready(seconds=NEXT_ANSWER)
    return hub


@pytest.mark.slow
def test_one_command_starts_everything_and_says_who_can_sign_in(running: Hub) -> None:
    said = running.said()
    people = json.loads((running.var / "demo-people.json").read_text())

    assert running.url in said
    assert [person["role"] for person in people] == ["employee", "editor", "manager", "administrator"]
    assert all(person["email"] in said and person["password"] in said for person in people)
    with urllib.request.urlopen(running.url) as page:
        assert page.status == 200
    commands = [" ".join(process.cmdline()) for process in running.processes()]
    for part in ("hub.wsgi", "celery --app hub --quiet worker", "celery --app hub --quiet beat"):
        assert any(part in command for command in commands)


@pytest.mark.slow
def test_ctrl_c_stops_all_of_it(running: Hub) -> None:
    os.killpg(running.make.pid, signal.SIGINT)

    running.make.wait(20)
    running.wait_until_gone(seconds=1)
    assert "Traceback" not in running.said()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("victim", "which"),
    [("make", 0), ("hub/run.py", 0), ("honcho", 0), ("granian", -1), ("worker", 0), ("beat", 0)],
)
def test_whoever_is_killed_nothing_stays_behind_and_the_next_run_works(
    running: Hub, victim: str, which: int
) -> None:
    running.named(victim)[which].kill()

    running.make.wait(20)
    running.wait_until_gone(seconds=15)
    running.start()
    running.wait_until_ready(seconds=NEXT_ANSWER)


@pytest.mark.slow
def test_files_that_a_crash_left_behind_do_not_matter(running: Hub) -> None:
    os.killpg(running.make.pid, signal.SIGINT)
    running.make.wait(20)
    for name in ("beat", "celerybeat.pid"):
        (running.var / name).write_bytes(b"\0half a file")

    running.start()
    running.wait_until_ready(seconds=NEXT_ANSWER)
    assert "Traceback" not in running.said()
