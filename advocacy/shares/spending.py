"""What posting costs, and where the hub stops for the rest of the month.

The attempts are the account: every one that went out or may have is counted at today's prices, and what is
claimed and not yet sent is counted with them, under one lock, so that no number of workers goes over the cap.

A share that would go over it is not sent. It waits in its row and is asked about again every few minutes,
because an administrator may raise the cap; past its last safe moment it is missed like any other, and its
owner, who was told at once on the share's own page, can post it by hand for nothing. To let it wait for the
next month would post it weeks late, and late is worse than never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Q

from advocacy.platforms.alarming import tell_administrators
from advocacy.platforms.connector import Channel, Code, Price, channels
from advocacy.platforms.pacing import hold
from advocacy.shares.models import Attempt, Share, ShareQuerySet, State

ASK_AGAIN = timedelta(minutes=5)
# An attempt with any other outcome posted nothing, and that is certain.
COSTS = ("", "published", "found", Code.NO_ANSWER, Code.UNCLEAR_ANSWER, "connector_broke")


@dataclass(frozen=True)
class Spending:
    """What the posts of this calendar month (UTC) have cost on one platform, in US dollar."""

    channel: Channel
    price: Price
    spent: Decimal

    @property
    def is_used_up(self) -> bool:
        """Whether one more post would go over what may be spent."""
        cap = self.price.monthly_cap
        return cap is not None and self.spent + self.price.with_link > cap


def spending(*, now: datetime) -> list[Spending]:
    """Return what was spent on each platform that charges."""
    priced = [(kind(), kind().price()) for _, kind in sorted(channels().items())]
    return [Spending(channel, price, spent_on(channel, price, now=now)) for channel, price in priced if price]


def spent_on(channel: Channel, price: Price, *, now: datetime) -> Decimal:
    began = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    sent = Attempt.objects.filter(
        share__account__platform=channel.slug, armed_at__gte=began, outcome__in=COSTS
    )
    return _cost(
        sent.aggregate(posts=Count("pk"), pictures=Count("pk", filter=Q(share__picture__isnull=False))), price
    )


def keep_within_budget(shares: Sequence[Share], *, now: datetime) -> list[Share]:
    """Return those that may be paid for; put off the others. Call it inside the transaction that claims."""
    too_dear: set[int] = set()
    for slug in sorted({share.account.platform for share in shares}):
        channel = channels()[slug]()
        price = channel.price()
        if price and price.monthly_cap is not None:
            theirs = [share for share in shares if share.account.platform == slug]
            too_dear |= _put_off(_over(theirs, channel, price, now=now), channel, now=now)
    return [share for share in shares if share.pk not in too_dear]


def _over(shares: list[Share], channel: Channel, price: Price, *, now: datetime) -> list[Share]:
    hold(f"{channel.slug} budget", now=now)
    spent = spent_on(channel, price, now=now) + _cost(_claimed(channel), price)
    over = []
    for share in shares:
        cost = price.of(links=1, pictures=1 if share.picture_id else 0)
        if price.monthly_cap is not None and spent + cost > price.monthly_cap:
            over.append(share)
        else:
            spent += cost
    return over


def _claimed(channel: Channel) -> dict[str, int]:
    """Count what is on its way to be sent and has no attempt yet."""
    theirs: ShareQuerySet = Share.objects.filter(
        state=State.SENDING, armed_at=None, account__platform=channel.slug
    )
    return theirs.aggregate(posts=Count("pk"), pictures=Count("pk", filter=Q(picture__isnull=False)))


def _cost(counted: dict[str, int], price: Price) -> Decimal:
    # Every share carries its tracked link.
    return price.with_link * counted["posts"] + price.per_picture * counted["pictures"]


def _put_off(shares: list[Share], channel: Channel, *, now: datetime) -> set[int]:
    if not shares:
        return set()
    for share in shares:
        share.try_at = min(now + ASK_AGAIN, share.last_safe_at)
        share.planned_at = now
        share.reason, share.reason_detail = "over_budget", ""
    Share.objects.bulk_update(shares, ["try_at", "planned_at", "reason", "reason_detail"])
    month = now.astimezone(UTC).strftime("%Y-%m")
    tell_administrators(
        "network_over_budget", platform=channel.slug, once=f"{channel.slug}-budget-{month}", now=now
    )
    return {share.pk for share in shares}
