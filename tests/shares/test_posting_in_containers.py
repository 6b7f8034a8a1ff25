"""A share with a picture, posted in two steps: the stand-in for Meta fetches the picture from the hub."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.conf import LazySettings
from django.utils import timezone
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from advocacy.people.models import Person
from advocacy.platforms.meta_containers import PostsInContainers
from advocacy.platforms.models import Account
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.stories.cutting import cut_picture
from advocacy.stories.models import Picture, Story
from advocacy.stories.picturing import keep_picture
from tests.platforms.meta_standin import PretendContainers, PretendInstagram, PretendThreads

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _here(live_server: LiveServer, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HUB_URL = live_server.url
    monkeypatch.setattr(PostsInContainers, "media_poll_every", timedelta(milliseconds=1))


@pytest.fixture(params=[PretendThreads, PretendInstagram])
def meta(request: pytest.FixtureRequest) -> Iterator[PretendContainers]:
    with request.param().running() as server:
        yield server


@pytest.fixture
def picture(erin: Person, now: datetime) -> Picture:
    file = BytesIO()
    Image.new("RGB", (2000, 900), "teal").save(file, "PNG")
    picture = keep_picture(file.getvalue(), by=erin, now=now, alt="A workbench")
    cut_picture(picture.pk, now=now)
    return Picture.objects.get(pk=picture.pk)


@pytest.fixture
def due(
    meta: PretendContainers, share: Share, story: Story, picture: Picture, now: datetime
) -> Callable[[], Share]:
    """Return a maker of that share as it is now, read anew."""
    Account.objects.update(
        platform=meta.slug, host=meta.host, remote_id=meta.account, token=meta.token, refresh_token=meta.token
    )
    at = timezone.now()
    Story.objects.update(opens_at=at - HOUR, closes_at=at + HOUR)
    # Wider than Instagram takes.
    Share.objects.update(
        state=State.SCHEDULED,
        picture=picture,
        shape="display",
        due_at=at,
        try_at=at,
        last_safe_at=at + HOUR,
    )
    return lambda: Share.objects.get()


def test_the_picture_is_fetched_from_the_hub_and_the_post_stands_once(
    meta: PretendContainers, due: Callable[[], Share], picture: Picture
) -> None:
    publish_due(clock=timezone.now)

    share = due()
    assert (share.state, share.remote_url) == (State.PUBLISHED, meta.posts[0]["page"])
    assert meta.texts() == [share.full_text]
    shape = "display" if meta.slug == "threads" else "landscape"
    with picture.renditions.get(shape=shape).file.open() as file:
        assert meta.fetched == [file.read()]
    assert next(iter(meta.containers.values()))["alt_text"] == "A workbench"


def test_a_lost_answer_is_looked_up_and_not_posted_twice(
    meta: PretendContainers, due: Callable[[], Share]
) -> None:
    meta.faults = ["lost after"]
    publish_due(clock=timezone.now)
    assert due().state == State.UNKNOWN

    reconcile(clock=lambda: timezone.now() + timedelta(minutes=2))

    assert (due().state, due().remote_url) == (State.PUBLISHED, meta.posts[0]["page"])
    assert len(meta.posts) == 1


def test_what_was_lost_before_it_stood_is_published_from_the_same_container(
    meta: PretendContainers, due: Callable[[], Share]
) -> None:
    meta.faults = ["lost"]
    publish_due(clock=timezone.now)
    assert due().state == State.UNKNOWN

    reconcile(clock=lambda: timezone.now() + timedelta(minutes=2))
    assert due().state == State.SCHEDULED
    publish_due(clock=lambda: timezone.now() + timedelta(minutes=4))

    assert due().state == State.PUBLISHED
    assert len(meta.posts) == len(meta.containers) == 1


def test_a_platform_that_cannot_reach_the_hub_posts_nothing_and_it_is_tried_later(
    meta: PretendContainers, due: Callable[[], Share], settings: LazySettings
) -> None:
    settings.HUB_URL = "http://127.0.0.1:9"

    publish_due(clock=timezone.now)

    share = due()
    assert (share.state, share.reason, share.tries) == (State.SCHEDULED, "picture_not_fetched", 0)
    assert meta.posts == []
