"""Units that platforms measure text in, and links in running text."""

import regex
from twitter_text import extract_urls_with_indices

# An address ends before white space, quotes and brackets; punctuation behind it belongs to the sentence.
_LINK = regex.compile(r"https?://[^\s<>\"]+", regex.IGNORECASE)
# A mention of someone on another server; Mastodon counts the part before the second @ only.
_REMOTE_MENTION = regex.compile(
    r"(?<![=/\w])(@[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\w.-]+\w+", regex.IGNORECASE
)
_SENTENCE_ENDS = ".,;:!?'…)]}"


def graphemes(text: str) -> int:
    """Count what a reader sees as characters: a family emoji is one."""
    return len(regex.findall(r"\X", text))


def utf16_units(text: str) -> int:
    """Count as JavaScript does: most emoji are two."""
    return len(text.encode("utf-16-le")) // 2


def mastodon_length(text: str, *, link_chars: int) -> int:
    """Count graphemes as Mastodon does: every link as long as `link_chars`, mentions without their server.

    Source: app/validators/status_length_validator.rb in mastodon/mastodon.
    """
    for link in reversed(extract_urls_with_indices(text, False)):
        start, end = link["indices"]
        text = text[:start] + "x" * link_chars + text[end:]
    return graphemes(_REMOTE_MENTION.sub(r"\1", text))


def links_in(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each written-out address, in characters."""
    return [(match.start(), match.start() + len(_trimmed(match.group()))) for match in _LINK.finditer(text)]


def _trimmed(link: str) -> str:
    """Leave the punctuation to the sentence; a closing bracket that was opened inside stays (Wikipedia)."""
    while link[-1] in _SENTENCE_ENDS and not (link[-1] == ")" and link.count("(") >= link.count(")")):
        link = link[:-1]
    return link
