"""Every check and every test, on both ways to run: `make test`."""

import contextlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import FrameType

from tests.commands import debian, lint
from tests.commands.running_pytest import RESULTS, ROOT, closing_lines, end, passes_on
from tests.commands.servers import running_postgres, running_redis
from tests.commands.stages import Stages

# On each database.
CRASH_RUNS = ("--runs", "150", "--lanes", "1", "--fresh")


def main() -> int:
    # `timeout` and continuous integration stop us with SIGTERM: our servers must end then as well.
    signal.signal(signal.SIGTERM, stop)
    stages = Stages()
    if stages.run("Debian packages", debian_packages):
        with beside("tests.peers.install") as installed:
            lint.check_all(stages)
            ready = stages.run("other people's servers", installed)
        if ready:
            run_tests(stages)
    return stages.report()


def run_tests(stages: Stages) -> None:
    with contextlib.ExitStack() as stack:
        # They spend most of their time waiting. Figures of runs that were made by hand stay as they are.
        crashed = stack.enter_context(beside("tests.crash", *CRASH_RUNS, "--kept", str(RESULTS / "crash")))
        urls: dict[str, str] = {}

        def servers() -> bool:
            urls["DATABASE_URL"] = stack.enter_context(running_postgres())
            urls["REDIS_URL"] = stack.enter_context(running_redis())
            return True

        stages.run("tests on SQLite", lambda: passes_on("sqlite", {}))
        stages.run("PostgreSQL and Redis", servers)
        stages.run("tests on PostgreSQL", lambda: passes_on("postgres", urls))
        stages.run("300 crash runs", crashed)
    stages.last_words = [*closing_lines("sqlite"), *closing_lines("postgres")]


@contextlib.contextmanager
def beside(*module: str) -> Iterator[Callable[[], bool]]:
    """Run a module of ours beside something else; what it gives waits for its end and shows what it said."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

        def passed() -> bool:
            process.wait()
            output.seek(0)
            print(output.read().decode(errors="replace"))
            return process.returncode == 0

        try:
            yield passed
        finally:
            end(process, with_its_children=True)


def debian_packages() -> bool:
    try:
        debian.ensure(debian.FOR_TESTS)
    except debian.CannotInstall as reason:
        print(reason)
        return False
    return True


def stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
