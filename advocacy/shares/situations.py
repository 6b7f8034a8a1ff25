"""What the coach is told of a post: the plain facts of its story, its platform and its picture."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from advocacy.conduct.coaching.situations import About, House, Media, Situation
from advocacy.conduct.coaching.speaking import remarks_on
from advocacy.conduct.knowing import knowledge
from advocacy.stories.models import Picture, State, Story


def situation_of(story: Story, *, goes_out_at: datetime, now: datetime) -> Situation:
    """Return what the coach should know of the story: the words, and where they go, are for others to add."""
    known = knowledge()
    house = known.house
    return Situation(
        now=now,
        house=house,
        lists=known.lists,
        about=_about(story, house),
        published_text=f"{story.title} {story.summary}",
        goes_out_at=goes_out_at,
        free_from=max(filter(None, (story.opens_at, story.embargo_until)), default=None),
        inside_information=story.is_inside_information,
        withdrawn_because=_withdrawn_because(story),
        has_closed=story.state(now) == State.CLOSED,
        has_reward=story.has_reward,
        needs_approval=story.needs_approval,
        is_approved=bool(story.approval),
        approver=house.approver,
        approval_hours=house.approval_hours,
        storm=house.storm if _touches(story, house) else "",
    )


def stopped_by_law(
    text: str, story: Story, *, language: str, goes_out_at: datetime, now: datetime
) -> Iterator[str]:
    """Say what keeps these words from being sent by the hub then, in whichever way they came in."""
    situation = replace(situation_of(story, goes_out_at=goes_out_at, now=now), language=language)
    yield from (remark.text for remark in remarks_on(text, situation) if remark.stops)


def media_of(picture: Picture | None) -> tuple[Media, ...]:
    return (Media(alt=picture.alt, had_location=picture.had_location),) if picture else ()


def _about(story: Story, known: House) -> About:
    """Return whose story it is, as its editor said. Else: without hosts of its own every one is our work."""
    if story.about:
        return About(story.about)
    host = str(urlsplit(story.url).hostname)
    is_ours = any(host == own or host.endswith(f".{own}") for own in known.own_domains)
    return About.WORK if is_ours or not known.own_domains else About.OTHERS


def _withdrawn_because(story: Story) -> str:
    if not story.is_withdrawn:
        return ""
    return story.withdrawn_because or _("the editors took it back")


def _touches(story: Story, house: House) -> bool:
    """Say whether what is going on is about this story: one of its topics, or everything."""
    if not (house.storm and house.storm_topics):
        return True
    touched = {topic.casefold() for topic in house.storm_topics}
    return any(topic.name.casefold() in touched for topic in story.topics.all())
