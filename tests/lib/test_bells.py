"""Bells are hints: one that cannot be rung is logged, and whoever rang it goes on."""

import pytest

from advocacy.lib.bells import at_most, ring
from advocacy.notices.tasks import send_mail


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_is_logged_and_not_raised(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down() -> None:
        raise OSError(111, "Connection refused")

    monkeypatch.setattr(send_mail, "delay", down)

    ring(send_mail)

    assert "on_commit" in caplog.text
    assert "Connection refused" in caplog.text


def test_who_rings_meanwhile_is_heard_once_more() -> None:
    done: list[int] = []

    @at_most(1)
    def work() -> None:
        done.append(len(done))
        if len(done) == 1:
            # Two bells while it works: it goes on once for both.
            work()
            work()

    work()

    assert done == [0, 1]
