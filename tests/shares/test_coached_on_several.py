"""The coach where one story goes to several accounts, with the same words or with others."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Draft
from advocacy.stories.models import Story, SuggestedText
from tests.stories.paper_forms import form_on

pytestmark = pytest.mark.real_clock

Form = dict[str, str | list[str]]

TIE = "I work at Zomerwaard and I saw this happen from my own bench."
NO_TIE = "What a lovely story."
LONG = "This is a long story about a pump that would not start. " * 4 + TIE
# The person, the story, their accounts, what is off, the draft that is kept, and what the coach knows.
QUERIES_WHILE_TYPING = 18


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


def test_a_remark_on_the_words_for_one_account_says_so(
    story: Story, account: Account, connect: Callable[[str], Account], browser: Client
) -> None:
    other = connect("mastodon")

    differ = said(browser, story, typed(account, other, text=TIE, **{f"text_{other.key}": NO_TIE}))
    same = said(browser, story, typed(account, other, text=NO_TIE))

    assert "Readers can&#x27;t tell" in differ
    assert "Only on Mastodon @alice.mastodon" in differ
    assert "Readers can&#x27;t tell" in same
    assert "Only on" not in same


def test_what_holds_on_one_network_names_it(
    story: Story, connect: Callable[[str], Account], browser: Client
) -> None:
    folded, whole = connect("linkedin"), connect("mastodon")

    page = said(browser, story, typed(folded, whole, text=LONG))

    assert "but below the fold" in page
    assert "Only on LinkedIn @alice.linkedin" in page


def test_a_line_is_put_into_the_words_that_lack_it(
    story: Story, account: Account, connect: Callable[[str], Account], browser: Client
) -> None:
    """Without JavaScript, by the buttons as they stand on the page."""
    other = connect("mastodon")
    form = typed(account, other, text=TIE, **{f"text_{other.key}": NO_TIE})
    page = browser.post(f"/shares/{story.pk}/draft/", {**form, "dismissed": "C23"})
    offer = page.context["coached"].offers[0]
    assert offer.text.endswith(NO_TIE)

    browser.post(f"/shares/{story.pk}/draft/", {**form_on(page, "#composer"), "offer": offer.text})

    draft = Draft.objects.get()
    assert draft.text == TIE
    assert draft.texts == {other.key: offer.text}


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
