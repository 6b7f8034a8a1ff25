"""An administrator switches a platform off and on again: what is offered, what waits, what goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from advocacy.notices.models import Notice
from advocacy.people.models import Person, Role
from advocacy.platforms.connector import OutcomeUnknown, channels
from advocacy.platforms.models import Account, SwitchedOff
from advocacy.platforms.rehearsing import give_rehearsal
from advocacy.shares.claiming import claim_batch
from advocacy.shares.measuring import measure
from advocacy.shares.models import Draft, Share, State
from advocacy.shares.publishing import arm, prepare, publish_due
from advocacy.shares.reconciling import reconcile
from advocacy.stories.models import Story
from tests.shares.paper import Paper

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]
MakeShare = Callable[..., Share]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IS_OFF = "Paper is switched off by the administrator."


@pytest.fixture
def admin(make_person: Callable[..., Person], as_person: AsPerson) -> Client:
    return as_person(make_person("Ada", roles=(Role.ADMINISTRATOR,)))


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


def words(answer: object) -> str:
    body = LexborHTMLParser(answer.content.decode()).body  # type: ignore[attr-defined]
    assert body is not None
    return " ".join(body.text(separator=" ").split())


def switch(admin: Client, how: str, platform: str = "paper") -> str:
    answer = admin.post(f"/platforms/networks/{platform}/switch-{how}/", follow=True)
    assert answer.status_code == 200
    return words(answer)


def publish(at: datetime) -> None:
    publish_due(clock=lambda: at)


def composed(*keys: str, **changes: str) -> dict[str, str | list[str]]:
    form = {"text": "Proud of this.", "language": "en", "attach": "", "when": "now"}
    return {**form, "accounts": list(keys), "submission": str(uuid4()), **changes}


def offered(browser: Client, story: Story) -> list[str | None]:
    page = LexborHTMLParser(browser.get(f"/shares/{story.pk}/compose/").content.decode())
    return [box.attributes["value"] for box in page.css("input[name=accounts]")]


class TestTheSwitch:
    def test_one_click_off_and_one_back_with_numbers_and_no_names(
        self, admin: Client, share: Share, make_share: MakeShare, now: datetime
    ) -> None:
        make_share(at=now + DAY)
        before = words(admin.get("/platforms/networks/paper/"))

        after = switch(admin, "off")

        for shown in (before, after):
            assert "1 connected account stays connected." in shown
            assert "2 queued shares wait." in shown
            assert "Alice" not in shown
        assert "Paper is switched off." in after
        assert "switched off" in words(admin.get("/platforms/networks/"))
        assert "Paper is on again." in switch(admin, "on")
        assert "Paper is switched off" not in words(admin.get("/platforms/networks/paper/"))

    def test_it_is_for_administrators(
        self, admin: Client, browser: Client, erin: Person, as_person: AsPerson, account: Account
    ) -> None:
        switch(admin, "off")
        for client in (browser, as_person(erin)):
            assert client.post("/platforms/networks/paper/switch-on/").status_code == 404
            assert client.post("/platforms/networks/linkedin/switch-off/").status_code == 404

        assert [off.platform for off in SwitchedOff.objects.all()] == ["paper"]
        assert admin.get("/platforms/networks/paper/switch-on/").status_code == 405
        assert admin.post("/platforms/networks/nowhere/switch-off/").status_code == 404

    def test_every_platform_has_it_and_is_on_by_itself(self, admin: Client, paper: type[Paper]) -> None:
        for slug in channels():
            page = words(admin.get(f"/platforms/networks/{slug}/"))
            assert "Switch it off for a while" in page, slug
            assert "is switched off" in switch(admin, "off", slug)
        assert SwitchedOff.objects.count() == len(channels())

    def test_twice_is_once_and_the_log_of_the_administration_has_each(
        self, admin: Client, account: Account
    ) -> None:
        for how in ("off", "off", "on", "on"):
            switch(admin, how)

        kept = LogEntry.objects.order_by("pk").values_list("user__name", "object_repr", "change_message")
        assert list(kept) == [
            ("Ada", "paper", "Paper was switched off"),
            ("Ada", "paper", "Paper was switched on again"),
        ]
        assert admin.get("/admin/").status_code == 200


class TestTheComposer:
    def test_it_is_not_offered(
        self, admin: Client, browser: Client, story: Story, account: Account, alice: Person
    ) -> None:
        rehearsal = give_rehearsal(alice, now=timezone.now())
        for slug in ("paper", "whatsapp", "linkedin", "mastodon"):
            switch(admin, "off", slug)

        keys = offered(browser, story)

        assert keys[0] == rehearsal.key
        assert not {account.key, "whatsapp-by-hand", "linkedin-by-hand"} & set(keys)
        assert "x-by-hand" in keys
        page = words(browser.get(f"/shares/{story.pk}/compose/"))
        assert "Paper" not in page
        assert "Mastodon" not in page

        for slug in ("paper", "whatsapp", "linkedin"):
            switch(admin, "on", slug)
        assert {account.key, "whatsapp-by-hand", "linkedin-by-hand"} <= set(offered(browser, story))

    def test_the_practice_network_too(
        self, admin: Client, browser: Client, story: Story, alice: Person
    ) -> None:
        rehearsal = give_rehearsal(alice, now=timezone.now())
        switch(admin, "off", "rehearsal")

        assert rehearsal.key not in offered(browser, story)

    @pytest.mark.parametrize("by_hand", [False, True])
    def test_a_form_from_before_is_refused_in_words_and_nothing_typed_is_lost(
        self, by_hand: bool, admin: Client, browser: Client, story: Story, account: Account
    ) -> None:
        key, slug = ("whatsapp-by-hand", "whatsapp") if by_hand else (account.key, "paper")
        form = composed(key, **{f"text_{key}": "Other words there."})
        browser.post(f"/shares/{story.pk}/draft/", form)
        switch(admin, "off", slug)

        answer = browser.post(f"/shares/{story.pk}/create/", form)

        assert answer.status_code == 422
        assert "is switched off by the administrator. Nothing new goes there" in words(answer)
        assert "Proud of this." in answer.content.decode()
        assert not Share.objects.exists()
        browser.post(f"/shares/{story.pk}/draft/", composed("xing-by-hand"))
        assert Draft.objects.get().texts == {key: "Other words there."}

    def test_looking_asks_the_database_once_more_and_no_more_however_much_is_off(
        self, admin: Client, browser: Client, story: Story, account: Account
    ) -> None:
        browser.get(f"/shares/{story.pk}/compose/")
        with CaptureQueriesContext(connection) as on:
            browser.get(f"/shares/{story.pk}/compose/")
        for slug in list(channels()):
            switch(admin, "off", slug)

        with CaptureQueriesContext(connection) as off:
            browser.get(f"/shares/{story.pk}/compose/")

        assert len(off) <= len(on)


class TestWhatWaits:
    def test_nothing_goes_while_it_is_off_and_its_owner_reads_why_at_once(
        self, admin: Client, browser: Client, share: Share, paper: type[Paper]
    ) -> None:
        switch(admin, "off")
        page = words(browser.get(f"/shares/mine/{share.pk}/"))
        publish(share.due_at + timedelta(minutes=1))

        share.refresh_from_db()
        assert (share.state, share.tries, paper.ledger) == (State.SCHEDULED, 0, [])
        assert page.count(IS_OFF) == 2
        assert "It waits, and goes on if that is over before" in page
        assert "Or post it yourself" not in page
        assert "Send it now" not in page
        assert IS_OFF in words(browser.get("/shares/mine/"))

    def test_it_goes_out_when_it_is_on_again_in_time(
        self, admin: Client, browser: Client, share: Share, paper: type[Paper]
    ) -> None:
        switch(admin, "off")
        publish(share.due_at)
        switch(admin, "on")
        assert IS_OFF not in words(browser.get(f"/shares/mine/{share.pk}/"))

        publish(share.due_at + timedelta(minutes=50))

        assert len(paper.ledger) == 1
        assert Share.objects.get().state == State.PUBLISHED

    def test_after_a_day_nothing_bursts_and_each_owner_is_told_once(
        self, admin: Client, make_share: MakeShare, paper: type[Paper], now: datetime
    ) -> None:
        shares = [make_share(at=now + HOUR + timedelta(minutes=minute)) for minute in range(5)]
        later = make_share(at=now + 2 * DAY)
        switch(admin, "off")
        for minutes in range(0, 180, 20):
            publish(now + HOUR + timedelta(minutes=minutes))
        switch(admin, "on")
        publish(now + DAY)

        assert paper.ledger == []
        missed = Share.objects.filter(pk__in=[share.pk for share in shares])
        assert {share.state for share in missed} == {State.MISSED}
        told = Notice.objects.filter(kind="share_missed").values_list("facts", flat=True)
        assert sum(1 + facts["others"] for facts in told) == len(shares)
        publish(now + 2 * DAY)
        assert Share.objects.get(pk=later.pk).state == State.PUBLISHED

    def test_what_a_worker_holds_already_is_given_back_before_it_is_sent(
        self, admin: Client, share: Share, paper: type[Paper]
    ) -> None:
        claimed = claim_batch(now=share.due_at)
        prepare(claimed, now=share.due_at)
        switch(admin, "off")

        assert arm(claimed, now=share.due_at) == []
        assert Share.objects.get().state == State.SCHEDULED

    def test_what_was_shared_in_the_same_moment_says_why_when_it_is_due(
        self, admin: Client, browser: Client, share: Share, paper: type[Paper]
    ) -> None:
        switch(admin, "off")
        Share.objects.update(reason="")

        publish(share.due_at)

        assert IS_OFF in words(browser.get(f"/shares/mine/{share.pk}/"))

    def test_what_waits_for_it_rings_no_alarm(
        self, admin: Client, share: Share, paper: type[Paper], now: datetime
    ) -> None:
        Share.objects.update(due_at=now - timedelta(minutes=20), try_at=now - timedelta(minutes=20))
        late = "Shares are late"
        assert late in words(admin.get("/operations/"))
        switch(admin, "off")

        assert late not in words(admin.get("/operations/"))

    def test_what_is_planned_may_be_moved_and_cancelled_but_not_sent_now(
        self, admin: Client, browser: Client, share: Share, paper: type[Paper], now: datetime
    ) -> None:
        switch(admin, "off")
        address = f"/shares/mine/{share.pk}/"

        refused = browser.post(f"{address}reschedule/", {"now": "yes"})
        moved = browser.post(f"{address}reschedule/", {"at": f"{now + 3 * DAY:%Y-%m-%dT%H:%M}"})

        assert refused.status_code == 422
        assert IS_OFF in words(refused)
        assert moved.status_code == 302
        assert IS_OFF in words(browser.get(address))
        assert browser.post(f"{address}cancel/").status_code == 302
        assert Share.objects.get().state == State.CANCELLED

    def test_an_account_that_is_broken_as_well_asks_its_owner_only_when_it_is_on_again(
        self, admin: Client, share: Share, paper: type[Paper]
    ) -> None:
        Account.objects.update(broken_at=share.created_at, broken_reason="revoked")
        switch(admin, "off")
        publish(share.due_at)
        assert (Share.objects.get().state, Share.objects.get().reason) == ("scheduled", "switched_off")

        switch(admin, "on")
        publish(share.due_at + timedelta(minutes=1))

        assert (Share.objects.get().state, Share.objects.get().reason) == ("waiting", "reconnect")


class TestByHand:
    def test_its_owner_is_called_when_it_is_on_again_and_not_before(
        self, admin: Client, browser: Client, story: Story, now: datetime
    ) -> None:
        form = composed("whatsapp-by-hand", when="later", at=f"{now + DAY:%Y-%m-%dT%H:%M}")
        assert browser.post(f"/shares/{story.pk}/create/", form).status_code == 302
        at = Share.objects.get().due_at
        switch(admin, "off", "whatsapp")

        publish(at + HOUR)
        assert not Notice.objects.filter(kind="share_by_hand").exists()
        assert Share.objects.get().reason == "switched_off"

        switch(admin, "on", "whatsapp")
        publish(at + 2 * HOUR)
        assert Notice.objects.filter(kind="share_by_hand").count() == 1
        assert Share.objects.get().state == State.WAITING

    def test_who_never_was_called_is_not_said_to_have_told_nothing(
        self, admin: Client, browser: Client, story: Story, now: datetime
    ) -> None:
        form = composed("whatsapp-by-hand", when="later", at=f"{now + DAY:%Y-%m-%dT%H:%M}")
        browser.post(f"/shares/{story.pk}/create/", form)
        switch(admin, "off", "whatsapp")

        publish(now + 9 * DAY)

        assert (Share.objects.get().state, Share.objects.get().reason) == (State.MISSED, "too_late")
        assert [notice.kind for notice in Notice.objects.all()] == ["share_missed"]

    def test_who_was_called_before_is_asked_to_leave_it_and_may_still_tell(
        self, admin: Client, browser: Client, story: Story
    ) -> None:
        browser.post(f"/shares/{story.pk}/create/", composed("whatsapp-by-hand"))
        share = Share.objects.get()
        switch(admin, "off", "whatsapp")

        page = browser.get(f"/shares/mine/{share.pk}/")

        assert "WhatsApp is switched off by the administrator" in words(page)
        assert "Please do not post it there meanwhile." in words(page)
        assert "Post it on WhatsApp yourself" not in words(page)
        assert "wa.me" not in page.content.decode()
        assert browser.post(f"/shares/mine/{share.pk}/posted/", {"address": ""}).status_code == 302
        assert Share.objects.get().state == State.PUBLISHED

    def test_a_missed_share_is_not_taken_over_to_a_network_that_is_off(
        self, admin: Client, browser: Client, story: Story, alice: Person, now: datetime
    ) -> None:
        browser.post(f"/shares/{story.pk}/create/", composed("linkedin-by-hand"))
        connected = Account.objects.create(
            person=alice, platform="linkedin", host="api.linkedin.com", remote_id="1", connected_at=now
        )
        Share.objects.update(account=connected, state=State.MISSED)
        switch(admin, "off", "linkedin")

        answer = browser.post(f"/shares/mine/{Share.objects.get().pk}/take-over/")

        assert answer.status_code == 422
        assert "LinkedIn is switched off by the administrator." in words(answer)
        assert Share.objects.get().state == State.MISSED

    def test_on_again_it_is_there_to_be_posted_as_before(
        self, admin: Client, browser: Client, story: Story
    ) -> None:
        browser.post(f"/shares/{story.pk}/create/", composed("whatsapp-by-hand"))
        share = Share.objects.get()
        assert "1 queued share waits." in switch(admin, "off", "whatsapp")
        switch(admin, "on", "whatsapp")

        page = browser.get(f"/shares/mine/{share.pk}/")

        assert "It waits for you. Post it on WhatsApp yourself, then tell us." in words(page)
        assert "wa.me" in page.content.decode()


class TestWhatGoesOn:
    def test_reactions_are_counted(self, admin: Client, share: Share, paper: type[Paper]) -> None:
        publish(share.due_at)
        switch(admin, "off")

        measure(clock=lambda: share.due_at + 2 * HOUR)

        assert Share.objects.get().likes == 1

    def test_a_lost_answer_is_looked_up(self, admin: Client, share: Share, paper: type[Paper]) -> None:
        paper.after = OutcomeUnknown("no_answer")
        publish(share.due_at)
        switch(admin, "off")

        reconcile(clock=lambda: share.due_at + timedelta(minutes=2))

        assert Share.objects.get().state == State.PUBLISHED
