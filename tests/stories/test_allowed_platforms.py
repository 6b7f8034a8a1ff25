"""An editor says on which platforms a story may be shared; nothing said is everywhere."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from advocacy.platforms.connector import channels
from advocacy.stories.models import Story
from tests.stories.paper_forms import form_on, text_of


def boxes(page: str) -> dict[str, bool]:
    """Return each platform that can be ticked, and whether it is."""
    found = LexborHTMLParser(page).css("#where input[name=platforms]")
    return {str(box.attributes["value"]): "checked" in box.attributes for box in found}


def chips(page: str, where: str) -> list[str]:
    return [chip.text() for chip in LexborHTMLParser(page).css(f"{where} .chips .chip")]


def test_an_editor_narrows_a_story_and_sees_it_where_the_story_stands(
    desk: Client, editor_url: str, story: Story
) -> None:
    before = desk.get(editor_url)
    # Those where people post by hand are platforms as well.
    assert boxes(before.content.decode()) == dict.fromkeys(channels(), False)
    assert "It may be shared everywhere." in text_of(before, ".story-aside")

    chosen = {"platforms": ["linkedin", "whatsapp"]}
    answer = desk.post(editor_url, {**form_on(before), **chosen, "do": "save"}, follow=True)

    ticked = {slug for slug, is_on in boxes(answer.content.decode()).items() if is_on}
    assert ticked == {"linkedin", "whatsapp"}
    aside = text_of(answer, ".story-aside")
    assert "everywhere" not in aside
    assert chips(answer.content.decode(), ".story-aside") == ["LinkedIn", "WhatsApp"]
    story.refresh_from_db()
    assert story.allowed_platforms == ("linkedin", "whatsapp")


def test_taking_the_last_tick_away_is_everywhere_again(desk: Client, editor_url: str, story: Story) -> None:
    Story.objects.update(allowed_on=" x ")
    form = form_on(desk.get(editor_url))
    assert form.pop("platforms") == ["x"]

    desk.post(editor_url, {**form, "do": "save"})

    story.refresh_from_db()
    assert (story.allowed_on, story.allows("anything")) == ("", True)


def test_what_was_ticked_survives_whatever_else_is_done_to_the_form(
    desk: Client, editor_url: str, story: Story
) -> None:
    typed = {**form_on(desk.get(editor_url)), "platforms": ["xing", "x"]}

    added = desk.post(editor_url, {**typed, "do": "add-suggestion"})
    refused = desk.post(editor_url, {**typed, "do": "save", "title": ""})

    for page in (added, refused):
        assert sorted(form_on(page)["platforms"]) == ["x", "xing"]


def test_publishing_and_withdrawing_keep_it(desk: Client, editor_url: str, story: Story) -> None:
    form = {**form_on(desk.get(editor_url)), "audience": "everyone", "platforms": ["x"]}

    desk.post(editor_url, {**form, "do": "publish"})
    desk.post(reverse("stories:withdraw", args=[story.pk]))
    desk.post(reverse("stories:reopen", args=[story.pk]))

    story.refresh_from_db()
    assert (story.is_open(timezone.now()), story.allowed_platforms) == (True, ("x",))


def test_a_colleague_who_narrowed_it_meanwhile_is_not_overwritten_unseen(
    desk: Client, editor_url: str, story: Story
) -> None:
    form = form_on(desk.get(editor_url))
    Story.objects.update(allowed_on=" linkedin share_sheet ", changed_at=timezone.now())

    answer = desk.post(editor_url, {**form, "do": "save"})

    assert answer.status_code == 422
    assert "Where it may be shared" in text_of(answer, ".facts")
    assert chips(answer.content.decode(), ".facts") == ["Apps", "LinkedIn"]
    story.refresh_from_db()
    assert story.allowed_platforms == ("linkedin", "share_sheet")


@pytest.mark.parametrize("sent", ["not a slug", "x" * 31, "'; drop", "\0", *[[f"p{n}" for n in range(200)]]])
def test_made_up_platforms_are_refused_in_words(
    desk: Client, editor_url: str, story: Story, sent: str | list[str]
) -> None:
    answer = desk.post(editor_url, {**form_on(desk.get(editor_url)), "platforms": sent, "do": "save"})

    assert answer.status_code == 422
    assert "Choose from the platforms in the list." in text_of(answer)
    story.refresh_from_db()
    assert story.allowed_on == ""


def test_a_platform_that_the_hub_lost_does_not_turn_into_everywhere(
    desk: Client, editor_url: str, story: Story
) -> None:
    """Its file was taken out of the hub: saving the story for another reason must not widen it."""
    Story.objects.update(allowed_on=" bygone ")
    page = desk.get(editor_url)
    assert boxes(page.content.decode())["bygone"] is True

    desk.post(editor_url, {**form_on(page), "do": "save"})

    story.refresh_from_db()
    assert story.allowed_platforms == ("bygone",)


def test_the_previews_show_where_it_may_go(desk: Client, story: Story) -> None:
    Story.objects.update(allowed_on=" linkedin xing ")

    page = desk.get(reverse("shares:preview_story", args=[story.pk])).content.decode()

    assert "LinkedIn" in page
    assert "Bluesky" not in page
    Story.objects.update(allowed_on=" xing ")
    assert "people post it by hand" in text_of(desk.get(reverse("shares:preview_story", args=[story.pk])))
