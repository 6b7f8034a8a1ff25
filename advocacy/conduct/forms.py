"""What people type about the code, into clean values."""

from typing import cast

from django import forms
from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from advocacy.conduct.activating import About
from advocacy.conduct.editing import Rewritten, Words
from advocacy.conduct.models import Audience, Item, Proposal, Version, Wording
from advocacy.conduct.queries import Rule

PARTS = {"title": True, "why": True, "good": False, "bad": False}


class ProposalForm(forms.Form):
    """What an employee would change, in a rule or in the code as a whole."""

    item_code = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(
        label=_("What would you change, and why?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Whoever keeps the code sees your name with it, and answers you."),
    )

    def __init__(self, typed: QueryDict | None = None, *, rules: list[Rule], about: str) -> None:
        super().__init__(typed, initial={"item_code": about})
        choices = [("", _("The code as a whole")), *((rule.code, rule.title) for rule in rules)]
        self.fields["item_code"].choices = choices  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    state = forms.ChoiceField(
        label=_("What comes of it"),
        choices=[(Proposal.State.ACCEPTED, _("Taken up")), (Proposal.State.DECLINED, _("Left as it is"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Your answer"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Goes to who proposed it, and to nobody else."),
    )


class AboutForm(forms.Form):
    """What is said about the version in the making besides its rules."""

    is_material = forms.BooleanField(
        label=_("This changes what people may or should do"),
        required=False,
        help_text=_("Then everyone is asked once to take note of it. Otherwise nobody is."),
    )
    council_asked_on = forms.DateField(
        label=_("Works council asked on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    council_agreed_on = forms.DateField(
        label=_("Works council agreed on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, typed: QueryDict | None = None, *, version: Version) -> None:
        initial = {
            "is_material": version.is_material,
            "council_asked_on": version.council_asked_on,
            "council_agreed_on": version.council_agreed_on,
        }
        super().__init__(typed, initial=initial)
        for language, name in settings.LANGUAGES:
            self.fields[f"summary_{language}"] = forms.CharField(
                label=_("What changed, in %(language)s") % {"language": name},
                required=False,
                max_length=400,
                widget=forms.Textarea({"rows": 2, "lang": language}),
                initial=version.summaries.get(language, ""),
            )

    def about(self) -> About:
        typed = self.cleaned_data
        return About(
            summaries={language: typed[f"summary_{language}"] for language, _name in settings.LANGUAGES},
            is_material=typed["is_material"],
            council_asked_on=typed["council_asked_on"],
            council_agreed_on=typed["council_agreed_on"],
        )


class RuleForm(forms.Form):
    """One rule, in all languages side by side. The language it is written in comes first."""

    audience = forms.ChoiceField(label=_("Meant for"), choices=Audience.choices, initial=Audience.ALL)
    legal_basis = forms.CharField(label=_("Legal basis"), required=False, max_length=120)
    is_in_use = forms.BooleanField(
        label=_("In use"),
        required=False,
        initial=True,
        help_text=_("A rule that is not in use keeps its id and its words, and is shown to nobody."),
    )

    def __init__(self, typed: QueryDict | None = None, *, version: Version, item: Item | None = None) -> None:
        self.languages = sorted(
            settings.LANGUAGES, key=lambda language: language[0] != version.source_language
        )
        self.source_language = version.source_language
        self.stale = item.stale_languages(self.source_language) if item else []
        words = item.words if item else {}
        super().__init__(typed, initial=_initial(item))
        for language, name in self.languages:
            self._add_language(language, str(name), words.get(language))

    def columns(self) -> list[dict[str, object]]:
        """Return the fields of each language, for the page."""
        return [
            {
                "language": language,
                "name": name,
                "is_source": language == self.source_language,
                "is_stale": language in self.stale,
                "fields": [self[f"{part}_{language}"] for part in PARTS],
                "still_right": self[f"still_right_{language}"] if language in self.stale else None,
            }
            for language, name in self.languages
        ]

    def rewritten(self) -> Rewritten:
        typed = self.cleaned_data
        return Rewritten(
            words={
                language: Words(*(typed[f"{part}_{language}"] for part in PARTS))
                for language, _name in self.languages
            },
            audience=typed["audience"],
            legal_basis=typed["legal_basis"],
            is_in_use=typed["is_in_use"],
            still_right=frozenset(
                language for language, _name in self.languages if typed.get(f"still_right_{language}")
            ),
        )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        for language, _name in self.languages:
            half = bool(cleaned.get(f"title_{language}")) != bool(cleaned.get(f"why_{language}"))
            if half and language != self.source_language:
                self.add_error(f"why_{language}", _("A title and a why go together."))
        return cleaned

    def _add_language(self, language: str, name: str, wording: Wording | None) -> None:
        for part, is_required in PARTS.items():
            model_field = cast("models.CharField[str, str]", Wording._meta.get_field(part))
            self.fields[f"{part}_{language}"] = forms.CharField(
                label=model_field.verbose_name,
                required=is_required and language == self.source_language,
                max_length=model_field.max_length,
                widget=_widget(part, language),
                initial=getattr(wording, part, ""),
            )
        self.fields[f"still_right_{language}"] = forms.BooleanField(
            label=_("The %(language)s is still right") % {"language": name}, required=False
        )


def _widget(part: str, language: str) -> forms.Widget:
    if part == "title":
        return forms.TextInput({"lang": language})
    return forms.Textarea({"rows": 3, "lang": language})


def _initial(item: Item | None) -> dict[str, object]:
    if item is None:
        return {}
    return {
        "audience": item.audience,
        "legal_basis": item.legal_basis,
        "is_in_use": item.is_in_use,
    }
