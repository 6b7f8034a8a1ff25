"""What the log says of a share: its number in every line, and nothing that is its owner's."""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from advocacy.lib.logs import JsonFormatter
from advocacy.platforms.connector import Access, Disconnected, OutcomeUnknown, Reactions, Receipt, TryLater
from advocacy.platforms.models import Account
from advocacy.platforms.signals import account_connected
from advocacy.shares.claiming import claim_batch, take_over
from advocacy.shares.measuring import measure
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.reconciling import reconcile
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
WORDS = "A canary said so."
# Of the cast, of what it shares, and of what platforms and exceptions say.
PERSONAL = ("alice", "@", "colleagues", "a token", "canary", "repair", "stories.example")


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, share: Share) -> Callable[[], list[str]]:
    """Return what was said since it was asked last: discreet, with numbers under their names."""

    def lines() -> list[str]:
        ours = [one for one in caplog.records if one.name.startswith("advocacy.")]
        caplog.clear()
        return [discreet(json.loads(JsonFormatter().format(one))) for one in ours]

    def discreet(line: dict[str, Any]) -> str:
        assert (line.get("share"), line.get("account")) in [(share.pk, None), (None, share.account_id)]
        assert not [word for word in PERSONAL if word in json.dumps(line).lower()]
        return str(line["message"]).replace(f"share {share.pk}", "share").strip()

    caplog.set_level(logging.DEBUG, logger="advocacy")
    return lines


@pytest.fixture
def at(now: datetime, said: Callable[[], list[str]]) -> Callable[[int], Callable[[], datetime]]:
    """Return a maker of clocks: so many minutes after the share is due."""
    said()
    return lambda minutes: lambda: now + HOUR + minutes * MINUTE


def test_the_way_to_a_post_can_be_followed_by_its_number(
    share: Share,
    paper: type[Paper],
    account: Account,
    at: Callable[[int], Callable[[], datetime]],
    said: Callable[[], list[str]],
) -> None:
    claim_batch(now=at(0)())
    take_over(now=at(0)() + settings.LEASE)
    assert said() == ["share: its worker died, and it is not sent"]

    paper.before = TryLater("rate_limited", WORDS, wait=MINUTE)
    publish_due(clock=at(2))
    assert said() == ["share: sending -> scheduled rate_limited"]

    paper.before = Disconnected("revoked", WORDS)
    publish_due(clock=at(5))
    assert said() == [
        "share: sending -> scheduled revoked",
        f"account {account.pk} is broken: revoked",
        "share: waits for its owner to connect again",
    ]

    paper.before = None
    Account.objects.update(broken_at=None)
    account_connected.send(sender=Account, account=account, now=at(6)())
    publish_due(clock=at(7))
    assert said() == ["share: sending -> published"]


def test_a_doubt_can_be_followed_by_its_number(
    share: Share,
    paper: type[Paper],
    at: Callable[[int], Callable[[], datetime]],
    said: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paper.before = RuntimeError(WORDS)
    publish_due(clock=at(0))
    assert said() == ["share: connector paper broke", "share: sending -> unknown connector_broke"]

    paper.before, paper.looking = None, RuntimeError(WORDS)
    reconcile(clock=at(2))
    assert said() == [
        "share: connector paper broke while looking",
        "share could not be looked for: connector_broke",
    ]

    paper.looking = None
    reconcile(clock=at(5))
    assert said() == ["share was not there and is sent again"]

    paper.after = OutcomeUnknown("no_answer", WORDS)
    publish_due(clock=at(7))
    reconcile(clock=at(10))
    assert said() == ["share: sending -> unknown no_answer", "share was there"]

    monkeypatch.setattr(Paper, "measure", _break)
    measure(clock=at(120))
    assert said() == ["share: connector paper broke while measuring"]


def test_a_life_that_ends_too_late_says_so(
    share: Share, now: datetime, said: Callable[[], list[str]]
) -> None:
    said()

    publish_due(clock=lambda: now + 3 * HOUR)

    assert said() == ["share: missed, too_late"]


def test_a_doubt_that_only_its_owner_can_end_says_so(
    share: Share, paper: type[Paper], now: datetime, said: Callable[[], list[str]]
) -> None:
    Share.objects.update(
        state=State.UNKNOWN, armed_at=now, doubted_at=now, look_at=now + HOUR, tries=1, reason="no_answer"
    )
    said()

    reconcile(clock=lambda: now + settings.ASK_OWNER_AFTER)

    assert said() == ["share: its owner is asked"]


def _break(_self: Paper, receipt: Receipt, access: Access) -> Reactions:
    raise RuntimeError(WORDS)
