"""A person full of canaries, and a visitor who tries every door of the hub to hear one sing.

Everything of Alice's has the same id, so that each address can be asked for what is hers.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from advocacy.conduct.acknowledging import acknowledge
from advocacy.conduct.activating import activate, consult
from advocacy.conduct.models import Proposal
from advocacy.conduct.starting import load_starter_code
from advocacy.links.models import DailyCount, TrackedLink
from advocacy.notices.models import Notice
from advocacy.people.access import Datum
from advocacy.people.models import Person, Team
from advocacy.platforms.models import Account
from advocacy.shares.models import Attempt, Draft, MutedHint, SecondReading, Share, State
from advocacy.stories.models import Story

ID = 777
SUBMISSION = UUID(int=ID)
# What of Alice's cannot be found by a word: which topics she follows shows in figures alone.
WITHOUT_WORDS = {Datum.INTERESTS}
CANARIES = {
    Datum.TAKES_PART: "canary.alice@example.test",
    Datum.DRAFT: "canary-draft",
    Datum.PLANNED_WORDS: "canary-planned",
    Datum.LENT_WORDS: "canary-lent",
    Datum.SENT_WORDS: "canary-sent",
    Datum.OWN_CLICKS: "73939",
    Datum.LINKED_ACCOUNT: "canary-handle",
    Datum.TOKEN: "canary-token",
    Datum.NOTICE: "canary-notice",
    Datum.CODE_ACKNOWLEDGED: "5 March 2026",
    Datum.PROPOSAL: "canary-proposal",
    Datum.LOOKS: "Your place in the hub: name",
    Datum.MUTED_HINTS: "7 March 2026",
}
# One value, or more, that each converter takes, and each named group of a pattern without converters.
VALUES = {
    "IntConverter": [str(ID)],
    "SlugConverter": ["bluesky", "D08", "alice"],
    "StringConverter": ["pds.example"],
    "PathConverter": [str(ID), str(SUBMISSION)],
    "UUIDConverter": [str(SUBMISSION)],
    "uidb36": [str(ID)],
    "key": ["x-y"],
    "app_label": sorted({model._meta.app_label for model in admin.site._registry}),
    "url": ["x"],
}
# Signing out, and what takes a visitor's own name away, ends the walk.
LEFT_ALONE = {"account_logout", "admin:logout"}
# Whatever forms ask for, in one.
TYPED = {
    "text": "typed",
    "start": str(ID),
    "acknowledge": str(ID),
    "submission": str(SUBMISSION),
    "words": "typed",
}


def hide_canaries(alice: Person, *, now: datetime) -> None:
    """Give Alice, whose id is ID, one of everything that the hub can know of a person."""
    story = Story.objects.create(
        pk=ID, title="A story", url="https://stories.example/", for_everyone=True, created_by=alice,
        created_at=now, changed_at=now, published_at=now, opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=29),
    )  # fmt: skip
    account = Account.objects.create(
        pk=ID, person=alice, platform="bluesky", host="pds.example", remote_id="did:plc:canary-handle",
        handle="canary-handle", token="canary-token", refresh_token="canary-token-too", connected_at=now,
    )  # fmt: skip
    draft = Draft.objects.create(
        pk=ID, person=alice, story=story, text="canary-draft", texts={str(ID): "canary-draft-too"},
        account_keys=[str(ID)], saved_at=now,
    )  # fmt: skip
    SecondReading.objects.create(
        pk=ID, person=alice, draft=draft, reader=make_rita(), words="canary-lent", language="en",
        asked_at=now, ends_at=now + timedelta(days=7),
    )  # fmt: skip
    silenced_at = datetime(2026, 3, 7, 12, tzinfo=UTC)
    MutedHint.objects.create(pk=ID, person=alice, check_id="C12", muted_at=silenced_at)
    for number, state in enumerate(State):
        words = "canary-sent" if state == State.PUBLISHED else f"canary-planned, {state.label}"
        # The one that every address asks for is still to come.
        pk = ID if state == State.SCHEDULED else ID + 100 + number
        _share(account, story, pk=pk, text=words, state=state, now=now)
    Notice.objects.create(
        pk=ID, person=alice, kind="proposal_answered", facts={"answer": "canary-notice", "url": "/"},
        once="canary", created_at=now, mail_after=now,
    )  # fmt: skip
    version = load_starter_code(now=now)
    assert version
    consult(version, now=now)
    activate(version, now=now)
    acknowledge(alice, version.pk, language="en", now=datetime(2026, 3, 5, 12, tzinfo=UTC))
    Proposal.objects.create(pk=ID, person=alice, text="canary-proposal", made_at=now)


def _share(account: Account, story: Story, *, pk: int, text: str, state: State, now: datetime) -> None:
    link = TrackedLink.objects.create(
        pk=pk, code=f"c{pk}", target_url=story.url, person=account.person, minted_at=now
    )
    is_public = state == State.PUBLISHED
    share = Share.objects.create(
        pk=pk, person=account.person, story=story, account=account, link=link, text=text, language="en",
        created_at=now, state=state, due_at=now + timedelta(hours=1), try_at=now + timedelta(hours=1),
        last_safe_at=now + timedelta(hours=2), record_key=f"r{pk}", claim=SUBMISSION, leased_until=now,
        published_at=now if is_public else None, measured_at=now,
        # Platforms may say our words back to us.
        reason_detail=f"refused: {text}",
    )  # fmt: skip
    Attempt.objects.create(share=share, number=1, armed_at=now, detail=f"refused: {text}")
    if is_public:
        DailyCount.objects.create(link=link, on=now.date(), count=int(CANARIES[Datum.OWN_CLICKS]))


def make_alice(team: Team) -> Person:
    alice = Person.objects.create(pk=ID, email=CANARIES[Datum.TAKES_PART], name="Alice")
    alice.teams.add(team)
    return alice


def make_rita() -> Person:
    """Return whom Alice asked to read along."""
    return Person.objects.get_or_create(email="rita@example.test", name="Rita")[0]


def doors() -> list[tuple[str, str]]:
    """Return the name and the address of every page, for everything of Alice's that it could be asked for."""
    found = dict.fromkeys(_doors(get_resolver().url_patterns))
    return [*found, ("short link", f"/s/c{ID}")]


def _doors(patterns: list[Any], *, namespace: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _doors(pattern.url_patterns, namespace=inner)
        elif pattern.name:
            name = f"{namespace}{pattern.name}"
            for filled in _fillings(pattern):
                yield name, reverse(name, kwargs=filled)


def _fillings(pattern: URLPattern) -> Iterator[dict[str, str]]:
    converters = {part: type(one).__name__ for part, one in pattern.pattern.converters.items()}
    parts = list(pattern.pattern.regex.groupindex)
    for values in product(*(VALUES[converters.get(part, part)] for part in parts)):
        yield dict(zip(parts, values, strict=True))


def look(client: Client, address: str, **how: Any) -> str:
    """Return all that the hub answers, head and body, whatever it thinks of the question."""
    answer = client.get(address, **how)
    return _all_of(answer)


def knock(client: Client, address: str) -> str:
    return _all_of(client.post(address, TYPED))


def _all_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers}\n{body.decode(errors='replace')}"


def heard(said: str) -> set[Datum]:
    """Return which canaries sing in it."""
    return {datum for datum, canary in CANARIES.items() if canary in said}
