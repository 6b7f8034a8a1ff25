"""What a log line may hold: ids, verbs and places in the code; never a name, an address, a word or a token.

Our own lines keep to that by how they are written. What others put into a line is left out here: the words of
exceptions, which may hold a whole row of the database, and the addresses of pages, which may hold a secret.
"""

import json
import logging
import os
import re
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from django.db import OperationalError

# "share %s: sending -> %s": the word before a number's place says whose number it is.
_PLACE = re.compile(r"(?:\b([a-z]+) )?%[sd]")
_NUMBERED = frozenset(
    {"account", "attempt", "link", "notice", "person", "picture", "registration", "share", "story"}
)
# What Celery tells of a task that failed, in a mapping; these hold values.
_OF_A_TASK = {"args": "", "kwargs": "", "traceback": ""}


class DiscreetFormatter(logging.Formatter):
    """Lines for people: time, level, place, message, and where an exception came from."""

    def format(self, record: logging.LogRecord) -> str:
        lines = [f"{_moment(record)} {record.levelname} {record.name} {message_of(record)}"]
        if error := _error_of(record):
            lines += [trace_of(error).rstrip()]
        return "\n".join(lines)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: as above, with the numbers it speaks of under the names of their things."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            "process": record.process,
            **dict(_numbers_in(record)),
        }
        if error := _error_of(record):
            line |= {"error": name_of(error), "trace": trace_of(error)}
        return json.dumps(line, ensure_ascii=False)


def message_of(record: logging.LogRecord) -> str:
    """Return the message with exceptions named by their type alone, and pages by their names."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)

    def discreet(value: object) -> object:
        if isinstance(value, BaseException):
            return name_of(value)
        return _page_of(request) if path and value == path else value

    args = record.args
    if isinstance(args, Mapping):
        error = _error_of(record)
        told = {**args, **_OF_A_TASK, "exc": name_of(error) if error else _type_in(str(args.get("exc", "")))}
        return str(record.msg) % told
    return str(record.msg) % tuple(discreet(value) for value in args) if args else _plain(record)


def name_of(error: BaseException) -> str:
    """Return its type, and of an error of the operating system what the system itself calls it."""
    number = error.errno if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {os.strerror(number)}" if number else type(error).__name__


def trace_of(error: BaseException) -> str:
    """Return where it was raised, and where what caused it, without what either of them says."""
    if _says_that_the_database_is_away(error):
        return f"{name_of(error)}: the database is away\n"
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    here = "".join(traceback.format_tb(error.__traceback__)) + f"{name_of(error)}\n"
    return f"{trace_of(before)}then\n{here}" if before else here


def _says_that_the_database_is_away(error: BaseException) -> bool:
    """Whether PostgreSQL did not answer at all; whatever it says itself has a number."""
    return isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") is None


def _plain(record: logging.LogRecord) -> str:
    return name_of(record.msg) if isinstance(record.msg, BaseException) else str(record.msg)


def _numbers_in(record: logging.LogRecord) -> Iterator[tuple[str, int]]:
    if isinstance(record.args, tuple):
        for place, value in zip(_PLACE.finditer(str(record.msg)), record.args, strict=False):
            if place[1] in _NUMBERED and isinstance(value, int):
                yield place[1], value
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    for name, value in (match.kwargs if match else {}).items():
        if isinstance(value, int):
            yield name.removesuffix("_id"), value


def _page_of(request: object) -> str:
    match = getattr(request, "resolver_match", None)
    return f"page {match.view_name}" if match else "an address that is no page"


def _error_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if record.exc_info else None


def _type_in(shown: str) -> str:
    """Return the type in a shown exception, such as ValueError("...")."""
    return shown.partition("(")[0]


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
