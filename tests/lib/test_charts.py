"""Charts as they stand in a page: harmless, in the design's colours, and readable without seeing them."""

import re
from collections.abc import Callable, Iterator, Sequence
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import override

from advocacy.lib import charts
from advocacy.lib.charts import Point, UnknownInk, bars, lines, rows

Draw = Callable[..., SafeString]
WEEKS = [
    Point(f"{day} Nov", value, f"{day} Nov: {value}") for day, value in [(2, 4.0), (9, None), (16, 1284.0)]
]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def drawings(drawn: SafeString) -> list[ElementTree.Element]:
    """Return the widths of one chart; that they can be read shows that they are whole."""
    return list(ElementTree.fromstring(f"<div>{drawn}</div>"))  # noqa: S314 - drawn here


def draw_all(points: Sequence[Point], title: str = "Shares", description: str = "") -> list[SafeString]:
    return [draw(points, title=title, description=description) for draw in (bars, lines, rows)]


HOSTILE = "</text><script>alert(1)</script><image href='https://evil.example/x' onload='alert(1)'/>{label}{0}"


@pytest.mark.parametrize("draw", [bars, lines, rows])
def test_whatever_the_words_are_the_drawing_holds_nothing_that_acts(draw: Draw) -> None:
    points = [Point(HOSTILE, 0.4, HOSTILE), Point("harmless", 0.6)]

    drawn = draw(points, title=HOSTILE, description=HOSTILE)

    for svg in drawings(drawn):
        for part in svg.iter():
            assert part.tag.removeprefix(SVG) in {"svg", "g", "path", "line", "rect", "text", "title"}
            assert not {"style", "href", "id", "onload", "font-family", "clip-path"} & set(part.attrib)
    assert "url(" not in drawn
    assert "<script" not in drawn


def test_a_drawing_has_only_colours_of_the_design() -> None:
    for drawn in draw_all([Point("a", 0.4), Point("b", 0.6)]):
        inks = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn))
        assert inks <= {
            "none",
            *(f"var(--{name})" for name in ("chart-1", "ink-soft", "line", "line-strong", "surface")),
        }
        assert "var(--chart-1)" in inks


def test_a_colour_that_the_design_does_not_have_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "_COLOURS", {"#000001": "var(--chart-1)"})

    with pytest.raises(UnknownInk):
        bars(WEEKS, title="Shares", description="")


def test_who_cannot_see_it_hears_a_name_and_a_description() -> None:
    drawn = bars(WEEKS, title="Shares & clicks", description="Between 4 and 1,284.")

    for svg in drawings(drawn):
        assert svg.get("role") == "img"
        assert svg.get("aria-label") == "Shares & clicks. Between 4 and 1,284."


def test_each_value_says_itself_under_a_pointer() -> None:
    for svg in drawings(bars(WEEKS, title="Shares", description="")):
        assert [title.text for title in svg.iter("title")] == ["2 Nov: 4.0", "16 Nov: 1284.0"]


def test_a_line_says_nothing_but_at_its_values() -> None:
    """The renderer gives the whole line the words of its first value."""
    points = [Point("2 Nov", 0.2, "2 Nov: 20%"), Point("9 Nov", 0.4, "9 Nov: 40%")]

    for svg in drawings(lines(points, title="Adoption", description="")):
        assert [title.text for title in svg.iter("title")] == ["2 Nov: 20%", "9 Nov: 40%"]


def test_a_chart_comes_in_three_widths_and_scales_within_each() -> None:
    found = drawings(bars(WEEKS, title="Shares", description=""))

    assert [svg.get("class") for svg in found] == [
        "plot plot--narrow",
        "plot plot--medium",
        "plot plot--broad",
    ]
    assert all(svg.get("viewBox") and not svg.get("width") for svg in found)


def test_a_value_that_must_not_be_shown_leaves_a_gap_with_its_label() -> None:
    broad = drawings(bars(WEEKS, title="Shares", description=""))[2]

    assert "9 Nov" in [text.text for text in broad.iter("text")]
    assert len([path for path in broad.iter("path") if path.get("fill") == "var(--chart-1)"]) == 2


@pytest.mark.parametrize(("language", "written"), [("en", "1,000"), ("nl", "1.000"), ("nl-be", "1.000")])
def test_numbers_are_written_as_the_reader_writes_them(language: str, written: str) -> None:
    with override(language):
        broad = drawings(bars(WEEKS, title="Shares", description=""))[2]

    assert written in [text.text for text in broad.iter("text")]


def test_parts_of_a_whole_are_written_as_percentages() -> None:
    broad = drawings(lines([Point("a", 0.2), Point("b", 0.6)], title="Adoption", description=""))[2]

    assert "20%" in [text.text for text in broad.iter("text")]


@pytest.mark.parametrize("points", [[], [Point("a", None)], [Point("a", 0), Point("b", 0)]])
def test_nothing_to_draw_is_no_error(points: list[Point]) -> None:
    for drawn in draw_all(points):
        assert len(drawings(drawn)) == 3


def test_the_same_numbers_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = bars(WEEKS, title="Shares", description="")
    monkeypatch.setattr(charts, "vl_convert", None)

    assert bars(WEEKS, title="Shares", description="") == first
    with pytest.raises(AttributeError):
        bars(WEEKS[:1], title="Shares", description="")
