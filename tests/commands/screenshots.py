"""Take the pictures of the README anew, from a hub with the demo company: `make screenshots`."""

import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Page

from tests.browsing import launched, window
from tests.running import ROOT, RunningHub, running_hub

FOLDER = ROOT / "docs" / "pictures"
MAX_BYTES = 300_000
COLOURS = 256


@dataclass(frozen=True)
class Shot:
    """A page as one role sees it, or a stranger.

    `link` is a pattern of the link to follow from it, `act` what the person then does there, and `part` is
    the id of the part to look at. `language` is the person's from here on.
    """

    name: str
    path: str
    role: str = ""
    link: str = ""
    act: Callable[[Page], None] | None = None
    part: str = ""
    screen: str = "wide"
    scheme: str = "light"
    language: str = ""


def write(page: Page) -> None:
    """Type own words, of which the coach has something to say, and read why."""
    # An earlier picture may have left a draft.
    page.locator("textarea[name=text]").fill("")
    page.locator("textarea[name=text]").press_sequentially(OWN_WORDS)
    page.locator("#coach .banner summary").first.click()
    page.mouse.move(0, 0)


def share_by_hand(page: Page) -> None:
    page.locator("textarea[name=text]").fill(OWN_WORDS)
    page.locator("input[name=accounts]:checked").uncheck(force=True)
    page.locator("details", has_text="Post it yourself").locator("summary").click()
    page.locator("input[value=linkedin-by-hand]").check(force=True)
    page.locator("[data-share]").click()
    page.wait_for_url("**/shares/mine/*/")


def open_what_is_looked_up(page: Page) -> None:
    page.locator("li", has=page.locator(".status--unknown")).locator(".list__title").click()
    page.wait_for_url("**/shares/mine/*/")


WALL, QUEUE, MINE, DESK, OVERVIEW = "/shares/", "/shares/queue/", "/shares/mine/", "/stories/", "/reports/"
COMPOSER, STORY, CAME_OF_IT = r"/shares/\d+/compose/", r"/stories/\d+/edit/", r"/reports/stories/\d+/"
OWN_WORDS = (
    "I learned on a paying customer's boiler, and I still remember his face. This house is for making that "
    "mistake where it costs nothing."
)

SHOTS = (
    Shot("wall", WALL, "employee"),
    Shot("wall-on-a-phone", WALL, "employee", screen="phone", scheme="dark"),
    Shot("composer", WALL, "employee", COMPOSER, write, "words-heading"),
    Shot("coach-on-a-phone", WALL, "employee", COMPOSER, write, "id_text", "phone"),
    Shot("by-hand-on-a-phone", WALL, "employee", COMPOSER, share_by_hand, "by-hand-heading", "phone"),
    Shot("queue", QUEUE, "employee", part="queue-title"),
    Shot("is-it-there", MINE, "employee", act=open_what_is_looked_up),
    Shot("code", "/code/", "employee"),
    Shot("code-on-a-phone", "/code/welcome/2/", "employee", screen="phone", scheme="dark"),
    Shot("story", f"{DESK}?q=Merel+quietest", "editor", STORY, part="pictures"),
    Shot("what-came-of-it", OVERVIEW, "manager"),
    Shot("what-came-of-a-story", OVERVIEW, "manager", CAME_OF_IT),
    Shot("wall-in-dutch", WALL, "administrator", scheme="dark"),
    Shot("status", "/operations/", "administrator", language="en"),
)


def main(names: list[str]) -> None:
    """Take these pictures, or without a name all of them, and drop what is shown no more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in FOLDER.iterdir():
        if picture.stem not in {shot.name for shot in SHOTS}:
            picture.unlink()
    with running_hub(demo=True) as hub, launched() as browser:
        people = {person["role"]: person for person in demo_people(hub)}
        for shot in [shot for shot in SHOTS if shot.name in names or not names]:
            if shot.language:
                speak(hub, people[shot.role], shot.language)
            with window(browser, hub.url, screen=shot.screen, scheme=shot.scheme) as page:
                if shot.role:
                    sign_in(page, people[shot.role])
                content = smaller(take(page, shot))
                (FOLDER / f"{shot.name}.png").write_bytes(content)
                print(f"docs/pictures/{shot.name}.png  {len(content) // 1000} kB", flush=True)


def demo_people(hub: RunningHub) -> list[dict[str, str]]:
    people: list[dict[str, str]] = json.loads((hub.folder / "demo-people.json").read_text())
    return people


def speak(hub: RunningHub, person: dict[str, str], language: str) -> None:
    found = f"Person.objects.filter(email={person['email']!r})"
    hub.ask(f"from advocacy.people.models import Person\nanswer = {found}.update(language={language!r})")


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
    if shot.act:
        shot.act(page)
    if shot.part:
        page.locator(f"#{shot.part}").evaluate("part => part.scrollIntoView()")
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def smaller(screenshot: bytes) -> bytes:
    """Return a screenshot that is too large in few, well chosen colours.

    :raises ValueError: it is too large even so
    """
    if len(screenshot) <= MAX_BYTES:
        return screenshot
    image = Image.open(io.BytesIO(screenshot)).convert("RGB")
    palette = image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2)
    content = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(content, "PNG", optimize=True)
    if content.tell() > MAX_BYTES:
        raise ValueError(f"this screenshot does not fit in {MAX_BYTES:,} bytes")
    return content.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
