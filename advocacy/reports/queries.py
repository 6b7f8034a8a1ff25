"""What came of it, for who manages: the company's totals, and groups large enough to be seen as groups.

Totals follow the period that the reader chose. Teams always cover thirteen weeks; stories, topics and
platforms half a year: so there are no two filters to subtract from each other.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.utils.functional import Promise

from advocacy.links.visiting import Dropped
from advocacy.people.models import Person, Role, RoleGrant, Team
from advocacy.reports.company import Company, Heads, Totals, Week
from advocacy.reports.disclosing import Amounts, is_safe
from advocacy.reports.drops import in_words
from advocacy.reports.figures import WITHHELD, Figure, rough_percentage, rough_rate, rounded
from advocacy.reports.groups import (
    Figures,
    Group,
    Hidden,
    Teams,
    hide,
    platform_groups,
    platform_tallies,
    rank,
    ranked,
    show,
    story_tallies,
    team_figures,
    team_tallies,
    topic_figures,
)
from advocacy.reports.models import HeadCount
from advocacy.reports.tallying import COUNTS, Books, Tally, followed, public_posts, read_books
from advocacy.reports.windows import HALF_YEAR, PERIODS, QUARTER, Window, last_weeks, whole
from advocacy.stories.models import Story

SETTLING_IN = timedelta(days=30)
STORIES = 10


@dataclass(frozen=True)
class TeamLine:
    """A team over thirteen weeks. `people` is how many there are in it now."""

    name: str
    people: int | None
    adoption: Figure
    figures: Figures


@dataclass(frozen=True)
class StoryLine:
    """A story, with all that came of it since it opened."""

    id: int
    title: str
    language: str
    figures: Figures


@dataclass(frozen=True)
class Drop:
    """Arrivals on our links that were not people's clicks, and why."""

    why: str | Promise
    count: Figure


@dataclass(frozen=True)
class Overview:
    """One manager's page. `window` and `before` are the chosen period and the one it is compared with."""

    period: int
    window: Window
    before: Window
    quarter: Window
    totals: Totals
    activation: Figure
    weeks: list[Week]
    stories: list[StoryLine]
    stories_unshown: int
    topics: list[Group]
    platforms: list[Group]
    teams: list[TeamLine]
    sees_all_teams: bool
    drops: list[Drop]

    @property
    def by_hand(self) -> dict[str, bool]:
        """Say of each table whether it shows any posts by hand; a column of nothing says nothing."""
        tables = {
            "stories": [line.figures for line in self.stories],
            "topics": [group.figures for group in self.topics],
            "platforms": [group.figures for group in self.platforms],
            "teams": [line.figures for line in self.teams],
        }
        return {name: any(figures.told.value for figures in all_of) for name, all_of in tables.items()}

    @property
    def is_empty(self) -> bool:
        """Whether nobody has shared anything lately, as far as reports go back."""
        return not (self.platforms or self.totals.posts)


def overview(person: Person, period: int, *, now: datetime) -> Overview:
    """Return what this manager may see. `period` is one of `PERIODS`, in weeks."""
    weeks = last_weeks(len(HALF_YEAR), now)
    current, before = PERIODS[period]
    quarter, window = whole(weeks[: len(QUARTER)]), whole([weeks[ago] for ago in current])
    books, heads = read_books(weeks), _heads(whole(weeks))
    company = Company(books, heads, weeks)
    stories = story_tallies(books)
    hidden_stories = hide(stories)
    in_period = _stories_of(books, current)
    lines = _story_lines(show(stories, hidden_stories), in_period)
    scope = teams_seen_by(person)
    return Overview(
        period=period,
        window=window,
        before=whole([weeks[ago] for ago in before]),
        quarter=quarter,
        totals=company.totals(current, before),
        activation=_activation(quarter),
        weeks=[company.week(ago) for ago in reversed(QUARTER)],
        stories=lines[:STORIES],
        stories_unshown=len(in_period) - len(lines),
        topics=_topics(stories, hidden_stories),
        platforms=_platforms(books),
        teams=_team_lines(books, heads, scope),
        sees_all_teams=scope is None,
        drops=_drops(window, people=company.brought("clicks", current)),
    )


def teams_seen_by(person: Person) -> set[int] | None:
    """Return the teams that a manager is a manager of; None is the whole company."""
    granted = set(
        RoleGrant.objects.filter(person=person, role=Role.MANAGER).values_list("team_id", flat=True)
    )
    return None if None in granted else {team_id for team_id in granted if team_id}


