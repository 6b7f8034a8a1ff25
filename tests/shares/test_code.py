"""Sharing and the code: asked once, and every share carries the version that its author knew (P17)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from advocacy.conduct.acknowledging import acknowledge, forget_acknowledgements
from advocacy.conduct.activating import About, activate, consult, describe_version
from advocacy.conduct.editing import start_version
from advocacy.conduct.models import Acknowledgement, Version
from advocacy.conduct.starting import load_starter_code
from advocacy.people.leaving import leave
from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Share, State
from advocacy.shares.publishing import publish_due
from advocacy.shares.sharing import CannotShare
from advocacy.stories.models import Story

AsPerson = Callable[[Person], Client]
MakeShare = Callable[..., Share]
ASKED = "I know our code"


@pytest.fixture
def code(db: None, now: datetime) -> Version:
    version = load_starter_code(now=now - timedelta(days=3))
    assert version
    consult(version, now=now - timedelta(days=2))
    return activate(version, now=now - timedelta(days=1))


@pytest.fixture
def changed(code: Version, now: datetime) -> Callable[..., Version]:
    def change(*, is_material: bool) -> Version:
        version = start_version(now=now)
        describe_version(version, About({"en": "New.", "nl": "Nieuw."}, is_material))
        consult(version, now=now)
        return activate(version, now=now)

    return change


def typed(account: Account, **more: str) -> dict[str, object]:
    words = {"text": "My own words.", "language": "en", "when": "now", "submission": str(uuid4())}
    return {**words, "accounts": [str(account.pk)], **more}


def test_sharing_asks_once_and_keeps_every_word(
    story: Story, account: Account, alice: Person, as_person: AsPerson, code: Version
) -> None:
    client, create = as_person(alice), f"/shares/{story.pk}/create/"
    assert ASKED in client.get(f"/shares/{story.pk}/compose/").content.decode()

    refused = client.post(create, typed(account))
    shared = client.post(create, typed(account, acknowledge=str(code.pk)))
    again = client.post(create, typed(account))

    assert refused.status_code == 422
    assert "My own words." in refused.content.decode()
    assert ASKED in refused.content.decode()
    assert (shared.status_code, again.status_code) == (302, 302)
    assert Share.objects.count() == 2
    assert Acknowledgement.objects.get().version == code
    assert ASKED not in client.get(f"/shares/{story.pk}/compose/").content.decode()


def test_no_share_is_made_behind_the_page_without_it(code: Version, make_share: MakeShare) -> None:
    with pytest.raises(CannotShare, match="only once"):
        make_share()


def test_every_share_that_is_sent_carries_the_version_that_its_author_knew(
    make_share: MakeShare, alice: Person, code: Version, changed: Callable[..., Version], now: datetime
) -> None:
    acknowledge(alice, code.pk, language="en", now=now)
    first = make_share(text="While it was 1.0.")
    changed(is_material=False)
    second = make_share(text="After a small correction.")
    material = changed(is_material=True)
    with pytest.raises(CannotShare, match="has changed since"):
        make_share(text="Before looking at what changed.")
    acknowledge(alice, material.pk, language="en", now=now)
    third = make_share(text="Knowing what changed.")

    publish_due(clock=lambda: now)

    sent = Share.objects.filter(state=State.PUBLISHED).order_by("pk")
    assert [(share.pk, share.code_version and share.code_version.number) for share in sent] == [
        (first.pk, "1.0"),
        (second.pk, "1.0"),
        (third.pk, "2.0"),
    ]
    for share in sent:
        assert Acknowledgement.objects.filter(
            person=share.person, version=share.code_version, at__lte=share.created_at
        ).exists()


def test_a_tick_for_a_version_that_was_just_replaced_asks_about_the_new_one(
    story: Story,
    account: Account,
    alice: Person,
    as_person: AsPerson,
    code: Version,
    changed: Callable[..., Version],
) -> None:
    changed(is_material=True)

    answer = as_person(alice).post(f"/shares/{story.pk}/create/", typed(account, acknowledge=str(code.pk)))

    assert answer.status_code == 422
    assert not Acknowledgement.objects.exists()


def test_without_a_code_in_force_sharing_asks_nothing(
    make_share: MakeShare, alice: Person, story: Story, as_person: AsPerson, now: datetime
) -> None:
    load_starter_code(now=now)

    assert make_share().code_version is None
    assert ASKED not in as_person(alice).get(f"/shares/{story.pk}/compose/").content.decode()


def test_a_share_keeps_its_version_after_its_author_left_and_their_acknowledgement_went(
    make_share: MakeShare, alice: Person, code: Version, now: datetime
) -> None:
    acknowledge(alice, code.pk, language="en", now=now)
    share = make_share()
    leave(alice, now=now)

    forget_acknowledgements(now=now + timedelta(days=731))

    assert not Acknowledgement.objects.exists()
    share.refresh_from_db()
    assert share.code_version == code
