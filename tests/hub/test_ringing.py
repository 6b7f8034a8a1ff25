"""Beat rings on time, whatever the machine's clock is set to."""

from collections import Counter
from collections.abc import Iterator

import pytest
from celery.beat import ScheduleEntry
from kombu import Connection, Producer

from hub.celery import app
from hub.ringing import ENOUGH, Ringer


class Ear(Ringer):
    """Notes what was rung instead of telling a broker."""

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        rung[entry.task.rpartition(".")[2]] += 1


class Telling(Ringer):
    """Tells the broker, which tests otherwise spare."""

    def apply_entry(self, entry: ScheduleEntry, producer: Producer) -> None:
        producer.publish({}, serializer="json", routing_key=app.conf.task_default_queue)


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


@pytest.fixture
def broker() -> Iterator[Connection]:
    """The real one, of files or Redis, and nobody listens."""
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge(app.conf.task_default_queue)
        yield broker
        broker.default_channel.queue_purge(app.conf.task_default_queue)


def test_where_no_worker_listens_bells_do_not_pile_up(broker: Connection, at: list[float]) -> None:
    """A worker that comes back after a weekend would hear half a million of them first."""
    real = Telling(app, clock=lambda: at[0], lazy=True)
    pass_time(real, at, 2)
    first = waiting(broker)
    bells = Producer(broker.default_channel, routing_key=app.conf.task_default_queue)
    for _ in range(ENOUGH - first):
        bells.publish({}, serializer="json")

    pass_time(real, at, 60)

    assert 3 <= first <= 5
    assert waiting(broker) == ENOUGH
    broker.default_channel.queue_purge(app.conf.task_default_queue)
    pass_time(real, at, 2)
    assert 3 <= waiting(broker) <= 5


def test_a_broker_that_is_away_is_said_once(
    broker: Connection, at: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    """Celery says each bell that was not rung, on a page each: a gigabyte in a night."""
    caplog.set_level("WARNING")
    real = Telling(app, clock=lambda: at[0], lazy=True)
    pass_time(real, at, 2)
    broker.default_channel.queue_purge(app.conf.task_default_queue)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(real.producer.channel, "queue_declare", hang_up)
        pass_time(real, at, 60)
    assert waiting(broker) == 0

    pass_time(real, at, 2)

    assert waiting(broker) > 0
    assert caplog.messages == ["the broker is away: ConnectionResetError", "the broker is back"]


def hang_up(_queue: str) -> None:
    raise ConnectionResetError


def waiting(broker: Connection) -> int:
    count: int = broker.default_channel.queue_declare(app.conf.task_default_queue).message_count
    return count


def test_beat_is_told_to_use_it() -> None:
    assert app.conf.beat_scheduler == "hub.ringing:Ringer"
