"""Pictures: taken in, cut in the background around what matters, and served to who may see them."""

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from advocacy.lib import images
from advocacy.people.models import Person
from advocacy.stories import cutting, picturing
from advocacy.stories.models import Picture, Rendition, Story
from advocacy.stories.tasks import cut_pictures
from tests.lib.pictures import TRACES, encoded, exif_with_traces, photo
from tests.stories.conftest import MakePicture, jpeg
from tests.stories.paper_forms import Page, form_on, text_of

pytestmark = pytest.mark.slow

Commits = Callable[..., AbstractContextManager[object]]


def upload(desk: Client, editor_url: str, *files: tuple[str, bytes], media_type: str = "image/jpeg") -> Page:
    sent = [SimpleUploadedFile(name, content, media_type) for name, content in files]
    return desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": "upload", "uploads": sent})


def test_an_uploaded_picture_is_cut_described_and_placed(desk: Client, editor_url: str, story: Story) -> None:
    waiting = upload(desk, editor_url, ("roof.jpg", jpeg(size=(1600, 1200))))
    picture = Picture.objects.get()
    assert "Cutting the picture into its shapes" in text_of(waiting)
    assert f'hx-get="{reverse("stories:picture", args=[picture.pk])}"' in waiting.content.decode()

    # The bell was lost; the sweep finds the picture.
    cut_pictures()
    shown = desk.get(reverse("stories:picture", args=[picture.pk]))
    assert "hx-get" not in shown.content.decode()
    assert shown.content.decode().count("<img") == 4

    desk.post(editor_url, {**form_on(waiting), "picture_alt": ["Bees on a roof"], "do": "save"})
    assert story.pictures.get().alt == "Bees on a roof"
    sizes = {one.shape: (one.width, one.height) for one in Rendition.objects.all()}
    assert sizes == {
        "landscape": (1200, 630),
        "square": (1080, 1080),
        "portrait": (1080, 1350),
        "display": (1600, 1200),
    }


def test_the_bell_rings_for_a_new_picture(erin: Person, django_capture_on_commit_callbacks: Commits) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        picture = picturing.keep_picture(jpeg(), by=erin, now=timezone.now())

    picture.refresh_from_db()
    assert picture.state == "ready"


class TestServing:
    def test_a_crop_is_served_as_what_it_is_and_may_be_kept(
        self, make_picture: MakePicture, alice: Person, as_person: Callable[[Person], Client]
    ) -> None:
        crop = make_picture().renditions.get(shape="square")

        answer = as_person(alice).get(crop.get_absolute_url())

        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        with Image.open(io.BytesIO(answer.getvalue())) as image:
            assert image.size == (1080, 1080)

    def test_nobody_gets_one_without_signing_in(self, make_picture: MakePicture, client: Client) -> None:
        crop = make_picture().renditions.get(shape="square")

        assert client.get(crop.get_absolute_url()).status_code == 302

    def test_its_address_cannot_be_guessed(self, make_picture: MakePicture, desk: Client) -> None:
        crop = make_picture().renditions.get(shape="square")

        for guess in (crop.pk, "00000000-0000-4000-8000-000000000001", "../../originals"):
            assert desk.get(f"/stories/renditions/{guess}/").status_code == 404

    def test_the_original_has_no_address(self, make_picture: MakePicture, desk: Client) -> None:
        original = str(make_picture().original)

        # 128 bits of chance, and no ending that a server could take for a type.
        assert re.fullmatch(r"originals/\d{4}/\d{2}/[0-9a-f]{32}", original)
        for prefix in ("/", "/media/", "/static/", "/stories/renditions/", "/static/../media/"):
            assert desk.get(prefix + original).status_code == 404

    def test_a_file_that_is_gone_is_not_found(self, make_picture: MakePicture, desk: Client) -> None:
        crop = make_picture().renditions.get(shape="square")
        crop.file.delete(save=False)

        assert desk.get(crop.get_absolute_url()).status_code == 404

    def test_nothing_about_the_owner_or_the_camera_goes_along(self, desk: Client, editor_url: str) -> None:
        upload(desk, editor_url, ("me.jpg", encoded(photo(800, 600), "JPEG", exif=exif_with_traces())))
        cut_pictures()

        for crop in Rendition.objects.all():
            served = desk.get(crop.get_absolute_url()).getvalue()
            assert not any(trace in served for trace in TRACES)


