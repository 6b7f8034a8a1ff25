"""Who sees a story, and how many people that is before it opens."""

import itertools
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from advocacy.people.models import Person, Place, Team
from advocacy.stories.following import follow_topics
from advocacy.stories.models import Story, Topic
from advocacy.stories.reaching import NOBODY, audience_of, count_reach
from tests.stories.conftest import MakeStory
from tests.stories.paper_forms import form_on, text_of


def test_the_number_is_the_number_of_people_who_would_see_it(
    make_story: MakeStory, alice: Person, bob: Person, charlie: Person, support: Team
) -> None:
    """Every mix of audiences, told by the count and by asking for each person in turn."""
    sales = Team.objects.create(name="Sales")
    alice.teams.add(sales)
    depot = Place.objects.create(name="Depot")
    Person.objects.filter(pk=charlie.pk).update(place=depot, language="nl")
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    topic, other = Topic.objects.create(name="Energy"), Topic.objects.create(name="Food")
    follow_topics(charlie, [topic])
    follow_topics(alice, [other])
    audiences = itertools.product(
        [False, True], [[], [support, sales]], [[], [depot]], ["", "nl"], [False, True]
    )

    for everyone, teams, places, language, followers in audiences:
        story = make_story(for_everyone=everyone, for_language=language, for_followers=followers)
        story.for_teams.set(teams)
        story.for_places.set(places)
        story.topics.set([topic])
        story = Story.objects.for_editing().get(pk=story.pk)
        people = Person.objects.present()

        seen = [person for person in people if Story.objects.meant_for(person).filter(pk=story.pk).exists()]

        reach = count_reach(audience_of(story), topics=[topic])
        assert max(reach.people, reach.followers) <= len(seen) <= reach.people + reach.followers
        assert reach.followers == (1 if followers and not everyone else 0)
        if not reach.followers:
            assert reach.people == len(seen)


def test_what_one_person_follows_cannot_be_worked_out(
    desk: Client, story: Story, alice: Person, make_person: Callable[..., Person]
) -> None:
    """Nobody but alice works at the depot; does she follow energy, as six others do?"""
    energy, depot = Topic.objects.create(name="Energy"), Place.objects.create(name="Depot")
    Person.objects.filter(pk=alice.pk).update(place=depot)
    for number in range(6):
        follow_topics(make_person(f"Follower {number}"), [energy])
    form = form_on(desk.get(reverse("stories:edit", args=[story.pk])))
    chosen = {"audience": "some", "places": [depot.pk], "followers": "on", "topics": [energy.pk]}

    told = [text_of(desk.post(reverse("stories:reach", args=[story.pk]), {**form, **chosen}), "#reach")]
    follow_topics(alice, [energy])
    told += [text_of(desk.post(reverse("stories:reach", args=[story.pk]), {**form, **chosen}), "#reach")]

    assert ["It reaches 1 person today." in one for one in told] == [True, True]
    assert [f"followed by {number} people" in one for number, one in zip((6, 7), told, strict=True)] == [
        True, True
    ]  # fmt: skip


def test_nothing_chosen_is_nobody(alice: Person) -> None:
    assert NOBODY.is_empty
    assert count_reach(NOBODY, topics=[]).is_nobody


def test_a_new_story_is_for_nobody(story: Story, alice: Person) -> None:
    assert not Story.objects.meant_for(alice).exists()


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, "Nobody yet: choose who it is for."),
        ({"audience": "some"}, "Nobody yet: choose who it is for."),
        ({"audience": "everyone"}, "It reaches 3 people today."),
        ({"audience": "some", "reads": "nl"}, "It reaches 1 person today."),
        ({"audience": "some", "followers": "on"}, "Nobody fits this today."),
        ({"audience": "everybody-and-their-dog"}, "Nobody yet: choose who it is for."),
    ],
)
def test_it_is_told_while_the_editor_chooses(
    desk: Client,
    story: Story,
    bob: Person,
    make_person: Callable[..., Person],
    chosen: dict[str, str],
    words: str,
) -> None:
    dutch = make_person("Daan")
    Person.objects.filter(pk=dutch.pk).update(language="nl")
    form = form_on(desk.get(reverse("stories:edit", args=[story.pk])))

    # Whatever else is not right yet: the number does not depend on it.
    told = desk.post(reverse("stories:reach", args=[story.pk]), {**form, **chosen, "title": ""})

    assert words in text_of(told, "#reach")


def test_followers_of_the_chosen_topics_count_before_they_are_saved(
    desk: Client, story: Story, alice: Person
) -> None:
    topic = Topic.objects.create(name="Energy")
    follow_topics(alice, [topic])
    form = form_on(desk.get(reverse("stories:edit", args=[story.pk])))
    chosen = {"audience": "some", "followers": "on", "topics": [topic.pk]}

    told = desk.post(reverse("stories:reach", args=[story.pk]), {**form, **chosen})

    assert text_of(told, "#reach") == "Its topics are followed by fewer than 5 people."
