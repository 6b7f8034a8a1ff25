"""Becoming a member of the practice network."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from advocacy.people.models import Person
from advocacy.rehearsal.models import Member, hash_of


@transaction.atomic
def join(person: Person, *, now: datetime) -> tuple[Member, str]:
    """Return the person's membership with a new token; an earlier token stops working.

    The token is shown this once and kept as a hash only.
    """
    token = secrets.token_urlsafe(32)
    if member := Member.objects.select_for_update().filter(person=person).first():
        member.token_hash = hash_of(token)
        member.save(update_fields=["token_hash"])
        return member, token
    member = Member.objects.create(
        person=person,
        handle=_free_handle(person.name),
        display_name=person.name,
        joined_at=now,
        token_hash=hash_of(token),
    )
    return member, token


def member_of(person: Person, *, now: datetime) -> Member:
    """Return the person's membership, made on the spot for who has none yet."""
    return Member.objects.filter(person=person).first() or join(person, now=now)[0]


def _free_handle(name: str) -> str:
    """Return a handle that nobody has. Names without a Latin letter become "colleague"."""
    stem = slugify(name)[:50].strip("-_") or "colleague"
    taken = set(Member.objects.filter(handle__startswith=stem).values_list("handle", flat=True))
    return next(handle for handle in _candidates(stem, len(taken)) if handle not in taken)


def _candidates(stem: str, taken_count: int) -> list[str]:
    return [stem, *(f"{stem}-{number}" for number in range(2, taken_count + 3))]
