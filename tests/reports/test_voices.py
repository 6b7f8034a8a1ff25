"""With how many voices a story was told, on its page."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.people.models import Person
from advocacy.shares.models import Share
from advocacy.stories.models import Story
from tests.conduct.test_voices import OWN, PASTED
from tests.reports.conftest import History

AsPerson = Callable[[Person], Client]


@pytest.fixture
def now() -> datetime:
    """The real clock: views read it themselves."""
    return timezone.now()


def tell(history: History, story: Story, texts: list[str], *, platform: str = "bluesky") -> None:
    for person, text in zip(history.people(len(texts)), texts, strict=True):
        share = history.post(person, story, platform=platform)
        Share.objects.filter(pk=share.pk).update(text=text)


def page_of(story: Story, client: Client) -> str:
    return client.get(f"/reports/stories/{story.pk}/").content.decode()


def test_eight_copies_and_two_of_one_s_own_are_about_two_voices(
    history: History, story: Story, alice: Person, as_person: AsPerson
) -> None:
    tell(history, story, [PASTED] * 8 + OWN[:2])

    page = page_of(story, as_person(alice))

    assert "10 posts, about 2 voices." in page
    assert PASTED not in page
    assert OWN[0] not in page


def test_posts_by_hand_cannot_be_worked_out_from_the_voices(
    history: History, story: Story, alice: Person, as_person: AsPerson
) -> None:
    tell(history, story, OWN[:10])
    for person in history.people(2):
        history.post(person, story, by_hand=True)

    assert "10 posts, about" in page_of(story, as_person(alice))


def test_below_ten_posts_there_is_no_word_of_it(
    history: History, story: Story, alice: Person, as_person: AsPerson
) -> None:
    tell(history, story, OWN[:9])
    # Practice does not count.
    tell(history, story, OWN[9:], platform="rehearsal")

    assert "voices" not in page_of(story, as_person(alice))
