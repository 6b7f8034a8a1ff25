"""Facebook Pages against answers written from their documents, and a stand-in of ours; not the real thing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

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
from advocacy.platforms.connectors.facebook import Facebook
from tests.platforms.meta_standin import PretendFacebook
from tests.platforms.written import saying

FACEBOOK = Facebook()
LINK = "https://example.com/s/k3v9bcd"
TEXT = f"We mend bikes too.\n\n{LINK}"
BACK = "https://hub.example/platforms/callback/facebook/graph.facebook.com/"


@pytest.fixture
def facebook() -> Iterator[PretendFacebook]:
    with PretendFacebook().running() as server:
        yield server


def access_at(host: str, **rest: Any) -> Access:
    return Access(host, "1000001", "facebook-page-1", "facebook-person", **rest)


def a_draft(text: str = TEXT, *, link: str = LINK, **rest: Any) -> Draft:
    return Draft(uuid4(), "k" * 20, datetime.now(UTC), text, "en", link=link, **rest)


def a_picture(alt: str = "A bike") -> Image:
    return Image(b"\xff\xd8\xff\xe0 a picture", "image/jpeg", alt, 600, 600)


class TestPublishing:
    def test_a_text_carries_its_link_for_the_card(self, facebook: PretendFacebook) -> None:
        receipt = FACEBOOK.publish(a_draft(), access_at(facebook.host))

        number = facebook.posts[0]["id"]
        assert receipt == Receipt(str(number), f"https://www.facebook.example/{number}")
        assert (facebook.posts[0]["words"], facebook.posts[0]["link"]) == (TEXT, LINK)

    def test_pictures_are_sent_unseen_and_attached_in_order(self, facebook: PretendFacebook) -> None:
        pictures = (a_picture("one"), a_picture(""), a_picture("three"))

        FACEBOOK.publish(a_draft(images=pictures), access_at(facebook.host))

        assert facebook.posts[0]["photos"] == ["3000001", "3000002", "3000003"]
        assert facebook.posts[0]["link"] is None
        assert [photo.get("alt_text_custom") for photo in facebook.photos.values()] == ["one", None, "three"]
        assert {photo["source"] for photo in facebook.photos.values()} == {"image/jpeg"}

    def test_a_picture_that_is_refused_is_no_post(self) -> None:
        with saying("facebook", "photo_refused") as server, pytest.raises(Rejected):
            FACEBOOK.publish(a_draft(images=(a_picture(),)), access_at(server.host))

        assert [urlsplit(visit.path).path for visit in server.visits] == ["/v26.0/1000001/photos"]

    def test_the_version_is_the_administrators(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FACEBOOK_VERSION", "v25.0")
        with saying("facebook", "created") as server:
            FACEBOOK.publish(a_draft(), access_at(server.host))

        assert server.visits[0].path == "/v25.0/1000001/feed"
        assert FACEBOOK.serves_until() == date(2028, 2, 18)
        monkeypatch.setenv("FACEBOOK_VERSION", "v31.0")
        assert FACEBOOK.serves_until() is None


class TestWhatAnAnswerMeans:
    @pytest.mark.parametrize(
        ("answer", "failure", "code"),
        [
            ("duplicate", Repeated, Code.DUPLICATE),
            ("token_invalid", Disconnected, Code.REVOKED),
            ("token_expired", Disconnected, Code.EXPIRED),
            ("no_permission", Rejected, Code.FORBIDDEN),
            ("no_page_permission", Rejected, Code.FORBIDDEN),
            ("blocked", Rejected, Code.ACCOUNT_BLOCKED),
            ("rate_limited", TryLater, Code.RATE_LIMITED),
            ("page_rate", TryLater, Code.RATE_LIMITED),
            ("feed_limit", TryLater, Code.RATE_LIMITED),
            ("too_fast", TryLater, Code.RATE_LIMITED),
            ("invalid_parameter", Rejected, Code.REFUSED),
            ("content_refused", Rejected, Code.REFUSED),
            ("unknown_error", OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("trouble_of_its_own", OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("transient", OutcomeUnknown, Code.UNCLEAR_ANSWER),
        ],
    )
    def test_to_a_post(self, answer: str, failure: type[Failure], code: Code) -> None:
        with saying("facebook", answer) as server, pytest.raises(Failure) as raised:
            FACEBOOK.publish(a_draft(), access_at(server.host))

        assert type(raised.value) is failure
        assert raised.value.code == code

    def test_a_duplicate_names_no_post_and_is_no_receipt(self, facebook: PretendFacebook) -> None:
        FACEBOOK.publish(a_draft(), access_at(facebook.host))

        with pytest.raises(Repeated) as raised:
            FACEBOOK.publish(a_draft(), access_at(facebook.host))

        assert raised.value.remote_id == ""
        assert len(facebook.posts) == 1


class TestFaults:
    def test_a_lost_answer_is_found_on_the_page_by_the_shares_own_link(
        self, facebook: PretendFacebook
    ) -> None:
        for fault, standing in (("lost", 0), ("lost after", 1), ("500 after", 2)):
            facebook.faults = [fault]
            link = f"{LINK}{standing}"
            draft = a_draft(f"{fault} {link}", link=link)
            with pytest.raises(OutcomeUnknown):
                FACEBOOK.publish(draft, access_at(facebook.host))

            found = FACEBOOK.find(draft, access_at(facebook.host))

            assert len(facebook.posts) == standing
            assert (found is not None) == bool(standing)
            assert found is None or found.remote_id == facebook.posts[0]["id"]

    def test_by_its_link_among_others_or_by_its_words(self) -> None:
        with saying("facebook", "feed") as server:
            by_link = FACEBOOK.find(a_draft(), access_at(server.host))
            by_words = FACEBOOK.find(a_draft("Something else", link=""), access_at(server.host))
            nobody = FACEBOOK.find(a_draft("We mend bikes too.", link=f"{LINK}x"), access_at(server.host))

        assert by_link is not None
        assert by_words is not None
        assert (by_link.remote_id, by_words.remote_id) == ("1000001_2000001", "1000001_2000009")
        assert nobody is None
        assert parse_qs(urlsplit(server.visits[0].path).query)["since"][0].isdecimal()

    def test_a_permission_that_ends_in_the_middle(self, facebook: PretendFacebook) -> None:
        FACEBOOK.publish(a_draft(f"one {LINK}"), access_at(facebook.host))
        facebook.token = "another"

        for call in (FACEBOOK.publish, FACEBOOK.find):
            with pytest.raises(Disconnected):
                call(a_draft(f"two {LINK}"), access_at(facebook.host))
        assert facebook.texts() == [f"one {LINK}"]


class TestAfterwards:
    def test_a_post_is_deleted_and_deleting_again_is_fine(self, facebook: PretendFacebook) -> None:
        receipt = FACEBOOK.publish(a_draft(), access_at(facebook.host))

        FACEBOOK.delete(receipt, access_at(facebook.host))
        FACEBOOK.delete(receipt, access_at(facebook.host))

        assert not facebook.posts
        assert FACEBOOK.measure(receipt, access_at(facebook.host)) == Reactions(gone=True)

    def test_counts_are_read(self, facebook: PretendFacebook) -> None:
        receipt = FACEBOOK.publish(a_draft(), access_at(facebook.host))

        assert FACEBOOK.measure(receipt, access_at(facebook.host)) == Reactions(7, 3, 2, 420)
        facebook.may_see_insights = False
        assert FACEBOOK.measure(receipt, access_at(facebook.host)) == Reactions(7, 3, 2, None)

    def test_what_it_does_not_tell_is_not_nothing(self) -> None:
        with saying("facebook", "counts_without_shares", "views") as server:
            counts = FACEBOOK.measure(Receipt("1000001_2000001"), access_at(server.host))

        assert (counts.likes, counts.reposts) == (0, None)


def sign_in(host: str, *, code: str = "the-code", secret: str = "meta-secret") -> Connection:
    return FACEBOOK.exchange(App(host, "hub", secret), redirect_uri=BACK, code=code, code_verifier="v")


class TestSigningIn:
    def test_the_browser_is_sent_to_facebook_with_what_it_asks(self) -> None:
        app = App("graph.facebook.com", "hub", "s")
        url = urlsplit(FACEBOOK.authorize_url(app, redirect_uri=BACK, state="s1", code_challenge="c"))

        assert f"{url.scheme}://{url.netloc}{url.path}" == "https://www.facebook.com/v26.0/dialog/oauth"
        assert parse_qs(url.query)["scope"] == [
            "pages_show_list,pages_manage_posts,pages_read_engagement,read_insights,business_management"
        ]
        assert parse_qs(url.query)["redirect_uri"] == [BACK]

    def test_it_ends_in_a_connection_for_each_page_that_may_be_posted_to(
        self, facebook: PretendFacebook
    ) -> None:
        connection = sign_in(facebook.host)

        both = [connection, *connection.others]
        assert [one.identity.handle for one in both] == ["Zomerwaard Bikes", "Zomerwaard Boats"]
        assert [one.access.token for one in both] == ["facebook-page-1", "facebook-page-3"]
        assert {one.access.expires_at for one in both} == {None}
        assert {one.access.refresh_token for one in both} == {"facebook-person"}

    @pytest.mark.parametrize("answer", ["accounts_only_looking", "accounts_none"])
    def test_who_may_post_to_no_page_hears_so(self, answer: str) -> None:
        with (
            saying("facebook", "tokens", "tokens_lasting", answer) as server,
            pytest.raises(Rejected) as raised,
        ):
            sign_in(server.host)

        assert (raised.value.code, raised.value.detail) == (Code.FORBIDDEN, "CREATE_CONTENT")

    def test_a_wrong_secret_is_not_a_wrong_code(self, facebook: PretendFacebook) -> None:
        with pytest.raises(Rejected) as wrong_secret:
            sign_in(facebook.host, secret="nonsense")
        with pytest.raises(Rejected) as wrong_code:
            sign_in(facebook.host, code="nonsense")

        assert wrong_secret.value.code == Code.APP_WRONG
        assert wrong_code.value.code == Code.SIGN_IN_FAILED

    def test_the_permission_is_ended_there(self, facebook: PretendFacebook) -> None:
        access = sign_in(facebook.host).access

        FACEBOOK.revoke(access, App(facebook.host, "hub", "meta-secret"))

        with pytest.raises(Disconnected):
            FACEBOOK.publish(a_draft(), access)
