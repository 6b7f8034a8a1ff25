"""The practice network's API: who gets in, what it takes, and how it says no."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from advocacy.people.models import Person
from advocacy.rehearsal import lying
from advocacy.rehearsal.joining import join, member_of
from advocacy.rehearsal.models import Member, Post, Stumble
from advocacy.rehearsal.stumbling import order_stumble
from tests.rehearsal.conftest import MakePost

Call = Callable[..., Any]
POSTS = "/rehearsal/api/posts"


@pytest.fixture
def token(alice: Person, now: datetime) -> str:
    return join(alice, now=now)[1]


@pytest.fixture
def call(token: str) -> Call:
    """Return a client that shows alice's token; it is checked as a browser is, and sees no exceptions."""
    client = Client(
        enforce_csrf_checks=True, raise_request_exception=False, headers={"Authorization": f"Bearer {token}"}
    )

    def call_it(method: str, address: str = POSTS, **data: Any) -> Any:
        return getattr(client, method)(address, data or None)

    return call_it


def a_post(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "key": str(uuid4()),
        "text": "We mend bikes too.",
        "at": "2026-11-17T09:30:00+00:00",
        "language": "en",
    }
    return usual | changes


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    drawn = BytesIO()
    Image.new("RGB", size, "teal").save(drawn, kind)
    return drawn.getvalue()


def said(answer: Any) -> tuple[int, str]:
    body = answer.json()
    assert body["message"]
    return answer.status_code, body["error"]


class TestWhoGetsIn:
    @pytest.mark.parametrize(
        "header", ["", "Bearer", "Bearer ", "Bearer made-up", "Basic {token}", "{token}", "Bearer {hash}"]
    )
    def test_nobody_without_a_token_that_was_given_out(self, token: str, header: str) -> None:
        shown = header.format(token=token, hash=Member.objects.get().token_hash)
        client = Client(headers={"Authorization": shown} if header else {})

        for method, address in (("get", "/rehearsal/api/me"), ("post", POSTS), ("get", f"{POSTS}/1")):
            assert said(getattr(client, method)(address)) == (401, "unauthorized")

    def test_a_session_is_no_token(self, alice: Person, as_person: Callable[[Person], Client]) -> None:
        assert as_person(alice).get("/rehearsal/api/me").status_code == 401

    def test_a_new_token_ends_the_old_one(self, alice: Person, call: Call, now: datetime) -> None:
        assert call("get", "/rehearsal/api/me").json() == {
            "id": str(Member.objects.get().pk),
            "handle": "alice",
            "display_name": "Alice",
        }

        member, token = join(alice, now=now)

        assert call("get", "/rehearsal/api/me").status_code == 401
        assert member == Member.objects.get()
        assert token not in repr(Member.objects.values().get())

    def test_one_may_delete_only_what_one_wrote(self, bob: Person, call: Call, make_post: MakePost) -> None:
        post = make_post(bob)

        assert said(call("delete", f"{POSTS}/{post.pk}")) == (403, "forbidden")
        assert Post.objects.standing().count() == 1

    @pytest.mark.parametrize("method", ["put", "patch", "delete", "head"])
    def test_other_methods_are_refused(self, call: Call, method: str) -> None:
        assert call(method).status_code == 405


class TestWhatItTakes:
    def test_a_post_is_answered_with_its_id_and_address(self, call: Call, now: datetime) -> None:
        answer = call("post", **a_post(text="  Two spaces before,\n\nand a line between.  "))

        post = Post.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {"id": str(post.pk), "url": post.url}
        assert post.text == "  Two spaces before,\n\nand a line between.  "
        assert (post.member.handle, post.language, post.dated_at) == ("alice", "en", now)

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"key": "12"}, "invalid"),
            ({"key": ""}, "invalid"),
            ({"text": ""}, "invalid"),
            ({"text": " \n "}, "invalid"),
            ({"text": "é" * 501}, "too_long"),
            ({"text": "a" + "\u0301" * 5000}, "too_long"),
            ({"text": "a\0b"}, "invalid"),
            ({"at": "yesterday"}, "invalid"),
            ({"language": "nl-NL-x"}, "invalid"),
            ({"alt": "a" * 1001}, "invalid"),
            ({"card": "{"}, "invalid"),
            ({"card": "[1]"}, "invalid"),
            ({"card": '{"title": "no address"}'}, "invalid"),
        ],
    )
    def test_what_does_not_fit_is_refused_in_a_word_and_a_sentence(
        self, call: Call, changes: dict[str, object], error: str
    ) -> None:
        assert said(call("post", **a_post(**changes))) == (422, error)
        assert not Post.objects.exists()

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            " data:text/html,hi",
            "//evil",
            "x",
        ],
    )
    def test_a_card_leads_to_the_web_and_nowhere_else(self, call: Call, url: str) -> None:
        card = json.dumps({"url": url, "title": "Click"})

        assert said(call("post", **a_post(card=card))) == (422, "invalid")

    def test_only_ones_own_posts_are_found_by_key_doubles_and_all(
        self, bob: Person, call: Call, make_post: MakePost
    ) -> None:
        key = uuid4()
        make_post(bob, key=key)
        call("post", **a_post(key=str(key)))
        call("post", **a_post(key=str(key)))
        call("post", **a_post())

        found = call("get", f"{POSTS}?key={key}").json()["posts"]

        assert [post["key"] for post in found] == [str(key)] * 2
        assert said(call("get", f"{POSTS}?key=1")) == (400, "invalid")

    def test_a_deleted_post_is_gone_and_one_that_never_was_is_not_found(self, call: Call) -> None:
        number = call("post", **a_post()).json()["id"]

        assert call("delete", f"{POSTS}/{number}").status_code == 204
        assert said(call("get", f"{POSTS}/{number}")) == (410, "gone")
        assert said(call("delete", f"{POSTS}/{number}")) == (410, "gone")
        assert said(call("get", f"{POSTS}/999999")) == (404, "not_found")


