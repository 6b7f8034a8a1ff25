"""The page in the person's own language and time zone."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from advocacy.people.models import Person


class PersonalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        person = cast(Person, request.user)
        with translation.override(person.language), timezone.override(person.zone):
            response = self.get_response(request)
        response.headers["Content-Language"] = person.language
        return response
