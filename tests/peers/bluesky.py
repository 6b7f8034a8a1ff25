"""A real Bluesky server (PDS) with its DID directory, on loopback, for as long as a `with` lasts."""

import json
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    """`url` is like http://localhost:40123, as is `directory`, of DIDs; the accounts are alice and bob."""

    url: str
    directory: str
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
        return [self.host, self.directory.removeprefix("http://")]


@contextmanager
def running_pds(*, names: tuple[str, ...] = (), trusting: Path | None = None) -> Iterator[Pds]:
    """Start a server of our own on free ports, 5 seconds; it ends with the block, or with this process.

    It takes `names` for this machine, and `trusting` for an authority: so it can look us up on https.
    """
    install.install(["bluesky"])
    with tempfile.TemporaryDirectory(prefix="pds-") as folder:
        process = _start(folder, names, trusting)
        try:
            yield _ready(process, Path(folder))
        finally:
            _stop(process)


def _start(folder: str, names: tuple[str, ...], trusting: Path | None) -> subprocess.Popen[str]:
    pds_port, plc_port = _free_ports()
    settings = {"pdsPort": pds_port, "plcPort": plc_port, "folder": folder, "names": names}
    with (Path(folder) / "log").open("w") as log:
        return subprocess.Popen(
            [str(install.node()), str(SCRIPT), json.dumps(settings)],
            cwd=install.BLUESKY_HOME,
            # Closing the pipe stops the server: also when this process is killed.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={"LOG_ENABLED": "false", "TMPDIR": folder, "NODE_EXTRA_CA_CERTS": str(trusting or "")},
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


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