class TestHostileUploads:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
            ("page.png", b"<!doctype html><script>alert(1)</script>"),
            ("moving.gif", encoded(Image.new("RGB", (9, 9)), "GIF")),
            ("cut.jpg", jpeg(size=(900, 900))[:-600]),
            ("empty.jpg", b""),
            ("bomb.png", encoded(Image.new("1", (30_000, 30_000)), "PNG")),
            ("paper.pdf", b"%PDF-1.7 ..."),
        ],
    )
    def test_what_is_no_picture_is_refused_in_words(
        self, desk: Client, editor_url: str, name: str, content: bytes
    ) -> None:
        answer = upload(desk, editor_url, (name, content), media_type="image/jpeg")

        assert answer.status_code == 422
        assert name in text_of(answer, "#pictures .message--error")
        assert not Picture.objects.exists()

    def test_a_picture_that_is_an_archive_as_well_is_refused(self, desk: Client, editor_url: str) -> None:
        both = io.BytesIO(jpeg())
        with zipfile.ZipFile(both, "a") as archive:
            archive.writestr("run.js", "alert(1)")

        assert upload(desk, editor_url, ("both.jpg", both.getvalue())).status_code == 422
        assert not Picture.objects.exists()

    def test_a_script_behind_the_pixels_is_left_behind(self, desk: Client, editor_url: str) -> None:
        upload(desk, editor_url, ("tail.jpg", jpeg() + b"<script>alert(1)</script>"))
        cut_pictures()

        for crop in Rendition.objects.all():
            assert b"<script>" not in desk.get(crop.get_absolute_url()).getvalue()

    @pytest.mark.parametrize(
        "name",
        [
            "../../../evil.jpg",
            quote("../../evil.jpg"),
            quote(quote("../evil.jpg")),
            "..\\evil.jpg",
            "a\x00.php",
        ],
    )
    def test_a_name_leads_nowhere(self, desk: Client, editor_url: str, name: str) -> None:
        upload(desk, editor_url, (name, jpeg()))

        stored = Picture.objects.get().original
        assert "evil" not in str(stored)
        assert Path(stored.path).resolve().is_relative_to(Path(settings.MEDIA_ROOT) / "originals")

    def test_the_said_type_counts_for_nothing(self, desk: Client, editor_url: str) -> None:
        answer = upload(desk, editor_url, ("roof.html", jpeg()), media_type="text/html")
        cut_pictures()

        assert answer.status_code == 200
        crop = Rendition.objects.get(shape="square")
        assert desk.get(crop.get_absolute_url())["Content-Type"] == "image/jpeg"

    def test_a_name_with_markup_is_shown_as_text(self, desk: Client, editor_url: str) -> None:
        answer = upload(desk, editor_url, ("<img src=x onerror=alert(1)>.svg", b"<svg/>"))

        assert b"<img src=x" not in answer.content

    def test_one_that_is_too_large_is_refused_in_words(self, desk: Client, editor_url: str) -> None:
        answer = upload(desk, editor_url, ("large.jpg", jpeg() + bytes(images.MAX_BYTES)))

        assert answer.status_code == 422
        assert "we take up to 20" in text_of(answer, "#pictures")
        assert not Picture.objects.exists()

    def test_good_ones_beside_bad_ones_are_kept(self, desk: Client, editor_url: str) -> None:
        answer = upload(desk, editor_url, ("good.jpg", jpeg()), ("bad.jpg", b"no"))

        assert answer.status_code == 422
        assert form_on(answer)["picture_id"] == [str(Picture.objects.get().pk)]

    def test_pressing_upload_without_a_file_says_so(self, desk: Client, editor_url: str) -> None:
        assert "Choose a picture first" in text_of(upload(desk, editor_url))

    def test_only_editors_upload(
        self, editor_url: str, alice: Person, as_person: Callable[[Person], Client]
    ) -> None:
        sent = {"do": "upload", "uploads": [SimpleUploadedFile("a.jpg", jpeg())]}

        assert as_person(alice).post(editor_url, sent).status_code == 404
        assert not Picture.objects.exists()


