"""How many voices a story or a team speaks with. Of groups alone, and nobody's target."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

from advocacy.conduct.coaching.reading import Reading
from advocacy.conduct.resembling import Runs, are_nearly_equal, runs_in

LEAST_POSTS, LEAST_PEOPLE = 10, 5


@dataclass(frozen=True)
class Post:
    person: int
    text: str


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


def voices_of(posts: Sequence[Post]) -> Voices | None:
    """Return how many voices are heard; None where it would be about persons.

    That is below ten posts by five people, or where one of them wrote more than half.
    """
    by_person = Counter(post.person for post in posts)
    if len(posts) < LEAST_POSTS or len(by_person) < LEAST_PEOPLE or 2 * max(by_person.values()) > len(posts):
        return None
    return Voices(len(posts), effective_number(sizes_of_clusters([post.text for post in posts])))


def effective_number(sizes: Iterable[int]) -> float:
    """Return the exponential of Shannon's entropy: of how many clusters of one size these are worth."""
    counts = list(sizes)
    shares = [size / sum(counts) for size in counts]
    return exp(-sum(share * log(share) for share in shares))


def sizes_of_clusters(texts: Iterable[str]) -> list[int]:
    """Return how many texts say nearly the same, for each group of them; texts without words are alone."""
    copies = Counter(runs_in(text) for text in texts)
    silent = copies.pop(frozenset(), 0)
    left, sizes = list(copies), [1] * silent
    while left:
        cluster = _linked_to(left.pop(), left)
        left = [runs for runs in left if runs not in cluster]
        sizes.append(sum(copies[runs] for runs in cluster))
    return sizes


def viewpoint_coverage(texts: Sequence[str], key_points: Collection[Sequence[str]]) -> float:
    """Return which part of the texts touches a key point: 0 to 1. A key point is the words that show it."""
    touched = [any(Reading(text).has(words) for words in key_points) for text in texts]
    return sum(touched) / len(touched) if touched else 0.0


def _linked_to(start: Runs, others: Sequence[Runs]) -> set[Runs]:
    cluster, fresh = {start}, [start]
    while fresh:
        one = fresh.pop()
        near = [other for other in others if other not in cluster and are_nearly_equal(one, other)]
        cluster.update(near)
        fresh.extend(near)
    return cluster
