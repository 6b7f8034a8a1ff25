from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from advocacy.people.models import Person


class SignedInRequest(HttpRequest):
    """What a view gets behind the sign-in."""

    user: Person
    htmx: HtmxDetails
