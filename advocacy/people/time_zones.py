"""The time zones of the world as people look for them: by part of the world, then by city."""

from functools import cache
from importlib import resources

from django.utils.translation import gettext_lazy as _

# In the order in which most of our people will look.
PARTS: dict[str, object] = {
    "Europe": _("Europe"),
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


def choices() -> list[tuple[object, list[tuple[str, str]]]]:
    """Return the zones grouped for a select, UTC last."""
    groups = [(label, _zones_in(part)) for part, label in PARTS.items()]
    return [*groups, (_("Elsewhere"), [("UTC", "UTC")])]


def _zones_in(part: str) -> list[tuple[str, str]]:
    names = (name for name in known_zones() if name.partition("/")[0] == part)
    return sorted(((name, _city(name)) for name in names), key=lambda zone: zone[1])


def _city(name: str) -> str:
    return ", ".join(reversed(name.replace("_", " ").split("/")[1:]))


@cache
def known_zones() -> frozenset[str]:
    """Return one name for each zone of each country; aliases are left out. Source: zone.tab of tzdata."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text()
    return frozenset(line.split("\t")[2].strip() for line in table.splitlines() if not line.startswith("#"))
