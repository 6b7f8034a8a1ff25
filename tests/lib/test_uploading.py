"""No request may fill the disk, whoever sends it, and half of one is none."""

import socket
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from advocacy.lib.uploading import MAX_REQUEST_BYTES
from tests.running import running_hub

A_MEMBER = """
from django.utils import timezone
from advocacy.people.models import Person
from advocacy.rehearsal.joining import join
answer = join(Person.objects.create_user("alice@example.test", None, name="Alice"), now=timezone.now())[1]
"""
POSTS = """
from advocacy.rehearsal.models import Post
answer = list(Post.objects.values_list("text", flat=True))
"""


class Unread(BytesIO):
    def read(self, *_: object) -> bytes:
        raise AssertionError("it was read")


@pytest.mark.parametrize("length", [str(MAX_REQUEST_BYTES + 1), "9" * 40, "-5", "many", "٣"])
@pytest.mark.parametrize("door", ["/accounts/login/", "/stories/1/edit/", "/healthz", "/no/such/door/"])
def test_a_request_that_is_too_large_is_refused_unread_at_every_door_and_in_words(
    client: Client, length: str, door: str
) -> None:
    unread: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}

    refused = client.generic("POST", door, **unread)

    assert refused.status_code == 413
    said = LexborHTMLParser(refused.content).css_first("main")
    assert said is not None
    assert "choose fewer or smaller pictures" in said.text()


@pytest.mark.parametrize("length", ["", "0", str(MAX_REQUEST_BYTES)])
def test_what_fits_comes_through(client: Client, length: str) -> None:
    assert client.generic("GET", "/style/", CONTENT_LENGTH=length).status_code == 200


@pytest.mark.slow
def test_half_a_request_is_no_request() -> None:
    """The line of a phone breaks off in the middle of a text: half of it must not become the text."""
    with running_hub(programs=("web",)) as hub:
        token, host = hub.ask(A_MEMBER), hub.url.removeprefix("http://")
        post = {"key": uuid4(), "at": "2026-11-17T09:30:00+00:00", "text": "All of it. " * 30}
        body = urlencode(post).encode()
        head = (
            f"POST /rehearsal/api/posts HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()

        tell(host, head + body[:-100])
        assert hub.ask(POSTS) == []

        tell(host, head + body)
        assert hub.ask(POSTS) == [post["text"]]


def tell(host: str, what: bytes) -> None:
    """Send it, say that there is no more, and wait until the server is done with it."""
    name, _colon, port = host.partition(":")
    with socket.create_connection((name, int(port)), timeout=20) as line:
        line.sendall(what)
        line.shutdown(socket.SHUT_WR)
        while line.recv(1000):
            pass
