"""What a colleague's version says where it differs from the one that could not be saved."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.forms import ChoiceField, Field
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from advocacy.stories.editing import Content, Suggestion
from advocacy.stories.forms.editor import StoryEditor
from advocacy.stories.forms.story import initial_of
from advocacy.stories.models import Picture, Story, Topic


@dataclass(frozen=True)
class Difference:
    """One part of the story, and how it stands in the database now."""

    label: str | Promise
    theirs: object
    # Of where it may be shared: slugs, that the page has names for.
    is_platforms: bool = False


def differences(mine: StoryEditor, story: Story) -> list[Difference]:
    """Compare a form that was found valid with the story as it is stored now.

    None are found where saving the form would change nothing.
    """
    stored, content = initial_of(story), mine.content()
    asked = _as_stored(mine, content)
    found = [
        Difference(mine.main[name].label, _shown(stored[name], mine.main.fields[name]), name == "platforms")
        for name in stored
        if _plain(stored[name]) != _plain(asked[name])
    ]
    texts = [Suggestion(one.text, one.language, one.platform) for one in story.suggestions.all()]
    if [_plain_text(one) for one in texts] != [_plain_text(one) for one in content.suggestions]:
        found.append(Difference(_("Suggested texts"), "\n\n".join(_text_in_words(one) for one in texts)))
    pictures = [one.picture for one in story.story_pictures.select_related("picture")]
    placed = [(one.picture.pk, _plain(one.alt), one.focal_x, one.focal_y) for one in content.pictures]
    if [(one.pk, _plain(one.alt), one.focal_x, one.focal_y) for one in pictures] != placed:
        found.append(Difference(_("Pictures"), "\n".join(_picture_in_words(one) for one in pictures)))
    return found


def _as_stored(mine: StoryEditor, content: Content) -> dict[str, object]:
    """Return what the fields would say once they were saved: of an audience, only what counts is kept."""
    chosen, audience = mine.main.cleaned_data, content.audience
    return {
        **chosen,
        "topics": (*content.topics, *(Topic(name=name) for name in content.new_topics)),
        "audience": "" if audience.is_empty else chosen["audience"],
        "teams": audience.teams,
        "places": audience.places,
        "reads": audience.language,
        "followers": audience.followers,
    }


def _plain(value: object) -> object:
    """Return what to compare: texts whatever their lines end with, rows by name and in no order."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, QuerySet | tuple):
        return {str(row).casefold() for row in value}
    return value


def _plain_text(one: Suggestion) -> tuple[object, str, str]:
    return _plain(one.text), one.language, one.platform


def _text_in_words(one: Suggestion) -> str:
    language = str(dict(settings.LANGUAGES).get(one.language, one.language))
    return f"{one.text} ({', '.join(filter(None, (language, one.platform)))})"


def _picture_in_words(one: Picture) -> str:
    words = _("%(description)s (%(x)s%% from the left, %(y)s%% from the top)")
    return words % {
        "description": one.alt or _("(no description)"),
        "x": round(100 * one.focal_x),
        "y": round(100 * one.focal_y),
    }


def _shown(value: object, field: Field) -> object:
    if isinstance(value, QuerySet):
        return ", ".join(str(one) for one in value)
    if value is True:
        return _("yes")
    if isinstance(field, ChoiceField):
        return dict(field.choices).get(value, value)  # type: ignore[arg-type]
    return value
