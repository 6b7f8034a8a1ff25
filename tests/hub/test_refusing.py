"""When the hub says no: in words, in the person's language, with the way on and with what they had typed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from selectolax.lexbor import LexborHTMLParser

from advocacy.people import views
from advocacy.people.models import Person
from advocacy.stories.models import Story
from advocacy.stories.starting import Start, start_story
from tests.browsing import LOOKS, complaints, window

HERE = {"Origin": "http://testserver", "Referer": "http://testserver/stories/1/edit/"}
ELSEWHERE = {"Origin": "https://evil.example", "Referer": "https://evil.example/"}
WORDS = "Our roof is full of bees this year"
TYPED = {"note": WORDS, "title": "Short", "password": "four words nobody guesses"}


@pytest.fixture
def story(erin: Person, now: datetime) -> Story:
    return start_story(Start("https://news.example/", "Our roof is a garden", "", "", "en"), by=erin, now=now)


@pytest.fixture
def careful(client: Client, erin: Person) -> Client:
    """Erin's browser, at a hub that asks every form for its token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(erin)
    return client


@contextmanager
def database_away() -> Iterator[None]:
    def no(*_: object) -> None:
        raise OperationalError("could not connect to server 10.0.0.7")

    with connection.execute_wrapper(no):
        yield


def words(answer: object, where: str = "main") -> str:
    found = LexborHTMLParser(answer.content).css_first(where)  # type: ignore[attr-defined]
    assert found is not None
    return " ".join(found.text().split())


def typed_on(answer: object) -> list[str]:
    boxes = LexborHTMLParser(answer.content).css("textarea")  # type: ignore[attr-defined]
    return [box.text() for box in boxes]


def toast_of(answer: object) -> str:
    return str(json.loads(answer.headers["HX-Trigger"])["toast"])  # type: ignore[attr-defined]


def test_at_another_address_it_says_where_the_hub_lives(client: Client) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert f"You find it at {settings.HUB_URL}." in words(answer)
    assert b"evil.example" not in answer.content


def test_an_address_that_only_a_button_opens_says_so(client: Client, alice: Person) -> None:
    client.force_login(alice)

    answer = client.get(reverse("shares:count"))

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "Nothing was done" in words(answer)
    assert "My queue" in words(answer, "body")


class TestAFormThatStoodOpen:
    def test_gives_its_words_back(self, careful: Client, story: Story) -> None:
        answer = careful.post(reverse("stories:edit", args=[story.pk]), TYPED, headers=HERE)

        assert answer.status_code == 403
        assert typed_on(answer) == [WORDS]
        assert 'href="/stories/1/edit/"' in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]

    def test_shows_no_words_of_another_site(self, careful: Client, story: Story) -> None:
        answer = careful.post(reverse("stories:edit", args=[story.pk]), TYPED, headers=ELSEWHERE)

        assert answer.status_code == 403
        assert typed_on(answer) == []
        assert b"evil" not in answer.content

    def test_of_who_was_signed_out_gives_them_back_and_shows_the_way_in(
        self, client: Client, story: Story
    ) -> None:
        answer = client.post(reverse("stories:edit", args=[story.pk]), TYPED, headers=HERE)

        assert answer.status_code == 401
        assert typed_on(answer) == [WORDS]
        assert 'href="/accounts/login/?next=/stories/1/edit/"' in answer.content.decode()
        assert Story.objects.get().note == ""

    def test_of_a_stranger_from_elsewhere_shows_the_way_in_and_nothing_else(
        self, client: Client, story: Story
    ) -> None:
        answer = client.post(reverse("stories:edit", args=[story.pk]), TYPED, headers=ELSEWHERE)

        assert answer.status_code == 401
        assert typed_on(answer) == []
        assert b"evil" not in answer.content


class TestAScript:
    """It stays on its page, and is told why in a line."""

    SCRIPT = {"HX-Request": "true", **HERE}

    def test_of_who_was_signed_out(self, client: Client, story: Story) -> None:
        answer = client.post(reverse("stories:edit", args=[story.pk]), TYPED, headers=self.SCRIPT)

        assert answer.status_code == 401
        assert "nothing you typed is lost" in toast_of(answer)

    def test_whose_page_stood_open(self, careful: Client, story: Story) -> None:
        answer = careful.post(reverse("stories:edit", args=[story.pk]), TYPED, headers=self.SCRIPT)

        assert answer.status_code == 403
        assert "load the page again" in toast_of(answer)

    def test_whose_story_is_gone_in_dutch(self, client: Client, erin: Person) -> None:
        erin.language = "nl"
        erin.save()
        client.force_login(erin)

        answer = client.post(reverse("stories:edit", args=[987]), headers=self.SCRIPT)

        assert answer.status_code == 404
        assert toast_of(answer)

    def test_whose_form_has_errors_gets_the_form(self, client: Client, erin: Person, story: Story) -> None:
        client.force_login(erin)

        answer = client.post(reverse("stories:edit", args=[story.pk]), headers=self.SCRIPT)

        assert answer.status_code == 422
        assert "HX-Trigger" not in answer.headers


