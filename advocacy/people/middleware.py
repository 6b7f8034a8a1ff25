"""The page in the person's own language and time zone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from advocacy.people import own_visits


class PersonalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not person.is_authenticated:
            response = self.get_response(request)
        elif errand := own_visits.begin_errand(request, person):
            return errand
        else:
            with translation.override(person.language), timezone.override(person.zone):
                response = self.get_response(request)
            response.headers["Content-Language"] = person.language
        own_visits.keep(request, response, was_signed_in=person.is_authenticated)
        return response
