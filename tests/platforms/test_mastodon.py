"""Mastodon against the recorded answers of a real server (4.7.3), and a stand-in that forgets its keys."""

import hashlib
from base64 import urlsafe_b64encode
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
    Disconnected,
    Draft,
    Image,
    OutcomeUnknown,
    Reactions,
    Receipt,
    Rejected,
    TryLater,
)
from advocacy.platforms.connectors.mastodon import Mastodon
from tests.peers.mastodon_cassettes import recordings, replaying
from tests.platforms.standins import ForgetfulMastodon, answering

MASTODON = Mastodon()
LINK = "https://hub.example/s/k3v9"
BACK = "https://hub.example/platforms/mastodon/back/"
TOKEN = "__MASTODON_PY_TEST_ACCESS_TOKEN"
# The account of the recordings.
RECORDED_ACCOUNT = "117440810532227399"


def recorded_access(host: str) -> Access:
    return Access(host, RECORDED_ACCOUNT, TOKEN)


def a_draft(text: str = "We mend bikes too.", *, at: datetime | None = None, **rest: Any) -> Draft:
    at = at or datetime.now(UTC)
    return Draft(uuid4(), MASTODON.new_record_key(at), at, text, "en", **rest)


def a_picture(alt: str) -> Image:
    return Image(b"\xff\xd8\xff\xe0 a picture", "image/jpeg", alt, 600, 600)


