"""A company with the starter code in force."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from advocacy.conduct.acknowledging import acknowledge
from advocacy.conduct.activating import About, activate, consult, describe_version
from advocacy.conduct.editing import start_version
from advocacy.conduct.models import Version
from advocacy.conduct.starting import load_starter_code
from advocacy.people.models import Person, Role

Knows = Callable[[Person], None]
NextVersion = Callable[..., Version]


@pytest.fixture
def starter(db: None, now: datetime) -> Version:
    """The starter code on the desk, not in force."""
    version = load_starter_code(now=now - timedelta(days=30))
    assert version
    return version


@pytest.fixture
def code(starter: Version, now: datetime) -> Version:
    consult(starter, now=now - timedelta(days=20))
    return activate(starter, now=now - timedelta(days=10))


@pytest.fixture
def knows(code: Version, now: datetime) -> Knows:
    """Let a person take note of what is in force."""

    def take_note(person: Person) -> None:
        active = Version.objects.in_force().get()
        acknowledge(person, active.pk, language="en", now=now)

    return take_note


@pytest.fixture
def next_version(code: Version, now: datetime) -> NextVersion:
    """Put a next version in force, as it stands."""

    def make(*, is_material: bool) -> Version:
        version = start_version(now=now)
        summaries = {"en": "Something is different.", "nl": "Er is iets anders."}
        describe_version(version, About(summaries=summaries, is_material=is_material))
        consult(version, now=now)
        return activate(version, now=now)

    return make


@pytest.fixture
def ada(make_person: Callable[..., Person]) -> Person:
    return make_person("Ada", roles=(Role.ADMINISTRATOR,))
