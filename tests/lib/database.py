"""A database that is away for a moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

Execute = Callable[[str, object, bool, dict[str, object]], object]


@contextmanager
def away(when: Callable[[], bool], *, times: int) -> Iterator[list[str]]:
    """Let the next so many UPDATEs fail as they do while the database restarts; yield them."""
    failed: list[str] = []

    def fail(execute: Execute, sql: str, params: object, many: bool, context: dict[str, object]) -> object:
        if sql.startswith("UPDATE") and when() and len(failed) < times:
            failed.append(sql)
            raise OperationalError("terminating connection due to administrator command")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield failed
