"""An employee shares a story: one click, one row for each account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.conduct.models import Version
from advocacy.conduct.queries import Invitation, acknowledged_version, invitation_while_sharing
from advocacy.lib.bells import ring
from advocacy.links.minting import CannotMint, mint
from advocacy.people.models import Person
from advocacy.platforms.by_hand import keep
from advocacy.platforms.connector import Code
from advocacy.platforms.models import Account
from advocacy.platforms.reasons import explain
from advocacy.platforms.rulers import has_too_many
from advocacy.platforms.switching import off_in_words, switched_off
from advocacy.shares import tasks
from advocacy.shares.fitting import SAMPLE_LINK, count_for
from advocacy.shares.models import Draft, Share, State, with_link
from advocacy.shares.offering import why_barred
from advocacy.shares.situations import stopped_by_law
from advocacy.stories.models import Picture, Story

LONGEST_AHEAD = timedelta(days=366)


class CannotShare(Exception):
    """Nothing was scheduled. `reasons` are sentences for the person, one for each thing to mend."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True)
class Post:
    """What one account is to say. Without a picture the story's link card goes along."""

    account: Account
    text: str
    language: str
    picture: Picture | None = None
    shape: str = ""


@dataclass(frozen=True)
class Order:
    """One press of the button: who, what, when (a moment that has passed means now) and which form."""

    person: Person
    posts: Sequence[Post]
    at: datetime
    submission: UUID


def share_story(story: Story, order: Order, *, now: datetime) -> list[Share]:
    """Schedule the posts and return their shares. A submission that comes twice makes them once.

    :raises CannotShare: something is in the way; nothing was scheduled
    """
    if reasons := list(_obstacles(story, order, now=now)):
        raise CannotShare(reasons)
    with transaction.atomic():
        # Two submissions of one form wait for each other here.
        Person.objects.select_for_update().get(pk=order.person.pk)
        if earlier := list(Share.objects.filter(submission=order.submission, person=order.person)):
            return earlier
        try:
            code = acknowledged_version(order.person)
            shares = [_schedule(story, order, post, code=code, now=now) for post in order.posts]
        except CannotMint as reason:
            raise CannotShare([str(reason)]) from reason
        Draft.objects.filter(person=order.person, story=story).delete()
        ring(tasks.publish_due)
    return shares


def moments_of(account: Account, *, at: datetime, now: datetime) -> dict[str, object]:
    """Return the state and the moments of a share that is to go out then.

    What is posted by hand waits for its owner as soon as its moment has come.
    """
    stays = settings.BY_HAND_WAITS if account.by_hand else settings.LAST_SAFE
    moments: dict[str, object] = {"due_at": at, "try_at": at, "last_safe_at": at + stays}
    if account.by_hand and at <= now:
        # Nothing is to be done about it by the hub before its time is up.
        return moments | {"state": State.WAITING, "try_at": at + stays, "reason": "by_hand"}
    return moments | {"state": State.SCHEDULED, "reason": ""}


def latest_moment_of(account: Account) -> datetime | None:
    """Return the moment after which this account cannot post without its owner; None if it always can."""
    return None if account.refresh_token else account.expires_at


def obstacles_to(post: Post, story: Story, *, at: datetime, now: datetime) -> Iterator[str]:
    """Say what keeps this post from going out at that moment."""
    if not story.allows(post.account.platform):
        yield why_barred(story, post.account)
    yield from obstacles_in_words(post)
    yield from stopped_by_law(post.text, story, language=post.language, goes_out_at=at, now=now)
    if post.account.broken_at or post.account.disconnected_at:
        yield _("Connect %(account)s again first.") % {"account": post.account}
    latest = latest_moment_of(post.account)
    if latest and at >= latest:
        yield _(
            "The connection to %(account)s ends before that. Connect it again, or choose an earlier moment."
        ) % {"account": post.account}
    if story.closes_at and at >= story.closes_at:
        yield _("This story closes before that moment. Choose an earlier one.")
    if at > now + LONGEST_AHEAD:
        yield _("That is more than a year ahead. Choose an earlier moment.")
    if post.picture is None and _needs_picture(post.account):
        yield explain(Code.NEEDS_PICTURE, "", post.account.channel.label)
    if post.picture and post.picture.state != Picture.State.READY:
        yield _("The picture is still being prepared. Try again in a moment, or share without it.")


def obstacles_in_words(post: Post) -> Iterator[str]:
    """Say what is wrong with the words alone."""
    if not post.text.strip():
        yield _("Say something in your own words first.")
    counted = count_for(post.account, post.text)
    if counted.too_long:
        yield ngettext(
            "Your text is %(over)d character too long for %(platform)s.",
            "Your text is %(over)d characters too long for %(platform)s.",
            counted.used - counted.limit,
        ) % {"over": counted.used - counted.limit, "platform": post.account.channel.label}
    channel = post.account.channel
    if has_too_many(
        with_link(post.text, SAMPLE_LINK, channel=channel), channel.limits_for(post.account.data)
    ):
        yield explain(Code.TOO_MANY, "", channel.label)


def _what_is_asked(invitation: Invitation) -> str:
    if invitation.is_newcomer:
        return _("One thing first, and only once: say that you know our code for social media.")
    return _("Our code has changed since you last shared: say that you know what is different.")


def _obstacles(story: Story, order: Order, *, now: datetime) -> Iterator[str]:
    if not Story.objects.open_at(now).meant_for(order.person).filter(pk=story.pk).exists():
        yield _("This story is no longer open for sharing.")
        return
    if invitation := invitation_while_sharing(order.person):
        yield _what_is_asked(invitation)
    if not order.posts:
        yield _("Choose at least one account.")
    if any(post.account.person_id != order.person.pk or post.account.disconnected_at for post in order.posts):
        yield _("One of these accounts is not connected any more. Choose again.")
        return
    if off := switched_off().intersection(post.account.platform for post in order.posts):
        yield from map(off_in_words, sorted(off))
        return
    # The same sentence for two accounts is said once.
    seen: dict[str, None] = {}
    for post in order.posts:
        seen.update(dict.fromkeys(obstacles_to(post, story, at=max(order.at, now), now=now)))
    yield from seen


def _needs_picture(account: Account) -> bool:
    way = account.channel.way_by_hand if account.by_hand else None
    return way.needs_picture if way else account.channel.limits_for(account.data).min_images > 0


def _schedule(story: Story, order: Order, post: Post, *, code: Version | None, now: datetime) -> Share:
    account = keep(post.account, now=now)
    return Share.objects.create(
        person=order.person,
        story=story,
        account=account,
        link=mint(story.url, person=order.person, now=now),
        text=post.text.strip(),
        language=post.language,
        picture=post.picture,
        shape=post.shape,
        code_version=code,
        created_at=now,
        submission=order.submission,
        record_key=account.channel.new_record_key(now),
        **moments_of(account, at=max(order.at, now), now=now),
    )
