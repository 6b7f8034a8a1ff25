"""Likes, reposts and replies: on Rehearsal by colleagues, elsewhere as the networks last reported them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import exp
from random import Random

from django.conf import settings

from advocacy.rehearsal.models import Member, Reaction
from advocacy.shares.measuring import next_measurement
from advocacy.shares.models import Share
from hub.demo.calendar import seeded
from hub.demo.history.counting import poisson, pull_of
from hub.demo.history.sharing import Made, age_at
from hub.demo.people import Cast
from hub.demo.words import PHRASES

LIKES = {"bluesky": 6.0, "mastodon": 5.0, "rehearsal": 5.0}
REPOSTS, REPLIES = 0.17, 0.12
# How fast the reactions come: after this, about two thirds are in.
PACE = timedelta(hours=20)
# On their own server Bluesky keeps no counts: not measurable, and not zero.
UNMEASURED = {"Ingrid Solheim", "Jolien Vaessen"}


def react_elsewhere(made: Sequence[Made], *, now: datetime) -> None:
    """Set what the networks reported when they were last asked. They are not asked again."""
    chance = seeded("reactions")
    for one in made:
        _measure(one, chance, now=now)
        # These accounts let nobody in any more.
        one.share.measure_at = None


def react_on_rehearsal(made: Sequence[Made], cast: Cast, *, now: datetime) -> list[Reaction]:
    """Return what colleagues did with these posts, and set what each share knows of it so far."""
    chance = seeded("rehearsal")
    members = {member.person_id: member for member in Member.objects.all()}
    reactions = []
    for one in made:
        theirs = list(_reactions(one, cast, members, chance, now=now))
        reactions += theirs
        _count(one.share, theirs, now=now)
    return reactions


def last_asked(share: Share, *, now: datetime) -> datetime | None:
    """Return when the network was last asked about the post, if it was."""
    asked = [age for age in settings.MEASURE_AFTER if age <= age_at(share, now)]
    return (share.published_at or now) + max(asked) if asked else None


def _measure(made: Made, chance: Random, *, now: datetime) -> None:
    share = made.share
    pull = pull_of(made, chance)
    share.measured_at = last_asked(share, now=now)
    if share.measured_at is None or made.plan.colleague.person.name in UNMEASURED:
        return
    mean = LIKES[made.plan.account.platform] * pull * (1 - exp(-age_at(share, share.measured_at) / PACE))
    share.likes = poisson(mean, chance)
    share.reposts = poisson(mean * REPOSTS, chance)
    share.replies = poisson(mean * REPLIES, chance)


def _reactions(
    made: Made, cast: Cast, members: dict[int | None, Member], chance: Random, *, now: datetime
) -> Iterator[Reaction]:
    post_id = int(made.share.remote_id)
    others = [one for one in cast.values() if one.person.pk != made.plan.colleague.person.pk]
    mean = LIKES["rehearsal"] * pull_of(made, chance)
    kinds = (
        (Reaction.Kind.LIKE, mean),
        (Reaction.Kind.REPOST, mean * REPOSTS),
        (Reaction.Kind.REPLY, mean * REPLIES),
    )
    for kind, often in kinds:
        for reader in chance.sample(others, min(poisson(often, chance), len(others))):
            at = (made.share.published_at or now) + timedelta(hours=chance.expovariate(1 / 14))
            words = chance.choice(PHRASES[made.share.language].replies) if kind == Reaction.Kind.REPLY else ""
            if (
                at < now
                and reader.works_at(at)
                and _can_answer(reader.employee.language, made.share.language, words)
            ):
                yield Reaction(
                    post_id=post_id, member=members[reader.person.pk], kind=kind, text=words, at=at
                )


def _can_answer(language: str, of_post: str, words: str) -> bool:
    return not words or language == of_post or language == "nl"


def _count(share: Share, reactions: list[Reaction], *, now: datetime) -> None:
    share.measured_at = last_asked(share, now=now)
    share.measure_at = next_measurement(share.published_at or now, after=now)
    if share.measured_at is None:
        return
    known = [reaction.kind for reaction in reactions if reaction.at <= share.measured_at]
    share.likes = known.count(Reaction.Kind.LIKE)
    share.reposts = known.count(Reaction.Kind.REPOST)
    share.replies = known.count(Reaction.Kind.REPLY)
