from typing import cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from advocacy.notices.models import Notice
from advocacy.people.models import Person


def unread_notices(request: HttpRequest) -> dict[str, object]:
    """Tell templates how many notices are unread. Counted only where a page shows it."""
    return {"unread_notices": SimpleLazyObject(lambda: count_unread(request))}


def count_unread(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return Notice.objects.filter(person=cast(Person, request.user)).unread().count()
