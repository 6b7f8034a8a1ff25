"""The pages in `docs/` and the README are true to the code: what they name exists, nothing is left out."""

import re
from datetime import time, timedelta
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from advocacy.platforms.connector import channels
from tests.commands.screenshots import FOLDER, SHOTS
from tests.hub.test_settings import SETTINGS, settings_with

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ADMINISTRATOR, PLATFORMS = ROOT / "docs" / "administrator.md", ROOT / "docs" / "platforms.md"
# What `env_...` in the settings reads. That nothing else reads the environment is tested too.
# `PORT` and `LISTEN` are for the Procfile, too.
READ = set(re.findall(r'\benv(?:_\w+)?\(\s*f?"([A-Z_]+)"', SETTINGS.read_text())) | {"PORT", "LISTEN"}
ENDINGS = "py|toml|txt|md|css|js|html|po|mo|svg|png"
PAGE_IDS = [page.name for page in PAGES]


def rows_of(page: Path) -> dict[str, tuple[str, str]]:
    """Return of each variable in a table what its default is said to be, and what it is."""
    rows = {}
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        names = re.findall(r"`([A-Z_]+)`", cells[0]) if line.startswith("| `") else []
        defaults = cells[1].split(", ") if len(cells) > 2 else []
        for number, name in enumerate(names):
            default = defaults[number] if len(defaults) == len(names) else defaults[0]
            rows[name] = (default.strip("`"), cells[2])
    return rows


def as_written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return f"{value.total_seconds():g}" if isinstance(value, timedelta) else str(value)


def test_every_setting_is_explained_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    explained = rows_of(ADMINISTRATOR)
    for name in READ - {"VAR_DIR", "SECRET_KEY", "FIELD_KEYS"}:
        monkeypatch.delenv(name, raising=False)

    found = settings_with(monkeypatch)

    assert explained.keys() == READ
    for name in READ:
        if isinstance(found.get(name), bool | int | time | timedelta):
            assert explained[name][0] == as_written(found[name]), name


def test_the_settings_are_read_in_one_place() -> None:
    code = [path for folder in ("advocacy", "hub") for path in (ROOT / folder).rglob("*.py")]
    reads = {
        str(path.relative_to(ROOT)) for path in code if re.search(r"os\.environ|getenv", path.read_text())
    }

    # What runs before there is a Django, what names the settings to it, and the options of platforms.
    assert reads == {
        "hub/environment.py", "hub/run.py", "hub/bootstrap.py", "hub/celery.py", "hub/wsgi.py",
        "advocacy/platforms/connector.py",
    }  # fmt: skip


def test_every_option_of_a_platform_is_explained_with_its_default() -> None:
    options = {
        channel.variable(option.name): option.default
        for channel in channels().values()
        for option in channel.options
    }

    assert {name: default for name, (default, _what) in rows_of(PLATFORMS).items()} == options


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_every_command_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    code = " ".join(re.findall(r"```.*?```|`[^`\n]+`", page.read_text(), flags=re.DOTALL))

    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets
    assert set(re.findall(r"\bmanage\.py ([a-z_]+)", code)) <= get_commands().keys()


@pytest.mark.parametrize("page", PAGES, ids=PAGE_IDS)
def test_every_file_exists(page: Path) -> None:
    text = page.read_text()
    # What begins with a slash is an address of the hub.
    named = set(re.findall(rf"`(\w[\w<>./-]*\.(?:{ENDINGS})|\w[\w/-]*/)(?:::\w+)?`", text)) - {"var/"}
    linked = {link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link}

    assert {name for name in named if not any(is_meant(path, name) for path in files())} == set()
    assert {link for link in linked if not (page.parent / link).exists()} == set()


@cache
def files() -> list[str]:
    folders = ("advocacy", "hub", "docs", "locale", "static", "templates", "tests")
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [str(path.relative_to(ROOT)) for path in [*inside, *ROOT.glob("*.*")]]


def is_meant(path: str, name: str) -> bool:
    """Say whether a file is named by its path, or by the last parts of it; `<slug>` stands for any name."""
    pattern = re.sub(r"<\w+>", "[^/]+", name.replace(".", r"\."))
    end = "" if name.endswith("/") else r"\Z"
    return re.search(rf"(?:^|/){pattern}{end}", path) is not None


def test_the_readme_shows_every_picture_that_is_taken() -> None:
    shown = set(re.findall(r"\(docs/pictures/([\w-]+)\.png\)", (ROOT / "README.md").read_text()))

    assert shown == {shot.name for shot in SHOTS}
    assert shown == {path.stem for path in FOLDER.iterdir()}
