"""Whom a story is for, and how many people that is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from advocacy.people.models import Person, PersonQuerySet, Place, Team
from advocacy.stories.models import Story, Topic

# What people follow is theirs: fewer followers than this are not counted out.
MIN_FOLLOWERS = 5


@dataclass(frozen=True)
class Audience:
    """Everyone, or whoever fits any of the rest. Nothing chosen is nobody."""

    everyone: bool = False
    teams: tuple[Team, ...] = ()
    places: tuple[Place, ...] = ()
    language: str = ""
    followers: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.everyone or self.teams or self.places or self.language or self.followers)


NOBODY = Audience()


@dataclass(frozen=True)
class Reach:
    """How many people a story would reach today. `followers` of its topics may be among the `people` too.

    Never added up: how many one person and the followers are together tells what that person follows.
    """

    people: int
    followers: int

    @property
    def is_nobody(self) -> bool:
        return not (self.people or self.followers)

    @property
    def has_few_followers(self) -> bool:
        return 0 < self.followers < MIN_FOLLOWERS


def audience_of(story: Story) -> Audience:
    return Audience(
        everyone=story.for_everyone,
        teams=tuple(story.for_teams.all()),
        places=tuple(story.for_places.all()),
        language=story.for_language,
        followers=story.for_followers,
    )


def count_reach(audience: Audience, *, topics: Iterable[Topic]) -> Reach:
    """Return how many of the people who work here would see a story on these topics."""
    by_topic = audience.followers and not audience.everyone
    return Reach(_people(audience).count(), _followers(topics).count() if by_topic else 0)


def _people(audience: Audience) -> PersonQuerySet:
    present = Person.objects.present()
    if audience.everyone:
        return present
    # Exists, not joins: who is in two of the teams is still one person.
    teams = Team.objects.filter(pk__in=[team.pk for team in audience.teams], people=OuterRef("pk"))
    reached = Q(Exists(teams)) | Q(place__in=audience.places)
    if audience.language:
        reached |= Q(language=audience.language)
    return present.filter(reached)


def _followers(topics: Iterable[Topic]) -> PersonQuerySet:
    followed = Topic.objects.filter(pk__in=[topic.pk for topic in topics], followers=OuterRef("pk"))
    return Person.objects.present().filter(Exists(followed))
