"""Setting up platforms on the administrator's screens, and signing in there, hostile or not.

The platforms are stand-ins of ours on real sockets; the hub believes that they are the real ones.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from selectolax.lexbor import LexborHTMLParser

from advocacy.notices.models import Notice
from advocacy.people.models import Person, Role
from advocacy.platforms import tokens
from advocacy.platforms.apps import _refuse_bad_options
from advocacy.platforms.connector import Code, channels
from advocacy.platforms.connectors.facebook import Facebook
from advocacy.platforms.connectors.instagram import Instagram
from advocacy.platforms.connectors.linkedin import LinkedIn
from advocacy.platforms.connectors.threads import Threads
from advocacy.platforms.connectors.x import X
from advocacy.platforms.ending import end_permission, forget_removed_apps
from advocacy.platforms.models import Account, AppRegistration
from advocacy.platforms.reminding import remind
from tests.platforms.linkedin_standin import PretendLinkedIn
from tests.platforms.meta_standin import PretendFacebook, PretendInstagram, PretendThreads
from tests.platforms.x_standin import PretendX

pytestmark = pytest.mark.slow

AsPerson = Callable[[Person], Client]
SECRET = "canary-app-secret-77f1"
NETWORKS = "/platforms/networks/"
SET_UP_BY_HAND = ["linkedin", "x", "threads", "facebook", "instagram"]
Hosts = dict[str, str]


@pytest.fixture
def ada(make_person: Callable[..., Person]) -> Person:
    return make_person("Ada", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def admin(ada: Person, as_person: AsPerson) -> Client:
    return as_person(ada)


def move_to(kind: type[Any], host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub believe that the platform lives there."""
    monkeypatch.setattr(kind, "set_up", replace(kind.set_up, host=host))


@pytest.fixture
def linkedin(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendLinkedIn]:
    with PretendLinkedIn(secret=SECRET).running() as server:
        move_to(LinkedIn, server.host, monkeypatch)
        yield server


@pytest.fixture
def x(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendX]:
    with PretendX(secret=SECRET).running() as server:
        move_to(X, server.host, monkeypatch)
        yield server


