"""The pages of the practice network."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person
from advocacy.rehearsal.joining import member_of
from advocacy.rehearsal.models import Post, Reaction, Stumble
from advocacy.rehearsal.reacting import react, reply
from advocacy.rehearsal.stumbling import meet_stumble, what_to_expect
from advocacy.rehearsal.views import POSTS_A_PAGE
from tests.rehearsal.conftest import MakePost

AsPerson = Callable[[Person], Client]
CARD = {"url": "https://shop.example/bikes", "title": "Bikes", "description": "We mend them."}
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    "javascript:alert(1)",
    'https://a.example/"onmouseover=alert(1)',
    "https://a.example/<script>alert(1)</script>",
    "{{ 7|add:7 }}{% url 'x' %}",
]


def seen(client: Client, address: str = "/rehearsal/") -> LexborHTMLParser:
    answer = client.get(address)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.content.decode())


def texts(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(found.text(separator=" ").split()) for found in page.css(selector)]


class TestTheTimeline:
    def test_the_newest_post_is_first_with_who_and_when(
        self, alice: Person, bob: Person, as_person: AsPerson, make_post: MakePost, now: datetime
    ) -> None:
        make_post(alice, "The first.")
        make_post(bob, "The second.", arrived_at=now + timedelta(minutes=1), language="nl")

        page = seen(as_person(alice))

        assert texts(page, ".post__text") == ["The second.", "The first."]
        assert texts(page, ".post__handle") == ["@bob · 17 Nov, 10:31", "@alice · 17 Nov, 10:30"]
        assert page.css_first(".post__text[lang=nl]") is not None

    def test_a_card_leads_to_its_page_and_shows_its_site(
        self, alice: Person, as_person: AsPerson, make_post: MakePost
    ) -> None:
        make_post(alice, card=CARD)

        page = seen(as_person(alice))

        link = page.css_first("a.post__card-title")
        assert link is not None
        assert link.attributes["href"] == CARD["url"]
        assert texts(page, ".post__card-words") == ["shop.example Bikes We mend them."]

    def test_an_address_in_the_words_can_be_clicked(
        self, alice: Person, as_person: AsPerson, make_post: MakePost
    ) -> None:
        make_post(alice, "Look:\n\nhttps://hub.example/s/k7Qm2x")

        link = seen(as_person(alice)).css_first(".post__text a")

        assert link is not None
        assert link.attributes["href"] == "https://hub.example/s/k7Qm2x"

    def test_deleted_posts_are_gone(
        self, alice: Person, as_person: AsPerson, make_post: MakePost, now: datetime
    ) -> None:
        post = make_post(alice, deleted_at=now)
        client = as_person(alice)

        assert texts(seen(client), ".post") == []
        assert client.get(f"/rehearsal/posts/{post.pk}/").status_code == 404
        assert client.get(f"/rehearsal/posts/{post.pk}/picture/").status_code == 404
        assert client.post(f"/rehearsal/posts/{post.pk}/like/").status_code == 404

    def test_a_picture_that_was_lost_is_not_found(
        self, alice: Person, as_person: AsPerson, make_post: MakePost
    ) -> None:
        post = make_post(alice)
        Post.objects.update(image="rehearsal/2026/11/lost.jpg", image_width=4, image_height=3)

        assert as_person(alice).get(f"/rehearsal/posts/{post.pk}/picture/").status_code == 404

    def test_an_empty_one_teaches_how_to_begin(self, alice: Person, as_person: AsPerson) -> None:
        page = seen(as_person(alice))

        assert "Pick a story" in texts(page, ".empty")[0]
        assert page.css_first(".empty a.button[href='/shares/']") is not None

    def test_older_posts_are_a_page_away(
        self, alice: Person, as_person: AsPerson, make_post: MakePost, now: datetime
    ) -> None:
        for number in range(POSTS_A_PAGE + 1):
            make_post(alice, f"Post {number}", arrived_at=now + timedelta(minutes=number))
        client = as_person(alice)

        older = seen(client).css_first("a[rel=next]")

        assert older is not None
        assert texts(seen(client, f"/rehearsal/{older.attributes['href']}"), ".post__text") == ["Post 0"]

    def test_it_asks_the_database_as_often_for_twenty_posts_as_for_one(
        self,
        alice: Person,
        bob: Person,
        as_person: AsPerson,
        make_post: MakePost,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        make_post(alice)
        client = as_person(alice)
        client.get("/rehearsal/")
        with django_assert_max_num_queries(9) as for_one:
            client.get("/rehearsal/")
        for _ in range(19):
            post = make_post(bob, card=CARD)
            react(post, Reaction.Kind.LIKE, member=post.member, now=now)

        with django_assert_num_queries(len(for_one)):
            client.get("/rehearsal/")

    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_words_are_words(
        self, alice: Person, as_person: AsPerson, make_post: MakePost, now: datetime, payload: str
    ) -> None:
        alice.name = payload
        alice.save()
        card = {"url": f"https://a.example/?{payload}", "title": payload, "description": payload}
        post = make_post(alice, payload, card=card, language="en", alt=payload)
        reply(post, member=post.member, text=payload, now=now)
        client = as_person(alice)

        for address in ("/rehearsal/", f"/rehearsal/posts/{post.pk}/", post.member.get_absolute_url()):
            main = seen(client, address).css_first("main")
            assert main is not None
            assert main.css("script, img[onerror], [onload], [onmouseover]") == []
            assert [
                link.attributes["href"]
                for link in main.css("a[href]")
                if not str(link.attributes["href"]).startswith(("/", "http://", "https://", "?"))
            ] == []

    def test_only_who_is_signed_in_sees_it(self, client: Client, alice: Person, make_post: MakePost) -> None:
        post = make_post(alice)

        for address in ("", f"posts/{post.pk}/", f"posts/{post.pk}/picture/", "members/alice/"):
            assert client.get(f"/rehearsal/{address}").headers["Location"].startswith("/accounts/login/")


class TestReacting:
    @pytest.mark.parametrize("kind", ["like", "repost"])
    def test_without_a_script_one_reacts_and_takes_it_back(
        self, alice: Person, bob: Person, as_person: AsPerson, make_post: MakePost, kind: str
    ) -> None:
        post = make_post(alice)
        client = as_person(bob)

        for pressed, count in (("true", "1"), ("false", "0")):
            form = seen(client, "/rehearsal/?page=1").css_first(f"form:has(#{kind}-{post.pk})")
            assert form is not None
            fields = {str(field.attributes["name"]): field.attributes["value"] for field in form.css("input")}
            answer = client.post(str(form.attributes["action"]), fields)
            assert answer.headers["Location"] == f"/rehearsal/?page=1#post-{post.pk}"
            button = seen(client).css_first(f"#{kind}-{post.pk}")
            assert button is not None
            assert button.attributes["aria-pressed"] == pressed
            assert button.text().split()[-1] == count

    def test_with_htmx_only_the_post_comes_back(
        self, alice: Person, bob: Person, as_person: AsPerson, make_post: MakePost
    ) -> None:
        post = make_post(alice)

        answer = as_person(bob).post(
            f"/rehearsal/posts/{post.pk}/like/",
            {"next": "/rehearsal/?page=3"},
            headers={"HX-Request": "true"},
        )

        fragment = LexborHTMLParser(answer.content.decode())
        assert fragment.css_first("html > body > article") is not None
        assert fragment.css_first("header.topbar") is None
        assert fragment.css_first("input[name=next]").attributes["value"] == "/rehearsal/?page=3"  # type: ignore[union-attr]

    def test_twice_is_once(self, alice: Person, as_person: AsPerson, make_post: MakePost) -> None:
        post = make_post(alice)
        client = as_person(alice)

        client.post(f"/rehearsal/posts/{post.pk}/like/")
        client.post(f"/rehearsal/posts/{post.pk}/like/")
        assert Reaction.objects.count() == 1
        client.post(f"/rehearsal/posts/{post.pk}/unlike/")
        client.post(f"/rehearsal/posts/{post.pk}/unlike/")
        assert Reaction.objects.count() == 0

    @pytest.mark.parametrize(
        "away",
        ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:evil"],
    )
    def test_the_way_back_does_not_lead_away(
        self, alice: Person, as_person: AsPerson, make_post: MakePost, away: str
    ) -> None:
        post = make_post(alice)

        answer = as_person(alice).post(f"/rehearsal/posts/{post.pk}/like/", {"next": away})

        assert answer.headers["Location"] == f"/rehearsal/posts/{post.pk}/#post-{post.pk}"


class TestReplying:
    def answer(self, client: Client, post: Post, text: str) -> Any:
        return client.post(f"/rehearsal/posts/{post.pk}/reply/", {"text": text})

    def test_a_reply_stands_below_the_post_and_its_author_may_delete_it(
        self, alice: Person, bob: Person, as_person: AsPerson, make_post: MakePost
    ) -> None:
        post = make_post(alice)
        his, hers = as_person(bob), as_person(alice)

        self.answer(his, post, "Where?")

        address = f"/rehearsal/posts/{post.pk}/"
        assert texts(seen(hers, address), ".list__item .words") == ["Where?"]
        assert seen(hers, address).css_first("form[action*='/replies/']") is None
        form = seen(his, address).css_first("form[action*='/replies/']")
        assert form is not None
        removal = str(form.attributes["action"])
        assert hers.post(removal).status_code == 404
        his.post(removal)
        assert texts(seen(hers, address), ".list__item .words") == []

    @pytest.mark.parametrize("text", ["", "   ", "é" * 501])
    def test_an_empty_or_endless_one_is_asked_for_again(
        self, alice: Person, as_person: AsPerson, make_post: MakePost, text: str
    ) -> None:
        answer = self.answer(as_person(alice), make_post(alice), text)

        assert answer.status_code == 422
        assert answer.context["form"].errors["text"]
        assert not Reaction.objects.exists()


class TestOnesOwn:
    def test_a_post_is_taken_off_by_its_author_only(
        self, alice: Person, bob: Person, as_person: AsPerson, make_post: MakePost
    ) -> None:
        post = make_post(alice)
        address = f"/rehearsal/posts/{post.pk}/remove/"

        assert seen(as_person(bob)).css_first(f"form[action='{address}']") is None
        assert as_person(bob).post(address).status_code == 404
        assert seen(as_person(alice)).css_first(f"form[action='{address}']") is not None
        as_person(alice).post(address)
        assert not Post.objects.standing().exists()

    def test_a_members_page_shows_that_members_posts(
        self, alice: Person, bob: Person, as_person: AsPerson, make_post: MakePost, now: datetime
    ) -> None:
        make_post(alice, "Hers.")
        make_post(bob, "His.")

        page = seen(as_person(bob), "/rehearsal/members/alice/")

        assert texts(page, ".post__text") == ["Hers."]
        assert texts(page, "h1") == ["Alice"]
        assert as_person(bob).get("/rehearsal/members/nobody/").status_code == 404

    def test_who_is_new_gets_an_own_page_at_once(
        self, charlie: Person, as_person: AsPerson, now: datetime
    ) -> None:
        page = seen(as_person(charlie))

        own = page.css_first("aside a")
        assert own is not None
        assert own.attributes["href"] == member_of(charlie, now=now).get_absolute_url()
        assert (
            "Share a story to Rehearsal"
            in texts(seen(as_person(charlie), str(own.attributes["href"])), ".empty")[0]
        )


class TestMakingItStumble:
    ORDER, BACK = "/rehearsal/stumble/", "/rehearsal/stumble/not/"

    @pytest.mark.parametrize("kind", [Stumble.Kind.HANG_UP, Stumble.Kind.DROP, Stumble.Kind.SLOW_DOWN_X])
    def test_one_chooses_what_goes_wrong_and_reads_what_to_expect(
        self, alice: Person, as_person: AsPerson, kind: Stumble.Kind
    ) -> None:
        client = as_person(alice)
        form = seen(client).css_first(f"form[action='{self.ORDER}']")
        assert form is not None
        offered = {option.text(strip=True) for option in form.css("optgroup option")}
        assert offered == {str(one.label) for one in Stumble.Kind}

        client.post(self.ORDER, {"kind": kind})

        (told,) = texts(seen(client), ".banner")
        assert told.startswith("Rehearsal will stumble over your next post")
        assert f"{kind.label}. {what_to_expect(kind)}" in told

    def test_a_second_order_replaces_the_first_and_can_be_taken_back(
        self, alice: Person, as_person: AsPerson
    ) -> None:
        client = as_person(alice)

        client.post(self.ORDER, {"kind": "hang_up"})
        client.post(self.ORDER, {"kind": "drop"})
        assert [stumble.kind for stumble in Stumble.objects.all()] == ["drop"]

        client.post(str(seen(client).css_first(".banner form").attributes["action"]))  # type: ignore[union-attr]
        assert texts(seen(client), ".banner") == []
        assert not Stumble.objects.exists()

    @pytest.mark.parametrize("kind", ["", "made_up", "hang_up\0"])
    def test_what_is_no_way_to_stumble_is_asked_for_again(
        self, alice: Person, as_person: AsPerson, kind: str
    ) -> None:
        answer = as_person(alice).post(self.ORDER, {"kind": kind})

        assert answer.status_code == 422
        assert not Stumble.objects.exists()

    def test_it_happens_to_oneself_and_to_nobody_else(
        self, alice: Person, bob: Person, as_person: AsPerson, now: datetime
    ) -> None:
        as_person(alice).post(self.ORDER, {"kind": "hang_up"})

        assert texts(seen(as_person(bob)), ".banner") == []
        assert meet_stumble(member_of(bob, now=now)) is None
        assert meet_stumble(member_of(alice, now=now)) == Stumble.Kind.HANG_UP
        assert meet_stumble(member_of(alice, now=now)) is None
