"""The broker of files: what a worker meets there must never end it."""

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Exchange, Producer, Queue

from hub.celery import app

BELLS = Queue("bells", Exchange("bells"), routing_key="bells")


def ring(broker: Connection, number: int) -> None:
    Producer(broker.default_channel, BELLS.exchange, routing_key="bells").publish({"id": number})


def test_a_bell_that_is_still_being_written_is_passed_over(tmp_path: Path) -> None:
    folders = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    with Connection("localhost", transport="hub.filing:Transport", transport_options=folders) as broker:
        bells = BELLS(broker.default_channel)
        bells.declare()
        ring(broker, 1)
        (tmp_path / "0_opened.bells.msg").touch()
        (tmp_path / "0_half.bells.msg").write_text('{"body": "half of')
        ring(broker, 2)

        assert {bells.get(no_ack=True).payload["id"] for _ in range(2)} == {1, 2}
        with pytest.raises(Empty):
            broker.default_channel._get("bells")


def test_a_hub_without_redis_rings_through_it() -> None:
    with app.connection_for_write() as broker:
        module = type(broker.transport).__module__

    assert module == ("kombu.transport.redis" if app.conf.broker_url.startswith("redis") else "hub.filing")
