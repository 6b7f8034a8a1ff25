"""What people type about a share, into clean values. What they typed is never lost."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advocacy.people.models import Person
from advocacy.platforms.by_hand import way_of
from advocacy.platforms.connector import names_of_platforms
from advocacy.platforms.models import Account
from advocacy.shares.models import Draft
from advocacy.shares.offering import offered_for, why_barred
from advocacy.shares.queries import WallFilter
from advocacy.shares.saving import Written
from advocacy.shares.sharing import LONGEST_AHEAD, Order, Post
from advocacy.stories.models import Picture, Rendition, Story, SuggestedText, Topic

NOW, LATER, QUIET = "now", "later", "quiet"
CARD = ""
MAX_CHARS = 5000
WHILE_TYPING = timedelta(minutes=15)
CROPS = [
    (Rendition.Shape.DISPLAY, _("Picture, whole")),
    (Rendition.Shape.SQUARE, _("Picture, square")),
    (Rendition.Shape.PORTRAIT, _("Picture, upright")),
]


class WallForm(forms.Form):
    words = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput({"type": "search", "placeholder": _("Search the stories")}),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.order_by("name", "pk"), label=_("Topic"), required=False, empty_label=_("All topics")
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *settings.LANGUAGES]
    )
    platform = forms.ChoiceField(
        label=_("Platform"),
        required=False,
        choices=lambda: [("", _("All platforms")), *names_of_platforms()],
    )

    @property
    def is_narrow(self) -> bool:
        """Whether something was asked for that could leave nothing."""
        return self.wanted() != WallFilter()

    def wanted(self) -> WallFilter:
        """Return the filter; what was not understood is left out."""
        self.is_valid()
        topic = self.cleaned_data.get("topic")
        return WallFilter(
            words=self.cleaned_data.get("words", ""),
            topic=topic.pk if topic else None,
            language=self.cleaned_data.get("language", ""),
            platform=self.cleaned_data.get("platform", ""),
        )

    @property
    def platform_named(self) -> str:
        """The name of the platform that was asked for; empty where none was."""
        return dict(names_of_platforms()).get(self.wanted().platform, "")


@dataclass(frozen=True)
class Attachment:
    """One thing that can go along with the words: a crop of a picture, or (no picture) the link card."""

    value: str
    label: StrOrPromise
    help: StrOrPromise = ""
    picture: Picture | None = None
    rendition: Rendition | None = None
    is_chosen: bool = False


class LocalDateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def not_long_passed(at: datetime) -> None:
    """Refuse a moment in the past, but for the minutes that typing takes: a wrong year must not mean now."""
    if at < timezone.now() - WHILE_TYPING:
        raise forms.ValidationError(_("That moment has passed. Choose a later one, or send it right away."))


def not_passed(at: datetime) -> None:
    if at <= timezone.now():
        raise forms.ValidationError(_("That moment has passed. Choose a later one, or send it right away."))


class LocalDateTimeField(forms.DateTimeField):
    """A moment on the person's own clock. Of a time that comes twice that night, the first is meant."""

    widget = LocalDateTimeInput

    def to_python(self, value: str | datetime | date | None) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            typed = parse_datetime(str(value).strip())
            if typed is None or timezone.is_aware(typed):
                raise
            return self._read_on_the_wall(typed)

    def _read_on_the_wall(self, typed: datetime) -> datetime:
        at = timezone.make_aware(typed)
        if timezone.make_naive(at.astimezone(UTC)) != typed:
            raise forms.ValidationError(
                _("The clock goes forward that night, and this time is left out. Choose an hour later.")
            )
        return at


class MomentForm(forms.Form):
    """Another moment for a share that exists."""

    at = LocalDateTimeField(label=_("New moment"), validators=[not_long_passed])


class DroppedForm(MomentForm):
    """Another moment, by moving the share in the queue: nobody drops it on the past to send it now."""

    at = LocalDateTimeField(label=_("New moment"), validators=[not_passed])


class WordsForm(forms.Form):
    """Other words for a share that exists."""

    text = forms.CharField(
        label=_("Your words"), max_length=MAX_CHARS, widget=forms.Textarea({"rows": 6, "class": "words"})
    )


class PostedForm(forms.Form):
    """Where a share by hand stands now, if its owner wants to tell."""

    address = forms.CharField(
        label=_("Its address"),
        help_text=_("Only if you like: with it you find your post again from here."),
        required=False,
        max_length=MAX_CHARS,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )


class ReaderForm(forms.Form):
    """Whom the author asks to read along."""

    colleague = forms.CharField(
        label=_("Which colleague?"),
        help_text=_("Their work e-mail address, or their full name."),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
    )


