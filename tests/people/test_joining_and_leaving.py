"""An administrator adds people and lets them go."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from advocacy.people.leaving import leave
from advocacy.people.models import Person, Place, Role, Team
from advocacy.people.signals import person_joined, person_left
from advocacy.people.tasks import mail_links
from tests.conftest import PASSWORD

ADD = "/admin/people/person/add/"
LIST = "/admin/people/person/"
NEW_PASSWORD = "four words nobody guesses"
NO_ROLES = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}


@pytest.fixture
def heard() -> Iterator[list[tuple[str, str, bool]]]:
    """What the apps above hear: the news, about whom, and whether a transaction was open."""
    news: list[tuple[str, str, bool]] = []

    def joined(person: Person, now: datetime, **_: object) -> None:
        news.append(("joined", person.name, transaction.get_connection().in_atomic_block))

    def left(person: Person, now: datetime, **_: object) -> None:
        news.append(("left", person.name, transaction.get_connection().in_atomic_block))

    person_joined.connect(joined)
    person_left.connect(left)
    yield news
    person_joined.disconnect(joined)
    person_left.disconnect(left)


def add(client: Client, **values: object) -> int:
    person = {"name": "Noor", "email": "noor@example.test", "language": "en", "time_zone": "Europe/Amsterdam"}
    return client.post(ADD, {**person, **NO_ROLES, **values}).status_code


def act(client: Client, action: str, *people: Person) -> str:
    chosen = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post(LIST, chosen, follow=True).content.decode()


def link_in_mail() -> str:
    found: str = re.findall(r"http\S+/key/\S+", str(mail.outbox[-1].body))[0]
    return found


def test_an_administrator_adds_noor_and_she_chooses_her_own_password(
    client: Client,
    ada: Person,
    heard: list[tuple[str, str, bool]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client.force_login(ada)
    team, place = Team.objects.create(name="Yard"), Place.objects.create(name="Delft")

    with django_capture_on_commit_callbacks(execute=True):
        status = add(client, teams=[team.pk], place=place.pk)
    noor_browser = Client()
    form = noor_browser.get(link_in_mail(), follow=True).redirect_chain[-1][0]
    noor_browser.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    noor = Person.objects.get(email="noor@example.test")
    assert status == 302
    assert heard == [("joined", "Noor", True)]
    assert mail.outbox[0].to == ["noor@example.test"]
    assert noor.check_password(NEW_PASSWORD)
    assert list(noor.teams.all()) == [team]
    assert noor_browser.get("/people/settings/").status_code == 200


def test_the_mail_speaks_her_language(
    client: Client, ada: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client.force_login(ada)

    with django_capture_on_commit_callbacks(execute=True):
        add(client, language="nl")

    sent = mail.outbox[-1]
    assert isinstance(sent, EmailMultiAlternatives)
    assert '<html lang="nl">' in str(sent.alternatives[0][0])


def test_nobody_gets_a_second_account_by_writing_the_address_larger(client: Client, ada: Person) -> None:
    client.force_login(ada)

    status = add(client, email="ADA@Example.Test")

    assert status == 200
    assert Person.objects.count() == 1


def test_a_mail_server_that_is_out_does_not_lose_noor(
    client: Client,
    ada: Person,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    settings: object,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    client.force_login(ada)

    with django_capture_on_commit_callbacks(execute=True):
        assert add(client) == 302
    page = act(client, "send_invitation", Person.objects.get(email="noor@example.test"))

    assert "Noor: " in page
    assert "Connection refused" in page


def test_roles_are_given_there_too(client: Client, ada: Person, alice: Person) -> None:
    client.force_login(ada)
    person = {"name": "Alice", "email": alice.email, "language": "en", "time_zone": "Europe/Amsterdam"}
    grant = {
        "grants-TOTAL_FORMS": "1",
        "grants-INITIAL_FORMS": "0",
        "grants-0-role": Role.EDITOR,
        "grants-0-person": alice.pk,
    }

    client.post(f"/admin/people/person/{alice.pk}/change/", {**person, **grant})

    assert Person.objects.get(pk=alice.pk).has_role(Role.EDITOR)
    assert Person.objects.get(pk=alice.pk).check_password(PASSWORD)


def test_who_leaves_is_signed_out_at_once_and_stays_out(
    client: Client, ada: Person, alice: Person, now: datetime, heard: list[tuple[str, str, bool]]
) -> None:
    her_browser = Client()
    her_browser.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert her_browser.get("/people/settings/").status_code == 200
    client.force_login(ada)

    act(client, "let_leave", alice)

    assert her_browser.get("/people/settings/").status_code == 302
    her_browser.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert her_browser.get("/people/settings/").status_code == 302
    assert heard == [("left", "Alice", True)]


def test_a_link_from_an_old_mail_lets_no_leaver_in(client: Client, alice: Person, now: datetime) -> None:
    client.post("/accounts/password/reset/", {"email": alice.email})
    mail_links()
    link = link_in_mail()

    leave(alice, now=now)

    assert b"no longer works" in client.get(link, follow=True).content
    client.post("/accounts/password/reset/", {"email": alice.email})
    assert len(mail.outbox) == 1


def test_what_goes_wrong_above_undoes_the_leaving(alice: Person, now: datetime) -> None:
    def refuse(**_: object) -> None:
        raise RuntimeError

    person_left.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            leave(alice, now=now)
    finally:
        person_left.disconnect(refuse)

    alice.refresh_from_db()
    assert alice.is_active
    assert alice.check_password(PASSWORD)


def test_an_administrator_cannot_let_herself_leave(client: Client, ada: Person) -> None:
    client.force_login(ada)

    page = act(client, "let_leave", ada)

    assert "cannot let yourself leave" in page
    assert client.get(LIST).status_code == 200


def test_who_comes_back_chooses_a_password_anew(
    client: Client,
    ada: Person,
    alice: Person,
    now: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    leave(alice, now=now)
    client.force_login(ada)

    with django_capture_on_commit_callbacks(execute=True):
        act(client, "let_return", alice)
    browser = Client()
    form = browser.get(link_in_mail(), follow=True).redirect_chain[-1][0]
    browser.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert browser.get("/people/settings/").status_code == 200


def test_nobody_is_deleted(client: Client, ada: Person, alice: Person) -> None:
    client.force_login(ada)

    assert client.post(f"/admin/people/person/{alice.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_first_administrator_can_practise_from_the_start(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", email="ada@example.test", name="Ada", verbosity=0)

    client.post("/accounts/login/", {"login": "ada@example.test", "password": PASSWORD})

    assert client.get("/admin/").status_code == 200
    assert "Rehearsal" in client.get("/platforms/").content.decode().partition("<main")[2]
    assert Person.objects.get().accounts.get().platform == "rehearsal"


def test_nobody_s_address_is_changed_behind_their_back(
    alice: Person,
    ada: Person,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """With another address, a link to choose a password opens the account, drafts included."""
    client.force_login(ada)
    page = f"/admin/people/person/{alice.pk}/change/"
    same = {"name": "Alice", "email": alice.email, "language": "nl", "time_zone": "UTC", **NO_ROLES}

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(page, same).status_code == 302
    assert mail.outbox == []

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(page, {**same, "email": "elsewhere@example.test"}).status_code == 302

    alice.refresh_from_db()
    assert alice.email == "elsewhere@example.test"
    [told] = mail.outbox
    assert told.to == ["alice@example.test"]
    assert "elsewhere@example.test" in str(told.body)
    assert "Ada" in str(told.body)
