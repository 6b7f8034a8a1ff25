"""What the README and the documents point at is there, and no picture is left over."""

import re
from pathlib import Path

import pytest

from tests.commands.screenshots import FOLDER, SHOTS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = LINK.findall(document.read_text())

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_shows_every_picture_that_is_taken() -> None:
    shown = set(re.findall(r"\(docs/pictures/([\w-]+)\.png\)", (ROOT / "README.md").read_text()))

    assert shown == {shot.name for shot in SHOTS}
    assert shown == {path.stem for path in FOLDER.iterdir()}
