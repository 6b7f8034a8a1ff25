"""What a log line holds, and what it leaves out."""

import json
import logging
import sys
from collections.abc import Callable
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpRequest, HttpResponse
from django.test import Client
from psycopg.errors import DeadlockDetected

from advocacy.lib.logs import DiscreetFormatter, JsonFormatter
from advocacy.people.models import Person

NOWHERE = {"NAME": "hub", "USER": "", "PASSWORD": "", "HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {}}
CANARY = "alice.canary@example.test"
FORMATTERS = {"line": DiscreetFormatter(), "json": JsonFormatter()}


def record(message: object, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("advocacy.shares", logging.INFO, __file__, 1, message, args, info)


def as_json(given: logging.LogRecord) -> dict[str, Any]:
    line = FORMATTERS["json"].format(given)
    assert "\n" not in line
    told: dict[str, Any] = json.loads(line)
    return told


def raised(error: BaseException, *, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_the_numbers_of_a_line_stand_under_their_names() -> None:
    told = as_json(record("share %s: %s -> %s after %s tries", 12, "sending", "published", 2))

    assert told["message"] == "share 12: sending -> published after 2 tries"
    assert told["share"] == 12
    assert told["level"] == "INFO"
    assert told["logger"] == "advocacy.shares"
    assert told["at"].endswith("+00:00")
    assert "tries" not in told


def test_a_line_for_people_reads_like_one() -> None:
    line = FORMATTERS["line"].format(record("share %s was there", 12))

    assert line.partition(" ")[2] == "INFO advocacy.shares share 12 was there"


@pytest.mark.parametrize("kind", FORMATTERS)
class TestWhatIsLeftOut:
    def test_the_words_of_an_exception_and_of_its_cause(self, kind: str) -> None:
        error = raised(ValueError(f"no {CANARY}"), cause=raised(KeyError(CANARY)))

        line = FORMATTERS[kind].format(record("connector %s broke", "paper", error=error))

        assert CANARY not in line
        assert "ValueError" in line
        assert "KeyError" in line
        assert "test_logs.py" in line

    def test_the_words_of_an_exception_in_the_message(self, kind: str) -> None:
        line = FORMATTERS[kind].format(record("it broke: %s", ValueError(CANARY)))

        assert "it broke: ValueError" in line
        assert CANARY not in line

    def test_an_exception_as_the_message(self, kind: str) -> None:
        assert CANARY not in FORMATTERS[kind].format(record(ValueError(CANARY)))

    @pytest.mark.parametrize(
        "error",
        [
            SMTPRecipientsRefused({CANARY: (550, b"no such person")}),
            SMTPResponseException(550, f"{CANARY} is not known"),
            FileNotFoundError(2, "No such file", CANARY),
        ],
    )
    def test_what_a_mail_server_says(self, kind: str, error: OSError) -> None:
        assert CANARY not in FORMATTERS[kind].format(record("no mail: %s", error, error=raised(error)))

    def test_what_celery_tells_of_a_task_that_failed(self, kind: str) -> None:
        told = {
            "name": "mail",
            "id": "7",
            "description": "raised unexpected",
            "exc": f"ValueError('{CANARY}')",
        }
        told |= {"args": f"('{CANARY}',)", "kwargs": "{}", "traceback": f"ValueError: {CANARY}"}
        given = record("Task %(name)s[%(id)s] %(description)s: %(exc)s", told)

        line = FORMATTERS[kind].format(given)

        assert "Task mail[7] raised unexpected: ValueError" in line
        assert CANARY not in line


def test_a_database_that_is_away_is_said_without_a_page_of_code() -> None:
    """Twice a second, for as long as it lasts: that would be most of a gigabyte in a day."""
    nowhere = DatabaseWrapper({**connections.settings["default"], **NOWHERE})
    with pytest.raises(OperationalError) as away, nowhere.wrap_database_errors:
        nowhere.connect()

    told = as_json(record("the task raised", error=away.value))

    assert told["error"] == "OperationalError"
    assert told["trace"] == "OperationalError: the database is away\n"
    # What it says itself while it is there, such as of a lock, has its place in the code.
    said = raised(OperationalError("deadlock"), cause=raised(DeadlockDetected()))
    assert "in raised" in as_json(record("the task raised", error=said))["trace"]


def test_what_the_system_calls_an_error_is_told() -> None:
    assert as_json(record("click log: %s", OSError(28, "x")))["message"] == (
        "click log: OSError: No space left on device"
    )


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[dict[str, Any]]]:
    return lambda: [as_json(one) for one in caplog.records]


def test_a_page_that_breaks_is_named_and_not_its_address(
    client: Client,
    alice: Person,
    monkeypatch: pytest.MonkeyPatch,
    logged: Callable[[], list[dict[str, Any]]],
) -> None:
    def broken(request: HttpRequest, share_id: int) -> HttpResponse:
        raise ValueError(CANARY)

    client.raise_request_exception = False
    client.force_login(alice)
    with monkeypatch.context() as patch:
        patch.setattr("advocacy.shares.views.own.share_of", broken)
        client.get("/shares/mine/77/")

    client.get(f"/nothing/{CANARY}/")

    broke, nothing = [line for line in logged() if line["logger"] == "django.request"]
    assert broke["message"] == "Internal Server Error: page shares:share"
    assert (broke["share"], broke["error"]) == (77, "ValueError")
    assert "in broken" in broke["trace"]
    assert nothing["message"] == "Not Found: an address that is no page"
    assert not [line for line in logged() if CANARY in str(line)]


def test_it_says_nothing_of_an_exception_that_is_over() -> None:
    given = record("share %s was there", 12)
    given.exc_info = sys.exc_info()

    assert "trace" not in as_json(given)
