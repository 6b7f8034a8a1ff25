"""What waits, went wrong or was taken back; drafts; and what its owners were told."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import F

from advocacy.notices.models import Notice
from advocacy.shares.informing import ask_about, call_to_post, tell_missed, tell_refused
from advocacy.shares.models import Draft, Share, State
from advocacy.stories.models import Story
from hub.demo.calendar import seeded, workday
from hub.demo.employees import EMPLOYEE
from hub.demo.history.by_hand import account_by_hand
from hub.demo.history.planning import Occasion, Plan, post_of
from hub.demo.history.sharing import Made
from hub.demo.history.unfinished import DRAFTS, UNFINISHED, Unfinished
from hub.demo.history.wording import Wording
from hub.demo.people import Cast
from hub.demo.stories import STORIES

# When drafts were left.
BREAK = time(17, 20)
# How long the hub looks before it asks the owner.
ASKED_AFTER = timedelta(minutes=11)
NEVER_SENT = {State.SCHEDULED, State.WAITING, State.MISSED, State.CANCELLED}
# News older than this has been read.
READ_AFTER = timedelta(days=8)


def plan_unfinished(
    cast: Cast, stories: Mapping[str, Story], wording: Wording, *, now: datetime
) -> list[Plan]:
    """Return a plan for each of `UNFINISHED`, in that order."""
    told = {one.slug: one for one in STORIES}
    chance = seeded("unfinished")
    plans = []
    for one in UNFINISHED:
        colleague = cast[one.name]
        at = workday(now, one.ago, at=one.at, zone=colleague.person.zone)
        occasion = Occasion(colleague, told[one.slug], stories[one.slug], at)
        account = colleague.accounts.get(one.platform) or account_by_hand(
            colleague.person, one.platform, at=at
        )
        plans.append(post_of(occasion, account, wording, chance, now=now))
    return plans


def turn(made: Iterable[Made]) -> None:
    """Bring the shares of `UNFINISHED`, made as if all had gone well, into their states."""
    for one, unfinished in zip(made, UNFINISHED, strict=True):
        _turn(one.share, unfinished)


def write_drafts(cast: Cast, stories: Mapping[str, Story], *, now: datetime) -> None:
    Draft.objects.bulk_create(
        Draft(
            person=cast[one.name].person,
            story=stories[one.slug],
            text=one.text,
            language=one.language,
            account_keys=[cast[one.name].accounts["rehearsal"].key],
            saved_at=workday(now, one.ago, at=BREAK, zone=cast[one.name].person.zone),
        )
        for one in DRAFTS
    )


def tell_owners(made: Iterable[Made], cast: Cast, *, now: datetime) -> None:
    """Tell them as the hub would have, then: mailed long ago, and what is old was read."""
    for share in (one.share for one in made):
        if share.state == State.MISSED:
            tell_missed([share], now=share.last_safe_at)
        elif share.state == State.REFUSED:
            tell_refused(share, now=share.due_at)
        elif share.state == State.UNKNOWN:
            ask_about(share, now=share.asked_at or now)
        elif share.waits_to_be_posted:
            call_to_post(share, now=share.due_at)
    Notice.objects.update(mailed_at=F("created_at"), mail_tries=1)
    of_others = Notice.objects.exclude(person=cast[EMPLOYEE].person)
    (of_others | Notice.objects.filter(created_at__lt=now - READ_AFTER)).mark_read(now)


def _turn(share: Share, unfinished: Unfinished) -> None:
    share.state, share.reason, share.reason_detail = unfinished.state, unfinished.reason, unfinished.detail
    share.published_at = None
    share.remote_id = ""
    if unfinished.state in NEVER_SENT:
        share.armed_at, share.tries = None, 0
    if share.waits_to_be_posted:
        share.try_at = share.due_at + settings.BY_HAND_WAITS
    if unfinished.state == State.UNKNOWN and share.armed_at:
        # Nobody looks by machine: the account lets nobody in. Its owner was asked.
        share.look_at, share.asked_at = None, share.armed_at + ASKED_AFTER
