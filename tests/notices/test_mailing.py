"""Notices by mail, through a real mail server on this machine."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connections
from pytest_django import Settings

from advocacy.notices.mailing import mail_due
from advocacy.notices.models import MAX_MAIL_TRIES, Notice
from advocacy.notices.telling import tell
from advocacy.people.models import Person
from tests.commands.servers import free_port

FACTS: dict[str, object] = {
    "story_title": "The night train & its crew",
    "platform": "Bluesky",
    "handle": "@alice.example",
    "others": 2,
    "url": "/shares/7/",
}


class Postbox:
    """A mail server that keeps what it gets, and says no or falls silent when it is told to."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []
        self.answer = "250 kept"
        self.unknown: set[str] = set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer == "silence":
            self._keep(envelope)
            assert server.transport is not None
            server.transport.close()
            return ""
        if self.answer.startswith("250"):
            self._keep(envelope)
        return self.answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.unknown:
            return f"550 {address} is unknown"
        envelope.rcpt_tos.append(address)
        return "250 known"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        self.mails.append((envelope.rcpt_tos[0], mail))


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield box
    controller.stop()


def told(person: Person, now: datetime, kind: str = "share_missed", once: str = "") -> Notice:
    tell(person, kind, once=once or kind, facts=FACTS, now=now)
    return Notice.objects.get(person=person, once=once or kind)


@pytest.mark.parametrize(
    "kind",
    [
        "share_missed",
        "share_refused",
        "share_unknown",
        "share_by_hand",
        "share_not_told",
        "share_barred",
        "account_broken",
    ],
)
def test_a_notice_arrives_once_with_words_and_a_way_on(
    alice: Person, now: datetime, postbox: Postbox, kind: str
) -> None:
    told(alice, now, kind)

    mail_due(now=now)
    mail_due(now=now + timedelta(days=1))

    [(to, mail)] = postbox.mails
    text, html = body(mail, "plain"), body(mail, "html")
    assert to == "alice@example.test"
    assert "Bluesky" in str(mail["Subject"])
    assert "\n" not in str(mail["Subject"])
    assert "http://127.0.0.1:8000/shares/7/" in text
    assert "http://127.0.0.1:8000/shares/7/" in html
    assert "&amp;" not in text
    assert "csrf" not in html


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content())


def test_it_speaks_the_readers_language(alice: Person, now: datetime, postbox: Postbox) -> None:
    Person.objects.filter(pk=alice.pk).update(language="nl")
    told(alice, now)

    mail_due(now=now)

    assert '<html lang="nl">' in body(postbox.mails[0][1], "html")


def test_nothing_is_mailed_before_it_was_told(alice: Person, now: datetime, postbox: Postbox) -> None:
    told(alice, now)

    assert mail_due(now=now - timedelta(seconds=1)) == 0


def test_while_the_server_says_no_the_wait_grows_and_then_it_arrives(
    alice: Person, now: datetime, postbox: Postbox
) -> None:
    notice = told(alice, now)
    postbox.answer = "451 later"
    waits = []
    for _ in range(4):
        assert mail_due(now=now) == 0
        notice.refresh_from_db()
        waits.append(notice.mail_after - now)
        now = notice.mail_after

    postbox.answer = "250 kept"
    mail_due(now=now)

    assert waits == [timedelta(minutes=minutes) for minutes in (1, 4, 16, 64)]
    assert len(postbox.mails) == 1


def test_a_server_that_is_out_is_tried_again(
    alice: Person, now: datetime, settings: Settings, postbox: Postbox
) -> None:
    notice = told(alice, now)
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()

    mail_due(now=now)
    settings.EMAIL_PORT = there
    notice.refresh_from_db()
    mail_due(now=notice.mail_after)

    assert len(postbox.mails) == 1


def test_it_is_given_up_after_some_tries_and_stands_in_the_hub(
    alice: Person, now: datetime, postbox: Postbox
) -> None:
    told(alice, now)
    postbox.answer = "550 no such person"

    for day in range(MAX_MAIL_TRIES + 5):
        mail_due(now=now + timedelta(days=day))

    notice = Notice.objects.get()
    assert notice.mail_tries == MAX_MAIL_TRIES
    assert notice.read_at is None


def test_a_server_that_takes_it_and_falls_silent_does_not_get_it_again(
    alice: Person, now: datetime, postbox: Postbox
) -> None:
    told(alice, now)
    postbox.answer = "silence"
    mail_due(now=now)

    postbox.answer = "250 kept"
    mail_due(now=now + timedelta(days=1))

    assert len(postbox.mails) == 1


def test_one_bad_mail_does_not_hold_up_the_others(
    alice: Person, bob: Person, now: datetime, postbox: Postbox
) -> None:
    postbox.unknown = {alice.email}
    told(alice, now)
    told(bob, now)

    mail_due(now=now)

    assert [to for to, _ in postbox.mails] == ["bob@example.test"]


def test_who_has_read_it_or_has_left_gets_no_mail(
    alice: Person, bob: Person, now: datetime, postbox: Postbox
) -> None:
    told(alice, now)
    Notice.objects.mark_read(now)
    told(bob, now)
    Person.objects.filter(pk=bob.pk).update(is_active=False)

    assert mail_due(now=now) == 0
    assert postbox.mails == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_mail_each_notice_once(alice: Person, now: datetime, postbox: Postbox) -> None:
    for number in range(20):
        told(alice, now, once=f"n{number}")

    def work(_: int) -> int:
        try:
            return mail_due(now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        counts = list(workers.map(work, range(4)))

    assert sum(counts) == len(postbox.mails) == 20


def test_no_address_is_logged(
    alice: Person, now: datetime, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    told(alice, now)
    postbox.unknown = {alice.email}

    mail_due(now=now)

    [said] = [record.getMessage() for record in caplog.records if record.name.startswith("advocacy")]
    assert "was not mailed" in said
    assert "alice" not in said
