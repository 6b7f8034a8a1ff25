"""A story's life in steps: who shared it and whose links were clicked, day by day."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import NamedTuple

from django.db.models import Sum

from advocacy.reports.disclosing import Amounts, together
from advocacy.reports.tallying import COUNTS, followed, public_posts
from advocacy.reports.windows import DAY, WEEK, Window
from advocacy.stories.models import Story

# A story that was told for longer is told by weeks.
MAX_DAYS = 35


@dataclass(frozen=True)
class Life:
    """By step: the shares, and the clicks by platform.

    Behind a step stand all who had shared by then (on that platform), also who brought nothing in it.
    """

    shares: Mapping[Window, Amounts]
    clicks: Mapping[Window, Mapping[str, Amounts]]


class _Event(NamedTuple):
    on: date
    platform: str
    person: int
    number: int


def read_life(story: Story, window: Window, platforms: Sequence[str]) -> Life:
    """Read what happened in the window. `platforms` are all on which it was shared, in the order wanted."""
    posts, clicks = _posts(story, window), _clicks(story, window)
    steps = _steps([event.on for event in posts + clicks])
    posted, clicked = _by_step(posts, steps), _by_step(clicks, steps)
    sharers: dict[str, Counter[int]] = {platform: Counter() for platform in platforms}
    shares_of, clicks_of = {}, {}
    for step in steps:
        for platform in platforms:
            sharers[platform].update(dict.fromkeys(posted[step, platform], 0))
        shares_of[step] = together([*sharers.values(), *(posted[step, platform] for platform in platforms)])
        clicks_of[step] = {
            platform: together([sharers[platform], clicked[step, platform]]) for platform in platforms
        }
    return Life(shares_of, clicks_of)


def _posts(story: Story, window: Window) -> list[_Event]:
    posted = public_posts().filter(
        story=story, published_at__gte=window.begins_at, published_at__lt=window.ends_before
    )
    rows = posted.values_list("published_at", "account__platform", "person").order_by("published_at", "pk")
    return [_Event(at.astimezone(UTC).date(), platform, person, 1) for at, platform, person in rows if at]


def _clicks(story: Story, window: Window) -> list[_Event]:
    clicked = followed(window, dropped="").filter(story=story)
    rows = clicked.values_list(f"{COUNTS}__on", "account__platform", "person")
    return [_Event(*row) for row in rows.annotate(Sum(f"{COUNTS}__count")).order_by()]


def _steps(days: Sequence[date]) -> list[Window]:
    """Return steps of a day from the first to the last of these days, or of a week if those are many."""
    if not days:
        return []
    first, last = min(days), max(days)
    length = DAY if last - first < MAX_DAYS * DAY else WEEK
    count = (last - first) // length + 1
    return [Window(first + number * length, first + (number + 1) * length - DAY) for number in range(count)]


def _by_step(events: Sequence[_Event], steps: Sequence[Window]) -> Mapping[tuple[Window, str], Counter[int]]:
    by_step: defaultdict[tuple[Window, str], Counter[int]] = defaultdict(Counter)
    for event in events:
        step = steps[(event.on - steps[0].since) // (steps[0].until - steps[0].since + DAY)]
        by_step[step, event.platform][event.person] += event.number
    return by_step
