"""The plans as rows: links, shares and attempts, as publishing would have left them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings

from advocacy.conduct.models import Version
from advocacy.links.minting import ALPHABET, CODE_CHARS
from advocacy.links.models import TrackedLink
from advocacy.shares.models import Attempt, Share, State
from advocacy.stories.models import Picture
from hub.demo.calendar import seeded
from hub.demo.history.planning import Plan, new_uuid


@dataclass(frozen=True)
class Made:
    """A plan and the share that came of it."""

    plan: Plan
    share: Share


def make_shares(plans: Sequence[Plan], pictures: Mapping[str, Picture]) -> list[Made]:
    """Return shares for these plans, published, their links written; they themselves are not written yet."""
    chance = seeded("links")
    links = TrackedLink.objects.bulk_create(_link(plan, chance) for plan in plans)
    # Everyone in the history who shares knows it.
    code = Version.objects.in_force().get()
    return [
        Made(plan, _published(plan, link, pictures, chance, code=code))
        for plan, link in zip(plans, links, strict=True)
    ]


def write_shares(made: Sequence[Made]) -> None:
    Share.objects.bulk_create(one.share for one in made)
    Attempt.objects.bulk_create(
        Attempt(
            share=one.share,
            number=1,
            armed_at=one.share.armed_at,
            ended_at=one.share.armed_at + timedelta(seconds=1),
            outcome=one.share.reason or "published",
            detail=one.share.reason_detail,
        )
        for one in made
        if one.share.armed_at
    )


def _link(plan: Plan, chance: Random) -> TrackedLink:
    code = "".join(chance.choice(ALPHABET) for _sign in range(CODE_CHARS))
    return TrackedLink(
        code=code, target_url=plan.story.url, person=plan.colleague.person, minted_at=plan.created_at
    )


def _published(
    plan: Plan, link: TrackedLink, pictures: Mapping[str, Picture], chance: Random, *, code: Version
) -> Share:
    sent_at = plan.at + timedelta(seconds=chance.uniform(0.4, 7))
    key = new_uuid(chance)
    return Share(
        person=plan.colleague.person,
        story=plan.story,
        account=plan.account,
        link=link,
        text=plan.text,
        language=plan.language,
        picture=pictures[plan.told.pictures[0].scene] if plan.shape else None,
        shape=plan.shape,
        code_version=code,
        created_at=plan.created_at,
        state=State.PUBLISHED,
        due_at=plan.at,
        try_at=plan.at,
        last_safe_at=plan.at + settings.LAST_SAFE,
        submission=plan.submission,
        key=key,
        record_key=key.hex[:20],
        armed_at=sent_at,
        tries=1,
        published_at=sent_at + timedelta(seconds=1),
        # Elsewhere it has an id, but no address: a link to a host that does not exist helps nobody.
        remote_id=f"demo-{key.hex[:12]}",
    )


def age_at(share: Share, moment: datetime) -> timedelta:
    return moment - (share.published_at or moment)
