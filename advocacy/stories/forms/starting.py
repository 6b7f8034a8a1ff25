"""The two steps of a new story: the address, and what was found there."""

from typing import cast

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from advocacy.stories.forms.fields import AddressField
from advocacy.stories.reading import Page
from advocacy.stories.starting import Start

# Only addresses that the hub itself found on a page are fetched as pictures of it.
_picture_signer = signing.Signer(salt="stories.found_picture")


class AddressForm(forms.Form):
    url = AddressField(
        label=_("Address of the page"),
        help_text=_("Paste it from your browser: a news item, a blog post, a vacancy."),
        error_messages={"required": _("Paste the address of a page first.")},
    )


class StartForm(forms.Form):
    """What the story begins with. Everything but the address can be left for later."""

    url = AddressField(label=_("Address"), widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Give the story a title.")}
    )
    summary = forms.CharField(
        label=_("Summary"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    site_name = forms.CharField(label=_("Site"), max_length=100, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    picture = forms.CharField(required=False, widget=forms.HiddenInput)
    # Of the page's own words about it; the next page shows them, to be changed.
    picture_alt = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)
    keep_picture = forms.BooleanField(label=_("Use this picture"), required=False)

    @classmethod
    def with_page(cls, page: Page, *, language: str) -> "StartForm":
        """Fill in what was found, in `language` where the page does not say or it is not one of ours."""
        spoken = page.language.partition("-")[0].lower()
        return cls(
            initial={
                "url": page.url,
                "title": page.title[:200],
                "summary": page.description[:600],
                "site_name": page.site_name[:100],
                "language": spoken if spoken in dict(settings.LANGUAGES) else language,
                "picture": _picture_signer.sign(page.image_url) if page.image_url else "",
                "picture_alt": page.image_alt,
                "keep_picture": bool(page.image_url),
            }
        )

    @classmethod
    def by_hand(cls, url: str, *, language: str) -> "StartForm":
        return cls(initial={"url": url, "language": language})

    @property
    def found_picture(self) -> str:
        """The signed address of the picture that was found, if any."""
        return cast(str, self["picture"].value() or "")

    def start(self) -> Start:
        chosen = self.cleaned_data
        return Start(
            url=chosen["url"],
            title=chosen["title"],
            summary=chosen["summary"],
            site_name=chosen["site_name"],
            language=chosen["language"],
        )

    def clean_picture(self) -> str:
        """Return the address of the picture to keep, or nothing."""
        try:
            return found_picture_url(self.cleaned_data["picture"])
        except signing.BadSignature:
            return ""


def found_picture_url(signed: str) -> str:
    """:raises BadSignature: the hub did not find this one"""
    return _picture_signer.unsign(signed)
