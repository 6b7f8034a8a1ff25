"""What an administrator types about the coach, into clean values."""

from collections.abc import Mapping
from datetime import datetime

import phonenumbers
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from advocacy.conduct.coaching.situations import About, House, Situation
from advocacy.conduct.coaching.word_lists import Words, listed
from advocacy.conduct.knowing import (
    HOURS,
    LINES,
    PERIODS,
    REGION,
    SWITCHES,
    TEXTS,
    Knowledge,
    lines_of,
    period_of,
)

MAX_CHARS = 100_000
LIST_LABELS: Mapping[str, StrPromise] = {
    "markers": _("Words that say: not for outside"),
    "citizen_numbers": _("Words beside a citizen service number"),
    "other_numbers": _("Words beside numbers that are nobody's"),
    "file_numbers": _("Words before the number of a customer or a file"),
    "personal": _("Very personal matters"),
    "somebody_else": _("Words for somebody else"),
    "finance": _("Words of finance"),
    "affiliations": _("Ways to say that one works here"),
    "at_work": _("What colleagues call “my” or “our”"),
    "first_person": _("Words for oneself"),
    "belonging": _("Words before our name, of who belongs to us"),
    "roles": _("Words for who works here"),
    "customers": _("Words of customers"),
    "advertising_tags": _("Tags that say: advertising"),
    "prizes": _("Ways to say that there is something to win"),
    "risk_lines": _("Ways to say that there is a risk"),
    "official": _("Verbs of an official voice"),
    "on_behalf": _("Ways to speak for all of us"),
    "together": _("Ways to say: we of this organisation"),
    "opinions": _("Verbs of opinion"),
    "absolutes": _("Claims without exception"),
    "green": _("Green claims"),
    "denials": _("Words that deny"),
    "sources": _("Ways to name a source"),
    "advice": _("Personal advice"),
    "insults": _("Words that hurt"),
    "passwords": _("Words before a secret"),
}
FACT_LABELS: Mapping[str, StrPromise] = {
    "own_terms": _("Our other names and products"),
    "own_domains": _("Our domains"),
    "own_phones": _("Our telephone numbers"),
    "own_accounts": _("Our account numbers"),
    "code_names": _("Code names"),
    "clients": _("Customers and partners"),
    "public_references": _("Those of them who may be named"),
    "competitors": _("Competitors"),
    "internal_hosts": _("Names of machines inside"),
    "public_facts": _("Published figures"),
    "storm": _("Something serious that is going on"),
    "storm_topics": _("Topics that it touches"),
    "approver": _("Who approves stories that need it by law"),
    HOURS: _("Within how many hours, usually"),
    PERIODS: _("Closed periods"),
    REGION: _("Country of telephone numbers"),
    "spokespeople": _("Who speaks for us"),
    "is_regulated": _("We promote products that need a licence"),
    "sells_to_consumers": _("We sell to consumers"),
}
PERIODS_HELP = _("The first and the last day on a line: 2027-01-01 2027-02-15.")
HELP: Mapping[str, StrPromise] = {
    PERIODS: PERIODS_HELP,
    "storm": _("In a few words. Who writes a post reads them first. Empty it when it is over."),
    "storm_topics": _("Only who shares a story on one of these is told. Empty: everyone is."),
    "spokespeople": _("Their work e-mail addresses. The coach never tells them that they sound official."),
}
MOST_HOURS = 999
FIRST = ("storm", "storm_topics", "approver", HOURS)


def label_of(name: str) -> StrPromise:
    return LIST_LABELS[name]


class TryForm(forms.Form):
    """A sentence, to see what would be said of it."""

    text = forms.CharField(label=_("A sentence to try"), max_length=5000, widget=forms.Textarea({"rows": 4}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    about = forms.ChoiceField(
        label=_("With a story about"),
        choices=[
            (About.OTHERS, _("something else")),
            (About.WORK, _("our work")),
            (About.PRODUCT, _("a product of ours")),
        ],
    )

    def __init__(self, typed: QueryDict | None = None, *, language: str) -> None:
        super().__init__(typed, initial={"language": language, "about": About.WORK})

    def situation(self, known: Knowledge, *, now: datetime) -> Situation:
        return Situation(
            now=now,
            language=self.cleaned_data["language"],
            about=About(self.cleaned_data["about"]),
            house=known.house,
            lists=known.lists,
        )


class WordsForm(forms.Form):
    """One list of words, in each language."""

    nl = forms.CharField(label=_("Dutch"), required=False, max_length=MAX_CHARS, widget=forms.Textarea)
    en = forms.CharField(label=_("English"), required=False, max_length=MAX_CHARS, widget=forms.Textarea)
    both = forms.CharField(
        label=_("In every language"), required=False, max_length=MAX_CHARS, widget=forms.Textarea
    )

    help = _(
        "One on a line, or with commas. A star stands for any ending: green*. "
        "A minus stands before what is not meant: -green beans."
    )

    def __init__(self, typed: QueryDict | None = None, *, words: Words) -> None:
        initial = {name: "\n".join(getattr(words, name)) for name in ("nl", "en", "both")}
        super().__init__(typed, initial=initial)

    def phrases(self) -> dict[str, list[str]]:
        return {name: list(listed(self.cleaned_data[name])) for name in ("nl", "en", "both")}


class HouseForm(forms.Form):
    """What the coach knows of the organisation, each fact as lines."""

    help = _("One on a line. Whatever is empty, the coach does not speak of.")

    def __init__(self, typed: QueryDict | None = None, *, house: House) -> None:
        super().__init__(typed)
        for name in TEXTS:
            self.fields[name] = forms.CharField(
                label=FACT_LABELS[name],
                required=False,
                max_length=200,
                initial=getattr(house, name),
                help_text=HELP.get(name, ""),
            )
        self.fields[HOURS] = forms.IntegerField(
            label=FACT_LABELS[HOURS],
            required=False,
            min_value=0,
            max_value=MOST_HOURS,
            initial=house.approval_hours or None,
        )
        for name in (*LINES, PERIODS):
            self.fields[name] = forms.CharField(
                label=FACT_LABELS[name],
                required=False,
                max_length=MAX_CHARS,
                widget=forms.Textarea({"rows": 3}),
                initial="\n".join(lines_of(name, house)),
                help_text=HELP.get(name, ""),
            )
        regions = [(region, region) for region in sorted(phonenumbers.SUPPORTED_REGIONS)]
        self.fields[REGION] = forms.ChoiceField(
            label=FACT_LABELS[REGION], choices=regions, initial=house.phone_region
        )
        for name in SWITCHES:
            self.fields[name] = forms.BooleanField(
                label=FACT_LABELS[name], required=False, initial=getattr(house, name)
            )
        self.order_fields(FIRST)

    def clean_closed_periods(self) -> str:
        typed = str(self.cleaned_data[PERIODS])
        for line in _lines(typed):
            try:
                period_of(line)
            except ValueError:
                raise forms.ValidationError(PERIODS_HELP) from None
        return typed

    def facts(self) -> dict[str, list[str]]:
        facts = {name: _lines(self.cleaned_data[name]) for name in (*LINES, *TEXTS, PERIODS, REGION)}
        hours = self.cleaned_data[HOURS]
        facts[HOURS] = [str(hours)] if hours else []
        return facts | {name: ["yes"] if self.cleaned_data[name] else [] for name in SWITCHES}


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]
