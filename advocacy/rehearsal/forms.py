from datetime import datetime
from typing import Any, cast

import regex
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from advocacy.rehearsal.models import MAX_ALT_CHARS, MAX_BYTES, MAX_GRAPHEMES, Card
from advocacy.rehearsal.posting import MAX_IMAGE_BYTES, NewPost
from advocacy.rehearsal.stumbling import Kind, stumble_choices

_is_web_address = URLValidator(schemes=["http", "https"])


def fits(text: str) -> None:
    """Check the network's limit on a text. :raises ValidationError: it is longer"""
    too_many = len(regex.findall(r"\X", text)) > MAX_GRAPHEMES
    if too_many or len(text.encode()) > MAX_BYTES:
        raise ValidationError(
            _("At most %(limit)d characters."), code="too_long", params={"limit": MAX_GRAPHEMES}
        )


class WordsField(forms.CharField):
    """A text of at most 500 characters as a reader counts them, kept exactly as it was written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, validators=[fits], **options)

    def validate(self, value: str) -> None:
        super().validate(value.strip())


class CardField(forms.JSONField):
    """The preview of a link: `url`, `title` and `description`."""

    def clean(self, value: object) -> Card | None:
        parsed = super().clean(value)
        if parsed is None:
            return None
        if not isinstance(parsed, dict):
            raise ValidationError(_("A card is an object with url and title."), code="invalid")
        url, title, description = (str(parsed.get(name, "")) for name in ("url", "title", "description"))
        _is_web_address(url)
        return Card(url=url[:1000], title=title[:300], description=description[:1000])


class NewPostForm(forms.Form):
    """What the network's API takes."""

    key = forms.UUIDField()
    text = WordsField()
    at = forms.DateTimeField()
    language = forms.CharField(max_length=5, required=False)
    card = CardField(required=False)
    image = forms.FileField(required=False)
    alt = forms.CharField(max_length=MAX_ALT_CHARS, required=False)

    def clean_image(self) -> bytes:
        upload: UploadedFile[bytes] | None = self.cleaned_data["image"]
        if upload is None:
            return b""
        if upload.size is None or upload.size > MAX_IMAGE_BYTES:
            raise ValidationError(_("A picture may be 5 MB at most."), code="too_large")
        return cast(bytes, upload.read())

    def to_post(self) -> NewPost:
        clean = self.cleaned_data
        return NewPost(
            key=clean["key"],
            text=clean["text"],
            at=cast(datetime, clean["at"]),
            language=clean["language"],
            card=clean["card"],
            image=clean["image"],
            alt=clean["alt"],
        )


class ReplyForm(forms.Form):
    text = WordsField(label=_("Your reply"), widget=forms.Textarea(attrs={"rows": 2}))


class StumbleForm(forms.Form):
    kind = forms.TypedChoiceField(label=_("What goes wrong"), choices=stumble_choices, coerce=Kind)
