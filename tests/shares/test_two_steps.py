"""Platforms that post in two steps, the first of which is not public."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings

from advocacy.platforms import connector
from advocacy.platforms.connector import Access, Draft, OutcomeUnknown, Prepares, Receipt, Rejected, TryLater
from advocacy.platforms.models import Account
from advocacy.shares import publishing
from advocacy.shares.changing import reword_share
from advocacy.shares.claiming import take_over
from advocacy.shares.models import Attempt, Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from tests.shares.paper import Paper

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Envelope(Paper, Prepares):
    """Paper that is put into an envelope first, and cannot be posted twice in the same one."""

    label = "Envelope"
    sealed: list[str] = []
    refusing: Exception | None = None

    def prepare(self, draft: Draft, access: Access) -> str:
        if self.refusing:
            raise self.refusing
        assert not draft.prepared
        self.sealed.append(draft.text)
        return f"envelope-{len(self.sealed)}"

    def publish(self, draft: Draft, access: Access) -> Receipt:
        assert draft.prepared == f"envelope-{len(self.sealed)}"
        return super().publish(draft, access)


@pytest.fixture
def envelope(share: Share) -> Iterator[type[Envelope]]:
    Envelope.slug = "envelope"
    connector._registry["envelope"] = Envelope
    Account.objects.update(platform="envelope")
    Envelope.sealed, Envelope.refusing = [], None
    yield Envelope
    del connector._registry["envelope"]


def die_with_something_to_arm(claimed: list[Share], *, now: datetime) -> list[Share]:
    if claimed:
        raise KeyboardInterrupt
    return []


def publish(at: datetime) -> None:
    publish_due(clock=lambda: at)


def test_the_first_step_is_kept_before_the_second(
    share: Share, envelope: type[Envelope], now: datetime
) -> None:
    publish(now + HOUR)

    share.refresh_from_db()
    assert (share.state, share.prepared, share.tries) == (State.PUBLISHED, "envelope-1", 1)
    assert len(Paper.ledger) == 1


def test_who_dies_between_the_steps_leaves_no_post_and_the_next_goes_on(
    share: Share, envelope: type[Envelope], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "arm", die_with_something_to_arm)
        with pytest.raises(KeyboardInterrupt):
            publish(now + HOUR)
    share.refresh_from_db()
    assert (share.state, share.prepared, Paper.ledger) == (State.SENDING, "envelope-1", [])

    take_over(now=now + HOUR + settings.LEASE)
    publish(now + HOUR + settings.LEASE)

    assert len(Paper.ledger) == len(envelope.sealed) == 1


def test_a_first_step_that_fails_is_no_attempt(share: Share, envelope: type[Envelope], now: datetime) -> None:
    envelope.refusing = TryLater("unreachable", wait=MINUTE)
    publish(now + HOUR)
    share.refresh_from_db()
    assert (share.state, share.try_at, share.tries) == (State.SCHEDULED, now + HOUR + MINUTE, 0)

    envelope.refusing = Rejected("too_long")
    publish(now + HOUR + MINUTE)

    share.refresh_from_db()
    assert (share.state, share.reason) == (State.REFUSED, "too_long")
    assert Paper.ledger == []
    assert not Attempt.objects.exists()


def test_a_connector_that_breaks_in_the_first_step_has_certainly_not_posted(
    share: Share, envelope: type[Envelope], now: datetime
) -> None:
    envelope.refusing = ZeroDivisionError()

    publish(now + HOUR)

    share.refresh_from_db()
    assert (share.state, share.reason) == (State.SCHEDULED, "not_prepared")


def test_after_a_no_the_first_step_is_done_anew(
    share: Share, envelope: type[Envelope], now: datetime
) -> None:
    Paper.before = TryLater("not_ready", wait=MINUTE)
    publish(now + HOUR)
    Paper.before = None

    publish(now + HOUR + MINUTE)

    share.refresh_from_db()
    assert (share.state, share.prepared) == (State.PUBLISHED, "envelope-2")


def test_after_a_doubt_the_same_first_step_is_sent_again(
    share: Share, envelope: type[Envelope], now: datetime
) -> None:
    """Posting the same one twice makes one post, where the platform holds to that."""
    Paper.before = OutcomeUnknown("no_answer")
    publish(now + HOUR)
    Paper.before = None

    reconcile(clock=lambda: now + HOUR + 2 * MINUTE)
    publish(now + HOUR + 3 * MINUTE)

    share.refresh_from_db()
    assert (share.state, share.prepared) == (State.PUBLISHED, "envelope-1")


def test_new_words_are_prepared_anew(share: Share, envelope: type[Envelope], now: datetime) -> None:
    Share.objects.update(prepared="envelope-0")

    reword_share(share, text="Better words.", now=now)
    publish(now + HOUR)

    assert [text.partition("\n")[0] for text in envelope.sealed] == ["Better words."]
