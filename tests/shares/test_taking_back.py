"""The owner of a post takes it back: asked once, deleted at its platform, and said so in its life line."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person
from advocacy.platforms import connector, tokens
from advocacy.platforms.connector import (
    Access,
    Code,
    Deletes,
    Disconnected,
    Failure,
    Receipt,
    Rejected,
    TryLater,
)
from advocacy.platforms.models import Account
from advocacy.shares.measuring import measure
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from tests.shares.paper import Paper

pytestmark = pytest.mark.real_clock

AsPerson = Callable[[Person], Client]


class Eraser(Paper, Deletes):
    """Paper on which one can rub out."""

    deleting: ClassVar[Failure | None] = None
    rubbed_out: ClassVar[list[tuple[str, str]]] = []

    def delete(self, receipt: Receipt, access: Access) -> None:
        if self.deleting:
            raise self.deleting
        Eraser.rubbed_out.append((receipt.remote_id, access.token))


@pytest.fixture
def eraser(paper: type[Paper], monkeypatch: pytest.MonkeyPatch) -> type[Eraser]:
    monkeypatch.setitem(connector._registry, "paper", Eraser)
    Eraser.deleting, Eraser.rubbed_out = None, []
    return Eraser


@pytest.fixture
def browser(alice: Person, as_person: AsPerson) -> Client:
    return as_person(alice)


@pytest.fixture
def posted(eraser: type[Eraser], make_share: Callable[..., Share], now: datetime) -> Share:
    share = make_share(at=now)
    publish_due(clock=lambda: now)
    return Share.objects.get(pk=share.pk)


def words(answer: Any) -> str:
    main = LexborHTMLParser(answer.content.decode()).css_first("main")
    assert main is not None
    return " ".join(main.text(separator=" ").split())


def test_it_is_asked_once_and_then_deleted_there(
    posted: Share, browser: Client, eraser: type[Eraser], now: datetime
) -> None:
    address = f"/shares/mine/{posted.pk}/take-back/"
    page = browser.get(f"/shares/mine/{posted.pk}/")
    assert "Delete it on Paper" in words(page)
    assert posted.remote_url in page.content.decode()
    assert "This cannot be undone." in words(browser.get(address))
    assert eraser.rubbed_out == []

    page = browser.post(address, follow=True)

    assert eraser.rubbed_out == [(posted.remote_id, "a token")]
    said = words(page)
    assert "You took it back: the hub deleted the post." in said
    assert "The post is no longer there" in said
    assert "Delete it on Paper" not in said
    assert posted.remote_url not in page.content.decode()
    posted.refresh_from_db()
    assert posted.gone_at is not None
    # Nothing is asked about it any more, and nothing is deleted twice.
    assert measure(clock=lambda: now + timedelta(days=2)) == 0
    assert browser.post(address).status_code == 422
    assert browser.get(address).status_code == 302
    assert len(eraser.rubbed_out) == 1


@pytest.mark.parametrize(
    ("failure", "said", "breaks"),
    [
        (TryLater(Code.UNREACHABLE, wait=timedelta(minutes=1)), "could not be reached", False),
        (Rejected(Code.FORBIDDEN, "not yours"), "does not allow this", False),
        (Disconnected(Code.REVOKED), "Connect your account again", True),
    ],
)
def test_what_went_wrong_is_said_and_it_still_stands(
    posted: Share, browser: Client, eraser: type[Eraser], failure: Failure, said: str, breaks: bool
) -> None:
    eraser.deleting = failure

    answer = browser.post(f"/shares/mine/{posted.pk}/take-back/")

    assert answer.status_code == 422
    assert said in words(answer)
    posted.refresh_from_db()
    assert posted.gone_at is None
    assert not posted.changes.exists()
    assert bool(Account.objects.get().broken_at) is breaks


def test_a_token_that_has_run_out_is_renewed_first(
    posted: Share, browser: Client, eraser: type[Eraser], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def renew(account_id: int, *, now: datetime) -> None:
        Account.objects.filter(pk=account_id).update(token="the next", fresh_until=None)

    Account.objects.update(fresh_until=now - timedelta(hours=1))
    monkeypatch.setattr(tokens, "renew", renew)

    browser.post(f"/shares/mine/{posted.pk}/take-back/")

    assert eraser.rubbed_out == [(posted.remote_id, "the next")]


def test_one_that_cannot_be_renewed_now_costs_no_connection(
    posted: Share, browser: Client, eraser: type[Eraser], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    Account.objects.update(fresh_until=now - timedelta(hours=1))
    monkeypatch.setattr(tokens, "renew", lambda account_id, now: None)

    answer = browser.post(f"/shares/mine/{posted.pk}/take-back/")

    assert "could not be reached" in words(answer)
    assert eraser.rubbed_out == []
    assert Account.objects.get().broken_at is None


@pytest.mark.parametrize(
    "columns",
    [
        {"remote_id": ""},
        {"gone_at": datetime(2026, 11, 20, tzinfo=UTC)},
        {"state": State.CANCELLED},
        {"state": State.UNKNOWN},
    ],
    ids=["without an id", "gone", "cancelled", "unknown"],
)
def test_what_does_not_stand_there_is_not_offered(
    posted: Share, browser: Client, eraser: type[Eraser], columns: dict[str, object]
) -> None:
    Share.objects.update(**columns)

    assert "Delete it on Paper" not in words(browser.get(f"/shares/mine/{posted.pk}/"))
    assert browser.post(f"/shares/mine/{posted.pk}/take-back/").status_code == 422
    assert eraser.rubbed_out == []


@pytest.mark.parametrize("column", ["disconnected_at", "broken_at"])
def test_nothing_is_promised_where_the_hub_is_not_let_in(
    posted: Share, browser: Client, now: datetime, column: str
) -> None:
    Account.objects.update(**{column: now})

    assert "Delete it on Paper" not in words(browser.get(f"/shares/mine/{posted.pk}/"))


def test_nor_where_the_platform_takes_nothing_back(
    posted: Share, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connector._registry, "paper", Paper)

    assert "Delete it on Paper" not in words(browser.get(f"/shares/mine/{posted.pk}/"))


def test_a_colleague_cannot(posted: Share, bob: Person, as_person: AsPerson, eraser: type[Eraser]) -> None:
    colleague, address = as_person(bob), f"/shares/mine/{posted.pk}/take-back/"

    assert colleague.get(address).status_code == colleague.post(address).status_code == 404
    assert eraser.rubbed_out == []
