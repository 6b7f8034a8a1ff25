"""Adding up what people brought, person by person, as the rules of `disclosing` need it.

Nothing in here leaves this app unseen by those rules. Posts on the practice network are left out everywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from advocacy.platforms.connectors.rehearsal import Rehearsal
from advocacy.reports.disclosing import Amounts
from advocacy.reports.windows import Window, whole
from advocacy.shares.models import Share, ShareQuerySet, State

Key = TypeVar("Key", bound=Hashable)
_KNOWN = Q(likes__isnull=False) | Q(reposts__isnull=False) | Q(replies__isnull=False)
COUNTS = "link__daily_counts"


class Posts(NamedTuple):
    """One person's public posts about one story on one platform in one of the weeks.

    Posts `by_hand` are those that people told us they made.
    """

    person: int
    story: int
    platform: str
    week: int
    by_hand: bool
    number: int
    reactions: int
    # Of these posts, how many the network gave counts of, and how many it was not asked about yet.
    known: int
    awaited: int


class Clicks(NamedTuple):
    """Clicks on one person's links to one story from one platform in one of the weeks."""

    person: int
    story: int
    platform: str
    week: int
    number: int


@dataclass
class Tally:
    """What some people brought about together, by person.

    `shares` are posts by the hub, and `told` those that people told us they made by hand: two ways of
    knowing, which are never added up.
    """

    shares: Counter[int] = field(default_factory=Counter)
    told: Counter[int] = field(default_factory=Counter)
    clicks: Counter[int] = field(default_factory=Counter)
    reactions: Counter[int] = field(default_factory=Counter)
    known: int = 0
    awaited: int = 0

    def add_posts(self, posts: Posts) -> None:
        self.clicks[posts.person] += 0
        if posts.by_hand:
            self.told[posts.person] += posts.number
            return
        self.shares[posts.person] += posts.number
        if posts.known:
            self.reactions[posts.person] += posts.reactions
        self.known += posts.known
        self.awaited += posts.awaited

    def add_clicks(self, clicks: Clicks) -> None:
        self.clicks[clicks.person] += clicks.number

    def of(self, figure: str) -> Amounts:
        amounts: Amounts = getattr(self, figure)
        return amounts


FIGURES = ("shares", "told", "clicks", "reactions")


def public_posts() -> ShareQuerySet:
    """Return the posts that count: out in the world, not on the practice network."""
    return Share.objects.filter(state=State.PUBLISHED).exclude(account__platform=Rehearsal.slug)


def posts_of(weeks: Sequence[Window]) -> list[Posts]:
    """Return what was posted in these weeks; `week` is the place in the list that was given."""
    span = whole(weeks)
    newer_first = (When(published_at__gte=week.begins_at, then=Value(ago)) for ago, week in enumerate(weeks))
    posted = public_posts().filter(published_at__gte=span.begins_at, published_at__lt=span.ends_before)
    rows = (
        posted.annotate(week=Case(*newer_first, output_field=IntegerField()))
        .values_list("person", "story", "account__platform", "week", "account__by_hand")
        .annotate(
            number=Count("pk"),
            all_reactions=Sum(_all_reactions()),
            known=Count("pk", filter=_KNOWN),
            awaited=Count("pk", filter=~_KNOWN & Q(measured_at=None)),
        )
    )
    return [Posts(*row) for row in rows.order_by()]


def clicks_of(weeks: Sequence[Window]) -> list[Clicks]:
    """Return what was clicked in these weeks, whenever it was posted."""
    newer_first = (
        When(**{f"{COUNTS}__on__gte": week.since}, then=Value(ago)) for ago, week in enumerate(weeks)
    )
    rows = (
        followed(whole(weeks), dropped="")
        .annotate(week=Case(*newer_first, output_field=IntegerField()))
        .values_list("person", "story", "account__platform", "week")
        .annotate(number=Sum(f"{COUNTS}__count"))
    )
    return [Clicks(*row) for row in rows.order_by()]


def followed(window: Window, **only: object) -> ShareQuerySet:
    """Return the posts joined with the daily counts of their links. All conditions are for one count."""
    on = {f"{COUNTS}__on__range": (window.since, window.until)}
    return public_posts().filter(**on, **{f"{COUNTS}__{name}": value for name, value in only.items()})


@dataclass(frozen=True)
class Books:
    """Everything that was read, to be added up by what one likes."""

    posts: list[Posts]
    clicks: list[Clicks]

    def by(self, keys: Callable[[Posts | Clicks], Iterable[Key]], *, weeks: range) -> dict[Key, Tally]:
        """Add up the weeks by every key of each row."""
        tallies: defaultdict[Key, Tally] = defaultdict(Tally)
        for posts in self.posts:
            if posts.week in weeks:
                for key in keys(posts):
                    tallies[key].add_posts(posts)
        for clicks in self.clicks:
            if clicks.week in weeks:
                for key in keys(clicks):
                    tallies[key].add_clicks(clicks)
        return dict(tallies)


def read_books(weeks: Sequence[Window]) -> Books:
    return Books(posts_of(weeks), clicks_of(weeks))


def _all_reactions() -> Combinable:
    return sum((Coalesce(F(kind), 0) for kind in ("likes", "reposts", "replies")), start=Value(0))
