"""What each role finds in the navigation, on a wide screen and under the thumb."""

import re

import pytest
from django.test import Client

from advocacy.people.models import Person, Role, RoleGrant

PAGE = "/people/settings/"


def labels(page: str, start: str, end: str) -> list[str]:
    """Return the words of the links in one part of the page."""
    part = page.partition(start)[2].partition(end)[0]
    links = re.findall(r"<(?:a|button)[^>]*>(.*?)</(?:a|button)>", part, re.DOTALL)
    return [re.sub(r"<svg.*?</svg>|<[^>]+>", "", link, flags=re.DOTALL).strip() for link in links]


def main(page: str) -> list[str]:
    return labels(page, '<nav class="topnav"', "</nav>")


def thumb(page: str) -> list[str]:
    return labels(page, '<nav class="bottomnav"', "<details")


def more(page: str) -> list[str]:
    return labels(page, "menu__sheet--up", "</details>")


def test_an_employee_finds_stories_queue_shares_and_rehearsal(client: Client, alice: Person) -> None:
    client.force_login(alice)
    page = client.get(PAGE).content.decode()

    assert main(page) == ["Stories", "My queue", "My shares", "Rehearsal"]
    assert thumb(page) == ["Stories", "My queue", "My shares", "Notices"]
    assert more(page) == ["Rehearsal", "My accounts", "Our code", "Settings", "Sign out"]


@pytest.mark.parametrize(
    ("role", "label", "in_bar"),
    [
        (Role.EDITOR, "Desk", True),
        (Role.MANAGER, "Reports", True),
        (Role.ADMINISTRATOR, "Administration", False),
    ],
)
def test_each_role_finds_one_door_more(
    client: Client, alice: Person, role: Role, label: str, in_bar: bool
) -> None:
    RoleGrant.objects.create(person=alice, role=role)
    client.force_login(alice)
    page = client.get(PAGE).content.decode()

    assert (label in main(page)) == in_bar
    assert label in (thumb(page) if in_bar else more(page))
    assert len(thumb(page)) == 4


def test_nothing_is_lost_from_a_phone_by_having_many_roles(client: Client, alice: Person) -> None:
    for role in (Role.EDITOR, Role.MANAGER, Role.ADMINISTRATOR):
        RoleGrant.objects.create(person=alice, role=role)
    client.force_login(alice)
    page = client.get(PAGE).content.decode()

    assert set(main(page)) <= {*thumb(page), *more(page)}


def test_one_is_told_where_one_is(client: Client, alice: Person) -> None:
    client.force_login(alice)
    page = client.get("/rehearsal/").content.decode()

    assert page.count('href="/rehearsal/" aria-current="page"') == 2
    assert page.count('aria-current="page"') == 2


def test_a_stranger_finds_languages_instead(client: Client, db: None) -> None:
    page = client.get("/accounts/login/").content.decode()

    assert "topnav" not in page
    assert "Nederlands" in page


def test_the_parts_are_all_shown_by_day_and_by_night(client: Client, db: None) -> None:
    page = client.get("/style/").content.decode()

    assert page.count('class="specimen"') == 17
    assert page.count('specimen__side is-light"') == page.count('specimen__side is-dark"') == 17