class KindWordsForm(forms.Form):
    """All that a reader can give back."""

    words = forms.CharField(
        label=_("A few kind words"),
        help_text=_("What works, what you would look at again. It is advice: your colleague decides."),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
    )


class ComposeForm(forms.Form):
    """One person's words about one story, for one or more of their accounts."""

    text = forms.CharField(
        label=_("Your words"), required=False, max_length=MAX_CHARS, widget=forms.Textarea({"rows": 6})
    )
    language = forms.ChoiceField(label=_("Language of your words"), choices=settings.LANGUAGES)
    accounts = forms.MultipleChoiceField(
        label=_("Share from"), required=False, widget=forms.CheckboxSelectMultiple
    )
    attach = forms.ChoiceField(label=_("What goes along"), required=False, widget=forms.RadioSelect)
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[(NOW, _("Right away")), (LATER, _("At a moment I choose")), (QUIET, _("Find me a moment"))],
        widget=forms.RadioSelect,
    )
    at = LocalDateTimeField(label=_("Moment"), required=False, validators=[not_long_passed])
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    # When the author last had the story before them.
    read_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, typed: QueryDict | None = None, *, story: Story, person: Person, draft: Draft) -> None:
        self.story, self.person = story, person
        self.offered = offered_for(story, person)
        self.connected, self.by_hand = self.offered.connected, self.offered.by_hand
        # The rest belongs to the form too: who sends it anyway is told why not, and words for it are kept.
        self.own_accounts = [*self.connected, *self.by_hand, *self.offered.barred, *self.offered.switched_off]
        self.pictures = story.ready_pictures()
        super().__init__(typed, initial=self._initial(draft))
        keys = [(account.key, str(account)) for account in self.own_accounts]
        self.fields["accounts"].choices = keys  # type: ignore[attr-defined]
        self.fields["attach"].choices = self._attachments()  # type: ignore[attr-defined]
        for account in self.own_accounts:
            self.fields[_field_of(account)] = forms.CharField(
                label=_("Other words for %(account)s") % {"account": account},
                required=False,
                max_length=MAX_CHARS,
                widget=forms.Textarea({"rows": 5}),
                initial=draft.texts.get(account.key, ""),
                disabled=account in self.offered.switched_off,
            )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("when") == LATER and not cleaned.get("at") and "at" not in self.errors:
            self.add_error("at", _("Choose a day and a time, or share right away."))
        return cleaned

    def written(self) -> Written:
        """Return what is in the form now, typed or initial, also where it is not valid."""
        picture, shape = self._attachment(str(self["attach"].value() or CARD))
        texts = {account.key: _plain(field.value()) for account, field in self._fields_of(self.own_accounts)}
        chosen = {str(value) for value in self["accounts"].value() or []}
        language = self["language"].value()
        return Written(
            text=_plain(self["text"].value()),
            texts={key: text for key, text in texts.items() if text.strip()},
            account_keys=[account.key for account in self.own_accounts if account.key in chosen],
            language=language if language in dict(settings.LANGUAGES) else self.person.language,
            picture=picture,
            shape=shape,
        )

    def known_submission(self) -> UUID | None:
        """Return which form this is, also where it is not valid."""
        self.is_valid()
        submission: UUID | None = self.cleaned_data.get("submission")
        return submission

    def story_read_at(self) -> datetime | None:
        """Return when the story stood on the page that was written in; None: it does not say."""
        typed = str(self["read_at"].value() or "")
        try:
            read_at = parse_datetime(typed)
        except ValueError:
            return None
        return read_at if read_at and timezone.is_aware(read_at) else None

    @property
    def wants_a_quiet_moment(self) -> bool:
        return bool(self["when"].value() == QUIET)

    def moment(self, now: datetime) -> datetime:
        """Return when the posts are to go out, a year ahead at most; also where the form is not valid."""
        if self["when"].value() != LATER:
            return now
        at = self._at()
        return min(at, now + LONGEST_AHEAD) if at else now

    def posts(self) -> list[Post]:
        """Return what each chosen account is to say, also where the form is not valid."""
        written = self.written()
        return [
            Post(account, written.words_for(account), written.language, written.picture, written.shape)
            for account in self.own_accounts
            if account.key in written.account_keys
        ]

    def field_holding(self, account: Account | None) -> str:
        """Return the name of the field in which the words for this account stand."""
        holds = account and account.key in self.written().texts
        return _field_of(account) if account and holds else "text"

    def order(self, *, quiet: datetime | None, now: datetime) -> Order:
        """Return what was ordered, for the quiet moment if one was found. The form is valid."""
        later = self.cleaned_data["when"] == LATER
        return Order(
            person=self.person,
            posts=self.posts(),
            at=self.cleaned_data["at"] if later else quiet or now,
            submission=self.cleaned_data["submission"] or uuid4(),
        )

    def suggestions(self) -> list[SuggestedText]:
        """Return the words to start from where it may be shared: those in the person's own language first."""
        fitting = [
            words
            for words in self.story.suggestions.all()
            if not words.platform or self.story.allows(words.platform)
        ]
        return sorted(fitting, key=lambda words: words.language != self.person.language)

    def attachments(self) -> list[Attachment]:
        """Return what can go along: the link card, or a crop of one of the story's pictures."""
        chosen = str(self["attach"].value() or CARD) if "attach" in self.fields else CARD
        card = Attachment(
            CARD, _("Link card"), _("The story itself, as a preview."), is_chosen=chosen == CARD
        )
        crops = [
            Attachment(
                value=f"{picture.pk}-{shape}",
                label=label,
                picture=picture,
                rendition=picture.rendition(shape),
                is_chosen=chosen == f"{picture.pk}-{shape}",
            )
            for picture in self.pictures
            for shape, label in CROPS
            if picture.rendition(shape)
        ]
        return [card, *crops]

    @property
    def chosen_keys(self) -> list[str]:
        return self.written().account_keys

    @property
    def is_by_hand(self) -> bool:
        """Whether a way by hand is chosen."""
        chosen = self.chosen_keys
        return any(account.key in chosen for account in self.by_hand)

    @property
    def has_words_apart(self) -> bool:
        """Whether a connected account has words of its own, or something is wrong with them."""
        return any(field.value() or field.errors for _account, field in self.connected_fields())

    def connected_fields(self) -> list[tuple[Account, forms.BoundField]]:
        return self._fields_of(self.connected)

    def fields_kept(self) -> list[tuple[Account, forms.BoundField]]:
        """Return the fields with words for accounts that the story is not for (any more)."""
        return [(account, field) for account, field in self._fields_of(self.offered.barred) if field.value()]

    def barred_in_words(self) -> list[str]:
        """Say of each chosen account that the story is not for why it cannot be."""
        chosen = self.chosen_keys
        barred = [account for account in self.offered.barred if account.key in chosen]
        return [why_barred(self.story, account) for account in barred]

    def fields_by_hand(self) -> list[tuple[Account, str, forms.BoundField]]:
        """Return each way to post by hand, with how it goes and the field for other words there."""
        return [
            (account, gettext(way_of(account).explanation), field)
            for account, field in self._fields_of(self.by_hand)
        ]

    def _at(self) -> datetime | None:
        """Return the moment in the form, typed or brought along in the address; None where it is none."""
        if self.is_bound:
            self.is_valid()
            typed: datetime | None = self.cleaned_data.get("at")
            return typed
        try:
            brought: datetime | None = self.fields["at"].clean(self["at"].value())
        except forms.ValidationError:
            return None
        return brought

    def _fields_of(self, accounts: list[Account]) -> list[tuple[Account, forms.BoundField]]:
        return [(account, self[_field_of(account)]) for account in accounts]

    def _initial(self, draft: Draft) -> dict[str, object]:
        offered = [*self.connected, *self.by_hand]
        usable = [account.key for account in offered if not account.broken_at]
        connected = [account.key for account in self.connected if not account.broken_at]
        return {
            "text": draft.text,
            "language": draft.language,
            "accounts": [key for key in draft.account_keys if key in usable] or connected[:1],
            "attach": f"{draft.picture_id}-{draft.shape}" if draft.picture_id else CARD,
            "when": NOW,
            "at": _tomorrow_at_nine(),
            "submission": uuid4(),
            "read_at": draft.saved_at.isoformat(),
        }

    def _attachment(self, choice: str) -> tuple[Picture | None, str]:
        """Return the picture and the crop to attach; no picture means the link card."""
        known = {value: value for value, _label in self._attachments()}
        pk, _dash, shape = known.get(choice, CARD).partition("-")
        return next((picture for picture in self.pictures if str(picture.pk) == pk), None), shape

    def _attachments(self) -> list[tuple[str, StrOrPromise]]:
        return [(one.value, one.label) for one in self.attachments()]


def _plain(typed: object) -> str:
    """Return what was typed, as much as is kept of it; a database may refuse the NUL sign."""
    return str(typed or "").replace("\0", "")[:MAX_CHARS]


def _field_of(account: Account) -> str:
    return f"text_{account.key}"


def _tomorrow_at_nine() -> datetime:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time(9)))
