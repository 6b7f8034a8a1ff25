"""What can happen to a database, done to the tests' own."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def database_gone() -> Iterator[None]:
    """Nobody can reach the database, and who was connected is thrown out. We too have no business there."""
    connection.close()
    harm = _file_moved_away() if connection.vendor == "sqlite" else _connections_forbidden()
    with harm:
        yield


@contextmanager
def database_hanging() -> Iterator[None]:
    """The database takes questions and does not answer."""
    if connection.vendor == "sqlite":
        with _file_locked():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE links_trackedlink IN ACCESS EXCLUSIVE MODE")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def _connections_forbidden() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    allow = f"ALTER DATABASE {connection.ops.quote_name(name)} ALLOW_CONNECTIONS"
    throw_out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with connection._nodb_cursor() as other_database:
        other_database.execute(f"{allow} false")
        other_database.execute(throw_out, [name])
        try:
            yield
        finally:
            other_database.execute(f"{allow} true")


@contextmanager
def _file_moved_away() -> Iterator[None]:
    path = Path(connection.settings_dict["NAME"])
    files = [file for end in ("", "-wal", "-shm") if (file := Path(f"{path}{end}")).exists()]
    for file in files:
        file.rename(f"{file}.away")
    try:
        yield
    finally:
        # Who looked for it has made an empty one.
        for end in ("", "-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
        for file in files:
            Path(f"{file}.away").rename(file)


@contextmanager
def _file_locked() -> Iterator[None]:
    connection.close()
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        yield
