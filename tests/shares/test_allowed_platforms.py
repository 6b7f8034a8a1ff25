"""A story may be for certain platforms only: what the composer offers, what is refused, what a queue does."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from selectolax.lexbor import LexborHTMLParser

from advocacy.notices.models import Notice
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.claiming import claim_batch
from advocacy.shares.handing_over import call_owners
from advocacy.shares.models import Draft, Share, State
from advocacy.shares.publishing import arm, publish_due
from advocacy.stories.models import Story, SuggestedText, Topic
from tests.shares.paper import Paper

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def browser(alice: Person, as_person: Callable[[Person], Client]) -> Client:
    return as_person(alice)


@pytest.fixture
def elsewhere(alice: Person, now: datetime) -> Account:
    """Alice's second account."""
    return Account.objects.create(
        person=alice, platform="bluesky", host="bsky.example", remote_id="did:2", handle="alice.example",
        token="a token", connected_at=now,
    )  # fmt: skip


def allow(*platforms: str) -> None:
    Story.objects.update(allowed_on=f" {' '.join(platforms)} ")


def composed(*keys: str, **changes: str) -> dict[str, str | list[str]]:
    form = {"text": "Proud of this.", "language": "en", "attach": "", "when": "now"}
    return {**form, "accounts": list(keys), "submission": str(uuid4()), **changes}


def offered(page: Any) -> list[str | None]:
    boxes = LexborHTMLParser(page.content.decode()).css("input[name=accounts]")
    return [box.attributes["value"] for box in boxes]


def words(answer: Any, where: str = "main") -> str:
    found = LexborHTMLParser(answer.content.decode()).css_first(where)
    assert found is not None
    return " ".join(found.text(separator=" ").split())


def publish(at: datetime) -> None:
    publish_due(clock=lambda: at)


@pytest.mark.real_clock
class TestTheComposer:
    def test_offers_what_the_story_is_for_and_says_why_the_rest_is_missing(
        self, browser: Client, story: Story, account: Account, elsewhere: Account
    ) -> None:
        allow("bluesky", "whatsapp", "linkedin")

        page = browser.get(f"/shares/{story.pk}/compose/")

        ways = ["bluesky-by-hand", "linkedin-by-hand", "whatsapp-by-hand"]
        assert offered(page) == [elsewhere.key, *ways]
        why = words(page, "#only-on")
        assert "This story is for Bluesky, LinkedIn and WhatsApp only" in why
        assert "so your account on Paper is not here." in why
        # What would fit elsewhere is of no use here.
        assert "Mastodon" not in words(page)

    def test_offers_no_start_that_was_written_for_elsewhere(
        self, browser: Client, story: Story, account: Account
    ) -> None:
        for platform in ("", "bluesky", "x"):
            SuggestedText.objects.create(
                story=story, text=f"For {platform or 'all'}!", language="en", platform=platform
            )
        allow("bluesky")

        page = words(browser.get(f"/shares/{story.pk}/compose/"), ".starts")

        assert ("For all!" in page, "For bluesky!" in page, "For x!" in page) == (True, True, False)

    def test_says_nothing_of_it_where_a_story_is_for_everywhere(
        self, browser: Client, story: Story, account: Account
    ) -> None:
        assert "only-on" not in browser.get(f"/shares/{story.pk}/compose/").content.decode()

    @pytest.mark.parametrize(
        ("platforms", "way_on"),
        [
            (("linkedin", "xing"), "Post it yourself, below."),
            (("mastodon",), "Connect an account there, and it is here."),
            (("bluesky", "x"), "Connect an account there, or post it yourself, below."),
            (("instagram",), "Nobody can share it from this hub yet. Tell an administrator"),
            (("bygone",), "Nobody can share it from this hub yet. Tell an administrator"),
        ],
    )
    def test_who_has_only_other_accounts_is_told_what_to_do(
        self, browser: Client, story: Story, account: Account, platforms: tuple[str, ...], way_on: str
    ) -> None:
        allow(*platforms)

        page = browser.get(f"/shares/{story.pk}/compose/")

        assert way_on in words(page, "#only-on")
        assert str(account.pk) not in offered(page)

    @pytest.mark.parametrize("whose", ["account", "by hand"])
    def test_a_form_past_the_page_is_refused_and_loses_no_word(
        self, browser: Client, story: Story, account: Account, elsewhere: Account, whose: str
    ) -> None:
        allow("bluesky")
        key = account.key if whose == "account" else "x-by-hand"
        sent = composed(key, elsewhere.key, **{f"text_{key}": "Just there."})

        answer = browser.post(f"/shares/{story.pk}/create/", sent)

        assert answer.status_code == 422
        assert not Share.objects.exists()
        platform = "Paper" if whose == "account" else "X"
        said = f"This story is for Bluesky only, so it cannot go to {platform}. Choose another account."
        assert said in words(answer)
        page = answer.content.decode()
        assert "Proud of this." in page
        assert "Just there." in page
        # The box is gone, so that pressing once more works.
        assert offered(answer) == [elsewhere.key, "bluesky-by-hand"]

    def test_a_draft_from_before_the_list_was_narrowed_keeps_every_word(
        self, browser: Client, story: Story, account: Account, elsewhere: Account
    ) -> None:
        started = composed(account.key, **{f"text_{account.key}": "Words for paper."})
        browser.post(f"/shares/{story.pk}/draft/", started, headers={"HX-Request": "true"})
        allow("bluesky")

        # The page is still open, and goes on saving; it says so while one types.
        typed = browser.post(f"/shares/{story.pk}/draft/", started, headers={"HX-Request": "true"})
        assert "so it cannot go to Paper" in typed.content.decode()
        page = browser.get(f"/shares/{story.pk}/compose/")

        assert "Words for paper." in words(page, "[data-kept]")
        form = composed(elsewhere.key, **{f"text_{account.key}": "Words for paper."})
        browser.post(f"/shares/{story.pk}/draft/", form)
        assert Draft.objects.get().texts == {account.key: "Words for paper."}
        assert browser.post(f"/shares/{story.pk}/create/", form).status_code == 302
        assert [(share.account, share.text) for share in Share.objects.all()] == [
            (elsewhere, "Proud of this.")
        ]


