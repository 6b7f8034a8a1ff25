"""Clicks day by day: most at once, fewer every day, and what does not count, by its reason."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random

from advocacy.links.models import DailyCount
from advocacy.links.visiting import Dropped
from hub.demo.calendar import seeded
from hub.demo.history.sharing import Made

# Clicks that a usual post brings in all.
CLICKS = {
    "bluesky": 11.0,
    "mastodon": 9.0,
    "rehearsal": 3.0,
    "whatsapp": 6.0,
    "linkedin": 14.0,
    "facebook_profile": 7.0,
    "email": 2.0,
}
# The network's machines that draw the card: every Mastodon server fetches it for itself.
PREVIEWS = {
    "bluesky": 4.0,
    "mastodon": 62.0,
    "rehearsal": 0.0,
    "whatsapp": 1.0,
    "linkedin": 2.0,
    "facebook_profile": 2.0,
    "email": 1.0,
}
# How the clicks are spread over the days after publishing.
DAYS = [0.5, 0.22, 0.1, 0.06, 0.04, 0.03, 0.02, 0.012, 0.008, 0.006, 0.004]


def make_counts(made: Sequence[Made], *, now: datetime) -> None:
    chance = seeded("clicks")
    DailyCount.objects.bulk_create(count for one in made for count in _counts(one, chance, now=now))


def poisson(mean: float, chance: Random) -> int:
    """Return a whole number around the mean, as often as such numbers come in life (Knuth)."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    limit, product, count = exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def pull_of(made: Made, chance: Random) -> float:
    """Return how well a post does, 1 for most; a few do much better than anybody expected."""
    luck = chance.lognormvariate(-0.18, 0.6)
    return made.plan.colleague.employee.reach * made.plan.told.appeal * luck


def _counts(made: Made, chance: Random, *, now: datetime) -> Iterator[DailyCount]:
    if made.share.published_at is None:
        return
    pull = pull_of(made, chance)
    for later, part in enumerate(DAYS):
        share_of_day = part * _part_of_day(made.share.published_at, later, now=now)
        on = (made.share.published_at.astimezone(UTC) + timedelta(days=later)).date()
        for dropped, mean in _means(made.plan.account.platform, pull, is_first=later == 0):
            count = poisson(mean * share_of_day, chance)
            if count:
                yield DailyCount(link=made.share.link, on=on, dropped=dropped, count=count)


def _part_of_day(published_at: datetime, later: int, *, now: datetime) -> float:
    """Return how much of that day has passed."""
    day = published_at.astimezone(UTC) + timedelta(days=later)
    today = now.astimezone(UTC).date()
    if day.date() != today:
        return 1.0 if day.date() < today else 0.0
    begun = max(published_at.astimezone(UTC), datetime.combine(today, datetime.min.time(), tzinfo=UTC))
    return min(1.0, (now - begun) / timedelta(hours=9))


def _means(platform: str, pull: float, *, is_first: bool) -> Iterable[tuple[str, float]]:
    clicks = CLICKS[platform] * pull
    yield "", clicks
    yield Dropped.PREVIEW, (PREVIEWS[platform] if is_first else PREVIEWS[platform] * 0.1) * (0.5 + pull / 2)
    yield Dropped.BOT, 0.8 + clicks * 0.12
    yield Dropped.HEAD, clicks * 0.06
    yield Dropped.PREFETCH, clicks * 0.04
    yield Dropped.DISGUISED, clicks * 0.03
    yield Dropped.OWN, 1.6 if is_first else 0.2
