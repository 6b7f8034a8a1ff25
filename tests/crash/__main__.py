"""`make crash RUNS=200`: kill real workers with SIGKILL at every named point, on SQLite and on PostgreSQL.

The last line is the result of all runs so far. They are made in rounds of at most 500, each on a new
database. What came of a round is kept in var/crash: the same command again goes on where an earlier one was
stopped, and FRESH=1 begins anew. The figures are proof only while Rehearsal, the target, takes the same key
twice and so shows every double. docs/crash-runs.md tells what is tried and how to read it.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.commands.servers import free_port, running_postgres, running_redis
from tests.crash.orders import CHORES, POINTS
from tests.peers.bluesky import running_pds
from tests.running import database_beside

ROOT = Path(__file__).resolve().parents[2]
ROUND = 500
# Side by side on each database: most of the time goes by with waiting.
LANES = 3
BESIDE = 6  # one run in so many is not about sending but about renewing, measuring or writing off
# Today, and shortly before the clocks of Europe go back and forth.
NIGHTS = ("", "2026-10-25T00:50+00:00", "2027-03-28T00:50+00:00")
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
Env = Mapping[str, str]
LAST_WORDS = 3000  # characters of what the workers said where something went wrong
WRONG = ("duplicates", "lost", "unresolved")
FIGURES = ("runs", *WRONG)
# Everything in the proportions of production, but faster: see hub/settings.py.
HURRIED = {
    "SEND_TIMEOUT": "1.5",
    "SETTLING": "2",
    "LEASE": "2.5",
    "SWEEP": "0.5",
    "DISPATCH": "0.5",
    # Longer than the clock is set ahead: what is due must go, not be missed.
    "LAST_SAFE": "7200",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="on each database")
    parser.add_argument("--lanes", type=int, default=LANES, help="how many at a time on each database")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--kept", type=Path, default=ROOT / "var" / "crash", help="where figures are kept")
    options = parser.parse_args()
    if options.fresh:
        shutil.rmtree(options.kept, ignore_errors=True)
    options.kept.mkdir(parents=True, exist_ok=True)
    runs = -(-options.runs // options.lanes)
    with ExitStack() as stack:
        bluesky = stack.enter_context(running_pds())
        alice = bluesky.accounts["alice"]
        login = {"handle": alice.handle, "password": alice.password, "server": bluesky.host}
        known = {"PRIVATE_HOSTS": bluesky.host, "CRASH_BLUESKY": json.dumps(login)}
        lanes: list[tuple[str, Env]] = []
        for number in range(1, options.lanes + 1):
            # What one lane does to its servers is no other lane's trouble.
            servers = {"DATABASE_URL": stack.enter_context(running_postgres(durable="on"))}
            servers["REDIS_URL"] = stack.enter_context(running_redis())
            lanes += [(f"{SQLITE} {number}", {}), (f"{POSTGRESQL} {number}", servers)]
        with ThreadPoolExecutor(len(lanes)) as pool:
            at_work = {
                name: pool.submit(crash_on, options.kept / name, urls, known, runs=runs)
                for name, urls in lanes
            }
            results = {name: one.result() for name, one in at_work.items()}
    for log in options.kept.glob("*.log"):
        print(f"--- the end of {log}", log.read_text(errors="replace")[-LAST_WORDS:], sep="\n", flush=True)
    points = [*POINTS, *(CHORES if runs >= BESIDE * len(CHORES) else ())]
    sys.exit(0 if is_well(results, points) else 1)


def is_well(results: Mapping[str, dict[str, Any]], points: Sequence[str]) -> bool:
    """Print the line of figures over all lanes, by name; say whether nothing went wrong and all was tried.

    A point counts when it was reached on both databases.
    """
    total: Counter[str] = Counter()
    both = {SQLITE: Counter[str](), POSTGRESQL: Counter[str]()}
    for name, result in results.items():
        total.update({figure: result[figure] for figure in FIGURES})
        both[name.partition(" ")[0]].update(result["reached"])
    reached = [point for point in points if all(one[point] for one in both.values())]
    # Near the end, where who keeps only that still finds it.
    print(*(f"{name}: {what}" for name, result in results.items() for what in result["wrong"]), sep="\n")
    print(f"points={len(reached)}", *(f"{name}={total[name]}" for name in FIGURES))
    return not any(total[name] for name in WRONG) and len(reached) == len(points)


def crash_on(kept: Path, servers: Env, bluesky: Env, *, runs: int) -> dict[str, Any]:
    """Make the runs that are missing in one lane, and return the figures of all."""
    name = kept.name
    result: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {"runs": 0}
    if 0 < result["runs"] < runs:
        print(f"{name}: going on after {result['runs']} runs of before", flush=True)
    while result["runs"] < runs:
        one = round_on(kept, servers, bluesky, runs=min(ROUND, runs - result["runs"]))
        result = added(result, one)
        kept.write_text(json.dumps(result))
    print(f"{name}: {json.dumps(result)}", flush=True)
    return result


def round_on(kept: Path, servers: Env, bluesky: Env, *, runs: int) -> dict[str, Any]:
    """Make some runs of each kind and return their figures."""
    beside = runs // BESIDE
    result: dict[str, Any] = {}
    for number, night in enumerate(NIGHTS):
        share = (runs - beside + number) // len(NIGHTS)
        ahead = (datetime.fromisoformat(night) - datetime.now(UTC)).total_seconds() if night else 0
        known = {**bluesky, "CRASH_NIGHT_AHEAD": str(ahead)}
        result = added(result, part_of_a_round(kept, "one", servers, known, runs=share))
    if not beside:
        return result
    return added(result, part_of_a_round(kept, "chores", servers, bluesky, runs=beside))


def part_of_a_round(kept: Path, module: str, servers: Env, known: Env, *, runs: int) -> dict[str, Any]:
    """Make runs of one kind in processes of their own, on a database of their own."""
    name = kept.name
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="hub-crash-", ignore_cleanup_errors=True)
        )
        port = str(free_port())
        env = {**os.environ, **HURRIED, **servers}
        if database := servers.get("DATABASE_URL"):
            env["DATABASE_URL"] = stack.enter_context(database_beside(database))
        env |= {
            "DJANGO_SETTINGS_MODULE": "tests.crash.settings",
            "VAR_DIR": folder,
            "CRASH_DIR": str(Path(folder) / "orders"),
            "PORT": port,
            "HUB_URL": f"http://127.0.0.1:{port}",
            **known,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        seed = random.randrange(1_000_000)
        print(f"{name}: {runs} runs of {module} with seed {seed}", flush=True)
        command = [sys.executable, "-m", f"tests.crash.{module}", "--runs", str(runs), "--seed", str(seed)]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"the crash runs on {name} broke off")
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        if any(result[figure] for figure in WRONG):
            shutil.copy(Path(folder) / "workers.log", kept.with_name(f"{name} {module} {seed}.log"))
    return result


def added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sums of both, figure by figure."""
    whole = dict(one)
    for name, value in other.items():
        if isinstance(value, dict):
            whole[name] = added(whole.get(name, {}), value)
        else:
            whole[name] = whole.get(name, 0) + value
    return whole


if __name__ == "__main__":
    main()
