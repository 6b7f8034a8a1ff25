"""Addresses of posts made by hand: where to write one, and which one someone pasted afterwards.

Nothing here opens a connection: an address is built, or read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

import regex

from advocacy.platforms.connector import ByHand, Receipt

MAX_CHARS = 1000
_NO_SCHEME = regex.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+/", regex.IGNORECASE)
# Browsers drop some of these silently and read on; no address that was copied holds any.
_NEVER_IN_AN_ADDRESS = regex.compile(r"[\s\\\p{C}<>\"'`]")


class NoSuchPost(Exception):
    """What was pasted is not the address of a post there."""


@dataclass(frozen=True)
class Prepared:
    """A post, ready to be made by hand. `text` is all of it, `words` leaves out the link."""

    text: str
    words: str
    link: str
    title: str


@dataclass(frozen=True)
class Opening:
    """Where to go. `has_words` says whether they are there already; otherwise they are to be pasted."""

    address: str
    has_words: bool


def opening_of(way: ByHand, prepared: Prepared) -> Opening | None:
    """Return where this post can be written; None where there is no such address."""
    if not way.opens:
        return None
    address = _fill(way.opens, prepared)
    if len(address) <= way.max_address_chars:
        return Opening(address, has_words=_fill(way.opens, _without_words(prepared)) != address)
    return Opening(_fill(way.opens, _without_words(prepared)), has_words=False)


def post_at(way: ByHand, pasted: str) -> Receipt:
    """Return the post that someone pasted the address of, without what follows them around.

    :raises NoSuchPost: it is no address, not one of this platform, or not one of a post
    """
    address = _read(pasted.strip())
    host = (address.hostname or "").lower()
    if not any(host == known or host.endswith(f".{known}") for known in way.hosts):
        raise NoSuchPost
    with_query = f"{address.path}?{address.query}" if address.query else address.path
    for pattern in way.posts:
        # What comes behind it says who shared the address with whom, and how.
        if match := regex.fullmatch(rf"(?P<kept>{pattern})(?:[/?&].*)?", with_query, regex.IGNORECASE):
            return Receipt(match["id"], f"https://{host}{match['kept']}")
    raise NoSuchPost


def _fill(opens: str, prepared: Prepared) -> str:
    """Put the values in, each percent-encoded. Lines of a mail end with two signs (RFC 6068, section 5)."""
    line_end = "\r\n" if opens.startswith("mailto:") else "\n"
    values: Mapping[str, str] = {
        "text": prepared.text,
        "words": prepared.words,
        "line": " ".join(prepared.words.split()),
        "link": prepared.link,
        "title": prepared.title,
    }
    encoded = {name: quote(value.replace("\n", line_end), safe="") for name, value in values.items()}
    return opens.format_map(encoded)


def _without_words(prepared: Prepared) -> Prepared:
    return Prepared(text="", words="", link=prepared.link, title=prepared.title)


def _read(typed: str) -> SplitResult:
    """Take a typed address apart. :raises NoSuchPost: it is none that a browser could have shown"""
    if len(typed) > MAX_CHARS or _NEVER_IN_AN_ADDRESS.search(typed):
        raise NoSuchPost
    try:
        address = urlsplit(f"https://{typed}" if _NO_SCHEME.match(typed) else typed)
        has_port = address.port is not None
    except ValueError:
        raise NoSuchPost from None
    if address.scheme not in {"https", "http"} or "@" in address.netloc or has_port:
        raise NoSuchPost
    return address
