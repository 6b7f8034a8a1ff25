"""Who may see what: the table in `people/access.py`, tried on every address for every role (P16).

And the canaries: nobody but their author can obtain the words of a draft, by any address, any interface, the
administration, the log, a task or any other table of the database.
"""

import json
import logging
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NoReturn

import pytest
from celery.app.task import Task
from django.apps import apps
from django.conf import LazySettings
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from advocacy.people.access import MATRIX, Datum, Sight, Viewer, rows_for, sees
from advocacy.people.models import Person, Role, RoleGrant, Team
from advocacy.rehearsal.joining import join
from advocacy.shares.models import Draft, SecondReading, Share, State
from tests.hub.trespassing import (
    CANARIES,
    ID,
    LEFT_ALONE,
    TYPED,
    WITHOUT_WORDS,
    doors,
    heard,
    hide_canaries,
    knock,
    look,
    make_alice,
    make_rita,
)

pytestmark = pytest.mark.slow

OTHERS = [viewer for viewer in Viewer if viewer is not Viewer.SELF]
BEFORE_PUBLIC = {Datum.DRAFT, Datum.PLANNED_WORDS}
HIDDEN = BEFORE_PUBLIC | {Datum.LENT_WORDS}
MakePerson = Callable[..., Person]
AsPerson = Callable[[Person], Client]


@pytest.fixture
def alice(support: Team) -> Person:
    """Alice, of whom the hub knows everything that it can know."""
    alice = make_alice(support)
    hide_canaries(alice, now=timezone.now())
    return alice


@pytest.fixture
def make_viewer(make_person: MakePerson, support: Team) -> Callable[[Viewer], Person]:
    """Return somebody of Alice's own team, with that role and no other."""

    def make(viewer: Viewer) -> Person:
        roles = () if viewer is Viewer.COLLEAGUE else (viewer.value,)
        victor = make_person("Victor", roles=roles, team=support)
        if viewer is Viewer.MANAGER:
            # Of everyone, and of Alice's team too.
            RoleGrant.objects.create(person=victor, role=Role.MANAGER, team=support)
        return victor

    return make


@pytest.fixture
def otto(make_person: MakePerson, support: Team) -> Person:
    """He has every role that there is."""
    return make_person("Otto", roles=tuple(Role.values), team=support)


