"""With how many voices stories were told, and what part touches their point. Of groups, and nobody's target.

Only what the hub posted itself is compared: those words it knows, and there are as many as shares are shown.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from advocacy.conduct.coaching.word_lists import listed
from advocacy.conduct.voices import Post, Sound, Voices, sound_of, viewpoint_coverage, voices_of
from advocacy.people.models import Person
from advocacy.reports.figures import Figure, rough_rate
from advocacy.reports.groups import NO_TEAM, team_figures, team_tallies
from advocacy.reports.queries import read_teams, teams_seen_by
from advocacy.reports.tallying import public_posts, read_books
from advocacy.reports.windows import HALF_YEAR, QUARTER, Window, last_weeks, whole
from advocacy.shares.models import ShareQuerySet
from advocacy.stories.models import Story

# The newest of a story or a team are enough to tell.
MOST_POSTS = 300
# The newest of everybody, from which teams take theirs: a second's work, where a company posts that much.
MOST_READ = 6_000


@dataclass(frozen=True)
class Told:
    """With how many voices; where stories have key points, which part touches one, and how that sounds."""

    voices: Voices
    coverage: Figure | None = None
    sound: Sound | None = None


@dataclass(frozen=True)
class TeamVoices:
    """A team, and how it sounds; None where that would be about persons."""

    name: str
    told: Told | None


@dataclass(frozen=True)
class VoicesOfTeams:
    window: Window
    teams: list[TeamVoices]
    sees_all_teams: bool


def voices_about(story: Story, *, now: datetime) -> Told | None:
    """Return how it was told, half a year back at most; None: it would be about persons."""
    posts = _newest_first(whole(last_weeks(len(HALF_YEAR), now))).filter(story=story)
    words = listed(story.key_points)
    texts = posts.values_list("person_id", "text")[:MOST_POSTS]
    return _told([Post(person, text, words) for person, text in texts])


def voices_of_teams(person: Person, *, now: datetime) -> VoicesOfTeams:
    """Return how the teams that this manager may see sound, over thirteen weeks."""
    weeks = last_weeks(len(QUARTER), now)
    scope, teams = teams_seen_by(person), read_teams()
    figures = team_figures(team_tallies(read_books(weeks), teams))
    names = {team: name for team, name in teams.names.items() if scope is None or team in scope}
    # What is compared is as many posts as the shares of the team: where these are hidden, so is this.
    posts = _posts_by_team(whole(weeks), teams.of, {team for team in names if figures[team].shares.is_number})
    lines = [TeamVoices(name, _told(posts.get(team, []))) for team, name in names.items()]
    return VoicesOfTeams(whole(weeks), lines, sees_all_teams=scope is None)


def _told(posts: list[Post]) -> Told | None:
    voices = voices_of(posts)
    if voices is None:
        return None
    counted = viewpoint_coverage(posts)
    if counted is None:
        return Told(voices)
    return Told(voices, rough_rate(counted.touching, counted.posts), sound_of(voices, counted))


def _posts_by_team(
    window: Window, team_of: Mapping[int, int], wanted: Collection[int]
) -> Mapping[int, list[Post]]:
    posts: defaultdict[int, list[Post]] = defaultdict(list)
    rows = _newest_first(window).values_list("person_id", "text", "story__key_points")
    for person, text, key_points in rows[:MOST_READ]:
        team = team_of.get(person, NO_TEAM)
        if team in wanted and len(posts[team]) < MOST_POSTS:
            posts[team].append(Post(person, text, listed(key_points)))
    return posts


def _newest_first(window: Window) -> ShareQuerySet:
    posts = public_posts().filter(account__by_hand=False, published_at__gte=window.begins_at)
    return posts.order_by("-published_at", "-pk")
