"""What people see when the hub says no: what happened, what to do next, and the words that they had typed.

Who asked by a script stays on the page, and hears it in a line there.
"""

import json
import sys
from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token

from advocacy.lib.typed import came_from, typed_words

# A database that restarts is back by then.
TRY_AGAIN_AFTER = "30"  # seconds
SAID: Mapping[int, Promise] = {
    HTTPStatus.UNAUTHORIZED: _(
        "You are no longer signed in. Sign in again in another tab, then press here once more: nothing you "
        "typed is lost."
    ),
    HTTPStatus.FORBIDDEN: _(
        "We could not be sure that it was you, so nothing was done. Copy what you typed, load the page again "
        "and try once more."
    ),
    HTTPStatus.NOT_FOUND: _("This is no longer there. Load the page again to see how things stand."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _(
        "That is more than fits in one go. Choose fewer or smaller pictures."
    ),
    HTTPStatus.TOO_MANY_REQUESTS: _(
        "A little too fast. Try again in a few minutes: nothing you typed is lost."
    ),
}


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is broken, too large, or sent to an address that is not the hub's."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    is_elsewhere = isinstance(exception, DisallowedHost)
    return render(request, "400.html", {"is_elsewhere": is_elsewhere}, status=HTTPStatus.BAD_REQUEST)


@never_cache
@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    shown = {"typed": typed_words(request), "back": came_from(request)}
    return render(request, "403_csrf.html", shown, status=HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when something broke. Nothing is asked of the database, which may be what broke."""
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    words = {"company_name": settings.COMPANY_NAME}
    page = render_to_string("503.html" if is_away else "500.html", words)
    if is_away:
        headers = {"Retry-After": TRY_AGAIN_AFTER}
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def in_words(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Say why in refusals that have no words of their own, or none that a script would show."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "HX-Request" in request.headers:
            _tell_script(response)
        elif response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.accepts("text/html"):
            response.content = render_to_string("405.html", request=request).encode()
        return response

    return answer


def _tell_script(response: HttpResponse) -> None:
    if response.status_code in SAID and "HX-Trigger" not in response.headers:
        response.headers["HX-Trigger"] = json.dumps({"toast": str(SAID[response.status_code])})
