"""What the owner of a share hears. Told once; nobody else is told."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from advocacy.notices.telling import tell
from advocacy.shares.models import Share

# Why it was missed, where that is a story of its own.
KINDS_BY_REASON = {"not_told": "share_not_told", "platform_barred": "share_barred"}


def tell_missed(shares: Sequence[Share], *, reason: str = "too_late", now: datetime) -> None:
    """Tell one owner about all the shares that were missed together, for the same reason."""
    kind = KINDS_BY_REASON.get(reason, "share_missed")
    _tell(shares[0], kind, now=now, others=len(shares) - 1, story_closed=reason == "story_closed")


def call_to_post(share: Share, *, now: datetime) -> None:
    """Tell the owner that the moment has come to post by hand."""
    _tell(share, "share_by_hand", now=now)


def tell_refused(share: Share, *, now: datetime) -> None:
    _tell(share, "share_refused", now=now)


def ask_about(share: Share, *, now: datetime) -> None:
    """Ask the owner whether it is there."""
    _tell(share, "share_unknown", now=now)


def _tell(share: Share, kind: str, *, now: datetime, others: int = 0, story_closed: bool = False) -> None:
    facts: dict[str, object] = {
        "story_title": share.story.title,
        "platform": share.account.channel.label,
        "others": others,
        "story_closed": story_closed,
        "url": reverse("shares:share", args=[share.pk]),
    }
    # Another moment, chosen by its owner, is another story to tell.
    once = f"{kind}-{share.pk}-{share.tries}-{share.due_at.timestamp():.0f}"
    tell(share.person, kind, once=once, facts=facts, now=now)
