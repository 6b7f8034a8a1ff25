"""How tries fail, in few enough classes to act upon: each says what it means and what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advocacy.platforms.connector import Code


@dataclass(frozen=True)
class ErrorClass:
    """One sort of failure. `slug` is its name in the metrics; `is_trouble` asks for somebody's attention."""

    slug: str
    label: Promise
    cure: Promise
    is_trouble: bool = True


AWAY = ErrorClass(
    "away",
    _("did not answer"),
    _("The platform is down, or the hub cannot reach it. Shares wait and are tried again by themselves."),
)
BUSY = ErrorClass(
    "busy",
    _("asked for patience"),
    _("The platform slows the hub down. Shares wait as long as it asks; there is nothing to do."),
    is_trouble=False,
)
UNCLEAR = ErrorClass(
    "unclear",
    _("no clear answer"),
    _("It may have been posted. The hub looks on the account, and asks the owner where it cannot."),
)
SHUT_OUT = ErrorClass(
    "shut_out",
    _("a permission ended"),
    _("One person's connection. They were told, and their shares wait until they connect again."),
    is_trouble=False,
)
NOT_SET_UP = ErrorClass(
    "not_set_up",
    _("the hub is not let in"),
    _("Only you can mend this: open the platform under Networks and follow what it says there."),
)
REFUSED = ErrorClass(
    "refused",
    _("refused the post"),
    _("The platform will not have these words or this picture. The owner was told why and can change it."),
    is_trouble=False,
)
BROKEN = ErrorClass(
    "broken",
    _("went wrong in the hub"),
    _("A fault of the hub itself. The log of the worker has the place; report it with the share's number."),
)

CLASSES: dict[str, ErrorClass] = {
    **dict.fromkeys((Code.UNREACHABLE, Code.TOO_SLOW, Code.SERVER_ERROR, Code.NOT_READY), AWAY),
    **dict.fromkeys((Code.NO_SUCH_SERVER, Code.ADDRESS_BLOCKED, Code.PICTURE_NOT_FETCHED), AWAY),
    Code.RATE_LIMITED: BUSY,
    **dict.fromkeys((Code.NO_ANSWER, Code.UNCLEAR_ANSWER, Code.KEY_TAKEN), UNCLEAR),
    # What we find out by looking: the first try did not arrive.
    "was_not_there": UNCLEAR,
    **dict.fromkeys((Code.EXPIRED, Code.REVOKED, Code.KEY_LOST), SHUT_OUT),
    **dict.fromkeys((Code.WRONG_PASSWORD, Code.MAIN_PASSWORD), SHUT_OUT),
    **dict.fromkeys((Code.SIGN_IN_FAILED, Code.ACCOUNT_BLOCKED, Code.FORBIDDEN), SHUT_OUT),
    **dict.fromkeys((Code.OTHER_ACCOUNT, Code.NO_SUCH_ACCOUNT, Code.NO_SIGN_IN), SHUT_OUT),
    **dict.fromkeys((Code.APP_UNKNOWN, Code.APP_WRONG, Code.APP_OUTDATED, Code.NO_CREDIT), NOT_SET_UP),
    **dict.fromkeys((Code.REFUSED, Code.TOO_LONG, Code.TOO_LARGE, Code.DUPLICATE), REFUSED),
    **dict.fromkeys((Code.TOO_MANY, Code.NEEDS_PICTURE, "picture_missing"), REFUSED),
    **dict.fromkeys(("connector_broke", "not_prepared"), BROKEN),
}


def class_of(outcome: str) -> ErrorClass:
    """Return the class of an attempt's outcome that is not a success."""
    return CLASSES.get(outcome, BROKEN)
