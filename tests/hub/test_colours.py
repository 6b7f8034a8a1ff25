"""Contrast, worked out from the tokens themselves: for every pair that the design sets on each other."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
TEXT, PART = 4.5, 3.0
GROUNDS = ["ground", "surface", "raised", "sunken", "tint"]
PAIRS = [
    *[
        (colour, ground, TEXT)
        for colour in ("ink", "ink-soft", "delft", "brick", "lamp-text")
        for ground in GROUNDS
    ],
    *[("line-strong", ground, PART) for ground in GROUNDS],
    *[("focus", ground, PART) for ground in GROUNDS],
    *[(f"chart-{number}", "surface", PART) for number in (1, 3, 4, 5, 6)],
    ("on-door", "door", TEXT),
    ("on-door", "door-strong", TEXT),
    ("door-strong", "door-soft", TEXT),
    ("on-lamp", "lamp", TEXT),
    ("on-lamp", "lamp-strong", TEXT),
    ("lamp-text", "lamp-soft", TEXT),
    ("lamp-edge", "surface", PART),
    ("on-brick", "brick", TEXT),
    ("brick-strong", "brick-soft", TEXT),
    ("delft-strong", "delft-soft", TEXT),
    *[("ink", f"{soft}-soft", TEXT) for soft in ("door", "lamp", "brick", "delft")],
    ("on-bar", "bar", TEXT),
    ("on-bar-soft", "bar", TEXT),
]


def colour(name: str, side: int) -> str:
    """Return the colour of a token: side 0 is the day, 1 the night."""
    both = re.search(rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)", TOKENS)
    one = re.search(rf"--{name}: (#\w{{6}});", TOKENS)
    assert both or one, name
    return both[side + 1] if both else one[1]  # type: ignore[index]


def luminance(colour: str) -> float:
    """Return the relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("side", [0, 1], ids=["day", "night"])
def test_every_pair_can_be_told_apart(side: int) -> None:
    faint = {
        f"--{over} on --{under}": round(contrast(colour(over, side), colour(under, side)), 2)
        for over, under, least in PAIRS
        if contrast(colour(over, side), colour(under, side)) < least
    }

    assert faint == {}


def test_older_browsers_get_the_same_day() -> None:
    """They do not know light-dark() and read the list at the end, which must not drift."""
    fallback = dict(re.findall(r"--([\w-]+): (#\w{6});", TOKENS.partition("@supports not")[2]))
    day = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}),", TOKENS))

    assert fallback == day
