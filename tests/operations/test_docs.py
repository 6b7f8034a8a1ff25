"""An operator who is woken at night finds every word of the hub in one page."""

from pathlib import Path

import pytest

from advocacy.operations.errors import CLASSES
from advocacy.operations.exposing import ALARMS
from advocacy.shares.models import State

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text()
WORDS = {*State.values, *ALARMS, *(error.slug for error in CLASSES.values())}


@pytest.mark.parametrize("word", sorted(WORDS))
def test_the_page_explains_it(word: str) -> None:
    rows = [
        line for line in PAGE.splitlines() if line.startswith("| `") and f"`{word}`" in line.split(" | ")[0]
    ]

    assert rows