class TestBroken:
    def test_by_us_it_says_so_and_nothing_of_how(
        self, client: Client, alice: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise ValueError("the inside of the hub")

        monkeypatch.setattr(views, "looks_at", broken)
        client.force_login(alice)
        client.raise_request_exception = False

        answer = client.get(reverse("people:looks"))

        assert answer.status_code == 500
        assert "That was us, not you" in words(answer)
        assert b"the inside of the hub" not in answer.content
        assert b"Traceback" not in answer.content

    @pytest.mark.parametrize("path", ["/", "/shares/", "/stories/1/edit/", "/no/such/", "/accounts/login/"])
    @pytest.mark.parametrize("signed_in", [True, False])
    def test_by_a_database_that_is_away_it_asks_for_patience(
        self, client: Client, alice: Person, path: str, signed_in: bool
    ) -> None:
        if signed_in:
            client.force_login(alice)
        client.raise_request_exception = False

        with database_away():
            answer = client.get(path, headers={"Accept-Language": "nl"}, follow=False)

        if signed_in:
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "30"
        assert answer.status_code < 500 or "database" in words(answer)
        assert b"10.0.0.7" not in answer.content

    def test_the_pages_for_that_ask_the_database_nothing(
        self, client: Client, alice: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.force_login(alice)
        client.raise_request_exception = False
        asked: list[str] = []

        def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
            asked.append(sql)
            return execute(sql, *rest)

        def broken(*_: object) -> None:
            asked.clear()
            raise ValueError

        monkeypatch.setattr(views, "looks_at", broken)
        with connection.execute_wrapper(note):
            assert client.get(reverse("people:looks")).status_code == 500

        assert asked == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestInABrowser:
    @pytest.fixture
    def editor(
        self, browser: Browser, live_server: LiveServer, erin: Person, client: Client, story: Story
    ) -> Iterator[Page]:
        client.force_login(erin)
        with window(browser, live_server.url, client=client) as page:
            page.goto(reverse("stories:edit", args=[story.pk]))
            page.get_by_label("Why share this").fill(WORDS)
            yield page

    def test_who_signed_in_again_in_another_tab_goes_on_in_this_one(
        self, editor: Page, erin: Person, story: Story
    ) -> None:
        cookies: list[Any] = editor.context.cookies()
        editor.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

        editor.get_by_role("button", name="Save").click()
        expect(editor.locator("#toasts")).to_contain_text("You are no longer signed in.")
        expect(editor.get_by_label("Why share this")).to_have_value(WORDS)
        # Signing in gives the browser a new token as well as a session.
        for cookie in cookies:
            if cookie["name"] == settings.CSRF_COOKIE_NAME:
                cookie["value"] = "x" * 32
        editor.context.add_cookies(cookies)
        editor.get_by_role("button", name="Save").click()

        expect(editor.locator("#messages")).to_contain_text("Saved.")
        story.refresh_from_db()
        assert story.note == WORDS

    def test_without_a_script_in_between_words_come_back_too(self, editor: Page, story: Story) -> None:
        editor.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

        editor.get_by_label("Title").press("Enter")

        expect(editor.get_by_role("heading", level=1)).to_have_text("You are no longer signed in")
        expect(editor.get_by_label("Text 2")).to_have_value(WORDS)
        editor.get_by_role("link", name="Sign in").click()
        assert editor.url.endswith(f"/accounts/login/?next={reverse('stories:edit', args=[story.pk])}")

    @pytest.mark.parametrize(("screen", "scheme"), LOOKS)
    def test_axe_finds_nothing_on_any_of_them(
        self,
        browser: Browser,
        live_server: LiveServer,
        alice: Person,
        as_person: Callable[[Person], Client],
        monkeypatch: pytest.MonkeyPatch,
        screen: str,
        scheme: str,
    ) -> None:
        found = {}
        with window(browser, live_server.url, screen=screen, scheme=scheme, client=as_person(alice)) as page:
            for error in (ValueError, OperationalError):
                monkeypatch.setattr(views, "looks_at", lambda *_, error=error: (_ for _ in ()).throw(error))
                page.goto(reverse("people:looks"))
                found[error.__name__] = complaints(page)
            page.goto(reverse("shares:count"))
            found["405"] = complaints(page)
            page.goto(reverse("people:settings"))
            page.get_by_label("Name").fill(WORDS)
            page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_label("Text 1")).to_have_value(WORDS)
            found["signed out"] = complaints(page)

        assert {name: said for name, said in found.items() if said} == {}