@pytest.mark.peer
class TestAgainstARealServersAnswers:
    def test_a_post_gets_its_receipt(self) -> None:
        with replaying("test_status_post[None-public]") as server:
            receipt = MASTODON.publish(a_draft("Toot!"), recorded_access(server.host))

        assert receipt == Receipt(
            "117440831243989713", "http://localhost:3000/@mastodonpy_test/117440831243989713"
        )

    def test_a_post_is_deleted_and_deleting_again_is_fine(self) -> None:
        # The real server was told what to do with the pictures; we leave that to it.
        differing = frozenset({"delete_media"})
        with replaying("test_status_delete_media", differing=differing) as server:
            access = recorded_access(server.host)
            for text in ("Toot!", "Status with media"):
                pictures = (a_picture(""),) if "media" in text else ()
                receipt = MASTODON.publish(a_draft(text, images=pictures), access)
            MASTODON.delete(receipt, access)
            MASTODON.delete(Receipt("117440834327875693"), access)
            MASTODON.delete(Receipt("117440834327875693"), access)

        answers = [one.status for one in server.recorded if one.played and one.method == "DELETE"]
        assert answers == [200, 200, 404]

    def test_pictures_are_attached_in_order_with_their_descriptions(self) -> None:
        alts = ("John Lennon doing a funny walk", "hololives #1 detective, watson ameliachan")
        with replaying("test_media_post_multiple") as server:
            draft = a_draft("LOL check this out", images=tuple(a_picture(alt) for alt in alts))
            receipt = MASTODON.publish(draft, recorded_access(server.host))

        assert receipt.remote_id == "117440821412413892"

    def test_media_in_the_works_is_waited_for(self) -> None:
        with replaying("test_media_post[False]", differing=frozenset({"focus"})) as server:
            draft = a_draft("LOL check this out", images=(a_picture("me when a cat"),))
            receipt = MASTODON.publish(draft, recorded_access(server.host))

        assert receipt.remote_id == "117440819672020662"
        assert "GET /api/v1/media/117440818351645173" in server.asked

    def test_an_empty_post_is_refused_in_the_servers_words(self) -> None:
        with replaying("test_status_empty") as server, pytest.raises(Rejected) as raised:
            MASTODON.publish(a_draft(""), recorded_access(server.host))

        assert raised.value.code == Code.REFUSED
        assert "Textを入力してください" in raised.value.detail

    def test_media_that_is_gone_is_refused(self) -> None:
        refusal = next(one for one in recordings("test_status_delete_media") if one.status == 422)
        with answering(422, refusal.json()) as server, pytest.raises(Rejected):
            MASTODON.publish(a_draft(), recorded_access(server.host))

    def test_a_bad_token_asks_for_the_owner(self) -> None:
        (recorded,) = recordings("test_home_tl_anonymous_throws")
        with answering(401, recorded.json()) as server, pytest.raises(Disconnected) as raised:
            MASTODON.publish(a_draft(), recorded_access(server.host))

        assert raised.value.code == Code.REVOKED

    def test_reactions_are_read(self) -> None:
        with replaying("test_status") as server:
            access = recorded_access(server.host)
            receipt = MASTODON.publish(a_draft("Toot!"), access)

            assert MASTODON.measure(receipt, access) == Reactions(likes=0, reposts=0, replies=0)

    def test_a_missing_post_is_gone(self) -> None:
        with replaying("test_status_missing") as server:
            reactions = MASTODON.measure(Receipt("0"), recorded_access(server.host))

        assert reactions == Reactions(gone=True)

    def test_a_post_is_found_by_its_words_and_moment(self) -> None:
        listed = listing()[0][2]
        at = datetime.fromisoformat(listed["created_at"]) - timedelta(seconds=2)
        with replaying("test_fetch_next_previous") as server:
            receipt = MASTODON.find(a_draft("Toot number 7!", at=at), recorded_access(server.host))

        assert listed["content"] == "<p>Toot number 7!</p>"
        assert receipt == Receipt(listed["id"], listed["url"])

    def test_a_post_is_found_on_an_older_page(self) -> None:
        first, second = listing()
        at = datetime.fromisoformat(second[-1]["created_at"]) - timedelta(seconds=2)
        with replaying("test_fetch_next_previous") as server:
            receipt = MASTODON.find(a_draft("Toot number 1!", at=at), recorded_access(server.host))

        assert receipt
        assert receipt.remote_id in {status["id"] for status in second}
        assert parse_qs(urlsplit(server.asked[1]).query)["max_id"] == [first[-1]["id"]]

    def test_words_from_before_the_moment_are_another_post(self) -> None:
        newest = datetime.fromisoformat(listing()[0][0]["created_at"])
        with replaying("test_fetch_next_previous") as server:
            at = newest + timedelta(minutes=2)

            assert MASTODON.find(a_draft("Toot number 9!", at=at), recorded_access(server.host)) is None

    def test_a_link_is_found_as_the_real_server_writes_it(self) -> None:
        status = next(one for one in recordings("test_status_card") if one.method == "GET").json()
        with answering(200, [status]) as server:
            access = recorded_access(server.host)
            at = datetime.fromisoformat(status["created_at"])

            found = MASTODON.find(a_draft("x", at=at, link="http://example.org/"), access)
            at += timedelta(hours=1)
            other = MASTODON.find(a_draft("x", at=at, link="http://example.org/other"), access)

        assert found == Receipt(status["id"], status["url"])
        assert other is None

    def test_an_app_is_registered_and_a_person_known(self) -> None:
        ours = frozenset({"client_name", "scopes", "scope", "redirect_uris", "grant_type"})
        # Twice: once for the token of the hub's own, as it was recorded, and once for that of a person.
        names = (*("test_app_account_create",) * 2, "test_verify_credentials", "test_instance")
        with replaying(*names, differing=ours) as server:
            app = MASTODON.register(server.host, redirect_uri=BACK)
            connection = MASTODON.exchange(app, redirect_uri=BACK, code="c", code_verifier="v")

        assert app.client_id == "fDxNVpAKndzIaejMXx_4VtT9id0zUSK6Q8MTP1gEw8A"
        assert connection.access.token == "G6pQOqoumRnRqY02PEer353DVp6bsdSiXGJBQNIUgVk"
        assert connection.access.remote_id == connection.identity.remote_id == RECORDED_ACCOUNT
        assert connection.identity.handle == "mastodonpy_test@localhost:3000"
        assert connection.identity.url == "http://localhost:3000/@mastodonpy_test"
        assert connection.access.data == {
            "max_chars": 500,
            "link_chars": 23,
            "max_images": 4,
            "max_alt_chars": 10000,
            "max_image_bytes": 16777216,
            "max_image_pixels": 33177600,
        }

    def test_the_wait_is_read_from_the_real_servers_headers(self) -> None:
        (recorded,) = recordings("test_status_missing")
        headers = {
            name: value for name, value in recorded.headers.items() if name.lower().startswith("x-ratelimit")
        }
        resets_at = datetime.fromisoformat(recorded.headers["x-ratelimit-reset"])
        date = (resets_at - timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        too_many = answering(429, {"error": "Too many requests"}, headers={**headers, "Date": date})
        with too_many as server, pytest.raises(TryLater) as raised:
            MASTODON.publish(a_draft(), recorded_access(server.host))

        assert timedelta(seconds=89) <= raised.value.wait <= timedelta(seconds=92)


def listing() -> list[Any]:
    """Return the recorded pages of the account's own posts: the newest five, and the five before them."""
    path = f"/api/v1/accounts/{RECORDED_ACCOUNT}/statuses"
    return [one.json() for one in recordings("test_fetch_next_previous") if one.path == path][:2]


def connected(server: ForgetfulMastodon) -> tuple[App, Access]:
    """Connect as a person does: type a handle, be sent away, say yes, come back with a code."""
    host = MASTODON.host_from({"server": f"@alice@{server.host}"})
    app = MASTODON.register(host, redirect_uri=BACK)
    verifier = "v" * 60
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    url = MASTODON.authorize_url(app, redirect_uri=BACK, state="s", code_challenge=challenge)
    code = server.sign_in_in_a_browser(url)
    return app, MASTODON.exchange(app, redirect_uri=BACK, code=code, code_verifier=verifier).access


class TestConnectingToAStandIn:
    def test_the_browser_is_sent_with_everything_the_server_asks(self) -> None:
        app = App("mastodon.example", "our-id", "our-secret")

        url = urlsplit(MASTODON.authorize_url(app, redirect_uri=BACK, state="st&te", code_challenge="ch"))

        assert f"{url.scheme}://{url.netloc}{url.path}" == "https://mastodon.example/oauth/authorize"
        assert parse_qs(url.query) == {
            "response_type": ["code"],
            "client_id": ["our-id"],
            "redirect_uri": [BACK],
            "scope": ["read:accounts read:statuses write:statuses write:media"],
            "state": ["st&te"],
            "code_challenge": ["ch"],
            "code_challenge_method": ["S256"],
        }

    def test_a_server_with_only_the_old_instance_page_gives_its_limits(self) -> None:
        with ForgetfulMastodon().running() as server:
            _, access = connected(server)

        assert access.data == {"max_chars": 1000, "link_chars": 30, "max_images": 6}
        assert MASTODON.limits_for(access.data).max_images == 6
        assert MASTODON.limits_for(access.data).max_alt_chars == MASTODON.limits.max_alt_chars
        assert MASTODON.count("x" * 1001, data=access.data).too_long
        assert MASTODON.count(f"Read {LINK}", data=access.data).used != MASTODON.count("Read ", data={}).used

    def test_the_hub_gets_a_token_of_its_own_so_that_no_server_forgets_it_before_it_is_used(self) -> None:
        with ForgetfulMastodon().running() as server:
            app, access = connected(server)

        assert server.remembered == {app.client_id}
        assert "of-the-app" not in (access.token, access.refresh_token)

    def test_a_code_works_once_and_only_with_its_verifier(self) -> None:
        with ForgetfulMastodon().running() as server:
            app, _ = connected(server)
            with pytest.raises(Rejected) as spent:
                MASTODON.exchange(app, redirect_uri=BACK, code="the-code", code_verifier="v" * 60)

        assert spent.value.code == Code.SIGN_IN_FAILED
        assert spent.value.detail == "invalid_grant"

    def test_a_registration_that_the_server_forgot_is_told_apart(self) -> None:
        with ForgetfulMastodon().running() as server:
            app, _ = connected(server)
            server.apps.clear()
            server.apps[app.client_id] = "another"
            with pytest.raises(Rejected) as raised:
                MASTODON.exchange(app, redirect_uri=BACK, code="the-code", code_verifier="v")

        assert raised.value.code == Code.APP_UNKNOWN

    def test_a_smaller_permission_than_asked_is_refused(self) -> None:
        smaller = answering(200, {"access_token": "t", "scope": "read write:media"})
        with smaller as server, pytest.raises(Rejected) as raised:
            MASTODON.exchange(App(server.host, "c", "s"), redirect_uri=BACK, code="c", code_verifier="v")

        assert (raised.value.code, raised.value.detail) == (Code.FORBIDDEN, "write:statuses")

    def test_a_withdrawn_permission_is_gone(self) -> None:
        with ForgetfulMastodon().running() as server:
            app, access = connected(server)

            MASTODON.revoke(access, app)
            MASTODON.revoke(access, app)

            with pytest.raises(Disconnected):
                MASTODON.publish(a_draft(), access)

    @pytest.mark.parametrize(
        ("typed", "host"),
        [
            ("mastodon.example", "mastodon.example"),
            ("@alice@mastodon.example", "mastodon.example"),
            ("alice@Mastodon.Example ", "mastodon.example"),
            ("https://mastodon.example/@alice", "mastodon.example"),
            ("http://mastodon.example", "mastodon.example"),
            ("mastodon.example/web/home", "mastodon.example"),
            ("@alice@127.0.0.1:3000", "127.0.0.1:3000"),
            ("https://mastodon.example:8443/", "mastodon.example:8443"),
            ("@alice@bücher.example", "xn--bcher-kva.example"),
        ],
    )
    def test_people_type_a_server_in_many_ways(self, typed: str, host: str) -> None:
        assert MASTODON.host_from({"server": typed}) == host


class TestPostingOnceOnAServerThatForgets:
    def test_a_second_send_makes_a_second_post_which_is_why_we_look_first(self) -> None:
        with ForgetfulMastodon().running() as server:
            _, access = connected(server)
            draft = a_draft(f"Look: {LINK}", link=LINK)

            MASTODON.publish(draft, access)
            MASTODON.publish(draft, access)

        assert len(server.statuses) == 2
        assert server.keys == [str(draft.key)] * 2
        assert not MASTODON.repeats_safely

    def test_a_post_is_public_and_says_its_language(self) -> None:
        with ForgetfulMastodon().running() as server:
            _, access = connected(server)
            MASTODON.publish(replace(a_draft("Wij maken fietsen."), language="nl"), access)
            MASTODON.publish(replace(a_draft("👋"), language=""), access)

        assert server.asked == [
            {"status": "Wij maken fietsen.", "visibility": "public", "language": "nl"},
            {"status": "👋", "visibility": "public"},
        ]

    @pytest.mark.parametrize(
        ("text", "link"),
        [
            (f"Look: {LINK}", LINK),
            (f"Two lines\n\nand ({LINK}?from=a&b=c).", f"{LINK}?from=a&b=c"),
            ("No link, but @bob@other.example & friends.\nSecond line, <b>.\n\nThird paragraph.", ""),
        ],
    )
    def test_a_lost_answer_is_found_and_not_posted_again(self, text: str, link: str) -> None:
        with ForgetfulMastodon(lose=1).running() as server:
            _, access = connected(server)
            draft = a_draft(text, link=link)
            with pytest.raises(OutcomeUnknown):
                MASTODON.publish(draft, access)

            receipt = MASTODON.find(draft, access)

        assert receipt
        assert receipt.remote_id == server.statuses[0]["id"]
        assert len(server.statuses) == 1

    def test_a_clock_that_is_behind_hides_nothing(self) -> None:
        with ForgetfulMastodon(lose=1, behind=timedelta(seconds=50)).running() as server:
            _, access = connected(server)
            draft = a_draft("No link here.")
            with pytest.raises(OutcomeUnknown):
                MASTODON.publish(draft, access)

            assert MASTODON.find(draft, access)

    def test_a_link_is_found_far_back_and_another_is_not(self) -> None:
        with ForgetfulMastodon().running() as server:
            _, access = connected(server)
            draft = a_draft(f"Look: {LINK}", link=LINK)
            MASTODON.publish(draft, access)
            for number in range(95):
                MASTODON.publish(a_draft(f"Look: {LINK}{number}"), access)

            found = MASTODON.find(draft, access)
            other = MASTODON.find(replace(draft, link="https://hub.example/s/k3v"), access)

        assert found
        assert found.remote_id == server.statuses[-1]["id"]
        assert other is None

    def test_an_account_too_busy_to_read_through_is_not_called_empty(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Mastodon, "pages", 1)
        with ForgetfulMastodon().running() as server:
            _, access = connected(server)
            draft = a_draft(f"Look: {LINK}", link=LINK)
            for number in range(41):
                MASTODON.publish(a_draft(f"Post {number}"), access)

            with pytest.raises(TryLater):
                MASTODON.find(draft, access)


class TestPictures:
    def test_a_picture_in_the_works_is_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Mastodon, "media_poll_every", timedelta(seconds=0.01))
        with ForgetfulMastodon(processing=3).running() as server:
            _, access = connected(server)
            MASTODON.publish(a_draft(images=(a_picture("A wheel, in the café."),)), access)

        assert server.media["1"]["description"] == "A wheel, in the café."
        assert server.media["1"]["file"] == "image/jpeg"
        assert len(server.statuses) == 1

    def test_a_picture_that_takes_too_long_is_for_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Mastodon, "media_poll_every", timedelta(seconds=0.01))
        with ForgetfulMastodon(processing=100).running() as server:
            _, access = connected(server)
            with pytest.raises(TryLater) as raised:
                MASTODON.publish(a_draft(images=(a_picture("A wheel."),)), access)

        assert raised.value.code == Code.NOT_READY
        assert not server.statuses

    def test_a_server_that_says_not_yet_to_the_post_is_for_later(self) -> None:
        refusal = {"error": "Cannot attach files that have not finished processing. Try again in a moment!"}
        with answering(422, refusal) as server, pytest.raises(TryLater) as raised:
            MASTODON.publish(a_draft(), recorded_access(server.host))

        assert raised.value.code == Code.NOT_READY

    def test_uploads_end_in_time_for_the_post(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Mastodon, "publish_within", timedelta(seconds=20))
        with ForgetfulMastodon().running() as server:
            _, access = connected(server)
            with pytest.raises(TryLater) as raised:
                MASTODON.publish(a_draft(images=(a_picture("A wheel."),)), access)

        assert raised.value.code == Code.TOO_SLOW
        assert not server.statuses


class TestCounting:
    @pytest.mark.parametrize(
        ("text", "used"),
        [
            ("Read https://example.com/a", 28),
            (f"Read https://example.com/{'a' * 300} now", 32),
            ("example.com counts in full", 26),
            ("@bob@mastodon.example hi", 7),
            ("@bob@mastodon.example and @carol.c@a.b.example", 17),
            ("alice@mastodon.example", 22),
            ("👨‍👩‍👧‍👦 https://example.com", 25),
        ],
    )
    def test_links_cost_the_same_and_others_servers_nothing(self, text: str, used: int) -> None:
        assert MASTODON.count(text, data={}).used == used


def test_a_token_that_some_servers_call_bad_with_400_asks_for_the_owner() -> None:
    with answering(400, {"error": "invalid_token"}) as server, pytest.raises(Disconnected):
        MASTODON.publish(a_draft(), recorded_access(server.host))
