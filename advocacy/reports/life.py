"""A story's life in steps: who shared it and whose links were clicked, day by day.

Days on which too little happened are taken together with those after them, until their clicks can be shown.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import NamedTuple

from django.db.models import Sum

from advocacy.reports.disclosing import MIN_FIGURE, Amounts, is_safe, together
from advocacy.reports.tallying import COUNTS, followed, public_posts
from advocacy.reports.windows import DAY, WEEK, Window, whole
from advocacy.stories.models import Story

# A story that was told for longer is told by weeks.
MAX_DAYS = 35


@dataclass(frozen=True)
class Step:
    """Days (or weeks) of a story's life that are told together: posts by the hub, and clicks by platform.

    Behind it stand all who had shared by then (on that platform), also who brought nothing in it.
    """

    parts: tuple[Window, ...]
    shares: Amounts
    by_platform: Mapping[str, Amounts]

    @property
    def window(self) -> Window:
        return whole(self.parts)

    @property
    def clicks(self) -> Amounts:
        return together(self.by_platform.values())

    @property
    def can_be_told(self) -> bool:
        return is_safe(self.clicks) and sum(self.clicks.values()) >= MIN_FIGURE


class _Event(NamedTuple):
    on: date
    platform: str
    person: int
    number: int
    by_hand: bool = False


def read_life(story: Story, window: Window, platforms: Sequence[str]) -> list[Step]:
    """Read what happened in the window. `platforms` are all on which it was shared, in the order wanted."""
    posts, clicks = _posts(story, window), _clicks(story, window)
    parts = _parts([event.on for event in posts + clicks])
    posted, clicked = _by_part(posts, parts), _by_part(clicks, parts)
    by_hub = _by_part([post for post in posts if not post.by_hand], parts)
    sharers: dict[str, Counter[int]] = {platform: Counter() for platform in platforms}
    posters: Counter[int] = Counter()
    steps = []
    for part in parts:
        for platform in platforms:
            sharers[platform].update(dict.fromkeys(posted[part, platform], 0))
            posters.update(dict.fromkeys(by_hub[part, platform], 0))
        shares = together([posters, *(by_hub[part, platform] for platform in platforms)])
        by_platform = {one: together([sharers[one], clicked[part, one]]) for one in platforms}
        steps.append(Step((part,), shares, by_platform))
    return _taken_together(steps)


def _taken_together(steps: Sequence[Step]) -> list[Step]:
    """Join each step that cannot be told with the next; what is left at the end joins the one before."""
    told: list[Step] = []
    for step in steps:
        open_step = told and not told[-1].can_be_told
        told.append(_join(told.pop(), step) if open_step else step)
    while len(told) > 1 and not told[-1].can_be_told:
        last = told.pop()
        told.append(_join(told.pop(), last))
    return told


def _join(first: Step, second: Step) -> Step:
    clicks = {one: together([first.by_platform[one], second.by_platform[one]]) for one in first.by_platform}
    return Step(first.parts + second.parts, together([first.shares, second.shares]), clicks)


def _posts(story: Story, window: Window) -> list[_Event]:
    posted = public_posts().filter(
        story=story, published_at__gte=window.begins_at, published_at__lt=window.ends_before
    )
    rows = posted.values_list("published_at", "account__platform", "person", "account__by_hand")
    return [
        _Event(at.astimezone(UTC).date(), platform, person, 1, by_hand)
        for at, platform, person, by_hand in rows.order_by("published_at", "pk")
        if at
    ]


def _clicks(story: Story, window: Window) -> list[_Event]:
    clicked = followed(window, dropped="").filter(story=story)
    rows = clicked.values_list(f"{COUNTS}__on", "account__platform", "person")
    return [_Event(*row) for row in rows.annotate(Sum(f"{COUNTS}__count")).order_by()]


def _parts(days: Sequence[date]) -> list[Window]:
    """Return the days from the first to the last of these, or weeks if that is long."""
    if not days:
        return []
    first, last = min(days), max(days)
    length = DAY if last - first < MAX_DAYS * DAY else WEEK
    count = (last - first) // length + 1
    return [Window(first + number * length, first + (number + 1) * length - DAY) for number in range(count)]


def _by_part(events: Sequence[_Event], parts: Sequence[Window]) -> Mapping[tuple[Window, str], Counter[int]]:
    by_part: defaultdict[tuple[Window, str], Counter[int]] = defaultdict(Counter)
    for event in events:
        part = parts[(event.on - parts[0].since) // (parts[0].until - parts[0].since + DAY)]
        by_part[part, event.platform][event.person] += event.number
    return by_part
