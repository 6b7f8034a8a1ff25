"""The administrator writes the next version. What is in force, or ever was, does not change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from advocacy.conduct.models import Audience, Item, Kind, Version, Wording
from advocacy.conduct.starting import KINDS

LETTERS = {kind: letter for letter, kind in KINDS.items()}
# These two have always been written with two digits: D01, X01.
TWO_DIGITS = {Kind.DO, Kind.DONT}


class CannotEdit(Exception):
    """The version is not in the making, or another one is."""


@dataclass(frozen=True)
class Words:
    """What one rule says in one language."""

    title: str
    why: str
    good: str = ""
    bad: str = ""


@dataclass(frozen=True)
class Rewritten:
    """A rule as the administrator wants it. `still_right` are translations that need no change."""

    words: Mapping[str, Words]
    audience: str = Audience.ALL
    legal_basis: str = ""
    is_in_use: bool = True
    still_right: frozenset[str] = field(default_factory=frozenset)


@transaction.atomic
def start_version(*, now: datetime) -> Version:
    """Begin the next version as a copy of the one in force.

    :raises CannotEdit: one is in the making already
    """
    if Version.objects.in_the_making().exists():
        raise CannotEdit(_("A next version is being written already. Go on with that one."))
    active = Version.objects.in_force().first()
    if active is None:
        return Version.objects.create(made_at=now)
    fresh = Version.objects.create(made_at=now, source_language=active.source_language)
    for item in active.items.in_order():
        wordings = list(item.wordings.all())
        item.pk, item.version = None, fresh
        item.save(force_insert=True)
        for wording in wordings:
            wording.pk, wording.item = None, item
        Wording.objects.bulk_create(wordings)
    return fresh


@transaction.atomic
def discard_version(version: Version) -> None:
    """Throw away what is in the making. :raises CannotEdit: it is, or was, in force"""
    _must_be_in_the_making(version)
    version.delete()


@transaction.atomic
def rewrite(item: Item, rewritten: Rewritten) -> None:
    """Save a rule in all languages. A translation that stayed as it was while its source changed goes stale.

    :raises CannotEdit: the version is, or was, in force
    """
    _must_be_in_the_making(item.version)
    item.audience, item.legal_basis = rewritten.audience, rewritten.legal_basis
    item.is_in_use = rewritten.is_in_use
    item.save(update_fields=["audience", "legal_basis", "is_in_use"])
    before = Item.objects.prefetch_related("wordings").get(pk=item.pk).words
    source_language = item.version.source_language
    source = _put(item, source_language, rewritten.words[source_language], digest="")
    for language, words in rewritten.words.items():
        if language != source_language and words.title:
            old = before.get(language)
            digest = _digest_to_keep(old, words, source, is_right=language in rewritten.still_right)
            _put(item, language, words, digest=digest)


@transaction.atomic
def add_item(version: Version, kind: Kind, rewritten: Rewritten) -> Item:
    """Add a rule under an id that no version ever had. :raises CannotEdit: it is, or was, in force"""
    _must_be_in_the_making(version)
    last = version.items.filter(kind=kind).order_by("position").last()
    item = Item.objects.create(
        version=version, code=next_code(kind), kind=kind, position=last.position if last else 0
    )
    rewrite(item, rewritten)
    return item


def next_code(kind: Kind) -> str:
    """Return the next id of this kind; one that was retired is not given out again."""
    used = Item.objects.filter(kind=kind).values_list("code", flat=True)
    number = max((int(re.sub(r"\D", "", code) or 0) for code in used), default=0) + 1
    return f"{LETTERS[kind]}{number:02}" if kind in TWO_DIGITS else f"{LETTERS[kind]}{number}"


def _must_be_in_the_making(version: Version) -> None:
    if not Version.objects.in_the_making().filter(pk=version.pk).exists():
        raise CannotEdit(_("This version does not change any more. Start a next one."))


def _put(item: Item, language: str, words: Words, *, digest: str) -> Wording:
    parts = {"title": words.title, "why": words.why, "good": words.good, "bad": words.bad}
    wording, _new = Wording.objects.update_or_create(
        item=item, language=language, defaults={**parts, "translates_digest": digest}
    )
    return wording


def _digest_to_keep(old: Wording | None, words: Words, source: Wording, *, is_right: bool) -> str:
    """Return the source that the translation stands for: the new one, if somebody touched or confirmed it."""
    if old is None or is_right:
        return source.digest
    was = Words(old.title, old.why, old.good, old.bad)
    return old.translates_digest if was == words else source.digest
