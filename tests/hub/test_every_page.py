"""Every page of a hub with the demo company, walked by its own links, as each of the four roles sees it.

On each page: axe finds nothing at WCAG 2.2 AA, nothing is scrolled sideways, and the browser's console, its
policy for scripts and styles, and its requests have nothing to complain of. Two walks cover the ground: in
English a phone by day and a wide screen by night, in Dutch the other way around.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from tests.browsing import SCREENS, complaints, window
from tests.commands.screenshots import demo_people, sign_in
from tests.running import RunningHub, running_hub

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROLES = ("employee", "editor", "manager", "administrator")
LOOKS = {
    "en": (("phone", "light"), ("wide", "dark")),
    "nl": (("phone", "dark"), ("wide", "light")),
}
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/", "/code/that/is/not/there/")
# Where no link of the walk leads to at once.
INSIDE = (
    "/shares/?q=nothing+has+these+words",
    "/shares/queue/?week=2030-01-07",
    "/stories/?q=nothing+has+these+words",
    "/notices/",
    "/people/settings/",
    "/no/such/page/",
)


@dataclass
class Walk:
    """A person goes from page to page; `found` is what was wrong, with where and how it looked."""

    page: Page
    language: str
    seen: Counter[str]
    found: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", self._see)

    def go(self, paths: tuple[str, ...]) -> None:
        waiting = list(paths)
        while waiting:
            path = waiting.pop(0)
            if self.is_new(path):
                self.look_at(path)
                waiting += links_on(self.page)

    def is_new(self, path: str) -> bool:
        kind = kind_of(path)
        self.seen[kind] += 1
        return bool(kind) and self.seen[kind] == 1

    def look_at(self, path: str) -> None:
        for screen, scheme in LOOKS[self.language]:
            width, height = SCREENS[screen]
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            self.page.goto(path)
            wrong = complaints(self.page) + self.said
            self.found += [f"{path} {screen} {scheme} {self.language}: {one}" for one in wrong]
            self.said.clear()

    def _hear(self, message: ConsoleMessage) -> None:
        # The page that is not there is said to be so.
        if message.type in {"error", "warning"} and "404" not in message.text:
            self.said.append(message.text)

    def _see(self, response: Response) -> None:
        if response.status >= 400 and response.status != 404:
            self.said.append(f"{response.status} for {response.url}")


def links_on(page: Page) -> list[str]:
    """Return where the page leads to inside the hub."""
    links: list[str] = page.locator("a[href]").evaluate_all(
        "all => all.filter(one => one.origin === location.origin && !one.hasAttribute('download'))"
        ".map(one => one.pathname + one.search)"
    )
    return links


def kind_of(path: str) -> str:
    """Return what sort of page it is; the same for all stories, and for all pages that are not there."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return "not there"
    # Django's own administration is not ours to draw, short links lead away, and exports are no pages.
    ours = match.app_names[:1] != ["admin"] and "export" not in match.view_name
    return f"{match.view_name} {'?' in path}" if ours else ""


@pytest.fixture(scope="module")
def hub() -> Iterator[RunningHub]:
    with running_hub(demo=True) as hub:
        yield hub


@pytest.mark.parametrize("language", LOOKS)
def test_every_page_is_well_formed_for_everyone(hub: RunningHub, browser: Browser, language: str) -> None:
    hub.ask(
        f"from advocacy.people.models import Person\nanswer = Person.objects.update(language={language!r})"
    )
    found: list[str] = []
    seen: Counter[str] = Counter()

    with window(browser, hub.url) as page:
        page.set_extra_http_headers({"Accept-Language": language})
        walk = Walk(page, language, seen)
        walk.go(OUTSIDE)
        found += walk.found
    for role in ROLES:
        [person] = [one for one in demo_people(hub) if one["role"] == role]
        with window(browser, hub.url) as page:
            sign_in(page, person)
            walk = Walk(page, language, seen)
            # What one role has seen, the next need not see again; its own front door is looked at anew.
            walk.look_at("/")
            walk.go((*links_on(page), *INSIDE))
            found += [f"{role}: {one}" for one in walk.found]

    assert not found, "\n".join(found)
    assert len(seen) > 30
