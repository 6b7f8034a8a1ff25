"""From an address on the web to a draft: what was found, what could not be, and nothing typed is lost."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from advocacy.people.models import Person
from advocacy.stories.models import Picture, Story
from tests.lib.servers import Visit, stand_in
from tests.stories.conftest import jpeg
from tests.stories.paper_forms import form_on, text_of

PAGE = """<!doctype html><html lang="nl-NL"><head>
<title>Something else</title>
<meta property="og:title" content="Ons dak is een tuin">
<meta property="og:description" content="Zesduizend planten.">
<meta property="og:site_name" content="Het Nieuws">
<meta property="og:image" content="/roof.jpg">
<meta property="og:image:alt" content="Bijen op een dak">
</head><body></body></html>"""


def website(visit: Visit) -> None:
    visit.read_request()
    if visit.path == "/roof.jpg":
        visit.answer(jpeg("green", (900, 600)), headers=("Content-Type: text/html",))
    elif visit.path == "/broken.jpg":
        visit.answer(b"<script>alert(1)</script>", headers=("Content-Type: image/jpeg",))
    elif visit.path == "/hostile":
        page = PAGE.replace("Ons dak is een tuin", "&lt;script&gt;alert(1)&lt;/script&gt;")
        visit.answer(page.replace("/roof.jpg", "/broken.jpg").encode(), headers=("Content-Type: text/html",))
    elif visit.path == "/gone":
        visit.answer(b"no", status="404 Not Found")
    else:
        visit.answer(PAGE.encode(), headers=("Content-Type: text/html; charset=utf-8",))


def test_a_link_becomes_a_draft_with_what_the_page_says(desk: Client) -> None:
    with stand_in(website) as site:
        found = desk.post(reverse("stories:look"), {"url": f"{site.url}/roof"})
        values = form_on(found, "form[action='/stories/create/']")
        made = desk.post(reverse("stories:create"), values)

    story = Story.objects.get()
    assert made.status_code == 302
    assert made["Location"] == reverse("stories:edit", args=[story.pk])
    assert (story.title, story.summary, story.site_name) == (
        "Ons dak is een tuin",
        "Zesduizend planten.",
        "Het Nieuws",
    )
    assert (story.language, story.url) == ("nl", f"{site.url}/roof")
    assert story.published_at is None
    picture = story.pictures.get()
    assert (picture.width, picture.height, picture.alt) == (900, 600, "Bijen op een dak")


def test_the_editor_may_change_what_was_found_and_leave_its_picture(desk: Client) -> None:
    with stand_in(website) as site:
        found = desk.post(reverse("stories:look"), {"url": f"{site.url}/roof"})
        values = form_on(found, "form[action='/stories/create/']")
        del values["keep_picture"]
        desk.post(reverse("stories:create"), {**values, "title": "Our roof", "language": "en"})

    story = Story.objects.get()
    assert (story.title, story.language) == ("Our roof", "en")
    assert not story.pictures.exists()


def test_the_picture_that_was_found_is_shown_made_anew(desk: Client) -> None:
    with stand_in(website) as site:
        found = desk.post(reverse("stories:look"), {"url": f"{site.url}/roof"})
        signed = form_on(found, "form[action='/stories/create/']")["picture"][0]
        shown = desk.get(reverse("stories:found_picture"), {"of": signed})

    assert shown.status_code == 200
    # The website said text/html; what it says is never passed on.
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize("forged", ["", "{url}", "{url}:forged"])
def test_the_hub_fetches_no_picture_that_it_did_not_find_itself(desk: Client, forged: str) -> None:
    with stand_in(website) as site:
        address = forged.format(url=f"{site.url}/roof.jpg")
        shown = desk.get(reverse("stories:found_picture"), {"of": address})
        desk.post(
            reverse("stories:create"),
            {"url": "news.example", "title": "T", "language": "en", "picture": address, "keep_picture": "on"},
        )

    assert shown.status_code == 404
    assert site.visits == []


def test_a_page_that_cannot_be_read_says_why_and_goes_on_by_hand(desk: Client) -> None:
    with stand_in(website) as site:
        found = desk.post(reverse("stories:look"), {"url": f"{site.url}/gone"})

        assert found.status_code == 200
        assert "nothing at this address" in text_of(found)
        values = form_on(found, "form[action='/stories/create/']")
        desk.post(reverse("stories:create"), {**values, "title": "By hand"})

    assert Story.objects.get().title == "By hand"
    assert Story.objects.get().url == f"{site.url}/gone"


def test_a_picture_that_is_none_is_left_out_in_words_and_the_story_begins_all_the_same(desk: Client) -> None:
    with stand_in(website) as site:
        found = desk.post(reverse("stories:look"), {"url": f"{site.url}/hostile"})
        assert b"<script>alert" not in found.content
        made = desk.post(
            reverse("stories:create"), form_on(found, "form[action='/stories/create/']"), follow=True
        )

    assert "The picture of the page was left out." in text_of(made, "#messages")
    assert b"<script>alert" not in made.content
    assert not Picture.objects.exists()


def test_an_earlier_story_about_the_page_is_pointed_out(desk: Client, story: Story) -> None:
    found = desk.post(reverse("stories:look"), {"url": story.url})

    assert "There is a story with this address already" in text_of(found)
    assert f'href="{reverse("stories:edit", args=[story.pk])}"' in found.content.decode()


def test_htmx_gets_the_part_that_changes(desk: Client) -> None:
    answer = desk.post(
        reverse("stories:look"), {"url": "javascript:alert(1)"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert answer.content.decode().lstrip().startswith('<div class="stack stack--l" id="start">')
    assert "not the address of a web page" in text_of(answer, "#start")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "javascript&#58;alert(1)",
        "javascript:1",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "gopher://news.example/",
        "//news.example/x",
        "https://user:secret@news.example/",
        "https://news.example\\@evil.example/",
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://localhost/",
        "http://10.0.0.7/intranet",
        "https://news.example/" + "x" * 1000,
    ],
)
def test_no_story_leads_to_an_odd_address(desk: Client, url: str) -> None:
    looked = desk.post(reverse("stories:look"), {"url": url})
    made = desk.post(reverse("stories:create"), {"url": url, "title": "T", "language": "en"})

    assert (looked.status_code, made.status_code) == (422, 422)
    assert not Story.objects.exists()


def test_the_scheme_may_be_left_out(desk: Client) -> None:
    desk.post(reverse("stories:create"), {"url": "news.example/roof#bees", "title": "T", "language": "en"})

    assert Story.objects.get().url == "https://news.example/roof#bees"


@pytest.mark.parametrize("door", ["start", "look", "create", "found_picture"])
def test_only_editors_start_stories(door: str, alice: Person, as_person: Callable[[Person], Client]) -> None:
    browser = as_person(alice)

    assert browser.get(reverse(f"stories:{door}")).status_code == 404
    assert browser.post(reverse(f"stories:{door}"), {"url": "https://news.example/"}).status_code == 404
