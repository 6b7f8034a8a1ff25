"""Who forgot their password gets a link by mail, and nobody finds out by asking who works here."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage

import httpx
import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from advocacy.people import tasks
from advocacy.people.leaving import leave
from advocacy.people.models import ForgottenPassword, Person
from advocacy.people.resetting import AGAIN_AFTER, GIVEN_UP_AFTER, mail_links
from hub.celery import app
from tests.commands.servers import free_port
from tests.conftest import PASSWORD
from tests.notices.test_mailing import Postbox
from tests.notices.test_mailing import postbox as postbox
from tests.running import running_hub, wait_until

ASK = "/accounts/password/reset/"
LOGIN = "/accounts/login/"
AT = "@example.test"
NOBODY = f"nobody{AT}"
# Django's, against forms from elsewhere: new on every page.
TOKEN = re.compile(r"\b\w{64}\b")
LINK = re.compile(r"http\S+/accounts/password/reset/key/\S+")


def ask(email: str, **more: str) -> HttpResponse:
    """Ask in a browser that was never here before."""
    return Client().post(ASK, {"email": email}, follow=True, **more)  # type: ignore[arg-type, return-value]


# What differs from one run to the next: values, and the names of savepoints and cursors.
VALUES = re.compile(r"'[^']*'|\b\d+\b|\bNULL\b|s\d+_x\d+|_curs_\d+_sync_\d+")


def statements(path: str, **values: str) -> list[str]:
    """Return what the database is asked by a form that is sent in, without the values."""
    with CaptureQueriesContext(connection) as asked:
        Client().post(path, values)
    return [
        re.sub(r"'[^']*'|\b\d+\b|\bNULL\b|s\d+_x\d+|_sync_\d+", "?", one["sql"])
        for one in asked.captured_queries
    ]


class TestTheRequest:
    """It does the same for an address that somebody here has and for one that nobody has."""

    def test_it_speaks_to_no_mail_server(
        self,
        alice: Person,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        rung: list[str] = []
        settings.EMAIL_BACKEND = "a.backend.that.does.not.Exist"
        monkeypatch.setattr(tasks.mail_links, "delay", lambda: rung.append("mail_links"))

        with django_capture_on_commit_callbacks(execute=True):
            answers = [ask(alice.email), ask(NOBODY)]

        assert [one.status_code for one in answers] == [200, 200]
        assert rung == ["mail_links", "mail_links"]

    def test_it_asks_the_database_the_same(self, alice: Person) -> None:
        known, unknown = statements(ASK, email=alice.email), statements(ASK, email=NOBODY)

        assert known == unknown
        assert any(one.startswith("INSERT") for one in known)

    def test_it_answers_the_same(self, alice: Person, bob: Person, now: datetime) -> None:
        leave(bob, now=now)

        answers = [ask(email) for email in (alice.email, bob.email, NOBODY)]

        assert b"If there is an account" in answers[0].content
        assert len({TOKEN.sub("", one.content.decode()) for one in answers}) == 1
        assert len({str(one.redirect_chain) for one in answers}) == 1  # type: ignore[attr-defined]
        assert len({tuple(sorted(one.headers)) for one in answers}) == 1

    def test_it_keeps_no_address_and_no_secret(self, alice: Person) -> None:
        ask(alice.email)
        ask(NOBODY)

        kept = list(ForgottenPassword.objects.order_by("pk").values())
        assert [row["person_id"] for row in kept] == [alice.pk, None]
        assert set(kept[0]) == {"id", "person_id", "asked_at", "mail_after"}

    @pytest.mark.parametrize("email", ["alice@example.test", NOBODY])
    def test_both_have_to_wait_after_five_times(self, alice: Person, email: str) -> None:
        answers = [ask(email).status_code for _ in range(6)]

        assert answers == [200] * 5 + [429]

    def test_a_wrong_password_costs_the_same_for_both(
        self, alice: Person, bob: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        leave(bob, now=now)
        hashed: list[str] = []
        hasher = type(hashers.get_hasher())
        encode = hasher.encode
        monkeypatch.setattr(hasher, "encode", lambda *args: hashed.append("once") or encode(*args))  # type: ignore[func-returns-value]

        asked, worked = [], []
        for email in (alice.email, bob.email, NOBODY):
            hashed.clear()
            asked.append(statements(LOGIN, login=email, password="wrong"))
            worked.append(len(hashed))

        assert worked == [1, 1, 1]
        assert asked[0] == asked[1] == asked[2]


class TestTheMail:
    def test_it_comes_by_the_worker_once_with_a_link_that_opens(self, client: Client, alice: Person) -> None:
        ask(alice.email)
        assert mail.outbox == []

        tasks.mail_links()
        tasks.mail_links()

        [letter] = mail.outbox
        assert isinstance(letter, EmailMultiAlternatives)
        assert letter.to == [alice.email]
        assert letter.subject == "Choose a new password for Stoep"
        [link] = set(LINK.findall(str(letter.body)))
        assert link in str(letter.alternatives[0][0])
        assert b"Choose a password" in client.get(link, follow=True).content
        assert not ForgottenPassword.objects.exists()

    def test_it_goes_to_the_address_that_the_account_has(self, alice: Person) -> None:
        Person.objects.filter(pk=alice.pk).update(email="Alice@example.test")
        ask("ALICE@example.test")
        tasks.mail_links()

        assert mail.outbox[0].to == ["Alice@example.test"]

    def test_it_speaks_its_readers_language(self, alice: Person) -> None:
        Person.objects.filter(pk=alice.pk).update(language="nl")
        ask(alice.email)
        tasks.mail_links()

        assert "Hallo Alice" in str(mail.outbox[0].body)

    def test_who_is_unknown_or_has_left_gets_none(self, alice: Person, bob: Person, now: datetime) -> None:
        ask(bob.email)
        leave(bob, now=now)
        ask(NOBODY)

        tasks.mail_links()

        assert mail.outbox == []
        assert not ForgottenPassword.objects.exists()

    def test_who_asked_three_times_while_it_stood_still_gets_one(self, alice: Person) -> None:
        for _ in range(3):
            ask(alice.email)

        tasks.mail_links()

        assert len(mail.outbox) == 1

    def test_a_lost_bell_costs_a_round_of_beat(self) -> None:
        [entry] = [one for one in app.conf.beat_schedule.values() if one["task"] == tasks.mail_links.name]

        assert entry["schedule"] <= 30

    def test_while_the_mail_server_says_no_it_is_tried_again(
        self, alice: Person, postbox: Postbox, caplog: pytest.LogCaptureFixture
    ) -> None:
        ask(alice.email)
        now = timezone.now()
        postbox.answer = "451 later"
        assert mail_links(now=now) == 0
        [said] = [one.getMessage() for one in caplog.records if one.name.startswith("advocacy.")]
        assert said == f"a link for person {alice.pk} was not mailed: SMTPDataError"

        postbox.answer = "250 kept"

        assert mail_links(now=now + AGAIN_AFTER / 2) == 0
        assert mail_links(now=now + AGAIN_AFTER) == 1
        assert mail_links(now=now + 2 * AGAIN_AFTER) == 0
        assert [to for to, _ in postbox.mails] == [alice.email]

    def test_a_server_that_is_out_is_tried_again(
        self, alice: Person, settings: Settings, postbox: Postbox
    ) -> None:
        ask(alice.email)
        now = timezone.now()
        there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
        mail_links(now=now)

        settings.EMAIL_PORT = there

        assert mail_links(now=now + AGAIN_AFTER) == 1

    def test_one_that_cannot_be_mailed_does_not_hold_up_the_others(
        self, alice: Person, bob: Person, postbox: Postbox
    ) -> None:
        postbox.unknown = {alice.email}
        ask(alice.email)
        ask(bob.email)

        assert mail_links(now=timezone.now()) == 1
        assert [to for to, _ in postbox.mails] == [bob.email]

    def test_after_half_an_hour_nobody_waits_for_it_any_more(self, alice: Person) -> None:
        ask(alice.email)

        mail_links(now=timezone.now() + GIVEN_UP_AFTER + timedelta(seconds=1))

        assert mail.outbox == []
        assert not ForgottenPassword.objects.exists()

    def test_who_asks_again_gets_another(self, alice: Person) -> None:
        for _ in range(2):
            ask(alice.email)
            tasks.mail_links()

        assert len(mail.outbox) == 2


ALICE = f"""
from advocacy.people.models import Person
answer = Person.objects.create_user("alice{AT}", "{PASSWORD}", name="Alice").pk
"""


@pytest.mark.slow
def test_the_answer_waits_for_no_worker_and_the_mail_comes_with_it(
    postbox: Postbox, settings: Settings
) -> None:
    """A hub as people run it. While no worker runs, the mail server hears nothing, and nothing is lost."""
    mail_server = f"smtp://127.0.0.1:{settings.EMAIL_PORT}"
    with running_hub(programs=("web",), EMAIL_URL=mail_server) as hub:
        hub.ask(ALICE)
        with httpx.Client(base_url=hub.url) as browser:
            answers = [asked_in(browser, email) for email in (f"alice{AT}", NOBODY)]
        assert answers[0] == answers[1] == (302, f"{ASK}done/")
        assert postbox.mails == []

        hub.start("worker")

        wait_until(lambda: postbox.mails, seconds=60)
        [(to, letter)] = postbox.mails
        assert to == f"alice{AT}"
        assert link_in(letter).startswith(f"{hub.url}/accounts/")


def asked_in(browser: httpx.Client, email: str) -> tuple[int, str]:
    browser.get(ASK)
    answer = browser.post(ASK, data={"email": email, "csrfmiddlewaretoken": browser.cookies["csrftoken"]})
    return answer.status_code, answer.headers["Location"]


def link_in(letter: EmailMessage) -> str:
    part = letter.get_body(preferencelist=("plain",))
    assert part is not None
    link: str = LINK.findall(str(part.get_content()))[0]
    return link
