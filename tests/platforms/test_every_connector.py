"""What every platform must do. A new file in connectors/ is tested here without an edit."""

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

import advocacy.platforms.connectors as connectors
from advocacy.lib.http import permit
from advocacy.platforms import answers
from advocacy.platforms.connector import (
    Access,
    App,
    AppPassword,
    Auth,
    BuiltIn,
    ByHand,
    Channel,
    Code,
    Connector,
    CountsFollowers,
    Deletes,
    Disconnected,
    Draft,
    Failure,
    Field,
    Finds,
    Image,
    Introduces,
    Measures,
    OAuth2,
    OutcomeUnknown,
    Prepares,
    Receipt,
    Redirects,
    Refreshes,
    Registers,
    Rejected,
    Revokes,
    SignsIn,
    StatesLimits,
    TryLater,
    channels,
)
from tests.lib.servers import StandIn
from tests.platforms.standins import (
    PAGE_OF_A_PROXY,
    a_closed_port,
    answering,
    echoing,
    hanging_up,
    stalling,
)

CHANNELS = [pytest.param(channel(), id=slug) for slug, channel in sorted(channels().items())]
SECRET = "canary-token-4f6a"
REFRESH_SECRET = "canary-refresh-91bc"


def who_are(kind: type) -> list[Any]:
    """Return the platforms that can do this. A kind without any platform is an empty list, and no test."""
    return [param for param in CHANNELS if isinstance(param.values[0], kind)]


CONNECTORS, FINDERS = who_are(Connector), who_are(Finds)
MEASURERS, DELETERS = who_are(Measures), who_are(Deletes)


def access_at(host: str) -> Access:
    """Return an access that may do all there is, so that no platform keeps from asking."""
    scopes = ["r_member_postAnalytics", "r_member_profileAnalytics"]
    data = {"scheme": "http", "appview": f"http://{host}", "scopes": scopes}
    return Access(host, "1", SECRET, REFRESH_SECRET, data=data, app=App(host, "client", SECRET))


def a_draft(channel: Connector, text: str = "We mend bikes too.") -> Draft:
    now = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
    # What `prepare` returned: a container, on platforms that post in two steps.
    prepared = "17" if isinstance(channel, Prepares) else ""
    return Draft(uuid4(), channel.new_record_key(now), now, text, "en", prepared=prepared)


def a_first_draft(channel: Any) -> Draft:
    """Return a draft that is not prepared yet, with a picture, which some platforms want."""
    picture = Image(b"\xff\xd8\xff", "image/jpeg", "A bike", 600, 600, url="https://hub.example/1.jpg")
    return replace(a_draft(channel), prepared="", images=(picture,))


A_RECEIPT = Receipt("at://1/app.bsky.feed.post/3n2rujiewrm72")


