"""Take the pictures of the README anew, from a hub with the demo company: `make screenshots`."""

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browsing import launched, window
from tests.running import ROOT, RunningHub, running_hub

FOLDER = ROOT / "docs" / "screenshots"
QUALITY = 85  # of WebP, out of 100


@dataclass(frozen=True)
class Shot:
    """A page as one role sees it; `link` is a pattern of the link to follow from it, if any."""

    name: str
    role: str
    path: str
    link: str = ""
    screen: str = "wide"
    scheme: str = "light"


SHOTS = (
    Shot("wall", "employee", "/shares/"),
    Shot("wall-on-a-phone", "employee", "/shares/", screen="phone"),
    Shot("composer", "employee", "/shares/", r"/shares/\d+/compose/"),
    Shot(
        "composer-on-a-phone", "employee", "/shares/", r"/shares/\d+/compose/", screen="phone", scheme="dark"
    ),
    Shot("my-shares", "employee", "/shares/mine/"),
    Shot("practice-network", "employee", "/rehearsal/"),
    Shot("editors-desk", "editor", "/stories/"),
    Shot("story", "editor", "/stories/", r"/stories/\d+/edit/"),
    Shot("what-came-of-it", "manager", "/reports/"),
    Shot("what-came-of-it-at-night", "manager", "/reports/", scheme="dark"),
)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_hub(demo=True) as hub, launched() as browser:
        people = {person["role"]: person for person in demo_people(hub)}
        for shot in SHOTS:
            with window(browser, hub.url, screen=shot.screen, scheme=shot.scheme) as page:
                sign_in(page, people[shot.role])
                save(take(page, shot), FOLDER / f"{shot.name}.webp")
                print(f"docs/screenshots/{shot.name}.webp", flush=True)


def demo_people(hub: RunningHub) -> list[dict[str, str]]:
    people: list[dict[str, str]] = json.loads((hub.folder / "demo-people.json").read_text())
    return people


def sign_in(page: Page, person: dict[str, str]) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person["email"])
    page.locator("input[name=password]").fill(person["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(re.compile(r"/(?!accounts/)"))


def take(page: Page, shot: Shot) -> bytes:
    page.goto(shot.path)
    if shot.link:
        links = page.locator("a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        page.goto(next(link for link in links if re.search(shot.link, link)))
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def save(screenshot: bytes, path: Path) -> None:
    Image.open(io.BytesIO(screenshot)).save(path, quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
