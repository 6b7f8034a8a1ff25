from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext as _

from advocacy.platforms.connector import Field

MAX_CHARS = 500


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
    # Neither a phone's spelling help nor a browser's own sign-ins belong in handles and app passwords.
    hints = {
        "placeholder": field.placeholder,
        "autocomplete": "off",
        "autocapitalize": "none",
        "spellcheck": "false",
    }
    # Without `render_value` a password never comes back in the page.
    return forms.PasswordInput(attrs=hints) if field.secret else forms.TextInput(attrs=hints)