class TestTheQueue:
    """As with a story that closes: what is due does not go, its owner hears so, and no word is lost."""

    def test_does_not_send_what_its_story_is_no_longer_for(
        self, share: Share, paper: type[Paper], now: datetime
    ) -> None:
        allow("bluesky")

        publish(now + HOUR)

        share.refresh_from_db()
        assert paper.ledger == []
        assert (share.state, share.reason) == (State.MISSED, "platform_barred")
        notice = Notice.objects.get()
        assert (notice.kind, notice.person) == ("share_barred", share.person)

    def test_sends_it_when_the_platform_is_back_before_its_moment(
        self, share: Share, paper: type[Paper], now: datetime
    ) -> None:
        allow("bluesky")
        publish(now)
        allow("bluesky", "paper")

        publish(now + HOUR)

        assert len(paper.ledger) == 1
        assert not Notice.objects.exists()

    def test_is_not_fooled_by_a_name_within_a_name(
        self, share: Share, paper: type[Paper], now: datetime
    ) -> None:
        allow("wallpaper", "paper-2")

        publish(now + HOUR)

        assert paper.ledger == []

    def test_gives_back_what_a_worker_had_claimed_just_before(
        self, share: Share, paper: type[Paper], now: datetime
    ) -> None:
        claimed = claim_batch(now=now + HOUR)
        allow("bluesky")

        assert arm(claimed, now=now + HOUR) == []
        assert claim_batch(now=now + HOUR) == []

    @pytest.mark.real_clock
    def test_says_so_before_its_moment_and_leads_to_another_account(
        self, share: Share, browser: Client
    ) -> None:
        allow("bluesky")

        page = browser.get(f"/shares/mine/{share.pk}/")

        said = "This story is no longer for Paper, so this does not go out."
        assert said in words(page)
        assert "Goes out" not in words(page)
        assert share.text in words(page)
        assert f"/shares/{share.story_id}/compose/" in page.content.decode()
        assert said in words(browser.get("/shares/mine/"))
        assert said in words(browser.get("/shares/queue/"))

    @pytest.mark.real_clock
    def test_refuses_another_moment_and_a_restart_in_words(self, share: Share, browser: Client) -> None:
        allow("bluesky")
        before = Share.objects.values().get()

        answer = browser.post(f"/shares/mine/{share.pk}/reschedule/", {"now": "yes"})

        assert answer.status_code == 422
        assert "This story is for Bluesky only, so it cannot go to Paper." in words(answer)
        assert Share.objects.values().get() == before
        browser.post(f"/shares/mine/{share.pk}/cancel/")
        assert browser.post(f"/shares/mine/{share.pk}/restore/").status_code == 422

    @pytest.mark.real_clock
    def test_calls_nobody_to_post_by_hand_where_the_story_is_not_for(
        self, story: Story, browser: Client, alice: Person
    ) -> None:
        browser.post(f"/shares/{story.pk}/create/", composed("whatsapp-by-hand", "xing-by-hand"))
        waits, scheduled = Share.objects.order_by("pk")
        later = timezone.now() + HOUR
        moments = {"due_at": later, "try_at": later, "last_safe_at": later + DAY}
        Share.objects.filter(pk=scheduled.pk).update(state=State.SCHEDULED, reason="", **moments)
        allow("bluesky")

        # Narrowed right after a worker had looked at what must not go.
        call_owners(now=later)
        assert not Notice.objects.exists()
        publish(later)

        scheduled.refresh_from_db()
        assert (scheduled.state, scheduled.reason) == (State.MISSED, "platform_barred")
        assert [notice.kind for notice in Notice.objects.all()] == ["share_barred"]
        page = words(browser.get(f"/shares/mine/{waits.pk}/"))
        assert "Please do not post it any more" in page
        assert "This story is closed" not in page

    @pytest.mark.real_clock
    def test_asks_nobody_for_ever_about_a_post_that_may_not_be_repeated(
        self, share: Share, paper: type[Paper], browser: Client
    ) -> None:
        ago = timezone.now() - DAY
        Share.objects.update(state=State.UNKNOWN, doubted_at=ago, asked_at=ago, armed_at=ago, tries=1)
        allow("bluesky")

        page = browser.post(f"/shares/mine/{share.pk}/again/", follow=True)

        share.refresh_from_db()
        assert (share.state, share.reason, paper.ledger) == (State.MISSED, "platform_barred", [])
        assert "it counts as not sent" in words(page, "body")


