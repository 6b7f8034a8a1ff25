"""Text that is encrypted at rest, with keys that can be rotated."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text column that only holders of `FIELD_KEYS` can read. Empty stays empty.

    It cannot be searched or ordered by. Every key in `FIELD_KEYS` can read; the first one writes.

    :raises cryptography.fernet.InvalidToken: on reading, when no key fits
    """

    def get_prep_value(self, value: str | None) -> str | None:
        text = super().get_prep_value(value)
        return _box().encrypt(text.encode()).decode() if text else text

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        return decrypt(value) if value else value


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
