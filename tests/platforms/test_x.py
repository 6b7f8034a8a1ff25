"""X against answers written from its documents, and a stand-in of ours. Neither is the real thing."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from advocacy.platforms.connector import (
    Access,
    App,
    Code,
    Connection,
    Disconnected,
    Draft,
    Failure,
    Image,
    OutcomeUnknown,
    Reactions,
    Receipt,
    Rejected,
    Repeated,
    TryLater,
)
from advocacy.platforms.connectors.x import X
from tests.platforms.written import saying
from tests.platforms.x_standin import PretendX

EX = X()
LINK = "https://example.com/s/k3v9bcd"
BACK = "https://hub.example/platforms/callback/x/api.x.com/"
NUMBER = "1900000000000000001"


@pytest.fixture
def x() -> Iterator[PretendX]:
    with PretendX().running() as server:
        yield server


def access_at(host: str, **rest: Any) -> Access:
    return Access(host, "2244994945", "x-token", "x-refresh", data={"handle": "alice"}, **rest)


def a_draft(text: str = f"We mend bikes too.\n\n{LINK}", *, link: str = LINK, **rest: Any) -> Draft:
    at = datetime.now(UTC)
    return Draft(uuid4(), EX.new_record_key(at), at, text, "en", link=link, **rest)


def a_picture(alt: str = "A bike") -> Image:
    return Image(b"\xff\xd8\xff\xe0 a picture", "image/jpeg", alt, 600, 600)


class TestPublishing:
    def test_a_text_gets_its_receipt(self, x: PretendX) -> None:
        receipt = EX.publish(a_draft(), access_at(x.host))

        assert receipt == Receipt(NUMBER, f"https://x.com/alice/status/{NUMBER}")
        assert x.texts() == [f"We mend bikes too.\n\n{LINK}"]

    @pytest.mark.parametrize(
        ("words", "is_refused"),
        [
            ("$ABC and $DEF", True),
            ("Bought $abc, sold $BRK.A.", True),
            ("Only $ABC", False),
            ("$5 or $1000, a $1.50 stamp and US$ABC in $variables_too", False),
        ],
    )
    def test_of_companies_on_the_exchange_it_takes_one(
        self, x: PretendX, words: str, is_refused: bool
    ) -> None:
        """The second cashtag is refused by X, so it never leaves."""
        with pytest.raises(Rejected, match=Code.TOO_MANY) if is_refused else nullcontext():
            EX.publish(a_draft(words, link=""), access_at(x.host))

        assert (x.posts == []) is is_refused

    @pytest.mark.parametrize("processing", [0, 2])
    def test_pictures_are_attached_in_order_with_their_descriptions(
        self, x: PretendX, processing: int
    ) -> None:
        x.processing = processing

        EX.publish(a_draft(images=(a_picture("one"), a_picture(""), a_picture("three"))), access_at(x.host))

        assert x.posts[0]["media"] == {"media_ids": ["1", "2", "3"]}
        assert {media["type"] for media in x.media.values()} == {"image/jpeg"}
        assert x.alts == {"1": "one", "3": "three"}

    def test_a_picture_that_never_gets_ready_is_tried_later(self, x: PretendX) -> None:
        x.processing = 1000

        with pytest.raises(TryLater) as raised:
            EX.publish(a_draft(images=(a_picture(),)), access_at(x.host))

        assert raised.value.code == Code.NOT_READY
        assert not x.posts

    @pytest.mark.parametrize("answer", ["media_failed", "media_refused"])
    def test_a_picture_that_is_refused_is_no_post(self, x: PretendX, answer: str) -> None:
        with saying("x", answer) as server, pytest.raises(Rejected):
            EX.publish(a_draft(images=(a_picture(),)), access_at(server.host))

        assert [visit.path for visit in server.visits] == ["/2/media/upload"]

    def test_every_link_weighs_the_same_and_a_longer_text_never_leaves(self, x: PretendX) -> None:
        fits = f"{'a' * 256} {LINK}"

        EX.publish(a_draft(fits), access_at(x.host))
        with pytest.raises(Rejected) as raised:
            EX.publish(a_draft(f"b{fits}"), access_at(x.host))

        assert raised.value.code == Code.TOO_LONG
        assert x.texts() == [fits]

    def test_its_price_is_told_and_may_be_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        usual = EX.price()
        monkeypatch.setenv("X_PRICE_LINK_USD", "0.25")
        monkeypatch.setenv("X_MONTHLY_CAP_USD", "none")

        assert usual.of(links=1, pictures=0) == Decimal("0.200")
        assert usual.of(links=0, pictures=2) == Decimal("0.025")
        assert usual.monthly_cap == 50
        assert EX.price().of(links=1, pictures=0) == Decimal("0.25")
        assert EX.price().monthly_cap is None


class TestWhatAnAnswerMeans:
    @pytest.mark.parametrize(
        ("answer", "failure", "code"),
        [
            ("duplicate", Repeated, Code.DUPLICATE),
            ("not_permitted", Rejected, Code.FORBIDDEN),
            ("client_forbidden", TryLater, Code.APP_WRONG),
            ("unsupported_authentication", Disconnected, Code.REVOKED),
            ("unauthorized", Disconnected, Code.REVOKED),
            ("suspended", Rejected, Code.ACCOUNT_BLOCKED),
            ("locked", Rejected, Code.ACCOUNT_BLOCKED),
            ("no_credit", TryLater, Code.NO_CREDIT),
            ("usage_capped", TryLater, Code.NO_CREDIT),
            ("rate_limited", TryLater, Code.RATE_LIMITED),
            ("invalid_request", Rejected, Code.REFUSED),
            ("partial_error", OutcomeUnknown, Code.UNCLEAR_ANSWER),
        ],
    )
    def test_to_a_post(self, answer: str, failure: type[Failure], code: Code) -> None:
        with saying("x", answer) as server, pytest.raises(Failure) as raised:
            EX.publish(a_draft(), access_at(server.host))

        assert type(raised.value) is failure
        assert raised.value.code == code

    def test_a_limit_lasts_until_its_reset_which_is_an_epoch(self) -> None:
        with saying("x", "rate_limited") as server, pytest.raises(TryLater) as raised:
            EX.publish(a_draft(), access_at(server.host))

        assert raised.value.wait == timedelta(minutes=10)

    def test_a_duplicate_names_no_post_and_is_no_receipt(self) -> None:
        with saying("x", "duplicate") as server, pytest.raises(Repeated) as raised:
            EX.publish(a_draft(), access_at(server.host))

        assert raised.value.remote_id == ""


class TestFaults:
    def test_a_lost_answer_is_found_on_the_timeline_by_the_shares_own_link(self, x: PretendX) -> None:
        for fault, standing in (("lost", 0), ("lost after", 1), ("500 after", 2)):
            x.faults = [fault]
            draft = a_draft(f"{fault} {LINK}{standing}", link=f"{LINK}{standing}")
            with pytest.raises(OutcomeUnknown):
                EX.publish(draft, access_at(x.host))

            found = EX.find(draft, access_at(x.host))

            assert len(x.posts) == standing
            assert (found is not None) == bool(standing)
            assert found is None or found.remote_id == x.posts[0]["id"]

    def test_a_permission_that_ends_in_the_middle(self, x: PretendX) -> None:
        EX.publish(a_draft(f"one {LINK}"), access_at(x.host))
        x.token = "another"

        with pytest.raises(Disconnected):
            EX.publish(a_draft(f"two {LINK}"), access_at(x.host))
        with pytest.raises(Disconnected):
            EX.find(a_draft(), access_at(x.host))

        assert x.texts() == [f"one {LINK}"]


class TestFinding:
    def test_by_its_link_among_others(self) -> None:
        with saying("x", "timeline") as server:
            found = EX.find(a_draft(), access_at(server.host))

        assert found == Receipt(NUMBER, f"https://x.com/alice/status/{NUMBER}")
        asked = parse_qs(urlsplit(server.visits[0].path).query)
        assert asked["tweet.fields"] == ["created_at,entities"]
        assert asked["start_time"][0].endswith("Z")

    def test_without_a_link_by_its_words(self) -> None:
        with saying("x", "timeline") as server:
            found = EX.find(a_draft("Something else & more", link=""), access_at(server.host))

        assert found is not None
        assert found.remote_id == "1900000000000000009"

    @pytest.mark.parametrize("answer", ["timeline", "timeline_empty"])
    def test_another_share_with_the_same_words_is_not_it(self, answer: str) -> None:
        draft = a_draft(
            "We mend bikes too.\n\nhttps://example.com/s/another", link="https://example.com/s/another"
        )
        with saying("x", answer) as server:
            assert EX.find(draft, access_at(server.host)) is None

    def test_switched_off_it_does_not_look_and_does_not_say_that_it_is_not_there(
        self, x: PretendX, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("X_READS", "no")

        with pytest.raises(TryLater):
            EX.find(a_draft(), access_at(x.host))

        assert EX.measure(Receipt(NUMBER), access_at(x.host)) == Reactions()
        assert not x.asked


class TestAfterwards:
    def test_a_post_is_deleted_and_deleting_again_is_fine(self, x: PretendX) -> None:
        receipt = EX.publish(a_draft(), access_at(x.host))

        EX.delete(receipt, access_at(x.host))
        EX.delete(receipt, access_at(x.host))

        assert not x.posts
        assert EX.measure(receipt, access_at(x.host)) == Reactions(gone=True)

    def test_a_post_that_was_not_deleted_is_not_called_deleted(self) -> None:
        with saying("x", "not_deleted") as server, pytest.raises(TryLater):
            EX.delete(Receipt(NUMBER), access_at(server.host))

    @pytest.mark.parametrize("answer", ["metrics", "metrics_renamed"])
    def test_counts_are_read_in_either_spelling(self, answer: str) -> None:
        with saying("x", answer) as server:
            counts = EX.measure(Receipt(NUMBER), access_at(server.host))

        assert counts == Reactions(likes=7, reposts=3, replies=2, impressions=420)

    def test_the_name_of_the_fields_may_be_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("X_FIELDS", "post")
        with saying("x", "metrics_renamed") as server:
            EX.measure(Receipt(NUMBER), access_at(server.host))

        assert "post.fields=public_metrics" in server.visits[0].path


VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123"


def app_at(host: str, secret: str = "x-secret") -> App:
    return App(host, "hub", secret)


def sign_in(x: PretendX, *, code: str = "", secret: str = "x-secret") -> Connection:
    challenge = create_s256_code_challenge(VERIFIER)
    url = EX.authorize_url(app_at(x.host), redirect_uri=BACK, state="s", code_challenge=challenge)
    code = code or x.sign_in_in_a_browser(url)
    return EX.exchange(app_at(x.host, secret), redirect_uri=BACK, code=code, code_verifier=VERIFIER)


class TestSigningIn:
    def test_the_browser_is_sent_to_x_with_what_it_asks(self) -> None:
        url = urlsplit(
            EX.authorize_url(App("api.x.com", "hub", "s"), redirect_uri=BACK, state="s1", code_challenge="c1")
        )

        assert f"{url.scheme}://{url.netloc}{url.path}" == "https://x.com/i/oauth2/authorize"
        assert parse_qs(url.query) == {
            "response_type": ["code"],
            "client_id": ["hub"],
            "redirect_uri": [BACK],
            "scope": ["tweet.read tweet.write users.read media.write offline.access"],
            "state": ["s1"],
            "code_challenge": ["c1"],
            "code_challenge_method": ["S256"],
        }

    def test_it_ends_in_a_connection(self, x: PretendX) -> None:
        connection = sign_in(x)

        identity, access = connection.identity, connection.access
        assert (identity.remote_id, identity.handle, identity.url) == (
            "2244994945",
            "alice",
            "https://x.com/alice",
        )
        assert (access.token, access.refresh_token) == ("x-token", "x-refresh")
        assert access.expires_at
        assert abs(access.expires_at - datetime.now(UTC) - timedelta(hours=2)) < timedelta(minutes=1)
        assert access.data == {"handle": "alice"}

    def test_a_wrong_secret_is_not_a_wrong_code(self, x: PretendX) -> None:
        with pytest.raises(Rejected) as wrong_secret:
            sign_in(x, secret="nonsense")
        with pytest.raises(Rejected) as wrong_code:
            sign_in(x, code="nonsense")

        assert wrong_secret.value.code == Code.APP_WRONG
        assert wrong_code.value.code == Code.SIGN_IN_FAILED

    def test_a_permission_that_cannot_be_renewed_is_refused(self) -> None:
        with saying("x", "tokens_without_offline") as server, pytest.raises(Rejected) as raised:
            EX.exchange(app_at(server.host), redirect_uri=BACK, code="c", code_verifier=VERIFIER)

        assert raised.value.detail == "offline.access"

    def test_an_app_without_a_secret_names_itself(self) -> None:
        with saying("x", "tokens", "me") as server:
            EX.exchange(App(server.host, "hub", ""), redirect_uri=BACK, code="c", code_verifier=VERIFIER)

        assert b"client_id=hub" in server.visits[0].body
        assert server.visits[0].header("Authorization") == ""


class TestRenewing:
    def test_both_tokens_are_new(self, x: PretendX) -> None:
        access = replace(sign_in(x).access, app=app_at(x.host))

        renewed = EX.refresh(access)

        assert (renewed.token, renewed.refresh_token) == ("x-token-1", "x-refresh-1")
        assert (renewed.remote_id, renewed.data) == ("2244994945", {"handle": "alice"})
        EX.publish(a_draft(), renewed)

    def test_a_spent_one_needs_the_owner(self, x: PretendX) -> None:
        access = replace(sign_in(x).access, app=app_at(x.host))
        EX.refresh(access)

        with pytest.raises(Disconnected):
            EX.refresh(access)

    def test_tokens_lost_on_the_way_are_an_unknown_outcome(self, x: PretendX) -> None:
        access = replace(sign_in(x).access, app=app_at(x.host))
        x.lose_tokens = True

        with pytest.raises(OutcomeUnknown):
            EX.refresh(access)

    def test_a_wrong_secret_of_the_hub_disconnects_nobody(self, x: PretendX) -> None:
        access = replace(sign_in(x).access, app=app_at(x.host, "was-changed"))

        with pytest.raises(TryLater) as raised:
            EX.refresh(access)

        assert raised.value.code == Code.APP_WRONG

    def test_the_permission_is_ended_there(self, x: PretendX) -> None:
        access = sign_in(x).access

        EX.revoke(access, app_at(x.host))

        with pytest.raises(Disconnected):
            EX.publish(a_draft(), access)
