"""What the /style/ page shows: parts of the design system, filled with invented samples."""

from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.text import slugify


@dataclass(frozen=True)
class Part:
    title: str
    note: str = ""

    @property
    def id(self) -> str:
        return slugify(self.title)

    @property
    def template(self) -> str:
        return f"style/_{self.id.replace('-', '_')}.html"


PARTS = [
    Part("Colours", "Named after the street. Soft ones are grounds for text, the others carry it."),
    Part("Type"),
    Part("Buttons", "At most one lamp on a page. Strong is for what saves, plain for the rest."),
    Part("Fields"),
    Part("Choices"),
    Part("Story cards", "The whole card leads to the story; buttons in the foot stand above that."),
    Part("Featured card"),
    Part("Rows"),
    Part("Posts", "Close to how each network draws them; no logos, as those are not ours."),
    Part("States"),
    Part("Figures", "Every figure says how it is known. What a network does not tell is never zero."),
    Part("Finding"),
    Part("News"),
    Part("Empty"),
    Part("On top"),
    Part("People"),
    Part("Bars"),
]

COLOURS = [
    *["ground", "surface", "sunken", "step", "ink", "ink-soft", "door", "door-soft", "lamp", "lamp-soft"],
    *["brick", "brick-soft", "delft", "delft-soft"],
    *[f"chart-{number}" for number in range(1, 7)],
]

SHARE_STATES = [
    ("scheduled", "scheduled"),
    ("sending", "being sent"),
    ("published", "published"),
    ("refused", "refused"),
    ("unknown", "being looked up"),
    ("waiting", "waiting for you"),
    ("missed", "missed"),
    ("cancelled", "cancelled"),
]
STORY_STATES = [("draft", "draft"), ("open", "open"), ("closed", "closed"), ("withdrawn", "withdrawn")]

NAMES = ["Anna de Wit", "Bram Visser", "Chris Okafor", "Dewi Pratama", "Eva Lind", "Fatima Amrani"]
STORY = {
    "title": "Our first electric tug is in the water",
    "summary": "Eleven people built it in fourteen months, and it tows as hard as its diesel sister.",
    "site_name": "harbour.example",
}
TEXT = "I wired the second battery room of this tug. It hums in B flat, and my colleagues still deny it."
PLATFORMS = [
    ("rehearsal", "Rehearsal", "@anna"),
    ("bluesky", "Bluesky", "@anna.example.social"),
    ("mastodon", "Mastodon", "@anna@social.example"),
    ("linkedin", "LinkedIn", "Electrical engineer"),
    ("x", "X", "@annadewit"),
]
SHARES_BY_WEEK = [8, 12, 9, 14, 17, 11, 19, 22, 18, 24, 21, 28, 31]


def samples(*, link: str) -> dict[str, object]:
    return {
        "parts": PARTS,
        "sides": ["light", "dark"],
        "colours": COLOURS,
        "share_states": SHARE_STATES,
        "story_states": STORY_STATES,
        "people": [{"name": name, "initials": name[0] + name.rsplit(" ", 1)[1][0]} for name in NAMES],
        "posts": [_post(slug, label, handle, link=link) for slug, label, handle in PLATFORMS],
        "bars": [
            {"x": 4 + 40 * week, "y": 156 - 4 * shares, "height": 4 * shares}
            for week, shares in enumerate(SHARES_BY_WEEK)
        ],
    }


def _post(slug: str, label: str, handle: str, *, link: str) -> dict[str, object]:
    """Return one post, on Mastodon with a picture and elsewhere with a card."""
    picture = static("img/style/harbour.svg")
    post: dict[str, object] = {
        "channel": {"slug": slug, "label": label},
        "name": "Anna de Wit",
        "handle": handle,
        "text": TEXT,
        "link": link,
    }
    if slug == "mastodon":
        return {**post, "image_url": picture, "image_alt": "A sailing boat before a low sun"}
    return {**post, "story": STORY, "card_image_url": picture}
