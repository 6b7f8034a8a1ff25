from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Whole sentences that stand before and after what one says about a story, and answers of others.

    `of_team` holds openings that only this team would use.
    """

    openings: tuple[str, ...]
    closings: tuple[str, ...]
    of_team: Mapping[str, tuple[str, ...]]
    replies: tuple[str, ...]
    tags: Mapping[str, str]
