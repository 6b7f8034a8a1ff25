"""A new hub begins with a code: ours, in both languages, for the company to make its own."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from advocacy.conduct.models import Audience, Item, Kind, Version, Wording, digest_of

STARTER = Path(__file__).with_name("starter.toml")
SOURCE_LANGUAGE = "nl"
# The first letter of an id says what kind of rule it is.
KINDS: Mapping[str, Kind] = {
    "S": Kind.SAVINGS,
    "P": Kind.PRINCIPLE,
    "D": Kind.DO,
    "X": Kind.DONT,
    "L": Kind.DISCLOSURE,
    "A": Kind.CONTACT,
    "M": Kind.MISTAKE,
}
PARTS = ("title", "why", "good", "bad")


@transaction.atomic
def load_starter_code(*, now: datetime) -> Version | None:
    """Put the starter code on the desk as a first version in the making. None: the hub has a code.

    It is not in force: what a company says in its own name is the company's to decide.
    """
    if Version.objects.exists():
        return None
    version = Version.objects.create(
        made_at=now,
        source_language=SOURCE_LANGUAGE,
        summaries={"nl": "Onze eerste code.", "en": "Our first code."},
    )
    told = tomllib.loads(STARTER.read_text())
    Item.objects.bulk_create(_items(version, told))
    Wording.objects.bulk_create(_wordings(version, told))
    return version


def _items(version: Version, told: Mapping[str, Any]) -> Iterator[Item]:
    for position, (code, item) in enumerate(told.items()):
        yield Item(
            version=version,
            code=code,
            kind=KINDS[code[0]],
            position=position,
            audience=item.get("audience", Audience.ALL),
            legal_basis=item.get("legal_basis", ""),
            checks=item.get("checks", []),
        )


def _wordings(version: Version, told: Mapping[str, Any]) -> Iterator[Wording]:
    for item in version.items.all():
        words = {
            language: {
                part: told[item.code][language].get(part, "").replace("{org}", settings.COMPANY_NAME)
                for part in PARTS
            }
            for language, _label in settings.LANGUAGES
        }
        source = digest_of(words[SOURCE_LANGUAGE])
        for language, parts in words.items():
            is_source = language == SOURCE_LANGUAGE
            yield Wording(
                item=item, language=language, translates_digest="" if is_source else source, **parts
            )
