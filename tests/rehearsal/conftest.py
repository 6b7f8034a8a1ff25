from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from advocacy.people.models import Person
from advocacy.rehearsal.joining import member_of
from advocacy.rehearsal.models import Post

MakePost = Callable[..., Post]


@pytest.fixture
def make_post(now: datetime) -> MakePost:
    def make(person: Person, text: str = "We mend bikes too.", **columns: object) -> Post:
        usual = {"key": uuid4(), "text": text, "language": "en", "dated_at": now, "arrived_at": now}
        return Post.objects.create(member=member_of(person, now=now), **(usual | columns))

    return make
