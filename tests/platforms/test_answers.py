"""Reading a platform's answers: how long to wait, and which server was meant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.lib.http import Response, permit
from advocacy.platforms.answers import LATER, base_url, parse_wait, wait_in

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("0", timedelta(0)),
        ("120", timedelta(minutes=2)),
        (" 1.5 ", timedelta(seconds=2)),
        (str(int(NOW.timestamp()) + 30), timedelta(seconds=30)),
        ("2026-11-17T09:45:00.319637Z", timedelta(minutes=15, microseconds=319637)),
        ("2026-11-17T09:45:00", timedelta(minutes=15)),
        ("2026-11-17T10:45:00+01:00", timedelta(minutes=15)),
        ("Tue, 17 Nov 2026 09:30:10 GMT", timedelta(seconds=10)),
        ("Tue, 17 Nov 2026 09:29:50 GMT", timedelta(seconds=-10)),
    ],
)
def test_a_wait_is_read_in_every_way_that_platforms_write_it(written: str, wait: timedelta) -> None:
    assert parse_wait(written, now=NOW) == wait


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "soon", "-5", "+5", "1e9", "0x10", "9" * 400, "٣٠", "NaN", "Infinity", "30, 30", "30s",
        "2026-13-45", "2026-11-17T99:00Z", "Tue, 99 Nov", "17/11/2026", "\0", "{}",
        "Tue, 17 Nov 99999999999999999999 09:30:10 GMT", "Tue, 17 Nov 2026 09:30:10 +99999999999999999999",
    ],
)  # fmt: skip
def test_what_is_no_wait_is_none(written: str) -> None:
    assert parse_wait(written, now=NOW) is None


@given(st.text(alphabet="0123456789-+:.,TZ GMTnovWed٣²\t", max_size=60) | st.text(max_size=40))
def test_whatever_is_written_the_wait_lies_between_a_second_and_a_day(written: str) -> None:
    names = ["retry-after", "x-ratelimit-reset", "date", "x-business-use-case-usage"]
    hostile = Response(429, dict.fromkeys(names, written), b"", "https://mastodon.example/")

    assert timedelta(seconds=1) <= wait_in(hostile, otherwise=LATER) <= timedelta(days=1)


def answer(status: int, **headers: str) -> Response:
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Response(status, named, b"", "https://mastodon.example/")


class TestWaiting:
    def test_a_wait_lies_between_a_second_and_a_day(self) -> None:
        assert wait_in(answer(429, retry_after="0"), otherwise=LATER) == timedelta(seconds=1)
        assert wait_in(answer(429, retry_after="999999999999"), otherwise=LATER) == timedelta(days=1)
        assert wait_in(answer(429, x_ratelimit_reset="2000-01-01T00:00:00Z"), otherwise=LATER) == timedelta(
            seconds=1
        )

    @pytest.mark.parametrize(
        "headers",
        [
            {"retry_after": "120"},
            {"retry_after": "Tue, 17 Nov 2026 09:32:00 GMT"},
            {"retry_after": "1794907920"},
            {"retry_after": "2026-11-17T09:32:00Z"},
            {"x_ratelimit_reset": "2026-11-17T09:32:00.000000Z", "x_ratelimit_remaining": "0"},
            {"x_rate_limit_reset": "1794907920", "x_rate_limit_remaining": "0"},
            {"ratelimit_reset": "1794907920", "ratelimit_remaining": "0", "ratelimit_policy": "3000;w=300"},
            {"x_business_use_case_usage": '{"12": [{"estimated_time_to_regain_access": 2}]}'},
            {"retry_after": "soon", "x_ratelimit_reset": "2026-11-17T09:32:00Z"},
            {"retry_after": "-120", "x_rate_limit_reset": "1794907920"},
        ],
    )
    def test_each_platform_is_understood_in_its_own_form(self, headers: dict[str, str]) -> None:
        said = answer(429, date="Tue, 17 Nov 2026 09:30:00 GMT", **headers)

        assert wait_in(said, otherwise=LATER) == timedelta(minutes=2)

    @pytest.mark.parametrize(
        ("usage", "wait"),
        [
            ('{"1": [{"type": "a", "estimated_time_to_regain_access": 0}]}', LATER),
            ('{"1": [{"estimated_time_to_regain_access": 4}], "2": [{"estimated_time_to_regain_access":9}]}',
             timedelta(minutes=9)),
            ('{"1": [{"estimated_time_to_regain_access": 9999999}]}', timedelta(days=1)),
            ('{"1": [{"estimated_time_to_regain_access": -3}]}', LATER),
            ('{"1": [{"estimated_time_to_regain_access": 99999999999999999999}]}', LATER),
            ('{"1": [{"estimated_time_to_regain_access": null}]}', LATER),
            ('{"1": [{"call_count": 100}]}', LATER),
            ("[" * 5000, LATER),
        ],
    )  # fmt: skip
    def test_meta_says_it_in_minutes(self, usage: str, wait: timedelta) -> None:
        assert wait_in(answer(400, x_business_use_case_usage=usage), otherwise=LATER) == wait

    def test_without_a_word_about_it_the_hub_chooses(self) -> None:
        assert wait_in(answer(429), otherwise=LATER) == LATER

    def test_moments_are_read_by_the_platforms_own_clock(self) -> None:
        slow_clock = answer(429, date="Wed, 01 Jan 2020 00:00:00 GMT", ratelimit_reset="1577836860")

        assert wait_in(slow_clock, otherwise=LATER) == timedelta(minutes=1)

    def test_the_budget_in_every_answer_is_no_wait_while_it_lasts(self) -> None:
        assert wait_in(answer(500, x_ratelimit_reset="2026-11-17T12:00:00Z"), otherwise=LATER) == LATER


class TestWhereServersAre:
    def test_the_public_internet_is_spoken_to_over_tls_only(self) -> None:
        assert base_url("mastodon.example") == "https://mastodon.example"
        assert base_url("mastodon.example:3000") == "https://mastodon.example:3000"

    def test_a_private_server_that_was_permitted_may_do_without(self) -> None:
        permit(["social.internal.example:3000", "tls.internal.example:443"])

        assert base_url("social.internal.example:3000") == "http://social.internal.example:3000"
        assert base_url("tls.internal.example") == "https://tls.internal.example"
