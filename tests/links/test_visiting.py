"""P10, and each reason by itself."""

from typing import Any

import pytest

from advocacy.links.models import Arrival
from advocacy.links.visiting import Dropped, why_not_counted
from tests.links.visitors import Visitor, visitors
from tests.links.web import BROWSER

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/131.0.0.0 Safari/537.36"


def why(secure: bool, /, **changes: str) -> Dropped | None:
    """Ask about a person's browser, with these changes to its headers. An empty one is not sent."""
    headers = {"user_agent": BROWSER["User-Agent"], "accept_language": "nl", **changes}
    sent = {f"HTTP_{name.upper()}": value for name, value in headers.items() if value}
    return why_not_counted({"REQUEST_METHOD": "GET", **sent}, secure=secure)


class TestTheCorpus:
    """The visitors of visitors.json: previewers, scanners, checkers and programs here, people there."""

    def test_is_large_enough_to_mean_something(self) -> None:
        assert len(visitors()) >= 300
        assert sum(visitor.is_person for visitor in visitors()) >= 200

    def test_previews_and_scanners_are_not_counted_as_people(self) -> None:
        others = [visitor for visitor in visitors() if not visitor.is_person]

        counted = [str(visitor) for visitor in others if not reason(visitor)]

        print(f"P10: {len(counted)} of {len(others)} previews, scanners and programs counted as people")
        assert len(counted) <= 0.01 * len(others), counted

    def test_people_are_not_dropped(self) -> None:
        people = [visitor for visitor in visitors() if visitor.is_person]

        dropped = [f"{reason(visitor)}: {visitor}" for visitor in people if reason(visitor)]

        print(f"P10: {len(dropped)} of {len(people)} people dropped")
        assert len(dropped) <= 0.005 * len(people), dropped

    def test_previews_are_named_so(self) -> None:
        """An administrator sees that a post is being previewed, not that robots crawl."""
        previews = [visitor for visitor in visitors() if visitor.kind == "preview"]

        assert {reason(visitor) for visitor in previews} == {Dropped.PREVIEW}


def reason(visitor: Visitor) -> Dropped | None:
    return why_not_counted(visitor.request, secure=visitor.secure)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"user_agent": ""}, Dropped.EMPTY),
        ({"user_agent": "curl/8.5.0"}, Dropped.BOT),
        ({"user_agent": "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"}, Dropped.BOT),
        ({"user_agent": "Mozilla/5.0 (compatible; Anyone; +https://example.com/about)"}, Dropped.BOT),
        ({"user_agent": "http.rb/5.1.1 (Mastodon/4.2.1; +https://social.example/)"}, Dropped.PREVIEW),
        ({"user_agent": "mozilla/5.0 (compatible; bluesky CARDYB/1.1)"}, Dropped.PREVIEW),
        ({"sec_purpose": "prefetch;prerender"}, Dropped.PREFETCH),
        ({"purpose": "prefetch"}, Dropped.PREFETCH),
        ({"x_purpose": "preview"}, Dropped.PREFETCH),
        ({"x_moz": "prefetch"}, Dropped.PREFETCH),
        ({"sec_fetch_dest": "document"}, None),
        ({"sec_fetch_dest": "image"}, Dropped.EMBEDDED),
        ({"sec_fetch_dest": "iframe"}, Dropped.EMBEDDED),
        ({"sec_fetch_dest": "empty"}, Dropped.EMBEDDED),
    ],
)
def test_each_reason(changes: dict[str, str], expected: Dropped | None) -> None:
    assert why(False, **changes) == expected


def test_a_head_is_nobodys_click() -> None:
    request = {"REQUEST_METHOD": "HEAD", "HTTP_USER_AGENT": CHROME, "HTTP_ACCEPT_LANGUAGE": "nl"}

    assert why_not_counted(request, secure=False) == Dropped.HEAD


def test_a_browser_tells_its_language() -> None:
    assert why(False, accept_language="") == Dropped.DISGUISED


def test_over_https_a_new_browser_tells_how_it_came() -> None:
    assert why(True, user_agent=CHROME) == Dropped.DISGUISED
    assert why(True, user_agent=CHROME, sec_fetch_mode="navigate") is None
    assert why(False, user_agent=CHROME) is None
    old = CHROME.replace("131", "71")
    assert why(True, user_agent=old) is None


def test_a_phone_may_be_called_anything() -> None:
    for phone in ("CUBOT X30", "SPIDER X1", "Googlebot", "Robot Crawler"):
        agent = (
            f"Mozilla/5.0 (Linux; Android 13; {phone}) {WEBKIT} Chrome/120.0.6099.144 Mobile Safari/537.36"
        )

        assert why(False, user_agent=agent) is None


@pytest.mark.parametrize(
    "agent",
    [
        "a" * 500_000,
        "Mozilla/5.0 " + "a-" * 200_000,
        "\xff\xfe\x00",
        "Mozilla/5.0 \udcff",
        "Mozilla/5.0 ((((((",
        " " * 9999,
    ],
)
def test_no_name_is_too_strange(agent: str) -> None:
    assert why(False, user_agent=agent) in {None, *Dropped}


def test_the_reasons_fit_the_column() -> None:
    longest: Any = Arrival._meta.get_field("dropped").max_length
    assert all(len(dropped) <= longest for dropped in Dropped)
