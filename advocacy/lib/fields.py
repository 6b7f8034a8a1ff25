"""Text that is encrypted at rest, with keys that can be rotated."""

import logging
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

logger = logging.getLogger(__name__)


class Unreadable(str):
    """What no key opens: empty to who reads it, and written back as it was, should the key come back."""

    __slots__ = ("ciphertext",)
    ciphertext: str

    def __new__(cls, ciphertext: str) -> "Unreadable":
        empty = super().__new__(cls)
        empty.ciphertext = ciphertext
        return empty


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text column that only holders of `FIELD_KEYS` can read. Empty stays empty.

    It cannot be searched or ordered by. Every key in `FIELD_KEYS` can read; the first one writes. What no key
    reads is `Unreadable`: one such row must not keep anybody from the others.
    """

    def get_prep_value(self, value: str | None) -> str | None:
        if isinstance(value, Unreadable):
            return value.ciphertext
        text = super().get_prep_value(value)
        return _box().encrypt(text.encode()).decode() if text else text

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        if not value:
            return value
        try:
            return decrypt(value)
        except InvalidToken:
            logger.error("no key in FIELD_KEYS reads a value of %s", self)
            return Unreadable(value)


def decrypt(ciphertext: str) -> str:
    """Return what stands in a column. :raises cryptography.fernet.InvalidToken: no key fits"""
    return _box().decrypt(ciphertext.encode()).decode()


def is_current(ciphertext: str) -> bool:
    """Tell whether the first key wrote this, so that older keys may go once all is current."""
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(ciphertext.encode())
    except InvalidToken:
        return False
    return True


def _box() -> MultiFernet:
    return _box_of(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
