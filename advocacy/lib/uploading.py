"""How much one request may bring: the bound that holds before anything of it is written to disk."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from advocacy.lib.images import MAX_BYTES

# Ten pictures at once, as a story may have, and the words around them.
MAX_REQUEST_BYTES = 10 * MAX_BYTES + 5_000_000


def bounded_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse what is larger than any page of the hub sends, whoever sends it.

    Django's own limit leaves files out, and its guard against forged requests reads them before anything has
    asked who sent them. A body without a length is taken to be empty by WSGI.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()) or int(length) > MAX_REQUEST_BYTES:
            return HttpResponse(status=413)
        return get_response(request)

    return answer
