"""Publish was pressed twice, as happens where no script runs: the browser shows the second answer only."""

from contextlib import suppress
from copy import copy
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect

from advocacy.people.models import Person
from advocacy.stories.forms.comparing import differences
from advocacy.stories.forms.editor import StoryEditor
from advocacy.stories.forms.fields import MomentField
from advocacy.stories.forms.rows import Posted
from advocacy.stories.models import Story
from advocacy.stories.opening import Moments, moments_of, moments_once_published
from advocacy.stories.views.undoing import redirect_with_undo

# Past it, this is no second press but a page that stood open.
AT_MOST = timedelta(minutes=5)


def answer_of_the_first_press(
    posted: Posted, story_id: int, *, by: Person, now: datetime
) -> HttpResponseRedirect | None:
    """Return what the first press of Publish with this same form got; None if there was no such press."""
    published = Story.objects.for_editing().get(pk=story_id)
    if not _was_just_published(published, by=by, now=now):
        return None
    before = _as_it_was_saved(published, posted)
    if before is None or moments_once_published(before, now=published.changed_at) != moments_of(published):
        return None
    return redirect_with_undo(published, before)


def _was_just_published(story: Story, *, by: Person, now: datetime) -> bool:
    """Whether the latest change of the story is that this person published it."""
    is_latest = story.published_at == story.changed_at and not story.is_withdrawn
    return is_latest and story.changed_by == by and story.changed_at > now - AT_MOST


def _as_it_was_saved(story: Story, posted: Posted) -> Moments | None:
    """Return how the draft stood between saving and publishing, if all of this form stands in the story."""
    draft = copy(story)
    draft.published_at = None
    # As though they had been there before: the first press judged them, and one may have come since.
    draft.opens_at, draft.closes_at = (_typed(posted, name, story) for name in ("opens_at", "closes_at"))
    editor = StoryEditor(draft, posted, now=story.changed_at)
    return moments_of(draft) if editor.is_valid() and not differences(editor, draft) else None


def _typed(posted: Posted, name: str, story: Story) -> datetime | None:
    field = MomentField(required=False)
    field.before = getattr(story, name)
    with suppress(ValidationError):
        moment: datetime | None = field.clean(posted.fields.get(name) if posted.fields else None)
        return moment
    return None
