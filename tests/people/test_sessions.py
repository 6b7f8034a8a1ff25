"""A session is a row: those that ended must not stay for ever."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from advocacy.people.models import Person
from advocacy.people.tasks import forget_sessions
from hub.celery import app


@pytest.mark.django_db
def test_sessions_that_ended_are_forgotten_and_nobody_is_signed_out(alice: Person, client: Client) -> None:
    client.force_login(alice)
    yesterday = timezone.now() - timedelta(days=1)
    Session.objects.create(session_key="of-last-month", session_data="x", expire_date=yesterday)

    forget_sessions()

    assert [one.session_key for one in Session.objects.all()] == [client.session.session_key]
    assert client.get("/shares/").status_code == 200


def test_beat_rings_for_it() -> None:
    assert forget_sessions.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
