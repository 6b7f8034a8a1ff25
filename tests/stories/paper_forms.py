"""A browser without a script: reads a form off a page, lets a test type into it, and sends all of it back."""

from collections.abc import Iterator
from typing import Protocol

from selectolax.lexbor import LexborHTMLParser, LexborNode

Values = dict[str, list[str]]


class Page(Protocol):
    """What a test client answers."""

    @property
    def status_code(self) -> int: ...

    @property
    def content(self) -> bytes: ...


def form_on(page: Page, form: str = "#story-form") -> Values:
    """Return what the form would send if it were submitted as it stands, without any button."""
    found = LexborHTMLParser(page.content).css_first(form)
    assert found is not None, f"no {form} on this page"
    values: Values = {}
    for field in found.css("input, textarea, select"):
        for value in _values_of(field):
            values.setdefault(field.attributes["name"] or "", []).append(value)
    return values


def text_of(page: Page, where: str = "main") -> str:
    """Return the words that a person reads there."""
    found = LexborHTMLParser(page.content).css_first(where)
    assert found is not None, f"no {where} on this page"
    return " ".join(found.text().split())


def _values_of(field: LexborNode) -> Iterator[str]:
    attributes = field.attributes
    kind = attributes.get("type")
    if not attributes.get("name") or kind == "file" or "disabled" in attributes:
        return
    if kind in ("checkbox", "radio"):
        if "checked" in attributes:
            yield attributes.get("value") or "on"
    elif field.tag == "textarea":
        # A browser drops the first line break of a textarea.
        yield field.text().removeprefix("\n")
    elif field.tag == "select":
        options = field.css("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        yield from (option.attributes.get("value") or "" for option in chosen)
    else:
        yield attributes.get("value") or ""
