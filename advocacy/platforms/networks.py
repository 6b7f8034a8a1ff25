"""What an administrator sees of the platforms: what each needs, whether it works, what it costs."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.lib.addresses import NotAllowed, clean, place_of, require_public_name
from advocacy.platforms.connector import (
    ByHand,
    Channel,
    Code,
    CountsFollowers,
    Deletes,
    Finds,
    HearsOfEnds,
    Measures,
    Refreshes,
    Revokes,
    channels,
)
from advocacy.platforms.models import Account, AppRegistration, SwitchedOff
from advocacy.platforms.reminding import retires_soon
from advocacy.platforms.setting_up import return_address, set_up_of


@dataclass(frozen=True)
class Setting:
    """One option of a platform, with where it is set."""

    variable: str
    value: str
    meaning: str


@dataclass(frozen=True)
class Network:
    """One platform. `people` is how many use it, and `accounts` how many they connected; nobody is named."""

    channel: Channel
    registration: AppRegistration | None
    people: int
    accounts: int
    retires_soon: bool
    # Since when an administrator has it switched off; None: it is on.
    off_since: datetime | None

    @property
    def needs_set_up(self) -> bool:
        return set_up_of(self.channel) is not None

    @property
    def is_by_hand(self) -> bool:
        """Whether people post there themselves until it is set up."""
        if self.registration or self.off_since:
            return False
        return self.needs_set_up and self.channel.by_hand is not None

    @property
    def is_only_by_hand(self) -> bool:
        return isinstance(self.channel.auth, ByHand)

    @property
    def state(self) -> str:
        """The word that the design system has a colour and an icon for."""
        if self.off_since:
            return "off"
        if not self.needs_set_up:
            return "ready"
        if self.registration is None:
            return "none"
        if self.registration.broken_at:
            return "failed"
        return "ready" if self.registration.tested_at else "draft"

    @property
    def state_label(self) -> str:
        if self.off_since:
            return _("switched off")
        if not self.needs_set_up:
            return _("nothing to set up")
        if self.registration is None:
            return _("not set up")
        if self.registration.broken_at:
            return _("broken")
        return _("works") if self.registration.tested_at else _("not tested")

    @property
    def trouble(self) -> str:
        """Say what is broken and what to do about it; empty when nothing is."""
        if self.registration is None or not self.registration.broken_at:
            return ""
        words = {
            Code.APP_WRONG: _(
                "%(platform)s does not let the hub in: the client ID or the secret is not right, or the app "
                "may not do what the guide asks for. Go through the guide again, then test."
            ),
            Code.APP_OUTDATED: _(
                "%(platform)s has retired the version that the hub speaks. Set a newer one (see below), "
                "start the hub again, then test."
            ),
            Code.NO_CREDIT: _("The credit at %(platform)s is used up. Buy more there, then test."),
        }
        written = words.get(Code(self.registration.broken_reason), words[Code.APP_WRONG])
        return written % {"platform": self.channel.label}

    @property
    def has_moved(self) -> bool:
        """Whether the hub has another address than when the platform was told."""
        return self.registration is not None and self.registration.redirect_uri != self.return_address

    @property
    def return_address(self) -> str:
        return return_address(self.channel) if self.needs_set_up else ""

    @property
    def told_addresses(self) -> list[tuple[str, str]]:
        """Return where the platform tells that someone withdrew, and that they want to be forgotten."""
        set_up = set_up_of(self.channel)
        if set_up is None or not isinstance(self.channel, HearsOfEnds):
            return []
        where = [self.channel.slug, set_up.host]
        return [
            (_("When someone withdraws"), f"{settings.HUB_URL}{reverse('platforms:ended', args=where)}"),
            (
                _("When they want to be forgotten"),
                f"{settings.HUB_URL}{reverse('platforms:forget', args=where)}",
            ),
        ]

    @property
    def is_out_of_reach(self) -> bool:
        """Whether the platform fetches pictures from the hub and cannot get there."""
        return self.channel.fetches_images and not _is_public(settings.HUB_URL)

    @property
    def steps(self) -> list[str]:
        set_up = set_up_of(self.channel)
        return [_(step) for step in set_up.steps] if set_up else []

    @property
    def portal(self) -> str:
        set_up = set_up_of(self.channel)
        return set_up.portal if set_up else ""

    @property
    def settings(self) -> list[Setting]:
        kind = type(self.channel)
        return [
            Setting(kind.variable(option.name), kind.option(option.name), _(option.meaning))
            for option in kind.options
        ]

    @property
    def abilities(self) -> list[str]:
        """Say what the hub can do there."""
        if self.is_only_by_hand:
            return [_("People post there themselves; the hub prepares their words.")]
        does = self.channel.does
        said = [
            _("Posts text, links and pictures."),
            _("Takes posts back.") if does(Deletes) else "",
            _("Counts reactions.") if does(Measures) else _("Reactions are not measurable."),
            _("Counts followers.") if does(CountsFollowers) else _("Followers are not measurable."),
            _("Looks up posts whose answer was lost.")
            if does(Finds)
            else _("Asks their owners about posts whose answer was lost."),
            _("Renews permissions by itself.") if does(Refreshes) else "",
            _("Ends permissions at the platform when someone disconnects.") if does(Revokes) else "",
        ]
        return [sentence for sentence in said if sentence]

    @property
    def secret_variable(self) -> str:
        return type(self.channel).variable("client_secret")

    @property
    def version_variable(self) -> str:
        """The setting that names the version which the hub speaks."""
        return type(self.channel).variable("version")

    @property
    def has_secret_in_environment(self) -> bool:
        return bool(type(self.channel).secret_in_environment())


def _is_public(address: str) -> bool:
    try:
        place = place_of(clean(address))
        require_public_name(place)
    except NotAllowed:
        return False
    return place.scheme == "https"


def networks(*, now: datetime) -> list[Network]:
    """Return every platform of the hub, by name."""
    registrations = AppRegistration.objects.in_use().order_by("registered_at", "pk")
    newest = {registration.platform: registration for registration in registrations}
    theirs = Account.objects.connected().values("platform").order_by("platform")
    counted = theirs.annotate(
        people=Count("person", distinct=True), accounts=Count("pk", filter=Q(by_hand=False))
    )
    used = {row["platform"]: (row["people"], row["accounts"]) for row in counted}
    off = dict(SwitchedOff.objects.values_list("platform", "switched_at"))
    known = [kind() for kind in channels().values()]
    return [
        Network(
            channel,
            newest.get(channel.slug) if set_up_of(channel) else None,
            *used.get(channel.slug, (0, 0)),
            retires_soon(channel, now=now),
            off.get(channel.slug),
        )
        for channel in sorted(known, key=lambda channel: channel.label.lower())
    ]
