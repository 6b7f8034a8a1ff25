"""What a story of the demo company consists of, and reading it from the files beside this one."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EVERYONE = "everyone"
READERS = "readers"
FOLLOWERS = "followers"


@dataclass(frozen=True)
class Shown:
    """A picture: which scene is drawn, what stays in view in every crop, and words for who cannot see it."""

    scene: str
    alt: str
    focal: tuple[float, float]


@dataclass(frozen=True)
class Site:
    name: str
    address: str


SITES = {
    "news": Site("Zomerwaard", "https://news.zomerwaard.example"),
    "nieuws": Site("Zomerwaard", "https://nieuws.zomerwaard.example"),
    "kettle": Site("Kettle & Grid", "https://www.kettleandgrid.example"),
    "bron": Site("Buurt & Bron", "https://www.buurtenbron.example"),
}


@dataclass(frozen=True)
class Told:
    """One story.

    `opened` counts days back from today; a story with a negative number opens later, one without is a draft.
    `said` holds the suggested texts, `said_on` those for one platform. `own` is what colleagues said of it in
    its own language, `abroad` in the other one. `appeal` is how well it goes, 1 for most. `audience` is
    everyone, readers (of its language), followers (of its topics), or names of teams and places.
    """

    slug: str
    title: str
    summary: str
    note: str
    site: Site
    language: str
    topics: tuple[str, ...]
    pictures: tuple[Shown, ...]
    said: tuple[str, ...]
    said_on: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    abroad: tuple[str, ...] = ()
    opened: int | None = None
    open_for: int = 30  # days
    audience: str | tuple[str, ...] = EVERYONE
    featured: bool = False
    appeal: float = 1
    # What it comes down to, as words that show it.
    key_points: tuple[str, ...] = ()
    # For the coach: work, product or others, where the address does not say; and whether it has a reward.
    kind: str = ""
    has_reward: bool = False
    # Whom it is about: they leave sharing it to others.
    about: str = ""

    @property
    def url(self) -> str:
        return f"{self.site.address}/{self.slug}"


def read(name: str) -> list[Told]:
    written = tomllib.loads((Path(__file__).parent / name).read_text())
    return [_story(story) for story in written["story"]]


def _story(written: Mapping[str, Any]) -> Told:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in written.items()
    }
    fields["site"] = SITES[written["site"]]
    fields["pictures"] = tuple(
        Shown(one["scene"], one["alt"], (one["focal"][0], one["focal"][1])) for one in written["pictures"]
    )
    return Told(**fields)
