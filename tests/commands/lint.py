"""Every check that needs no server: `python -m tests.commands.lint`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.commands.stages import Stages

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def main() -> int:
    stages = Stages()
    check_all(stages)
    return stages.report()


def check_all(stages: Stages) -> None:
    for name, passes in CHECKS.items():
        stages.run(name, passes)


def command(*words: str) -> Callable[[], bool]:
    def passes() -> bool:
        program, *arguments = words
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        return subprocess.run([BIN / program, *arguments], cwd=ROOT, env=environment).returncode == 0

    return passes


def no_known_holes() -> bool:
    """Ask pip-audit about every installed package. Where its data is out of reach, say so and go on."""
    asked = subprocess.run(
        [BIN / "pip-audit", "--local", "--format", "json", "--progress-spinner", "off"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    try:
        packages = json.loads(asked.stdout)["dependencies"]
    except ValueError:
        print(f"pip-audit could not reach its data: {(asked.stderr.splitlines() or ['no reason given'])[-1]}")
        return True
    # A mirror without the vulnerability data makes pip-audit skip every package and call that success.
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        print(f"pip-audit could not reach its data: all {len(packages)} packages were skipped by it.")
        return True
    for package in packages:
        if "skip_reason" in package:
            print(f"pip-audit skipped {package['name']}: {package['skip_reason']}")
    holes = [(package["name"], hole["id"]) for package in audited for hole in package["vulns"]]
    for name, hole in holes:
        print(f"{name} has a known hole: {hole}")
    return not holes


CHECKS: dict[str, Callable[[], bool]] = {
    "ruff check": command("ruff", "check", "."),
    "ruff format": command("ruff", "format", "--check", "."),
    "mypy --strict": command("mypy", "advocacy", "hub", "tests"),
    "import-linter": command("lint-imports"),
    "makemigrations --check": command("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "pip-audit": no_known_holes,
}

if __name__ == "__main__":
    sys.exit(main())
