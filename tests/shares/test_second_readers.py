"""A colleague whom the author chose reads along: what they see, what ends it, what never depends on it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import IntegrityError
from django.test import Client

from advocacy.notices.mailing import mail_due
from advocacy.notices.models import Notice
from advocacy.people.leaving import leave
from advocacy.people.models import Person, Role
from advocacy.platforms.models import Account
from advocacy.shares.asking_readers import CannotAnswer, CannotAsk, answer_reading, ask_reader
from advocacy.shares.models import Draft, SecondReading, Share
from advocacy.shares.tasks import end_readings
from advocacy.stories.models import Story

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]
WORDS = "I soldered the board of this kettle myself, and it sings."
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _nobody_has_typed_names_yet() -> None:
    """They are counted in the cache, which outlives a test."""
    cache.clear()


def composed(account: Account, **changes: str) -> dict[str, str]:
    return {"text": WORDS, "language": "en", "accounts": str(account.pk), "when": "now"} | changes


@pytest.fixture
def browser(alice: Person, as_person: AsPerson, story: Story, account: Account) -> Client:
    """Alice's, with a draft of hers in it."""
    browser = as_person(alice)
    browser.post(f"/shares/{story.pk}/draft/", composed(account))
    return browser


@pytest.fixture
def reading(browser: Client, story: Story, bob: Person) -> SecondReading:
    """What Bob reads of Alice's."""
    browser.post(f"/shares/{story.pk}/second-reader/", {"colleague": "bob@example.test"})
    return SecondReading.objects.get()


def page_of(reading: SecondReading) -> str:
    return f"/shares/second-reader/{reading.pk}/"


def sees_nothing(client: Client, reading: SecondReading) -> bool:
    """Whether the page is what it is for an id that nothing ever had."""
    answer, unknown = client.get(page_of(reading)), client.get("/shares/second-reader/987654/")
    statuses = (answer.status_code, unknown.status_code)
    return statuses == (404, 404) and WORDS not in answer.content.decode()


def test_the_author_asks_a_colleague_who_reads_and_answers(
    browser: Client, story: Story, account: Account, bob: Person, as_person: AsPerson
) -> None:
    led = browser.post(f"/shares/{story.pk}/draft/", composed(account, ask_reader="1"))
    assert led.headers["Location"] == f"/shares/{story.pk}/second-reader/"
    assert WORDS in browser.get(led.headers["Location"]).content.decode()

    browser.post(led.headers["Location"], {"colleague": " bob "})
    notice = Notice.objects.get(person=bob)
    read = as_person(bob).get(notice.url).content.decode()
    assert "Alice asks you to read along" in read
    assert WORDS in read
    assert "Alice asks you to read along" in as_person(bob).get("/notices/").content.decode()

    as_person(bob).post(notice.url, {"words": "Lovely. Say what a kettle is."})

    assert "Lovely. Say what a kettle is." in browser.get(f"/shares/{story.pk}/compose/").content.decode()
    assert "Bob has read your words" in browser.get("/notices/").content.decode()


def test_what_is_written_after_asking_is_not_seen(
    browser: Client, story: Story, account: Account, reading: SecondReading, bob: Person, as_person: AsPerson
) -> None:
    browser.post(f"/shares/{story.pk}/draft/", composed(account, text="A second thought."))

    read = as_person(bob).get(page_of(reading)).content.decode()

    assert WORDS in read
    assert "A second thought." not in read


def test_nobody_else_sees_it_whatever_their_roles(
    reading: SecondReading,
    make_person: Callable[..., Person],
    charlie: Person,
    alice: Person,
    as_person: AsPerson,
) -> None:
    otto = make_person("Otto", roles=tuple(Role.values), team=alice.teams.get())

    for somebody in (otto, charlie, alice):
        assert sees_nothing(as_person(somebody), reading)
        assert as_person(somebody).post(page_of(reading), {"words": "Mine now."}).status_code == 404

    assert SecondReading.objects.get().answer == ""


def test_taken_back_the_reader_sees_nothing_any_more(
    browser: Client, story: Story, reading: SecondReading, bob: Person, as_person: AsPerson
) -> None:
    read = as_person(bob).get(page_of(reading))
    assert WORDS in read.content.decode()
    assert "no-store" in read.headers["Cache-Control"]

    browser.post(f"/shares/{story.pk}/second-reader/take-back/")

    assert sees_nothing(as_person(bob), reading)
    assert as_person(bob).post(page_of(reading), {"words": "Too late"}).status_code == 404
    assert Draft.objects.get().text == WORDS


