from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from advocacy.lib.administering import OfferedFiltersOnly
from advocacy.platforms.models import Account, AppRegistration


@admin.register(Account)
class AccountAdmin(OfferedFiltersOnly[Account]):
    """To see what is connected and what is broken. Whose it is, is its owner's to know, and so are tokens."""

    list_display = ["platform", "host", "connected_at", "broken_at", "broken_reason"]
    list_filter = ["platform", "broken_reason"]
    search_fields = ["host"]
    list_display_links = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        # The list, and no page for one account.
        return obj is None

    def has_change_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return False


class RegistrationForm(forms.ModelForm):  # type: ignore[type-arg]
    client_secret = forms.CharField(
        label=_("client secret"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Not shown again. Leave empty to keep the one that is there."),
    )

    redirect_uri = forms.URLField(
        label=_("address to come back to"),
        assume_scheme="https",
        help_text=_("This hub's address, then /platforms/callback/, the platform, the host and a slash."),
    )

    class Meta:
        model = AppRegistration
        fields = ["platform", "host", "client_id", "client_secret", "redirect_uri", "registered_at"]

    def clean_client_secret(self) -> str:
        return str(self.cleaned_data["client_secret"] or self.instance.client_secret)


@admin.register(AppRegistration)
class AppRegistrationAdmin(OfferedFiltersOnly[AppRegistration]):
    """For platforms where only a person can register the hub, and for servers that have forgotten it."""

    form = RegistrationForm
    list_display = ["platform", "host", "client_id", "registered_at"]
    list_filter = ["platform"]
