"""With how many voices a story was told. A figure of a group, and nobody's target."""

from datetime import datetime

from advocacy.conduct.voices import Post, Voices, voices_of
from advocacy.reports.tallying import public_posts
from advocacy.reports.windows import HALF_YEAR, last_weeks, whole
from advocacy.stories.models import Story

# The newest are enough to tell, and are compared with each other one by one.
MOST_POSTS = 300


def voices_about(story: Story, *, now: datetime) -> Voices | None:
    """Return with how many voices it was told, half a year back at most; None: it would be about persons.

    Of posts by the hub, whose number is shown: counted in, those by hand could be worked out.
    """
    span = whole(last_weeks(len(HALF_YEAR), now))
    posts = public_posts().filter(story=story, account__by_hand=False, published_at__gte=span.begins_at)
    newest = posts.order_by("-published_at", "-pk").values_list("person_id", "text")[:MOST_POSTS]
    return voices_of([Post(person, text) for person, text in newest])
