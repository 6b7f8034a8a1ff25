"""A hint silenced for good: by its own author, only a hint, and with a way back."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy.conduct.coaching.noticing import Level
from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import MutedHint
from advocacy.shares.muting import mute_hint, muted_by
from advocacy.stories.models import Story

AsPerson = Callable[[Person], Client]
# C12 says that a tie is not told, C20 asks about an insult.
UNTIED = "What a lovely story!"
INSULT = "I work at Zomerwaard and some idiot cut the cable."


def composed(account: Account, text: str, **changes: str) -> dict[str, str]:
    return {"text": text, "language": "en", "accounts": str(account.pk), "when": "now"} | changes


def said(client: Client, story: Story, data: dict[str, str]) -> set[str]:
    typed = client.post(f"/shares/{story.pk}/draft/", data, headers={"HX-Request": "true"})
    return {remark.id for remark in typed.context["coached"].shown}


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


def test_a_hint_is_silenced_for_good_and_comes_back_from_settings(
    story: Story, account: Account, browser: Client
) -> None:
    assert "C12" in said(browser, story, composed(account, UNTIED))

    assert "C12" not in said(browser, story, composed(account, UNTIED, mute="C12"))
    assert "C12" not in said(browser, story, composed(account, UNTIED))
    assert "/shares/hints/" in browser.get("/people/settings/").content.decode()
    assert "Rule D02 of our code" in browser.get("/shares/hints/").content.decode()

    browser.post("/shares/hints/C12/unmute/")

    assert "C12" in said(browser, story, composed(account, UNTIED))
    assert "You silenced nothing" in browser.get("/shares/hints/").content.decode()


def test_without_javascript_it_is_silenced_and_the_words_stay(
    story: Story, account: Account, browser: Client
) -> None:
    page = browser.post(f"/shares/{story.pk}/draft/", composed(account, UNTIED, mute="C12"), follow=True)

    assert UNTIED in page.content.decode()
    assert "C12" not in {remark.id for remark in page.context["coached"].shown}


def test_a_question_is_never_silenced(story: Story, account: Account, browser: Client, alice: Person) -> None:
    for check in CHECKS:
        mute_hint(alice, check.id, now=timezone.now())

    assert muted_by(alice) == {check.id for check in CHECKS if check.level == Level.HINT}
    assert "C20" in said(browser, story, composed(account, INSULT))
    assert browser.post(f"/shares/{story.pk}/create/", composed(account, INSULT)).status_code == 422


def test_a_row_that_should_not_be_there_silences_no_question(
    story: Story, account: Account, browser: Client, alice: Person
) -> None:
    MutedHint.objects.create(person=alice, check_id="C20", muted_at=timezone.now())

    assert "C20" in said(browser, story, composed(account, INSULT))
    assert "You silenced nothing" in browser.get("/shares/hints/").content.decode()


def test_what_one_silences_colleagues_still_hear(
    story: Story,
    account: Account,
    browser: Client,
    bob: Person,
    as_person: AsPerson,
    make_account: Callable[..., Account],
) -> None:
    said(browser, story, composed(account, UNTIED, mute="C12"))
    his = as_person(bob)
    his.post("/shares/hints/C12/unmute/")

    assert "C12" in said(his, story, composed(make_account(bob), UNTIED))
    assert "C12" not in said(browser, story, composed(account, UNTIED))


def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    browser: Client, alice: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hints = [check.id for check in CHECKS if check.level == Level.HINT]
    mute_hint(alice, hints[0], now=timezone.now())
    browser.get("/shares/hints/")
    with CaptureQueriesContext(connection) as short:
        browser.get("/shares/hints/")

    for hint in hints:
        mute_hint(alice, hint, now=timezone.now())

    with django_assert_num_queries(len(short)):
        page = browser.get("/shares/hints/").content.decode()
    assert page.count("Say it again") == len(hints)


def test_silence_is_no_word_of_the_hub(alice: Person) -> None:
    mute_hint(alice, "nonsense", now=timezone.now())
    mute_hint(alice, "", now=timezone.now())

    assert not MutedHint.objects.exists()
