from datetime import datetime

from advocacy.notices.models import Notice
from advocacy.people.models import Person


def tell(person: Person, kind: str, *, once: str, facts: dict[str, object], now: datetime) -> None:
    """Tell the person something, at most once for the same `once` (such as `share-12-missed`)."""
    Notice.objects.bulk_create(
        [Notice(person=person, kind=kind, once=once, facts=facts, created_at=now, mail_after=now)],
        ignore_conflicts=True,
    )
