"""Whether words fit a platform, by that platform's own ruler."""

from collections.abc import Mapping

from django.conf import settings

from advocacy.links.minting import CODE_CHARS
from advocacy.platforms.connector import Channel, Counted
from advocacy.platforms.models import Account
from advocacy.shares.models import with_link

SAMPLE_LINK = f"{settings.SHORT_LINK_URL}{'x' * CODE_CHARS}"


def count_on(channel: Channel, text: str, *, data: Mapping[str, object]) -> Counted:
    """Measure the words together with the tracked link they will carry."""
    return channel.count(with_link(text, SAMPLE_LINK, channel=channel), data=data)


def count_for(account: Account, text: str) -> Counted:
    return count_on(account.channel, text, data=account.data)
