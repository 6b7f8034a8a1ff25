"""A story's life: published now or at a time, withdrawn, opened again; and each of these undone."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from advocacy.people.models import Person
from advocacy.stories.editing import change
from advocacy.stories.models import State, Story
from advocacy.stories.reaching import audience_of

# A story closes this long after it opened, unless the editor says otherwise.
OPEN_FOR = timedelta(days=30)


class CannotPublish(Exception):
    """The story stays where it is. `str` says what to do first."""


@dataclass(frozen=True)
class Moments:
    """Everything that a story's state follows from, so that an act can be undone."""

    published_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    withdrawn_at: datetime | None


def moments_of(story: Story) -> Moments:
    return Moments(story.published_at, story.opens_at, story.closes_at, story.withdrawn_at)


def publish_story(story: Story, *, by: Person, now: datetime) -> None:
    """Open a draft now, or at the later moment it names.

    :raises CannotPublish: it is no draft, has no audience, or would close before it opens
    :raises ChangedMeanwhile: someone else changed it after it was read
    """
    if story.is_withdrawn:
        raise CannotPublish(_("This story has been withdrawn meanwhile. Bring it back first."))
    if story.state(now) != State.DRAFT:
        raise CannotPublish(_("This story has been published already."))
    if audience_of(story).is_empty:
        raise CannotPublish(_("Nobody would see this story yet. Choose who it is for, then publish it."))
    moments = moments_once_published(moments_of(story), now=now)
    if moments.opens_at and moments.closes_at and moments.closes_at <= moments.opens_at:
        raise CannotPublish(_("This story would close before it opens. Choose a later moment to close."))
    _move(story, moments, by=by, now=now)


def moments_once_published(draft: Moments, *, now: datetime) -> Moments:
    opens_at = max(draft.opens_at or now, now)
    return Moments(now, opens_at, draft.closes_at or opens_at + OPEN_FOR, withdrawn_at=None)


def withdraw_story(story: Story, *, by: Person, now: datetime, because: str = "") -> None:
    """Take the story away from everyone at once, whatever state it is in. Queued shares of it do not go out.

    `because` is told to who is writing about it.

    :raises ChangedMeanwhile: someone else changed it after it was read
    """
    if story.withdrawn_at is None:
        moments = asdict(_with(story, withdrawn_at=now))
        change(story, seen=story.changed_at, by=by, now=now, values={**moments, "withdrawn_because": because})


def reopen_story(story: Story, *, by: Person, now: datetime) -> None:
    """Bring a withdrawn story back to the state it would be in, and open a closed one for another 30 days.

    :raises ChangedMeanwhile: someone else changed it after it was read
    """
    moments = _with(story, withdrawn_at=None)
    if story.closes_at and story.closes_at <= now:
        moments = _with(story, withdrawn_at=None, closes_at=max(now, story.opens_at or now) + OPEN_FOR)
    if moments != moments_of(story):
        _move(story, moments, by=by, now=now)


def undo(story: Story, before: Moments, *, seen: datetime, by: Person, now: datetime) -> None:
    """Put the story back where it stood. `seen` is its `changed_at` right after the act that is undone.

    :raises ChangedMeanwhile: someone changed it after that
    """
    change(story, seen=seen, by=by, now=now, values=asdict(before))


def _move(story: Story, moments: Moments, *, by: Person, now: datetime) -> None:
    change(story, seen=story.changed_at, by=by, now=now, values=asdict(moments))


def _with(story: Story, **changed: datetime | None) -> Moments:
    return Moments(**{**asdict(moments_of(story)), **changed})
