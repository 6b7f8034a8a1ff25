"""Charts: Vega-Lite specs, drawn on the server into SVG that stands in the page.

What comes out is built anew from a short list of elements and attributes: no script, no style attribute (the
content security policy would stop it), no address, no id. Its colours are the design's own names, so one
drawing serves day and night; its letters are the page's.

A drawing does not grow letters with its size, so each chart comes in three widths, of which static/css shows
the one that fits its place. A number that must not be shown is None: it leaves a gap.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

import vl_convert
from django.core.cache import cache
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

KEPT = 600  # seconds; the same numbers make the same drawing
# Name of the width and the width itself, in the units in which letters are 13 high.
WIDTHS = {"narrow": 350, "medium": 560, "broad": 940}
# Changes whenever the drawing of the same numbers does.
EDITION = 2

# Stand-ins for the design's colours: what the renderer draws in the left one gets the right one.
_COLOURS = {
    "#000001": "var(--chart-1)",
    "#000002": "var(--ink-soft)",
    "#000003": "var(--line)",
    "#000004": "var(--line-strong)",
    "#000005": "var(--surface)",
}
_BAR, _LETTERS, _GRID, _GROUND, _PAPER = _COLOURS
_NUMBERS = {"nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""]}}
_ENGLISH = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""]}

_SVG = "{http://www.w3.org/2000/svg}"
_ATTRIBUTES = frozenset(
    {"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "opacity", "text-anchor"}
    | {"stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "font-size", "font-weight"}
)
_SAYS_NOTHING = {("opacity", "1"), ("transform", "translate(0,0)")}
_INKS = ("fill", "stroke")
_LONG_FRACTION = re.compile(r"(\.\d\d)\d+")


class UnknownInk(Exception):
    """The drawing has a colour that stands for none of the design's."""


@dataclass(frozen=True)
class Point:
    """One value and the words at its place; `says` is what a pointer held over it reads."""

    label: str
    value: float | None
    says: str = ""


def bars(points: Sequence[Point], *, title: str, description: str) -> SafeString:
    """Draw whole numbers that follow each other in time. Labels differ from each other."""
    return _draw(_column_spec(points, _COLUMN, _COUNTS), title=title, description=description)


def lines(points: Sequence[Point], *, title: str, description: str) -> SafeString:
    """Draw shares of a whole (0 to 1) that follow each other in time. Labels differ from each other."""
    return _draw(_column_spec(points, _PATH, _PARTS), title=title, description=description)


def rows(points: Sequence[Point], *, title: str, description: str) -> SafeString:
    """Draw whole numbers of things that have names, one below the other. Labels differ from each other."""
    return _draw(_row_spec(points), title=title, description=description)


@dataclass(frozen=True)
class _Scale:
    """How the numbers beside a chart are written, and how far it goes up when there are none."""

    format: str
    least_step: float
    empty_top: float


# An arch above, as everything on the stoep.
_COLUMN = {"type": "bar", "cornerRadiusTopLeft": 5, "cornerRadiusTopRight": 5}
_ROW = {"type": "bar", "cornerRadiusTopRight": 5, "cornerRadiusBottomRight": 5}
_PATH = {"type": "line"}
_COUNTS = _Scale(",d", 1, 5)
_PARTS = _Scale(".0%", 0.01, 1)


def _column_spec(points: Sequence[Point], mark: dict[str, Any], scale: _Scale) -> dict[str, Any]:
    across = {
        **_names(points),
        "axis": {"labelAngle": 0, "labelOverlap": "parity", "labelSeparation": 8, "ticks": False},
    }
    up = {
        "field": "value",
        "type": "quantitative",
        "stack": None,
        # Without any value there is still a ground to stand on.
        "scale": {"nice": 4} if any(one.value for one in points) else {"domain": [0, scale.empty_top]},
        "axis": {
            "format": scale.format,
            "tickCount": 4,
            "tickMinStep": scale.least_step,
            "domain": False,
            "ticks": False,
        },
    }
    encoding = {"x": across, "y": up, "description": {"field": "says"}}
    return {"height": 200, "data": _data(points), "mark": mark, "encoding": encoding}


def _row_spec(points: Sequence[Point]) -> dict[str, Any]:
    names = {
        **_names(points),
        "scale": {"domain": [one.label for one in points], "paddingInner": 0.3, "paddingOuter": 0.15},
        "axis": {"grid": False, "ticks": False, "domain": False},
    }
    along = {"field": "value", "type": "quantitative", "stack": None, "scale": {"nice": False}, "axis": None}
    numbers = {
        "mark": {"type": "text", "align": "left", "dx": 6, "color": _LETTERS, "fontSize": 13},
        "encoding": {"text": {"field": "value", "format": _COUNTS.format}},
    }
    return {
        "height": {"step": 32},
        # At the end of the longest one stands its number.
        "padding": {"left": 2, "top": 2, "bottom": 2, "right": 56},
        "data": _data(points),
        "encoding": {"y": names, "x": along},
        "layer": [{"mark": _ROW, "encoding": {"description": {"field": "says"}}}, numbers],
    }


