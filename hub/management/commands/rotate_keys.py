"""Write every encrypted value anew with the first of the keys, so that the older ones may go."""

from collections.abc import Iterator

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model, QuerySet, TextField
from django.db.models.functions import Cast

from advocacy.lib.fields import EncryptedTextField, decrypt, is_current

BATCH = 200  # rows


class Command(BaseCommand):
    help = (
        "Encrypt every token and secret with the first key of FIELD_KEYS. To rotate: put a new key in front, "
        "restart, run this, take the old key away, restart. It may be stopped and run again at any time."
    )

    def handle(self, **_options: object) -> None:
        rotated, unreadable = 0, []
        for model, column in encrypted_columns():
            for pk, ciphertext in not_current(model, column):
                try:
                    rotated += rotate(model, column, pk=pk, ciphertext=ciphertext)
                except InvalidToken:
                    unreadable.append(f"{model._meta.label}.{column} of row {pk}")
        self.stdout.write(f"rotated={rotated} unreadable={len(unreadable)}")
        if unreadable:
            raise CommandError(f"No key in FIELD_KEYS reads {', '.join(unreadable[:20])}.")


def encrypted_columns() -> Iterator[tuple[type[Model], str]]:
    """Yield every encrypted column of every model there is."""
    for model in apps.get_models():
        for column in model._meta.local_concrete_fields:
            if isinstance(column, EncryptedTextField):
                yield model, column.name


def not_current(model: type[Model], column: str) -> Iterator[tuple[object, str]]:
    """Yield the key and the ciphertext of each row that an older key wrote, or none that we have."""
    rows = with_ciphertext(model, column).exclude(ciphertext="").order_by("pk")
    batch = list(rows.values_list("pk", "ciphertext")[:BATCH])
    while batch:
        yield from (row for row in batch if not is_current(row[1]))
        batch = list(rows.filter(pk__gt=batch[-1][0]).values_list("pk", "ciphertext")[:BATCH])


def rotate(model: type[Model], column: str, *, pk: object, ciphertext: str) -> int:
    """Encrypt one value anew, unless it was changed meanwhile; return how many rows were written.

    :raises InvalidToken: no key reads it
    """
    unchanged = with_ciphertext(model, column).filter(pk=pk, ciphertext=ciphertext)
    return unchanged.update(**{column: decrypt(ciphertext)})


def with_ciphertext(model: type[Model], column: str) -> QuerySet[Model]:
    # A cast to plain text goes past the field's own decryption.
    return model._base_manager.annotate(ciphertext=Cast(column, TextField()))
