"""Fields that say in words what is wrong: addresses of pages, platforms, moments on a person's own clock."""

import re
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy.lib.targets import NotATarget, clean_target

MAX_PLATFORMS = 100
_MINUTES = "%Y-%m-%dT%H:%M"
_SLUG = re.compile(r"[a-z0-9_-]{1,30}")
_A_BARE_HOST = re.compile(r"[^\s/:?#@]+\.[^\s/:?#@]+(:[0-9]+)?([/?#]|$)")


class AddressField(forms.CharField):
    """The address of a page that a story may lead to. The scheme may be left out."""

    widget = forms.URLInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"})

    def clean(self, value: str | None) -> str:
        typed = super().clean(value)
        try:
            return clean_target(f"https://{typed}" if _A_BARE_HOST.match(typed) else typed) if typed else ""
        except NotATarget as reason:
            raise ValidationError(str(reason), code="invalid") from reason


class PlatformsField(forms.Field):
    """Slugs of platforms, each once. Which there are is known above this app, and the page offers them."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: object) -> tuple[str, ...]:
        chosen = sorted(set(value)) if isinstance(value, list | tuple) else []
        if len(chosen) > MAX_PLATFORMS or not all(_SLUG.fullmatch(slug) for slug in chosen):
            raise ValidationError(_("Choose from the platforms in the list."), code="invalid")
        return tuple(chosen)


class MomentField(forms.DateTimeField):
    """A moment on the clock of who types it; aware UTC inside.

    In the hour that an autumn night has twice, the first one is meant. What `before` already was stays
    exactly that when it is sent back as it was shown, seconds and second hour included.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTES)
    before: datetime | None = None

    def to_python(self, value: object) -> datetime | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        if self.before and typed == as_typed(self.before):
            return self.before
        try:
            return _on_the_clock(datetime.fromisoformat(typed))
        except (ValueError, OverflowError):
            raise ValidationError(
                _("Write a date and a time, such as 2026-11-17 09:30."), code="invalid"
            ) from None


def as_typed(moment: datetime | None) -> str:
    """Return the moment as it is shown to be changed, on the clock of who does; empty for none."""
    return timezone.localtime(moment).strftime(_MINUTES) if moment else ""


def _on_the_clock(typed: datetime) -> datetime:
    zone = timezone.get_current_timezone()
    clock = typed.replace(tzinfo=None, fold=0)
    moment = clock.replace(tzinfo=zone).astimezone(UTC)
    shown = moment.astimezone(zone).replace(tzinfo=None)
    if shown != clock:
        raise ValidationError(
            _("That night the clock goes forward, and this time does not exist. Did you mean %(time)s?"),
            code="nonexistent",
            params={"time": shown.strftime("%H:%M")},
        )
    return moment
