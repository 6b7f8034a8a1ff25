"""How many voices a story or a team speaks with, and of what. Of groups alone, and nobody's target."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.conduct.coaching.reading import Reading
from advocacy.conduct.resembling import Runs, are_nearly_equal, runs_in

LEAST_POSTS, LEAST_PEOPLE = 10, 5
# From here on voices are many, and points are touched by most.
HALF = 0.5


class Sound(models.TextChoices):
    """How voices and key points sound together. None is better than another."""

    CHOIR = "choir", _("A choir: many voices, and the same point.")
    ECHO = "echo", _("An echo: few voices, and the same point.")
    STORIES = "stories", _("Stories of their own: many voices, and other points. That is fine.")
    FEW = "few", _("Few voices, and other points.")


@dataclass(frozen=True)
class Post:
    """What one person said. `key_points` are the words that show a key point of its story."""

    person: int
    text: str
    key_points: tuple[str, ...] = ()

    @property
    def touches_a_key_point(self) -> bool:
        return Reading(self.text).has(self.key_points)


@dataclass(frozen=True)
class Voices:
    """So many posts, as different as `effective` posts that have nothing in common."""

    posts: int
    effective: float

    @property
    def rounded(self) -> int:
        return round(self.effective)

    @property
    def evenness(self) -> float:
        """Return 0 where all say the same, 1 where everyone says something else."""
        return (self.effective - 1) / (self.posts - 1)


@dataclass(frozen=True)
class Coverage:
    """So many of the posts whose story has key points touch one."""

    touching: int
    posts: int

    @property
    def share(self) -> float:
        return self.touching / self.posts


def voices_of(posts: Sequence[Post]) -> Voices | None:
    """Return how many voices are heard; None where it would be about persons."""
    if are_about_persons(posts):
        return None
    return Voices(len(posts), effective_number(sizes_of_clusters([post.text for post in posts])))


def viewpoint_coverage(posts: Sequence[Post]) -> Coverage | None:
    """Return how many posts touch a key point of their story; None where it would be about persons."""
    of = [post for post in posts if post.key_points]
    return None if are_about_persons(of) else Coverage(sum(post.touches_a_key_point for post in of), len(of))


def sound_of(voices: Voices, coverage: Coverage) -> Sound:
    if voices.evenness >= HALF:
        return Sound.CHOIR if coverage.share >= HALF else Sound.STORIES
    return Sound.ECHO if coverage.share >= HALF else Sound.FEW


def are_about_persons(posts: Sequence[Post]) -> bool:
    """Say so below ten posts by five people, and where one of them wrote more than half."""
    by_person = Counter(post.person for post in posts)
    if len(posts) < LEAST_POSTS or len(by_person) < LEAST_PEOPLE:
        return True
    return 2 * max(by_person.values()) > len(posts)


def effective_number(sizes: Iterable[int]) -> float:
    """Return the exponential of Shannon's entropy: of how many clusters of one size these are worth."""
    counts = list(sizes)
    shares = [size / sum(counts) for size in counts]
    return exp(-sum(share * log(share) for share in shares))


def sizes_of_clusters(texts: Iterable[str]) -> list[int]:
    """Return how many texts say nearly the same, for each group of them; texts without words are alone."""
    copies = Counter(runs_in(text) for text in texts)
    silent = copies.pop(frozenset(), 0)
    left, sizes = set(copies), [1] * silent
    said_in = _where_said(left)
    while left:
        cluster = _linked_to(left.pop(), left, said_in)
        sizes.append(sum(copies[runs] for runs in cluster))
    return sizes


def _where_said(all_runs: Iterable[Runs]) -> Mapping[tuple[str, ...], list[Runs]]:
    """Return the texts by run. Only those with a run in common need to be compared."""
    said_in: defaultdict[tuple[str, ...], list[Runs]] = defaultdict(list)
    for runs in all_runs:
        for run in runs:
            said_in[run].append(runs)
    return said_in


def _linked_to(start: Runs, left: set[Runs], said_in: Mapping[tuple[str, ...], list[Runs]]) -> set[Runs]:
    """Take out of `left` what resembles this, or what resembles it, and return it all."""
    cluster, fresh = {start}, [start]
    while fresh:
        one = fresh.pop()
        met = {other for run in one for other in said_in[run]} & left
        near = {other for other in met if are_nearly_equal(one, other)}
        left -= near
        cluster |= near
        fresh.extend(near)
    return cluster
