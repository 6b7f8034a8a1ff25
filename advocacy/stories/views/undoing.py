"""An act that can be undone leaves a signed note of how things stood in the address of the next page."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.core import signing
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from advocacy.stories.models import Story
from advocacy.stories.opening import Moments

UNDO_WITHIN = timedelta(hours=1)
_SALT = "stories.undo"


class NothingToUndo(Exception):
    """The note is not ours, not about this story, or too old."""


def redirect_with_undo(story: Story, before: Moments) -> HttpResponseRedirect:
    note = {
        "story": story.pk,
        "seen": story.changed_at.isoformat(),
        "before": {name: moment and moment.isoformat() for name, moment in asdict(before).items()},
    }
    query = urlencode({"undo": signing.dumps(note, salt=_SALT)})
    return redirect(f"{reverse('stories:edit', args=[story.pk])}?{query}")


def read_note(signed: str, *, story: Story) -> tuple[Moments, datetime]:
    """Return how the story stood, and its `changed_at` right after the act.

    :raises NothingToUndo:
    """
    try:
        note = signing.loads(signed, salt=_SALT, max_age=UNDO_WITHIN)
    except signing.BadSignature as reason:
        raise NothingToUndo from reason
    if note["story"] != story.pk:
        raise NothingToUndo
    moments = {name: moment and datetime.fromisoformat(moment) for name, moment in note["before"].items()}
    return Moments(**moments), datetime.fromisoformat(note["seen"])


def can_undo(signed: str, *, story: Story) -> bool:
    try:
        return read_note(signed, story=story)[1] == story.changed_at
    except NothingToUndo:
        return False
