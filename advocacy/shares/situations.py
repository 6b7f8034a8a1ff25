"""What the coach is told of a post: the plain facts of its story, its platform and its picture."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from advocacy.conduct.coaching.situations import About, House, Media, Situation
from advocacy.conduct.coaching.speaking import remarks_on
from advocacy.conduct.knowing import knowledge
from advocacy.stories.models import Picture, Story


def situation_of(
    story: Story, *, platform: str, language: str, picture: Picture | None, now: datetime
) -> Situation:
    """Return what the coach should know. Without a platform it is about the words in general."""
    known = knowledge()
    return Situation(
        now=now,
        language=language,
        platform=platform,
        house=known.house,
        lists=known.lists,
        media=(Media(alt=picture.alt),) if picture else (),
        about=_about(story, known.house),
        published_text=f"{story.title} {story.summary}",
        free_from=story.opens_at,
    )


def stopped_by_law(
    text: str, story: Story, *, language: str, picture: Picture | None = None, now: datetime
) -> Iterator[str]:
    """Say what keeps these words from being sent by the hub, in whichever way they came in."""
    situation = situation_of(story, platform="", language=language, picture=picture, now=now)
    yield from (remark.text for remark in remarks_on(text, situation) if remark.stops)


def _about(story: Story, known: House) -> About:
    """Return whose story it is: without hosts of its own every story is the organisation's."""
    host = str(urlsplit(story.url).hostname)
    is_ours = any(host == own or host.endswith(f".{own}") for own in known.own_domains)
    return About.WORK if is_ours or not known.own_domains else About.OTHERS
