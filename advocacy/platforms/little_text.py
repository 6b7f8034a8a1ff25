"""LinkedIn's mark-up for the words of a post ("little text").

LinkedIn answers 201 even when an unescaped sign cut the rest of the post off, and ordinary apps cannot read
their posts back: so every sign that could mean something is escaped, always. Source:
https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format
"""

import regex

from advocacy.platforms.rulers import links_in

RESERVED = frozenset("\\|{}@[]()<>#*_~")
# As people write them: not inside an address or a word, and not of digits alone.
_HASHTAG = regex.compile(r"(?<![\w/#&=?])#(?=[\w]*\p{L})([\p{L}\p{M}\p{N}_]+)")


def little_text(text: str) -> str:
    """Return the mark-up that shows exactly this text, with its hashtags working."""
    return _with_hashtags(text, links_in(text))


def little_text_with_bare_links(text: str) -> str:
    """Return the mark-up with addresses left as they are, signs of mark-up included.

    LinkedIn does not say which it wants, and tools differ: `LINKEDIN_ESCAPE_LINKS` chooses.
    """
    made, done = [], 0
    for start, end in links_in(text):
        made += [_with_hashtags(text[done:start], []), text[start:end]]
        done = end
    return "".join([*made, _with_hashtags(text[done:], [])])


def _with_hashtags(text: str, links: list[tuple[int, int]]) -> str:
    made, done = [], 0
    for tag in _HASHTAG.finditer(text):
        if any(start <= tag.start() < end for start, end in links):
            continue
        made += [_escaped(text[done : tag.start()]), "{hashtag|\\#|", _escaped(tag.group(1)), "}"]
        done = tag.end()
    return "".join([*made, _escaped(text[done:])])


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in RESERVED else sign for sign in text)
