"""Every no that a connector can give has words that say what to do next."""

import ast
from pathlib import Path

import pytest

import advocacy.platforms as platforms
from advocacy.platforms.connector import Code
from advocacy.platforms.reasons import QUOTED, WORDS, explain

FAILURES = {"TryLater", "Rejected", "Disconnected", "OutcomeUnknown", "Failure"}
HERE = Path(platforms.__file__).parent


def raised_codes() -> list[tuple[str, int, ast.expr]]:
    """Return the first argument of every failure that code in this app makes, with where that is."""
    return [
        (path.name, node.lineno, node.args[0])
        for path in sorted(HERE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FAILURES
    ]


def is_a_code(node: ast.expr) -> bool:
    """Whether it is `Code.SOMETHING`, a choice between such, a table of such, or another failure's code."""
    if isinstance(node, ast.IfExp):
        return is_a_code(node.body) and is_a_code(node.orelse)
    if isinstance(node, ast.Attribute):
        return node.attr == "code" or (isinstance(node.value, ast.Name) and node.value.id == "Code")
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and is_a_code(node.args[-1])
    return False


def test_connectors_use_no_words_but_the_known_codes() -> None:
    made = raised_codes()

    assert len(made) > 30
    assert [(name, line) for name, line, node in made if not is_a_code(node)] == []


@pytest.mark.parametrize("code", list(Code))
def test_each_code_has_words_that_say_what_to_do(code: Code) -> None:
    sentence = explain(code, "", "Bluesky")

    assert code in WORDS
    assert "%" not in sentence
    assert sentence.endswith(".")
    assert sentence.count(".") + sentence.count(":") >= 2, "what happened, and what to do next"


@pytest.mark.parametrize("code", list(Code))
def test_the_platforms_own_words_come_along_where_they_help(code: Code) -> None:
    sentence = explain(code, "100% <b>spam</b>", "Bluesky")

    assert ("Bluesky says: “100% <b>spam</b>”" in sentence) == (code in QUOTED)


def test_a_word_from_elsewhere_is_not_an_error() -> None:
    assert explain("connector_broke", "KeyError", "Bluesky").startswith("Something went wrong at Bluesky.")
