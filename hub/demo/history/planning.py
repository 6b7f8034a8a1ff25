"""Who shared what, where and when. Nothing is written here."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from math import exp
from random import Random
from uuid import UUID

from advocacy.platforms.models import Account
from advocacy.stories.models import Story
from hub.demo.calendar import WEEK_SUM, busyness, days_back, seeded
from hub.demo.history.unfinished import NOT_SHARED_BY
from hub.demo.history.wording import NothingLeftToSay, Wording
from hub.demo.people import REHEARSAL, Cast, Colleague
from hub.demo.stories import STORIES
from hub.demo.stories.told import Told

# Around these hours people share, and how likely each is.
HOURS = {8.4: 4, 9.6: 3, 12.4: 5, 13.2: 2, 16.6: 3, 20.3: 2}
FRESH = timedelta(days=8)
# What is left of the interest in a story once it is old.
STALE = 0.05
# Parts of the shares: planned ahead; with a picture instead of the card; on all of one's accounts elsewhere;
# on Rehearsal too; on it alone.
PLANNED, WITH_PICTURE, EVERYWHERE, REHEARSED_TOO, REHEARSED_ONLY = 0.3, 0.35, 0.35, 0.16, 0.14
SHAPES = ("landscape", "square", "portrait", "display")


@dataclass(frozen=True)
class Plan:
    """One post: a person's words about a story on one account. Those of one click share a `submission`."""

    colleague: Colleague
    told: Told
    story: Story
    account: Account
    text: str
    language: str
    created_at: datetime
    at: datetime
    submission: UUID
    shape: str = ""


@dataclass(frozen=True)
class Occasion:
    """One press of the button: who, about what and when."""

    colleague: Colleague
    told: Told
    story: Story
    at: datetime


def plan_shares(cast: Cast, stories: Mapping[str, Story], wording: Wording, *, now: datetime) -> list[Plan]:
    """Return all posts of the history, the oldest first."""
    chance = seeded("shares")
    occasions = [
        occasion
        for colleague in cast.values()
        for occasion in _occasions_of(colleague, stories, seeded(colleague.person.name), now=now)
    ]
    # In order of time, so that who comes later finds the best words taken.
    occasions.sort(key=lambda occasion: occasion.at)
    plans: list[Plan] = []
    for occasion in occasions:
        # Who has nothing of their own to say in their language leaves it.
        with suppress(NothingLeftToSay):
            plans += _posts(occasion, wording, chance)
    return sorted(plans, key=lambda plan: plan.created_at)


def post_of(occasion: Occasion, account: Account, wording: Wording, chance: Random, *, now: datetime) -> Plan:
    """Return what the person says on one account, planned before now."""
    plan = next(_posts_on(occasion, [account], wording, chance))
    return replace(plan, created_at=min(plan.created_at, now - timedelta(hours=chance.uniform(0.5, 5))))


def new_uuid(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _occasions_of(
    colleague: Colleague, stories: Mapping[str, Story], chance: Random, *, now: datetime
) -> Iterator[Occasion]:
    shared = set(NOT_SHARED_BY.get(colleague.person.name, ()))
    meant = set(Story.objects.meant_for(colleague.person).values_list("pk", flat=True))
    for_them = [
        told for told in STORIES if stories[told.slug].pk in meant and told.about != colleague.person.name
    ]
    today = now.astimezone(colleague.person.zone).date()
    for ago in days_back(now):
        day = today - timedelta(days=ago)
        moment = datetime.combine(day, time(), tzinfo=colleague.person.zone) + _time_of_day(chance)
        likely = colleague.employee.shares_a_week / WEEK_SUM * busyness(day, ago)
        if chance.random() > likely or not colleague.works_at(moment) or moment > now - timedelta(minutes=30):
            continue
        told = _choose(for_them, stories, colleague, chance, moment=moment, shared=shared)
        if told:
            shared.add(told.slug)
            yield Occasion(colleague, told, stories[told.slug], moment)


def _time_of_day(chance: Random) -> timedelta:
    hour = chance.choices(list(HOURS), list(HOURS.values()))[0] + chance.gauss(0, 0.45)
    return timedelta(hours=hour, seconds=chance.randrange(60))


def _choose(
    for_them: list[Told],
    stories: Mapping[str, Story],
    colleague: Colleague,
    chance: Random,
    *,
    moment: datetime,
    shared: set[str],
) -> Told | None:
    open_now = [told for told in for_them if told.slug not in shared and stories[told.slug].is_open(moment)]
    weights = [_pull(told, stories[told.slug], colleague, moment) for told in open_now]
    return chance.choices(open_now, weights)[0] if any(weights) else None


def _pull(told: Told, story: Story, colleague: Colleague, moment: datetime) -> float:
    """Return how much a story attracts this person at that moment."""
    employee = colleague.employee
    age = moment - (story.opens_at or moment)
    pull = told.appeal * (STALE + exp(-age / FRESH))
    pull *= 1.8 if told.language == employee.language else 0.5
    return pull * (1.6 if set(told.topics) & set(employee.topics) else 0.8)


def _posts(occasion: Occasion, wording: Wording, chance: Random) -> Iterator[Plan]:
    return _posts_on(occasion, _accounts_for(occasion, chance), wording, chance)


def _posts_on(
    occasion: Occasion, accounts: list[Account], wording: Wording, chance: Random
) -> Iterator[Plan]:
    ahead = timedelta(hours=chance.uniform(2, 44)) if chance.random() < PLANNED else timedelta(seconds=4)
    opened_at = occasion.story.opens_at or occasion.at
    created_at = max(occasion.at - ahead, min(opened_at + timedelta(minutes=5), occasion.at))
    text, language = wording.say(occasion.told, occasion.colleague.employee, accounts)
    shape = chance.choice(SHAPES) if occasion.told.pictures and chance.random() < WITH_PICTURE else ""
    submission = new_uuid(chance)
    for account in accounts:
        yield Plan(
            occasion.colleague,
            occasion.told,
            occasion.story,
            account,
            text,
            language,
            created_at,
            occasion.at,
            submission,
            shape,
        )


def _accounts_for(occasion: Occasion, chance: Random) -> list[Account]:
    rehearsal = occasion.colleague.accounts[REHEARSAL]
    elsewhere = occasion.colleague.accounts_elsewhere(occasion.at)
    mood = chance.random()
    if not elsewhere or mood < REHEARSED_ONLY:
        return [rehearsal]
    chosen = elsewhere if chance.random() < EVERYWHERE else [chance.choice(elsewhere)]
    return [*chosen, rehearsal] if mood > 1 - REHEARSED_TOO else chosen
