"""Notices in the hub."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from advocacy.notices.models import Notice
from advocacy.notices.telling import tell
from advocacy.people.models import Person

INBOX = "/notices/"
FACTS: dict[str, object] = {
    "story_title": "The night train",
    "platform": "Bluesky",
    "handle": "@alice.example",
    "others": 0,
    "url": "/people/settings/",
}
KINDS = [
    "share_missed",
    "share_refused",
    "share_unknown",
    "share_by_hand",
    "share_not_told",
    "share_barred",
    "account_broken",
]


def told(
    person: Person, now: datetime, kind: str = "share_missed", once: str = "", **facts: object
) -> Notice:
    tell(person, kind, once=once or kind, facts={**FACTS, **facts}, now=now)
    return Notice.objects.get(person=person, once=once or kind)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_happened_and_leads_on(
    client: Client, alice: Person, now: datetime, kind: str
) -> None:
    client.force_login(alice)
    notice = told(alice, now, kind)

    page = client.get(INBOX).content.decode()
    answer = client.post(reverse("notices:follow", args=[notice.pk]))

    assert "Bluesky" in page
    assert ("The night train" in page) == (kind != "account_broken")
    assert answer.headers["Location"] == "/people/settings/"


def test_the_same_is_told_once(client: Client, alice: Person, now: datetime) -> None:
    client.force_login(alice)
    told(alice, now)
    told(alice, now)

    assert client.get(INBOX).content.decode().count('id="notice-') == 1


def test_the_navigation_counts_what_is_unread_until_it_is_read(
    client: Client, alice: Person, now: datetime
) -> None:
    client.force_login(alice)
    first, _second = told(alice, now), told(alice, now, "share_refused")
    assert badge(client) == ["2", "2"]

    client.post(reverse("notices:read", args=[first.pk]))
    assert badge(client) == ["1", "1"]

    client.post(reverse("notices:read_all"))
    assert badge(client) == []


def badge(client: Client) -> list[str]:
    """Return the number on the bell: in the bar on top and in the one below."""
    parts = client.get("/people/settings/").content.decode().split('<span class="badge badge--pinned">')[1:]
    return [part.partition("<")[0] for part in parts]


def test_following_a_notice_is_reading_it(client: Client, alice: Person, now: datetime) -> None:
    client.force_login(alice)
    notice = told(alice, now)

    client.post(reverse("notices:follow", args=[notice.pk]))

    assert badge(client) == []


def test_a_press_with_htmx_changes_the_one_row(client: Client, alice: Person, now: datetime) -> None:
    client.force_login(alice)
    notice = told(alice, now)

    answer = client.post(reverse("notices:read", args=[notice.pk]), headers={"HX-Request": "true"})

    row = answer.content.decode().strip()
    assert row.startswith("<li")
    assert row.endswith("</li>")
    assert "Mark as read" not in row


@pytest.mark.parametrize("act", ["read", "follow"])
def test_others_notices_do_not_exist(
    client: Client, alice: Person, bob: Person, now: datetime, act: str
) -> None:
    client.force_login(bob)
    notice = told(alice, now)

    assert client.post(reverse(f"notices:{act}", args=[notice.pk])).status_code == 404
    assert b"The night train" not in client.get(INBOX).content
    client.post(reverse("notices:read_all"))
    assert Notice.objects.unread().count() == 1


def test_words_from_outside_stay_words(client: Client, alice: Person, now: datetime) -> None:
    client.force_login(alice)
    told(alice, now, story_title="<script>alert(1)</script>", platform="<b>x</b>")

    page = client.get(INBOX).content.decode()

    assert "<script>alert(1)" not in page
    assert "<b>x</b>" not in page


def test_an_empty_inbox_says_what_comes_there(client: Client, alice: Person) -> None:
    client.force_login(alice)

    assert b"Nothing in the letterbox" in client.get(INBOX).content


def test_a_long_inbox_comes_in_pages_newest_first_and_asks_no_more_than_a_short_one(
    client: Client, alice: Person, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    for number in range(31):
        told(alice, now + timedelta(minutes=number), once=f"n{number}", story_title=f"Story {number}.")
    client.get(INBOX)

    # Session, person, roles, how many notices, the page of them, how many unread, how many shares wait.
    with django_assert_num_queries(7):
        page = client.get(INBOX).content.decode()

    assert page.index("Story 30.") < page.index("Story 29.")
    assert "Story 0." not in page
    assert "Story 0." in client.get(INBOX, {"page": 2}).content.decode()
