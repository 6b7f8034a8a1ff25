"""A story begins: from a page on the web, or by hand."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from advocacy.people.models import Person
from advocacy.stories.models import Picture, Story, StoryPicture
from advocacy.stories.picturing import keep_picture
from advocacy.stories.reading import read_picture


@dataclass(frozen=True)
class Start:
    """What a story begins with."""

    url: str
    title: str
    summary: str
    site_name: str
    language: str


def start_story(start: Start, *, by: Person, now: datetime) -> Story:
    """Make a draft. It reaches nobody until an audience is chosen and it is published."""
    return Story.objects.create(
        url=start.url,
        title=start.title,
        summary=start.summary,
        site_name=start.site_name,
        language=start.language,
        created_by=by,
        created_at=now,
        changed_by=by,
        changed_at=now,
    )


def keep_found_picture(story: Story, url: str, *, alt: str, by: Person, now: datetime) -> Picture:
    """Fetch a picture from the web and make it the story's last. `alt` describes it, as far as that is known.

    :raises CannotRead: it could not be fetched
    :raises BadPicture: what came is no picture that the hub can use
    """
    picture = keep_picture(read_picture(url), by=by, now=now, alt=alt)
    with transaction.atomic():
        StoryPicture.objects.create(story=story, picture=picture, position=story.story_pictures.count())
    return picture
