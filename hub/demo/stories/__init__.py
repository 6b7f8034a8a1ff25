"""The stories that the company tells: own news, what it knows, its people, and what others write."""

from hub.demo.stories.told import Told, read

KINDS = ("own_news", "expertise", "colleagues", "third_party")
STORIES: tuple[Told, ...] = tuple(told for kind in KINDS for told in read(f"{kind}.toml"))
