"""The editors' pages in a real browser: pointing, progress, counters, and what axe says."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Dialog, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.people.models import Person, Place, Team
from advocacy.stories.editing import Content, Placed, Suggestion, save_story
from advocacy.stories.models import Picture, Story, Topic
from advocacy.stories.picturing import keep_uploads
from advocacy.stories.reaching import Audience
from advocacy.stories.starting import Start, start_story
from advocacy.stories.tasks import cut_pictures
from tests.browsing import LOOKS, complaints, window
from tests.lib.servers import stand_in
from tests.stories.conftest import MakePicture, MakeStory, jpeg
from tests.stories.test_starting import website

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def full_story(erin: Person, now: datetime, make_picture: MakePicture, support: Team) -> Story:
    """A draft with some of everything."""
    topic = Topic.objects.create(name="Energy")
    story = start_story(Start("https://news.example/1", "Our roof", "Bees.", "News", "en"), by=erin, now=now)
    pictures = [make_picture("A bench", "navy"), make_picture("", "olive")]
    content = Content(
        title="Our roof is a garden",
        url=story.url,
        audience=Audience(teams=(support,), places=tuple(Place.objects.all()), language="nl"),
        topics=(topic,),
        suggestions=(Suggestion("I planted one.", "en"), Suggestion("Ik ook.", "nl", "bluesky")),
        pictures=tuple(Placed(picture, picture.alt, 0.5, 0.5) for picture in pictures),
    )
    save_story(story, content, seen=now, by=erin, now=now + timedelta(seconds=1))
    return story


@pytest.fixture
def editor(browser: Browser, live_server: LiveServer, desk: Client, full_story: Story) -> Iterator[Page]:
    with window(browser, live_server.url, client=desk) as page:
        page.goto(reverse("stories:edit", args=[full_story.pk]))
        yield page


@pytest.mark.parametrize(("screen", "scheme"), LOOKS)
def test_axe_finds_nothing(
    browser: Browser,
    live_server: LiveServer,
    desk: Client,
    full_story: Story,
    make_story: MakeStory,
    screen: str,
    scheme: str,
) -> None:
    now = timezone.now()
    make_story("Gone", withdrawn_at=now)
    make_story("Open", published_at=now, opens_at=now, closes_at=now + timedelta(days=9), featured_at=now)
    edit, previews = (
        reverse(door, args=[full_story.pk]) for door in ("stories:edit", "shares:preview_story")
    )
    found = {}

    with window(browser, live_server.url, screen=screen, scheme=scheme, client=desk) as page:
        for path in [
            "/stories/",
            "/stories/?q=nothing",
            "/stories/start/",
            "/stories/topics/",
            previews,
            edit,
        ]:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            found[path] = complaints(page)
        page.get_by_role("button", name="Take one that we used before").click()
        expect(page.locator("[name=library_words]")).to_be_visible()
        page.locator("[name=title]").fill("")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Give the story a title.")).to_be_visible()
        found["with errors"] = complaints(page)
        page.goto("/stories/start/")
        page.get_by_label("Address of the page").fill("https://127.0.0.1/")
        page.get_by_role("button", name="Look").click()
        expect(page.locator(".errorlist")).to_be_visible()
        found["start with errors"] = complaints(page)

    assert {path: said for path, said in found.items() if said} == {}


def test_the_focal_point_follows_mouse_keyboard_and_numbers(editor: Page, full_story: Story) -> None:
    row = editor.locator(".picture-row").first
    x, y = row.locator("[name=picture_x]"), row.locator("[name=picture_y]")
    point = row.get_by_role("button", name="What must stay in view")
    frame = row.locator(".focal__whole")
    frame.scroll_into_view_if_needed()

    frame.click(position={"x": 4, "y": 30})
    assert float(x.input_value()) < 3
    expect(point).to_be_focused()
    before = float(x.input_value()), float(y.input_value())
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowDown"):
        editor.keyboard.press(key)
    moved = float(x.input_value()) - before[0], float(y.input_value()) - before[1]
    assert moved == pytest.approx((11, 1))

    row.get_by_text("Focal point in numbers").click()
    x.fill("90")
    y.fill("25")
    expect(point).to_have_accessible_name(
        "What must stay in view: 90% from the left, 25% from the top. Move it with the arrow keys."
    )
    # Of a 4:3 picture the square shows three quarters of the width: from 25 % to the right edge.
    square = row.locator(".focal__crop img").nth(1)
    assert square.evaluate("image => image.style.objectPosition") == "100% 50%"

    editor.get_by_role("button", name="Save").click()
    expect(editor.locator("#messages")).to_contain_text("Saved.")
    picture = full_story.pictures.get(alt="A bench")
    assert (picture.focal_x, picture.focal_y) == (0.9, 0.25)


def test_what_a_finger_does_to_the_picture_is_scrolling_unless_it_taps(
    browser: Browser, live_server: LiveServer, desk: Client, full_story: Story
) -> None:
    with window(browser, live_server.url, screen="phone", client=desk) as page:
        page.goto(reverse("stories:edit", args=[full_story.pk]))
        frame = page.locator(".focal__whole").first
        frame.scroll_into_view_if_needed()

        frame.tap(position={"x": 20, "y": 20})

        assert float(page.locator("[name=picture_x]").first.input_value()) < 10
        assert frame.evaluate("element => getComputedStyle(element).touchAction") == "auto"


def test_an_upload_shows_that_it_is_being_cut_until_it_is(
    editor: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The worker takes its time: the bell is not heard.
    monkeypatch.setattr("advocacy.stories.picturing.ring", lambda *_: None)
    sent = FilePayload(name="roof.jpg", mimeType="image/jpeg", buffer=jpeg("green"))

    editor.get_by_label("Drop pictures here").set_input_files(sent)

    tile = editor.locator(".picture-row").nth(2)
    expect(tile.get_by_role("progressbar", name="Cutting the picture")).to_be_visible()
    expect(tile.get_by_label("Description")).to_be_focused()
    cut_pictures()
    expect(tile.get_by_role("progressbar")).to_have_count(0)
    expect(tile.locator("img")).to_have_count(4)


def test_a_picture_that_no_worker_comes_to_says_that_it_takes_long_and_comes_in_the_end(
    editor: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("advocacy.stories.picturing.ring", lambda *_: None)
    sent = FilePayload(name="roof.jpg", mimeType="image/jpeg", buffer=jpeg("green"))
    editor.get_by_label("Drop pictures here").set_input_files(sent)
    tile = editor.locator(".picture-row").nth(2)
    expect(tile.get_by_role("progressbar", name="Cutting the picture")).to_be_visible()
    expect(tile.get_by_text("It takes longer than usual")).to_have_count(0)

    Picture.objects.update(uploaded_at=timezone.now() - timedelta(minutes=1))
    expect(tile.get_by_text("It takes longer than usual")).to_be_visible()
    cut_pictures()

    expect(tile.locator("img")).to_have_count(4, timeout=9000)


def test_a_found_picture_that_cannot_be_used_makes_room_for_words(
    browser: Browser, live_server: LiveServer, desk: Client
) -> None:
    with stand_in(website) as site, window(browser, live_server.url, client=desk) as page:
        page.goto(reverse("stories:start"))
        page.get_by_label("Address of the page").fill(f"{site.url}/hostile")
        page.get_by_role("button", name="Look").click()

        expect(page.get_by_text("This picture cannot be had")).to_be_visible()
        expect(page.locator("img.found__picture")).to_have_count(0)
        expect(page.get_by_label("Use this picture")).to_have_count(0)


def test_what_is_too_much_for_one_request_is_not_sent(editor: Page) -> None:
    editor.locator("#uploads").evaluate("field => { field.dataset.maxBytes = 100 }")
    sent = FilePayload(name="roof.jpg", mimeType="image/jpeg", buffer=jpeg("green"))

    editor.get_by_label("Drop pictures here").set_input_files(sent)

    expect(editor.locator("#toasts")).to_contain_text("more than fits in one go")
    expect(editor.locator(".picture-row")).to_have_count(2)
    assert Picture.objects.count() == 2


def test_the_counter_is_that_of_the_text_beside_it(editor: Page) -> None:
    editor.get_by_role("button", name="Add a text").click()
    third = editor.get_by_label("Text 3")
    expect(third).to_be_focused()
    counts = editor.locator("[data-counts]").nth(2)

    # One family, seven code points: one sign to a reader, and to Bluesky.
    third.fill("👨‍👩‍👧‍👦" * 10)
    editor.locator("[name=suggestion_platform]").nth(2).select_option("bluesky")
    expect(counts.locator(".counter")).to_have_count(1)
    alone = int(counts.locator(".counter > span").inner_text().split()[0].split("/")[0])
    third.fill("👨‍👩‍👧‍👦" * 11)

    expect(counts).to_contain_text(f"{alone + 1}")


def test_what_is_not_saved_is_not_left_without_a_question(editor: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    editor.on("dialog", stay)
    editor.get_by_label("Title").fill("Not yet saved")

    editor.get_by_role("link", name="The desk").click()
    assert asked == ["beforeunload"]
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text("Not yet saved")
    editor.get_by_role("link", name="The desk").click()

    editor.wait_for_url("**/stories/")
    assert asked == ["beforeunload"]


class TestImpatience:
    """Buttons pressed faster than the hub answers, and words typed while it does."""

    @pytest.fixture
    def answers(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
        """The hub does what it is asked and keeps its answer back, until the test lets it go."""
        may_go = Event()

        def held(do: Callable[..., object]) -> Callable[..., object]:
            def do_and_wait(*args: object, **more: object) -> object:
                done = do(*args, **more)
                may_go.wait(20)  # seconds
                return done

            return do_and_wait

        monkeypatch.setattr("advocacy.stories.views.editing.save_story", held(save_story))
        monkeypatch.setattr("advocacy.stories.views.editing.keep_uploads", held(keep_uploads))
        yield may_go
        may_go.set()

    def test_save_and_publish_at_once_saves_and_publishes(
        self, editor: Page, full_story: Story, answers: Event
    ) -> None:
        editor.get_by_label("Title").fill("Both at once")
        editor.get_by_role("button", name="Save").click()
        editor.get_by_role("button", name="Publish").click()
        expect(editor.get_by_role("button", name="Publish")).to_have_attribute("aria-busy", "true")

        answers.set()

        expect(editor.locator("form.banner")).to_contain_text("It stands on the wall until")
        assert Story.objects.open_at(timezone.now()).get().title == "Both at once"

    @pytest.mark.parametrize(("button", "then"), [("Save", "Saved."), ("Publish", "Done")])
    def test_pressed_twice_is_pressed_once(
        self, editor: Page, full_story: Story, button: str, then: str
    ) -> None:
        editor.get_by_label("Title").fill("Twice")
        editor.get_by_role("button", name=button).dblclick()

        expect(editor.locator("#messages, form.banner").get_by_text(then)).to_be_visible()
        expect(editor.locator(".banner--alarm")).to_have_count(0)
        full_story.refresh_from_db()
        assert full_story.title == "Twice"

    def test_what_is_typed_while_it_is_saved_stays_and_can_be_saved_after_it(
        self, editor: Page, full_story: Story, answers: Event
    ) -> None:
        title = editor.get_by_label("Title")
        title.fill("First")
        editor.get_by_role("button", name="Save").click()
        expect(editor.locator("#save")).to_have_class(re.compile("htmx-request"))
        title.fill("Second")

        answers.set()

        expect(editor.locator("#toasts")).to_contain_text("Saved.")
        expect(title).to_have_value("Second")
        editor.get_by_role("button", name="Save").click()
        expect(editor.get_by_role("heading", level=1)).to_have_text("Second")
        full_story.refresh_from_db()
        assert full_story.title == "Second"

    def test_what_is_typed_while_a_save_goes_wrong_stays(self, editor: Page, answers: Event) -> None:
        answers.set()
        editor.get_by_label("Title").fill("")
        # The answer is on its way, and so is what is typed.
        editor.evaluate(
            """() => {
              document.getElementById("save").click();
              const title = document.querySelector("[name=title]");
              setTimeout(() => {
                title.value = "Typed meanwhile";
                title.dispatchEvent(new Event("input", { bubbles: true }));
              });
            }"""
        )

        expect(editor.locator("#toasts")).to_contain_text("Not saved yet")
        expect(editor.get_by_label("Title")).to_have_value("Typed meanwhile")

    def test_what_is_typed_while_a_picture_is_on_its_way_stays_and_saving_waits_for_it(
        self, editor: Page, full_story: Story, answers: Event
    ) -> None:
        sent = FilePayload(name="roof.jpg", mimeType="image/jpeg", buffer=jpeg("green"))
        editor.get_by_label("Drop pictures here").set_input_files(sent)
        editor.locator("[name=picture_alt]").first.fill("Typed meanwhile")
        editor.get_by_role("button", name="Publish").click()

        answers.set()

        expect(editor.locator("form.banner")).to_contain_text("It stands on the wall until")
        assert [one.picture.alt for one in full_story.story_pictures.select_related("picture")] == [
            "Typed meanwhile",
            "",
            "",
        ]


def test_two_tabs_with_different_words_are_told_and_lose_nothing(editor: Page, full_story: Story) -> None:
    other = editor.context.new_page()
    other.goto(editor.url)
    other.get_by_label("Title").fill("From the other tab")
    other.get_by_role("button", name="Save").click()
    expect(other.locator("#messages")).to_contain_text("Saved.")

    editor.get_by_label("Title").fill("From this tab")
    editor.get_by_role("button", name="Publish").click()

    told = editor.locator(".banner--alarm")
    expect(told).to_contain_text("You changed this story yourself meanwhile, in another window.")
    expect(told).to_contain_text("From the other tab")
    expect(editor.get_by_label("Title")).to_have_value("From this tab")
    full_story.refresh_from_db()
    assert (full_story.title, full_story.published_at) == ("From the other tab", None)


def test_enter_in_a_field_saves_and_does_nothing_else(editor: Page, full_story: Story) -> None:
    editor.get_by_label("Title").fill("Saved by Enter")
    editor.keyboard.press("Enter")

    expect(editor.locator("#messages")).to_contain_text("Saved.")
    full_story.refresh_from_db()
    assert (full_story.title, full_story.published_at, full_story.withdrawn_at) == (
        "Saved by Enter",
        None,
        None,
    )
    assert Picture.objects.count() == 2


def test_the_number_of_people_follows_the_choice(editor: Page, make_person: Callable[..., Person]) -> None:
    expect(editor.locator("#reach")).to_contain_text("It reaches 1 person today.")
    make_person("Bob")

    editor.get_by_label("Everyone").check()

    expect(editor.locator("#reach")).to_contain_text("It reaches 2 people today.")
    expect(editor.get_by_label("Support")).to_be_hidden()


def test_the_policy_for_scripts_and_styles_is_never_broken(editor: Page) -> None:
    said: list[str] = []
    editor.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    editor.on("pageerror", lambda error: said.append(str(error)))

    editor.reload()
    editor.get_by_role("button", name="Add a text").click()
    editor.get_by_role("button", name="Earlier").last.click()
    editor.get_by_role("button", name="Take one that we used before").click()
    editor.locator(".library__pick").first.click()
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator("#messages")).to_contain_text("Saved.")
    editor.wait_for_load_state("networkidle")

    assert said == []
