"""The parts of a story's form."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from advocacy.people.models import Place, Team
from advocacy.stories.forms.fields import AddressField, MomentField, PlatformsField
from advocacy.stories.models import MAX_TOPICS, About, Picture, Story, SuggestedText, Topic
from advocacy.stories.reaching import Audience

EVERYONE, SOME = "everyone", "some"
# Focal points are shown in hundredths of a percent at the finest.
ROUNDING = 0.0001
LAST_YEAR = timedelta(days=5 * 365)


class StoryForm(forms.Form):
    """Everything about a story but its texts and pictures."""

    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Give the story a title.")}
    )
    summary = forms.CharField(
        label=_("Summary"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it is about, in two sentences. Stands under the title and in link cards."),
    )
    note = forms.CharField(
        label=_("Why share this"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A word to your colleagues. Only they see it."),
    )
    key_points = forms.CharField(
        label=_("Key points"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "One on a line, as words that show it: repair, mend*, fix*. Reports then tell which part of all "
            "posts touches one. It is nobody's task to use them."
        ),
    )
    url = AddressField(
        label=_("Address"),
        help_text=_("Where the links of all shares lead."),
        error_messages={"required": _("Paste the address that the links will lead to.")},
    )
    site_name = forms.CharField(label=_("Site"), max_length=100, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"),
        queryset=Topic.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Up to three. People follow the topics that they like."),
    )
    new_topics = forms.CharField(
        label=_("New topics"), max_length=200, required=False, help_text=_("With commas between them.")
    )
    audience = forms.ChoiceField(
        label=_("Who is it for?"),
        choices=[(EVERYONE, _("Everyone")), (SOME, _("Some of us"))],
        required=False,
        widget=forms.RadioSelect,
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"), queryset=Team.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    places = forms.ModelMultipleChoiceField(
        label=_("Places"), queryset=Place.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    reads = forms.ChoiceField(
        label=_("People whose language is"),
        choices=[("", _("(not chosen by language)")), *settings.LANGUAGES],
        required=False,
    )
    followers = forms.BooleanField(label=_("People who follow its topics"), required=False)
    platforms = PlatformsField(
        label=_("Where it may be shared"),
        required=False,
        help_text=_(
            "Colleagues are offered only what is ticked here, by hand as well. Nothing ticked: everywhere."
        ),
    )
    opens_at = MomentField(label=_("Opens"), required=False, help_text=_("Empty: the moment you publish it."))
    closes_at = MomentField(label=_("Closes"), required=False, help_text=_("Empty: 30 days after it opened."))
    about = forms.ChoiceField(
        label=_("It is about"),
        choices=[("", _("(as its address says)")), *About.choices],
        required=False,
        help_text=_("Of a product, readers should know first who praises it."),
    )
    has_reward = forms.BooleanField(
        label=_("People who share it may win or get something"),
        required=False,
        help_text=_("A prize makes a share advertising: the coach asks to say so."),
    )
    embargo_until = MomentField(
        label=_("Not to go out before"),
        required=False,
        help_text=_("Colleagues can prepare it. Anyone who wants it out earlier is asked to wait."),
    )
    is_inside_information = forms.BooleanField(
        label=_("It is inside information until then"),
        required=False,
        help_text=_("By law the hub then sends nothing of it before that moment."),
    )
    needs_approval = forms.BooleanField(
        label=_("By law this kind of story is approved first"),
        required=False,
        help_text=_("Only where we promote products that need a licence: see what the coach knows of us."),
    )
    approval = forms.CharField(
        label=_("Approved by, and when"),
        max_length=200,
        required=False,
        help_text=_(
            "Of this story, never of what colleagues write. Where it is needed, nothing goes out without it."
        ),
    )

    def __init__(self, data: Mapping[str, object] | None, *, story: Story, now: datetime) -> None:
        super().__init__(data, initial=initial_of(story))
        self.story, self.now = story, now
        cast(MomentField, self.fields["opens_at"]).before = story.opens_at
        cast(MomentField, self.fields["closes_at"]).before = story.closes_at
        cast(MomentField, self.fields["embargo_until"]).before = story.embargo_until

    def clean_new_topics(self) -> tuple[str, ...]:
        names = [" ".join(name.split()) for name in self.cleaned_data["new_topics"].split(",")]
        if any(len(name) > 60 for name in names):
            raise ValidationError(_("A topic has up to 60 signs."))
        return tuple(dict.fromkeys(filter(None, names)))

    def clean_opens_at(self) -> datetime | None:
        if self.cleaned_data["opens_at"] is None and self.story.published_at:
            raise ValidationError(_("This story has been published: say when it opens."))
        return self._changed_to_the_future("opens_at")

    def clean_closes_at(self) -> datetime | None:
        if self.cleaned_data["closes_at"] is None and self.story.published_at:
            raise ValidationError(_("This story has been published: say when it closes."))
        return self._changed_to_the_future("closes_at")

    def clean_embargo_until(self) -> datetime | None:
        return self._changed_to_the_future("embargo_until")

    def clean(self) -> None:
        self._require_few_topics()
        self._require_an_end()
        opens_at, closes_at = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if closes_at and closes_at <= (opens_at or closes_at - timedelta(seconds=1)):
            self.add_error("closes_at", _("It must close after it opens."))

    @property
    def audience_fields(self) -> list[BoundField]:
        """The lists that there is something to choose from in."""
        return [self[name] for name in ("teams", "places") if self[name].subwidgets]

    def audience_chosen(self) -> Audience:
        chosen = self.cleaned_data
        if chosen.get("audience") == EVERYONE:
            return Audience(everyone=True)
        if chosen.get("audience") != SOME:
            return Audience()
        return Audience(
            teams=tuple(chosen.get("teams", ())),
            places=tuple(chosen.get("places", ())),
            language=chosen.get("reads", ""),
            followers=chosen.get("followers", False),
        )

    def _changed_to_the_future(self, name: str) -> datetime | None:
        """Return the moment that was typed: what it is already, though it went by, or one to come."""
        moment: datetime | None = self.cleaned_data[name]
        if moment != getattr(self.story, name):
            _require_the_future(moment, self.now)
        return moment

    def _require_an_end(self) -> None:
        wanted = self.cleaned_data
        if wanted.get("is_inside_information") and wanted.get("embargo_until", wanted) is None:
            self.add_error("embargo_until", _("Say until when it is inside information."))

    def _require_few_topics(self) -> None:
        known = {topic.name.casefold() for topic in self.cleaned_data.get("topics", ())}
        new = {name.casefold() for name in self.cleaned_data.get("new_topics", ())}
        if len(known | new) > MAX_TOPICS:
            self.add_error("topics", _("Choose up to three topics, new ones included."))


class SuggestionForm(forms.Form):
    """One suggested text. Left empty, it is none."""

    text = forms.CharField(
        label=_("Text"),
        max_length=SuggestedText._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    # Which platforms there are is known above this app; the page offers them.
    platform = forms.SlugField(label=_("For"), max_length=30, required=False)

    def __init__(self, row: Mapping[str, str], *, number: int) -> None:
        super().__init__(row, auto_id=f"suggestion-{number}-%s")
        self.number = number

    def add_prefix(self, field_name: str) -> str:
        return f"suggestion_{field_name}"


class PictureForm(forms.Form):
    """One picture in its place: its description, and its focal point in percent."""

    alt = forms.CharField(
        label=_("Description"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What can be seen, for people who cannot see it. It goes along with every share."),
    )
    x = forms.FloatField(label=_("From the left, %"), min_value=0, max_value=100)
    y = forms.FloatField(label=_("From the top, %"), min_value=0, max_value=100)

    def __init__(self, row: Mapping[str, str], *, picture: Picture, number: int) -> None:
        super().__init__(row, auto_id=f"picture-{number}-%s")
        self.picture, self.number = picture, number

    def add_prefix(self, field_name: str) -> str:
        return f"picture_{field_name}"

    @property
    def focal_point(self) -> tuple[float, float]:
        """As parts of the width and height. A point that was sent back as it was shown stays exactly that."""
        return (
            _part(self.cleaned_data["x"], before=self.picture.focal_x),
            _part(self.cleaned_data["y"], before=self.picture.focal_y),
        )


def initial_of(story: Story) -> dict[str, object]:
    some = story.for_teams.all() or story.for_places.all() or story.for_language or story.for_followers
    return {
        "title": story.title,
        "summary": story.summary,
        "note": story.note,
        "key_points": story.key_points,
        "url": story.url,
        "site_name": story.site_name,
        "language": story.language,
        "topics": story.topics.all(),
        "audience": EVERYONE if story.for_everyone else SOME if some else "",
        "teams": story.for_teams.all(),
        "places": story.for_places.all(),
        "reads": story.for_language,
        "followers": story.for_followers,
        "platforms": story.allowed_platforms,
        "opens_at": story.opens_at,
        "closes_at": story.closes_at,
        "about": story.about,
        "has_reward": story.has_reward,
        "embargo_until": story.embargo_until,
        "is_inside_information": story.is_inside_information,
        "needs_approval": story.needs_approval,
        "approval": story.approval,
    }


def _part(percent: float, *, before: float) -> float:
    part = percent / 100
    return before if abs(part - before) < ROUNDING else part


def _require_the_future(moment: datetime | None, now: datetime) -> None:
    if moment is None:
        return
    if moment <= now:
        raise ValidationError(_("This moment has passed. Choose a later one."))
    if moment > now + LAST_YEAR:
        raise ValidationError(_("This is more than five years away. Is the year right?"))
