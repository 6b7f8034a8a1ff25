"""From which accounts a story may be shared, and what to tell who has others.

What the editor ticked is what is offered, by hand as well, and without exceptions: to know where a story may
appear, nobody has to know more than that list.
"""

from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.people.models import Person
from advocacy.platforms.by_hand import ways_by_hand
from advocacy.platforms.connector import channel_called
from advocacy.platforms.models import Account
from advocacy.platforms.queries import offers
from advocacy.platforms.switching import switched_off
from advocacy.stories.models import Story


@dataclass(frozen=True)
class Offered:
    """A person's accounts for one story: connected, by hand, and those of either that it is not for.

    `off` are the platforms that are switched off, and `switched_off` what would be offered there otherwise.
    """

    story: Story
    off: frozenset[str]
    connected: list[Account]
    by_hand: list[Account]
    barred: list[Account]
    switched_off: list[Account]

    @property
    def in_words(self) -> str:
        """Say why accounts are missing, and what to do where none is left; empty if the story is for all."""
        if not self.story.allowed_on:
            return ""
        missing = {account.channel.label: None for account in self.barred if not account.by_hand}
        sentences = [_whom_it_is_for(self.story, list(missing))]
        if not self.connected:
            sentences.append(_what_to_do(self, can_by_hand=bool(self.by_hand)))
        return " ".join(sentences)


def offered_for(story: Story, person: Person) -> Offered:
    connected = list(Account.objects.of(person).of_known_platforms())
    for account in connected:
        account.person = person
    by_hand, off = ways_by_hand(person), switched_off()
    allowed = [account for account in [*connected, *by_hand] if story.allows(account.platform)]
    usable = [account for account in allowed if account.platform not in off]
    return Offered(
        story,
        off,
        connected=[account for account in usable if not account.by_hand],
        by_hand=[account for account in usable if account.by_hand],
        barred=[account for account in [*connected, *by_hand] if not story.allows(account.platform)],
        switched_off=[account for account in allowed if account.platform in off],
    )


def why_barred(story: Story, account: Account) -> str:
    """Say that this account is not for this story, and what to do."""
    words = _(
        "This story is for %(platforms)s only, so it cannot go to %(platform)s. Choose another account."
    )
    return words % {"platforms": _platforms_of(story), "platform": account.channel.label}


def _whom_it_is_for(story: Story, missing: list[str]) -> str:
    if not missing:
        return _("This story is for %(platforms)s only.") % {"platforms": _platforms_of(story)}
    words = ngettext(
        "This story is for %(platforms)s only, so your account on %(missing)s is not here.",
        "This story is for %(platforms)s only, so your accounts on %(missing)s are not here.",
        len(missing),
    )
    return words % {"platforms": _platforms_of(story), "missing": get_text_list(missing, _("and"))}


def _what_to_do(offered: Offered, *, can_by_hand: bool) -> str:
    can_connect = any(offered.story.allows(one.channel.slug) for one in offers(off=offered.off))
    if can_connect and can_by_hand:
        return _("Connect an account there, or post it yourself, below.")
    if can_connect:
        return _("Connect an account there, and it is here.")
    if can_by_hand:
        return _("Post it yourself, below.")
    return _("Nobody can share it from this hub yet. Tell an administrator, or choose another story.")


def _platforms_of(story: Story) -> str:
    names = sorted((channel_called(slug).label for slug in story.allowed_platforms), key=str.lower)
    return get_text_list(names, _("and"))
