"""Which doors a person finds in the navigation: the same for everyone, and one more for each role."""

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Person, Role
from advocacy.shares.queries import waiting_for_owner


@dataclass(frozen=True)
class Door:
    """One page of the navigation. `icon` is a name from Lucide; without a role it is everyone's."""

    view: str
    label: object
    icon: str
    role: str = ""
    current: bool = False
    url: str = ""
    # How much there waits for the person.
    badge: int = 0


WALL = Door("shares:wall", _("Stories"), "newspaper")
QUEUE = Door("shares:queue", _("My queue"), "calendar-days")
MINE = Door("shares:mine", _("My shares"), "send")
REHEARSAL = Door("rehearsal:timeline", _("Rehearsal"), "drama")
DESK = Door("stories:desk", _("Desk"), "pen-line", Role.EDITOR)
REPORTS = Door("reports:overview", _("Reports"), "chart-column", Role.MANAGER)
NOTICES = Door("notices:inbox", _("Notices"), "bell")
ACCOUNTS = Door("platforms:accounts", _("My accounts"), "plug")
CODE = Door("conduct:code", _("Our code"), "handshake")
SETTINGS = Door("people:settings", _("Settings"), "settings")
NETWORKS = Door("platforms:networks", _("Networks"), "radio-tower", Role.ADMINISTRATOR)
STATUS = Door("operations:status", _("How it runs"), "activity", Role.ADMINISTRATOR)
ADMIN = Door("admin:index", _("Administration"), "wrench", Role.ADMINISTRATOR)

MAIN = [WALL, QUEUE, MINE, REHEARSAL, DESK, REPORTS]
PERSONAL = [ACCOUNTS, CODE, SETTINGS, NETWORKS, STATUS, ADMIN]


@dataclass(frozen=True)
class Navigation:
    """`main` stands in the bar of a wide screen; a phone has room for `thumb`, and `more` behind a button."""

    main: list[Door]
    personal: list[Door]
    thumb: list[Door]
    more: list[Door]
    notices: Door | None

    @property
    def is_in_more(self) -> bool:
        return any(door.current for door in self.more)


def navigation(request: HttpRequest) -> dict[str, object]:
    """Tell templates where this person can go. Nothing is worked out until a page draws it."""
    return {"navigation": SimpleLazyObject(lambda: navigation_for(request))}


def navigation_for(request: HttpRequest) -> Navigation | None:
    # A request that was refused before anyone looked who sent it has no user.
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return None
    doors = {door.view: door for door in open_doors(request.user, path=request.path)}
    main = [doors[door.view] for door in MAIN if door.view in doors]
    personal = [doors[door.view] for door in PERSONAL if door.view in doors]
    # Under the thumb: the wall, the person's queue, and the page of their work.
    thumb = main[:2] + main[4:5] if len(main) > 4 else main[:3]
    more = [door for door in main if door not in thumb] + personal
    return Navigation(main, personal, thumb, more, doors.get(NOTICES.view))


def open_doors(person: Person, *, path: str) -> list[Door]:
    doors = []
    for door in [*MAIN, NOTICES, *PERSONAL]:
        if door.role and not person.has_role(door.role):
            continue
        doors.append(replace(door, url=reverse(door.view), badge=_badge(door, person)))
    here = max((door.url for door in doors if path.startswith(door.url)), key=len, default="")
    return [replace(door, current=door.url == here) for door in doors]


def _badge(door: Door, person: Person) -> int:
    return waiting_for_owner(person).count() if door == QUEUE else 0
