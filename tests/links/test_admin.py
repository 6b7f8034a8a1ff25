from collections.abc import Callable

import pytest
from django.test import Client

from advocacy.links.models import TrackedLink
from advocacy.people.models import Person, Role

LINKS = "/admin/links/trackedlink/"


@pytest.fixture
def administrator(make_person: Callable[..., Person], as_person: Callable[[Person], Client]) -> Client:
    return as_person(make_person("Ada", roles=(Role.ADMINISTRATOR,)))


def act(administrator: Client, link: TrackedLink, action: str) -> str:
    chosen = {"action": action, "_selected_action": [link.pk]}
    return administrator.post(LINKS, chosen, follow=True).content.decode()


def test_an_administrator_switches_a_link_off_and_on(administrator: Client, link: TrackedLink) -> None:
    assert link.code in administrator.get(LINKS, {"q": link.code}).content.decode()

    assert "1 link is off." in act(administrator, link, "switch_off")
    link.refresh_from_db()
    assert link.disabled_at

    assert "1 link is on." in act(administrator, link, "switch_on")
    link.refresh_from_db()
    assert not link.disabled_at


def test_where_a_link_leads_cannot_be_changed(administrator: Client, link: TrackedLink) -> None:
    page = f"{LINKS}{link.pk}/change/"

    assert '<input type="text"' not in administrator.get(page).content.decode()
    assert administrator.post(page, {"target_url": "https://evil.example/"}).status_code == 403
    assert administrator.get(f"{LINKS}add/").status_code == 403
    assert administrator.post(f"{LINKS}{link.pk}/delete/", {"post": "yes"}).status_code == 403


def test_whose_link_it_is_stays_between_her_and_her_network(
    administrator: Client, link: TrackedLink, alice: Person
) -> None:
    for page in (LINKS, f"{LINKS}{link.pk}/change/"):
        shown = administrator.get(page).content.decode()
        assert alice.name not in shown
        assert alice.email not in shown


def test_others_do_not_come_in(
    as_person: Callable[[Person], Client], erin: Person, link: TrackedLink
) -> None:
    for client in (Client(), as_person(erin)):
        client.post(LINKS, {"action": "switch_off", "_selected_action": [link.pk]})
        assert client.get(LINKS).status_code in {302, 404}
    link.refresh_from_db()
    assert not link.disabled_at
