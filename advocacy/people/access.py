"""Who may enter which room, and who may see what of whom: one table that makes the checks and their tests."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from advocacy.people.http import SignedInRequest
from advocacy.people.models import Person, Role

P = ParamSpec("P")
Rows = TypeVar("Rows", bound=QuerySet[Model])
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


class Datum(StrEnum):
    """Something that the hub knows of one person."""

    TAKES_PART = "takes_part"
    DRAFT = "draft"
    PLANNED_WORDS = "planned_words"
    # A copy of a draft, put before one colleague whom its author chose.
    LENT_WORDS = "lent_words"
    SENT_WORDS = "sent_words"
    OWN_CLICKS = "own_clicks"
    LINKED_ACCOUNT = "linked_account"
    TOKEN = "token"  # noqa: S105
    INTERESTS = "interests"
    NOTICE = "notice"
    CODE_ACKNOWLEDGED = "code_acknowledged"
    PROPOSAL = "proposal"
    LOOKS = "looks"
    MUTED_HINTS = "muted_hints"


class Sight(StrEnum):
    ROW = "row"
    # Figures about groups, under the rules of `reports.disclosing`.
    AGGREGATE = "aggregate"
    # Only of people who said so themselves. Where the hub cannot be told so yet, nobody is seen.
    OPTED_IN = "opted_in"
    # Only by the one colleague whom the owner chose for that row, and for as long as they like.
    CHOSEN = "chosen"
    NOTHING = "nothing"


class Viewer(StrEnum):
    SELF = "self"
    COLLEAGUE = "colleague"
    MANAGER = Role.MANAGER.value
    EDITOR = Role.EDITOR.value
    WEBCARE = Role.WEBCARE.value
    ADMINISTRATOR = Role.ADMINISTRATOR.value


ROW, AGGREGATE, OPTED_IN, NOTHING = Sight.ROW, Sight.AGGREGATE, Sight.OPTED_IN, Sight.NOTHING
CHOSEN = Sight.CHOSEN

# One line for each datum: what its owner sees, a colleague, a manager, an editor, webcare, an administrator.
# Before words are public, they are their author's: no line may ever give them to anybody else. Lent words go
# to the one person whom their author asked to read along, whatever that person's role is.
MATRIX: Mapping[Datum, Mapping[Viewer, Sight]] = {
    datum: dict(zip(Viewer, sights, strict=True))
    for datum, sights in {
        Datum.TAKES_PART: (ROW, OPTED_IN, NOTHING, AGGREGATE, NOTHING, ROW),
        Datum.DRAFT: (ROW, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
        Datum.PLANNED_WORDS: (ROW, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
        Datum.LENT_WORDS: (ROW, CHOSEN, NOTHING, NOTHING, NOTHING, NOTHING),
        Datum.SENT_WORDS: (ROW, OPTED_IN, NOTHING, OPTED_IN, NOTHING, NOTHING),
        Datum.OWN_CLICKS: (ROW, NOTHING, AGGREGATE, AGGREGATE, NOTHING, NOTHING),
        Datum.LINKED_ACCOUNT: (ROW, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
        # Not even its owner is shown one: it can be revoked, not read.
        Datum.TOKEN: (NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
        Datum.INTERESTS: (ROW, NOTHING, NOTHING, AGGREGATE, NOTHING, NOTHING),
        Datum.NOTICE: (ROW, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
        Datum.CODE_ACKNOWLEDGED: (ROW, NOTHING, NOTHING, AGGREGATE, NOTHING, ROW),
        # Addressed to who keeps the code.
        Datum.PROPOSAL: (ROW, NOTHING, NOTHING, NOTHING, NOTHING, ROW),
        Datum.LOOKS: (ROW, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
        Datum.MUTED_HINTS: (ROW, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    }.items()
}

# How a person reads in the list of looks what of theirs was looked at. Only what others may see by row.
LABELS: Mapping[Datum, StrPromise] = {
    Datum.TAKES_PART: _("your place in the hub: name, address, teams and roles"),
    Datum.CODE_ACKNOWLEDGED: _("which version of our code you know"),
    Datum.PROPOSAL: _("what you proposed for our code"),
}


def viewers(person: Person) -> frozenset[Viewer]:
    """Return as whom this person looks at others."""
    if not person.is_active:
        return frozenset()
    return frozenset({Viewer.COLLEAGUE, *(Viewer(role) for role in person.roles)})


def sees_rows_of_others(person: Person, datum: Datum) -> bool:
    return any(MATRIX[datum][viewer] is Sight.ROW for viewer in viewers(person))


def sees(viewer: Person, owner: Person, datum: Datum) -> bool:
    """Tell whether the viewer may see this of the owner, one by one and not as a figure of a group."""
    if viewer.pk == owner.pk:
        return MATRIX[datum][Viewer.SELF] is Sight.ROW
    return sees_rows_of_others(viewer, datum)


def rows_for(person: Person, rows: Rows, datum: Datum) -> Rows:
    """Return those of the rows that this person may see one by one. A row's owner is its `person`."""
    if sees_rows_of_others(person, datum):
        return rows
    if MATRIX[datum][Viewer.SELF] is Sight.ROW:
        return rows.filter(person=person)
    return rows.none()


def rows_chosen_for(person: Person, rows: Rows, datum: Datum) -> Rows:
    """Return those of the rows for which their owner chose this person. A row names that one its `reader`."""
    if person.is_active and MATRIX[datum][Viewer.COLLEAGUE] is Sight.CHOSEN:
        return rows.filter(reader=person)
    return rows.none()


def role_required(*roles: str) -> Callable[[View[P]], View[P]]:
    """Let in who has one of the roles; to others the page does not exist."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not any(request.user.has_role(role) for role in roles):
                raise Http404
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return decorate
