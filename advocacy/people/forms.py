from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.people import time_zones
from advocacy.people.forgetting import forget_password
from advocacy.people.models import Person


class SettingsForm(forms.ModelForm[Person]):
    """What people decide about themselves. The rest is the administrator's."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones.choices,
        help_text=_("Times on every page, and the moments of your shares, are in this zone."),
    )

    class Meta:
        model = Person
        fields = ["name", "language", "time_zone"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {"name": _("As colleagues know you.")}


class Plain:
    """Allauth's forms without what our pages say themselves: labels within fields, links among the help."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class SignInForm(Plain, LoginForm):  # type: ignore[misc]
    pass


class AgainForm(Plain, ReauthenticateForm):  # type: ignore[misc]
    pass


class ForgottenForm(Plain, ResetPasswordForm):  # type: ignore[misc]
    """It neither looks the address up nor mails: allauth would take longer for who works here."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **_: Any) -> str:
        forget_password(self.cleaned_data["email"], now=timezone.now())
        return str(self.cleaned_data["email"])


class ChooseForm(Plain, ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangeForm(Plain, ChangePasswordForm):  # type: ignore[misc]
    pass


class FirstPasswordForm(Plain, SetPasswordForm):  # type: ignore[misc]
    pass
