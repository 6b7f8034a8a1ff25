"""What a colleague's version says where it differs from the one that could not be saved."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.forms import ChoiceField, Field
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from advocacy.stories.forms.editor import StoryEditor
from advocacy.stories.forms.rows import Posted
from advocacy.stories.forms.story import initial_of
from advocacy.stories.models import Story


@dataclass(frozen=True)
class Difference:
    """One part of the story, and how it stands in the database now."""

    label: str | Promise
    theirs: object


def differences(mine: StoryEditor, story: Story) -> list[Difference]:
    """Compare a form that was found valid with the story as it is stored now."""
    stored = initial_of(story)
    found = [
        Difference(mine.main[name].label, _shown(stored[name], mine.main.fields[name]))
        for name in stored
        if _plain(stored[name]) != _plain(mine.main.cleaned_data[name])
    ]
    theirs, content = Posted.stored(story), mine.content()
    texts = [row["suggestion_text"] for row in theirs.suggestions]
    if texts != [one.text for one in content.suggestions]:
        found.append(Difference(_("Suggested texts"), "\n\n".join(texts)))
    pictures = [(row["picture_id"], row["picture_alt"]) for row in theirs.pictures]
    if pictures != [(str(one.picture.pk), one.alt) for one in content.pictures]:
        found.append(
            Difference(_("Pictures"), "\n".join(alt or _("(no description)") for _id, alt in pictures))
        )
    return found


def _plain(value: object) -> object:
    return {one.pk for one in value} if isinstance(value, QuerySet) else value


def _shown(value: object, field: Field) -> object:
    if isinstance(value, QuerySet):
        return ", ".join(str(one) for one in value)
    if value is True:
        return _("yes")
    if isinstance(field, ChoiceField):
        return dict(field.choices).get(value, value)  # type: ignore[arg-type]
    return value
