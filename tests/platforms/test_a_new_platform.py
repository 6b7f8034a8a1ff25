"""A new platform is one file: a copy of the hub gets one more, and nothing else in it is touched."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NEW = Path(__file__).parent / "new"
COPIED = ("advocacy", "hub", "templates", "static", "locale", "tests", "manage.py", "pyproject.toml")
LEFT = shutil.ignore_patterns("__pycache__", "*.pyc")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.slow
def test_one_more_file_is_one_more_platform(copy: Path) -> None:
    shutil.copy(NEW / "semaphore.py", copy / "advocacy/platforms/connectors/semaphore.py")
    shutil.copy(NEW / "front_door.py", copy / "tests/shares/test_semaphore.py")

    # The module for every platform, and what a person sees of this one.
    modules = ["tests/platforms/test_every_connector.py", "tests/shares/test_semaphore.py"]
    only = ["-k", "semaphore or loaded_without_django", "-p", "no:cacheprovider", "-p", "no:xdist"]
    said = run(copy, [sys.executable, "-m", "pytest", "-q", *only, *modules])

    passed = re.search(r"(\d+) passed", said)
    assert passed is not None, said
    assert int(passed[1]) > 70, said
    assert "failed" not in said.splitlines()[-1]


@pytest.mark.slow
def test_it_needs_no_migration_and_breaks_no_contract(copy: Path) -> None:
    shutil.copy(NEW / "semaphore.py", copy / "advocacy/platforms/connectors/semaphore.py")

    run(copy, [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"])
    assert "0 broken" in run(copy, [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"])


def run(copy: Path, command: list[str]) -> str:
    """Run it in the copy, on a database of its own, and return what it said."""
    ours = {"PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "DATABASE_URL", "REDIS_URL"}
    env = {name: value for name, value in os.environ.items() if name not in ours}
    env |= {
        "TEST_BACKEND": "sqlite",
        "VAR_DIR": str(copy / "var"),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout[-6000:]}{done.stderr[-2000:]}"
    return done.stdout.strip()
