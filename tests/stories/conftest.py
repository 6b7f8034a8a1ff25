"""What an editor starts from: a draft, its page, and a picture that is ready."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from advocacy.people.models import Person
from advocacy.stories.cutting import cut_picture
from advocacy.stories.models import Picture, Story
from advocacy.stories.picturing import keep_picture
from advocacy.stories.starting import Start, start_story

MakeStory = Callable[..., Story]
MakePicture = Callable[..., Picture]


@pytest.fixture
def desk(erin: Person, as_person: Callable[[Person], Client]) -> Client:
    """Erin's browser."""
    return as_person(erin)


@pytest.fixture
def make_story(erin: Person, now: datetime) -> MakeStory:
    def make(title: str = "Our roof is a garden", **moments: object) -> Story:
        story = start_story(
            Start(f"https://news.example/{title.replace(' ', '-')}", title, "Bees.", "News", "en"),
            by=erin,
            now=now,
        )
        Story.objects.filter(pk=story.pk).update(**moments)
        return Story.objects.get(pk=story.pk)

    return make


@pytest.fixture
def story(make_story: MakeStory) -> Story:
    """A draft that nobody is meant to see yet."""
    return make_story()


@pytest.fixture
def editor_url(story: Story) -> str:
    return reverse("stories:edit", args=[story.pk])


@pytest.fixture
def make_picture(erin: Person) -> MakePicture:
    """Pictures that have been cut."""

    def make(alt: str = "A bench in the sun", colour: str = "navy") -> Picture:
        now = timezone.now()
        picture = keep_picture(jpeg(colour), by=erin, now=now, alt=alt)
        cut_picture(picture.pk, now=now)
        return Picture.objects.get(pk=picture.pk)

    return make


def jpeg(colour: str = "navy", size: tuple[int, int] = (400, 300)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()
