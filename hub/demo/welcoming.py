"""Who can sign in at the demo company, written down for who set it up, and for nobody else."""

import json
import os
from pathlib import Path

from django.conf import settings

from hub.demo.employees import EMPLOYEES, SHOWN
from hub.demo.words.passphrase import new_passphrase

FILE = "demo-people.json"


def password_of_demo() -> str:
    """Return the one password of all demo people, and see that it is written down. It is made only once."""
    path = Path(settings.VAR_DIR) / FILE
    password = _written_down(path) or new_passphrase()
    _write_down(path, password)
    return password


def _written_down(path: Path) -> str:
    try:
        return str(json.loads(path.read_text())[0]["password"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def _write_down(path: Path, password: str) -> None:
    addresses = {employee.name: employee.email for employee in EMPLOYEES}
    people = [
        {"role": role, "name": name, "email": addresses[name], "password": password}
        for role, name in SHOWN.items()
    ]
    fresh = path.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    # Never readable for others, not even for a moment, and never half written.
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(people, file, indent=2)
    fresh.replace(path)
