"""Charts as a browser, a screen reader and the content security policy find them."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.utils import translation
from django.utils.safestring import SafeString

from advocacy.lib import charts
from advocacy.lib.charts import WIDTHS, Point, UnknownInk, bars, lines, rows

Draw = Callable[..., SafeString]
WEEKS = [Point("2 Nov", 10, "2–8 November: 10"), Point("9 Nov", 40, "9–15 November: 40")]  # noqa: RUF001
HOSTILE = '<script>alert("1")</script>&\'{0}{label}%s'

every_chart = pytest.mark.parametrize("draw", [bars, lines, rows])


@pytest.fixture(autouse=True)
def _nothing_drawn_before() -> None:
    cache.clear()


@every_chart
def test_a_chart_is_made_of_shapes_and_letters_and_nothing_that_acts(draw: Draw) -> None:
    drawings = _drawings(draw(WEEKS, title="Clicks by week", description="Between 10 and 40."))

    parts = [part for drawing in drawings for part in drawing.iter()]
    assert {part.tag for part in parts} <= {"svg", "g", "path", "line", "rect", "text", "title"}
    for part in parts:
        assert not {name for name in part.attrib if name.startswith("on")}
        assert not {"style", "id", "href", "filter", "clip-path"} & part.attrib.keys()
        assert not [value for value in part.attrib.values() if "url(" in value or "//" in value]


@every_chart
def test_a_chart_has_no_colour_of_its_own(draw: Draw) -> None:
    drawings = _drawings(draw(WEEKS, title="Clicks by week", description=""))

    inks = {
        part.get(ink) for drawing in drawings for part in drawing.iter() for ink in ("fill", "stroke")
    } - {None, "none"}
    assert "var(--chart-1)" in inks
    assert "var(--ink-soft)" in inks
    assert all(re.fullmatch(r"var\(--[a-z0-9-]+\)", str(ink)) for ink in inks)


@every_chart
def test_a_chart_is_a_picture_with_a_name_for_who_cannot_see_it(draw: Draw) -> None:
    drawings = _drawings(draw(WEEKS, title="Clicks by week", description="Between 10 and 40."))

    assert [drawing.get("role") for drawing in drawings] == ["img"] * len(WIDTHS)
    assert {drawing.get("aria-label") for drawing in drawings} == {"Clicks by week. Between 10 and 40."}


@every_chart
def test_each_value_says_in_words_what_it_is(draw: Draw) -> None:
    for drawing in _drawings(draw(WEEKS, title="Clicks by week", description="")):
        said = [title.text for title in drawing.iter("title")]

        assert said == [point.says for point in WEEKS]


@every_chart
def test_a_chart_comes_in_each_width_for_the_style_sheet_to_choose_from(draw: Draw) -> None:
    drawings = _drawings(draw(WEEKS, title="Clicks by week", description=""))

    assert [drawing.get("class") for drawing in drawings] == [f"plot plot--{name}" for name in WIDTHS]
    assert [_width(drawing) for drawing in drawings] == pytest.approx(list(WIDTHS.values()), abs=2)


@every_chart
def test_texts_from_strangers_stay_texts(draw: Draw) -> None:
    points = [Point(HOSTILE, 3, HOSTILE), Point("9 Nov", 4)]

    svg = draw(points, title=HOSTILE, description=HOSTILE)

    assert "<script" not in svg
    for drawing in _drawings(svg):
        assert drawing.get("aria-label") == f"{HOSTILE}. {HOSTILE}"
        assert HOSTILE in {title.text for title in drawing.iter("title")}


@pytest.mark.parametrize("draw", [bars, lines])
def test_what_must_not_be_shown_leaves_a_gap_and_keeps_its_place(draw: Draw) -> None:
    points = [WEEKS[0], Point("9 Nov", None, "9–15 November: not shown"), Point("16 Nov", 0.4)]  # noqa: RUF001

    for drawing in _drawings(draw(points, title="Clicks by week", description="")):
        assert "9–15 November: not shown" not in {title.text for title in drawing.iter("title")}  # noqa: RUF001
        assert "9 Nov" in _words(drawing)


def test_a_gap_is_not_a_zero() -> None:
    zero = bars([WEEKS[0], Point("9 Nov", 0, "9 Nov: 0")], title="Clicks", description="")
    gap = bars([WEEKS[0], Point("9 Nov", None, "9 Nov: not shown")], title="Clicks", description="")

    assert "9 Nov: 0" in zero
    assert "9 Nov: not shown" not in gap


def test_a_chart_of_zeros_has_a_ground_to_stand_on() -> None:
    nothing = [Point("2 Nov", 0), Point("9 Nov", 0)]

    for drawing in _drawings(bars(nothing, title="Clicks", description="")):
        assert {"0", "2 Nov", "9 Nov"} <= _words(drawing)


def test_a_chart_of_one_value_can_be_drawn() -> None:
    for drawing in _drawings(bars([WEEKS[0]], title="Clicks", description="")):
        assert "2 Nov" in _words(drawing)


def test_a_longer_bar_stands_for_more() -> None:
    for drawing in _drawings(rows(WEEKS, title="Clicks by topic", description="")):
        assert {"10", "40"} <= _words(drawing)
        ten, forty = (_length(part) for part in drawing.iter("path") if part.find("title") is not None)
        assert forty == pytest.approx(4 * ten, rel=0.02)


def test_parts_are_written_as_percentages() -> None:
    points = [Point("2 Nov", 0.2), Point("9 Nov", 0.4)]

    for drawing in _drawings(lines(points, title="Adoption", description="")):
        assert [word for word in _words(drawing) if word.endswith("%")]


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    points = [Point("a", 12_000), Point("b", 34_000)]

    english = rows(points, title="Clicks", description="")
    with translation.override("nl"):
        dutch = rows(points, title="Clicks", description="")

    assert "34,000" in _words(_drawings(english)[0])
    assert "34.000" in _words(_drawings(dutch)[0])


def test_the_same_numbers_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = bars(WEEKS, title="Clicks", description="")
    monkeypatch.setattr(charts, "_one_width", _refuse)

    assert bars(WEEKS, title="Clicks", description="") == first
    with pytest.raises(AssertionError):
        bars(WEEKS, title="Other clicks", description="")


def test_a_colour_that_is_not_the_designs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "_COLUMN", {"type": "bar", "color": "#ff0000"})

    with pytest.raises(UnknownInk):
        bars(WEEKS, title="Clicks", description="")


def _drawings(svg: SafeString) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(f"<div>{svg}</div>"))  # noqa: S314 - we drew it


def _words(drawing: ElementTree.Element) -> set[str]:
    return {text.text or "" for text in drawing.iter("text")}


def _width(drawing: ElementTree.Element) -> float:
    return float(drawing.get("viewBox", "").split()[2])


def _length(bar: ElementTree.Element) -> float:
    """Return how far the shape reaches from left to right."""
    across = [float(x) for x in re.findall(r"[MLCA]?(-?[\d.]+),-?[\d.]+", bar.get("d", ""))]
    return max(across) - min(across)


def _refuse(*_drawing: object) -> str:
    raise AssertionError("drawn again")
