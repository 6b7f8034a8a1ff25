"""The code as people read it, and who knows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django_stubs_ext import StrOrPromise

from advocacy.conduct.models import Acknowledgement, Item, Kind, Version, VersionQuerySet, Wording
from advocacy.people.models import Person


@dataclass(frozen=True)
class Rule:
    """One rule in one language. `language` is the one that its words are in."""

    code: str
    kind: str
    audience: str
    is_for_all: bool
    title: str
    why: str
    good: str
    bad: str
    legal_basis: str
    language: str


@dataclass(frozen=True)
class Chapter:
    kind: str
    heading: StrOrPromise
    rules: list[Rule]


@dataclass(frozen=True)
class DeskRule:
    """A rule of the version in the making. `stale` are the languages whose words are missing or older."""

    item: Item
    title: str
    stale: list[StrOrPromise]


@dataclass(frozen=True)
class DeskChapter:
    kind: str
    heading: StrOrPromise
    rules: list[DeskRule]


@dataclass(frozen=True)
class Change:
    """A rule that is new, reads otherwise, or has gone."""

    code: str
    before: Rule | None
    after: Rule | None

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_gone(self) -> bool:
        return self.after is None


@dataclass(frozen=True)
class WhatChanged:
    """The card of one version: its summary, and each rule that is not as it was."""

    version: Version
    summary: str
    changes: list[Change]

    @property
    def anchor(self) -> str:
        return f"version-{self.version.pk}"


def code_in_force() -> Version | None:
    return Version.objects.in_force().first()


def read(version: Version, *, language: str) -> list[Chapter]:
    """Return the code by kind of rule, in that language, or else in the one it was written in."""
    rules = list(_rules(version, language=language).values())
    by_kind = [(kind, [rule for rule in rules if rule.kind == kind]) for kind in Kind]
    return [Chapter(kind.value, kind.label, found) for kind, found in by_kind if found]


def desk_of(version: Version, *, language: str) -> list[DeskChapter]:
    """Return every rule, in use or not, by kind; also the kinds that have none yet."""
    rules = [_desk_rule(item, version, language=language) for item in version.items.in_order()]
    return [
        DeskChapter(kind.value, kind.label, [rule for rule in rules if rule.item.kind == kind])
        for kind in Kind
    ]


def rules_named(codes: Sequence[str], version: Version, *, language: str) -> list[Rule]:
    """Return those of the rules that are in use, in the order in which they were asked for."""
    rules = _rules(version, language=language)
    return [rules[code] for code in codes if code in rules]


def what_changed(version: Version, *, language: str) -> WhatChanged:
    """Return what is different from the version before it."""
    before = _version_before(version)
    old = _rules(before, language=language) if before else {}
    new = _rules(version, language=language)
    differing = [code for code in [*new, *(set(old) - set(new))] if old.get(code) != new.get(code)]
    changes = [Change(code, old.get(code), new.get(code)) for code in differing] if before else []
    return WhatChanged(version, version.summary_in(language), changes)


def latest_acknowledgement(person: Person) -> Acknowledgement | None:
    """Return the one of the newest version that the person took note of."""
    known = Acknowledgement.objects.filter(person=person).select_related("version")
    return known.order_by("-version__major", "-version__minor", "-pk").first()


def acknowledged_version(person: Person) -> Version | None:
    """Return the newest version that the person took note of: the one that their shares carry."""
    latest = latest_acknowledgement(person)
    return latest.version if latest else None


@dataclass(frozen=True)
class Invitation:
    """The code waits for this person: a first meeting, what changed since the last, or years after it.

    `shows_cards`: the introduction tells them more than what changed does.
    """

    version: Version
    is_newcomer: bool
    is_refresher: bool

    @property
    def shows_cards(self) -> bool:
        return self.is_newcomer or self.is_refresher


def invitation_on_wall(person: Person, *, now: datetime) -> Invitation | None:
    """Return what the wall says about the code. None: the person knows it, or said "not now"."""
    return _invitation(Version.objects.to_look_at_by(person, now).not_put_off_by(person), person)


def invitation_to_read(person: Person, *, now: datetime) -> Invitation | None:
    """Return what the pages of the code ask. None: the person knows it, and not for years."""
    return _invitation(Version.objects.to_look_at_by(person, now), person)


def invitation_while_sharing(person: Person) -> Invitation | None:
    """Return what sharing asks first, once. None: the person knows the code, or there is none.

    Who took note of it years ago knows it: they are asked elsewhere, and no share waits for that.
    """
    return _invitation(Version.objects.to_acknowledge_by(person), person)


def how_many_know(version: Version) -> tuple[int, int]:
    """Return how many of the people who work here know what matters in it, and how many there are."""
    present = Person.objects.present()
    known = Acknowledgement.objects.filter(version__major=version.major, person__in=present)
    return known.values("person").distinct().count(), present.count()


def _desk_rule(item: Item, version: Version, *, language: str) -> DeskRule:
    names = dict(settings.LANGUAGES)
    stale: list[StrOrPromise] = [names[code] for code in item.stale_languages(version.source_language)]
    wording = _wording(item, version, language=language)
    return DeskRule(item, wording.title if wording else "", stale if item.is_in_use else [])


def _invitation(versions: VersionQuerySet, person: Person) -> Invitation | None:
    version = versions.first()
    if version is None:
        return None
    known = set(Acknowledgement.objects.filter(person=person).values_list("version__major", flat=True))
    return Invitation(version, is_newcomer=not known, is_refresher=version.major in known)


def _version_before(version: Version) -> Version | None:
    if version.is_in_the_making:
        return code_in_force()
    older = Version.objects.ever_in_force().filter(activated_at__lt=version.activated_at)
    return older.first()


def _rules(version: Version, *, language: str) -> Mapping[str, Rule]:
    items = version.items.in_use().in_order()
    found = ((item, _wording(item, version, language=language)) for item in items)
    return {item.code: _rule(item, wording) for item, wording in found if wording}


def _wording(item: Item, version: Version, *, language: str) -> Wording | None:
    words = item.words
    others = (code for code, _label in settings.LANGUAGES)
    return next((words[code] for code in (language, version.source_language, *others) if code in words), None)


def _rule(item: Item, wording: Wording) -> Rule:
    return Rule(
        code=item.code,
        kind=item.kind,
        audience=str(item.get_audience_display()),
        is_for_all=item.audience == "all",
        title=wording.title,
        why=wording.why,
        good=wording.good,
        bad=wording.bad,
        legal_basis=item.legal_basis,
        language=wording.language,
    )
