"""The whole edit page as one form: a story, its suggested texts and its pictures."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime

from django.utils.translation import gettext as _

from advocacy.stories.editing import Content, Placed, Suggestion, Terms
from advocacy.stories.forms.rows import Posted, Row
from advocacy.stories.forms.story import PictureForm, StoryForm, SuggestionForm
from advocacy.stories.models import MAX_PICTURES, MAX_SUGGESTIONS, Picture, Story, Topic
from advocacy.stories.reaching import Audience, audience_of


class StoryEditor:
    def __init__(self, story: Story, posted: Posted, *, now: datetime) -> None:
        self.story = story
        self.main = StoryForm(posted.fields, story=story, now=now)
        self.suggestions = [
            SuggestionForm(row, number=number) for number, row in enumerate(posted.suggestions)
        ]
        self.pictures = _picture_forms(posted.pictures)
        self.errors: list[str] = []

    @property
    def can_add_suggestion(self) -> bool:
        return len(self.suggestions) < MAX_SUGGESTIONS

    @property
    def can_add_picture(self) -> bool:
        return len(self.pictures) < MAX_PICTURES

    @property
    def has_errors(self) -> bool:
        parts = (self.main, *self.suggestions, *self.pictures)
        return bool(self.errors) or any(part.errors for part in parts)

    def audience_and_topics(self) -> tuple[Audience, Sequence[Topic]]:
        """Return whom the story is for as the form says it now, as far as that can be read."""
        if not self.main.is_bound:
            return audience_of(self.story), list(self.story.topics.all())
        self.main.is_valid()
        return self.main.audience_chosen(), list(self.main.cleaned_data.get("topics", ()))

    def is_valid(self) -> bool:
        self.errors = list(_too_many(self))
        # Every part is judged, so that all that is wrong is shown at once.
        judged = [form.is_valid() for form in (self.main, *self.suggestions, *self.pictures)]
        return all(judged) and not self.errors

    def content(self) -> Content:
        """Return what to save. The form must be valid."""
        chosen = self.main.cleaned_data
        return Content(
            title=chosen["title"],
            url=chosen["url"],
            summary=chosen["summary"],
            note=chosen["note"],
            key_points=chosen["key_points"],
            site_name=chosen["site_name"],
            language=chosen["language"],
            opens_at=chosen["opens_at"],
            closes_at=chosen["closes_at"],
            audience=self.main.audience_chosen(),
            platforms=chosen["platforms"],
            topics=tuple(chosen["topics"]),
            new_topics=chosen["new_topics"],
            suggestions=tuple(
                Suggestion(**form.cleaned_data) for form in self.suggestions if form.cleaned_data["text"]
            ),
            pictures=tuple(
                Placed(form.picture, form.cleaned_data["alt"], *form.focal_point) for form in self.pictures
            ),
            terms=Terms(**{field.name: chosen[field.name] for field in fields(Terms)}),
        )


def _picture_forms(posted: Sequence[Row]) -> list[PictureForm]:
    # The first of two rows with the same picture counts; what is no picture of ours is left out.
    wanted = {row["picture_id"]: row for row in reversed(posted)}
    known = _pictures_with(wanted)
    kept = [
        (known[key], wanted[key])
        for key in dict.fromkeys(row["picture_id"] for row in posted)
        if key in known
    ]
    return [PictureForm(row, picture=picture, number=number) for number, (picture, row) in enumerate(kept)]


def _pictures_with(ids: Iterable[str]) -> dict[str, Picture]:
    numbers = [int(one) for one in ids if one.isascii() and one.isdecimal() and len(one) < 19]
    found = Picture.objects.filter(pk__in=numbers).prefetch_related("renditions")
    return {str(picture.pk): picture for picture in found}


def _too_many(editor: StoryEditor) -> Iterable[str]:
    if len(editor.pictures) > MAX_PICTURES:
        yield _("A story has up to 10 pictures. Remove some.")
    if (
        len([form for form in editor.suggestions if (form.data["suggestion_text"] or "").strip()])
        > MAX_SUGGESTIONS
    ):
        yield _("A story has up to 15 suggested texts. Remove some.")
