"""The administrator's page, and what programs ask: /readyz and /metrics."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from advocacy.operations.exposing import ALARMS
from advocacy.operations.models import Kind
from advocacy.people.models import Person, Role, RoleGrant
from advocacy.platforms.connector import Code
from advocacy.platforms.models import Account
from advocacy.shares.models import Share
from tests.operations.test_watching import attempts, everything_runs, runs

pytestmark = pytest.mark.usefixtures("_has_run_for_an_hour")

STATUS = "/operations/"
TOKEN = {"Authorization": "Bearer for-prometheus-alone"}


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0]).split())


class TestTheStatusPage:
    @pytest.mark.parametrize("role", [None, Role.EDITOR, Role.MANAGER, Role.WEBCARE])
    def test_it_is_for_administrators(self, client: Client, alice: Person, role: Role | None) -> None:
        if role:
            RoleGrant.objects.create(person=alice, role=role)
        client.force_login(alice)

        assert client.get(STATUS).status_code == 404

    def test_it_says_that_all_is_well(self, admin: Client) -> None:
        everything_runs(at=timezone.now())

        said = words_of(admin.get(STATUS).content.decode())

        assert "All is well" in said
        assert "nothing is late" in said
        assert said.count("running") == 2

    def test_it_says_what_is_wrong_what_that_means_and_what_to_do(self, admin: Client) -> None:
        now = timezone.now()
        runs(Kind.BEAT, at=now)
        runs(Kind.WORKER, at=now - timedelta(minutes=2))

        page = admin.get(STATUS).content.decode()

        said = words_of(page)
        assert "One thing needs you" in said
        assert "No worker is running Nothing is sent, mailed or counted." in said
        assert "What to do Start the line “worker” of the Procfile." in said
        assert "Worker not running" in said
        # Not twice: the page itself says it.
        assert page.count("No worker is running") == 1

    def test_it_tells_what_each_platform_did_and_names_nobody(
        self, admin: Client, share: Share, alice: Person
    ) -> None:
        attempts(share, Code.UNREACHABLE, 3, at=timezone.now())
        attempts(share, "published", 2, at=timezone.now())

        page = admin.get(STATUS).content.decode()

        said = words_of(page)
        assert "Paper 2 shares posted 3 \u00d7 did not answer" in said
        assert not [word for word in (alice.name, alice.email, share.text, "@alice") if word in page]

    def test_where_people_post_by_hand_nothing_is_connected(self, admin: Client, account: Account) -> None:
        account.by_hand = True
        account.save()

        said = words_of(admin.get(STATUS).content.decode())

        assert "Paper" not in said
        assert "Nobody has connected an account yet" in said

    def test_it_asks_the_same_few_things_however_much_there_is(
        self,
        admin: Client,
        share: Share,
        copies_of: Callable[..., list[Share]],
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        admin.get(STATUS)
        copies_of(share, 300, try_at=timezone.now() - timedelta(minutes=1), last_safe_at=far_from_now())
        for code in Code:
            attempts(share, code, 5, at=timezone.now())

        # Session, person, roles, the two badges; programs, what is due, what stands where (five), accounts,
        # attempts, registrations, the migrations with their table, a lease, versions that end, and mail.
        with django_assert_num_queries(21):
            admin.get(STATUS)


def far_from_now() -> datetime:
    return datetime(2099, 1, 1, tzinfo=UTC)


class TestReady:
    def test_when_everything_is_there(self, client: Client, db: None) -> None:
        everything_runs(at=timezone.now())

        answer = client.get("/readyz")

        assert answer.status_code == 200
        assert answer.content == b"database: ok\nmigrations: ok\nworker: ok\nbeat: ok\n"

    def test_without_a_worker_the_web_serves_and_the_hub_is_not_ready(self, client: Client, db: None) -> None:
        runs(Kind.BEAT, at=timezone.now())

        answer = client.get("/readyz")

        assert answer.status_code == 503
        assert b"worker: not ok\nbeat: ok\n" in answer.content
        assert client.get("/healthz").status_code == 200

    def test_with_a_database_of_an_older_version(self, client: Client, db: None) -> None:
        MigrationRecorder.Migration.objects.filter(app="shares").order_by("-pk")[:1].get().delete()

        answer = client.get("/readyz")

        assert (answer.status_code, answer.content) == (503, b"database: ok\nmigrations: not ok\n")

    def test_without_a_database(self, client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        def away() -> list[str]:
            raise OperationalError("could not connect to 10.0.0.7 as hub")

        monkeypatch.setattr("advocacy.operations.queries.unapplied_migrations", away)

        answer = client.get("/readyz")

        assert (answer.status_code, answer.content) == (503, b"database: not ok\n")


@pytest.mark.parametrize("name", ["10.0.0.5", "127.0.0.1:8000", "", "[::1]:8000", "stoep-web-2"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_load_balancers_and_monitors_ask_a_machine_by_any_name(
    client: Client, db: None, settings: LazySettings, path: str, name: str
) -> None:
    settings.HUB_URL, settings.ALLOWED_HOSTS = "https://hub.example.test", ["hub.example.test"]
    settings.METRICS_TOKEN = "for-prometheus-alone"
    everything_runs(at=timezone.now())

    assert client.get(path, headers=TOKEN | {"Host": name}).status_code == 200
    assert client.get("/accounts/login/", headers={"Host": "10.0.0.5"}).status_code == 400


class TestMetrics:
    @pytest.fixture(autouse=True)
    def _a_token(self, settings: LazySettings) -> None:
        settings.METRICS_TOKEN = "for-prometheus-alone"

    @pytest.mark.parametrize("given", ["", "Bearer ", "Bearer for-prometheus", "Bearer é", "Basic x"])
    def test_without_the_token_there_is_no_such_page(self, client: Client, db: None, given: str) -> None:
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404

    def test_nor_where_no_token_is_set(self, admin: Client, settings: LazySettings) -> None:
        settings.METRICS_TOKEN = ""

        assert admin.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    def test_prometheus_reads_what_the_page_shows(self, client: Client, share: Share, alice: Person) -> None:
        now = timezone.now()
        runs(Kind.BEAT, at=now)
        runs(Kind.WORKER, at=now - timedelta(minutes=2))
        Share.objects.update(try_at=now - timedelta(seconds=90), last_safe_at=far_from_now())
        attempts(share, Code.UNREACHABLE, 3, at=now)
        attempts(share, "published", 2, at=now)

        answer = client.get("/metrics", headers=TOKEN)

        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        read = samples(answer.content.decode())
        assert read["hub_programs_running", "worker"] == 0
        assert read["hub_programs_running", "beat"] == 1
        assert 120 <= read["hub_last_pulse_age_seconds", "worker"] < 130
        assert read["hub_shares", "scheduled"] == 1
        assert read["hub_shares_due", "paper"] == 1
        assert 90 <= read["hub_oldest_due_share_seconds", "paper"] < 100
        assert read["hub_published_last_day", "paper"] == 2
        assert read["hub_failed_last_day", "away", "paper"] == 3
        assert read["hub_alarm", "no_worker"] == read["hub_alarm", "backlog"] == 1
        assert read["hub_alarm", "no_beat"] == 0
        names = (alice.name, alice.email, share.text, "alice")
        assert not [word for word in names if word in answer.content.decode()]

    def test_every_alarm_has_a_series(self, client: Client, db: None) -> None:
        read = samples(client.get("/metrics", headers=TOKEN).content.decode())

        assert {labels[1] for labels in read if labels[0] == "hub_alarm"} == set(ALARMS)


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Return each value by its name and the values of its labels, as Prometheus' own parser reads them."""
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