def test_a_reader_cannot_take_it_away_or_ask_another(
    reading: SecondReading, story: Story, bob: Person, charlie: Person, as_person: AsPerson
) -> None:
    as_person(bob).post(f"/shares/{story.pk}/second-reader/take-back/")
    passed_on = as_person(bob).post(f"/shares/{story.pk}/second-reader/", {"colleague": "Charlie"})

    assert passed_on.status_code == 422
    assert [one.reader for one in SecondReading.objects.all()] == [bob]


def test_it_is_taken_back_also_where_the_story_is_out_of_sight(
    browser: Client, story: Story, reading: SecondReading
) -> None:
    Story.objects.update(for_everyone=False)

    assert WORDS in browser.get(f"/shares/{story.pk}/second-reader/").content.decode()
    gone = browser.post(f"/shares/{story.pk}/second-reader/take-back/", follow=True)

    assert gone.status_code == 200
    assert not SecondReading.objects.exists()


def test_being_asked_opens_no_story(
    reading: SecondReading, story: Story, bob: Person, as_person: AsPerson
) -> None:
    assert story.title in as_person(bob).get(page_of(reading)).content.decode()

    Story.objects.update(for_everyone=False)

    assert story.title not in as_person(bob).get(page_of(reading)).content.decode()


def test_after_a_week_it_is_over_before_any_bell_and_the_copy_goes_with_the_next(
    reading: SecondReading, bob: Person, story: Story, browser: Client, as_person: AsPerson, now: datetime
) -> None:
    SecondReading.objects.update(
        asked_at=now - WEEK - timedelta(minutes=1), ends_at=now - timedelta(minutes=1)
    )

    assert sees_nothing(as_person(bob), reading)
    assert "Ask a second reader" in browser.get(f"/shares/{story.pk}/compose/").content.decode()

    end_readings()

    assert not SecondReading.objects.exists()
    assert Draft.objects.get().text == WORDS


def test_a_week_it_is_and_no_bell_ends_it_sooner(reading: SecondReading) -> None:
    assert reading.ends_at - reading.asked_at == WEEK

    end_readings()

    assert SecondReading.objects.get() == reading


def test_it_is_shared_without_waiting_and_that_ends_it(
    browser: Client, story: Story, account: Account, reading: SecondReading, bob: Person, as_person: AsPerson
) -> None:
    shared = browser.post(f"/shares/{story.pk}/create/", composed(account))

    assert shared.status_code == 302
    assert Share.objects.get().text == WORDS
    assert not SecondReading.objects.exists()
    assert sees_nothing(as_person(bob), reading)


def test_an_answer_changes_nothing_but_that_there_is_one(
    reading: SecondReading, bob: Person, account: Account, now: datetime
) -> None:
    drafts = list(Draft.objects.values())

    answer_reading(reading, words="Do not post this.", now=now)

    assert list(Draft.objects.values()) == drafts
    assert not Share.objects.exists()


def test_throwing_the_draft_away_ends_it(browser: Client, story: Story, reading: SecondReading) -> None:
    browser.post(f"/shares/{story.pk}/draft/drop/")

    assert not SecondReading.objects.exists()


@pytest.mark.parametrize("leaver", ["alice", "bob"])
def test_who_leaves_ends_it(
    leaver: str, reading: SecondReading, bob: Person, as_person: AsPerson, now: datetime
) -> None:
    leave(Person.objects.get(email=f"{leaver}@example.test"), now=now)

    assert not SecondReading.objects.exists()
    if leaver == "alice":
        assert sees_nothing(as_person(bob), reading)


def test_one_answer_is_all(reading: SecondReading, bob: Person, as_person: AsPerson, now: datetime) -> None:
    reader = as_person(bob)

    assert reader.post(page_of(reading), {"words": ""}).status_code == 422
    assert reader.post(page_of(reading), {"words": "x" * 301}).status_code == 422
    assert reader.post(page_of(reading), {"words": "Good."}).status_code == 302
    assert reader.post(page_of(reading), {"words": "Or not?"}).status_code == 422

    assert SecondReading.objects.get().answer == "Good."
    assert Notice.objects.filter(kind="second_reader_answered").count() == 1


