"""Dutch is complete: each word of the source has its own, with its placeholders, and it is compiled."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from advocacy.people.models import Person
from advocacy.stories.models import Story

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "locale" / "nl" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%d|\{\w+\}|</?\w+[^>]*>")
# The names that the collector of words knows; under any other a word is never collected.
COLLECTED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext"}


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
        for english, words in zip(forms(message.id), forms(message.string), strict=True):
            assert sorted(PLACEHOLDER.findall(words)) == sorted(PLACEHOLDER.findall(english)), message.id


def test_the_compiled_words_are_those_that_were_written(dutch: dict[str, Message]) -> None:
    compiled = messages(catalog(FOLDER / "django.mo"))

    assert {word: forms(message.string) for word, message in compiled.items()} == {
        word: forms(message.string) for word, message in dutch.items()
    }


def test_words_are_marked_so_that_they_are_collected() -> None:
    sources = [path for part in ("advocacy", "hub") for path in (ROOT / part).rglob("*.py")]
    names = {
        (str(path.relative_to(ROOT)), alias.asname)
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and "gettext" in alias.name
    }

    assert {(path, name) for path, name in names if name not in COLLECTED} == set()


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


MAIN_PAGES = [
    "/shares/", "/shares/{story}/compose/", "/shares/mine/", "/platforms/", "/platforms/connect/bluesky/",
    "/platforms/connect/mastodon/", "/rehearsal/", "/notices/", "/people/settings/",
    "/stories/", "/stories/{story}/edit/", "/stories/start/", "/stories/topics/", "/reports/",
    "/reports/stories/{story}/", "/accounts/password/change/",
]  # fmt: skip


@pytest.fixture
def jip(make_person: Callable[..., Person]) -> Person:
    """Jip reads Dutch and has every role, so that nothing is hidden from him."""
    person = make_person("Jip", roles=("editor", "manager", "administrator"))
    person.language = "nl"
    person.save()
    return person


@pytest.fixture
def story(jip: Person) -> Story:
    """An open story in Dutch: what is left of English on its pages is ours."""
    now = timezone.now()
    return Story.objects.create(
        title="Wij maken wat anderen weggooien",
        url="https://verhalen.example/maken",
        language="nl",
        for_everyone=True,
        created_by=jip,
        created_at=now,
        changed_at=now,
        published_at=now - timedelta(days=1),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=29),
    )


@pytest.mark.parametrize("address", MAIN_PAGES)
def test_a_dutch_reader_reads_dutch(
    address: str, jip: Person, story: Story, as_person: Callable[[Person], Client]
) -> None:
    answer = as_person(jip).get(address.format(story=story.pk))

    assert answer.status_code == 200
    assert english_in(answer.content.decode()) == []


def test_months_in_short_have_no_capital_in_dutch(
    jip: Person, story: Story, as_person: Callable[[Person], Client]
) -> None:
    as_person(jip).post(
        f"/shares/{story.pk}/create/",
        {"text": "Zo.", "language": "nl", "accounts": "telegram-by-hand", "attach": "", "when": "now"},
    )
    page = as_person(jip).get("/shares/queue/").content.decode()

    month = date_format(timezone.localdate(timezone=jip.zone), "b")
    assert f" {month}</span>" in page
    assert f" {month.title()}</span>" not in page


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/", "/no/such/page/"])
def test_a_dutch_stranger_reads_dutch(address: str, client: Client, db: None) -> None:
    page = client.get(address, headers={"Accept-Language": "nl"}, follow=True).content.decode()

    assert english_in(page) == []


def english_in(page: str) -> list[str]:
    """Return the English words that a reader of a Dutch page sees in elements not marked as English."""
    assert '<html lang="nl"' in page
    body = page.partition("<body")[2]
    own = re.sub(r"<(\w+)[^>]* lang=\"en\".*?</\1>", " ", body, flags=re.DOTALL)
    visible = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", own, flags=re.DOTALL)
    return [visible[max(0, one.start() - 30) : one.end() + 30] for one in ENGLISH_LEFTOVERS.finditer(visible)]
