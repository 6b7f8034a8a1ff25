"""Shares by hand: their owners are called at the moment they chose, post themselves, and tell us about it.

The hub never sends these. It prepares words and picture, and believes what it is told: every figure that
rests on it says so.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from advocacy.platforms.addressing import NoSuchPost, Opening, Prepared, opening_of, post_at
from advocacy.platforms.by_hand import way_of
from advocacy.platforms.connector import Receipt
from advocacy.shares import informing
from advocacy.shares.models import Change, Share, State
from advocacy.shares.settling import published_values

logger = logging.getLogger(__name__)

# What its owner says may change as long as we are listening, and after.
HEARD = (State.WAITING, State.MISSED)


class NotBelieved(Exception):
    """What the owner said cannot be; `str` says why, and what to do."""


def call_owners(*, now: datetime) -> None:
    """Call the owners of what is to be posted by hand now, and wait for their word."""
    due = Share.objects.by_hand().filter(state=State.SCHEDULED, try_at__lte=now, last_safe_at__gt=now)
    ready = due.of_people_who_work_here().with_open_story(now).not_held_by_law(now)
    ready = ready.not_barred().switched_on()
    for share in ready.select_related("story", "account", "person").order_by("due_at", "pk"):
        _call(share, now=now)


def prepared(share: Share) -> Prepared:
    """Return the post as its owner takes it along."""
    return Prepared(text=share.full_text, words=share.text, link=share.link.address, title=share.story.title)


def opening(share: Share) -> Opening | None:
    """Return where the owner can write it; None where no address leads there."""
    return opening_of(way_of(share.account), prepared(share))


def tell_posted(share: Share, *, address: str, now: datetime) -> None:
    """The owner posted it, and may say where. Telling it again changes the address only.

    :raises NotBelieved: the address is not that of a post there, or of another share's
    """
    receipt = _receipt(share, address) if address else Receipt(remote_id="")
    # The hub has no way in there to count reactions with.
    values = published_values(receipt, at=now) | {"measure_at": None}
    mine = Share.objects.by_hand().filter(pk=share.pk)
    with transaction.atomic():
        if mine.move(HEARD, State.PUBLISHED, **values):
            Change.objects.create(share=share, kind=Change.Kind.CONFIRMED, made_at=now)
            return
        place = {"remote_id": values["remote_id"], "remote_url": values["remote_url"]}
        if not mine.filter(state=State.PUBLISHED).update(**place):
            raise NotBelieved(_("This share has moved on in the meantime. Look again at what became of it."))


@transaction.atomic
def tell_not_posted(share: Share, *, now: datetime) -> None:
    """The owner did not post it, or said so by mistake.

    :raises NotBelieved: it does not wait for that
    """
    mine = Share.objects.by_hand().filter(pk=share.pk)
    forgotten = {"published_at": None, "remote_id": "", "remote_url": ""}
    sources = {State.WAITING, State.PUBLISHED}
    if not mine.move(sources, State.CANCELLED, reason="by_you", reason_detail="", **forgotten):
        raise NotBelieved(_("This share has moved on in the meantime. Look again at what became of it."))
    Change.objects.create(share=share, kind=Change.Kind.CANCELLED, made_at=now)


def next_to_post(share: Share) -> Share | None:
    """Return another share of the same form that waits to be posted by hand."""
    together = Share.objects.by_hand().filter(person=share.person, submission=share.submission)
    return together.filter(state=State.WAITING).exclude(pk=share.pk).order_by("pk").first()


def _receipt(share: Share, address: str) -> Receipt:
    try:
        receipt = post_at(way_of(share.account), address)
    except NoSuchPost:
        raise NotBelieved(
            _(
                "This is not the address of a post on %(platform)s. Open your post there, copy its address "
                "and paste it here, or leave this empty."
            )
            % {"platform": share.account.channel.label}
        ) from None
    others = Share.objects.filter(person=share.person, account__platform=share.account.platform)
    if others.filter(remote_id=receipt.remote_id).exclude(pk=share.pk).exists():
        raise NotBelieved(_("That post belongs to another share of yours. Paste the address of this one."))
    return receipt


@transaction.atomic
def _call(share: Share, *, now: datetime) -> None:
    """Tell the owner, and wait for an answer, or neither: a worker may die here."""
    mine = Share.objects.filter(pk=share.pk, due_at=share.due_at)
    # Nothing is to be done about it by the hub before its time is up.
    if mine.move(State.SCHEDULED, State.WAITING, try_at=share.last_safe_at, reason="by_hand"):
        informing.call_to_post(share, now=now)
        logger.info("share %s: its owner is called", share.pk)
