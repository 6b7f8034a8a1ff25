"""People choose what they want to hear about."""

from collections.abc import Iterable

from django.db import transaction

from advocacy.people.models import Person
from advocacy.stories.models import Topic


@transaction.atomic
def follow_topics(person: Person, topics: Iterable[Topic]) -> None:
    """Follow these topics and no others."""
    memberships = Topic.followers.through.objects
    memberships.filter(person=person).delete()
    memberships.bulk_create(Topic.followers.through(person=person, topic=topic) for topic in topics)