class TestDeclarations:
    @pytest.mark.parametrize("channel", CHANNELS)
    def test_it_stands_in_the_file_of_its_name(self, channel: Channel) -> None:
        assert type(channel).__module__ == f"{connectors.__name__}.{channel.slug}"
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,29}", channel.slug)
        assert channel.label

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_its_limits_are_plausible(self, channel: Channel) -> None:
        limits = channel.limits_for({})

        assert limits == channel.limits
        assert 1 <= limits.max_images <= 20
        assert limits.max_alt_chars >= 100
        assert 100_000 <= limits.max_image_bytes <= 100_000_000
        assert set(limits.image_types) <= {"image/jpeg", "image/png", "image/webp", "image/gif"}
        assert "image/jpeg" in limits.image_types
        assert channel.card_by in {"client", "server", "none"}

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_its_way_to_connect_is_declared_and_offered(self, channel: Channel) -> None:
        assert isinstance(channel.auth, Auth)
        assert channel.auth.explanation
        assert isinstance(channel.auth, ByHand) != isinstance(channel, Connector)
        ways = {type(channel.auth), type(channel.other_auth)}
        assert (AppPassword in ways) == isinstance(channel, SignsIn)
        assert (OAuth2 in ways) == isinstance(channel, Redirects | Introduces)

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_its_fields_can_be_drawn_and_its_permissions_are_told(self, channel: Channel) -> None:
        if isinstance(channel.auth, BuiltIn | ByHand):
            return
        fields: tuple[Field, ...] = channel.auth.fields

        assert channel.auth.permissions
        assert len({field.name for field in fields}) == len(fields)
        assert all(field.label for field in fields)
        assert all(field.secret for field in fields if "password" in field.name or "secret" in field.name)
        assert not any(field.initial for field in fields if field.secret)

    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_its_keys_are_its_own_every_time(self, channel: Connector) -> None:
        now = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)

        keys = {channel.new_record_key(now) for _ in range(100)}

        assert len(keys) == 100
        assert all(0 < len(key) <= 20 for key in keys)

    def test_platforms_are_loaded_without_django(self) -> None:
        code = (
            "import sys; sys.modules.update(django=None, celery=None); "
            "import advocacy.platforms.connectors; from advocacy.platforms.connector import channels; "
            "print(*sorted(channels()))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        # The tests' own platforms live in this process only.
        ours = [slug for slug, kind in channels().items() if kind.__module__.startswith("advocacy.")]
        assert done.stdout.split() == sorted(ours)


# The text, and what it measures by each unit that a platform may count in.
TEXTS: list[tuple[str, dict[str, int]]] = [
    ("", {"graphemes": 0, "utf16": 0, "weighted": 0, "threads": 0}),
    ("We mend bikes.", {"graphemes": 14, "utf16": 14, "weighted": 14, "threads": 14}),
    ("Wij gaan naar café één", {"graphemes": 22, "utf16": 22, "weighted": 22, "threads": 22}),
    ("e\u0301", {"graphemes": 1, "utf16": 2, "weighted": 1, "threads": 2}),
    ("🎉", {"graphemes": 1, "utf16": 2, "weighted": 2, "threads": 4}),
    ("👨‍👩‍👧‍👦", {"graphemes": 1, "utf16": 11, "weighted": 2, "threads": 25}),
    ("👍🏽👍🏽", {"graphemes": 2, "utf16": 8, "weighted": 4, "threads": 16}),
    ("🇳🇱", {"graphemes": 1, "utf16": 4, "weighted": 2, "threads": 8}),
    ("日本語", {"graphemes": 3, "utf16": 3, "weighted": 6, "threads": 3}),
    ("नमस्ते", {"graphemes": 3, "utf16": 6, "weighted": 6, "threads": 6}),
    ("one\ntwo\n\nthree", {"graphemes": 14, "utf16": 14, "weighted": 14, "threads": 14}),
    ("#bikes @alice (really)", {"graphemes": 22, "utf16": 22, "weighted": 22, "threads": 22}),
]


class TestCounting:
    @pytest.mark.parametrize("channel", CHANNELS)
    @pytest.mark.parametrize(("text", "measures"), TEXTS)
    def test_it_counts_as_its_unit_says(self, channel: Channel, text: str, measures: dict[str, int]) -> None:
        counted = channel.count(text, data={})

        assert counted.used == measures[counted.unit]
        assert not counted.too_long

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_it_is_too_long_from_the_first_character_over_the_limit(self, channel: Channel) -> None:
        limit = channel.count("", data={}).limit

        assert not channel.count("x" * limit, data={}).too_long
        assert channel.count("x" * (limit + 1), data={}).too_long
        assert channel.count("x" * (limit + 1), data={}).used == limit + 1

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_a_link_counts_in_full_or_always_the_same(self, channel: Channel) -> None:
        short, long = "https://example.com/a", "https://example.com/" + "a" * 60
        costs = [
            channel.count(f"Read {link} now", data={}).used - channel.count("Read  now", data={}).used
            for link in (short, long)
        ]

        assert costs in ([23, 23], [len(short), len(long)])

    @pytest.mark.parametrize("channel", CHANNELS)
    @pytest.mark.parametrize(
        "text",
        [
            "a." * 3000,
            "http://" + "a" * 6000,
            "@a@" * 2000,
            "é\u0301" * 3000,
            "#" * 6000,
            "http://a.nl/" * 500,
        ],
    )
    def test_a_nasty_text_is_counted_at_once(self, channel: Channel, text: str) -> None:
        started = datetime.now(UTC)

        channel.count(text, data={})

        assert datetime.now(UTC) - started < timedelta(seconds=2)


Trouble = Callable[[], AbstractContextManager[StandIn]]


class TestPublishing:
    """The four ways to fail, each over a real socket. No post is made by any of them."""

    @pytest.mark.parametrize("channel", CONNECTORS)
    @pytest.mark.parametrize(
        ("trouble", "failure"),
        [
            pytest.param(lambda: answering(401, {"error": "invalid_token"}), Disconnected, id="401"),
            pytest.param(
                lambda: answering(400, {"error": "InvalidRequest", "message": "no"}),
                Rejected,
                id="400",
            ),
            pytest.param(lambda: answering(422, {"error": "Validation failed"}), Rejected, id="422"),
            pytest.param(lambda: answering(403, PAGE_OF_A_PROXY), Rejected, id="403 page"),
            pytest.param(
                lambda: answering(302, b"", headers={"Location": "https://elsewhere.example/"}),
                Rejected,
                id="302",
            ),
            pytest.param(lambda: answering(413, PAGE_OF_A_PROXY), Rejected, id="413 page"),
            pytest.param(lambda: answering(429, {"error": "slow down"}), TryLater, id="429"),
            pytest.param(lambda: answering(500, {"error": "InternalServerError"}), OutcomeUnknown, id="500"),
            pytest.param(lambda: answering(502, PAGE_OF_A_PROXY), OutcomeUnknown, id="502 page"),
            pytest.param(lambda: answering(503, PAGE_OF_A_PROXY), OutcomeUnknown, id="503 page"),
            pytest.param(lambda: answering(200, {}), OutcomeUnknown, id="200 empty"),
            pytest.param(lambda: answering(200, PAGE_OF_A_PROXY), OutcomeUnknown, id="200 page"),
            pytest.param(lambda: answering(201, ["no", "object"]), OutcomeUnknown, id="201 list"),
            pytest.param(hanging_up, OutcomeUnknown, id="reset"),
        ],
    )
    def test_each_answer_has_one_meaning(
        self, channel: Connector, trouble: Trouble, failure: type[Failure]
    ) -> None:
        with trouble() as server, pytest.raises(Failure) as raised:
            channel.publish(a_draft(channel), access_at(server.host))

        assert type(raised.value) is failure
        assert raised.value.code in set(Code)

    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_a_server_that_is_not_there_can_be_tried_again(self, channel: Connector) -> None:
        host = a_closed_port()
        permit([host])

        with pytest.raises(TryLater) as raised:
            channel.publish(a_draft(channel), access_at(host))

        assert raised.value.code == Code.UNREACHABLE
        assert timedelta(0) < raised.value.wait <= timedelta(minutes=5)

    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_a_private_server_that_nobody_permitted_gets_nothing(self, channel: Connector) -> None:
        with hanging_up() as server:
            host = server.host
        with pytest.raises(TryLater):
            channel.publish(a_draft(channel), access_at(host))

        assert not server.visits

    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_silence_ends_in_time_and_is_unknown(
        self, channel: Connector, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(answers, "CALL", timedelta(seconds=0.3))
        with stalling() as server, pytest.raises(OutcomeUnknown):
            channel.publish(a_draft(channel), access_at(server.host))

    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_the_wait_that_was_asked_is_passed_on(self, channel: Connector) -> None:
        slow_down = answering(429, {"error": "slow down"}, headers={"Retry-After": "77"})
        with slow_down as server, pytest.raises(TryLater) as raised:
            channel.publish(a_draft(channel), access_at(server.host))

        assert raised.value.wait == timedelta(seconds=77)

    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_what_is_too_long_never_leaves(self, channel: Connector) -> None:
        draft = a_draft(channel, "x" * (channel.count("", data={}).limit + 1))
        with hanging_up() as server, pytest.raises(Rejected) as raised:
            channel.publish(draft, access_at(server.host))

        assert raised.value.code == Code.TOO_LONG
        assert not server.visits

    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_a_whole_publish_fits_in_a_lease(self, channel: Connector) -> None:
        assert answers.CALL <= channel.publish_within <= timedelta(minutes=2)


class TestPreparing:
    """The first of two steps is not public, so that a lost answer is no doubt."""

    @pytest.mark.parametrize("channel", who_are(Prepares))
    @pytest.mark.parametrize(
        ("trouble", "failure"),
        [
            pytest.param(lambda: answering(401, {"error": "invalid_token"}), Disconnected, id="401"),
            pytest.param(lambda: answering(400, {"error": "no"}), Rejected, id="400"),
            pytest.param(lambda: answering(403, PAGE_OF_A_PROXY), Rejected, id="403 page"),
            pytest.param(lambda: answering(429, {"error": "slow down"}), TryLater, id="429"),
            pytest.param(lambda: answering(500, {"error": "oops"}), TryLater, id="500"),
            pytest.param(lambda: answering(502, PAGE_OF_A_PROXY), TryLater, id="502 page"),
            pytest.param(lambda: answering(200, {}), TryLater, id="200 empty"),
            pytest.param(hanging_up, TryLater, id="reset"),
        ],
    )
    def test_each_answer_has_one_meaning(
        self, channel: Any, trouble: Trouble, failure: type[Failure]
    ) -> None:
        with trouble() as server, pytest.raises(Failure) as raised:
            channel.prepare(a_first_draft(channel), access_at(server.host))

        assert type(raised.value) is failure
        assert raised.value.code in set(Code)

    @pytest.mark.parametrize("channel", who_are(Prepares))
    def test_what_is_too_long_never_leaves(self, channel: Any) -> None:
        draft = replace(a_first_draft(channel), text="x" * (channel.count("", data={}).limit + 1))
        with hanging_up() as server, pytest.raises(Rejected) as raised:
            channel.prepare(draft, access_at(server.host))

        assert raised.value.code == Code.TOO_LONG
        assert not server.visits


class TestPictures:
    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_one_that_is_too_large_or_one_too_many_never_leaves(self, channel: Any) -> None:
        first = channel.prepare if isinstance(channel, Prepares) else channel.publish
        fits = a_first_draft(channel)
        picture, limits = fits.images[0], channel.limits
        too_large = replace(picture, content=b"x" * (limits.max_image_bytes + 1))
        too_long = replace(picture, alt="x" * (limits.max_alt_chars + 1))
        for images in ((too_large,), (too_long,), (picture,) * (limits.max_images + 1)):
            with hanging_up() as server, pytest.raises(Rejected) as raised:
                first(replace(fits, images=images), access_at(server.host))

            assert raised.value.code in {Code.TOO_LARGE, Code.TOO_LONG}
            assert not server.visits


NO_LOOK = [
    pytest.param(lambda: answering(500, {"error": "oops"}), id="500"),
    pytest.param(lambda: answering(404, PAGE_OF_A_PROXY), id="404-page"),
    pytest.param(lambda: answering(403, {"error": "no"}), id="403"),
    pytest.param(lambda: answering(200, PAGE_OF_A_PROXY), id="200-page"),
    pytest.param(lambda: answering(200, "nothing"), id="200-text"),
    pytest.param(lambda: answering(429, {"error": "slow down"}), id="429"),
    pytest.param(hanging_up, id="reset"),
]


class TestLooking:
    """Not being able to look is not the same as seeing that nothing is there."""

    @pytest.mark.parametrize("channel", FINDERS)
    @pytest.mark.parametrize("trouble", NO_LOOK)
    def test_finding_says_that_it_could_not_look(self, channel: Any, trouble: Trouble) -> None:
        with trouble() as server, pytest.raises(TryLater):
            channel.find(a_draft(channel), access_at(server.host))

    @pytest.mark.parametrize("channel", MEASURERS)
    @pytest.mark.parametrize("trouble", NO_LOOK)
    def test_measuring_says_that_it_could_not_look(self, channel: Any, trouble: Trouble) -> None:
        with trouble() as server, pytest.raises(TryLater):
            channel.measure(A_RECEIPT, access_at(server.host))

    @pytest.mark.parametrize("channel", who_are(CountsFollowers))
    @pytest.mark.parametrize("trouble", NO_LOOK)
    def test_counting_followers_says_that_it_could_not_look(self, channel: Any, trouble: Trouble) -> None:
        with trouble() as server, pytest.raises(TryLater):
            channel.followers(access_at(server.host))

    @pytest.mark.parametrize("channel", who_are(Refreshes))
    def test_a_lost_refresh_is_unknown(self, channel: Any) -> None:
        for trouble in (hanging_up, lambda: answering(502, PAGE_OF_A_PROXY), lambda: answering(200, {})):
            with trouble() as server, pytest.raises(OutcomeUnknown):
                channel.refresh(access_at(server.host))

    @pytest.mark.parametrize("channel", who_are(Revokes))
    def test_a_permission_that_is_already_gone_is_no_error(self, channel: Any) -> None:
        with answering(401, {"error": "InvalidToken"}) as server:
            channel.revoke(access_at(server.host), App(server.host, "client", SECRET))

    @pytest.mark.parametrize("channel", who_are(Revokes))
    def test_a_permission_is_not_called_ended_when_nobody_answered(self, channel: Any) -> None:
        for trouble in (hanging_up, lambda: answering(502, PAGE_OF_A_PROXY)):
            with trouble() as server, pytest.raises(TryLater):
                channel.revoke(access_at(server.host), App(server.host, "client", SECRET))

    @pytest.mark.parametrize("channel", DELETERS)
    @pytest.mark.parametrize(
        ("trouble", "failure"),
        [
            (lambda: answering(500, {"error": "oops"}), TryLater),
            (lambda: answering(401, {"error": "invalid_token"}), Disconnected),
            (lambda: answering(403, {"error": "no"}), Rejected),
            (lambda: answering(404, PAGE_OF_A_PROXY), Rejected),
            (hanging_up, TryLater),
        ],
        ids=["500", "401", "403", "404-page", "reset"],
    )
    def test_a_post_is_not_called_deleted_when_it_was_not(
        self, channel: Any, trouble: Trouble, failure: type[Failure]
    ) -> None:
        with trouble() as server, pytest.raises(failure):
            channel.delete(A_RECEIPT, access_at(server.host))


class TestServersOfTheirOwn:
    @pytest.mark.parametrize("channel", who_are(StatesLimits))
    @pytest.mark.parametrize(
        "trouble", [hanging_up, lambda: answering(502, PAGE_OF_A_PROXY), lambda: answering(200, ["no"])]
    )
    def test_a_server_that_states_nothing_leaves_the_usual_limits(
        self, channel: Any, trouble: Trouble
    ) -> None:
        with trouble() as server:
            said = channel.limits_at(server.host)

        assert said == {}
        assert channel.limits_for(said) == channel.limits


class TestConnecting:
    @pytest.mark.parametrize("channel", who_are(SignsIn) + who_are(Registers))
    def test_a_typed_address_of_something_else_is_refused_kindly(self, channel: Any) -> None:
        with answering(404, PAGE_OF_A_PROXY) as server, pytest.raises(Rejected) as raised:
            connect(channel, server.host)

        assert raised.value.code == Code.NO_SUCH_SERVER

    @pytest.mark.parametrize("channel", who_are(SignsIn) + who_are(Registers))
    @pytest.mark.parametrize("typed", ["no host", "http://", "https://me:pw@127.0.0.1/", "a..b", "0x7f.1"])
    def test_what_is_no_host_is_refused(self, channel: Any, typed: str) -> None:
        with pytest.raises(Rejected) as raised:
            connect(channel, typed)

        assert raised.value.code == Code.NO_SUCH_SERVER

    @pytest.mark.parametrize("channel", who_are(SignsIn) + who_are(Registers))
    def test_a_typed_private_address_is_refused_unseen(self, channel: Any) -> None:
        with hanging_up() as server:
            host = server.host
        with pytest.raises(Rejected) as raised:
            connect(channel, host)

        assert raised.value.code == Code.ADDRESS_BLOCKED
        assert not server.visits


def connect(channel: Any, typed: str) -> None:
    """Begin to connect as the screen does, with the same server typed."""
    if isinstance(channel, SignsIn):
        channel.sign_in({"handle": "alice", "password": SECRET, "server": typed})
    else:
        channel.register(channel.host_from({"server": typed}), redirect_uri="https://hub.example/back/")


class TestSecrets:
    def test_no_secret_shows_in_a_repr(self) -> None:
        app = App("mastodon.example", "client", SECRET)

        assert SECRET not in repr(access_at("a.example")) + repr(app)
        assert REFRESH_SECRET not in repr(access_at("a.example"))

    @pytest.mark.parametrize("status", [200, 400, 401, 403, 422, 429, 500])
    @pytest.mark.parametrize("channel", CONNECTORS)
    def test_no_failure_repeats_what_a_careless_server_prints(self, channel: Any, status: int) -> None:
        draft = a_draft(channel)
        calls: list[Callable[[Access], object]] = [lambda access: channel.publish(draft, access)]
        if isinstance(channel, Finds):
            calls.append(lambda access: channel.find(draft, access))
        if isinstance(channel, Measures):
            calls.append(lambda access: channel.measure(A_RECEIPT, access))
        if isinstance(channel, Deletes):
            calls.append(lambda access: channel.delete(A_RECEIPT, access))
        if isinstance(channel, CountsFollowers):
            calls.append(channel.followers)
        if isinstance(channel, Refreshes):
            calls.append(channel.refresh)
        if isinstance(channel, Prepares):
            calls.append(lambda access: channel.prepare(a_first_draft(channel), access))
        with echoing(status) as server:
            said = [what_is_said(call, access_at(server.host)) for call in calls]

        assert not any(SECRET in words or REFRESH_SECRET in words for words in said)

    @pytest.mark.parametrize("status", [200, 400, 401, 403, 422, 429, 500])
    @pytest.mark.parametrize("channel", who_are(SignsIn))
    def test_no_failure_repeats_the_password(self, channel: Any, status: int) -> None:
        with echoing(status) as server, pytest.raises(Failure) as raised:
            connect(channel, server.host)

        assert SECRET not in str(raised.value) + repr(raised.value)

    @pytest.mark.parametrize("status", [200, 400, 401, 403, 422, 429, 500])
    @pytest.mark.parametrize("channel", who_are(Redirects))
    def test_no_failure_repeats_the_code_or_the_apps_secret(self, channel: Any, status: int) -> None:
        with echoing(status) as server, pytest.raises(Failure) as raised:
            channel.exchange(
                App(server.host, "client", SECRET),
                redirect_uri="https://hub.example/",
                code=SECRET,
                code_verifier=SECRET,
            )

        assert SECRET not in str(raised.value) + repr(raised.value)


def what_is_said(call: Callable[[Access], object], access: Access) -> str:
    try:
        return repr(call(access))
    except Failure as failure:
        return str(failure) + repr(failure)