class TestPictures:
    """H12: what is served is made anew from pixels, or nothing was taken."""

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("x.png", b"<html><script>alert(1)</script></html>"),
            ("x.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
            ("x.jpg", picture()[:60]),
            ("../../x.png", b"GIF89a" + b"\0" * 20),
            ("x.pdf", b"%PDF-1.4"),
        ],
    )
    def test_what_is_no_picture_is_refused(self, call: Call, name: str, content: bytes) -> None:
        upload = SimpleUploadedFile(name, content, content_type="image/png")

        assert said(call("post", **a_post(image=upload))) == (422, "bad_image")
        assert not Post.objects.exists()

    def test_one_that_is_too_large_is_refused_unread(self, call: Call) -> None:
        upload = SimpleUploadedFile("x.png", b"\0" * 5_000_001, content_type="image/png")

        assert said(call("post", **a_post(image=upload))) == (422, "too_large")

    def test_a_name_and_a_payload_are_left_behind(
        self, alice: Person, call: Call, as_person: Callable[[Person], Client]
    ) -> None:
        polyglot = picture() + b"<script>alert(1)</script>"
        upload = SimpleUploadedFile("../../../evil.html", polyglot, content_type="text/html")

        call("post", **a_post(image=upload, alt="Teal"))

        post = Post.objects.get()
        assert re.fullmatch(r"rehearsal/20\d\d/\d\d/[0-9a-f-]{36}\.jpg", str(post.image.name))
        answer: Any = as_person(alice).get(f"/rehearsal/posts/{post.pk}/picture/")
        content = b"".join(answer.streaming_content)
        assert content.startswith(b"\xff\xd8\xff")
        assert b"script" not in content
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_members_are_made_once_whoever_asks_first(alice: Person, now: datetime) -> None:
    first = member_of(alice, now=now)

    assert member_of(alice, now=now) == first
    assert join(alice, now=now)[0] == first


class TestStumbling:
    """What comes of it is tried with the whole engine, in tests/shares/test_stumbling.py."""

    def test_it_happens_once_and_not_to_a_post_that_was_refused_anyway(
        self, alice: Person, call: Call, now: datetime
    ) -> None:
        order_stumble(member_of(alice, now=now), Stumble.Kind.SERVER_ERROR, now=now)

        assert said(call("post", **a_post(text=""))) == (422, "invalid")
        assert said(call("post", **a_post())) == (500, "server_error")
        assert call("post", **a_post()).status_code == 201
        assert Post.objects.count() == 2

    def test_a_third_silence_at_once_leaves_the_web_server_its_threads(
        self, alice: Person, call: Call, now: datetime, settings: LazySettings
    ) -> None:
        settings.REHEARSAL_SILENCE = timedelta(0)
        member = member_of(alice, now=now)
        with lying._silences, lying._silences:
            order_stumble(member, Stumble.Kind.SILENCE, now=now)
            assert call("post", **a_post()).content == b""
        assert not Post.objects.exists()

        order_stumble(member, Stumble.Kind.SILENCE, now=now)
        assert call("post", **a_post()).status_code == 201

    def test_who_is_locked_out_has_nothing_left_to_call_with(
        self, alice: Person, call: Call, now: datetime
    ) -> None:
        order_stumble(member_of(alice, now=now), Stumble.Kind.LOCKED_OUT, now=now)

        assert said(call("post", **a_post())) == (401, "unauthorized")
        assert call("get", "/rehearsal/api/me").status_code == 401
