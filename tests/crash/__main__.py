"""`make crash RUNS=200`: kill real workers with SIGKILL at every named point, on SQLite and on PostgreSQL.

The last line is the result of both together. The figures of a run are proof only while Rehearsal, the target,
takes the same key twice and so shows every double.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.commands.servers import free_port, running_postgres, running_redis
from tests.crash.orders import POINTS

# Everything in the proportions of production, but faster: see hub/settings.py.
HURRIED = {"SEND_TIMEOUT": "1.5", "SETTLING": "2", "LEASE": "2.5", "SWEEP": "0.5"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="on each database")
    runs = parser.parse_args().runs
    with ExitStack() as stack:
        servers = {"DATABASE_URL": stack.enter_context(running_postgres())}
        servers["REDIS_URL"] = stack.enter_context(running_redis())
        results = [crash_on({}, runs=runs), crash_on(servers, runs=runs)]
    total: Counter[str] = Counter()
    for result in results:
        total.update({name: result[name] for name in ("runs", "duplicates", "lost", "unresolved")})
    reached = [point for point in POINTS if all(result["reached"].get(point) for result in results)]
    figures = ("runs", "duplicates", "lost", "unresolved")
    print(f"points={len(reached)}", *(f"{name}={total[name]}" for name in figures))
    wrong = total["duplicates"] + total["lost"] + total["unresolved"] + (len(POINTS) - len(reached))
    sys.exit(1 if wrong else 0)


def crash_on(servers: dict[str, str], *, runs: int) -> dict[str, Any]:
    """Run all of it on one database, in processes of its own, and return its figures."""
    with tempfile.TemporaryDirectory(prefix="hub-crash-", ignore_cleanup_errors=True) as folder:
        port = str(free_port())
        env = os.environ | servers | HURRIED
        env |= {
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
            "VAR_DIR": folder,
            "CRASH_DIR": str(Path(folder) / "orders"),
            "PORT": port,
            "HUB_URL": f"http://127.0.0.1:{port}",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.crash.one", "--runs", str(runs)],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
    if done.returncode:
        sys.exit(f"the crash runs on {'PostgreSQL' if servers else 'SQLite'} broke off")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print("PostgreSQL:" if servers else "SQLite:", json.dumps(result))
    return result


if __name__ == "__main__":
    main()
