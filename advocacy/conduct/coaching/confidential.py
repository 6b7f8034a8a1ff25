"""What is not for outside: words that say so, customers nobody names, addresses and keys of the house."""

from collections.abc import Iterator
from fnmatch import fnmatch
from ipaddress import ip_address

import regex

from advocacy.conduct.coaching.noticing import Notice
from advocacy.conduct.coaching.reading import Reading, Span
from advocacy.conduct.coaching.situations import House, Situation

ADDRESS = regex.compile(
    r"https?://(?:[^\s/@]{1,200}@)?(\[[0-9a-f:.]+\]|[^\s/:?#\[\]]{1,253})", regex.IGNORECASE
)
LOCALHOST = regex.compile(r"(?<![\w.])localhost:\d{2,5}\b", regex.IGNORECASE)
FILE = regex.compile(r"\bfile://\S|(?<![\\\w])\\\\[\w.$-]{2,60}\\\S", regex.IGNORECASE)
INSIDE = (
    ".local",
    ".localdomain",
    ".intranet",
    ".internal",
    ".lan",
    ".corp",
    ".home.arpa",
    ".sharepoint.com",
)
KEYS = regex.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{18,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}"
    r"|sk[-_](?:live_|proj-)?[A-Za-z0-9]{20,}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})"
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----"
)
# "password: Winter2026!": without a figure in it, it is a word. "My secret: 15-minute meetings" tells none.
SECRET = regex.compile(
    r"(?:\s(?:van|voor|of|for|to|bij|op|on)(?:\s[\p{L}\p{N}-]{1,20}){1,3}(?=\s?[:=]|\sis\b))?"
    r"\s{0,2}(?:is\b)?\s{0,2}[:=]?\s{0,2}(?!\d+-\p{L}+\b|\d{1,2}[-/.]\d{1,2}\b|\d{1,3}(?:[.,]\d{3})+\b)(?=\S{0,40}\d)\S{6,}"
)


def marked(reading: Reading, situation: Situation) -> Iterator[Notice]:
    spans = [*reading.find(situation.lists.markers), *reading.find_names(situation.house.code_names)]
    for span in spans:
        yield Notice(span, {"word": reading.at(span)})


def unnamed_client(reading: Reading, situation: Situation) -> Iterator[Notice]:
    public = {name.casefold() for name in situation.house.public_references}
    kept = tuple(name for name in situation.house.clients if name.casefold() not in public)
    for span in reading.find_names(kept):
        yield Notice(span, {"name": reading.at(span)})


def internal_address_or_key(reading: Reading, situation: Situation) -> Iterator[Notice]:
    for found in ADDRESS.finditer(reading.text):
        if _is_inside(found.group(1).strip("[]").rstrip(".").casefold(), situation.house):
            yield Notice(Span(*found.span()))
    for pattern in (LOCALHOST, FILE, KEYS):
        for found in pattern.finditer(reading.text):
            yield Notice(Span(*found.span()))
    for span in reading.find(situation.lists.passwords):
        if SECRET.match(reading.text, span.end):
            yield Notice(span)


def _is_inside(host: str, house: House) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        listed = any(fnmatch(host, name.casefold()) for name in house.internal_hosts)
        return listed or host.endswith(INSIDE) or "." not in host
