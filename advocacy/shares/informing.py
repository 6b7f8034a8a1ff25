"""What the owner of a share hears. Told once; nobody else is told."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from advocacy.notices.telling import tell
from advocacy.shares.models import Share


def tell_missed(shares: Sequence[Share], *, now: datetime) -> None:
    """Tell one owner about all the shares that were missed together."""
    first = shares[0]
    _tell(first, "share_missed", now=now, others=len(shares) - 1)


def tell_refused(share: Share, *, now: datetime) -> None:
    _tell(share, "share_refused", now=now, others=0)


def ask_about(share: Share, *, now: datetime) -> None:
    """Ask the owner whether it is there."""
    _tell(share, "share_unknown", now=now, others=0)


def _tell(share: Share, kind: str, *, now: datetime, others: int) -> None:
    facts: dict[str, object] = {
        "story_title": share.story.title,
        "platform": share.account.channel.label,
        "others": others,
        "url": reverse("shares:share", args=[share.pk]),
    }
    # Another moment, chosen by its owner, is another story to tell.
    once = f"{kind}-{share.pk}-{share.tries}-{share.due_at.timestamp():.0f}"
    tell(share.person, kind, once=once, facts=facts, now=now)
