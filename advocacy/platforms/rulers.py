"""Units that platforms measure text in, and links in running text."""

import warnings

import regex

from advocacy.platforms.connector import Limits

with warnings.catch_warnings():
    # It opens its list of emoji in an old way, and the old way says so at every start.
    warnings.filterwarnings("ignore", "pkg_resources is deprecated")
    from twitter_text import extract_urls_with_indices, parse_tweet

# An address ends before white space, quotes and brackets; punctuation behind it belongs to the sentence.
_LINK = regex.compile(r"https?://[^\s<>\"]+", regex.IGNORECASE)
# More names in a row, with dots between, than any address has: "a.a.a.a." and so on.
_DOTTED = regex.compile(r"(?<![^\s./])[^\s./]*+(?:\.[^\s./]*+){20,}")
# A word that is no address and holds no emoji, whatever stands around it: X weighs each of its signs as 1.
_PLAIN = regex.compile(r"(?<!\S)[A-Za-z0-9\u00C0-\u024F\u2010-\u201F,;:!?'\"()#@-]+\.*(?!\S)")
# A mention of someone on another server; Mastodon counts the part before the second @ only.
_REMOTE_MENTION = regex.compile(
    r"(?<![=/\w])(@[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\w.-]+\w+", regex.IGNORECASE
)
# A whole cluster that shows as a picture: with its skin, its joined others or its second flag letter.
_EMOJI = regex.compile(
    r"\p{Regional_Indicator}{2}"
    r"|[0-9#*]\uFE0F?\u20E3"
    r"|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic})"
    r"[\p{Emoji_Modifier}\uFE0F\U000E0020-\U000E007F]*"
    r"(?:\u200D(?:\p{Emoji_Presentation}|\p{Extended_Pictographic})[\p{Emoji_Modifier}\uFE0F]*)*"
)
_HASHTAG = regex.compile(r"(?<![\w&/#])#\w*\p{L}\w*")
_MENTION = regex.compile(r"(?<![\w@/.])@\w+")
# Of a company on the exchange: $ABC or $BRK.A, and no sum of money.
_CASHTAG = regex.compile(r"(?<![\w$&])\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?![\w$])", regex.IGNORECASE)
_SENTENCE_ENDS = ".,;:!?'…)]}"


def graphemes(text: str) -> int:
    """Count what a reader sees as characters: a family emoji is one."""
    return len(regex.findall(r"\X", text))


def utf16_units(text: str) -> int:
    """Count as JavaScript does: most emoji are two."""
    return len(text.encode("utf-16-le")) // 2


def x_weight(text: str) -> int:
    """Count as X does: every link weighs 23, an emoji 2, most letters of Europe 1 and those of Asia 2."""
    # At every sign twitter-text tries all 3,600 emoji: too long to do for each word while somebody types.
    unlike = _PLAIN.sub("", text)
    return len(text) - len(unlike) + int(parse_tweet(_tamed(unlike)).weightedLength)


def threads_length(text: str) -> int:
    """Count as Threads does: an emoji as its UTF-8 bytes, and everything else as characters.

    Which characters is not documented; code points are never too few.
    Source: https://developers.facebook.com/docs/threads/posts
    """
    emoji = _EMOJI.findall(text)
    return len(text) + sum(len(one.encode()) - len(one) for one in emoji)


def has_too_many(text: str, limits: Limits) -> bool:
    """Tell whether there are more different links, or more tags or mentions, than the platform takes."""
    counts = (
        (len({text[start:end] for start, end in links_in(text)}), limits.max_links),
        (len(_HASHTAG.findall(text)), limits.max_hashtags),
        (len(_MENTION.findall(text)), limits.max_mentions),
        (len(_CASHTAG.findall(text)), limits.max_cashtags),
    )
    return any(most is not None and count > most for count, most in counts)


def mastodon_length(text: str, *, link_chars: int) -> int:
    """Count graphemes as Mastodon does: every link as long as `link_chars`, mentions without their server.

    Source: app/validators/status_length_validator.rb in mastodon/mastodon.
    """
    for link in reversed(extract_urls_with_indices(_tamed(text), False)):
        start, end = link["indices"]
        text = text[:start] + "x" * link_chars + text[end:]
    return graphemes(_REMOTE_MENTION.sub(r"\1", text))


def links_in(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each written-out address, in characters."""
    return [(match.start(), match.start() + len(_trimmed(match.group()))) for match in _LINK.finditer(text)]


def _tamed(text: str) -> str:
    """Take away the dots on which twitter-text's search for addresses would spend a minute; lengths stay."""
    return _DOTTED.sub(lambda run: run.group().replace(".", ","), text)


def _trimmed(link: str) -> str:
    """Leave the punctuation to the sentence; a closing bracket that was opened inside stays (Wikipedia)."""
    while link[-1] in _SENTENCE_ENDS and not (link[-1] == ")" and link.count("(") >= link.count(")")):
        link = link[:-1]
    return link
