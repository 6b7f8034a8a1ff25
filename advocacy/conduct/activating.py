"""A version comes into force: written, put to colleagues and the works council, activated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from advocacy.conduct.models import Version


class CannotActivate(Exception):
    """`reasons` are sentences for the administrator, one for each thing to mend."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True)
class About:
    """What is said about a version besides its rules."""

    summaries: dict[str, str]
    is_material: bool
    council_asked_on: date | None = None
    council_agreed_on: date | None = None


@transaction.atomic
def describe_version(version: Version, about: About) -> None:
    """Say what changed, whether it matters, and what the works council said. Only while in the making."""
    Version.objects.in_the_making().filter(pk=version.pk).update(
        summaries=about.summaries,
        is_material=about.is_material,
        council_asked_on=about.council_asked_on,
        council_agreed_on=about.council_agreed_on,
    )


@transaction.atomic
def consult(version: Version, *, now: datetime) -> None:
    """Let every colleague read it and propose changes; it can still be edited."""
    drafts = Version.objects.in_the_making().filter(pk=version.pk)
    drafts.update(status=Version.Status.CONSULTATION, consulted_at=now)


@transaction.atomic
def activate(version: Version, *, now: datetime) -> Version:
    """Put the version in force in place of the present one, under its number.

    :raises CannotActivate: something is not ready
    """
    mine = Version.objects.select_for_update().in_the_making().filter(pk=version.pk).first()
    if mine is None:
        raise CannotActivate([_("This version is not in the making any more.")])
    if reasons := list(_obstacles(mine)):
        raise CannotActivate(reasons)
    mine.major, mine.minor = _number_after(Version.objects.in_force().first(), mine)
    Version.objects.in_force().update(status=Version.Status.RETIRED, retired_at=now)
    mine.status, mine.activated_at = Version.Status.ACTIVE, now
    mine.save(update_fields=["major", "minor", "status", "activated_at"])
    return mine


def _obstacles(version: Version) -> Iterator[str]:
    items = list(version.items.in_use().in_order())
    if not items:
        yield _("There is no rule in it yet.")
    for item in items:
        for language in item.stale_languages(version.source_language):
            yield _("%(code)s: the words in %(language)s are missing or stale.") % {
                "code": item.code,
                "language": dict(settings.LANGUAGES)[language],
            }
    if any(not version.summaries.get(language) for language, _label in settings.LANGUAGES):
        yield _("Say in a sentence what changed, in every language.")
    if version.is_material and not version.consulted_at:
        yield _("It changes what people may or should do: put it to your colleagues first.")


def _number_after(present: Version | None, version: Version) -> tuple[int, int]:
    if present is None or present.major is None or present.minor is None:
        return 1, 0
    if version.is_material:
        return present.major + 1, 0
    return present.major, present.minor + 1
