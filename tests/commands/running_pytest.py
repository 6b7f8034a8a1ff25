"""Run every test on one of the two ways to run, and see that none is skipped without being on a list."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "var" / "test"
# One more than there are cores: tests wait for servers and browsers half of their time.
PROCESSES = min((os.cpu_count() or 1) + 1, 4)
TEARDOWN_TIMEOUT = 30  # seconds
# `make run` knows one way only, whatever these tests are started on.
ONLY_ON_SQLITE = "tests/hub/test_commands.py"
# Test and backend: whatever else is skipped fails the run. SQLite is a file, whose connections nobody ends.
AWAY = "tests.shares.test_database_away::"
KNOWN_SKIPS = {
    (f"{AWAY}test_a_connection_that_is_ended_in_the_middle_costs_no_answer", "sqlite"),
    (f"{AWAY}test_a_worker_that_freezes_in_the_middle_of_a_claim_lets_the_others_go_on", "sqlite"),
    (f"{AWAY}test_no_connection_waits_or_is_waited_for_without_end[lock_timeout]", "sqlite"),
    (
        f"{AWAY}test_no_connection_waits_or_is_waited_for_without_end[idle_in_transaction_session_timeout]",
        "sqlite",
    ),
}


def passes_on(backend: str, urls: dict[str, str]) -> bool:
    folder = RESULTS / backend
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    leave_out = []
    if backend != "sqlite":
        print(f"{ONLY_ON_SQLITE} is about a hub on SQLite, and ran there.")
        leave_out = [f"--ignore={ONLY_ON_SQLITE}"]
    passed = run_pytest(
        [
            *leave_out,
            f"--numprocesses={PROCESSES}",
            "--dist=loadfile",
            "--no-loadscope-reorder",
            "-rfEsxX",
            "--durations=10",
            "--color=no",
        ],
        folder,
        {**os.environ, "TEST_BACKEND": backend, "VAR_DIR": str(folder / "var"), **urls},
    )
    skips = [skip for skip in skipped(folder / "results.xml") if (skip, backend) not in KNOWN_SKIPS]
    for skip in skips:
        print(f"Skipped, but not among the KNOWN_SKIPS of {Path(__file__).relative_to(ROOT)}: {skip}")
    return passed and not skips


def run_pytest(options: list[str], folder: Path, environment: dict[str, str]) -> bool:
    """Show what pytest says while it says it, and keep it."""
    pytest = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, f"--junitxml={folder / 'results.xml'}"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert pytest.stdout
    try:
        with (folder / "output.txt").open("wb") as kept:
            while said := os.read(pytest.stdout.fileno(), 65_536):
                kept.write(said)
                sys.stdout.buffer.write(said)
                sys.stdout.flush()
        return pytest.wait() == 0
    finally:
        end(pytest)


def end(process: "subprocess.Popen[bytes]", *, with_its_children: bool = False) -> None:
    """Let it stop what it started; then see that nothing of its session is left."""
    if process.poll() is None:
        # As Ctrl-C would: all of them. Pytest tells its own.
        os.kill(-process.pid if with_its_children else process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(TEARDOWN_TIMEOUT)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def skipped(results: Path) -> Iterator[str]:
    """Name the tests that did not run, or ran and were expected to fail."""
    if not results.exists():
        return
    # Our own pytest wrote the file a moment ago.
    for case in ElementTree.parse(results).iter("testcase"):  # noqa: S314
        if case.find("skipped") is not None:
            yield "::".join(filter(None, (case.get("classname"), case.get("name"))))


def closing_lines(backend: str) -> list[str]:
    """Return what failed and pytest's last word, as they stand."""
    output = RESULTS / backend / "output.txt"
    lines = output.read_text(errors="replace").splitlines() if output.exists() else []
    failures = [f"{backend}: {line}" for line in lines if line.startswith(("FAILED ", "ERROR "))]
    closing = [line for line in lines if re.fullmatch(r"=+ .* in [\d.]+s.* =+", line)]
    return [*failures, closing[-1] if closing else f"pytest did not come to its end on {backend}"]
