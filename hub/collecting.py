"""Static files, gathered for WhiteNoise. That takes seconds, so it is done only when one has changed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static_files() -> None:
    # Beside the folder, not in it: what is in it is served.
    stamp = Path(settings.VAR_DIR) / "static.collected"
    wanted = fingerprint()
    if is_collected(stamp, wanted):
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    # Last: cut off before this line, it is done anew.
    stamp.write_text(wanted)


def is_collected(stamp: Path, wanted: str) -> bool:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    return manifest.exists() and stamp.exists() and stamp.read_text() == wanted


def fingerprint() -> str:
    lines = "\n".join(sorted(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sources()))
    return hashlib.sha256(lines.encode()).hexdigest()


def sources() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))
