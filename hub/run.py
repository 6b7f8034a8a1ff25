"""Start the whole hub on this machine: `python3 -I hub/run.py`, called by `make run`.

The system's Python runs this before any package exists, so it knows the standard library only. It makes the
environment, sets the hub up, starts the processes of the Procfile and stays until Ctrl-C stops them all.
"""

import contextlib
import ctypes
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
START_TIMEOUT = 60  # seconds until the web must have answered
STOP_TIMEOUT = 10  # seconds from asking the processes to stop until they are killed
# Every process below us carries this in its environment, so that none is overlooked when we stop.
MARK, OURS = "HUB_RUN", secrets.token_hex(8)
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class CannotRun(Exception):
    """The hub cannot start; the words say what the person can do."""


def main() -> None:
    try:
        with stopped_by_signals():
            run(port=port_from_environment())
    except CannotRun as reason:
        sys.exit(str(reason))


def run(*, port: int) -> None:
    """Set up, start, tell the person, and return when the hub has been stopped."""
    url = (os.environ.get("HUB_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    listen = os.environ.get("LISTEN") or ("::1" if url.startswith("http://[::1]") else "127.0.0.1")
    if is_taken(port, listen):
        other = f"make run PORT={free_port(port, listen)}"
        raise CannotRun(f"Port {port} is already in use. Stop what uses it, or choose another: {other}")
    require_room()
    environment = {
        **os.environ,
        "PATH": f"{BIN}:{os.environ.get('PATH', os.defpath)}",
        "PORT": str(port),
        "LISTEN": listen,
        "HUB_URL": url,
        "PYTHONUNBUFFERED": "1",
        # On a machine to learn on, root is who there is.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        MARK: OURS,
    }
    finish([sys.executable, "-I", str(ROOT / "hub" / "bootstrap.py"), "requirements.txt"], environment)
    finish([str(BIN / "python"), "manage.py", "setup"], environment)
    # Not the honcho of a .env file: what the processes know, the set-up above must have known too.
    with started([str(BIN / "honcho"), "start", "--env", os.devnull], environment) as processes:
        wait_for_answer(f"http://{in_an_address(listen)}:{port}/healthz", processes)
        say(welcome(url))
        processes.wait()
        raise CannotRun("One of the processes stopped, so all were stopped: its last words are above.")


def port_from_environment() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65_536:
        raise CannotRun(f"PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def in_an_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_taken(port: int, listen: str) -> bool:
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    with socket.socket(family) as door:
        # As servers do: connections of an earlier run that are still closing are no reason to refuse.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((listen, port))
        except PermissionError:
            raise CannotRun(f"Port {port} needs root's rights. Choose another: make run PORT=8000") from None
        except OSError:
            return True
    return False


def require_room() -> None:
    """Say it before anything is set up, if the hub cannot write to the folder where it keeps its things."""
    var = var_folder()
    try:
        var.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=var):
            pass
    except OSError as error:
        raise CannotRun(
            f"The hub keeps its things in {var} and cannot write there ({error.strerror}). Mend that, or "
            "name another folder: make run VAR_DIR=/another/folder"
        ) from None


def var_folder() -> Path:
    return Path(os.environ.get("VAR_DIR") or ROOT / "var")


def free_port(taken: int, listen: str) -> int:
    ports = range(max(taken % 65_000, 8000) + 1, 65_536)
    return next(port for port in ports if not is_taken(port, listen))


def finish(command: list[str], environment: dict[str, str]) -> None:
    """Run one step to its end; if it fails, it has said why itself."""
    with started(command, environment) as step:
        if step.wait():
            sys.exit(step.returncode)


@contextlib.contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the command in a session of its own, and leave nothing of it behind.

    Ctrl-C in a terminal reaches every process of a session at once; in one of its own, only we are told and
    the rest is stopped in order.
    """
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, preexec_fn=stop_with_parent
    )
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT)
        kill_leftovers()
        process.wait()


def stop_with_parent() -> None:
    """Ask the kernel for SIGTERM when our parent dies, also by kill -9."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def kill_leftovers() -> None:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"{MARK}={OURS}".encode() in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)


def wait_for_answer(url: str, processes: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not answers(url):
        if processes.poll() is not None:
            raise CannotRun("The hub stopped before it answered: its last words are above.")
        if time.monotonic() > deadline:
            raise CannotRun(f"The hub did not answer on {url} within {START_TIMEOUT} s: see above.")
        time.sleep(0.1)  # seconds


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address  # seconds
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def welcome(url: str) -> str:
    """Say where the hub is and who can sign in, from what set-up wrote down."""
    people = demo_people()
    shown = ("role", "name", "email", "password")
    widths = [max((len(one[field]) for one in people), default=0) for field in shown]
    rows = [
        "    " + "   ".join(one[field].ljust(width) for field, width in zip(shown, widths, strict=True))
        for one in people
    ]
    who = ["  Sign in as (role, name, e-mail, password):", *rows] if rows else []
    return "\n".join(["", f"  The hub is ready: {url}/", *who, "  Ctrl-C stops it.", ""])


def demo_people() -> list[dict[str, str]]:
    try:
        written = (var_folder() / "demo-people.json").read_text()
    except FileNotFoundError:
        return []
    people: list[dict[str, str]] = json.loads(written)
    return people


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Turn Ctrl-C, a closed terminal and a stopped or killed `make` into an orderly end."""
    stop_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        yield
    except KeyboardInterrupt:
        say("\nStopped.")


def stop(_number: int, _frame: FrameType | None) -> None:
    # Once is enough: a second Ctrl-C must not cut the stopping off.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def say(words: str) -> None:
    # A closed terminal must not keep us from stopping.
    with contextlib.suppress(OSError):
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
