"""A platform's file is taken out of the hub while people have accounts and shares there; the rest goes on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from advocacy.people.models import Person, Role
from advocacy.platforms import connector
from advocacy.platforms import tasks as of_accounts
from advocacy.platforms.models import Account
from advocacy.shares import tasks
from advocacy.shares.models import Share, State
from advocacy.stories.models import Story
from tests.shares.paper import Paper

HOUR = timedelta(hours=1)


class Slate(Paper):
    """A platform that stays."""

    label = "Slate"


@pytest.fixture
def slate(bob: Person, paper: type[Paper], monkeypatch: pytest.MonkeyPatch) -> Account:
    """Bob's account on a platform that stays."""
    monkeypatch.setitem(connector._registry, "slate", Slate)
    return Account.objects.create(
        person=bob, platform="slate", host="slate.example", remote_id="b", handle="@bob", token="a token",
        connected_at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def share(story: Story, account: Account, make_share: Callable[..., Share]) -> Share:
    """Alice's, due now. Its story is open today."""
    share, today = make_share(), timezone.now()
    Story.objects.filter(pk=story.pk).update(opens_at=today - HOUR, closes_at=today + 9 * HOUR)
    Share.objects.update(due_at=today, try_at=today, last_safe_at=today + HOUR, created_at=today)
    return Share.objects.get(pk=share.pk)


@pytest.fixture
def gone(share: Share, slate: Account, paper: type[Paper]) -> Iterator[None]:
    """Nobody knows Paper any more."""
    del connector._registry["paper"]
    yield
    connector._registry["paper"] = paper


def all_that_is_rung() -> None:
    for bell in (tasks.take_over, tasks.publish_due, tasks.reconcile, tasks.measure, of_accounts.remind):
        bell()
    # What the bells for accounts do, without the threads that they do it on.
    for account in Account.objects.all():
        for errand in (of_accounts.renew_token, of_accounts.count_followers_of, of_accounts.read_limits_for):
            errand(account.pk)


def words(answer: object) -> str:
    found = LexborHTMLParser(answer.content).css_first("main")  # type: ignore[attr-defined]
    assert found is not None
    return " ".join(found.text().split())


def test_what_is_due_there_is_left_to_its_owner_and_the_rest_goes_out(
    share: Share, slate: Account, gone: None, copies_of: Callable[..., list[Share]]
) -> None:
    [other] = copies_of(share, 1, account=slate, person=slate.person, key=uuid4(), submission=uuid4())

    all_that_is_rung()

    share.refresh_from_db()
    other.refresh_from_db()
    assert (share.state, other.state) == (State.WAITING, State.PUBLISHED)


@pytest.mark.parametrize(
    ("was", "columns", "becomes"),
    [
        pytest.param(State.SENDING, {"armed_at": None}, State.WAITING, id="claimed"),
        pytest.param(State.SENDING, {"tries": 1}, State.UNKNOWN, id="on its way"),
        pytest.param(State.UNKNOWN, {"tries": 1}, State.UNKNOWN, id="in doubt"),
        pytest.param(State.PUBLISHED, {"remote_id": "9"}, State.PUBLISHED, id="public"),
    ],
)
def test_what_was_under_way_ends_too(
    share: Share, slate: Account, gone: None, was: State, columns: dict[str, object], becomes: State
) -> None:
    earlier = timezone.now() - timedelta(minutes=10)
    moments = dict.fromkeys(("armed_at", "published_at", "measure_at", "look_at", "doubted_at"), earlier)
    lease = {"claim": uuid4(), "leased_until": earlier} if was == State.SENDING else {}
    Share.objects.filter(pk=share.pk).update(**moments | lease | columns, state=was)

    all_that_is_rung()

    share.refresh_from_db()
    assert share.state == becomes
    assert (share.asked_at is not None) == (becomes == State.UNKNOWN)


def test_its_owner_is_told_and_can_post_it_by_hand(
    share: Share, gone: None, alice: Person, as_person: Callable[[Person], Client]
) -> None:
    all_that_is_rung()
    browser = as_person(alice)

    page = words(browser.get(f"/shares/mine/{share.pk}/"))
    assert "The hub no longer works with Paper. Post it there by hand, or cancel it." in page
    assert share.text in page
    browser.post(f"/shares/mine/{share.pk}/take-over/")
    browser.post(f"/shares/mine/{share.pk}/posted/", {"address": ""})

    share.refresh_from_db()
    assert (share.state, share.account.by_hand) == (State.PUBLISHED, True)


def test_it_can_be_cancelled_and_reworded(
    share: Share, gone: None, alice: Person, as_person: Callable[[Person], Client]
) -> None:
    browser = as_person(alice)

    assert browser.post(f"/shares/mine/{share.pk}/reword/", {"text": "Other words"}).status_code < 400
    browser.post(f"/shares/mine/{share.pk}/cancel/")

    share.refresh_from_db()
    assert (share.text, share.state) == ("Other words", State.CANCELLED)


def test_the_account_is_out_of_use_and_can_be_let_go(
    account: Account, gone: None, story: Story, alice: Person, as_person: Callable[[Person], Client]
) -> None:
    browser = as_person(alice)

    page = words(browser.get("/platforms/"))
    assert "The hub no longer works with Paper." in page
    assert "Connect again" not in page
    composer = LexborHTMLParser(browser.get(f"/shares/{story.pk}/compose/").content)
    assert composer.css("input[name=accounts]")
    assert not composer.css(f"input[name=accounts][value='{account.pk}']")
    assert browser.get(f"/platforms/{account.pk}/disconnect/").status_code == 200
    browser.post(f"/platforms/{account.pk}/disconnect/")

    account.refresh_from_db()
    assert account.disconnected_at is not None
    assert account.token == ""


PAGES = (
    "/shares/", "/shares/queue/", "/shares/queue/?look=list", "/shares/mine/", "/platforms/", "/reports/",
    "/reports/voices/", "/operations/", "/platforms/networks/", "/notices/", "/people/settings/",
    "/admin/platforms/account/", "/admin/platforms/appregistration/",
)  # fmt: skip


@pytest.mark.parametrize(
    "state", [State.SCHEDULED, State.WAITING, State.UNKNOWN, State.PUBLISHED, State.REFUSED]
)
def test_every_page_that_lists_it_still_opens(
    share: Share, gone: None, alice: Person, as_person: Callable[[Person], Client], state: State
) -> None:
    now = timezone.now()
    Share.objects.update(state=state, published_at=now, look_at=now, asked_at=now, reason="no_answer")
    for role in Role.values:
        alice.grants.get_or_create(role=role)
    browser = as_person(alice)

    for path in (*PAGES, f"/shares/mine/{share.pk}/", f"/reports/stories/{share.story_id}/"):
        assert browser.get(path).status_code == 200, path


def test_when_the_file_is_back_what_is_connected_works_as_before(
    share: Share, gone: None, paper: type[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connector._registry, "paper", Paper)

    all_that_is_rung()

    share.refresh_from_db()
    assert share.state == State.PUBLISHED
