"""LinkedIn against answers written from its documents, and a stand-in of ours. Neither is the real thing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advocacy.platforms import linkedin_api
from advocacy.platforms.connector import (
    Access,
    App,
    Card,
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
from advocacy.platforms.connectors.linkedin import LinkedIn
from advocacy.platforms.little_text import little_text, little_text_with_bare_links
from tests.platforms.linkedin_standin import PretendLinkedIn, shown
from tests.platforms.written import saying

LINKEDIN = LinkedIn()
LINK = "https://hub.example/s/k3v9bcd"
BACK = "https://hub.example/platforms/callback/linkedin/api.linkedin.com/"
URN = "urn:li:share:7150000000000000001"
SIGNS = "\\|{}@[]()<>#*_~"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinkedIn, "media_poll_every", timedelta(0))


@pytest.fixture
def linkedin() -> Iterator[PretendLinkedIn]:
    with PretendLinkedIn().running() as server:
        yield server


def access_at(host: str, **rest: Any) -> Access:
    return Access(host, "782bbtaQ", "linkedin-token", **rest)


def a_draft(text: str = f"We mend bikes (too).\n\n{LINK}", **rest: Any) -> Draft:
    at = datetime.now(UTC)
    return Draft(uuid4(), LINKEDIN.new_record_key(at), at, text, "en", link=LINK, **rest)


def a_picture(alt: str = "A bike") -> Image:
    return Image(b"\xff\xd8\xff\xe0 a picture", "image/jpeg", alt, 600, 600)


class TestLittleText:
    @given(st.text(alphabet=st.one_of(st.sampled_from(f"{SIGNS} \nab1"), st.characters(codec="utf-8"))))
    def test_what_a_person_wrote_is_what_is_shown(self, text: str) -> None:
        assert shown(little_text(text)) == text

    @given(st.text(alphabet=f"{SIGNS} \nab1é"))
    def test_bare_links_change_nothing_else(self, text: str) -> None:
        assert shown(little_text_with_bare_links(f"{text} https://a.example/b {text}")) == (
            f"{text} https://a.example/b {text}"
        )

    @pytest.mark.parametrize("sign", SIGNS)
    def test_without_escaping_each_sign_would_cut_the_post_off(self, sign: str) -> None:
        text = f"Before {sign} after"

        assert shown(text) != text
        assert shown(little_text(text)) == text

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ("Fix it #RepairCafé!", "Fix it {hashtag|\\#|RepairCafé}!"),
            ("#one_two (#three)", "{hashtag|\\#|one\\_two} \\({hashtag|\\#|three}\\)"),
            ("number #1, C# and a#b", "number \\#1, C\\# and a\\#b"),
            ("https://a.example/x#part", "https://a.example/x\\#part"),
            ("mail @alice", "mail \\@alice"),
        ],
    )
    def test_hashtags_are_hashtags_and_the_rest_is_words(self, text: str, written: str) -> None:
        assert little_text(text) == written

    def test_the_administrator_may_leave_links_bare(
        self, linkedin: PretendLinkedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINKEDIN_ESCAPE_LINKS", "no")

        LINKEDIN.publish(a_draft("See https://a.example/b_c now"), access_at(linkedin.host))

        assert linkedin.bodies[0]["commentary"] == "See https://a.example/b_c now"


class TestPublishing:
    def test_a_text_gets_its_receipt_and_stands_there_whole(self, linkedin: PretendLinkedIn) -> None:
        draft = a_draft()

        receipt = LINKEDIN.publish(draft, access_at(linkedin.host))

        assert receipt == Receipt(URN, f"https://www.linkedin.com/feed/update/{URN}/")
        assert linkedin.texts() == [draft.text]
        body = linkedin.bodies[0]
        assert body["author"] == "urn:li:person:782bbtaQ"
        assert (body["visibility"], body["lifecycleState"]) == ("PUBLIC", "PUBLISHED")
        assert "content" not in body

    def test_a_card_has_its_picture_uploaded(self, linkedin: PretendLinkedIn) -> None:
        card = Card(LINK, "We repair", "Two thousand machines", a_picture())

        LINKEDIN.publish(a_draft(card=card), access_at(linkedin.host))

        assert linkedin.bodies[0]["content"] == {
            "article": {
                "source": LINK,
                "title": "We repair",
                "description": "Two thousand machines",
                "thumbnail": "urn:li:image:C1",
            }
        }
        assert linkedin.images["urn:li:image:C1"] == a_picture().content

    def test_a_card_stands_without_a_picture_that_is_refused(
        self, linkedin: PretendLinkedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(linkedin, "_upload", lambda visit, urn: linkedin.written("text_too_long"))

        LINKEDIN.publish(a_draft(card=Card(LINK, "We repair", "", a_picture())), access_at(linkedin.host))

        assert "thumbnail" not in str(linkedin.bodies[0]["content"])

    def test_a_picture_that_is_refused_is_no_post(
        self, linkedin: PretendLinkedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(linkedin, "_upload", lambda visit, urn: linkedin.written("image_refused"))

        with pytest.raises(Rejected):
            LINKEDIN.publish(a_draft(images=(a_picture(),)), access_at(linkedin.host))

        assert not linkedin.posts

    @pytest.mark.parametrize("vetted", [True, False])
    def test_one_picture_and_several_have_their_descriptions(
        self, linkedin: PretendLinkedIn, vetted: bool
    ) -> None:
        linkedin.vetted = vetted
        access = access_at(linkedin.host)

        LINKEDIN.publish(a_draft(images=(a_picture("one"),)), access)
        LINKEDIN.publish(a_draft(images=(a_picture("one"), a_picture("two"))), access)

        assert linkedin.bodies[0]["content"] == {"media": {"id": "urn:li:image:C1", "altText": "one"}}
        assert linkedin.bodies[1]["content"] == {
            "multiImage": {
                "images": [
                    {"id": "urn:li:image:C2", "altText": "one"},
                    {"id": "urn:li:image:C3", "altText": "two"},
                ]
            }
        }

    def test_a_picture_goes_nowhere_but_to_linkedin(self, linkedin: PretendLinkedIn) -> None:
        place = linkedin_api._refuse_strangers
        access = access_at("api.linkedin.com")

        place("https://www.linkedin.com/dms-uploads/1", access)
        for url in ("https://evil.example/", "http://www.linkedin.com/", "https://notlinkedin.com/"):
            with pytest.raises(Rejected):
                place(url, access)

    def test_the_version_is_the_administrators(
        self, linkedin: PretendLinkedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINKEDIN_VERSION", "202511")

        with pytest.raises(TryLater) as raised:
            LINKEDIN.publish(a_draft(), access_at(linkedin.host))

        assert raised.value.code == Code.APP_OUTDATED
        assert not linkedin.posts

    @pytest.mark.parametrize("version", ["2026-07", "202613", "latest"])
    def test_a_version_that_is_none_is_refused(self, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LINKEDIN_VERSION", version)

        with pytest.raises(ValueError, match="LINKEDIN_VERSION cannot be"):
            LINKEDIN.option("version")

    @pytest.mark.parametrize(
        ("version", "until"),
        [
            ("202601", date(2027, 1, 15)),
            ("202603", date(2027, 3, 16)),
            ("202607", date(2027, 7, 15)),
        ],
    )
    def test_when_a_version_ends_is_known(
        self, version: str, until: date, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINKEDIN_VERSION", version)

        assert LINKEDIN.serves_until() == until

    def test_the_unit_is_what_javascript_counts_and_backslashes_are_not_counted(
        self, linkedin: PretendLinkedIn
    ) -> None:
        fits, too_long = "(" * 2998 + "🎉", "(" * 2999 + "🎉"

        LINKEDIN.publish(a_draft(fits), access_at(linkedin.host))
        with pytest.raises(Rejected) as raised:
            LINKEDIN.publish(a_draft(too_long), access_at(linkedin.host))

        assert raised.value.code == Code.TOO_LONG
        assert linkedin.texts() == [fits]


class TestWhatAnAnswerMeans:
    @pytest.mark.parametrize(
        ("answer", "failure", "code"),
        [
            ("duplicate", Repeated, Code.DUPLICATE),
            ("duplicate_of_nothing_named", Repeated, Code.DUPLICATE),
            ("duplicate_before_2020", Repeated, Code.DUPLICATE),
            ("version_retired", TryLater, Code.APP_OUTDATED),
            ("token_expired", Disconnected, Code.EXPIRED),
            ("token_revoked", Disconnected, Code.REVOKED),
            ("access_denied", Rejected, Code.FORBIDDEN),
            ("text_too_long", Rejected, Code.REFUSED),
            ("image_not_uploaded_yet", TryLater, Code.NOT_READY),
            ("image_refused", Rejected, Code.REFUSED),
            ("throttled", TryLater, Code.RATE_LIMITED),
            ("throttled_for_the_day", TryLater, Code.RATE_LIMITED),
        ],
    )
    def test_to_a_post(self, answer: str, failure: type[Failure], code: Code) -> None:
        with saying("linkedin", answer) as server, pytest.raises(Failure) as raised:
            LINKEDIN.publish(a_draft(), access_at(server.host))

        assert type(raised.value) is failure
        assert raised.value.code == code

    @pytest.mark.parametrize(
        ("answer", "urn"),
        [
            ("duplicate", URN),
            ("duplicate_before_2020", "urn:li:ugcPost:7150000000000000002"),
            ("duplicate_of_nothing_named", ""),
        ],
    )
    def test_a_duplicate_names_its_post(self, answer: str, urn: str) -> None:
        with saying("linkedin", answer) as server, pytest.raises(Repeated) as raised:
            LINKEDIN.publish(a_draft(), access_at(server.host))

        assert raised.value.remote_id == urn

    def test_a_limit_of_the_day_lasts_until_midnight(self) -> None:
        with saying("linkedin", "throttled_for_the_day") as server, pytest.raises(TryLater) as raised:
            LINKEDIN.publish(a_draft(), access_at(server.host))

        back = datetime.now(UTC) + raised.value.wait + timedelta(seconds=30)
        assert (back.hour, back.minute) == (0, 0)

    @pytest.mark.parametrize("answer", ["created", "created_as_ugc_post"])
    def test_a_yes_is_the_urn_in_the_header(self, answer: str) -> None:
        with saying("linkedin", answer) as server:
            receipt = LINKEDIN.publish(a_draft(), access_at(server.host))

        assert receipt.remote_id.startswith("urn:li:")
        assert receipt.url == f"https://www.linkedin.com/feed/update/{receipt.remote_id}/"

    def test_a_yes_without_a_urn_is_no_proof(self) -> None:
        with saying("linkedin", "deleted") as server, pytest.raises(OutcomeUnknown):
            LINKEDIN.publish(a_draft(), access_at(server.host))


class TestFaults:
    def test_a_line_that_breaks_leaves_it_unknown_before_and_after_the_effect(
        self, linkedin: PretendLinkedIn
    ) -> None:
        for fault, standing in (("lost", 0), ("lost after", 1), ("500 after", 2)):
            linkedin.faults = [fault]
            with pytest.raises(OutcomeUnknown):
                LINKEDIN.publish(a_draft(f"{fault} {LINK}"), access_at(linkedin.host))
            assert len(linkedin.posts) == standing

    def test_the_same_again_after_a_lost_answer_names_the_post(self, linkedin: PretendLinkedIn) -> None:
        linkedin.faults = ["lost after"]
        draft = a_draft()
        with pytest.raises(OutcomeUnknown):
            LINKEDIN.publish(draft, access_at(linkedin.host))

        with pytest.raises(Repeated) as raised:
            LINKEDIN.publish(draft, access_at(linkedin.host))

        assert raised.value.remote_id == URN
        assert len(linkedin.posts) == 1

    def test_a_permission_that_ends_in_the_middle(self, linkedin: PretendLinkedIn) -> None:
        access = access_at(linkedin.host)
        LINKEDIN.publish(a_draft(f"one {LINK}"), access)
        linkedin.token = "another"

        with pytest.raises(Disconnected):
            LINKEDIN.publish(a_draft(f"two {LINK}"), access)

        assert linkedin.texts() == [f"one {LINK}"]


class TestAfterwards:
    def test_a_post_is_deleted_and_deleting_again_is_fine(self, linkedin: PretendLinkedIn) -> None:
        receipt = LINKEDIN.publish(a_draft(), access_at(linkedin.host))

        LINKEDIN.delete(receipt, access_at(linkedin.host))
        LINKEDIN.delete(receipt, access_at(linkedin.host))

        assert not linkedin.posts

    def test_without_the_vetted_permission_nothing_is_asked_and_nothing_measurable(
        self, linkedin: PretendLinkedIn
    ) -> None:
        access = access_at(linkedin.host, data={"scopes": ["w_member_social"]})

        assert LINKEDIN.measure(Receipt(URN), access) == Reactions()
        assert not linkedin.asked

    def test_with_it_each_count_is_asked(self, linkedin: PretendLinkedIn) -> None:
        linkedin.vetted = True
        access = access_at(linkedin.host, data={"scopes": ["r_member_postAnalytics"]})

        counts = LINKEDIN.measure(Receipt(URN), access)
        LINKEDIN.measure(Receipt("urn:li:ugcPost:71"), access)

        assert counts == Reactions(likes=12, reposts=3, replies=4, impressions=900)

    @pytest.mark.parametrize(
        ("answer", "likes"),
        [
            ("analytics", 12),
            ("analytics_202604", 12),
            ("analytics_without_data", None),
            ("analytics_unavailable", None),
        ],
    )
    def test_no_data_is_not_nothing(self, answer: str, likes: int | None) -> None:
        with saying("linkedin", answer) as server:
            access = access_at(server.host, data={"scopes": ["r_member_postAnalytics"]})
            assert LINKEDIN.measure(Receipt(URN), access).likes == likes

    def test_a_post_that_is_gone(self) -> None:
        with saying("linkedin", "not_found") as server:
            access = access_at(server.host, data={"scopes": ["r_member_postAnalytics"]})
            assert LINKEDIN.measure(Receipt(URN), access) == Reactions(gone=True)


def app_at(host: str, secret: str = "linkedin-secret") -> App:
    return App(host, "hub", secret)


def sign_in(host: str, *, code: str = "the-code", secret: str = "linkedin-secret") -> Connection:
    return LINKEDIN.exchange(app_at(host, secret), redirect_uri=BACK, code=code, code_verifier="v")


class TestSigningIn:
    def test_the_browser_is_sent_to_linkedin_with_what_it_asks(self) -> None:
        url = urlsplit(
            LINKEDIN.authorize_url(
                App("api.linkedin.com", "hub", "secret"), redirect_uri=BACK, state="s1", code_challenge="c"
            )
        )

        assert f"{url.scheme}://{url.netloc}{url.path}" == "https://www.linkedin.com/oauth/v2/authorization"
        assert parse_qs(url.query) == {
            "response_type": ["code"],
            "client_id": ["hub"],
            "redirect_uri": [BACK],
            "scope": ["openid profile w_member_social"],
            "state": ["s1"],
        }

    def test_it_ends_in_a_connection_of_sixty_days(self, linkedin: PretendLinkedIn) -> None:
        connection = sign_in(linkedin.host)

        assert (connection.identity.remote_id, connection.identity.handle) == ("782bbtaQ", "Alice Zomer")
        access = connection.access
        assert (access.host, access.remote_id, access.token) == (linkedin.host, "782bbtaQ", "linkedin-token")
        assert access.refresh_token == ""
        assert access.expires_at
        assert abs(access.expires_at - datetime.now(UTC) - timedelta(days=60)) < timedelta(minutes=1)
        assert access.data == {"scopes": ["openid", "profile", "w_member_social"]}

    def test_a_wrong_secret_is_not_a_wrong_code(self, linkedin: PretendLinkedIn) -> None:
        with pytest.raises(Rejected) as wrong_secret:
            sign_in(linkedin.host, secret="nonsense")
        with pytest.raises(Rejected) as wrong_code:
            sign_in(linkedin.host, code="nonsense")

        assert wrong_secret.value.code == Code.APP_WRONG
        assert wrong_code.value.code == Code.SIGN_IN_FAILED

    def test_a_permission_without_posting_is_refused(self) -> None:
        with saying("linkedin", "tokens_without_posting") as server, pytest.raises(Rejected) as raised:
            sign_in(server.host)

        assert (raised.value.code, raised.value.detail) == (Code.FORBIDDEN, "w_member_social")

    def test_counts_are_asked_for_only_where_the_administrator_says_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LINKEDIN_READS_COUNTS", "yes")

        url = LINKEDIN.authorize_url(app_at("h.example"), redirect_uri=BACK, state="s", code_challenge="c")

        assert "r_member_postAnalytics" in url
        assert "r_member_profileAnalytics" in url

    def test_a_partners_token_is_renewed_and_the_year_is_not(self, linkedin: PretendLinkedIn) -> None:
        linkedin.refresh_token = "linkedin-refresh"
        access = sign_in(linkedin.host).access

        renewed = LINKEDIN.refresh(replace(access, app=app_at(linkedin.host)))

        assert renewed.token != access.token
        assert renewed.refresh_token == "linkedin-refresh"
        assert (renewed.remote_id, renewed.data) == (access.remote_id, access.data)

    def test_the_permission_is_ended_there(self, linkedin: PretendLinkedIn) -> None:
        access = sign_in(linkedin.host).access

        LINKEDIN.revoke(access, app_at(linkedin.host))

        with pytest.raises(Disconnected):
            LINKEDIN.publish(a_draft(), access)
