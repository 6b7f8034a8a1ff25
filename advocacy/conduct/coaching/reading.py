"""A text taken apart once, so that every remark can look at it in time that grows with its length."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise, product

import regex

from advocacy.conduct.coaching.word_lists import LANGUAGES, Words, default_words

# "100 %" is two words, "risk-free" is two, "collega's" is one.
WORD = regex.compile(r"%|[\p{L}\p{M}\p{N}]+(?:['\u2019][\p{L}\p{M}\p{N}]+)*")
PART = regex.compile(WORD.pattern + r"\*?")
# Before a phrase of a list: what it covers is not meant.
EXCEPT = "-"
# The small words by which a language is known.
TELLTALES = default_words("telltales")
SENTENCE_END = regex.compile(r"[.!?\u2026]+(?=\s|$)|\n")
# What may stand between the words of one phrase.
JOINTS = " \t\u00a0_-\u2010\u2011\u2013/'\"\u2018\u2019\u201c\u201d"


@dataclass(frozen=True)
class Span:
    """A piece of the text, from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Word(Span):
    folded: str

    @property
    def owner(self) -> str:
        """Return the word without the English sign of owning: of "Thermax's", "thermax"."""
        return self.folded.removesuffix("'s")


class Reading:
    """A text, its words, and the languages that it may be in."""

    def __init__(self, text: str, *, language: str = "en") -> None:
        self.text = text
        self.declared = language
        self._found: dict[tuple[str, ...], list[Span]] = {}

    @cached_property
    def words(self) -> list[Word]:
        return [Word(*found.span(), folded=_fold(found.group())) for found in WORD.finditer(self.text)]

    @cached_property
    def languages(self) -> frozenset[str]:
        """Return the language its small words speak; those of both where they speak both as much."""
        counts = {
            language: sum(len(self._places.get(telltale, ())) for telltale in TELLTALES.spoken_in({language}))
            for language in LANGUAGES
        }
        most = max(counts.values())
        if not most:
            return frozenset({self.declared} if self.declared in counts else counts)
        return frozenset(language for language, count in counts.items() if 2 * count > most)

    def at(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def find(self, phrases: Words | Sequence[str]) -> Sequence[Span]:
        """Return where one of these stands, whole words only, in order; the first and longest of more."""
        if isinstance(phrases, Words):
            listed = phrases.spoken_in(self.languages)
        else:
            # Names and the like, of which none is an exception.
            listed = tuple(phrase.lstrip(EXCEPT) for phrase in phrases)
        if listed not in self._found:
            self._found[listed] = list(self._look_for(phrases_of(listed)))
        return self._found[listed]

    def find_names(self, names: Sequence[str]) -> Sequence[Span]:
        """Return where one of these names stands, also written as one word: "#BakkerijVanOs"."""
        return self.find(also_as_one_word(tuple(names)))

    def has(self, phrases: Words | Sequence[str]) -> bool:
        return bool(self.find(phrases))

    def has_before(self, span: Span, phrases: Words | Sequence[str], *, chars: int) -> Span | None:
        """Return the phrase that ends at most so many characters before the span, if there is one."""
        found = self.find(phrases)
        last = bisect_right(found, span.start, key=_end) - 1
        return found[last] if last >= 0 and span.start - found[last].end <= chars else None

    def has_after(self, span: Span, phrases: Words | Sequence[str], *, chars: int) -> Span | None:
        """Return the phrase that begins at most so many characters after the span, if there is one."""
        found = self.find(phrases)
        first = bisect_left(found, span.end, key=_start)
        return found[first] if first < len(found) and found[first].start - span.end <= chars else None

    def has_near(self, span: Span, phrases: Words | Sequence[str], *, chars: int) -> bool:
        before = self.has_before(span, phrases, chars=chars)
        return before is not None or self.has_after(span, phrases, chars=chars) is not None

    @cached_property
    def sentence_ends(self) -> list[int]:
        return [found.end() for found in SENTENCE_END.finditer(self.text)]

    def sentence_of(self, span: Span) -> int:
        """Return the number of the sentence in which the span begins."""
        return bisect_right(self.sentence_ends, span.start)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where each word stands, by number."""
        places: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            for form in {word.folded, word.owner}:
                places.setdefault(form, []).append(number)
        return places

    @cached_property
    def _different_words(self) -> list[str]:
        return sorted(self._places)

    def _look_for(self, phrases: "Phrases") -> Iterator[Span]:
        # How long, and whether it is an exception: as long as what is meant, it goes before.
        longest: dict[int, tuple[int, bool]] = {}
        for number, phrase in self._standing(phrases):
            found = (len(phrase.parts), phrase.is_exception)
            longest[number] = max(longest.get(number, found), found)
        free = 0
        for number, (length, is_exception) in sorted(longest.items()):
            if number >= free:
                free = number + length
                if not is_exception:
                    yield Span(self.words[number].start, self.words[number + length - 1].end)

    def _standing(self, phrases: "Phrases") -> Iterator[tuple[int, "Phrase"]]:
        """Yield every phrase that stands whole in the text, with the number of its first word."""
        for first, many in self._beginnings(phrases):
            for number, phrase in product(self._places[first], many):
                if self._stands(phrase.parts, number):
                    yield number, phrase

    def _beginnings(self, phrases: "Phrases") -> Iterator[tuple[str, list["Phrase"]]]:
        """Yield each word of the text with the phrases that may begin with it."""
        for first in phrases.whole.keys() & self._places.keys():
            yield first, phrases.whole[first]
        for stem, parts in phrases.stems.items():
            start = bisect_left(self._different_words, stem)
            for word in islice(self._different_words, start, None):
                if not word.startswith(stem):
                    break
                yield word, parts

    def _stands(self, parts: Sequence[str], number: int) -> bool:
        """Say whether the phrase, whose first word is known to stand here, does so whole."""
        if len(parts) == 1:
            return True
        here = self.words[number : number + len(parts)]
        return (
            len(here) == len(parts)
            and all(_is_said(part, word) for part, word in zip(parts, here, strict=True))
            and not any(self.text[one.end : other.start].strip(JOINTS) for one, other in pairwise(here))
        )


@dataclass(frozen=True)
class Phrase:
    """A phrase, word by word. An exception keeps what it covers from being found."""

    parts: list[str]
    is_exception: bool


class Phrases:
    """Phrases to look for, by their first words or how those begin. "groen*" is any such word."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.whole: dict[str, list[Phrase]] = {}
        self.stems: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            parts = [_fold(part) for part in PART.findall(phrase)]
            if parts:
                first = self.stems if parts[0].endswith("*") else self.whole
                said = Phrase(parts, is_exception=phrase.startswith(EXCEPT))
                first.setdefault(parts[0].rstrip("*"), []).append(said)


@lru_cache(maxsize=256)
def phrases_of(listed: tuple[str, ...]) -> Phrases:
    return Phrases(listed)


@lru_cache(maxsize=64)
def also_as_one_word(names: tuple[str, ...]) -> tuple[str, ...]:
    fused = ("".join(word.group() for word in WORD.finditer(name)) for name in names if " " in name.strip())
    return (*names, *fused)


def _is_said(part: str, word: Word) -> bool:
    if part.endswith("*"):
        return word.folded.startswith(part[:-1])
    return part in (word.folded, word.owner)


def _fold(word: str) -> str:
    return word.casefold().replace("\u2019", "'")


def _start(span: Span) -> int:
    return span.start


def _end(span: Span) -> int:
    return span.end
