"""An administrator changes what the coach knows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from advocacy.conduct.coaching.word_lists import default_words
from advocacy.conduct.knowing import FACT_NAMES, house_as_it_came, lines_of
from advocacy.conduct.models import Taught


def teach_words(name: str, phrases: Mapping[str, Sequence[str]], *, now: datetime) -> None:
    """Let the coach know this list from now on. One that is as it came is no longer a change."""
    came = {language: list(words) for language, words in asdict(default_words(name)).items()}
    _teach(name, phrases={language: list(words) for language, words in phrases.items()}, came=came, now=now)


@transaction.atomic
def teach_house(facts: Mapping[str, Sequence[str]], *, now: datetime) -> None:
    """Let the coach know this of the organisation from now on."""
    came = house_as_it_came()
    for name in FACT_NAMES:
        _teach(name, phrases={"both": list(facts[name])}, came={"both": lines_of(name, came)}, now=now)


def _teach(name: str, *, phrases: dict[str, list[str]], came: dict[str, list[str]], now: datetime) -> None:
    if phrases == came:
        Taught.objects.filter(name=name).delete()
    else:
        Taught.objects.update_or_create(name=name, defaults={"phrases": phrases, "changed_at": now})
