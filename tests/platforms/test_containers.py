"""Threads and Instagram, which post in two steps, against stand-ins of ours. Neither is the real thing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from advocacy.platforms.connector import (
    Access,
    App,
    Code,
    Connection,
    Deletes,
    Disconnected,
    Draft,
    Failure,
    Image,
    OutcomeUnknown,
    Reactions,
    Receipt,
    Rejected,
    TryLater,
)
from advocacy.platforms.connectors.instagram import Instagram
from advocacy.platforms.connectors.threads import Threads
from advocacy.platforms.meta_containers import PostsInContainers
from tests.lib.servers import StandIn, Visit, stand_in
from tests.platforms.meta_standin import PretendContainers, PretendInstagram, PretendThreads
from tests.platforms.written import saying

THREADS, INSTAGRAM = Threads(), Instagram()
LINK = "https://example.com/s/k3v9bcd"
TEXT = f"We mend bikes too.\n\n{LINK}"
JPEG = b"\xff\xd8\xff\xe0 a picture of a bike"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PostsInContainers, "media_poll_every", timedelta(milliseconds=1))


@pytest.fixture
def threads() -> Iterator[PretendThreads]:
    with PretendThreads().running() as server:
        yield server


@pytest.fixture
def instagram() -> Iterator[PretendInstagram]:
    with PretendInstagram().running() as server:
        yield server


@pytest.fixture(params=["threads", "instagram"])
def both(request: pytest.FixtureRequest) -> tuple[Any, PretendContainers]:
    """Each of the two, with its stand-in."""
    channel = {"threads": THREADS, "instagram": INSTAGRAM}[request.param]
    return channel, request.getfixturevalue(request.param)


@pytest.fixture
def album() -> Iterator[StandIn]:
    """Where pictures are fetched: each path gives its own bytes."""

    def show(visit: Visit) -> None:
        visit.read_request()
        visit.answer(JPEG + visit.path.encode(), headers=("Content-Type: image/jpeg",))

    with stand_in(show) as server:
        yield server


@pytest.fixture
def a_picture(album: StandIn) -> Callable[..., Image]:
    def make(name: str = "1", *, alt: str = "A bike") -> Image:
        return Image(b"not sent", "image/jpeg", alt, 1080, 1080, url=f"{album.url}/{name}.jpg")

    return make


def access_at(server: PretendContainers, **rest: Any) -> Access:
    return Access(server.host, server.account, server.token, server.token, **rest)


def a_draft(text: str = TEXT, *, link: str = LINK, **rest: Any) -> Draft:
    return Draft(uuid4(), "k" * 20, datetime.now(UTC), text, "en", link=link, **rest)


def prepared(channel: Any, draft: Draft, access: Access) -> Draft:
    return replace(draft, prepared=channel.prepare(draft, access))


class TestPosting:
    def test_the_first_step_is_not_public_and_the_second_is(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image]
    ) -> None:
        channel, server = both

        draft = prepared(channel, a_draft(images=(a_picture(),)), access_at(server))

        assert server.posts == []
        assert server.fetched == [JPEG + b"/1.jpg"]
        receipt = channel.publish(draft, access_at(server))
        assert server.texts() == [TEXT]
        assert receipt.remote_id == server.posts[0]["id"]
        assert receipt.url == server.posts[0]["page"]

    def test_a_text_on_threads_carries_its_link_as_a_card(self, threads: PretendThreads) -> None:
        container = THREADS.prepare(a_draft(), access_at(threads))

        made = threads.containers[container]
        assert {name: made[name] for name in ("media_type", "text", "link_attachment")} == {
            "media_type": "TEXT", "text": TEXT, "link_attachment": LINK,
        }  # fmt: skip

    def test_one_picture_goes_with_its_description(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image], album: StandIn
    ) -> None:
        channel, server = both

        container = channel.prepare(a_draft(images=(a_picture(alt="A red bike"),)), access_at(server))

        made = server.containers[container]
        assert (made["image_url"], made["alt_text"]) == (f"{album.url}/1.jpg", "A red bike")
        assert made[server.words] == TEXT
        assert made.get("media_type") == ("IMAGE" if server.slug == "threads" else None)
        assert "link_attachment" not in made

    def test_several_go_as_a_carousel_in_their_order(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image]
    ) -> None:
        channel, server = both
        server.processing = 2
        pictures = (a_picture("1", alt="one"), a_picture("2", alt=""), a_picture("3", alt="three"))

        container = channel.prepare(a_draft(images=pictures), access_at(server))

        made = server.containers[container]
        children = [server.containers[child] for child in made["children"].split(",")]
        assert (made["media_type"], made[server.words]) == ("CAROUSEL", TEXT)
        assert [child.get("alt_text") for child in children] == ["one", None, "three"]
        assert all(child["is_carousel_item"] == "true" for child in children)
        assert server.fetched == [JPEG + f"/{number}.jpg".encode() for number in (1, 2, 3)]

    def test_a_picture_that_is_never_ready_is_tried_later(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image]
    ) -> None:
        channel, server = both
        server.processing = 1000

        with pytest.raises(TryLater) as raised:
            channel.prepare(a_draft(images=(a_picture(),)), access_at(server))

        assert raised.value.code == Code.NOT_READY

    def test_a_picture_that_it_cannot_fetch_is_said_to_be_that(
        self, both: tuple[Any, PretendContainers]
    ) -> None:
        channel, server = both
        nowhere = Image(b"x", "image/jpeg", "", 1080, 1080, url="http://127.0.0.1:9/1.jpg")

        with pytest.raises(TryLater) as raised:
            channel.prepare(a_draft(images=(nowhere,)), access_at(server))

        assert raised.value.code == Code.PICTURE_NOT_FETCHED

    def test_one_that_is_not_found_yet_is_published_a_moment_later(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image]
    ) -> None:
        """A field report: code 24 with 4279009 right after the container was made. Nothing was posted."""
        channel, server = both
        draft = prepared(channel, a_draft(images=(a_picture(),)), access_at(server))
        server.early = 2

        channel.publish(draft, access_at(server))

        assert server.texts() == [TEXT]
        server.early = 100
        with pytest.raises(TryLater) as raised:
            channel.publish(draft, access_at(server))
        assert raised.value.code == Code.NOT_READY

    def test_instagram_takes_no_post_without_a_picture(self, instagram: PretendInstagram) -> None:
        with pytest.raises(Rejected) as raised:
            INSTAGRAM.prepare(a_draft(), access_at(instagram))

        assert raised.value.code == Code.NEEDS_PICTURE
        assert not instagram.asked

    def test_instagrams_quota_is_asked_before_a_post(self, a_picture: Callable[..., Image]) -> None:
        with saying("instagram", "quota_used_up") as server, pytest.raises(TryLater) as raised:
            INSTAGRAM.prepare(a_draft(images=(a_picture(),)), Access(server.host, "1", "t"))

        assert len(server.visits) == 1

        assert (raised.value.code, raised.value.detail) == (Code.RATE_LIMITED, "50 / 50")

    def test_an_address_of_a_post_that_is_not_told_does_not_undo_it(self) -> None:
        with saying("threads", "published", "trouble_of_its_own") as server:
            receipt = THREADS.publish(a_draft(prepared="17"), Access(server.host, "1", "t"))

        assert receipt == Receipt("17990000000000001", "")

    @pytest.mark.parametrize(
        ("channel", "text", "code"),
        [
            (THREADS, "🎉" * 125, None),
            (THREADS, "🎉" * 126, Code.TOO_LONG),
            (THREADS, " ".join(f"https://a.nl/{number}" for number in range(5)), None),
            (THREADS, " ".join(f"https://a.nl/{number}" for number in range(6)), Code.TOO_MANY),
            (THREADS, " ".join(["https://a.nl/1"] * 6), None),
            (INSTAGRAM, " ".join(f"#tag{number}" for number in range(30)), None),
            (INSTAGRAM, " ".join(f"#tag{number}" for number in range(31)), Code.TOO_MANY),
            (INSTAGRAM, " ".join(f"@alice{number}" for number in range(21)), Code.TOO_MANY),
        ],
    )
    def test_what_it_does_not_take_never_leaves(
        self, channel: Any, text: str, code: Code | None, a_picture: Callable[..., Image]
    ) -> None:
        draft = a_draft(text, link="", images=(a_picture(),))
        quota = ["quota"] if channel is INSTAGRAM else []
        with saying(channel.slug, *quota, "created", "container_finished") as server:
            if code is None:
                assert channel.prepare(draft, Access(server.host, "1", "t"))
                return
            with pytest.raises(Rejected) as raised:
                channel.prepare(draft, Access(server.host, "1", "t"))

        assert raised.value.code == code
        assert not server.visits


class TestFaults:
    def test_a_lost_answer_is_found_by_the_shares_own_link_or_is_certainly_not_there(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image]
    ) -> None:
        channel, server = both
        for fault, standing in (("lost", 0), ("lost after", 1), ("500 after", 2)):
            link = f"{LINK}{standing}"
            draft = a_draft(f"{fault} {link}", link=link, images=(a_picture(),))
            draft = prepared(channel, draft, access_at(server))
            server.faults = [fault]
            with pytest.raises(OutcomeUnknown):
                channel.publish(draft, access_at(server))

            found = channel.find(draft, access_at(server))

            assert len(server.posts) == standing
            assert (found is not None) == bool(standing)
            assert found is None or (found.remote_id, found.url) == (
                server.posts[0]["id"], server.posts[0]["page"],
            )  # fmt: skip

    def test_what_was_lost_before_it_stood_is_published_again_from_the_same_container(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image]
    ) -> None:
        channel, server = both
        draft = prepared(channel, a_draft(images=(a_picture(),)), access_at(server))
        server.faults = ["lost"]
        with pytest.raises(OutcomeUnknown):
            channel.publish(draft, access_at(server))
        assert channel.find(draft, access_at(server)) is None

        channel.publish(draft, access_at(server))

        assert server.texts() == [TEXT]

    @pytest.mark.parametrize("state", ["expired", "not_fetched", "finished"])
    def test_a_container_that_is_no_post_proves_that_there_is_none(
        self, both: tuple[Any, PretendContainers], state: str
    ) -> None:
        channel, _server = both
        with saying(channel.slug, "posts_empty", f"container_{state}") as server:
            assert channel.find(a_draft(prepared="17"), Access(server.host, "1", "t")) is None

    @pytest.mark.parametrize("state", ["published", "in_progress"])
    def test_a_container_that_may_be_one_proves_nothing(
        self, both: tuple[Any, PretendContainers], state: str
    ) -> None:
        """It may have been published, and not be listed yet."""
        channel, _server = both
        with saying(channel.slug, "posts_empty", f"container_{state}") as server, pytest.raises(TryLater):
            channel.find(a_draft(prepared="17"), Access(server.host, "1", "t"))

    def test_a_container_that_is_not_known_any_more_proves_nothing(self) -> None:
        with saying("threads", "posts_empty", "post_gone") as server, pytest.raises(TryLater):
            THREADS.find(a_draft(prepared="17"), Access(server.host, "1", "t"))

    def test_another_share_with_the_same_words_is_not_it(self) -> None:
        draft = a_draft(
            "We mend bikes too.\n\nhttps://example.com/s/other", link="https://example.com/s/other"
        )
        with saying("threads", "posts", "container_finished") as server:
            assert THREADS.find(replace(draft, prepared="17"), Access(server.host, "1", "t")) is None

    def test_without_a_link_it_is_known_by_its_words(self) -> None:
        with saying("threads", "posts") as server:
            found = THREADS.find(a_draft("Something else & more", link=""), Access(server.host, "1", "t"))

        assert found is not None
        assert found.remote_id == "17990000000000009"

    def test_a_permission_that_ends_in_the_middle(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image]
    ) -> None:
        channel, server = both
        access = access_at(server)
        draft = prepared(channel, a_draft(images=(a_picture(),)), access)
        server.token = "another"

        for call in (channel.publish, channel.find, channel.prepare):
            with pytest.raises(Disconnected):
                call(draft, access)
        assert not server.posts


class TestAfterwards:
    def test_a_post_is_deleted_and_deleting_again_is_fine(
        self, both: tuple[Any, PretendContainers], a_picture: Callable[..., Image]
    ) -> None:
        channel, server = both
        draft = prepared(channel, a_draft(images=(a_picture(),)), access_at(server))
        receipt = channel.publish(draft, access_at(server))

        channel.delete(receipt, access_at(server))
        channel.delete(receipt, access_at(server))

        assert not server.posts
        assert channel.measure(receipt, access_at(server)) == Reactions(gone=True)

    def test_instagram_is_asked_to_delete_only_where_the_administrator_says_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert not INSTAGRAM.does(Deletes)
        assert THREADS.does(Deletes)
        monkeypatch.setenv("INSTAGRAM_DELETES", "yes")
        assert INSTAGRAM.does(Deletes)

    @pytest.mark.parametrize(
        ("channel", "answer", "failure"),
        [(THREADS, "not_deleted", TryLater), (INSTAGRAM, "not_deleted", Rejected)],
    )
    def test_a_post_that_was_not_deleted_is_not_called_deleted(
        self, channel: Any, answer: str, failure: type[Failure]
    ) -> None:
        with saying(channel.slug, answer) as server, pytest.raises(failure):
            channel.delete(Receipt("17"), Access(server.host, "1", "t"))

    @pytest.mark.parametrize(
        ("channel", "counts"),
        [(THREADS, Reactions(7, 3, 2, 420)), (INSTAGRAM, Reactions(7, 3, 2, 420))],
    )
    def test_counts_are_read(self, channel: Any, counts: Reactions) -> None:
        with saying(channel.slug, "insights") as server:
            assert channel.measure(Receipt("17"), Access(server.host, "1", "t")) == counts

    @pytest.mark.parametrize(
        ("channel", "answer"),
        [(THREADS, "no_permission"), (THREADS, "insights_of_a_repost"), (INSTAGRAM, "no_permission")],
    )
    def test_what_it_does_not_tell_is_not_nothing(self, channel: Any, answer: str) -> None:
        with saying(channel.slug, answer) as server:
            assert channel.measure(Receipt("17"), Access(server.host, "1", "t")) == Reactions()


def sign_in(
    channel: Any, server: Any, *, code: str = "the-code#_", secret: str = "meta-secret"
) -> Connection:
    back = "https://hub.example/back/"
    connection: Connection = channel.exchange(
        App(server.host, "hub", secret), redirect_uri=back, code=code, code_verifier="v"
    )
    return connection


class TestSigningIn:
    @pytest.mark.parametrize(
        ("channel", "page", "scope"),
        [
            (
                THREADS,
                "https://threads.com/oauth/authorize",
                "threads_basic,threads_content_publish,threads_manage_insights,threads_delete",
            ),
            (
                INSTAGRAM,
                "https://www.instagram.com/oauth/authorize",
                "instagram_business_basic,instagram_business_content_publish,instagram_business_manage_insights",
            ),
        ],
    )
    def test_the_browser_is_sent_there_with_what_it_asks(self, channel: Any, page: str, scope: str) -> None:
        app = App(channel.set_up.host, "hub", "secret")
        url = urlsplit(
            channel.authorize_url(
                app, redirect_uri="https://hub.example/back/", state="s1", code_challenge="c"
            )
        )

        assert f"{url.scheme}://{url.netloc}{url.path}" == page
        assert parse_qs(url.query) == {
            "response_type": ["code"],
            "client_id": ["hub"],
            "redirect_uri": ["https://hub.example/back/"],
            "scope": [scope],
            "state": ["s1"],
        }

    def test_it_ends_in_a_connection_of_sixty_days(self, both: tuple[Any, PretendContainers]) -> None:
        """The sign that Meta hangs behind a code is taken off, and the token of an hour traded at once."""
        channel, server = both

        connection = sign_in(channel, server)

        identity, access = connection.identity, connection.access
        assert (identity.remote_id, identity.handle) == (server.account, "alice.zomer")
        assert (access.host, access.remote_id) == (server.host, server.account)
        assert access.token == access.refresh_token == server.token
        assert access.expires_at
        assert abs(access.expires_at - datetime.now(UTC) - timedelta(days=60)) < timedelta(minutes=2)

    def test_a_wrong_secret_is_not_a_wrong_code(self, both: tuple[Any, PretendContainers]) -> None:
        channel, server = both

        with pytest.raises(Rejected) as wrong_secret:
            sign_in(channel, server, secret="nonsense")
        with pytest.raises(Rejected) as wrong_code:
            sign_in(channel, server, code="nonsense")

        assert wrong_secret.value.code == Code.APP_WRONG
        assert wrong_code.value.code == Code.SIGN_IN_FAILED

    def test_a_server_that_looks_at_the_code_first_does_not_hide_a_wrong_secret(self) -> None:
        with saying("threads", "wrong_code", "wrong_secret") as server, pytest.raises(Rejected) as raised:
            sign_in(THREADS, server)

        assert raised.value.code == Code.APP_WRONG

    @pytest.mark.parametrize("answer", ["tokens", "tokens_wrapped"])
    def test_instagrams_token_may_come_wrapped(self, answer: str) -> None:
        with saying("instagram", answer, "tokens_lasting", "me") as server:
            assert sign_in(INSTAGRAM, server).access.token == "instagram-token"

    def test_a_permission_without_posting_is_refused(self) -> None:
        with saying("instagram", "tokens_without_publishing") as server, pytest.raises(Rejected) as raised:
            sign_in(INSTAGRAM, server)

        assert (raised.value.code, raised.value.detail) == (
            Code.FORBIDDEN, "instagram_business_content_publish",
        )  # fmt: skip

    def test_a_secret_that_is_found_wrong_late_is_the_apps_fault_as_well(self) -> None:
        with saying("threads", "tokens", "wrong_secret") as server, pytest.raises(TryLater) as raised:
            sign_in(THREADS, server)

        assert raised.value.code == Code.APP_WRONG


class TestRenewing:
    def test_the_token_renews_itself(self, both: tuple[Any, PretendContainers]) -> None:
        channel, server = both
        access = sign_in(channel, server).access

        renewed = channel.refresh(access)

        assert renewed.token == renewed.refresh_token == f"{access.token}+"
        assert renewed.remote_id == access.remote_id
        assert renewed.expires_at
        assert channel.renews_after == timedelta(days=30)

    @pytest.mark.parametrize(
        ("answer", "failure", "code"),
        [
            ("token_expired", Disconnected, Code.EXPIRED),
            ("token_invalid", Disconnected, Code.REVOKED),
            ("rate_limited", TryLater, Code.SERVER_ERROR),
            ("transient", TryLater, Code.SERVER_ERROR),
        ],
    )
    def test_what_a_no_means(
        self, both: tuple[Any, PretendContainers], answer: str, failure: type[Failure], code: Code
    ) -> None:
        channel, _server = both
        with saying(channel.slug, answer) as server, pytest.raises(Failure) as raised:
            channel.refresh(Access(server.host, "1", "t", "t"))

        assert type(raised.value) is failure
        assert raised.value.code == code


class TestWhatAnAnswerMeans:
    @pytest.mark.parametrize(
        ("slug", "answer", "failure", "code"),
        [
            *[
                (slug, answer, failure, code)
                for slug in ("threads", "instagram")
                for answer, failure, code in (
                    ("token_invalid", Disconnected, Code.REVOKED),
                    ("token_expired", Disconnected, Code.EXPIRED),
                    ("no_permission", Rejected, Code.FORBIDDEN),
                    ("blocked", Rejected, Code.ACCOUNT_BLOCKED),
                    ("rate_limited", TryLater, Code.RATE_LIMITED),
                    ("invalid_parameter", Rejected, Code.REFUSED),
                    ("unknown_error", OutcomeUnknown, Code.UNCLEAR_ANSWER),
                    ("trouble_of_its_own", OutcomeUnknown, Code.UNCLEAR_ANSWER),
                    ("transient", OutcomeUnknown, Code.UNCLEAR_ANSWER),
                )
            ],
            ("instagram", "media_not_found", TryLater, Code.NOT_READY),
            ("threads", "media_not_found", TryLater, Code.NOT_READY),
            ("threads", "restricted", Rejected, Code.ACCOUNT_BLOCKED),
            ("threads", "held_back", TryLater, Code.RATE_LIMITED),
            ("threads", "text_too_long", Rejected, Code.REFUSED),
            ("threads", "link_limit", Rejected, Code.REFUSED),
            ("instagram", "container_too_old", TryLater, Code.NOT_READY),
            ("instagram", "not_ready", TryLater, Code.NOT_READY),
            ("instagram", "server_error", OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("instagram", "limit_reached", TryLater, Code.RATE_LIMITED),
            ("instagram", "restricted", Rejected, Code.ACCOUNT_BLOCKED),
            ("instagram", "held_back", TryLater, Code.RATE_LIMITED),
            ("instagram", "image_too_large", Rejected, Code.TOO_LARGE),
            ("instagram", "image_wrong_format", Rejected, Code.REFUSED),
            ("instagram", "image_wrong_ratio", Rejected, Code.REFUSED),
            ("instagram", "caption_too_long", Rejected, Code.TOO_LONG),
            ("instagram", "fetch_timed_out", TryLater, Code.PICTURE_NOT_FETCHED),
            ("instagram", "not_fetched", TryLater, Code.PICTURE_NOT_FETCHED),
        ],
    )
    def test_to_publishing(self, slug: str, answer: str, failure: type[Failure], code: Code) -> None:
        channel = {"threads": THREADS, "instagram": INSTAGRAM}[slug]
        with saying(slug, answer) as server, pytest.raises(Failure) as raised:
            channel.publish(a_draft(prepared="17"), Access(server.host, "1", "t"))

        assert type(raised.value) is failure
        assert raised.value.code == code

    @pytest.mark.parametrize("answer", ["unknown_error", "trouble_of_its_own", "transient"])
    def test_to_making_a_container_no_answer_is_a_doubt(
        self, both: tuple[Any, PretendContainers], answer: str, a_picture: Callable[..., Image]
    ) -> None:
        channel, _server = both
        with saying(channel.slug, answer) as server, pytest.raises(TryLater):
            channel.prepare(a_draft(images=(a_picture(),)), Access(server.host, "1", "t"))

    @pytest.mark.parametrize(
        ("answer", "failure", "code"),
        [
            ("container_not_fetched", TryLater, Code.PICTURE_NOT_FETCHED),
            ("container_wrong_ratio", Rejected, Code.REFUSED),
            ("container_unknown", TryLater, Code.SERVER_ERROR),
            ("container_expired", TryLater, Code.SERVER_ERROR),
        ],
    )
    def test_what_a_container_says_of_itself(self, answer: str, failure: type[Failure], code: Code) -> None:
        with saying("threads", "created", answer) as server, pytest.raises(Failure) as raised:
            THREADS.prepare(a_draft(), Access(server.host, "1", "t"))

        assert type(raised.value) is failure
        assert raised.value.code == code

    def test_held_back_as_spam_it_rests_for_a_day(self) -> None:
        with saying("threads", "held_back") as server, pytest.raises(TryLater) as raised:
            THREADS.publish(a_draft(prepared="17"), Access(server.host, "1", "t"))

        assert raised.value.wait == timedelta(days=1)

    def test_a_limit_lasts_as_long_as_the_header_says_in_minutes(self) -> None:
        with saying("instagram", "rate_limited") as server, pytest.raises(TryLater) as raised:
            INSTAGRAM.publish(a_draft(prepared="17"), Access(server.host, "1", "t"))

        assert raised.value.wait == timedelta(minutes=19)
