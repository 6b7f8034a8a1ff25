"""The whole company, loaded at once or not at all."""

from datetime import datetime, timedelta

from django.db import transaction

from advocacy.people.leaving import leave
from hub.demo.code import adopt_code
from hub.demo.employees import EDITOR
from hub.demo.history.making import make_history
from hub.demo.house import tell_house
from hub.demo.people import make_people
from hub.demo.pictures import hang_up, keep_pictures
from hub.demo.stories import STORIES
from hub.demo.telling import follow, make_stories


def make_company(password: str, *, now: datetime) -> None:
    """Make it in one transaction: cut off anywhere, the database is as empty as before.

    The same `now` gives the same company every time, but for keys and tokens. Takes a few seconds.
    """
    kept = keep_pictures(STORIES)
    with transaction.atomic():
        cast = make_people(password, now=now)
        editor = cast[EDITOR].person
        pictures = hang_up(kept, by=editor, now=now - timedelta(days=100))
        stories = make_stories(pictures, by=editor, now=now)
        follow(cast)
        adopt_code(cast, now=now)
        tell_house(now=now)
        make_history(cast, stories, pictures, kept, now=now)
        for colleague in cast.values():
            if colleague.left_at:
                leave(colleague.person, now=colleague.left_at)
