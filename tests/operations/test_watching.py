"""What an administrator is told, and how soon. The clock is given; `test_dying.py` kills real programs."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from django.conf import LazySettings, settings
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy.notices.models import Notice
from advocacy.operations import attending
from advocacy.operations.beating import Heart, beat, end, forget_the_silent
from advocacy.operations.errors import CLASSES
from advocacy.operations.models import EVERY, NEWS_FOR, QUIET_AFTER, Kind, Pulse
from advocacy.operations.outcomes import platform_days
from advocacy.operations.reading import status_page
from advocacy.operations.warning import warn
from advocacy.operations.watching import look
from advocacy.people.models import Person
from advocacy.platforms.connector import Code
from advocacy.platforms.models import AppRegistration
from advocacy.shares.models import Attempt, Share, State

pytestmark = pytest.mark.usefixtures("_has_run_for_an_hour")

PROMISE = timedelta(seconds=60)
# The page of an administrator fetches itself anew this often.
LOOKS_AGAIN = timedelta(seconds=10)
MakeShare = Callable[..., Share]
CopiesOf = Callable[..., list[Share]]


def runs(kind: Kind, *, at: datetime, name: str = "machine 1", **moments: datetime) -> None:
    usual = {"started_at": at - timedelta(hours=1), "worked_at": at}
    beat(kind, name, now=at, **(usual | moments))


def everything_runs(*, at: datetime) -> None:
    runs(Kind.WORKER, at=at)
    runs(Kind.BEAT, at=at)


def urgent(now: datetime) -> list[str]:
    return [alarm.slug for alarm in look(now=now)]


def others(now: datetime) -> list[str]:
    return [alarm.slug for alarm in status_page(now=now).others]


@pytest.mark.django_db
class TestPrograms:
    def test_all_is_well_while_both_run(self, now: datetime) -> None:
        everything_runs(at=now)

        assert urgent(now + EVERY) == others(now + EVERY) == []

    @pytest.mark.parametrize(
        ("dies", "slug"), [(Kind.WORKER, "no_worker"), (Kind.BEAT, "no_beat")], ids=["worker", "beat"]
    )
    def test_a_dead_program_is_missed_within_a_minute(self, now: datetime, dies: Kind, slug: str) -> None:
        runs(dies, at=now)
        lives = Kind.BEAT if dies == Kind.WORKER else Kind.WORKER
        told_at = next(
            now + timedelta(seconds=seconds)
            for seconds in range(600)
            if lived(lives, now + timedelta(seconds=seconds))
            and urgent(now + timedelta(seconds=seconds)) == [slug]
        )

        assert told_at - now == QUIET_AFTER
        assert told_at - now + LOOKS_AGAIN <= PROMISE

    def test_of_two_workers_one_may_die(self, now: datetime) -> None:
        everything_runs(at=now)
        runs(Kind.WORKER, at=now - timedelta(minutes=1), name="machine 2")

        assert urgent(now) == []
        assert others(now) == ["silent_worker"]
        everything_runs(at=now + NEWS_FOR)
        assert others(now + NEWS_FOR) == []

    def test_one_that_was_started_again_is_not_missed(self, now: datetime) -> None:
        runs(Kind.BEAT, at=now)
        runs(Kind.WORKER, at=now - timedelta(minutes=5), name="here 10")
        runs(Kind.WORKER, at=now - timedelta(minutes=5), name="there 11")
        runs(Kind.WORKER, at=now, name="here 12", started_at=now - timedelta(minutes=1))

        (alarm,) = status_page(now=now).others
        assert "It was there 11." in alarm.meaning

    def test_who_is_stopped_in_order_alarms_nobody(self, now: datetime) -> None:
        everything_runs(at=now)
        runs(Kind.WORKER, at=now, name="machine 2")
        end(Kind.WORKER, "machine 2", now=now)
        later = now + timedelta(minutes=1)
        everything_runs(at=later)

        assert urgent(later) == others(later) == []

    def test_a_clock_set_back_hides_no_death(self, now: datetime) -> None:
        everything_runs(at=now + timedelta(hours=1))

        assert urgent(now) == ["no_worker", "no_beat"]

    def test_who_has_just_started_the_hub_is_not_alarmed(
        self, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("advocacy.operations.watching.watched_for", lambda: timedelta(seconds=39))

        assert urgent(now) == []

    def test_workers_that_hear_nothing_are_no_workers(self, now: datetime) -> None:
        """They live and beat rings: the broker is away, or every thread is held up."""
        runs(Kind.BEAT, at=now)
        runs(Kind.WORKER, at=now, worked_at=now - QUIET_AFTER - timedelta(seconds=1))
        assert urgent(now) == ["bell_unheard"]

        runs(Kind.WORKER, at=now, worked_at=now - EVERY)
        assert urgent(now) == []

    def test_a_worker_that_has_just_begun_need_not_have_heard(self, now: datetime) -> None:
        runs(Kind.BEAT, at=now)
        Pulse.objects.create(kind=Kind.WORKER, name="new", started_at=now - EVERY, seen_at=now)

        assert urgent(now) == []

    def test_those_long_gone_are_forgotten_but_for_the_last(self, now: datetime) -> None:
        for hours in (2, 3, 4):
            runs(Kind.WORKER, at=now - timedelta(hours=hours), name=f"machine {hours}")

        forget_the_silent(now)

        assert Pulse.objects.get().name == "machine 2"
        (alarm,) = [one for one in look(now=now) if one.slug == "no_worker"]
        assert alarm.since == now - timedelta(hours=2)


def lived(kind: Kind, at: datetime) -> bool:
    """Write the pulse of a program that goes on; as true as it sounds."""
    runs(kind, at=at)
    return True


@pytest.mark.django_db(transaction=True)
class TestTheHeart:
    def test_it_says_that_it_lives_and_when_it_ends(self) -> None:
        began = timezone.now()
        heart = Heart(Kind.WORKER, worked_at=lambda: began)
        heart.start()
        heart.stop()

        pulse = Pulse.objects.get()
        assert (pulse.kind, pulse.worked_at) == ("worker", began)
        assert pulse.seen_at >= began
        assert pulse.stopped_at == pulse.seen_at

    def test_a_database_that_is_away_does_not_stop_it(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def away(*_facts: object, **_more: object) -> None:
            Pulse.objects.raw("SELECT nonsense FROM nowhere")[0]

        monkeypatch.setattr("advocacy.operations.beating.beat", away)
        heart = Heart(Kind.BEAT, worked_at=timezone.now)
        heart.start()
        heart.stop()

        assert "the pulse could not be written: " in caplog.text
        assert "nonsense" not in caplog.text
        assert not heart._thread.is_alive()

    def test_it_does_something_beside_after_each_pulse(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("advocacy.operations.beating.EVERY", timedelta(milliseconds=1))
        done = Event()
        heart = Heart(Kind.WORKER, worked_at=timezone.now, beside=lambda now: done.set())
        heart.start()

        assert done.wait(5)
        heart.stop()


@pytest.mark.usefixtures("paper")
class TestShares:
    def test_a_late_share_is_seen_within_a_minute(self, now: datetime, make_share: MakeShare) -> None:
        make_share(at=now)
        late = now + timedelta(seconds=41)
        everything_runs(at=late)

        assert urgent(now + timedelta(seconds=39)) == []
        (alarm,) = look(now=late)
        assert (alarm.slug, alarm.since) == ("backlog", now)
        assert "One share should be on its way" in alarm.meaning

    @pytest.mark.parametrize("reason", ["its turn is later", "its story closed", "its account broke"])
    def test_what_rightly_waits_is_not_late(self, now: datetime, make_share: MakeShare, reason: str) -> None:
        share = make_share(at=now)
        late = now + timedelta(minutes=5)
        everything_runs(at=late)
        if reason == "its turn is later":
            Share.objects.update(try_at=late + timedelta(minutes=1))
        elif reason == "its story closed":
            share.story.__class__.objects.update(closes_at=now + timedelta(minutes=1))
        else:
            share.account.__class__.objects.update(broken_at=now)

        assert urgent(late) == []

    def test_what_a_dead_worker_holds_is_seen(self, now: datetime, make_share: MakeShare) -> None:
        share = make_share(at=now)
        Share.objects.filter(pk=share.pk).update(
            state=State.SENDING, claim=share.key, leased_until=now - timedelta(minutes=1)
        )
        everything_runs(at=now)

        assert others(now) == ["left_lying"]

    def test_thousands_of_late_shares_cost_one_question(
        self,
        now: datetime,
        make_share: MakeShare,
        copies_of: CopiesOf,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        copies_of(make_share(at=now), 2000)
        late = now + timedelta(minutes=1)
        everything_runs(at=late)

        with django_assert_num_queries(2):
            (alarm,) = look(now=late)
        assert "2001 shares" in alarm.meaning


def attempts(share: Share, outcome: str, count: int, *, at: datetime) -> None:
    number = share.attempts.count()
    Attempt.objects.bulk_create(
        Attempt(share=share, number=number + one, armed_at=at, ended_at=at, outcome=outcome)
        for one in range(1, count + 1)
    )


@pytest.mark.usefixtures("paper", "db")
class TestPlatforms:
    def test_errors_stand_together_by_what_one_does_about_them(self, now: datetime, share: Share) -> None:
        attempts(share, "published", 4, at=now)
        attempts(share, Code.UNREACHABLE, 2, at=now - timedelta(hours=2))
        attempts(share, Code.SERVER_ERROR, 1, at=now)
        attempts(share, Code.REFUSED, 1, at=now)
        attempts(share, Code.REFUSED, 9, at=now - timedelta(days=2))
        attempts(share, "", 1, at=now)
        Attempt.objects.filter(outcome="").update(ended_at=None)

        (day,) = platform_days(now=now)

        assert (day.label, day.published, day.accounts) == ("Paper", 4, 1)
        assert [(one.error.slug, one.count, one.lately) for one in day.failures] == [
            ("away", 3, 1),
            ("refused", 1, 1),
        ]

    def test_every_reason_of_a_platform_has_a_class(self) -> None:
        ours = {"connector_broke", "not_prepared", "picture_missing", "was_not_there"}

        assert set(CLASSES) == {*Code, *ours}

    @pytest.mark.parametrize(
        ("outcome", "failed", "posted", "expected"),
        [
            (Code.UNREACHABLE, 5, 4, ["platform_fails"]),
            (Code.UNREACHABLE, 5, 5, []),
            (Code.UNREACHABLE, 4, 0, []),
            # What its owner or the platform itself settles is no alarm.
            (Code.REFUSED, 50, 0, []),
            (Code.RATE_LIMITED, 50, 0, []),
            ("connector_broke", 1, 50, ["hub_broke"]),
            ("a_reason_nobody_knows", 1, 0, ["hub_broke"]),
        ],
    )
    def test_a_platform_that_mostly_fails_is_told(
        self, now: datetime, share: Share, outcome: str, failed: int, posted: int, expected: list[str]
    ) -> None:
        everything_runs(at=now)
        attempts(share, outcome, failed, at=now - timedelta(minutes=5))
        attempts(share, "published", posted, at=now)

        assert others(now) == expected

    def test_a_platform_that_does_not_let_the_hub_in_leads_to_where_it_is_mended(self, now: datetime) -> None:
        everything_runs(at=now)
        AppRegistration.objects.create(platform="linkedin", registered_at=now, broken_at=now)

        (alarm,) = status_page(now=now).others

        assert (alarm.slug, alarm.url) == ("not_let_in", "/platforms/networks/linkedin/")

    def test_a_version_that_a_platform_retires_is_said_sixty_days_before(
        self, db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINKEDIN_VERSION", "202601")
        ends_on = datetime(2027, 1, 15, tzinfo=UTC)
        AppRegistration.objects.create(platform="linkedin", registered_at=now)
        for days, expected in ((61, []), (60, ["version_ends"]), (0, ["version_ends"])):
            at = ends_on - timedelta(days=days)
            everything_runs(at=at)
            assert others(at) == expected

        (alarm,) = status_page(now=at).others
        assert alarm.title == "LinkedIn retires the version that the hub speaks"
        assert "15 January 2027" in alarm.meaning
        assert alarm.url == "/platforms/networks/linkedin/"

    def test_a_month_that_is_used_up_where_posting_costs_money(
        self, now: datetime, share: Share, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        everything_runs(at=now)
        monkeypatch.setenv("X_MONTHLY_CAP_USD", "1.00")
        AppRegistration.objects.create(platform="x", registered_at=now)
        type(share.account).objects.update(platform="x")
        attempts(share, "published", 4, at=now)
        assert others(now) == []

        attempts(share, Code.NO_ANSWER, 1, at=now)

        (alarm,) = status_page(now=now).others
        assert (alarm.slug, alarm.url) == ("over_budget", "/platforms/networks/x/")
        assert "X_MONTHLY_CAP_USD" in alarm.cures[0]
        # Who sets nothing aside for it, or has not set it up, knows.
        monkeypatch.setenv("X_MONTHLY_CAP_USD", "0")
        assert others(now) == []
        monkeypatch.setenv("X_MONTHLY_CAP_USD", "1.00")
        AppRegistration.objects.update(removed_at=now)
        assert others(now) == []


class TestTheRest:
    def test_mail_that_does_not_get_through(self, alice: Person, now: datetime) -> None:
        everything_runs(at=now)
        notice = Notice.objects.create(
            person=alice, kind="share_missed", once="1", facts={"url": "/"}, created_at=now, mail_after=now
        )
        assert others(now + timedelta(minutes=9)) == []
        later = now + timedelta(minutes=11)
        everything_runs(at=later)
        assert others(later) == ["mail_waits"]

        Notice.objects.update(mail_tries=2, mail_after=later + timedelta(hours=1))
        assert others(later) == ["mail_waits"]
        Notice.objects.filter(pk=notice.pk).update(read_at=now)
        assert others(later) == []

    def test_a_full_disk(self, db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        everything_runs(at=now)
        monkeypatch.setattr(attending, "LEAST_SPACE", 10**18)

        assert others(now) == ["disk_full"]

    def test_clicks_on_a_machine_without_a_worker(
        self, db: None, now: datetime, settings: LazySettings, tmp_path: Path
    ) -> None:
        everything_runs(at=now)
        settings.VAR_DIR = tmp_path
        waiting = tmp_path / "clicks" / "some.log"
        waiting.parent.mkdir()
        waiting.touch()
        for age, said in [(timedelta(minutes=1), []), (timedelta(minutes=3), ["clicks_wait"])]:
            written = (now - age).timestamp()
            os.utime(waiting, (written, written))

            assert others(now) == said

    def test_the_promise_holds_with_these_settings(self) -> None:
        assert EVERY * 3 < QUIET_AFTER
        assert QUIET_AFTER + LOOKS_AGAIN <= PROMISE
        assert settings.DISPATCH < QUIET_AFTER


class TestWhoIsNotLooking:
    def test_administrators_are_mailed_once_a_day_what_a_worker_sees(
        self, ada: Person, alice: Person, now: datetime
    ) -> None:
        for minutes in (0, 1, 2, 60 * 24):
            at = now + timedelta(minutes=minutes)
            runs(Kind.WORKER, at=at)
            warn(at)

        told = Notice.objects.order_by("pk")
        assert [(notice.person, notice.kind, notice.url) for notice in told] == [
            (ada, "hub_ails", "/operations/"),
            (ada, "hub_ails", "/operations/"),
        ]

    @pytest.mark.django_db(transaction=True)
    def test_the_mail_needs_no_beat(self, admin: Client, ada: Person, mailoutbox: list[EmailMessage]) -> None:
        runs(Kind.WORKER, at=timezone.now())

        warn(timezone.now())

        (mail,) = mailoutbox
        assert (mail.to, mail.subject) == ([ada.email], "Shares do not go out")
        assert "/operations/" in mail.body
        shown = admin.get("/notices/").content.decode()
        assert "Shares do not go out" in shown
        assert "See what to do" in shown

    def test_nobody_is_told_while_all_is_well(self, ada: Person, now: datetime) -> None:
        everything_runs(at=now)

        warn(now)

        assert not Notice.objects.exists()


class TestEveryPage:
    def test_an_administrator_reads_it_on_every_page(self, admin: Client) -> None:
        page = admin.get("/people/settings/").content.decode()

        assert "No worker is running (and one thing more)." in page
        assert 'href="/operations/"' in page

    def test_nobody_else_does(self, client: Client, erin: Person) -> None:
        client.force_login(erin)

        assert "No worker" not in client.get("/people/settings/").content.decode()
