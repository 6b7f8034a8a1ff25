"""Beat rings on time, whatever the machine's clock is set to."""

from collections import Counter

import pytest
from celery.beat import ScheduleEntry

from hub.celery import app
from hub.ringing import Ringer


class Ear(Ringer):
    """Notes what was rung instead of telling a broker."""

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        rung[entry.task.rpartition(".")[2]] += 1


rung: Counter[str] = Counter()


@pytest.fixture
def at() -> list[float]:
    rung.clear()
    return [1000.0]


@pytest.fixture
def ringer(at: list[float]) -> Ringer:
    return Ear(app, clock=lambda: at[0], lazy=True)


def pass_time(ringer: Ringer, at: list[float], seconds: float) -> None:
    ringer.setup_schedule()
    end = at[0] + seconds
    while at[0] < end:
        at[0] += ringer.tick()


def test_each_bell_rings_as_often_as_the_timetable_says(ringer: Ringer, at: list[float]) -> None:
    pass_time(ringer, at, 61)

    assert 119 <= rung["publish_due"] <= 122
    assert rung["take_over"] == rung["reconcile"] == 6
    assert rung["measure"] == 1
    assert rung["count_heads"] == 0


def test_after_a_long_sleep_each_bell_rings_once(ringer: Ringer, at: list[float]) -> None:
    pass_time(ringer, at, 2)
    rung.clear()
    at[0] += 24 * 3600

    ringer.tick()

    assert set(rung.values()) == {1}


def test_beat_is_told_to_use_it() -> None:
    assert app.conf.beat_scheduler == "hub.ringing:Ringer"
