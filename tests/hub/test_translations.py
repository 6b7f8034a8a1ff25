"""Dutch is complete: each word of the source has its own, with its placeholders, and it is compiled."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.test import Client

from advocacy.people.models import Person

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "locale" / "nl" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%d|\{\w+\}|</?\w+>")


def catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_mo(file) if path.suffix == ".mo" else read_po(file, locale="nl")


def forms(words: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [words] if isinstance(words, str) else list(words or [])


def messages(found: Catalog) -> dict[str, Message]:
    """Return the messages by their first form; the header has none."""
    return {forms(message.id)[0]: message for message in found if message.id}


@pytest.fixture(scope="module")
def dutch() -> dict[str, Message]:
    return messages(catalog(FOLDER / "django.po"))


def test_every_word_has_its_dutch(dutch: dict[str, Message]) -> None:
    undone = [word for word, message in dutch.items() if message.fuzzy or not all(forms(message.string))]

    assert undone == []


def test_no_placeholder_or_tag_is_lost(dutch: dict[str, Message]) -> None:
    for message in dutch.values():
        wanted = set(PLACEHOLDER.findall(forms(message.id)[-1]))
        for words in forms(message.string)[-1:]:
            assert set(PLACEHOLDER.findall(words)) == wanted, message.id


def test_the_compiled_words_are_those_that_were_written(dutch: dict[str, Message]) -> None:
    compiled = messages(catalog(FOLDER / "django.mo"))

    assert {word: forms(message.string) for word, message in compiled.items()} == {
        word: forms(message.string) for word, message in dutch.items()
    }


@pytest.mark.slow
def test_no_word_of_the_source_is_missing(dutch: dict[str, Message], tmp_path: Path) -> None:
    """Collect the words anew, as `make messages` does, and compare."""
    for name in ("advocacy", "hub", "templates", "manage.py"):
        whole = ROOT / name
        if whole.is_dir():
            shutil.copytree(whole, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "demo"))
        else:
            shutil.copy(whole, tmp_path / name)
    (tmp_path / "locale").mkdir()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "hub.settings", "VAR_DIR": str(tmp_path / "var")}
    collect = [sys.executable, "manage.py", "makemessages", "--locale", "nl"]
    subprocess.run(collect, cwd=tmp_path, env=env, check=True)

    found = messages(catalog(tmp_path / "locale" / "nl" / "LC_MESSAGES" / "django.po"))

    assert sorted(set(found) - set(dutch)) == []


ENGLISH_LEFTOVERS = re.compile(r"\b(the|your|and|with|this|what|here)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    "address",
    ["/shares/", "/shares/mine/", "/platforms/", "/rehearsal/", "/notices/", "/people/settings/", "/stories/",
     "/stories/start/", "/stories/topics/", "/reports/"],
)  # fmt: skip
def test_a_dutch_reader_reads_dutch(
    address: str, make_person: Callable[..., Person], as_person: Callable[[Person], Client]
) -> None:
    person = make_person("Jip", roles=("editor", "manager", "administrator"))
    Person.objects.update(language="nl")
    person.refresh_from_db()

    page = as_person(person).get(address).content.decode()

    main = page.partition("<main")[2].partition("</main>")[0]
    visible = re.sub(r"<(select|script).*?</\1>|<[^>]*>", " ", main, flags=re.DOTALL)
    assert '<html lang="nl">' in page
    assert ENGLISH_LEFTOVERS.findall(visible) == []
