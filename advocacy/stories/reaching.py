"""Whom a story is for, and how many people that is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from advocacy.people.models import Person, PersonQuerySet, Place, Team
from advocacy.stories.models import Story, Topic


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


def audience_of(story: Story) -> Audience:
    return Audience(
        everyone=story.for_everyone,
        teams=tuple(story.for_teams.all()),
        places=tuple(story.for_places.all()),
        language=story.for_language,
        followers=story.for_followers,
    )


def count_reach(audience: Audience, *, topics: Iterable[Topic]) -> int:
    """Return how many of the people who work here would see a story on these topics."""
    return _people(audience, topics=topics).count()


def _people(audience: Audience, *, topics: Iterable[Topic]) -> PersonQuerySet:
    present = Person.objects.present()
    if audience.everyone:
        return present
    # Exists, not joins: who is in two of the teams is still one person.
    teams = Team.objects.filter(pk__in=[team.pk for team in audience.teams], people=OuterRef("pk"))
    reached = Q(Exists(teams)) | Q(place__in=audience.places)
    if audience.language:
        reached |= Q(language=audience.language)
    if audience.followers:
        followed = Topic.objects.filter(pk__in=[topic.pk for topic in topics], followers=OuterRef("pk"))
        reached |= Q(Exists(followed))
    return present.filter(reached)