def read_teams() -> Teams:
    """Read all teams, by name. Who is in several counts in the first, so that teams never overlap."""
    names: dict[int, str] = {}
    team_of: dict[int, int] = {}
    for team_id, name, person in Team.objects.order_by("name", "pk").values_list("pk", "name", "people"):
        names[team_id] = name
        team_of.setdefault(person, team_id)
    return Teams(names, team_of)


def _heads(window: Window) -> Heads:
    """Read the company's count of every day, and the teams' of the last."""
    counted = HeadCount.objects.filter(on__range=(window.since, window.until))
    latest = counted.filter(team__isnull=False).order_by("-on", "-pk").values("on")[:1]
    rows = counted.filter(Q(team=None) | Q(on=Subquery(latest))).values_list("on", "team_id", "people")
    heads = list(rows.order_by("on", "pk"))
    return Heads(
        company={on: people for on, team_id, people in heads if team_id is None},
        teams={team_id: people for _on, team_id, people in heads if team_id is not None},
    )


def _activation(window: Window) -> Figure:
    """Return how many of the people whose first thirty days ended in the window shared in those days."""
    shared = public_posts().filter(
        account__by_hand=False, person=OuterRef("pk"), published_at__lt=OuterRef("joined_at") + SETTLING_IN
    )
    joined = Person.objects.filter(
        joined_at__gte=window.begins_at - SETTLING_IN, joined_at__lt=window.ends_before - SETTLING_IN
    )
    counted = joined.aggregate(all=Count("pk"), activated=Count("pk", filter=Exists(shared)))
    return rough_rate(counted["activated"], counted["all"])


def _stories_of(books: Books, weeks: range) -> set[int]:
    return {posts.story for posts in books.posts if posts.week in weeks}


def _story_lines(figures: Mapping[int, Figures], in_period: Collection[int]) -> list[StoryLine]:
    """Return the stories of the period that can be shown, those with the most clicks first."""
    shown = {story: figures[story] for story in in_period if figures[story].are_shown}
    titles = Story.objects.filter(pk__in=shown).values_list("pk", "title", "language")
    lines = [StoryLine(pk, title, language, shown[pk]) for pk, title, language in titles.order_by("pk")]
    return sorted(lines, key=lambda line: rank(line.figures), reverse=True)


def _platforms(books: Books) -> list[Group]:
    tallies = platform_tallies(books)
    return list(platform_groups(show(tallies, hide(tallies))).values())


def _topics(stories: Mapping[int, Tally], hidden_stories: Hidden[int]) -> list[Group]:
    stories_of: defaultdict[int, list[int]] = defaultdict(list)
    names = {}
    tagged = Story.topics.through.objects.filter(story__in=list(stories)).order_by("pk")
    for story, topic, name in tagged.values_list("story_id", "topic_id", "topic__name"):
        stories_of[topic].append(story)
        names[topic] = name
    figures = topic_figures(stories, stories_of, hidden_stories)
    return list(ranked({topic: Group(names[topic], some) for topic, some in figures.items()}).values())


def _team_lines(books: Books, heads: Heads, scope: Collection[int] | None) -> list[TeamLine]:
    teams = read_teams()
    tallies = team_tallies(books, teams)
    figures = team_figures(tallies)
    return [
        TeamLine(
            name=name,
            people=heads.teams.get(team_id),
            adoption=rough_percentage(len(tallies[team_id].shares), heads.teams.get(team_id)),
            figures=figures[team_id],
        )
        for team_id, name in teams.names.items()
        if scope is None or team_id in scope
    ]


def _drops(window: Window, *, people: Amounts) -> list[Drop]:
    """Return what did not count, the most frequent first. `people` are all who had clicks or posts then.

    Programs are nobody. How often colleagues followed their own links is about those colleagues.
    """
    rows = (
        followed(window, dropped__gt="")
        .values_list(f"{COUNTS}__dropped", "person")
        .annotate(count=Sum(f"{COUNTS}__count"))
    )
    by_reason: defaultdict[str, dict[int, int]] = defaultdict(lambda: dict.fromkeys(people, 0))
    for reason, person, count in rows.order_by():
        by_reason[reason][person] = count
    figures = {reason: _drop_figure(reason, amounts) for reason, amounts in by_reason.items()}
    ranked_reasons = sorted(figures, key=lambda reason: (-(figures[reason].value or 0), reason))
    return [Drop(in_words(reason), figures[reason]) for reason in ranked_reasons]


def _drop_figure(reason: str, amounts: Amounts) -> Figure:
    if reason != Dropped.OWN:
        return Figure(sum(amounts.values()))
    return rounded(amounts) if is_safe(amounts) else WITHHELD
