"""Employees say what they would change in the code; who keeps it answers."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.conduct.models import Proposal
from advocacy.notices.telling import tell
from advocacy.people.models import Person, Role


class AlreadyAnswered(Exception):
    """Somebody else has answered in the meantime. `str` is fit to be shown."""


@transaction.atomic
def propose(person: Person, *, item_code: str, text: str, now: datetime) -> Proposal:
    """Put a proposal on the desk of those who keep the code, and tell them."""
    proposal = Proposal.objects.create(person=person, item_code=item_code, text=text, made_at=now)
    about: dict[str, object] = {"rule": item_code, "url": reverse("conduct:desk")}
    keepers = Person.objects.present().filter(grants__role=Role.ADMINISTRATOR).exclude(pk=person.pk)
    for keeper in keepers.distinct():
        tell(keeper, "code_proposed", once=f"proposal-{proposal.pk}", facts=dict(about), now=now)
    return proposal


@transaction.atomic
def answer(proposal: Proposal, *, state: str, words: str, now: datetime) -> None:
    """Say what comes of a proposal, and tell who made it.

    :raises AlreadyAnswered: somebody did
    """
    mine = Proposal.objects.unanswered().filter(pk=proposal.pk)
    if not mine.update(state=state, answer=words, answered_at=now):
        raise AlreadyAnswered(_("This proposal has been answered already."))
    facts: dict[str, object] = {
        "rule": proposal.item_code,
        "accepted": state == Proposal.State.ACCEPTED,
        "answer": words,
        "url": f"{reverse('conduct:propose')}#proposal-{proposal.pk}",
    }
    tell(proposal.person, "proposal_answered", once=f"proposal-{proposal.pk}-answered", facts=facts, now=now)
