"""How a text will look and whether it fits, on each platform."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from advocacy.platforms.connector import Channel, Connector, Counted, channels
from advocacy.platforms.models import Account
from advocacy.shares.drafting import rendition_for
from advocacy.shares.fitting import SAMPLE_LINK, count_for, count_on
from advocacy.shares.models import with_link
from advocacy.stories.models import Picture, Story


@dataclass(frozen=True)
class Preview:
    """One post as its platform would draw it: with the attached picture, else with the story's card."""

    channel: Channel
    name: str
    handle: str
    text: str
    counted: Counted
    story: Story
    picture: Picture | None = None
    shape: str = ""
    account: Account | None = None

    @property
    def image_url(self) -> str:
        limits = self.channel.limits_for(self.account.data if self.account else {})
        rendition = rendition_for(self.picture, self.shape, limits) if self.picture else None
        return rendition.get_absolute_url() if rendition else ""

    @property
    def card_image_url(self) -> str:
        """Return where the card's picture is; needs a story read `with_first_picture`."""
        return self.story.landscape.get_absolute_url() if self.story.landscape else ""


def preview_on_accounts(
    story: Story, words: Iterable[tuple[Account, str]], *, picture: Picture | None, shape: str
) -> list[Preview]:
    """Return what each account is about to say."""
    return [
        Preview(
            channel=account.channel,
            name=account.display_name or account.person.name,
            handle=account.handle,
            text=with_link(text, SAMPLE_LINK, channel=account.channel),
            counted=count_for(account, text),
            story=story,
            picture=picture,
            shape=shape,
            account=account,
        )
        for account, text in words
    ]


def preview_everywhere(story: Story, *, text: str, name: str) -> list[Preview]:
    """Return how a text would look wherever the hub posts to and the story may be shared, for its editor."""
    return [
        Preview(
            channel=channel,
            name=name,
            handle="",
            text=with_link(text, SAMPLE_LINK, channel=channel),
            counted=count_on(channel, text, data={}),
            story=story,
        )
        for channel in known_channels()
        if story.allows(channel.slug)
    ]


def count_everywhere(text: str) -> list[tuple[Channel, Counted]]:
    """Measure the text on every platform the hub posts to."""
    return [(channel, count_on(channel, text, data={})) for channel in known_channels()]


def count_elsewhere(story: Story, text: str, *, without: Collection[str]) -> list[tuple[Channel, Counted]]:
    """Measure it wherever the story may be shared, but on those named."""
    found = count_everywhere(text)
    return [one for one in found if one[0].slug not in without and story.allows(one[0].slug)]


def known_channels() -> list[Channel]:
    known = [kind() for _, kind in sorted(channels().items())]
    return [channel for channel in known if isinstance(channel, Connector)]
