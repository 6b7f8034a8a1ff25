"""A real Bluesky server (PDS) with its DID directory, on loopback, for as long as a `with` lasts.

With an AppView it is a whole network of one server, which counts likes as the public one does.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.commands.servers import free_port, running_postgres, running_redis
from tests.peers import install

SCRIPT = Path(__file__).parent / "bluesky_server" / "pds.mjs"
STARTS_WITHIN = 60  # seconds


@dataclass(frozen=True)
class Account:
    """`password` is an app password; `main_password` is the account's own, which the hub must refuse."""

    handle: str
    did: str
    password: str
    main_password: str


@dataclass(frozen=True)
class Pds:
    """`url` is like http://localhost:40123, as are `directory` (of DIDs) and `appview`, which may be empty.

    The accounts are alice and bob.
    """

    url: str
    directory: str
    appview: str
    accounts: Mapping[str, Account]

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def settings(self) -> dict[str, str]:
        """What a hub is told that lives on this network, and not on the public one."""
        return {"BLUESKY_RESOLVER": self.host, "BLUESKY_DIRECTORY": self.directory}

    @property
    def hosts(self) -> list[str]:
        """What it takes to reach all of it: host and port of each, as in PRIVATE_HOSTS."""
        known = (self.url, self.directory, self.appview)
        return [url.removeprefix("http://") for url in known if url]


@contextmanager
def running_pds(*, names: tuple[str, ...] = (), trusting: Path | None = None) -> Iterator[Pds]:
    """Start a server of our own on free ports, 5 seconds; it ends with the block, or with this process.

    It takes `names` for this machine, and `trusting` for an authority: so it can look us up on https.
    """
    with _running({"names": names}, NODE_EXTRA_CA_CERTS=str(trusting or "")) as pds:
        yield pds


@contextmanager
def running_network() -> Iterator[Pds]:
    """Start a server with an AppView beside it, and the two databases that it wants, 8 seconds."""
    with running_postgres() as postgres, running_redis() as redis:
        place = urlsplit(redis).netloc
        appview = {"port": free_port(), "postgres": postgres, "redis": place}
        with _running({"names": (), "appview": appview}) as pds:
            yield pds


@contextmanager
def _running(settings: Mapping[str, object], **variables: str) -> Iterator[Pds]:
    install.install(["bluesky"])
    with tempfile.TemporaryDirectory(prefix="pds-") as folder:
        process = _start(folder, settings, variables)
        try:
            yield _ready(process, Path(folder))
        finally:
            _stop(process)


def _start(folder: str, more: Mapping[str, object], variables: Mapping[str, str]) -> subprocess.Popen[str]:
    settings = {"pdsPort": free_port(), "plcPort": free_port(), "folder": folder, **more}
    with (Path(folder) / "log").open("w") as log:
        return subprocess.Popen(
            [str(install.node()), str(SCRIPT), json.dumps(settings)],
            cwd=install.BLUESKY_HOME,
            # Closing the pipe stops the server: also when this process is killed.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={"LOG_ENABLED": "false", "TMPDIR": folder, **variables},
            text=True,
        )


def _ready(process: subprocess.Popen[str], folder: Path) -> Pds:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"The Bluesky server did not start:\n{(folder / 'log').read_text()[-2000:]}")
    said = json.loads(line)
    return Pds(
        url=said["url"],
        directory=said["directory"],
        appview=said["appview"],
        accounts={
            name: Account(one["handle"], one["did"], one["password"], one["mainPassword"])
            for name, one in said["accounts"].items()
        },
    )


def _stop(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
