"""The coach where one story goes to several accounts, with the same words or with others."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.stories.models import Story, SuggestedText

Form = dict[str, str | list[str]]

TIE = "I work at Zomerwaard and I saw this happen from my own bench."
# The person, the story, their accounts, the draft that is kept, and what the coach knows.
QUERIES_WHILE_TYPING = 17


@pytest.fixture
def now() -> datetime:
    """The real clock: views read it themselves."""
    return timezone.now()


@pytest.fixture
def browser(alice: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(alice)


@pytest.fixture
def connect(alice: Person, now: datetime) -> Callable[[str], Account]:
    def make(platform: str) -> Account:
        return Account.objects.create(
            person=alice,
            platform=platform,
            host=f"{platform}.example",
            remote_id=platform,
            handle=f"@alice.{platform}",
            token="a token",
            connected_at=now,
        )

    return make


def typed(*accounts: Account, text: str, **changes: str) -> Form:
    keys = [account.key for account in accounts]
    return {"text": text, "language": "en", "accounts": keys, "attach": "", "when": "now", **changes}


def said(browser: Client, story: Story, form: Form) -> str:
    answer = browser.post(f"/shares/{story.pk}/draft/", form, headers={"HX-Request": "true"})
    return answer.content.decode()


def test_it_takes_no_more_queries_for_four_accounts_than_for_one(
    story: Story,
    account: Account,
    connect: Callable[[str], Account],
    browser: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    SuggestedText.objects.create(story=story, text="We repair what others throw away.", language="en")
    others = [connect(platform) for platform in ("linkedin", "mastodon", "bluesky")]
    words = f"{TIE} " * 45
    said(browser, story, typed(account, *others, text=words))

    for accounts in ([account], [account, *others]):
        with django_assert_num_queries(QUERIES_WHILE_TYPING):
            said(browser, story, typed(*accounts, text=words))
