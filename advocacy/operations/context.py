from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from advocacy.operations.watching import Alarm, look
from advocacy.people.models import Role


def alarms(request: HttpRequest) -> dict[str, object]:
    """Tell every page of an administrator what keeps shares from going out; of others, nothing."""
    return {"urgent_alarms": SimpleLazyObject(lambda: alarms_for(request))}


def alarms_for(request: HttpRequest) -> list[Alarm]:
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return []
    if not request.user.has_role(Role.ADMINISTRATOR):
        return []
    return look(now=timezone.now())
