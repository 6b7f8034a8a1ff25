"""Make the environment in .venv and install packages: `python3 -I hub/bootstrap.py requirements.txt`.

The system's Python runs this before any package exists, so it knows the standard library only. Whatever an
earlier run left half done is noticed and made anew.
"""

import contextlib
import csv
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Stands while packages are being installed: whoever finds it knows that an earlier run was cut off.
UNFINISHED = VENV / "unfinished"
# Debian's python3 comes without ensurepip, so pip is then taken from here and held to its hash.
PIP_WHEEL = (
    "https://files.pythonhosted.org/packages/07/25/"
    "ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
)
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
DOWNLOAD_TIMEOUT = 20  # seconds


class CannotBootstrap(Exception):
    """The environment cannot be made; the words say what the person can do."""


def main(requirements: Path) -> None:
    try:
        ensure_environment()
        ensure_packages(requirements)
    except CannotBootstrap as reason:
        sys.exit(str(reason))
    except OSError as error:
        # No room, no right to write here: pip says its own line of that.
        sys.exit(f"The environment in {VENV} cannot be made: {error.strerror}. Mend that, then try again.")


def ensure_environment() -> None:
    if VENV.exists() and not is_sound():
        say("The environment in .venv is damaged or half made: making it anew.")
        shutil.rmtree(VENV)
    if not VENV.exists():
        make_environment()


def ensure_packages(requirements: Path) -> None:
    name = requirements.relative_to(ROOT)
    stamp = VENV / f"installed-{'-'.join(name.parts)}"
    if stamp_holds(stamp, requirements):
        return
    say(f"Installing the packages of {name}; the first time takes a minute or two.")
    started = time.monotonic()
    with marked_unfinished():
        pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
        if subprocess.run([*pip, "install", "--requirement", str(requirements)]).returncode:
            raise CannotBootstrap("The packages could not be installed: pip says why above. Then try again.")
    stamp.write_text("\n".join([fingerprint(requirements), *sorted(installed())]))
    say(f"Installed in {time.monotonic() - started:.0f} s.")


def is_sound() -> bool:
    """Say whether .venv was made here, for a Python that still exists, and no file of a package is lost."""
    if UNFINISHED.exists():
        return False
    try:
        pip = subprocess.run([VENV / "bin" / "pip", "--version"], capture_output=True, text=True)
    except OSError:
        return False
    return pip.returncode == 0 and f" {VENV}/" in pip.stdout and not any(lost_files())


def lost_files() -> Iterator[Path]:
    for record in VENV.glob("lib/python3*/site-packages/*.dist-info/RECORD"):
        with record.open(newline="") as lines:
            for name, *_ in csv.reader(lines):
                path = record.parent.parent / name
                if path.suffix != ".pyc" and not path.exists():
                    yield path


def make_environment() -> None:
    say("Making the environment in .venv.")
    if importlib.util.find_spec("ensurepip"):
        venv.create(VENV, with_pip=True, symlinks=True)
        return
    try:
        wheel = download_pip()
    except (OSError, CannotBootstrap) as reason:
        install_debian_venv(str(reason))
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        return
    venv.create(VENV, with_pip=False, symlinks=True)
    path = VENV / PIP_WHEEL.rpartition("/")[2]
    path.write_bytes(wheel)
    # A wheel is a zip file, and pip runs from inside its own.
    subprocess.run([PYTHON, path / "pip", "--quiet", "install", "--no-index", path], check=True)
    path.unlink()


def download_pip() -> bytes:
    with urllib.request.urlopen(PIP_WHEEL, timeout=DOWNLOAD_TIMEOUT) as answer:
        wheel: bytes = answer.read()
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise CannotBootstrap("the copy of pip that came is not the one expected")
    return wheel


def install_debian_venv(reason: str) -> None:
    """Install Debian's own pip, with its certificates, where we may; else say in one line what to install."""
    if os.geteuid() or not shutil.which("apt-get"):
        raise CannotBootstrap(
            f"Python has no pip here, and it could not be fetched ({reason}). Run this, then try again: "
            "sudo apt-get install python3-venv"
        )
    say("Installing Debian's python3-venv.")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    subprocess.run([*apt, "update"], env=quiet)
    install = [*apt, "install", "--yes", "--no-install-recommends", "python3-venv"]
    if subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL).returncode:
        raise CannotBootstrap("apt-get could not install python3-venv: it says why above. Then try again.")


def stamp_holds(stamp: Path, requirements: Path) -> bool:
    if not stamp.exists():
        return False
    known, *names = stamp.read_text().split("\n")
    return known == fingerprint(requirements) and installed().issuperset(names)


def installed() -> set[str]:
    return {path.name for path in VENV.glob("lib/python3*/site-packages/*.dist-info")}


def fingerprint(requirements: Path) -> str:
    # The tests' requirements include the hub's own, so both count whichever was asked for.
    files = {requirements, ROOT / "requirements.txt"}
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(files))).hexdigest()


@contextlib.contextmanager
def marked_unfinished() -> Iterator[None]:
    """Leave the mark only when we are killed: pip undoes its own failures."""
    UNFINISHED.touch()
    try:
        yield
    except CannotBootstrap:
        UNFINISHED.unlink()
        raise
    UNFINISHED.unlink()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(ROOT / sys.argv[1])
