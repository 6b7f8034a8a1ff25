import pytest
from django.core.cache import cache

from advocacy.people.models import Person, Role


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    """Attempts are counted in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def ada(make_person: object) -> Person:
    """She administers."""
    return make_person("Ada", roles=(Role.ADMINISTRATOR,))  # type: ignore[operator, no-any-return]
