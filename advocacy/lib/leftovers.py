"""Files in the store that no row names: whoever wrote them died before the row, or before taking them away.

Rows go first and files after, so a crash in between leaves only files; they are found here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import Storage
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min, Model, QuerySet
from django.utils import timezone

# What nothing refers to is left alone for a week: an editor may come back after some days to a page with a
# fresh picture on it, and the database of yesterday, put back from its backup, must find its files.
LEFT_ALONE_FOR = timedelta(days=7)


def remove_leftovers(rows: QuerySet[Any], field: str, *, now: datetime) -> int:
    """Remove the files of this field that none of the rows names, once they are old enough; return how many.

    `field` is a file field whose `upload_to` begins with a folder that is its own. A file that is older than
    the database is not of its hub, and stays: somebody may have set up an empty one beside a full store.
    """
    storage, folder = _place(rows.model, field)
    # The store before the rows: what is written meanwhile is in neither or in both, and too young anyway.
    stored = set(_files_in(storage, folder))
    named = set(rows.values_list(field, flat=True))
    begun = MigrationRecorder.Migration.objects.aggregate(at=Min("applied"))["at"] or now
    left = [name for name in stored - named if begun < _written(storage, name) < now - LEFT_ALONE_FOR]
    for name in left:
        storage.delete(name)
    return len(left)


def _place(model: type[Model], field: str) -> tuple[Storage, str]:
    declared: Any = model._meta.get_field(field)
    return declared.storage, str(declared.upload_to).partition("/")[0]


def _files_in(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from _files_in(storage, f"{folder}/{name}")


def _written(storage: Storage, name: str) -> datetime:
    try:
        return storage.get_modified_time(name)
    except FileNotFoundError:
        # Somebody took it away just now.
        return timezone.now()
