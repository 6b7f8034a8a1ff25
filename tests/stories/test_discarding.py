"""Pictures that nothing refers to are thrown away after a week, and nothing else ever is."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from advocacy.lib.leftovers import LEFT_ALONE_FOR
from advocacy.people.models import Person
from advocacy.stories import cutting, picturing
from advocacy.stories.discarding import discard_pictures
from advocacy.stories.editing import Content, Placed, save_story
from advocacy.stories.models import Picture, Rendition, Story, StoryPicture
from advocacy.stories.tasks import discard_pictures as bell
from hub.celery import app
from tests.stories.conftest import MakePicture, MakeStory, jpeg
from tests.stories.paper_forms import form_on

pytestmark = pytest.mark.real_clock

DAY = timedelta(days=1)
SOON = timedelta(minutes=1)


class Died(BaseException):
    """Stands for `kill -9`: nothing catches it."""


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A store of its own, in which nothing lies yet."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def files(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


def files_of(*pictures: Picture) -> set[str]:
    crops = Rendition.objects.filter(picture__in=pictures)
    return {str(one.original) for one in pictures} | set(crops.values_list("file", flat=True))


def place(story: Story, *pictures: Picture, by: Person) -> None:
    """Save the story with these pictures and no others, as the page does."""
    fresh = Story.objects.get(pk=story.pk)
    placed = tuple(Placed(picture, picture.alt, 0.5, 0.5) for picture in pictures)
    content = Content(
        title=fresh.title,
        url=fresh.url,
        opens_at=fresh.opens_at,
        closes_at=fresh.closes_at,
        pictures=placed,
    )
    save_story(fresh, content, seen=fresh.changed_at, by=by, now=timezone.now())


class TestWhatGoes:
    def test_a_picture_that_was_never_used_goes_after_a_week_with_its_files(
        self, make_picture: MakePicture, media: Path, now: datetime
    ) -> None:
        make_picture()
        discard_pictures(now=now)
        discard_pictures(now=now + LEFT_ALONE_FOR - SOON)
        assert len(files(media)) == 5

        discard_pictures(now=now + LEFT_ALONE_FOR + SOON)

        assert not Picture.objects.exists()
        assert not Rendition.objects.exists()
        assert files(media) == set()

    def test_the_week_begins_when_the_last_story_lets_go_of_it(
        self, make_picture: MakePicture, story: Story, erin: Person, now: datetime
    ) -> None:
        picture = make_picture()
        place(story, picture, by=erin)
        discard_pictures(now=now + 30 * DAY)
        place(story, by=erin)

        discard_pictures(now=now + 31 * DAY)
        discard_pictures(now=now + 37 * DAY)
        assert Picture.objects.exists()

        discard_pictures(now=now + 38 * DAY + SOON)
        assert not Picture.objects.exists()

    def test_what_replaced_and_half_written_files_leave_goes_too(
        self, make_picture: MakePicture, story: Story, erin: Person, media: Path, now: datetime
    ) -> None:
        picture = make_picture()
        place(story, picture, by=erin)
        whole = files_of(picture)
        # An upload that died before its row, crops whose worker died, and half a file.
        for name in ("originals/2026/11/upload", "renditions/2026/11/stale", "renditions/2026/11/half"):
            default_storage.save(name, ContentFile(b"\xff\xd8\xff"))

        discard_pictures(now=now + LEFT_ALONE_FOR - SOON)
        assert len(files(media)) == len(whole) + 3

        discard_pictures(now=now + LEFT_ALONE_FOR + SOON)
        assert files(media) == whole

    def test_beat_rings_for_it_more_than_once_a_day(self) -> None:
        """Not once a day: beat counts anew when it is started, and some hubs are stopped every night."""
        [entry] = [one for one in app.conf.beat_schedule.values() if one["task"] == bell.name]

        assert entry["schedule"] <= 12 * 3600


class TestWhatStays:
    @pytest.mark.parametrize(
        "moments",
        [
            {},
            {"published_at": -9, "opens_at": 9},
            {"published_at": -9, "opens_at": -9},
            {"published_at": -9, "opens_at": -9, "closes_at": -1},
            {"withdrawn_at": -1},
        ],
        ids=["draft", "scheduled", "open", "closed", "withdrawn"],
    )
    def test_whatever_a_story_shows(
        self,
        make_story: MakeStory,
        make_picture: MakePicture,
        erin: Person,
        media: Path,
        now: datetime,
        moments: dict[str, int],
    ) -> None:
        story = make_story(**{name: now + days * DAY for name, days in moments.items()})
        picture = make_picture()
        place(story, picture, by=erin)
        there = files(media)

        for days in (0, 8, 400, 800):
            discard_pictures(now=now + days * DAY)

        assert story.pictures.get() == picture
        assert files(media) == there

    def test_one_that_a_story_takes_again_counts_anew(
        self, make_picture: MakePicture, story: Story, erin: Person, now: datetime
    ) -> None:
        picture = make_picture()
        discard_pictures(now=now)
        place(story, picture, by=erin)
        place(story, by=erin)

        discard_pictures(now=now + LEFT_ALONE_FOR + SOON)

        assert Picture.objects.exists()

    def test_one_that_is_just_being_looked_at_in_the_library(
        self, make_picture: MakePicture, desk: Client, editor_url: str, now: datetime
    ) -> None:
        picture = make_picture()
        discard_pictures(now=now - LEFT_ALONE_FOR)

        page = desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": f"pick:{picture.pk}"})
        discard_pictures(now=now + DAY)
        desk.post(editor_url, {**form_on(page), "do": "save"})

        assert StoryPicture.objects.get().picture == picture

    def test_files_that_were_there_before_the_database(
        self, make_picture: MakePicture, media: Path, now: datetime
    ) -> None:
        """Somebody set the hub up with an empty database, and the store is the one in earnest."""
        name = default_storage.save("originals/2020/01/of-another-database", ContentFile(b"x"))
        long_ago = (now - 400 * DAY).timestamp()
        os.utime(media / name, (long_ago, long_ago))

        discard_pictures(now=now + 30 * DAY)

        assert files(media) == {name}

    def test_files_that_are_no_pictures_of_stories(self, media: Path, now: datetime, db: None) -> None:
        name = default_storage.save("something/else", ContentFile(b"x"))

        discard_pictures(now=now + 30 * DAY)

        assert files(media) == {name}


class TestDyingHalfWay:
    """Wherever it dies, the next round ends what it began, and no row ever names a file that is gone."""

    @pytest.fixture
    def long_unused(self, make_picture: MakePicture, now: datetime) -> datetime:
        """A picture whose week is over; return the moment."""
        make_picture()
        discard_pictures(now=now)
        return now + LEFT_ALONE_FOR + SOON

    @pytest.mark.parametrize("after", range(5))
    def test_among_its_files(
        self, long_unused: datetime, media: Path, monkeypatch: pytest.MonkeyPatch, after: int
    ) -> None:
        done: list[str] = []
        real = default_storage.delete

        def die(name: str) -> None:
            if len(done) == after:
                raise Died
            done.append(name)
            real(name)

        with monkeypatch.context() as patch:
            patch.setattr(FileSystemStorage, "delete", lambda _storage, name: die(name))
            with pytest.raises(Died):
                discard_pictures(now=long_unused)
        assert len(files(media)) == 5 - after
        assert not Picture.objects.exists()

        discard_pictures(now=long_unused)

        assert files(media) == set()

    def test_before_its_rows_are_committed(
        self, long_unused: datetime, media: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(picture: Picture) -> None:
            picture.renditions.all().delete()
            raise Died

        with monkeypatch.context() as patch:
            patch.setattr(Picture, "delete", die)
            with pytest.raises(Died):
                discard_pictures(now=long_unused)
        assert files_of(Picture.objects.get()) == files(media)

        discard_pictures(now=long_unused)

        assert files(media) == set()

    def test_while_a_picture_is_taken_in(
        self, erin: Person, media: Path, monkeypatch: pytest.MonkeyPatch, now: datetime
    ) -> None:
        def die(*_: object, **__: object) -> None:
            raise Died

        with monkeypatch.context() as patch:
            patch.setattr(Picture, "save", die)
            with pytest.raises(Died):
                picturing.keep_picture(jpeg(), by=erin, now=now)
        assert len(files(media)) == 1

        discard_pictures(now=now + LEFT_ALONE_FOR + SOON)

        assert files(media) == set()

    def test_while_it_is_cut_anew(
        self,
        make_picture: MakePicture,
        story: Story,
        erin: Person,
        media: Path,
        monkeypatch: pytest.MonkeyPatch,
        now: datetime,
    ) -> None:
        picture = make_picture()
        place(story, picture, by=erin)
        picturing.point_at(picture, 0.1, 0.1)

        def die(*_: object, **__: object) -> None:
            raise Died

        with monkeypatch.context() as patch:
            patch.setattr(cutting, "_ours", die)
            with pytest.raises(Died):
                cutting.cut_picture(picture.pk, now=now)
        assert len(files(media)) == 9

        discard_pictures(now=now + LEFT_ALONE_FOR + SOON)

        assert files(media) == files_of(picture)


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """An editor takes the picture into a story while the chore is at it: two connections, real locks."""

    @pytest.fixture
    def over(self, make_picture: MakePicture, now: datetime) -> datetime:
        make_picture()
        discard_pictures(now=now)
        return now + LEFT_ALONE_FOR + SOON

    def test_who_comes_first_keeps_it(self, over: datetime, story: Story, erin: Person) -> None:
        picture = Picture.objects.get()
        with transaction.atomic():
            place(story, picture, by=erin)
            chore = beside(lambda: discard_pictures(now=over))
            # On SQLite the chore waits at its first write, on PostgreSQL at this row.
            chore.join(0.5)
            assert chore.is_alive()
        chore.join(30)

        assert story.pictures.get() == picture
        assert len(files_of(picture)) == 5
        assert all(default_storage.exists(name) for name in files_of(picture))

    def test_who_comes_second_finds_it_gone_and_the_story_is_saved(
        self, over: datetime, story: Story, erin: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        picture = Picture.objects.get()
        deleted, go_on = Event(), Event()
        real: Callable[[Picture], Any] = Picture.delete

        def slowly(one: Picture) -> None:
            real(one)
            deleted.set()
            go_on.wait(30)

        monkeypatch.setattr(Picture, "delete", slowly)
        chore = beside(lambda: discard_pictures(now=over))
        assert deleted.wait(30)
        editor = beside(lambda: place(story, picture, by=erin))
        editor.join(0.5)
        assert editor.is_alive()
        go_on.set()
        chore.join(30)
        editor.join(30)

        assert Story.objects.get(pk=story.pk).changed_by == erin
        assert not StoryPicture.objects.exists()
        assert not Picture.objects.exists()

    def test_two_rounds_at_once_do_no_harm(self, over: datetime, media: Path) -> None:
        rounds = [beside(lambda: discard_pictures(now=over)) for _ in range(3)]
        for one in rounds:
            one.join(30)

        assert not Picture.objects.exists()
        assert files(media) == set()


_failed: list[BaseException] = []


@pytest.fixture(autouse=True)
def _nobody_fails_beside_us() -> Iterator[None]:
    _failed.clear()
    yield
    assert _failed == []


def beside(act: Callable[[], object]) -> Thread:
    """Do it in a thread with a connection of its own."""

    def run() -> None:
        try:
            act()
        except BaseException as error:
            _failed.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread
