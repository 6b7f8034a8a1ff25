from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy.platforms.connector import Field
from advocacy.platforms.networks import Network

MAX_CHARS = 500
# Neither a phone's spelling help nor a browser's own sign-ins belong in handles, ids and secrets.
HINTS = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ConnectForm(forms.Form):
    """What a platform asks before it lets the hub in, drawn from the connector's own declaration."""

    def __init__(
        self,
        asked: Sequence[Field],
        data: Mapping[str, str] | None = None,
        *,
        known: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(known or {}))
        for field in asked:
            self.fields[field.name] = forms.CharField(
                label=_(field.label),
                help_text=_(field.help) if field.help else "",
                initial=field.initial,
                required=field.required,
                max_length=MAX_CHARS,
                widget=_widget(field),
            )


def _widget(field: Field) -> forms.Widget:
    hints = {"placeholder": field.placeholder, **HINTS}
    # Without `render_value` a password never comes back in the page.
    return forms.PasswordInput(attrs=hints) if field.secret else forms.TextInput(attrs=hints)


class SetUpForm(forms.Form):
    """What an administrator copies from the platform. The secret is never shown again."""

    client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=255)
    client_secret = forms.CharField(label=gettext_lazy("Client secret"), max_length=MAX_CHARS, required=False)

    def __init__(self, network: Network, data: Mapping[str, str] | None = None) -> None:
        known = network.registration
        super().__init__(data, initial={"client_id": known.client_id if known else ""})
        self.fields["client_id"].widget = forms.TextInput(attrs=HINTS)
        if network.has_secret_in_environment:
            del self.fields["client_secret"]
            return
        secret = self.fields["client_secret"]
        secret.required = known is None or not known.client_secret
        # Without `render_value` it never comes back in the page.
        secret.widget = forms.PasswordInput(attrs=HINTS)
        secret.help_text = (
            _("It is kept encrypted and never shown again.")
            if secret.required
            else _("One is kept, encrypted. Leave this empty to keep it.")
        )
