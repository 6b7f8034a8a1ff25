"""Short links through the real socket of a real web process. H10, and who is counted."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client

from advocacy.links.minting import disable, mint
from advocacy.links.models import TrackedLink
from advocacy.people import own_visits
from advocacy.people.models import Person
from tests.links.conftest import STORY, StartWeb
from tests.links.web import BROWSER, Web, wait_until

pytestmark = pytest.mark.slow

Arrivals = Callable[[Web], list[str]]


def test_a_visitor_is_sent_to_the_story_and_counted(web: Web, link: TrackedLink, arrivals: Arrivals) -> None:
    answer = web.get(f"/s/{link.code}")

    assert (answer.status, answer.headers["Location"], answer.text) == (302, STORY, "")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert arrivals(web) == [""]


def test_all_are_sent_on_but_only_people_count(web: Web, link: TrackedLink, arrivals: Arrivals) -> None:
    visitors = [
        ({}, ""),
        ({"Sec-Purpose": "prefetch"}, "prefetch"),
        ({"Purpose": "prefetch"}, "prefetch"),
        ({"X-Moz": "prefetch"}, "prefetch"),
        ({"User-Agent": "Mastodon/4.3.2 (http.rb/5.2.0; +https://social.example/)"}, "preview"),
        ({"User-Agent": "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)"}, "preview"),
        ({"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"}, "bot"),
        ({"User-Agent": "python-requests/2.32.3"}, "bot"),
        ({"User-Agent": ""}, "empty"),
        # The web server leaves a header out that is not text.
        ({"User-Agent": "Mozilla/5.0 \xff\xfe(\x80"}, "empty"),
        ({"Sec-Fetch-Dest": "image"}, "embedded"),
        ({"Sec-Fetch-Dest": "document"}, ""),
    ]

    answers = [web.get(f"/s/{link.code}", {**BROWSER, **changes}) for changes, _why in visitors]

    assert {(answer.status, answer.headers["Location"]) for answer in answers} == {(302, STORY)}
    assert arrivals(web) == [why for _changes, why in visitors]


def test_a_head_is_answered_but_not_counted(web: Web, link: TrackedLink, arrivals: Arrivals) -> None:
    answers = [web.get(f"/s/{link.code}", method=method) for method in ("GET", "HEAD", "HEAD", "HEAD")]

    assert {(answer.status, answer.headers["Location"], answer.text) for answer in answers} == {
        (302, STORY, "")
    }
    assert arrivals(web) == ["", "head", "head", "head"]


def test_the_previews_of_a_thousand_servers_add_nothing(
    web: Web, link: TrackedLink, arrivals: Arrivals
) -> None:
    for number in range(1000):
        server = f"Mastodon/4.{number % 5}.{number % 7} (http.rb/5.2.0; +https://social{number}.example/)"
        assert web.get(f"/s/{link.code}", {"User-Agent": server}).status == 302

    assert arrivals(web) == ["preview"] * 1000


class TestOnesOwnClicks:
    @pytest.fixture
    def cookie(self, alice: Person) -> str:
        response = HttpResponse()
        own_visits.set_cookie(response, alice.visitor_key)
        return f"theme=dark; {response.cookies[own_visits.NAME].OutputString().split(';')[0]}; last=1"

    def test_do_not_count(
        self, web: Web, link: TrackedLink, alice: Person, cookie: str, arrivals: Arrivals
    ) -> None:
        forged = (alice.visitor_key.hex, f"{alice.visitor_key.hex}:{'A' * 43}", "", ";;=", "x" * 4000)

        for _click in range(500):
            web.get(f"/s/{link.code}", {**BROWSER, "Cookie": cookie})
        for value in forged:
            web.get(f"/s/{link.code}", {**BROWSER, "Cookie": f"{own_visits.NAME}={value}"})

        assert arrivals(web) == ["own"] * 500 + [""] * len(forged)

    def test_count_on_a_colleagues_link(
        self, web: Web, bob: Person, cookie: str, now: datetime, arrivals: Arrivals
    ) -> None:
        of_bob = mint(STORY, person=bob, now=now)

        web.get(f"/s/{of_bob.code}", {**BROWSER, "Cookie": cookie})

        assert arrivals(web) == [""]

    def test_do_not_count_where_short_links_have_a_host_of_their_own(
        self, start_web: StartWeb, link: TrackedLink, alice: Person, client: Client, settings: LazySettings,
        arrivals: Arrivals,
    ) -> None:  # fmt: skip
        """No page of the hub can set a cookie for that host: her browser is sent there and back."""
        settings.SHORT_LINK_URL = "http://go.example/"
        client.force_login(alice)
        sent = client.get("/shares/?topic=3", headers={"Accept": "text/html"})
        with start_web(SHORT_LINK_URL="http://go.example/", HUB_URL=settings.HUB_URL) as web:
            host = {**BROWSER, "Host": "go.example"}
            back = web.get(sent["Location"].removeprefix("http://go.example"), host)
            cookie = back.headers["Set-Cookie"].partition(";")[0]

            web.get(f"/{link.code}", {**host, "Cookie": cookie})

            assert (back.status, back.headers["Location"]) == (302, f"{settings.HUB_URL}/shares/?topic=3")
            assert arrivals(web) == ["own"]
            assert web.get("/own/made-up", host).status == 404


class TestNothingChangesWhereALinkLeads:
    """H10, through the socket, with the link's code where it says CODE."""

    def test_no_query_and_no_host(self, web: Web, link: TrackedLink) -> None:
        for path in (
            "/s/CODE?next=https://evil.example/",
            "/s/CODE?url=//evil.example&target=https://evil.example",
            "/s/CODE?%0d%0aLocation:%20https://evil.example/",
            "/s/CODE#https://evil.example/",
            "http://evil.example/s/CODE",
        ):
            answer = web.get(path.replace("CODE", link.code), {**BROWSER, "X-Forwarded-Host": "evil.example"})

            assert (answer.status, answer.headers.get_all("Location")) == (302, [STORY]), path
            assert "evil" not in str(answer.headers), path

    def test_no_path_leads_elsewhere(self, web: Web, link: TrackedLink) -> None:
        for path in (
            "/s/",
            "/s//evil.example/",
            "/s///evil.example/",
            "/s/%2F%2Fevil.example/",
            "/s/%2f%2fevil.example",
            "/s/CODE/",
            "/s/CODE/https://evil.example/",
            "/s/CODE%2Fhttps:%2F%2Fevil.example%2F",
            "/s/CODE%5Cevil.example",
            "/s/\\evil.example",
            "/s/%5C%5Cevil.example",
            "/s/https://evil.example/",
            "/s/CODE@evil.example",
            "/s/CODE.evil.example",
            "/s/CODE%0d%0aLocation:%20https://evil.example/",
            "/s/%0d%0aSet-Cookie:a=b",
            "/s/CODE%00",
            "/s/CODE%20",
            "/s/ CODE",
            "/s/../CODE",
            "/s/..%2F..%2Fadmin",
            "/s/%E2%80%AECODE",
            "/s/CODE;jsessionid=1",
            "/s/" + "A" * 4000,
        ):
            status, headers, page = raw(web, path.replace("CODE", link.code))

            assert status in {400, 404}, path
            assert "location" not in headers, path
            assert "set-cookie" not in headers, path
            assert "evil" not in headers + page, path

    def test_not_even_a_target_that_came_into_the_database_by_other_means(
        self, web: Web, link: TrackedLink
    ) -> None:
        TrackedLink.objects.update(target_url="https://news.example.com/\r\nSet-Cookie: a=b")

        assert "Set-Cookie" not in web.get(f"/s/{link.code}").headers


