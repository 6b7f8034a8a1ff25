"""A post that was taken off leaves no picture behind."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from advocacy.people.models import Person
from advocacy.rehearsal.posting import delete_post
from advocacy.rehearsal.tasks import forget_images
from hub.celery import app
from tests.rehearsal.conftest import MakePost

pytestmark = pytest.mark.real_clock
WEEK = timedelta(days=7, minutes=1)


def test_the_picture_of_a_post_goes_with_it_and_others_stay(
    alice: Person,
    make_post: MakePost,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    names = [
        default_storage.save(f"rehearsal/2026/11/{name}.jpg", ContentFile(b"x")) for name in ("a", "b", "c")
    ]
    make_post(alice, image=names[0])
    delete_post(make_post(alice, image=names[1]), now=now)

    forget_images()
    assert all(default_storage.exists(name) for name in names)

    monkeypatch.setattr("django.utils.timezone.now", lambda: now + WEEK)
    forget_images()
    assert [default_storage.exists(name) for name in names] == [True, False, False]


def test_beat_rings_for_it() -> None:
    assert forget_images.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
