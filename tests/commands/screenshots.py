"""Take the pictures of the README anew, from a hub with the demo company: `make screenshots`."""

import io
import json
import re
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

    `link` is a pattern of the link to follow from it, `words` is typed into the composer, and `part` is
    the id of the part to look at.
    """

    name: str
    path: str
    role: str = ""
    link: str = ""
    words: str = ""
    part: str = ""
    screen: str = "wide"
    scheme: str = "light"


WALL, QUEUE, MINE, DESK, OVERVIEW = "/shares/", "/shares/queue/", "/shares/mine/", "/stories/", "/reports/"
COMPOSER, STORY, CAME_OF_IT = r"/shares/\d+/compose/", r"/stories/\d+/edit/", r"/reports/stories/\d+/"
OWN_WORDS = (
    "I learned on a paying customer's boiler, and I still remember his face. This house is for making that "
    "mistake where it costs nothing."
)

SHOTS = (
    Shot("sign-in", "/accounts/login/"),
    Shot("wall", WALL, "employee"),
    Shot("wall-on-a-phone", WALL, "employee", screen="phone", scheme="dark"),
    Shot("wall-in-dutch", WALL, "administrator"),
    Shot("composer", WALL, "employee", COMPOSER, words=OWN_WORDS),
    Shot("composer-on-a-phone", WALL, "employee", COMPOSER, part="id_text", screen="phone", scheme="dark"),
    Shot("queue", QUEUE, "employee"),
    Shot("queue-on-a-phone", QUEUE, "employee", screen="phone", scheme="dark"),
    Shot("my-shares", MINE, "employee"),
    Shot("my-shares-on-a-phone", MINE, "employee", screen="phone", scheme="dark"),
    Shot("rehearsal", "/rehearsal/", "employee"),
    Shot("accounts", "/platforms/", "employee"),
    Shot("desk", DESK, "editor"),
    Shot("story", f"{DESK}?q=Merel+quietest", "editor", STORY, part="pictures"),
    Shot("what-came-of-it", OVERVIEW, "manager"),
    Shot("what-came-of-it-on-a-phone", OVERVIEW, "manager", screen="phone", scheme="dark"),
    Shot("what-came-of-a-story", OVERVIEW, "manager", CAME_OF_IT),
    Shot("style", "/style/"),
)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_hub(demo=True) as hub, launched() as browser:
        people = {person["role"]: person for person in demo_people(hub)}
        for shot in SHOTS:
            with window(browser, hub.url, screen=shot.screen, scheme=shot.scheme) as page:
                if shot.role:
                    sign_in(page, people[shot.role])
                picture = smaller(take(page, shot))
                (FOLDER / f"{shot.name}.png").write_bytes(picture)
                print(f"docs/pictures/{shot.name}.png  {len(picture) // 1000} kB", flush=True)


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
    if shot.words:
        with page.expect_response(re.compile(r"/draft/$")):
            page.locator("textarea[name=text]").press_sequentially(shot.words)
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
    main()
