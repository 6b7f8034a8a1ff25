"""What is clickable in a Bluesky post: links, hashtags and mentions with their places in UTF-8 bytes.

Source: https://docs.bsky.app/docs/advanced-guides/post-richtext
"""

from collections.abc import Callable
from dataclasses import dataclass

import regex

from advocacy.platforms.rulers import graphemes, links_in

MAX_TAG_GRAPHEMES, MAX_TAG_BYTES = 64, 640
_TAG = regex.compile(r"(?:^|(?<=[\s(]))[#\uff03](?=[\w\p{M}]*[^\W\d_])([\w\p{M}]+)")
_MENTION = regex.compile(
    r"(?:^|(?<=[\s(]))@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)",
    regex.IGNORECASE,
)


@dataclass(frozen=True)
class _Span:
    """`start` and `end` count characters; `feature` is what the reader lands on."""

    start: int
    end: int
    feature: dict[str, str]


def facets_of(text: str, *, did_of: Callable[[str], str]) -> list[dict[str, object]]:
    """Return the facets of a text, in order and without overlap.

    `did_of` gives the identity behind a handle, or "" for a handle of nobody: that mention stays plain text.
    """
    links = _links(text)
    others = [span for span in _tags(text) + _mentions(text, did_of) if not _inside(span, links)]
    return [_facet(text, span) for span in sorted(links + others, key=lambda span: span.start)]


def _links(text: str) -> list[_Span]:
    return [
        _Span(start, end, {"$type": "app.bsky.richtext.facet#link", "uri": text[start:end]})
        for start, end in links_in(text)
    ]


def _tags(text: str) -> list[_Span]:
    return [
        _Span(match.start(), match.end(), {"$type": "app.bsky.richtext.facet#tag", "tag": match.group(1)})
        for match in _TAG.finditer(text)
        if graphemes(match.group(1)) <= MAX_TAG_GRAPHEMES and len(match.group(1).encode()) <= MAX_TAG_BYTES
    ]


def _mentions(text: str, did_of: Callable[[str], str]) -> list[_Span]:
    found = [(match, did_of(match.group(1).lower())) for match in _MENTION.finditer(text)]
    return [
        _Span(match.start(), match.end(), {"$type": "app.bsky.richtext.facet#mention", "did": did})
        for match, did in found
        if did
    ]


def _inside(span: _Span, links: list[_Span]) -> bool:
    return any(link.start < span.end and span.start < link.end for link in links)


def _facet(text: str, span: _Span) -> dict[str, object]:
    index = {"byteStart": len(text[: span.start].encode()), "byteEnd": len(text[: span.end].encode())}
    return {"index": index, "features": [span.feature]}
