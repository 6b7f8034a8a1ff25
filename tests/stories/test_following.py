"""People follow the topics that they like."""

from collections.abc import Callable

from django.test import Client

from advocacy.people.models import Person
from advocacy.stories.models import Story, Topic
from tests.stories.conftest import MakeStory
from tests.stories.paper_forms import form_on, text_of

TOPICS = "/stories/topics/"


def test_anyone_follows_and_stops_following(
    alice: Person, bob: Person, as_person: Callable[[Person], Client], make_story: MakeStory
) -> None:
    energy, food = Topic.objects.create(name="Energy"), Topic.objects.create(name="Food")
    make_story(for_followers=True).topics.add(energy)
    browser = as_person(alice)
    assert not Story.objects.meant_for(alice).exists()

    browser.post(TOPICS, {"topics": [energy.pk, food.pk]})
    assert form_on(browser.get(TOPICS), "main form")["topics"] == [str(energy.pk), str(food.pk)]
    assert Story.objects.meant_for(alice).exists()
    assert not Story.objects.meant_for(bob).exists()

    saved = browser.post(TOPICS, {}, follow=True)
    assert "Saved." in text_of(saved, "#messages")
    assert not Story.objects.meant_for(alice).exists()


def test_a_topic_that_does_not_exist_is_refused(alice: Person, as_person: Callable[[Person], Client]) -> None:
    Topic.objects.create(name="Energy")

    assert as_person(alice).post(TOPICS, {"topics": ["999999"]}).status_code == 422


def test_without_topics_the_page_says_so(alice: Person, as_person: Callable[[Person], Client]) -> None:
    assert "No topics yet" in text_of(as_person(alice).get(TOPICS))
