"""`manage.py check --deploy` tells an administrator what is still missing, before people come."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
READY = {
    "DATABASE_URL": "postgresql://hub@db.example.test/hub",
    "REDIS_URL": "redis://cache.example.test:6379/0",
    "HUB_URL": "https://hub.example.test",
    "BEHIND_PROXY": "yes",
    "EMAIL_URL": "smtp+starttls://mail.example.test",
    "MAIL_FROM": "hub@example.test",
    "COMPANY_NAME": "Example",
    "METRICS_TOKEN": "a-long-token-that-nobody-guesses",
    # Django wants to see many different signs.
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN",
    "FIELD_KEYS": "dGVzdHMtb25seS1rZXktb2YtMzItYnl0ZXMtbG9uZyE=",
}


def complaints_with(folder: Path, **variables: str) -> set[str]:
    # Nothing of what tests run with.
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **READY, **variables}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return set(re.findall(r"\((\w+\.\w+)\)", done.stderr))


def test_a_hub_that_has_everything_hears_nothing(tmp_path: Path) -> None:
    assert complaints_with(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "value", "heard"),
    [
        ("DATABASE_URL", "", "hub.DATABASE_URL"),
        ("REDIS_URL", "", "hub.REDIS_URL"),
        ("HUB_URL", "http://hub.example.test", "hub.HUB_URL"),
        ("BEHIND_PROXY", "no", "hub.BEHIND_PROXY"),
        ("EMAIL_URL", "", "hub.EMAIL_URL"),
        ("MAIL_FROM", "", "hub.MAIL_FROM"),
        ("COMPANY_NAME", "", "hub.COMPANY_NAME"),
        ("METRICS_TOKEN", "guess", "hub.METRICS_TOKEN"),
        ("DEBUG", "yes", "security.W018"),
    ],
)
def test_what_is_amiss_is_said(tmp_path: Path, name: str, value: str, heard: str) -> None:
    assert heard in complaints_with(tmp_path, **{name: value})
