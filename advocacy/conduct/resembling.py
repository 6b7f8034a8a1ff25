"""Whether two texts say nearly the same."""

import unicodedata

import regex

# Addresses, #tags and @names are in everyone's post; signs, emoji and capitals make no other text of it.
NOT_WORDS = regex.compile(r"https?://\S+|www\.\S+|[#@][\p{L}\p{N}_.@-]+", regex.IGNORECASE)
WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['\u2019-][\p{L}\p{M}\p{N}]+)*")
RUN = 3  # words
# Posts that share half of their runs of three words belong to one voice.
NEARLY = 0.5

Runs = frozenset[tuple[str, ...]]


def words_in(text: str) -> list[str]:
    plain = NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    return WORD.findall(plain)


def runs_in(text: str) -> Runs:
    """Return the runs of three words in a row; a shorter text is one run."""
    words = words_in(text)
    if len(words) < RUN:
        return frozenset({tuple(words)} if words else ())
    return frozenset(zip(*(words[start:] for start in range(RUN)), strict=False))


def are_nearly_equal(one: Runs, other: Runs) -> bool:
    """Compare by Jaccard: what they have in common, as a part of all that they have."""
    return bool(one and other) and len(one & other) >= NEARLY * len(one | other)
