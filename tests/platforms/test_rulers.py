"""Lengths as the platforms count them, beside the library that X's own rules were written down in."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from twitter_text import parse_tweet

from advocacy.platforms.rulers import x_weight

PIECES = [
    "word",
    "Zürich",
    "don\u2019t",
    "(so-called)",
    "what?!",
    "and...",
    "#tag",
    "@name",
    "1,5",
    "1\ufe0f\u20e3",
    "\u00a9",
    "\u00d7",
    "e\u0301",
    "\u0301",
    "\u2026",
    "\u20ac5",
    "zomerwaard.example.com",
    "a.nl",
    "(https://example.com/a_(b)?c=d#e)",
    "http:",
    "\u6771\u4eac",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f44d\U0001f3fd",
    "\U0001f1f3\U0001f1f1",
    "\u200b",
    "\ufe0f",
]
GAPS = ["", " ", "  ", "\n", "\r\n", "\u00a0", "\u2028", "\t"]
texts = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)), max_size=12).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)


@settings(deadline=None)
@given(text=texts | st.text(max_size=40))
@example(text="Say it. https://example.com/a now")
def test_the_short_way_to_the_weight_on_x_comes_out_where_the_long_one_does(text: str) -> None:
    assert x_weight(text) == parse_tweet(text).weightedLength
