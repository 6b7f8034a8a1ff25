"""What comes in from the edit page, as plain values.

Suggested texts and pictures are rows: the same few inputs once for each. They can be added, moved and left
out before anything is judged, so that a page without a script loses nothing that was typed.
"""

import re
from dataclasses import dataclass, replace
from itertools import zip_longest

from django.http import QueryDict

from advocacy.stories.forms.fields import as_typed
from advocacy.stories.models import Picture, Story

Row = dict[str, str]

SUGGESTION = ("suggestion_text", "suggestion_language", "suggestion_platform")
PICTURE = ("picture_id", "picture_alt", "picture_x", "picture_y")

_ACT = re.compile(r"(drop|up|down)-(suggestion|picture):([0-9]{1,3})")
_STEPS = {"up": -1, "down": 1}


@dataclass
class Posted:
    """`fields` holds the rest of the form; None for a page that shows what is stored."""

    fields: QueryDict | None
    suggestions: list[Row]
    pictures: list[Row]

    @classmethod
    def by(cls, posted: QueryDict) -> "Posted":
        return cls(posted, _rows_in(posted, SUGGESTION), _rows_in(posted, PICTURE))

    @classmethod
    def stored(cls, story: Story) -> "Posted":
        placed = story.story_pictures.select_related("picture")
        return cls(
            None,
            [_suggestion(one.text, one.language, one.platform) for one in story.suggestions.all()],
            [_picture(one.picture) for one in placed],
        )

    def with_moments_of(self, story: Story) -> "Posted":
        """Return it with the moments of a story that has been published where it names none itself."""
        if self.fields is None or not story.published_at:
            return self
        fields = self.fields.copy()
        for name in ("opens_at", "closes_at"):
            fields[name] = fields.get(name) or as_typed(getattr(story, name))
        return replace(self, fields=fields)

    def add_suggestion(self, language: str) -> None:
        self.suggestions.append(_suggestion("", language, ""))

    def add_pictures(self, pictures: list[Picture]) -> None:
        self.pictures += [_picture(picture) for picture in pictures]

    def rearrange(self, act: str) -> dict[str, object]:
        """Do an act such as `up-picture:3` to that row, and say which row should have the focus then.

        What makes no sense changes nothing.
        """
        known = _ACT.fullmatch(act)
        rows = self.suggestions if known and known[2] == "suggestion" else self.pictures
        if known is None or int(known[3]) >= len(rows):
            return {}
        place = int(known[3])
        row = rows.pop(place)
        if known[1] in _STEPS:
            place = min(max(place + _STEPS[known[1]], 0), len(rows))
            rows.insert(place, row)
        return {f"focus_{known[2]}": min(place, len(rows) - 1)}


def _rows_in(posted: QueryDict, names: tuple[str, ...]) -> list[Row]:
    columns = [posted.getlist(name) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip_longest(*columns, fillvalue="")]


def _suggestion(text: str, language: str, platform: str) -> Row:
    return dict(zip(SUGGESTION, (text, language, platform), strict=True))


def _picture(picture: Picture) -> Row:
    point = (_percent(picture.focal_x), _percent(picture.focal_y))
    return dict(zip(PICTURE, (str(picture.pk), picture.alt, *point), strict=True))


def _percent(part: float) -> str:
    return f"{part * 100:.4g}"
