"""How much one request may bring: no more than any page sends, and no less than it said."""

from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from advocacy.lib.images import MAX_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Ten pictures at once, as a story may have, and the words around them.
MAX_UPLOAD_BYTES = 10 * MAX_BYTES
MAX_REQUEST_BYTES = MAX_UPLOAD_BYTES + 5_000_000


def bounded_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse what is larger than any page of the hub sends, whoever sends it, before anything reads it.

    Django's own limit leaves files out, and its guard against forged requests reads them before anything has
    asked who sent them. A body without a length is taken to be empty by WSGI.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()) or int(length) > MAX_REQUEST_BYTES:
            raise RequestDataTooBig
        return get_response(request)

    return answer


def whole_requests(site: "WSGIApplication") -> "WSGIApplication":
    """Refuse with 400 what broke off: the web server hands on the part that came as if it were all."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdecimal():
            environ["wsgi.input"] = _Whole(environ["wsgi.input"], int(length))
        return site(environ, start_response)

    return answer


class _Whole:
    """A body of which so many bytes are to come; a read that brings less than it should has met its end."""

    def __init__(self, body: IO[bytes], length: int) -> None:
        self._body, self._to_come = body, length

    def read(self, size: int = -1) -> bytes:
        part = self._body.read(size)
        return self._counted(part, is_short=len(part) < self._expected(size))

    def readline(self, size: int = -1) -> bytes:
        part = self._body.readline(size)
        return self._counted(part, is_short=not part.endswith(b"\n") and len(part) < self._expected(size))

    def _expected(self, size: int) -> int:
        return self._to_come if size < 0 else min(size, self._to_come)

    def _counted(self, part: bytes, *, is_short: bool) -> bytes:
        if is_short:
            raise BadRequest("the request broke off")
        self._to_come -= len(part)
        return part
