"""Telling the practice network to stumble over one's next post, and what one will see of it then."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advocacy.rehearsal.models import Member, Stumble

Kind = Stumble.Kind

GROUPS: tuple[tuple[Promise, tuple[Kind, ...]], ...] = (
    (
        _("The answer gets lost"),
        (Kind.HANG_UP, Kind.DROP, Kind.SERVER_ERROR, Kind.WITHOUT_ID, Kind.WEB_PAGE, Kind.SILENCE),
    ),
    (_("The answer is no"), (Kind.LOCKED_OUT, Kind.LOCKED_OUT_HALF_WAY, Kind.DUPLICATE)),
    (
        _("The answer is: later"),
        (
            Kind.SLOW_DOWN,
            Kind.SLOW_DOWN_SECONDS,
            Kind.SLOW_DOWN_DATE,
            Kind.SLOW_DOWN_EPOCH,
            Kind.SLOW_DOWN_ISO,
            Kind.SLOW_DOWN_MASTODON,
            Kind.SLOW_DOWN_X,
            Kind.SLOW_DOWN_BLUESKY,
            Kind.SLOW_DOWN_META,
        ),
    ),
)
_IT_IS_THERE = _(
    "The hub cannot know whether your post arrived. It looks, finds it and says so. It never posts twice."
)
_IN_A_WHILE = _("Your share waits for as long as the network asks, and goes out then.")
EXPECTED: Mapping[Kind, Promise] = {
    Kind.DROP: _(
        "The hub looks for your post, waits about a minute until it can no longer arrive, and sends it again."
    ),
    Kind.SILENCE: _(
        "The hub stops listening after a while, and looks until it can no longer arrive. It finds the one "
        "post, and never sends a second."
    ),
    Kind.LOCKED_OUT: _(
        "Nothing is posted. Your share waits, the hub asks you to connect Rehearsal again, and then it goes "
        "out."
    ),
    Kind.LOCKED_OUT_HALF_WAY: _(
        "The hub cannot look whether your post arrived. It asks you to connect Rehearsal again, and then "
        "finds the post."
    ),
    Kind.DUPLICATE: _("Nothing is posted. The hub tells you why, and you can say it in other words."),
}


def order_stumble(member: Member, kind: Kind, *, now: datetime) -> None:
    """Let the member's next post go wrong in this way; an earlier order is replaced."""
    Stumble.objects.update_or_create(member=member, defaults={"kind": kind, "ordered_at": now})


def take_back_stumble(member: Member) -> None:
    Stumble.objects.filter(member=member).delete()


def meet_stumble(member: Member) -> Kind | None:
    """Return what goes wrong with the post that has just come in. Of two at once, one meets it."""
    ordered = Stumble.objects.filter(member=member)
    for stumble in ordered:
        met, _rows = ordered.filter(pk=stumble.pk).delete()
        if met:
            return Kind(stumble.kind)
    return None


def what_to_expect(kind: Kind) -> Promise:
    """Return what the owner of a share will see of this."""
    if kind in GROUPS[-1][1]:
        return _IN_A_WHILE
    return EXPECTED.get(kind, _IT_IS_THERE)


def stumble_choices() -> Iterator[tuple[Promise, list[tuple[str, Promise | str]]]]:
    """Yield the groups of a list to choose from."""
    for heading, kinds in GROUPS:
        yield heading, [(kind.value, kind.label) for kind in kinds]