@pytest.fixture
def everywhere(linkedin: PretendLinkedIn, x: PretendX, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    """All platforms that are set up by hand, each where its stand-in listens."""
    with (
        PretendThreads(secret=SECRET).running() as threads,
        PretendInstagram(secret=SECRET).running() as instagram,
        PretendFacebook(secret=SECRET, pages="accounts_one").running() as facebook,
    ):
        for kind, server in ((Threads, threads), (Instagram, instagram), (Facebook, facebook)):
            move_to(kind, server.host, monkeypatch)
        yield {server.slug: server.host for server in (linkedin, x, threads, instagram, facebook)}


def words_of(answer: Any) -> str:
    body = LexborHTMLParser(answer.content.decode()).body
    assert body is not None
    return " ".join(body.text(separator=" ").split())


def row(admin: Client, slug: str) -> str:
    found = LexborHTMLParser(admin.get(NETWORKS).content.decode()).css_first(f"#network-{slug}")
    assert found is not None
    return " ".join(found.text(separator=" ").split())


def set_up(admin: Client, slug: str, *, secret: str = SECRET) -> None:
    answer = admin.post(f"{NETWORKS}{slug}/", {"client_id": "hub", "client_secret": secret})
    assert answer.status_code == 302, answer.content.decode()


def press_test(admin: Client, slug: str) -> str:
    """Press the button; returns what the page then says."""
    return words_of(admin.post(f"{NETWORKS}{slug}/test/", follow=True))


def leave(client: Client, slug: str) -> dict[str, str]:
    """Press "Continue at ..."; returns what the browser brings there."""
    answer = client.post(f"/platforms/connect/{slug}/")
    assert answer.status_code == 302, answer.content.decode()
    there = str(answer.headers["Location"])
    return {name: value[0] for name, value in parse_qs(urlsplit(there).query).items()} | {"url": there}


def come_back(client: Client, slug: str, host: str, *, state: str, code: str = "the-code") -> str:
    address = f"/platforms/callback/{slug}/{host}/"
    return words_of(client.get(address, {"state": state, "code": code}, follow=True))


class TestTheScreens:
    def test_they_are_for_administrators(
        self, alice: Person, erin: Person, admin: Client, as_person: AsPerson, linkedin: PretendLinkedIn
    ) -> None:
        set_up(admin, "linkedin")
        for person in (alice, erin):
            client = as_person(person)
            for path in ("", "linkedin/", "linkedin/remove/"):
                assert client.get(NETWORKS + path).status_code == 404
            for path in ("linkedin/", "linkedin/test/", "linkedin/remove/"):
                assert client.post(NETWORKS + path).status_code == 404

        assert "Networks" in words_of(admin.get("/people/settings/"))
        assert "Networks" not in words_of(as_person(alice).get("/people/settings/"))
        assert AppRegistration.objects.in_use().exists()

    def test_every_platform_says_what_it_needs(self, admin: Client) -> None:
        assert "nothing to set up" in row(admin, "mastodon")
        assert "nothing to set up" in row(admin, "bluesky")
        assert "not set up" in row(admin, "linkedin")
        assert "Until you set it up, people post there by hand." in row(admin, "x")
        assert "nothing to set up" in row(admin, "rehearsal")

    def test_the_guide_names_the_address_to_paste(self, admin: Client, settings: LazySettings) -> None:
        answer = admin.get(f"{NETWORKS}linkedin/")

        address = f"{settings.HUB_URL}/platforms/callback/linkedin/api.linkedin.com/"
        assert f'value="{address}"' in answer.content.decode()
        assert "Share on LinkedIn" in words_of(answer)
        assert "https://www.linkedin.com/developers/apps" in answer.content.decode()

    def test_money_is_told(self, admin: Client) -> None:
        shown = words_of(admin.get(f"{NETWORKS}x/"))

        assert "A post with a link $0.200" in shown
        assert "A post without a link $0.015" in shown
        assert "This month so far $0.000 of $50" in shown
        assert "What it costs" not in words_of(admin.get(f"{NETWORKS}linkedin/"))

    @pytest.mark.parametrize(
        ("cap", "is_used_up"), [("0", True), ("0.19", True), ("0.20", False), ("none", False)]
    )
    def test_a_month_that_is_used_up_is_said_first(
        self, admin: Client, monkeypatch: pytest.MonkeyPatch, cap: str, is_used_up: bool
    ) -> None:
        monkeypatch.setenv("X_MONTHLY_CAP_USD", cap)

        page, line = words_of(admin.get(f"{NETWORKS}x/")), row(admin, "x")

        said = "What may be spent at X in a month is used up"
        assert (said in page, said in line) == (is_used_up, is_used_up)
        assert (f"This month so far $0.000 of ${cap}" in page) == (cap != "none")

    def test_what_it_can_do_is_told_as_it_is_set_up(
        self, admin: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "Reactions are not measurable." in words_of(admin.get(f"{NETWORKS}linkedin/"))
        assert "Looks up posts whose answer was lost." in words_of(admin.get(f"{NETWORKS}x/"))
        monkeypatch.setenv("X_READS", "no")
        assert "Asks their owners" in words_of(admin.get(f"{NETWORKS}x/"))

    def test_only_how_many_use_it_is_told(
        self, admin: Client, alice: Person, as_person: AsPerson, linkedin: PretendLinkedIn
    ) -> None:
        set_up(admin, "linkedin")
        assert "Nobody uses it yet." in row(admin, "linkedin")
        client = as_person(alice)
        come_back(client, "linkedin", linkedin.host, state=leave(client, "linkedin")["state"])

        shown = row(admin, "linkedin")

        assert "One person uses it." in shown
        assert "Alice" not in shown + words_of(admin.get(f"{NETWORKS}linkedin/"))

    def test_the_list_asks_the_same_few_things_however_many_there_are(
        self, admin: Client, alice: Person, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        admin.get(NETWORKS)
        for number in range(20):
            Account.objects.create(
                person=alice,
                platform="x",
                host="api.x.com",
                remote_id=str(number),
                handle="a",
                connected_at=now,
            )

        # Session, person, roles, registrations, accounts, the two badges; are programs and shares late?
        # What was spent at X; what is switched off.
        with django_assert_num_queries(11):
            admin.get(NETWORKS)


class TestKeepingTheApp:
    def test_the_secret_is_kept_encrypted_and_never_shown_again(
        self, admin: Client, linkedin: PretendLinkedIn
    ) -> None:
        set_up(admin, "linkedin")

        with connection.cursor() as cursor:
            cursor.execute("select client_id, client_secret from platforms_appregistration")
            kept = cursor.fetchall()
        assert kept[0][0] == "hub"
        assert SECRET not in str(kept)
        pages = [admin.get(path) for path in (NETWORKS, f"{NETWORKS}linkedin/", "/admin/platforms/")]
        registration = AppRegistration.objects.get()
        pages.append(admin.get(f"/admin/platforms/appregistration/{registration.pk}/change/"))
        assert not any(SECRET in shown.content.decode() for shown in pages)
        assert SECRET not in repr(registration.app()) + repr(registration)

    def test_an_empty_secret_keeps_the_one_that_is_there(
        self, admin: Client, linkedin: PretendLinkedIn
    ) -> None:
        set_up(admin, "linkedin")
        set_up(admin, "linkedin", secret="")

        assert AppRegistration.objects.get().app().client_secret == SECRET

    def test_the_first_time_it_is_asked_for(self, admin: Client) -> None:
        answer = admin.post(f"{NETWORKS}x/", {"client_id": "hub", "client_secret": ""})

        assert answer.status_code == 422
        assert not AppRegistration.objects.exists()

    def test_a_form_that_was_wrong_does_not_bring_the_secret_back(self, admin: Client) -> None:
        answer = admin.post(f"{NETWORKS}x/", {"client_id": "", "client_secret": SECRET})

        assert answer.status_code == 422
        assert SECRET not in answer.content.decode()

    def test_one_from_the_environment_stands_before_it_and_is_not_asked(
        self, admin: Client, linkedin: PretendLinkedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINKEDIN_CLIENT_SECRET", SECRET)
        shown = admin.get(f"{NETWORKS}linkedin/")
        admin.post(f"{NETWORKS}linkedin/", {"client_id": "hub"})

        assert 'name="client_secret"' not in shown.content.decode()
        assert "comes from LINKEDIN_CLIENT_SECRET in the environment" in words_of(shown)
        assert AppRegistration.objects.get().client_secret == ""
        assert "LinkedIn lets the hub in." in press_test(admin, "linkedin")

    def test_a_hub_that_moved_says_so(
        self, admin: Client, linkedin: PretendLinkedIn, settings: LazySettings
    ) -> None:
        set_up(admin, "linkedin")
        assert "The hub has a new address" not in words_of(admin.get(f"{NETWORKS}linkedin/"))

        settings.HUB_URL = "https://elsewhere.example"
        assert "The hub has a new address" in words_of(admin.get(f"{NETWORKS}linkedin/"))
        set_up(admin, "linkedin")

        assert AppRegistration.objects.get().redirect_uri.startswith("https://elsewhere.example/")

    @pytest.mark.parametrize(
        ("variable", "value"),
        [("LINKEDIN_VERSION", "2026"), ("X_MONTHLY_CAP_USD", "a lot"), ("X_READS", "perhaps")],
    )
    def test_a_setting_that_cannot_be_stops_the_hub_at_its_start(
        self, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(variable, value)

        with pytest.raises(ImproperlyConfigured, match=variable):
            _refuse_bad_options()


@pytest.mark.parametrize("slug", SET_UP_BY_HAND)
class TestTesting:
    """The button asks with a code that was never given out; the stand-ins answer as the sheet says."""

    @pytest.fixture(autouse=True)
    def _all(self, everywhere: Hosts) -> None:
        """All are up."""

    def test_a_right_secret_works(self, admin: Client, slug: str) -> None:
        set_up(admin, slug)
        assert "not tested" in row(admin, slug)

        assert "lets the hub in" in press_test(admin, slug)
        assert "works" in row(admin, slug)

    def test_a_wrong_one_is_said_to_be_wrong_and_stays_broken_until_mended(
        self, admin: Client, slug: str
    ) -> None:
        set_up(admin, slug, secret="nonsense")

        said = press_test(admin, slug)

        assert "does not know this client ID with this secret" in said
        assert "broken" in row(admin, slug)
        assert "does not let the hub in" in row(admin, slug)
        set_up(admin, slug)
        assert "not tested" in row(admin, slug)
        assert "lets the hub in" in press_test(admin, slug)

    def test_a_platform_that_is_away_changes_nothing(
        self, admin: Client, slug: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_up(admin, slug)
        press_test(admin, slug)
        AppRegistration.objects.update(host="127.0.0.1:9")

        assert "could not be asked just now" in press_test(admin, slug)
        assert "works" in row(admin, slug)

    def test_what_was_not_set_up_cannot_be_tested(self, admin: Client, slug: str) -> None:
        assert admin.post(f"{NETWORKS}{slug}/test/").status_code == 404
        assert admin.get(f"{NETWORKS}{slug}/remove/").status_code == 404


class AtTheGate:
    @pytest.fixture(autouse=True)
    def _all(self, everywhere: Hosts, x: PretendX, admin: Client) -> None:
        self.hosts = everywhere
        self.x = x
        for slug in self.hosts:
            set_up(admin, slug)

    def leave(self, client: Client, slug: str) -> str:
        """Go there and say yes; returns the state."""
        asked = leave(client, slug)
        if slug == "x":
            self.x.sign_in_in_a_browser(asked["url"])
        return asked["state"]

    def come_back(self, client: Client, slug: str, state: str, *, code: str = "the-code") -> str:
        return come_back(client, slug, self.hosts[slug], state=state, code=code)


@pytest.mark.parametrize("slug", SET_UP_BY_HAND)
class TestSigningInThere(AtTheGate):
    def test_it_ends_in_a_connected_account_and_shows_that_the_set_up_works(
        self, alice: Person, as_person: AsPerson, admin: Client, slug: str
    ) -> None:
        client = as_person(alice)

        said = self.come_back(client, slug, self.leave(client, slug))

        assert "is connected" in said
        account = Account.objects.get(platform=slug)
        assert account.person == alice
        assert account.registration is not None
        assert "works" in row(admin, slug)

    def test_a_state_serves_once(self, alice: Person, as_person: AsPerson, slug: str) -> None:
        client = as_person(alice)
        state = self.leave(client, slug)
        self.come_back(client, slug, state)

        assert "Nobody was expected back here" in self.come_back(client, slug, state)
        assert Account.objects.filter(platform=slug).count() == 1

    def test_another_employee_cannot_come_back_with_it(
        self, alice: Person, bob: Person, as_person: AsPerson, slug: str
    ) -> None:
        state = self.leave(as_person(alice), slug)

        assert "Nobody was expected back here" in self.come_back(as_person(bob), slug, state)
        assert not Account.objects.filter(platform=slug).exists()

    def test_a_state_of_one_platform_is_none_of_another(
        self, alice: Person, as_person: AsPerson, slug: str
    ) -> None:
        client = as_person(alice)
        state = self.leave(client, slug)
        other = "x" if slug == "linkedin" else "linkedin"

        assert "Nobody was expected back here" in self.come_back(client, other, state)
        assert not Account.objects.filter(platform__in=self.hosts).exists()

    def test_a_code_that_was_not_given_connects_nothing_and_breaks_nothing(
        self, alice: Person, as_person: AsPerson, admin: Client, slug: str
    ) -> None:
        client = as_person(alice)

        said = self.come_back(client, slug, self.leave(client, slug), code="stolen")

        assert "did not finish the sign-in" in said
        assert "broken" not in row(admin, slug)

    def test_the_same_account_is_not_two_peoples(
        self, alice: Person, bob: Person, as_person: AsPerson, slug: str
    ) -> None:
        for person in (alice, bob):
            client = as_person(person)
            said = self.come_back(client, slug, self.leave(client, slug))

        assert "A colleague has connected this" in said
        assert Account.objects.get(platform=slug).person == alice

    def test_a_secret_that_was_changed_there_alarms_the_administrators_once(
        self, ada: Person, alice: Person, as_person: AsPerson, admin: Client, slug: str
    ) -> None:
        AppRegistration.objects.update(client_secret="was-changed")
        client = as_person(alice)

        for _ in range(2):
            said = self.come_back(client, slug, self.leave(client, slug))

        assert "The hub is not set up at" in said
        assert [notice.kind for notice in Notice.objects.filter(person=ada)] == ["network_broken"]
        assert not Notice.objects.filter(person=alice).exists()
        assert "broken" in row(admin, slug)

    def test_no_secret_leaves_its_column(
        self, alice: Person, as_person: AsPerson, slug: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        client = as_person(alice)
        self.come_back(client, slug, self.leave(client, slug), code="canary-code")
        self.come_back(client, slug, self.leave(client, slug))

        account = Account.objects.get(platform=slug)
        shown = client.get("/platforms/").content.decode()
        everything = caplog.text + shown + repr(account) + repr(account.access())
        for secret in (SECRET, "canary-code", account.token, account.refresh_token or SECRET):
            assert secret not in everything


@pytest.mark.parametrize("slug", ["linkedin", "x"])
class TestConnectingAgain(AtTheGate):
    def test_connecting_again_without_a_refresh_token_keeps_the_good_one(
        self, alice: Person, as_person: AsPerson, slug: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = as_person(alice)
        self.come_back(client, slug, self.leave(client, slug))
        Account.objects.filter(platform=slug).update(refresh_token="a-good-one")
        if slug == "x":
            monkeypatch.setattr(self.x, "refresh_token", "")

        self.come_back(client, slug, self.leave(client, slug))

        assert Account.objects.get(platform=slug).refresh_token == "a-good-one"


class TestByHand:
    @pytest.mark.parametrize("slug", SET_UP_BY_HAND)
    def test_without_a_registration_nobody_is_offered_to_connect(
        self, alice: Person, as_person: AsPerson, slug: str
    ) -> None:
        client = as_person(alice)

        assert f"/platforms/connect/{slug}/" not in client.get("/platforms/").content.decode()
        answer = client.post(f"/platforms/connect/{slug}/")
        assert answer.status_code == 422
        assert "An administrator has to register the hub" in words_of(answer)

    @pytest.mark.parametrize("slug", ["linkedin", "x", "threads"])
    def test_its_way_by_hand_is_declared_and_its_counter_counts(self, slug: str) -> None:
        channel = channels()[slug]()

        assert channel.by_hand is not None
        assert channel.by_hand.explanation
        assert channel.count("We mend bikes.", data={}).used == 14


class TestTakingAway:
    def test_it_is_asked_first_then_everyone_is_disconnected_and_told(
        self, admin: Client, alice: Person, as_person: AsPerson, x: PretendX, now: datetime
    ) -> None:
        set_up(admin, "x")
        client = as_person(alice)
        asked = leave(client, "x")
        come_back(client, "x", x.host, state=asked["state"], code=x.sign_in_in_a_browser(asked["url"]))

        question = words_of(admin.get(f"{NETWORKS}x/remove/"))
        assert "One person's account is disconnected" in question
        assert AppRegistration.objects.in_use().exists()
        admin.post(f"{NETWORKS}x/remove/")

        account = Account.objects.get(platform="x")
        assert account.disconnected_at is not None
        assert [notice.kind for notice in Notice.objects.filter(person=alice)] == ["account_removed"]
        assert "not set up" in row(admin, "x")
        assert "/platforms/connect/x/" not in client.get("/platforms/").content.decode()
        # The permission is ended with the registration that got it, and only then is that forgotten.
        forget_removed_apps(now=timezone.now())
        end_permission(account.pk, now=timezone.now())
        assert x.refresh_token == "nobody's"
        forget_removed_apps(now=timezone.now() + timedelta(hours=3))
        assert not AppRegistration.objects.exists()

    def test_set_up_again_within_the_hour_it_asks_for_a_secret_again(
        self, admin: Client, linkedin: PretendLinkedIn
    ) -> None:
        set_up(admin, "linkedin")
        admin.post(f"{NETWORKS}linkedin/remove/")

        assert admin.post(f"{NETWORKS}linkedin/", {"client_id": "hub"}).status_code == 422
        set_up(admin, "linkedin")

        assert "not tested" in row(admin, "linkedin")
        assert AppRegistration.objects.count() == 1


def connected(person: Person, slug: str, host: str, *, now: datetime, **columns: Any) -> Account:
    registration = AppRegistration.objects.get(platform=slug)
    usual = {
        "platform": slug,
        "host": host,
        "remote_id": "1",
        "handle": "alice",
        "token": f"{slug}-token",
        "connected_at": now,
        "tokens_at": now,
        "registration": registration,
    }
    return Account.objects.create(person=person, **(usual | columns))


class TestRemindingInTime:
    def test_the_owner_hears_fourteen_seven_and_one_days_before_and_once_each(
        self, admin: Client, alice: Person, as_person: AsPerson, linkedin: PretendLinkedIn
    ) -> None:
        set_up(admin, "linkedin")
        now = timezone.now()
        ends = now + timedelta(days=60)
        account = connected(alice, "linkedin", linkedin.host, now=now, expires_at=ends, fresh_until=ends)

        for hour in range(0, 60 * 24, 6):
            remind(now=now + timedelta(hours=hour, minutes=30))

        notices = list(Notice.objects.order_by("pk"))
        assert {(notice.person, notice.kind) for notice in notices} == {(alice, "account_ends")}
        assert [notice.facts["days"] for notice in notices] == [14, 7, 1]
        Account.objects.filter(pk=account.pk).update(
            expires_at=now + timedelta(days=13),
            fresh_until=now + timedelta(days=13),
            tokens_at=now - timedelta(days=47),
        )
        shown = words_of(as_person(alice).get("/platforms/"))
        assert "ends soon" in shown
        assert "Connect again before that: it takes one click." in shown

    @pytest.mark.parametrize(
        ("life", "away", "told"),
        [
            (timedelta(days=60), timedelta(days=56), [4, 1]),
            (timedelta(days=10), timedelta(), [7, 1]),
            (timedelta(days=7), timedelta(), [1]),
            (timedelta(hours=24), timedelta(), []),
        ],
        ids=["the hub was away for two of the three", "ten days", "a week", "a day"],
    )
    def test_no_warning_is_told_late_or_of_what_was_never_longer(
        self,
        admin: Client,
        alice: Person,
        linkedin: PretendLinkedIn,
        life: timedelta,
        away: timedelta,
        told: list[int],
    ) -> None:
        set_up(admin, "linkedin")
        now = timezone.now()
        ends = now + life
        connected(alice, "linkedin", linkedin.host, now=now, expires_at=ends, fresh_until=ends)

        for hour in range(away // timedelta(hours=1), life // timedelta(hours=1) + 2):
            remind(now=now + timedelta(hours=hour, minutes=1))

        assert [notice.facts["days"] for notice in Notice.objects.order_by("pk")] == told

    def test_who_connects_again_is_warned_of_the_new_end_alone(
        self, admin: Client, alice: Person, linkedin: PretendLinkedIn
    ) -> None:
        set_up(admin, "linkedin")
        now = timezone.now()
        ends = now + timedelta(days=60)
        connected(alice, "linkedin", linkedin.host, now=now, expires_at=ends, fresh_until=ends)
        remind(now=now + timedelta(days=47))
        renewed_at = now + timedelta(days=48)
        later = renewed_at + timedelta(days=60)
        Account.objects.update(expires_at=later, fresh_until=later, tokens_at=renewed_at)

        remind(now=now + timedelta(days=59, hours=12))
        assert Notice.objects.count() == 1
        remind(now=renewed_at + timedelta(days=46, hours=1))
        assert Notice.objects.count() == 2

    def test_who_is_renewed_by_the_hub_is_left_in_peace(
        self, admin: Client, alice: Person, x: PretendX
    ) -> None:
        set_up(admin, "x")
        now = timezone.now()
        connected(
            alice, "x", x.host, now=now, refresh_token="r", expires_at=now + timedelta(hours=2),
            fresh_until=now + timedelta(hours=1), tokens_at=now - timedelta(days=2),
        )  # fmt: skip

        remind(now=now)

        assert not Notice.objects.exists()

    def test_administrators_hear_sixty_days_before_a_version_is_retired(
        self, admin: Client, ada: Person, linkedin: PretendLinkedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_up(admin, "linkedin")
        monkeypatch.setenv("LINKEDIN_VERSION", "202603")

        remind(now=datetime(2027, 1, 14, tzinfo=UTC))
        assert not Notice.objects.exists()
        for day in (15, 16, 30):
            remind(now=datetime(2027, 1, day, tzinfo=UTC))

        (notice,) = Notice.objects.all()
        assert (notice.person, notice.kind, notice.facts["day"]) == (ada, "network_retires", "2027-03-16")

    def test_what_nobody_set_up_is_not_warned_about(
        self, ada: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINKEDIN_VERSION", "202511")

        remind(now=timezone.now())

        assert not Notice.objects.exists()

    def test_the_page_says_so_too(self, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LINKEDIN_VERSION", "202511")

        shown = row(admin, "linkedin")

        assert "LinkedIn retires the version that the hub speaks on 16 November 2026" in shown
        assert "LINKEDIN_VERSION" in shown

    @pytest.mark.parametrize(
        "kind",
        ["account_ends", "account_removed", "network_broken", "network_retires", "network_over_budget"],
    )
    def test_each_notice_can_be_read(
        self, alice: Person, as_person: AsPerson, now: datetime, kind: str
    ) -> None:
        facts = {
            "platform": "LinkedIn",
            "handle": "alice",
            "days": 3,
            "day": "2027-03-16",
            "url": "/platforms/",
        }
        Notice.objects.create(person=alice, kind=kind, once=kind, facts=facts, created_at=now, mail_after=now)

        assert "LinkedIn" in words_of(as_person(alice).get("/notices/"))


@pytest.mark.django_db(transaction=True)
class TestRenewingAtX:
    def test_eight_at_once_spend_the_refresh_token_once(
        self, admin: Client, alice: Person, x: PretendX
    ) -> None:
        set_up(admin, "x")
        now = timezone.now()
        account = connected(
            alice, "x", x.host, now=now, refresh_token="x-refresh", data={"handle": "alice"},
            expires_at=now + timedelta(minutes=1), fresh_until=now - timedelta(minutes=1),
            tokens_at=now - timedelta(hours=2),
        )  # fmt: skip

        def renew(_: int) -> None:
            tokens.renew(account.pk, now=now)
            connection.close()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(renew, range(8)))

        account.refresh_from_db()
        assert x.refreshes == 1
        assert (account.token, account.refresh_token) == ("x-token-1", "x-refresh-1")
        assert account.broken_at is None

    def test_a_wrong_secret_of_the_hub_puts_off_and_alarms_but_disconnects_nobody(
        self, admin: Client, ada: Person, alice: Person, x: PretendX
    ) -> None:
        set_up(admin, "x", secret="was-changed")
        now = timezone.now()
        account = connected(
            alice, "x", x.host, now=now, refresh_token="x-refresh",
            expires_at=now, fresh_until=now - timedelta(minutes=1), tokens_at=now - timedelta(hours=2),
        )  # fmt: skip

        tokens.renew(account.pk, now=now)

        account.refresh_from_db()
        assert account.broken_at is None
        assert account.refresh_token == "x-refresh"
        assert AppRegistration.objects.get().broken_reason == Code.APP_WRONG
        assert [notice.person for notice in Notice.objects.all()] == [ada]