def raw(web: Web, path: str) -> tuple[int, str, str]:
    """Ask for a path that no client would send, and return status, headers and page in lower case."""
    said = web.send(f"GET {path} HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n".encode())
    head, _blank, page = said.decode().lower().partition("\r\n\r\n")
    status, _line, headers = head.partition("\r\n")
    return int(status.split()[1]), headers, page


def test_nothing_can_be_sent_to_a_link(web: Web, link: TrackedLink) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
        answer = web.get(f"/s/{link.code}", method=method)

        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
        assert "Location" not in answer.headers


def test_an_unknown_link_says_so_in_ones_own_language(web: Web) -> None:
    for accepted, language in (
        ("nl-BE,nl;q=0.9,en;q=0.1", "nl"),
        ("en-GB", "en"),
        ("fr,de;q=0.5", "en"),
        ("", "en"),
        ("x" * 5000, "en"),
    ):
        answer = web.get("/s/bcdfghj", {**BROWSER, "Accept-Language": accepted})

        assert answer.status == 404
        assert f'<html lang="{language}"' in answer.text
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"<style|style=|<script(?![^>]*\bsrc=)", answer.text)


def test_a_head_of_an_unknown_link_has_no_body(web: Web) -> None:
    answer = web.get("/s/bcdfghj", method="HEAD")

    assert (answer.status, answer.text) == (404, "")


def test_a_disabled_link_is_gone_within_five_seconds(
    web: Web, link: TrackedLink, now: datetime, arrivals: Arrivals
) -> None:
    web.get(f"/s/{link.code}")

    disable(link, now)

    wait_until(lambda: web.get(f"/s/{link.code}", method="HEAD").status == 410, seconds=5)
    gone = web.get(f"/s/{link.code}")
    assert "Deze link is uitgezet" in gone.text
    assert "Location" not in gone.headers
    # Who is turned away has not followed the link.
    assert [why for why in arrivals(web) if why != "head"] == [""]


def test_the_rest_of_the_site_is_djangos(web: Web) -> None:
    assert web.get("/healthz").text == "ok"
    assert web.get("/S/bcdfghj").status == web.get("/nothing/").status


def test_short_links_may_have_a_host_to_themselves(start_web: StartWeb, link: TrackedLink) -> None:
    with start_web(SHORT_LINK_URL="http://go.example/") as web:
        on_the_host, elsewhere = {**BROWSER, "Host": "GO.example"}, {**BROWSER, "Host": "127.0.0.1:8000"}

        assert web.get(f"/{link.code}", on_the_host).headers["Location"] == STORY
        assert web.get("/healthz", on_the_host).status == 404
        assert web.get("/healthz", elsewhere).text == "ok"
        assert web.get(f"/{link.code}", elsewhere).headers["Location"] != STORY