@pytest.mark.real_clock
class TestTheWall:
    def test_shows_what_may_be_shared_on_one_platform(
        self, browser: Client, story: Story, paper: type[Paper]
    ) -> None:
        topic = Topic.objects.create(name="Repair")
        story.topics.add(topic)

        for allowed, query, found in [
            (" paper ", "platform=paper", True),
            (" paper ", "platform=x", False),
            (" xing paper ", "platform=x", False),
            ("", "platform=x", True),
            (" x ", "platform=x&language=en", True),
            (" x ", "platform=x&language=nl", False),
            (" x ", f"platform=x&topic={topic.pk}&words=throw", True),
            (" x ", f"platform=paper&topic={topic.pk}&words=throw", False),
            (" x ", "platform=nonsense", True),  # a platform that is gone filters nothing
            (" x ", "platform=%00", True),
            (" x ", "", True),
        ]:
            Story.objects.update(allowed_on=allowed)
            page = browser.get(f"/shares/?{query}").content.decode()
            assert (story.title in page) is found, (allowed, query)

    def test_keeps_the_choice_and_knows_every_platform(self, browser: Client, paper: type[Paper]) -> None:
        page = LexborHTMLParser(browser.get("/shares/?platform=paper").content.decode())

        options = page.css("select[name=platform] option")
        assert [one.attributes["value"] for one in options if "selected" in one.attributes] == ["paper"]
        assert {"", "linkedin", "whatsapp"} <= {one.attributes["value"] for one in options}

    def test_an_empty_answer_teaches(self, browser: Client, story: Story, paper: type[Paper]) -> None:
        allow("linkedin")

        page = browser.get("/shares/?platform=paper")

        assert "Nothing like that is open for Paper now" in words(page, "#stories")
        assert "Some stories are for certain platforms only." in words(page, "#stories")

    def test_asks_no_more_questions_for_it(
        self,
        browser: Client,
        story: Story,
        paper: type[Paper],
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        browser.get("/shares/")
        with django_assert_num_queries(11):
            browser.get("/shares/")
        with django_assert_num_queries(11):
            browser.get("/shares/?platform=paper")
