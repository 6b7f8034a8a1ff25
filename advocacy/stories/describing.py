"""What a page of the web says about itself: Open Graph first, then Twitter's tags, then plain HTML."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

MAX_TITLE_CHARS = 200
MAX_DESCRIPTION_CHARS = 600
MAX_SITE_NAME_CHARS = 100
MAX_ALT_CHARS = 1000
MAX_ADDRESS_CHARS = 1000
# The parser's time grows with the square of the nesting: 100,000 open <div> take it 10 seconds, these 0.1.
MAX_TAGS = 10_000

_TITLE = ("og:title", "twitter:title")
_DESCRIPTION = ("og:description", "twitter:description", "description")
_SITE_NAME = ("og:site_name", "application-name")
_IMAGE = ("og:image:secure_url", "og:image:url", "og:image", "twitter:image", "twitter:image:src")
_IMAGE_ALT = ("og:image:alt", "twitter:image:alt")
_TAG = re.compile(r"<[a-zA-Z/!?]")
_MARKUP = re.compile(r"<[a-zA-Z/!?][^>]*>?")
_OPENING = re.compile(r"<+(?=[a-zA-Z/!?])")
_SPACE = re.compile(r"\s+")
_LANGUAGE = re.compile(r"\s*([a-zA-Z]{2,3})(?![a-zA-Z])")
# Control signs, signs that only hide or turn text around, halves of signs, private ones. The joiners are such
# signs too, but emoji and several scripts need them.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Page:
    """What was found. Texts are plain, on one line and bounded; what was not found is empty.

    `url` is where the page was found in the end, `language` a code of two or three letters.
    """

    url: str
    title: str
    description: str
    image_url: str
    site_name: str
    language: str
    # What can be seen on the image, where the page says so.
    image_alt: str = ""


def describe(html: str, *, url: str) -> Page:
    """Return what the HTML says about the page at `url`."""
    tree = LexborHTMLParser(_first_tags(html))
    said = _said(tree)
    titles = [*_all(said, _TITLE), _text_of(tree, "head > title")]
    site_names = [*_all(said, _SITE_NAME), _host(url)]
    image_url = _image_url(tree, said, url)
    return Page(
        url=url,
        title=_first_text(titles, max_chars=MAX_TITLE_CHARS),
        description=_first_text(_all(said, _DESCRIPTION), max_chars=MAX_DESCRIPTION_CHARS),
        image_url=image_url,
        site_name=_first_text(site_names, max_chars=MAX_SITE_NAME_CHARS),
        language=_language(tree, said),
        image_alt=_first_text(_all(said, _IMAGE_ALT), max_chars=MAX_ALT_CHARS) if image_url else "",
    )


def clean_text(raw: str, *, max_chars: int) -> str:
    """Return the text without markup, control signs and line breaks, cut at a word if it is too long."""
    text = _visible(raw[: 10 * max_chars])
    # What was escaped twice shows its tags only after the first unescaping.
    for _round in range(3):
        if not _MARKUP.search(text):
            break
        tree = LexborHTMLParser(text)
        tree.strip_tags(["script", "style"])
        text = _visible(tree.text())
    # Taking a tag out may bring its neighbours together into another, so what could open one goes too.
    plain = _OPENING.sub("", _MARKUP.sub("", text))
    line = _SPACE.sub(" ", unicodedata.normalize("NFC", plain)).strip()
    if len(line) <= max_chars:
        return line
    cut = line[: max_chars - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _visible(text: str) -> str:
    return "".join(sign for sign in text if sign.isspace() or sign in _JOINERS or not _is_invisible(sign))


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) in _INVISIBLE


def _first_tags(html: str) -> str:
    one_too_many = next(islice(_TAG.finditer(html), MAX_TAGS, None), None)
    return html[: one_too_many.start()] if one_too_many else html


def _said(tree: LexborHTMLParser) -> Mapping[str, list[str]]:
    said: defaultdict[str, list[str]] = defaultdict(list)
    for meta in tree.css("meta"):
        named = meta.attributes
        key = named.get("property") or named.get("name") or named.get("http-equiv") or ""
        said[key.strip().lower()].append(named.get("content") or "")
    return said


def _all(said: Mapping[str, list[str]], keys: tuple[str, ...]) -> list[str]:
    return [value for key in keys for value in said.get(key, [])]


def _first_text(candidates: list[str], *, max_chars: int) -> str:
    cleaned = (clean_text(candidate, max_chars=max_chars) for candidate in candidates)
    return next(filter(None, cleaned), "")


def _text_of(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return node.text() if node else ""


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "") if node else ""


def _image_url(tree: LexborHTMLParser, said: Mapping[str, list[str]], url: str) -> str:
    base = _web_address(_attribute(tree, "base[href]", "href"), base=url) or url
    candidates = [*_all(said, _IMAGE), _attribute(tree, "link[rel=image_src]", "href")]
    return next(filter(None, (_web_address(candidate, base=base) for candidate in candidates)), "")


def _web_address(written: str, *, base: str) -> str:
    """Return the address in full and in ASCII, or nothing if it is no http(s) address."""
    if not written.strip():
        return ""
    try:
        parts = urlsplit(urljoin(base, written.strip()))
        address = quote(parts.geturl(), safe="%:/?#[]@!$&'()*+,;=~")
    except ValueError:
        return ""
    usable = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return address if usable and len(address) <= MAX_ADDRESS_CHARS else ""


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _language(tree: LexborHTMLParser, said: Mapping[str, list[str]]) -> str:
    declared = _attribute(tree, "html[lang]", "lang")
    candidates = [*_all(said, ("og:locale",)), declared, *_all(said, ("content-language",))]
    found = (_LANGUAGE.match(candidate) for candidate in candidates)
    return next((match.group(1).lower() for match in found if match), "")
