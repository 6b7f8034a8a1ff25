"""Posts by hand: what some colleagues also said on networks that nothing is connected to, on their word."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings

from advocacy.people.models import Person
from advocacy.platforms.by_hand import keep, ways_by_hand
from advocacy.platforms.models import Account
from advocacy.shares.models import Change, Share
from hub.demo.calendar import seeded
from hub.demo.history.planning import Plan
from hub.demo.history.sharing import Made

PLATFORMS = {"whatsapp": 5, "linkedin": 4, "facebook_profile": 2, "email": 1}
# The part of the posts elsewhere that was taken further by hand, and how long after that its writer said so.
TAKEN_FURTHER = 0.22
TOLD_AFTER = timedelta(minutes=4)


def account_by_hand(person: Person, platform: str, *, at: datetime) -> Account:
    """Return the row for what this person posts there by hand, since this moment if it is new."""
    [way] = [way for way in ways_by_hand(person) if way.platform == platform]
    return keep(way, now=at)


def plan_by_hand(went_out: Sequence[Plan]) -> list[Plan]:
    """Return plans beside those that went out: the same words, of the same click."""
    return list(_plans(went_out))


def _plans(went_out: Sequence[Plan]) -> Iterator[Plan]:
    chance = seeded("by hand")
    clicks = {plan.submission: plan for plan in went_out if plan.account.platform != "rehearsal"}
    for plan in clicks.values():
        platform = chance.choices(list(PLATFORMS), list(PLATFORMS.values()))[0]
        if chance.random() < TAKEN_FURTHER:
            yield replace(plan, account=account_by_hand(plan.colleague.person, platform, at=plan.created_at))


def leave_to_owners(made: Iterable[Made]) -> None:
    """Turn shares that were made as if the hub had sent them into what their owners say they posted."""
    for share in (one.share for one in made):
        share.armed_at, share.tries, share.remote_id = None, 0, ""
        share.last_safe_at = share.due_at + settings.BY_HAND_WAITS
        if share.published_at:
            share.published_at = share.due_at + TOLD_AFTER


def write_words(shares: Iterable[Share]) -> None:
    """Write down that their owners told us so."""
    Change.objects.bulk_create(
        Change(share=share, kind=Change.Kind.CONFIRMED, made_at=share.published_at)
        for share in shares
        if share.published_at
    )