@pytest.fixture(autouse=True)
def _nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doors that lead outside lead nowhere: the name of no host is found. The hub's own Redis is no such."""
    find = socket.getaddrinfo

    def find_ourselves(host: str, *more: Any, **named: Any) -> list[Any]:
        if host != "127.0.0.1":
            raise OSError("no such host")
        return find(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", find_ourselves)


def seen_by(client: Client, **how: Any) -> dict[Datum, set[str]]:
    """Walk past every door; return what was heard, and behind which doors."""
    found: dict[Datum, set[str]] = {}
    # What a page does when it falls over is another test's business; what it says then is this one's.
    client.raise_request_exception = False
    for name, address in doors():
        for datum in heard(look(client, address, **how)):
            found.setdefault(datum, set()).add(name)
    return found


def given_to(viewer: Viewer) -> set[Datum]:
    """Return what the table gives them of others, row by row."""
    return {
        datum for datum, sights in MATRIX.items() if Sight.ROW in {sights[viewer], sights[Viewer.COLLEAGUE]}
    }


def test_the_table_gives_words_that_are_not_public_to_their_author_alone() -> None:
    assert MATRIX.keys() == set(Datum)
    for datum in BEFORE_PUBLIC:
        assert {viewer for viewer, sight in MATRIX[datum].items() if sight is not Sight.NOTHING} == {
            Viewer.SELF
        }


def test_lent_words_are_for_the_one_who_was_chosen_and_no_role_is() -> None:
    sights = {viewer: MATRIX[Datum.LENT_WORDS][viewer] for viewer in OTHERS}

    assert sights.pop(Viewer.COLLEAGUE) is Sight.CHOSEN
    assert set(sights.values()) == {Sight.NOTHING}
    assert [datum for datum in Datum if Sight.CHOSEN in MATRIX[datum].values()] == [Datum.LENT_WORDS]


def test_who_was_chosen_hears_the_lent_words_behind_one_door_and_nothing_else(
    alice: Person, as_person: AsPerson
) -> None:
    assert seen_by(as_person(make_rita())) == {Datum.LENT_WORDS: {"shares:read_along"}}


@pytest.mark.parametrize("viewer", OTHERS)
def test_querysets_and_checks_are_made_from_the_table(
    viewer: Viewer, alice: Person, make_viewer: Callable[[Viewer], Person]
) -> None:
    victor = make_viewer(viewer)
    # Drafts stand for whatever has a person.
    rows = Draft.objects.filter(person=alice)
    own = {datum for datum, sights in MATRIX.items() if sights[Viewer.SELF] is Sight.ROW}

    assert {datum for datum in Datum if sees(victor, alice, datum)} == given_to(viewer)
    assert {datum for datum in Datum if rows_for(victor, rows, datum).exists()} == given_to(viewer)
    assert {datum for datum in Datum if sees(alice, alice, datum)} == own
    assert {datum for datum in Datum if rows_for(alice, rows, datum).exists()} == own


def test_who_has_left_sees_nothing(alice: Person, make_viewer: Callable[[Viewer], Person]) -> None:
    victor = make_viewer(Viewer.ADMINISTRATOR)
    Person.objects.filter(pk=victor.pk).update(is_active=False)

    assert not sees(Person.objects.get(pk=victor.pk), alice, Datum.TAKES_PART)


def test_every_canary_sings_for_its_owner(alice: Person, otto: Person, as_person: AsPerson) -> None:
    as_person(otto).get(f"/admin/people/person/{ID}/change/")

    found = seen_by(as_person(alice))

    own = {datum for datum, sights in MATRIX.items() if sights[Viewer.SELF] is Sight.ROW}
    assert CANARIES.keys() == set(Datum) - WITHOUT_WORDS
    assert found.keys() == own - WITHOUT_WORDS


@pytest.mark.parametrize("viewer", OTHERS)
def test_no_address_shows_what_the_table_does_not_give(
    viewer: Viewer, alice: Person, make_viewer: Callable[[Viewer], Person], as_person: AsPerson
) -> None:
    client = as_person(make_viewer(viewer))

    found = seen_by(client)

    assert {datum: names for datum, names in found.items() if datum not in given_to(viewer)} == {}


def test_what_the_table_gives_an_administrator_is_there_to_be_seen(
    alice: Person, make_viewer: Callable[[Viewer], Person], as_person: AsPerson
) -> None:
    found = seen_by(as_person(make_viewer(Viewer.ADMINISTRATOR)))

    assert found.keys() == {Datum.TAKES_PART, Datum.PROPOSAL}


def test_a_stranger_hears_nothing(alice: Person, client: Client) -> None:
    assert seen_by(client) == {}


@pytest.mark.parametrize("how", [{"headers": {"HX-Request": "true"}}, {"data": {"q": "canary", "all": ""}}])
def test_no_way_of_asking_gives_more(
    how: dict[str, Any], alice: Person, otto: Person, as_person: AsPerson
) -> None:
    assert seen_by(as_person(otto), **how).keys() <= {Datum.TAKES_PART, Datum.PROPOSAL}


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_a_list_of_the_administration_tells_nothing_by_how_it_is_filtered(
    model: type[Model], alice: Person, otto: Person, as_person: AsPerson
) -> None:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    offered = {
        str(one[0] if isinstance(one, tuple) else one) for one in admin.site._registry[model].list_filter
    }
    fields = [field.name for field in model._meta.get_fields()]
    asked = [f"{field}__{how}" for field in fields for how in ("startswith", "id__exact", "gt", "in")]
    asked += [field for field in fields if field not in offered]
    asked += [f"{name}__{more}" for name in offered for more in ("people__password__startswith", "regex")]
    client = as_person(otto)

    answers = {lookup: client.get(address, {lookup: str(ID)}).status_code for lookup in asked}

    usual = {f"{name}__id__exact" for name in offered}
    assert {lookup for lookup, status in answers.items() if status != 400} <= usual


def test_the_page_for_prometheus_counts_and_names_nobody(
    alice: Person, client: Client, settings: LazySettings
) -> None:
    settings.METRICS_TOKEN = "let me in"

    said = look(client, "/metrics", headers={"Authorization": "Bearer let me in"})

    assert "hub_shares" in said
    assert heard(said) == set()
    assert alice.name not in said


def test_a_token_of_the_practice_network_opens_nothing_of_somebody_else(
    alice: Person, make_person: MakePerson, client: Client
) -> None:
    _member, token = join(make_person("Bob"), now=timezone.now())

    assert seen_by(client, headers={"Authorization": f"Bearer {token}"}) == {}


def test_whatever_is_sent_in_nobody_gets_or_touches_words_that_are_not_public(
    alice: Person, otto: Person, client: Client
) -> None:
    before = words_of(alice)
    client.raise_request_exception = False

    for name, address in doors():
        if name not in LEFT_ALONE:
            # Some doors sign one out, or close once one has been through.
            client.force_login(otto)
            assert not heard(knock(client, address)) & HIDDEN, name

    assert words_of(alice) == before


def words_of(alice: Person) -> list[tuple[object, ...]]:
    return [
        *Draft.objects.filter(person=alice).values_list("pk", "text", "texts", "saved_at"),
        *SecondReading.objects.filter(person=alice).values_list("pk", "reader", "words", "answer"),
        *Share.objects.filter(person=alice).order_by("pk").values_list("pk", "text", "state", "due_at"),
    ]


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is handed to tasks from here on."""
    handed: list[str] = []
    really = Task.apply_async

    def listen(task: Task, args: object = None, kwargs: object = None, **options: object) -> object:
        handed.append(json.dumps([task.name, args, kwargs, options], default=repr))
        return really(task, args, kwargs, **options)

    monkeypatch.setattr(Task, "apply_async", listen)
    return handed


@pytest.fixture
def typing(alice: Person, client: Client) -> Client:
    """Alice, who writes canaries wherever she can write."""
    client.force_login(alice)
    client.raise_request_exception = False
    return client


def test_words_go_into_no_log_no_task_and_no_other_table(
    typing: Client,
    carried: list[str],
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    at = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT12:00")
    typed = {**TYPED, "text": "canary-draft", "language": "en", "accounts": [str(ID)]}
    with django_capture_on_commit_callbacks(execute=True):
        typing.post(f"/shares/{ID}/draft/", {**typed, "submission": ""})
        typing.post(f"/shares/{ID}/create/", {**typed, "text": "canary-draft" * 900})
        typing.post("/shares/count/", typed)
        typing.post(f"/shares/{ID}/second-reader/take-back/")
        asked = typing.post(f"/shares/{ID}/second-reader/", {"colleague": "rita@example.test"})
        lent_in = tables_with("canary-draft")
        typing.post(f"/shares/mine/{ID}/reword/", {"text": "canary-draft, reworded"})
        shared = typing.post(f"/shares/{ID}/create/", {**typed, "when": "later", "at": at})
    monkeypatch.setattr("advocacy.shares.views.composing.save_draft", fall_over)
    fell = typing.post(f"/shares/{ID}/draft/", typed)

    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert (asked.status_code, shared.status_code, fell.status_code) == (302, 302, 500)
    assert lent_in == {"shares.Draft", "shares.SecondReading"}
    assert "RuntimeError: a full disk" in logged
    assert "canary-draft" not in logged
    assert carried
    assert not [one for one in carried if "canary" in one]
    assert tables_with("canary-draft") == {"shares.Share"}


def fall_over(*_args: object, **_more: object) -> NoReturn:
    raise RuntimeError("a full disk")


def test_a_draft_stands_in_one_table_and_goes_with_its_author(
    alice: Person, otto: Person, as_person: AsPerson, now: datetime
) -> None:
    assert tables_with("canary-draft") == {"shares.Draft"}

    leaving = {"action": "let_leave", "_selected_action": [str(ID)]}
    as_person(otto).post("/admin/people/person/", leaving)

    assert tables_with("canary-draft") == set()
    assert not Share.objects.filter(person=alice, state=State.SCHEDULED).exists()


def tables_with(canary: str) -> set[str]:
    """Return the tables in which it stands anywhere, sessions unpacked."""
    found = {
        model._meta.label
        for model in apps.get_models()
        if any(canary in repr(row) for row in model._base_manager.values_list())
    }
    in_sessions = any(canary in repr(session.get_decoded()) for session in Session.objects.all())
    return found | ({"sessions.Session"} if in_sessions else set())
