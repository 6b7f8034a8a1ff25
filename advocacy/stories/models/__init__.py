from advocacy.stories.models.pictures import Picture, PictureQuerySet, Rendition
from advocacy.stories.models.stories import (
    FEATURED_SLOTS,
    MAX_PICTURES,
    MAX_SUGGESTIONS,
    MAX_TOPICS,
    About,
    State,
    Story,
    StoryPicture,
    StoryQuerySet,
    SuggestedText,
)
from advocacy.stories.models.topics import Topic

__all__ = [
    "FEATURED_SLOTS",
    "MAX_PICTURES",
    "MAX_SUGGESTIONS",
    "MAX_TOPICS",
    "About",
    "Picture",
    "PictureQuerySet",
    "Rendition",
    "State",
    "Story",
    "StoryPicture",
    "StoryQuerySet",
    "SuggestedText",
    "Topic",
]
