"""The practice network's connector: against the hub's own server, and against one that lies."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import LazySettings
from PIL import Image as Pixels
from pytest_django.live_server_helper import LiveServer

from advocacy.lib import addresses, http
from advocacy.people.models import Person
from advocacy.people.signals import person_joined
from advocacy.platforms.connector import (
    Access,
    Card,
    Code,
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
from advocacy.platforms.connectors.rehearsal import Rehearsal
from advocacy.platforms.disconnecting import disconnect
from advocacy.platforms.models import Account
from advocacy.platforms.rehearsing import give_rehearsal, give_rehearsal_to_everyone
from advocacy.rehearsal.models import Post, Reaction
from advocacy.rehearsal.reacting import react, reply
from tests.lib.servers import StandIn, Visit, stand_in

REHEARSAL = Rehearsal()


@pytest.fixture
def draft(now: datetime) -> Draft:
    return Draft(
        key=uuid4(),
        record_key=REHEARSAL.new_record_key(now),
        at=now,
        text="We mend bikes too.",
        language="en",
    )


def picture(width: int = 800, height: int = 420) -> bytes:
    drawn = BytesIO()
    Pixels.new("RGB", (width, height), "teal").save(drawn, "PNG")
    return drawn.getvalue()


class TestOnTheHubsOwnServer:
    @pytest.fixture
    def account(self, live_server: LiveServer, settings: LazySettings, now: datetime) -> Account:
        settings.REHEARSAL_URL = live_server.url
        http.permit([live_server.url.removeprefix("http://")])
        alice = Person.objects.create_user("alice@example.test", None, name="Alice")
        return give_rehearsal(alice, now=now)

    def test_a_post_with_a_card_and_thumbnail_stands_on_the_timeline(
        self, account: Account, draft: Draft
    ) -> None:
        thumbnail = Image(picture(), "image/png", "A blue bike", 800, 420)
        card = Card("https://example.test/bikes", "Bikes", "We mend them.", thumbnail)

        receipt = REHEARSAL.publish(replace(draft, card=card), account.access())

        post = Post.objects.get(pk=receipt.remote_id)
        assert post.url == receipt.url
        assert (post.text, post.dated_at, post.key) == (draft.text, draft.at, draft.key)
        assert post.card == {"url": card.url, "title": "Bikes", "description": "We mend them."}
        assert (post.image_width, post.image_height, post.alt) == (800, 420, "A blue bike")

    def test_a_picture_is_kept_anew_with_its_description(self, account: Account, draft: Draft) -> None:
        image = Image(picture(), "image/png", "A blue bike", 800, 420)

        receipt = REHEARSAL.publish(replace(draft, images=(image,)), account.access())

        post = Post.objects.get(pk=receipt.remote_id)
        assert post.alt == "A blue bike"
        assert post.card is None
        with post.image.open() as file:
            assert file.read(3) == b"\xff\xd8\xff"

    def test_it_is_found_by_its_key_and_only_on_the_own_account(
        self, account: Account, draft: Draft, now: datetime
    ) -> None:
        assert REHEARSAL.find(draft, account.access()) is None
        receipt = REHEARSAL.publish(draft, account.access())
        charlie = Person.objects.create_user("charlie@example.test", None, name="Charlie")

        assert REHEARSAL.find(draft, account.access()) == receipt
        assert REHEARSAL.find(draft, give_rehearsal(charlie, now=now).access()) is None

    def test_who_sends_twice_is_seen(self, account: Account, draft: Draft) -> None:
        REHEARSAL.publish(draft, account.access())
        REHEARSAL.publish(draft, account.access())

        assert Post.objects.filter(key=draft.key).count() == 2

    def test_reactions_are_counted_and_a_deleted_post_is_gone(
        self, account: Account, draft: Draft, now: datetime
    ) -> None:
        receipt = REHEARSAL.publish(draft, account.access())
        post = Post.objects.get(pk=receipt.remote_id)
        react(post, Reaction.Kind.LIKE, member=post.member, now=now)
        reply(post, member=post.member, text="Where?", now=now)

        assert REHEARSAL.measure(receipt, account.access()) == Reactions(likes=1, reposts=0, replies=1)

        REHEARSAL.delete(receipt, account.access())
        REHEARSAL.delete(receipt, account.access())
        assert REHEARSAL.measure(receipt, account.access()) == Reactions(gone=True)
        assert REHEARSAL.find(draft, account.access()) is None

    def test_the_network_and_the_connector_count_alike(self, account: Account, draft: Draft) -> None:
        families = "👨‍👩‍👧‍👦" * 400
        REHEARSAL.publish(replace(draft, text=families), account.access())
        longest = replace(draft, text="é" * 500)
        REHEARSAL.publish(longest, account.access())

        for text in ("é" * 501, "👨‍👩‍👧‍👦" * 401):
            assert REHEARSAL.count(text, data={}).too_long
            with pytest.raises(Rejected, match="too_long"):
                REHEARSAL.publish(replace(draft, text=text), account.access())
        assert not REHEARSAL.count(longest.text, data={}).too_long

    def test_a_colleague_who_left_is_let_in_no_more(self, account: Account, draft: Draft) -> None:
        Person.objects.update(is_active=False)

        with pytest.raises(Disconnected):
            REHEARSAL.publish(draft, account.access())

    def test_posting_too_fast_is_answered_with_a_wait(
        self, account: Account, draft: Draft, settings: LazySettings
    ) -> None:
        settings.REHEARSAL_POSTS_A_MINUTE = 2
        REHEARSAL.publish(draft, account.access())
        REHEARSAL.publish(replace(draft, key=uuid4()), account.access())

        with pytest.raises(TryLater, match="rate_limited") as caught:
            REHEARSAL.publish(replace(draft, key=uuid4()), account.access())
        assert timedelta(seconds=50) < caught.value.wait <= timedelta(seconds=60)
        assert Post.objects.count() == 2

    def test_another_ones_post_cannot_be_deleted(self, account: Account, draft: Draft, now: datetime) -> None:
        receipt = REHEARSAL.publish(draft, account.access())
        charlie = Person.objects.create_user("charlie@example.test", None, name="Charlie")

        with pytest.raises(Rejected, match="forbidden"):
            REHEARSAL.delete(receipt, give_rehearsal(charlie, now=now).access())
        assert REHEARSAL.find(draft, account.access()) == receipt


CREATED = b'{"id": "12", "url": "http://hub.example/rehearsal/posts/12/"}'


class TestOnAServerThatLies:
    @pytest.fixture
    def serving(self) -> Iterator[Callable[..., StandIn]]:
        with contextlib.ExitStack() as stack:
            yield lambda behaviour: stack.enter_context(stand_in(behaviour))

    @staticmethod
    def access(server: StandIn) -> Access:
        return Access(host=server.host, remote_id="1", token="canary-token", data={"scheme": "http"})

    def failure(self, server: StandIn, draft: Draft) -> Failure:
        with pytest.raises(Failure) as caught:
            REHEARSAL.publish(draft, self.access(server))
        assert len(server.visits) == 1
        assert "canary-token" not in f"{caught.value!r} {caught.value}"
        return caught.value

    @pytest.mark.parametrize(
        ("status", "body", "headers", "kind", "code"),
        [
            ("500 Oops", b"{}", (), OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("502 Bad Gateway", b"<html>nginx</html>", (), OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("504 Gateway Timeout", b"", (), OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("201 Created", b"{}", (), OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("201 Created", b'{"id": ""}', (), OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("201 Created", b"<html>Welcome!</html>", (), OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("200 OK", CREATED, (), OutcomeUnknown, Code.UNCLEAR_ANSWER),
            ("401 Unauthorized", b'{"error": "canary-token"}', (), Disconnected, Code.REVOKED),
            ("422 No", b'{"error": "too_long"}', (), Rejected, Code.REFUSED),
            ("413 Too Large", b"<html></html>", (), Rejected, Code.TOO_LARGE),
            ("429 Slow", b"{}", (), TryLater, Code.RATE_LIMITED),
        ],
    )
    def test_each_answer_means_one_thing(
        self,
        serving: Callable[..., StandIn],
        draft: Draft,
        status: str,
        body: bytes,
        headers: tuple[str, ...],
        kind: type[Failure],
        code: Code,
    ) -> None:
        server = serving(lambda visit: visit.answer(body, status=status, headers=headers))

        failure = self.failure(server, draft)

        assert (type(failure), failure.code) == (kind, code)

    @pytest.mark.parametrize(
        "header",
        [
            "Retry-After: 90",
            "Retry-After: Sat, 21 Nov 2026 10:01:30 GMT",
            "X-RateLimit-Reset: 2026-11-21T10:01:30Z",
            "X-RateLimit-Reset: 1795255290",
        ],
    )
    def test_a_wait_is_read_in_every_spelling(
        self, serving: Callable[..., StandIn], draft: Draft, header: str
    ) -> None:
        headers = ("Date: Sat, 21 Nov 2026 10:00:00 GMT", header)
        server = serving(lambda visit: visit.answer(b"{}", status="429 Slow", headers=headers))

        failure = self.failure(server, draft)

        assert isinstance(failure, TryLater)
        assert failure.wait == timedelta(seconds=90)

    def test_a_reset_after_the_post_was_sent_is_unknown(
        self, serving: Callable[..., StandIn], draft: Draft
    ) -> None:
        def take_and_hang_up(visit: Visit) -> None:
            visit.read_request()
            visit.reset()

        assert isinstance(self.failure(serving(take_and_hang_up), draft), OutcomeUnknown)

    def test_half_an_answer_is_unknown(self, serving: Callable[..., StandIn], draft: Draft) -> None:
        def break_off(visit: Visit) -> None:
            visit.read_request()
            visit.say(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n" + CREATED)

        assert isinstance(self.failure(serving(break_off), draft), OutcomeUnknown)

    def test_a_closed_door_means_that_nothing_was_sent(self, draft: Draft) -> None:
        with stand_in(lambda visit: None) as server:
            access = self.access(server)
        http.permit([server.host])

        with pytest.raises(TryLater, match="unreachable"):
            REHEARSAL.publish(draft, access)

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            ("404 Not Found", b"<html>nginx</html>"),
            ("200 OK", b"<html>Welcome!</html>"),
            ("200 OK", b'{"posts": "none"}'),
            ("500 Oops", b'{"posts": []}'),
            ("400 No", b'{"error": "invalid"}'),
        ],
    )
    def test_only_a_proper_answer_says_that_a_post_is_not_there(
        self, serving: Callable[..., StandIn], draft: Draft, status: str, body: bytes
    ) -> None:
        access = self.access(serving(lambda visit: visit.answer(body, status=status)))

        with pytest.raises(TryLater):
            REHEARSAL.find(draft, access)

    def test_a_find_without_an_id_is_no_proof_of_absence(
        self, serving: Callable[..., StandIn], draft: Draft
    ) -> None:
        body = f'{{"posts": [{{"key": "{draft.key}"}}]}}'.encode()

        with pytest.raises(TryLater):
            REHEARSAL.find(draft, self.access(serving(lambda visit: visit.answer(body))))

    def test_a_bare_404_does_not_make_a_post_gone(self, serving: Callable[..., StandIn]) -> None:
        server = serving(lambda visit: visit.answer(b"<html>nginx</html>", status="404 Not Found"))

        with pytest.raises(TryLater):
            REHEARSAL.measure(Receipt("12"), self.access(server))
        with pytest.raises(Rejected):
            REHEARSAL.delete(Receipt("12"), self.access(server))


class TestEveryoneHasItFromTheStart:
    def test_who_joins_gets_an_account(self, alice: Person, now: datetime) -> None:
        person_joined.send(sender=Person, person=alice, now=now)

        account = Account.objects.get(person=alice)
        assert (account.platform, account.handle) == ("rehearsal", "alice")

    def test_it_is_given_once_and_its_token_stays(self, alice: Person, now: datetime) -> None:
        first = give_rehearsal(alice, now=now)
        second = give_rehearsal(alice, now=now)

        assert (second.pk, second.token) == (first.pk, first.token)

    def test_who_comes_back_gets_the_same_account(self, alice: Person, now: datetime) -> None:
        first = give_rehearsal(alice, now=now)
        disconnect(first, now=now)

        again = give_rehearsal(alice, now=now)

        assert again.pk == first.pk
        assert (again.disconnected_at, Account.objects.count()) == (None, 1)

    def test_namesakes_and_names_in_other_letters_get_handles_of_their_own(
        self, make_person: Callable[..., Person], now: datetime
    ) -> None:
        names = ["Alice", "Ålice", "alice-2", "Алиса", "李"]
        people = [
            Person.objects.create_user(f"{number}@example.test", None, name=name)
            for number, name in enumerate(names)
        ]

        handles = [give_rehearsal(person, now=now).handle for person in people]

        assert handles == ["alice", "alice-2", "alice-2-2", "colleague", "colleague-2"]

    @pytest.mark.parametrize("url", ["https://hub.example", "https://hub.example:443/", "http://[::1]:8000"])
    def test_the_hub_may_speak_to_its_own_address_in_every_spelling(
        self, settings: LazySettings, url: str
    ) -> None:
        settings.REHEARSAL_URL = url

        apps.get_app_config("hub").ready()

        assert addresses.place_of(addresses.clean(url)).is_permitted

    def test_accounts_follow_when_the_hub_moves(
        self, alice: Person, bob: Person, charlie: Person, settings: LazySettings, now: datetime
    ) -> None:
        give_rehearsal(alice, now=now)
        charlie.is_active = False
        charlie.save()
        settings.REHEARSAL_URL = "https://hub.example:8443"
        settings.HUB_URL = "https://hub.example"

        assert give_rehearsal_to_everyone(now=now) == 2
        assert give_rehearsal_to_everyone(now=now) == 0

        assert set(Account.objects.values_list("person__name", "host")) == {
            ("Alice", "hub.example:8443"),
            ("Bob", "hub.example:8443"),
        }
        hers = Account.objects.get(person=alice)
        assert hers.access().data == {"scheme": "https"}
        assert hers.url == "https://hub.example/rehearsal/members/alice/"
