"""Signed in first, and then the page in the person's own language and time zone."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from advocacy.lib.typed import came_from, typed_words
from advocacy.people import own_visits


class SignInFirst(LoginRequiredMiddleware):
    """Shows strangers the way in. Who was signed out while typing gets their words back."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if "HX-Request" in request.headers:
            # A script would put the sign-in page where the words stand.
            return HttpResponse(status=401)
        if request.method == "POST":
            return never_cache(_signed_out)(request)
        return super().handle_no_permission(request, view_func)


def _signed_out(request: HttpRequest) -> HttpResponse:
    shown = {"typed": typed_words(request), "back": came_from(request), "login_url": settings.LOGIN_URL}
    return render(request, "signed_out.html", shown, status=401)


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