def _data(points: Sequence[Point]) -> dict[str, Any]:
    return {
        "values": [{"label": one.label, "value": one.value, "says": one.says or one.label} for one in points]
    }


def _names(points: Sequence[Point]) -> dict[str, Any]:
    # The domain is given, so that a gap keeps its place and its label.
    domain = [one.label for one in points]
    return {"field": "label", "type": "ordinal", "sort": None, "scale": {"domain": domain}}


_CONFIG: Mapping[str, Any] = {
    "background": None,
    "view": {"stroke": None},
    "font": "sans-serif",
    "axis": {
        "title": None,
        "labelColor": _LETTERS,
        "labelFontSize": 13,
        "labelPadding": 8,
        "gridColor": _GRID,
        "domainColor": _GROUND,
        "tickColor": _GROUND,
    },
    "axisX": {"grid": False},
    "bar": {"color": _BAR},
    "line": {"color": _BAR, "strokeWidth": 2.5, "point": {"fill": _BAR, "stroke": _PAPER, "size": 70}},
    "scale": {"bandPaddingInner": 0.32, "bandPaddingOuter": 0.16},
}


def _draw(spec: dict[str, Any], *, title: str, description: str) -> SafeString:
    language = (get_language() or "en").partition("-")[0]
    told = json.dumps([EDITION, spec, title, description, language], sort_keys=True)
    key = f"chart:{sha256(told.encode()).hexdigest()}"
    drawn: str | None = cache.get(key)
    if drawn is None:
        widths = (_one_width(spec, width, name, language) for name, width in WIDTHS.items())
        # Whichever width is shown, it has the same name; the others are not there for anybody.
        label = f"{title}. {description}" if description else title
        drawn = "".join(format_html(svg, label=label) for svg in widths)
        cache.set(key, drawn, KEPT)
    return mark_safe(drawn)  # noqa: S308 - built by _rebuilt from its short list, texts escaped


def _one_width(spec: dict[str, Any], width: int, name: str, language: str) -> str:
    config = {**_CONFIG, "axisY": {"grid": True, "labelLimit": width * 0.36}}
    whole = {"padding": 2, **spec, "width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    svg = vl_convert.vegalite_to_svg(
        whole,
        config=config,
        format_locale=_NUMBERS.get(language, _ENGLISH),
        allowed_base_urls=[],  # it fetches nothing
    )
    return _rebuilt(svg, name)


def _rebuilt(svg: str, width_name: str) -> str:
    """Return the drawing from a short list of parts, as a pattern for `format_html` with its `label`."""
    drawing = ElementTree.fromstring(svg)  # noqa: S314 - our own renderer wrote it
    root = ElementTree.Element(
        "svg", {"class": f"plot plot--{width_name}", "viewBox": drawing.get("viewBox", ""), "role": "img"}
    )
    for child in drawing:
        # A list first: `extend` turns what goes wrong in a generator into a TypeError without words.
        root.extend(list(_cleaned(child)))
    inside = ElementTree.tostring(root, encoding="unicode").replace("{", "{{").replace("}", "}}")
    return inside.replace('role="img"', 'role="img" aria-label="{label}"', 1)


def _cleaned(part: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Yield the part without what is not seen, or nothing if none of it is."""
    tag = part.tag.removeprefix(_SVG)
    if tag == "g":
        children = [seen for child in part for seen in _cleaned(child)]
        attributes = _attributes(part)
        if not (attributes and children):
            yield from children
            return
        group = ElementTree.Element("g", attributes)
        group.extend(children)
        yield group
    elif tag in {"path", "line", "rect", "text"} and _is_seen(part, tag):
        yield _mark(part, tag)


def _is_seen(part: ElementTree.Element, tag: str) -> bool:
    has_ink = any(part.get(ink, "none") != "none" for ink in _INKS)
    has_shape = part.get("d") != "" if tag == "path" else True
    return has_ink and has_shape and part.get("display") != "none"


def _mark(part: ElementTree.Element, tag: str) -> ElementTree.Element:
    mark = ElementTree.Element(tag, _attributes(part))
    if tag == "text":
        mark.text = "".join(part.itertext())
    # The line through all values bears the words of the first; each value has its own point.
    elif (says := part.get("aria-label")) and mark.get("fill", "none") != "none":
        ElementTree.SubElement(mark, "title").text = says
    return mark


def _attributes(part: ElementTree.Element) -> dict[str, str]:
    kept = {
        name: _LONG_FRACTION.sub(r"\1", value)
        for name, value in part.items()
        if name in _ATTRIBUTES and (name, value) not in _SAYS_NOTHING
    }
    return kept | {ink: _token(value) for ink in _INKS if (value := part.get(ink))}


def _token(colour: str) -> str:
    """:raises UnknownInk: see there"""
    if colour in {"none", "transparent"}:
        return "none"
    try:
        return _COLOURS[colour]
    except KeyError:
        raise UnknownInk(colour) from None
