"""Stories that stand first on the wall. There are five places: see `StoryQuerySet.featured_first`."""

from datetime import datetime

from advocacy.stories.models import Story


def feature_story(story: Story, *, now: datetime) -> None:
    """Put the story first. Of more than five, those marked last keep their places."""
    Story.objects.filter(pk=story.pk).update(featured_at=now)


def stop_featuring(story: Story) -> None:
    Story.objects.filter(pk=story.pk).update(featured_at=None)