def test_no_answer_comes_after_the_end(reading: SecondReading) -> None:
    with pytest.raises(CannotAnswer):
        answer_reading(reading, words="Hello?", now=reading.ends_at)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("alice@example.test", "We found no colleague"),
        ("Nobody At All", "We found no colleague"),
        ("left@example.test", "We found no colleague"),
        ("Sam", "More than one colleague"),
        ("", "This field is required"),
    ],
)
def test_only_one_colleague_who_works_here_is_asked(
    typed: str, why: str, browser: Client, story: Story, make_person: Callable[..., Person], now: datetime
) -> None:
    leave(make_person("Left"), now=now)
    for address in ("sam@example.test", "sam2@example.test"):
        Person.objects.create(email=address, name="Sam")

    page = browser.post(f"/shares/{story.pk}/second-reader/", {"colleague": typed})

    assert page.status_code == 422
    assert why in page.content.decode()
    assert not SecondReading.objects.exists()
    assert not Notice.objects.exists()


def test_one_at_a_time_and_another_after_taking_back(
    browser: Client, story: Story, reading: SecondReading, bob: Person, charlie: Person, as_person: AsPerson
) -> None:
    ask = f"/shares/{story.pk}/second-reader/"
    assert browser.post(ask, {"colleague": "Charlie"}).status_code == 422

    browser.post(f"{ask}take-back/")
    browser.post(ask, {"colleague": "Charlie"})

    assert SecondReading.objects.get().reader == charlie
    assert not [
        path for path in Notice.objects.filter(person=bob) if as_person(bob).get(path.url).status_code != 404
    ]


def test_without_words_nobody_is_asked(alice: Person, bob: Person, story: Story, now: datetime) -> None:
    with pytest.raises(CannotAsk, match="Write something first"):
        ask_reader(alice, story, reader=bob, now=now)

    Draft.objects.create(person=alice, story=story, text="  ", saved_at=now)
    with pytest.raises(CannotAsk, match="Write something first"):
        ask_reader(alice, story, reader=bob, now=now)


def test_the_database_lets_nobody_read_along_with_themselves(
    alice: Person, story: Story, now: datetime
) -> None:
    draft = Draft.objects.create(person=alice, story=story, text=WORDS, saved_at=now)

    with pytest.raises(IntegrityError):
        SecondReading.objects.create(
            person=alice, draft=draft, reader=alice, words=WORDS, asked_at=now, ends_at=now + WEEK
        )


def test_the_words_are_in_no_notice_no_mail_and_no_log(
    browser: Client,
    story: Story,
    bob: Person,
    as_person: AsPerson,
    now: datetime,
    mailoutbox: list[EmailMessage],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    browser.post(f"/shares/{story.pk}/second-reader/", {"colleague": "Bob"})
    page = page_of(SecondReading.objects.get())
    as_person(bob).get(page)
    as_person(bob).post(page, {"words": "It sings to me too."})
    mail_due(now=now + timedelta(minutes=1))

    told = [repr(one) for one in Notice.objects.values_list("kind", "facts", "once")]
    mailed = {mail.to[0]: str(mail.message()) for mail in mailoutbox}
    assert len(told) == len(mailed) == 2
    for said in (*told, *mailed.values(), caplog.text):
        assert WORDS not in said
        assert "sings" not in said
    assert page in mailed["bob@example.test"]
    assert f"/shares/{story.pk}/second-reader/" in mailed["alice@example.test"]


def test_nobody_finds_out_by_typing_names_who_works_here(
    browser: Client, story: Story, charlie: Person, bob: Person, account: Account, as_person: AsPerson
) -> None:
    page = f"/shares/{story.pk}/second-reader/"

    guesses = [browser.post(page, {"colleague": f"Somebody {number}"}) for number in range(10)]
    found = browser.post(page, {"colleague": "Bob"})

    assert {answer.status_code for answer in guesses} == {422}
    assert "We found no colleague" in guesses[-1].content.decode()
    assert found.status_code == 422
    assert "You have typed many names" in found.content.decode()
    assert not SecondReading.objects.exists()
    # It counts for each person alone.
    his = as_person(charlie)
    his.post(f"/shares/{story.pk}/draft/", {"text": WORDS, "language": "en", "when": "now"})
    assert "We found no colleague" in his.post(page, {"colleague": "Nobody"}).content.decode()
