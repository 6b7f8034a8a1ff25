"""Install the Debian packages that the tests need: `python -m tests.commands.debian nginx wrk`.

As root they are installed; otherwise one line names those that are missing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# A package, and a file that shows it is there: the file may have come by another road than apt.
SIGNS = {
    "chromium-headless-shell": "/usr/bin/chromium-headless-shell",
    "fonts-liberation": "/usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf",
    "fonts-noto-color-emoji": "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
    "g++": "/usr/bin/g++",
    "gettext": "/usr/bin/msgfmt",
    "libvips-tools": "/usr/bin/vips",
    "make": "/usr/bin/make",
    "nginx": "/usr/sbin/nginx",
    "postgresql": "/usr/lib/postgresql/*/bin/initdb",
    "redis-server": "/usr/bin/redis-server",
    "wrk": "/usr/bin/wrk",
}
FOR_TESTS = (
    "chromium-headless-shell",
    "fonts-liberation",
    "fonts-noto-color-emoji",
    "g++",
    "gettext",
    "make",
    "postgresql",
    "redis-server",
)


class CannotInstall(Exception):
    """Packages are missing and we may not, or could not, install them."""


def ensure(packages: Iterable[str]) -> None:
    """Install those that are missing.

    :raises CannotInstall: with the one line for the person
    """
    wanted = missing(packages)
    if not wanted:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise CannotInstall(f"Debian packages are missing: sudo apt-get install {' '.join(wanted)}")
    print(f"Installing Debian packages: {' '.join(wanted)}", flush=True)
    said = install(wanted)
    if still := missing(wanted):
        raise CannotInstall(f"{said}\napt-get did not install {' '.join(still)}: it says why above.")


def missing(packages: Iterable[str]) -> list[str]:
    return [package for package in packages if not any(Path("/").glob(SIGNS[package][1:]))]


def install(packages: list[str]) -> str:
    """Return what apt-get said, which is only of use when something is still missing."""
    apt = ["apt-get", "-q", "-o", "Dpkg::Use-Pty=0"]
    said = []
    for words in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*apt, *words],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said.append(done.stdout)
    return "".join(said)


if __name__ == "__main__":
    try:
        ensure(sys.argv[1:])
    except CannotInstall as reason:
        sys.exit(str(reason))
