"""An editor saves a story: every field, text and picture together, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from advocacy.people.models import Person
from advocacy.stories.models import Picture, Story, StoryPicture, SuggestedText, Topic
from advocacy.stories.picturing import point_at, take_picture
from advocacy.stories.reaching import NOBODY, Audience


class ChangedMeanwhile(Exception):
    """The story was changed after this person had read it. Nothing was saved. `story` is how it is now."""

    def __init__(self, story: Story, *, reader: Person) -> None:
        theirs = _("%(name)s changed this story while you were working on it.")
        who = story.changed_by.name if story.changed_by else _("Someone")
        own = _("You changed this story yourself meanwhile, in another window.")
        super().__init__(own if story.changed_by == reader else theirs % {"name": who})
        self.story = story


@dataclass(frozen=True)
class Suggestion:
    """Words to start from, for one platform (its slug) or for all."""

    text: str
    language: str
    platform: str = ""


@dataclass(frozen=True)
class Placed:
    """A picture in the story, with its description and the point that every crop keeps in view."""

    picture: Picture
    alt: str
    focal_x: float
    focal_y: float


@dataclass(frozen=True)
class Terms:
    """What who shares a story must mind. Inside information needs an `embargo_until`."""

    about: str = ""
    has_reward: bool = False
    embargo_until: datetime | None = None
    is_inside_information: bool = False
    needs_approval: bool = False
    approval: str = ""


@dataclass(frozen=True)
class Content:
    """A whole story as the editor wants it. `new_topics` are names; they are made if they do not exist."""

    title: str
    url: str
    summary: str = ""
    note: str = ""
    key_points: str = ""
    site_name: str = ""
    language: str = "en"
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    audience: Audience = NOBODY
    # Slugs; none is everywhere.
    platforms: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    new_topics: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    pictures: tuple[Placed, ...] = ()
    terms: Terms = Terms()


@transaction.atomic
def save_story(story: Story, content: Content, *, seen: datetime, by: Person, now: datetime) -> None:
    """Save it all. `seen` is the `changed_at` of the story that the editor had before them.

    :raises ChangedMeanwhile: it is no longer that; nothing was saved
    """
    change(
        story,
        seen=seen,
        by=by,
        now=now,
        values={
            "title": content.title,
            "url": content.url,
            "summary": content.summary,
            "note": content.note,
            "key_points": content.key_points,
            "site_name": content.site_name,
            "language": content.language,
            "opens_at": content.opens_at,
            "closes_at": content.closes_at,
            "for_everyone": content.audience.everyone,
            "for_language": content.audience.language,
            "for_followers": content.audience.followers,
            "allowed_on": f" {' '.join(content.platforms)} " if content.platforms else "",
            **asdict(content.terms),
        },
    )
    story.for_teams.set(content.audience.teams)
    story.for_places.set(content.audience.places)
    story.topics.set([*content.topics, *_topics_called(content.new_topics)])
    _suggest(story, content.suggestions)
    _place(story, content.pictures)


def change(story: Story, *, seen: datetime, by: Person, now: datetime, values: dict[str, object]) -> None:
    """Change the story's own row if it still is as this person saw it, and the instance with it.

    :raises ChangedMeanwhile: it is not
    """
    values = {**values, "changed_at": now, "changed_by": by}
    # One statement: of two people who save at once, one wins and the other is told.
    if not Story.objects.filter(pk=story.pk, changed_at=seen).update(**values):
        raise ChangedMeanwhile(Story.objects.for_editing().get(pk=story.pk), reader=by)
    for name, value in values.items():
        setattr(story, name, value)


def _topics_called(names: Iterable[str]) -> list[Topic]:
    return [_topic_called(name) for name in names]


def _topic_called(name: str) -> Topic:
    existing = Topic.objects.filter(name__iexact=name).first()
    return existing or Topic.objects.get_or_create(name=name)[0]


def _suggest(story: Story, suggestions: Sequence[Suggestion]) -> None:
    story.suggestions.all().delete()
    SuggestedText.objects.bulk_create(
        SuggestedText(
            story=story, text=one.text, language=one.language, platform=one.platform, position=position
        )
        for position, one in enumerate(suggestions)
    )


def _place(story: Story, pictures: Sequence[Placed]) -> None:
    story.story_pictures.all().delete()
    # Its own row first: see discarding. One that was thrown away meanwhile is left out.
    there = [placed for placed in pictures if take_picture(placed.picture, alt=placed.alt)]
    StoryPicture.objects.bulk_create(
        StoryPicture(story=story, picture=placed.picture, position=position)
        for position, placed in enumerate(there)
    )
    for placed in there:
        point_at(placed.picture, placed.focal_x, placed.focal_y)
