"""No request may fill the disk, whoever sends it."""

from io import BytesIO

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from advocacy.lib.uploading import MAX_REQUEST_BYTES, bounded_requests


class Unread(BytesIO):
    def read(self, *_: object) -> bytes:
        raise AssertionError("it was read")


@pytest.mark.parametrize("length", [str(MAX_REQUEST_BYTES + 1), "9" * 40, "-5", "many", "٣"])
def test_a_request_that_is_too_large_is_refused_unread(length: str) -> None:
    request = RequestFactory().post("/accounts/login/")
    request.environ["wsgi.input"] = Unread()
    request.META["CONTENT_LENGTH"] = length

    assert bounded_requests(lambda _request: HttpResponse())(request).status_code == 413


@pytest.mark.parametrize("length", ["", "0", str(MAX_REQUEST_BYTES)])
def test_what_fits_comes_through(length: str) -> None:
    request = HttpRequest()
    request.META["CONTENT_LENGTH"] = length

    assert bounded_requests(lambda _request: HttpResponse())(request).status_code == 200


def test_it_stands_before_every_door(client: Client) -> None:
    too_large = {"Content-Length": str(MAX_REQUEST_BYTES + 1)}

    for door in ("/accounts/login/", "/stories/1/edit/", "/healthz", "/no/such/door/"):
        assert client.post(door, headers=too_large).status_code == 413
