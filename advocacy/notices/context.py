from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from advocacy.notices.models import Notice


def unread_notices(request: HttpRequest) -> dict[str, object]:
    """Tell templates how many notices are unread. Counted only where a page shows it."""
    return {"unread_notices": SimpleLazyObject(lambda: count_unread(request))}


def count_unread(request: HttpRequest) -> int:
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return 0
    return Notice.objects.filter(person=request.user).unread().count()
