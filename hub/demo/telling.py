"""The stories of the company, brought into the hub by the verbs that an editor uses."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from advocacy.people.models import Person, Place, Team
from advocacy.stories.editing import Content, Placed, Suggestion, Terms, save_story
from advocacy.stories.featuring import feature_story
from advocacy.stories.following import follow_topics
from advocacy.stories.models import Picture, Story, Topic
from advocacy.stories.opening import publish_story
from advocacy.stories.reaching import Audience
from advocacy.stories.starting import Start, start_story
from hub.demo.calendar import seeded, workday
from hub.demo.people import Cast
from hub.demo.stories import STORIES
from hub.demo.stories.told import EVERYONE, FOLLOWERS, READERS, Told

ZONE = ZoneInfo("Europe/Amsterdam")
# From the first word to publishing.
WRITING = timedelta(days=2)
# What opens later was published in the afternoon of yesterday.
PLANNED_AT = time(16, 40)
# Drafts were begun this many days ago.
DRAFTED = 3


def make_stories(pictures: Mapping[str, Picture], *, by: Person, now: datetime) -> dict[str, Story]:
    """Write and publish every story, the oldest first; return them by slug."""
    chance = seeded("stories")
    oldest_first = sorted(STORIES, key=lambda told: -(DRAFTED if told.opened is None else told.opened))
    return {
        told.slug: _make(told, pictures, chance.choice([8, 9, 10, 13]), by=by, now=now)
        for told in oldest_first
    }


def follow(cast: Cast) -> None:
    topics = {topic.name: topic for topic in Topic.objects.all()}
    for colleague in cast.values():
        follow_topics(colleague.person, [topics[name] for name in colleague.employee.topics])


def _make(told: Told, pictures: Mapping[str, Picture], hour: int, *, by: Person, now: datetime) -> Story:
    ago = DRAFTED if told.opened is None else told.opened
    opens_at = workday(now, ago, at=time(hour, 30), zone=ZONE)
    published_at = min(opens_at, workday(now, 1, at=PLANNED_AT, zone=ZONE))
    begun_at = published_at - WRITING
    start = Start(told.url, told.title, told.summary, told.site.name, told.language)
    story = start_story(start, by=by, now=begun_at)
    content = _content(told, pictures)
    if told.opened is not None:
        content = replace(content, opens_at=opens_at, closes_at=opens_at + timedelta(days=told.open_for))
    save_story(story, content, seen=begun_at, by=by, now=begun_at + WRITING / 2)
    if told.opened is not None:
        publish_story(story, by=by, now=published_at)
    if told.featured:
        feature_story(story, now=opens_at)
    return story


def _content(told: Told, pictures: Mapping[str, Picture]) -> Content:
    return Content(
        title=told.title,
        url=told.url,
        summary=told.summary,
        note=told.note,
        key_points="\n".join(told.key_points),
        site_name=told.site.name,
        language=told.language,
        audience=_audience(told),
        new_topics=told.topics,
        suggestions=tuple(_suggestions(told)),
        pictures=tuple(Placed(pictures[shown.scene], shown.alt, *shown.focal) for shown in told.pictures),
        terms=Terms(about=told.kind, has_reward=told.has_reward),
    )


def _suggestions(told: Told) -> Iterator[Suggestion]:
    for text in told.said:
        yield Suggestion(text, told.language)
    for platform, text in told.said_on.items():
        yield Suggestion(text, told.language, platform)


def _audience(told: Told) -> Audience:
    if isinstance(told.audience, tuple):
        places = tuple(Place.objects.filter(name__in=told.audience))
        return Audience(places=places, teams=tuple(Team.objects.filter(name__in=told.audience)))
    return {
        EVERYONE: Audience(everyone=True),
        READERS: Audience(language=told.language),
        FOLLOWERS: Audience(followers=True),
    }[told.audience]
