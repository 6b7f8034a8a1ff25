"""Shares by hand through the front door: chosen, made ready, posted by their owner, and told about."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from advocacy.links.models import DailyCount
from advocacy.notices.models import Notice
from advocacy.people.leaving import leave
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.claiming import claim_batch
from advocacy.shares.models import Change, Draft, Share, State
from advocacy.shares.publishing import publish_due
from advocacy.stories.models import Picture, Story
from tests.shares.paper import Paper

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POST = "https://www.linkedin.com/posts/alice_repair-activity-7264912345678901234-AbCd"


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


def composed(*keys: str, **changes: str) -> dict[str, str | list[str]]:
    """What the browser sends when nothing else was touched."""
    form = {"text": "Proud of this.", "language": "en", "attach": "", "when": "now"}
    return {**form, "accounts": list(keys), "submission": str(uuid4()), **changes}


def by_hand(browser: Client, story: Story, *platforms: str, **changes: str) -> list[Share]:
    form = composed(*(f"{platform}-by-hand" for platform in platforms), **changes)
    answer = browser.post(f"/shares/{story.pk}/create/", form)
    assert answer.status_code == 302, words(answer)
    return list(Share.objects.filter(submission=str(form["submission"])).order_by("pk"))


def words(answer: object) -> str:
    main = LexborHTMLParser(answer.content.decode()).css_first("main")  # type: ignore[attr-defined]
    assert main is not None
    return " ".join(main.text(separator=" ").split())


def publish(at: datetime) -> None:
    publish_due(clock=lambda: at)


class TestChoosing:
    def test_the_ways_stand_beside_the_accounts_and_need_no_connection(
        self, browser: Client, story: Story, account: Account
    ) -> None:
        page = LexborHTMLParser(browser.get(f"/shares/{story.pk}/compose/").content.decode())

        keys = [box.attributes["value"] for box in page.css("input[name=accounts]")]
        assert keys[0] == str(account.pk)
        assert {
            f"{slug}-by-hand"
            for slug in (
                "linkedin", "x", "facebook_profile", "instagram_personal", "whatsapp", "telegram", "reddit",
                "xing", "email", "share_sheet",
            )
        } <= set(keys)  # fmt: skip
        # Looking keeps nothing.
        assert list(Account.objects.all()) == [account]

    def test_one_press_shares_by_machine_and_by_hand(
        self, browser: Client, story: Story, account: Account, paper: type[Paper]
    ) -> None:
        form = composed(account.key, "whatsapp-by-hand", "xing-by-hand")

        answer = browser.post(f"/shares/{story.pk}/create/", form)
        publish(timezone.now())

        by_paper, whatsapp, xing = Share.objects.order_by("pk")
        assert [share.state for share in (by_paper, whatsapp, xing)] == ["published", "waiting", "waiting"]
        assert len(paper.ledger) == 1
        assert len({share.link.code for share in (by_paper, whatsapp, xing)}) == 3
        assert answer.headers["Location"] == f"/shares/mine/{whatsapp.pk}/"
        assert "Another one of these waits for you" in words(browser.get(f"/shares/mine/{whatsapp.pk}/"))

    def test_a_second_time_it_is_the_same_row(self, browser: Client, story: Story, alice: Person) -> None:
        by_hand(browser, story, "whatsapp")
        by_hand(browser, story, "whatsapp")

        [kept] = Account.objects.filter(platform="whatsapp")
        assert (kept.person, kept.by_hand, kept.token) == (alice, True, "")
        assert Share.objects.filter(account=kept).count() == 2

    def test_a_form_sent_twice_makes_one_share(self, browser: Client, story: Story) -> None:
        form = composed("whatsapp-by-hand")

        for _ in range(2):
            browser.post(f"/shares/{story.pk}/create/", form)

        assert Share.objects.count() == 1

    def test_other_words_for_one_way_are_its_own_and_kept_in_the_draft(
        self, browser: Client, story: Story
    ) -> None:
        form = composed("whatsapp-by-hand", "reddit-by-hand", **{"text_reddit-by-hand": "A title"})
        browser.post(f"/shares/{story.pk}/draft/", form)

        draft = Draft.objects.get()
        assert draft.account_keys == ["reddit-by-hand", "whatsapp-by-hand"]
        assert draft.texts == {"reddit-by-hand": "A title"}
        page = LexborHTMLParser(browser.get(f"/shares/{story.pk}/compose/").content.decode())
        assert page.css_first("textarea[name=text_reddit-by-hand]").text().strip() == "A title"  # type: ignore[union-attr]
        browser.post(f"/shares/{story.pk}/create/", form)
        assert Share.objects.get(account__platform="reddit").text == "A title"

    def test_what_is_too_long_there_is_refused_before(self, browser: Client, story: Story) -> None:
        form = composed("reddit-by-hand", text="x" * 301)

        answer = browser.post(f"/shares/{story.pk}/create/", form)

        assert answer.status_code == 422
        assert "1 character too long for Reddit." in words(answer)
        assert not Share.objects.exists()

    def test_instagram_asks_for_a_picture(self, browser: Client, story: Story, picture: Picture) -> None:
        answer = browser.post(f"/shares/{story.pk}/create/", composed("instagram_personal-by-hand"))
        assert answer.status_code == 422
        assert "Instagram takes no post without a picture" in words(answer)

        [share] = by_hand(browser, story, "instagram_personal", attach=f"{picture.pk}-square")
        page = LexborHTMLParser(browser.get(f"/shares/mine/{share.pk}/").content.decode())
        square = picture.renditions.get(shape="square").get_absolute_url()
        [download] = page.css("a[download]")
        assert download.attributes["href"] == square
        assert browser.get(square).headers["Content-Type"] == "image/jpeg"
        assert page.css_first("[data-sheet]").attributes["data-picture"] == square  # type: ignore[union-attr]

    def test_the_accounts_page_knows_of_none_of_it(self, browser: Client, story: Story) -> None:
        [share] = by_hand(browser, story, "whatsapp")

        assert "WhatsApp" not in words(browser.get("/platforms/"))
        assert browser.get(f"/platforms/{share.account_id}/disconnect/").status_code == 404


class TestPosting:
    def test_the_page_has_words_link_and_the_way_there(self, browser: Client, story: Story) -> None:
        [share] = by_hand(browser, story, "whatsapp", text="Trots & blij: 100%\r\nJa!")

        page = LexborHTMLParser(browser.get(f"/shares/mine/{share.pk}/").content.decode())

        address = share.link.address
        assert page.css_first("#by-hand-words").text().strip() == f"Trots & blij: 100%\nJa!\n\n{address}"  # type: ignore[union-attr]
        [way] = page.css("a[target=_blank]")
        encoded = address.replace(":", "%3A").replace("/", "%2F")
        assert way.attributes["href"] == (
            f"https://wa.me/?text=Trots%20%26%20blij%3A%20100%25%0AJa%21%0A%0A{encoded}"
        )
        assert way.attributes["rel"] == "noopener noreferrer"

    def test_no_worker_ever_sends_it(
        self, browser: Client, story: Story, account: Account, now: datetime
    ) -> None:
        [share] = by_hand(browser, story, "linkedin")
        Share.objects.update(state=State.SCHEDULED, try_at=now)

        assert claim_batch(now=now) == []

        publish(now + HOUR)
        assert Share.objects.get(pk=share.pk).state == State.WAITING
        assert not share.attempts.exists()

    def test_i_posted_it(self, browser: Client, story: Story) -> None:
        [share] = by_hand(browser, story, "linkedin")

        answer = browser.post(
            f"/shares/mine/{share.pk}/posted/", {"address": f"{POST}?utm_source=x"}, follow=True
        )

        share.refresh_from_db()
        assert (share.state, share.remote_id, share.remote_url) == ("published", "7264912345678901234", POST)
        assert share.published_at is not None
        # There is no way in to count reactions with.
        assert share.measure_at is None
        said = words(answer)
        assert "You posted it yourself, and told us" in said
        assert "self-reported" in said
        assert "not measurable" in said
        assert [change.kind for change in share.changes.all()] == ["confirmed"]

    @pytest.mark.parametrize(
        "typed", ["javascript:alert(1)", "https://evil.example/1", 'https://x"onx=1', "\0"]
    )
    def test_a_hostile_address_is_refused_and_stands_there_to_be_mended(
        self, browser: Client, story: Story, typed: str
    ) -> None:
        [share] = by_hand(browser, story, "linkedin")

        answer = browser.post(f"/shares/mine/{share.pk}/posted/", {"address": typed})

        assert answer.status_code == 422
        field = LexborHTMLParser(answer.content.decode()).css_first("input[name=address]")
        assert field is not None
        assert field.attributes["value"] == typed or typed == "\0"
        share.refresh_from_db()
        assert (share.state, share.remote_url) == ("waiting", "")

    def test_one_post_is_no_proof_of_two_shares(self, browser: Client, story: Story) -> None:
        first, second = by_hand(browser, story, "linkedin")[0], by_hand(browser, story, "linkedin")[0]
        browser.post(f"/shares/mine/{first.pk}/posted/", {"address": POST})

        answer = browser.post(f"/shares/mine/{second.pk}/posted/", {"address": POST})

        assert answer.status_code == 422
        assert "That post belongs to another share of yours." in words(answer)

    def test_without_an_address_it_counts_all_the_same_and_one_can_be_added_later(
        self, browser: Client, story: Story
    ) -> None:
        [share] = by_hand(browser, story, "linkedin")
        browser.post(f"/shares/mine/{share.pk}/posted/", {"address": ""})
        share.refresh_from_db()
        assert (share.state, share.remote_url) == ("published", "")
        published_at = share.published_at

        browser.post(f"/shares/mine/{share.pk}/posted/", {"address": POST})

        share.refresh_from_db()
        assert (share.remote_url, share.published_at) == (POST, published_at)
        assert Change.objects.filter(kind="confirmed").count() == 1

    def test_where_nobody_else_can_look_no_address_is_asked(self, browser: Client, story: Story) -> None:
        [share] = by_hand(browser, story, "email")

        page = browser.get(f"/shares/mine/{share.pk}/")
        assert 'name="address"' not in page.content.decode()
        answer = browser.post(f"/shares/mine/{share.pk}/posted/", {"address": "https://evil.example/"})
        assert answer.status_code == 422

    def test_telling_one_leads_on_to_the_next(self, browser: Client, story: Story) -> None:
        first, second = by_hand(browser, story, "whatsapp", "telegram")

        answer = browser.post(f"/shares/mine/{first.pk}/posted/")
        assert answer.headers["Location"] == f"/shares/mine/{second.pk}/"
        answer = browser.post(f"/shares/mine/{second.pk}/posted/")
        assert answer.headers["Location"] == f"/shares/mine/{second.pk}/"

    @pytest.mark.parametrize("told_before", [False, True])
    def test_i_did_not(self, browser: Client, story: Story, told_before: bool) -> None:
        [share] = by_hand(browser, story, "linkedin")
        if told_before:
            browser.post(f"/shares/mine/{share.pk}/posted/", {"address": POST})

        answer = browser.post(f"/shares/mine/{share.pk}/not-posted/", follow=True)

        share.refresh_from_db()
        assert (share.state, share.published_at, share.remote_id) == ("cancelled", None, "")
        assert "Undo: put it back" in words(answer)
        browser.post(f"/shares/mine/{share.pk}/restore/")
        share.refresh_from_db()
        assert share.state == State.WAITING

    def test_it_is_nobody_elses_to_tell(
        self, browser: Client, story: Story, bob: Person, as_person: AsPerson
    ) -> None:
        [share] = by_hand(browser, story, "linkedin")
        colleague = as_person(bob)

        assert colleague.post(f"/shares/mine/{share.pk}/posted/", {"address": POST}).status_code == 404
        assert colleague.post(f"/shares/mine/{share.pk}/not-posted/").status_code == 404
        assert browser.get(f"/shares/mine/{share.pk}/posted/").status_code == 405

    def test_what_the_hub_sends_is_not_told_to_be_posted(
        self, browser: Client, share: Share, paper: type[Paper], now: datetime
    ) -> None:
        assert browser.post(f"/shares/mine/{share.pk}/posted/").status_code == 404
        assert browser.post(f"/shares/mine/{share.pk}/not-posted/").status_code == 404
        publish(now + HOUR)
        assert browser.post(f"/shares/mine/{share.pk}/not-posted/").status_code == 404
        share.refresh_from_db()
        assert share.state == State.PUBLISHED

    def test_words_can_be_changed_until_it_is_told(self, browser: Client, story: Story) -> None:
        [share] = by_hand(browser, story, "whatsapp")

        browser.post(f"/shares/mine/{share.pk}/reword/", {"text": "Better words."})

        assert "Better%20words." in browser.get(f"/shares/mine/{share.pk}/").content.decode()

    def test_a_story_that_closed_meanwhile_is_not_to_be_posted_any_more(
        self, browser: Client, story: Story, now: datetime
    ) -> None:
        [share] = by_hand(browser, story, "whatsapp")
        Story.objects.update(closes_at=now - timedelta(seconds=1))

        page = browser.get(f"/shares/mine/{share.pk}/")

        assert "Please do not post it any more." in words(page)
        assert "wa.me" not in page.content.decode()
        browser.post(f"/shares/mine/{share.pk}/posted/")
        share.refresh_from_db()
        assert share.state == State.PUBLISHED


class TestInTime:
    @pytest.fixture
    def planned(self, browser: Client, story: Story, now: datetime) -> Share:
        at = timezone.localtime(now + 2 * HOUR).strftime("%Y-%m-%dT%H:%M")
        return by_hand(browser, story, "whatsapp", when="later", at=at)[0]

    def test_the_owner_is_called_at_the_moment_they_chose(self, planned: Share, browser: Client) -> None:
        assert planned.state == State.SCHEDULED
        assert "We call you on" in words(browser.get(f"/shares/mine/{planned.pk}/"))
        publish(planned.due_at - timedelta(seconds=1))
        assert not Notice.objects.exists()

        for _ in range(2):
            publish(planned.due_at)

        planned.refresh_from_db()
        assert planned.state == State.WAITING
        notice = Notice.objects.get()
        assert (notice.kind, notice.facts["url"]) == ("share_by_hand", f"/shares/mine/{planned.pk}/")
        assert "Time to post on WhatsApp" in words(browser.get("/notices/"))

    def test_it_stands_in_the_queue_and_waits_there(self, planned: Share, browser: Client) -> None:
        assert "scheduled" in words(browser.get("/shares/queue/?view=list"))

        publish(planned.due_at)

        assert "This waits for you" in words(browser.get("/shares/queue/"))
        assert "waiting for you" in words(browser.get("/shares/mine/"))

    def test_a_quiet_moment_is_found_for_it_too(self, browser: Client, story: Story) -> None:
        # Also where nothing was ever shared before.
        page = browser.post(
            f"/shares/{story.pk}/draft/", composed("xing-by-hand", when="quiet"), HTTP_HX_REQUEST="true"
        )
        assert "A quiet moment for you" in page.content.decode()

        first, second = (by_hand(browser, story, "xing", when="quiet")[0] for _ in range(2))

        assert {first.state, second.state} == {State.SCHEDULED}
        assert second.due_at - first.due_at >= timedelta(minutes=30)

    def test_it_can_be_posted_sooner_moved_and_cancelled(self, planned: Share, browser: Client) -> None:
        browser.post(f"/shares/mine/{planned.pk}/reschedule/", {"now": "yes"})
        planned.refresh_from_db()
        assert planned.state == State.WAITING
        publish(timezone.now())
        # Who pressed the button is not called.
        assert not Notice.objects.exists()

        later = timezone.localtime(timezone.now() + DAY).strftime("%Y-%m-%dT%H:%M")
        browser.post(f"/shares/mine/{planned.pk}/reschedule/", {"at": later})
        planned.refresh_from_db()
        assert planned.state == State.SCHEDULED
        browser.post(f"/shares/mine/{planned.pk}/cancel/")
        planned.refresh_from_db()
        assert planned.state == State.CANCELLED

    def test_after_a_week_without_a_word_we_stop_asking_and_one_can_still_tell(
        self, planned: Share, browser: Client
    ) -> None:
        publish(planned.due_at)
        publish(planned.due_at + 7 * DAY - timedelta(seconds=1))
        planned.refresh_from_db()
        assert planned.state == State.WAITING

        for _ in range(2):
            publish(planned.due_at + 7 * DAY)

        planned.refresh_from_db()
        assert (planned.state, planned.reason) == ("missed", "not_told")
        assert Notice.objects.latest("pk").kind == "share_not_told"
        assert Notice.objects.count() == 2
        assert "You did not tell us whether you posted it" in words(
            browser.get(f"/shares/mine/{planned.pk}/")
        )
        browser.post(f"/shares/mine/{planned.pk}/posted/")
        planned.refresh_from_db()
        assert planned.state == State.PUBLISHED

    def test_a_story_that_closed_before_calls_nobody(self, planned: Share, browser: Client) -> None:
        Story.objects.update(closes_at=planned.due_at)

        publish(planned.due_at)

        planned.refresh_from_db()
        assert (planned.state, planned.reason) == ("missed", "story_closed")
        assert "the story closed before its moment" in words(browser.get("/notices/"))

    def test_who_left_is_not_called(self, planned: Share, alice: Person) -> None:
        leave(alice, now=timezone.now())

        publish(planned.due_at)

        planned.refresh_from_db()
        assert planned.state == State.CANCELLED
        assert not Notice.objects.exists()

    def test_those_that_wait_cost_a_sweep_nothing(self, browser: Client, story: Story) -> None:
        before = questions(lambda: publish(timezone.now()))

        by_hand(browser, story, "whatsapp", "telegram", "xing")

        assert questions(lambda: publish(timezone.now())) == before


def questions(act: Callable[[], object]) -> int:
    """Return how many the database is asked; the first time is not counted."""
    act()
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


@pytest.mark.parametrize("path", ["/shares/mine/", "/shares/queue/?view=list", "/shares/{pk}/compose/"])
def test_more_shares_by_hand_cost_no_more_questions(browser: Client, story: Story, path: str) -> None:
    address = path.format(pk=story.pk)
    by_hand(browser, story, "whatsapp", "email")
    few = questions(lambda: browser.get(address))

    by_hand(browser, story, "whatsapp", "telegram", "xing", "reddit", "x", "linkedin")

    assert questions(lambda: browser.get(address)) == few


def test_my_page_counts_what_i_told_apart_from_what_the_hub_posted(
    browser: Client, story: Story, account: Account, paper: type[Paper]
) -> None:
    form = composed(account.key, "whatsapp-by-hand", "telegram-by-hand")
    browser.post(f"/shares/{story.pk}/create/", form)
    publish(timezone.now())
    for share in Share.objects.filter(state=State.WAITING):
        browser.post(f"/shares/mine/{share.pk}/posted/")
        DailyCount.objects.create(link=share.link, on=timezone.now().date(), count=2)

    page = LexborHTMLParser(browser.get("/shares/mine/").content.decode())

    said = [" ".join(tile.text().split()) for tile in page.css(".tile")]
    assert said[0] == "Published 1 measured by us, in 13 weeks"
    assert said[1] == "Posted by hand 2 self-reported, in 13 weeks"
    assert said[2] == "Clicks on your links 4 measured by us, in 13 weeks"
    rows = [[cell.text() for cell in row.css("td")] for row in page.css("tbody tr")]
    assert rows[-1] == ["1", "2", "4"]