class TestPlaces:
    def test_a_story_has_ten_pictures_at_most(
        self, desk: Client, editor_url: str, story: Story, erin: Person
    ) -> None:
        files = [(f"{number}.jpg", jpeg(size=(20, 20))) for number in range(11)]

        answer = upload(desk, editor_url, *files)

        assert answer.status_code == 422
        assert "room for 10 pictures" in text_of(answer)
        assert len(form_on(answer)["picture_id"]) == 10
        desk.post(editor_url, {**form_on(answer), "do": "save"})
        assert story.pictures.count() == 10

        # Not even who makes up the form by hand.
        extra = picturing.keep_picture(jpeg(), by=erin, now=timezone.now())
        form = form_on(desk.get(editor_url))
        for name, value in (("id", str(extra.pk)), ("alt", ""), ("x", "50"), ("y", "50")):
            form[f"picture_{name}"].append(value)
        assert desk.post(editor_url, {**form, "do": "save"}).status_code == 422

    def test_an_earlier_picture_is_found_by_its_words_and_taken_along(
        self, desk: Client, editor_url: str, make_picture: MakePicture, story: Story
    ) -> None:
        bench = make_picture("A bench in the sun")
        make_picture("A dog")
        form = form_on(desk.get(editor_url))

        library = desk.post(editor_url, {**form, "do": "library:1", "library_words": "bench"})
        assert "A bench in the sun" in text_of(library, "#library")
        assert "A dog" not in text_of(library, "#library")
        assert bench.renditions.get(shape="square").get_absolute_url() in library.content.decode()

        page = desk.post(editor_url, {**form_on(library), "do": f"pick:{bench.pk}"})
        desk.post(editor_url, {**form_on(page), "do": "save"})
        assert story.pictures.get() == bench

    def test_the_library_has_pages(
        self, desk: Client, editor_url: str, make_picture: MakePicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("advocacy.stories.queries.PICTURES_ON_A_PAGE", 1)
        make_picture("An older one")
        make_picture("A newer one")

        second = desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": "library:2"})

        assert "An older one" in text_of(second, "#library")
        assert "page 2 of 2" in text_of(second, "#library")

    def test_they_are_moved_and_removed_without_a_script(
        self, desk: Client, editor_url: str, make_picture: MakePicture, story: Story
    ) -> None:
        first, second = make_picture("First"), make_picture("Second")
        for picture in (first, second):
            page = desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": f"pick:{picture.pk}"})
            desk.post(editor_url, {**form_on(page), "do": "save"})

        page = desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": "up-picture:1"})
        desk.post(editor_url, {**form_on(page), "do": "save"})
        placed = story.story_pictures.order_by("position")
        assert [one.picture for one in placed] == [second, first]

        page = desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": "drop-picture:0"})
        desk.post(editor_url, {**form_on(page), "do": "save"})
        assert [one.picture for one in placed.all()] == [first]
        # What is taken out of one story stays for others.
        assert Picture.objects.count() == 2

    def test_a_picture_stands_once_in_a_story_and_what_is_none_not_at_all(
        self, desk: Client, editor_url: str, make_picture: MakePicture, story: Story
    ) -> None:
        picture = make_picture()
        rows = {
            "picture_id": [str(picture.pk), str(picture.pk), "999999", "x", "-1", "9" * 30],
            "picture_alt": ["Bench"] * 6,
            "picture_x": ["50"] * 6,
            "picture_y": ["50"] * 6,
        }

        answer = desk.post(editor_url, {**form_on(desk.get(editor_url)), **rows, "do": "save"})

        assert answer.status_code == 302
        assert story.pictures.get() == picture


class TestFocalPoint:
    def test_moving_it_cuts_the_crops_anew_and_keeps_the_old_ones_until_then(
        self, desk: Client, editor_url: str, make_picture: MakePicture
    ) -> None:
        picture = make_picture()
        before = set(picture.renditions.values_list("key", flat=True))
        page = desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": f"pick:{picture.pk}"})

        desk.post(editor_url, {**form_on(page), "picture_x": ["12.5"], "picture_y": ["80"], "do": "save"})

        picture.refresh_from_db()
        assert (picture.focal_x, picture.focal_y, picture.state) == (0.125, 0.8, "waiting")
        assert set(picture.renditions.values_list("key", flat=True)) == before
        files = [one.file.path for one in picture.renditions.all()]

        cut_pictures()

        picture.refresh_from_db()
        assert picture.state == "ready"
        assert not before & set(picture.renditions.values_list("key", flat=True))
        assert not any(Path(file).exists() for file in files)

    @pytest.mark.parametrize("x", ["-1", "100.1", "nan", "inf", "left", ""])
    def test_it_lies_in_the_picture(
        self, desk: Client, editor_url: str, make_picture: MakePicture, x: str
    ) -> None:
        page = desk.post(editor_url, {**form_on(desk.get(editor_url)), "do": f"pick:{make_picture().pk}"})

        assert desk.post(editor_url, {**form_on(page), "picture_x": [x], "do": "save"}).status_code == 422


class TestCutting:
    def test_what_was_cut_for_a_point_that_moved_meanwhile_is_thrown_away(
        self, make_picture: MakePicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        picture = make_picture()
        picturing.point_at(picture, 0.1, 0.1)
        render = images.render_all

        def move_while_rendering(content: bytes, *, focal: tuple[float, float]) -> object:
            crops = render(content, focal=focal)
            picturing.point_at(picture, 0.9, 0.9)
            return crops

        monkeypatch.setattr(images, "render_all", move_while_rendering)
        cutting.cut_picture(picture.pk, now=timezone.now())
        monkeypatch.undo()

        picture.refresh_from_db()
        assert (picture.state, picture.focal_x) == ("waiting", 0.9)
        files = {Path(one.file.path) for one in picture.renditions.all()}
        kept = set(next(iter(files)).parent.iterdir())
        assert files <= kept
        cut_pictures()
        picture.refresh_from_db()
        assert picture.state == "ready"

    def test_two_workers_do_not_cut_the_same_picture(
        self, erin: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = timezone.now()
        picture = picturing.keep_picture(jpeg(), by=erin, now=now)
        calls = []
        render = images.render_all

        def count(content: bytes, *, focal: tuple[float, float]) -> object:
            calls.append(1)
            # A second bell while this one is being answered.
            if len(calls) == 1:
                cutting.cut_picture(picture.pk, now=now)
            return render(content, focal=focal)

        monkeypatch.setattr(images, "render_all", count)
        cutting.cut_picture(picture.pk, now=now)

        assert len(calls) == 1

    def test_a_picture_whose_worker_died_is_taken_over_and_given_up_after_three_deaths(
        self, erin: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = timezone.now()
        picture = picturing.keep_picture(jpeg(), by=erin, now=now)

        class Died(BaseException):
            pass

        def die(content: bytes, *, focal: tuple[float, float]) -> object:
            raise Died

        monkeypatch.setattr(images, "render_all", die)
        for death in range(3):
            at = now + death * timedelta(seconds=61)
            with pytest.raises(Died):
                cutting.cut_picture(picture.pk, now=at)
            # Within the lease it is not touched.
            cutting.cut_picture(picture.pk, now=at + timedelta(seconds=30))
        cutting.cut_waiting(clock=lambda: now + timedelta(seconds=200))

        picture.refresh_from_db()
        assert picture.state == "failed"
        assert "could not be prepared" in picture.reason

    def test_damage_that_shows_while_cutting_is_told_in_the_owners_language(
        self, erin: Person, desk: Client
    ) -> None:
        erin.language = "nl"
        erin.save()
        picture = picturing.keep_picture(jpeg(), by=erin, now=timezone.now())
        Path(picture.original.path).write_bytes(b"rot")

        cutting.cut_picture(picture.pk, now=timezone.now())

        picture.refresh_from_db()
        assert picture.state == "failed"
        assert picture.reason
        assert 'role="alert"' in desk.get(reverse("stories:picture", args=[picture.pk])).content.decode()
