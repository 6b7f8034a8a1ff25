"""How much of a post is its author's own. For the author alone; no target, prize or ranking hangs on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.conduct.resembling import RUN, words_in

# From here on a post has enough words of its own to count in full.
ENOUGH = 15  # words
EDITED_FROM, OWN_FROM = 20, 60


class Band(models.TextChoices):
    TAKEN = "taken", _("still nearly the sample")
    EDITED = "edited", _("partly yours")
    OWN = "own", _("yours")


@dataclass(frozen=True)
class OwnWords:
    """Of so many words, so many stand in no run of three that is in a suggestion too."""

    words: int
    own: int

    @property
    def share(self) -> float:
        return self.own / self.words if self.words else 0.0

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def score(self) -> int:
        """Return 0 to 100: the share, less for a post of few words."""
        return round(100 * self.share * min(1.0, self.own / ENOUGH))

    @property
    def is_short(self) -> bool:
        """Whether all that keeps it from being its author's own is that there are few words."""
        return self.band != Band.OWN and self.percent >= OWN_FROM

    @property
    def enough(self) -> int:
        return ENOUGH

    @property
    def band(self) -> Band:
        if self.score < EDITED_FROM:
            return Band.TAKEN
        return Band.EDITED if self.score < OWN_FROM else Band.OWN


def own_words(post: str, suggestions: Iterable[str], *, offered: Iterable[str] = ()) -> OwnWords:
    """Measure a post against every suggestion.

    `offered` are lines that the hub itself put forward: nobody's own, nor copied from a suggestion.
    Addresses, #tags, @names, signs and emoji are no words.
    """
    for line in offered:
        post = post.replace(line, " ")
    words = words_in(post)
    taken = _taken(words, {run for suggestion in suggestions for run in _runs(words_in(suggestion))})
    return OwnWords(words=len(words), own=len(words) - sum(taken))


def _taken(words: Sequence[str], known: set[tuple[str, ...]]) -> list[bool]:
    taken = [False] * len(words)
    for start, run in enumerate(_runs(words)):
        if run in known:
            taken[start : start + RUN] = [True] * RUN
    return taken


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(RUN)), strict=False))
