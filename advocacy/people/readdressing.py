"""Someone gets another address. Whoever reads its mail can open the account, so the old one is told."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocacy.people.mailing import mail
from advocacy.people.models import Person


@transaction.atomic
def readdress(person: Person, *, old: str, by: Person) -> None:
    """Save the person with the address that they have now, and tell the one that they had."""
    person.save()
    transaction.on_commit(lambda: _tell(person, old=old, by=by), robust=True)


def _tell(person: Person, *, old: str, by: Person) -> None:
    mail(
        person,
        old,
        template="readdressed",
        subject=_("Your address on Stoep, the hub of %(company)s, was changed"),
        facts={"old": old, "by": by},
    )
