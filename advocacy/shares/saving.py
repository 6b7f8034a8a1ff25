"""Drafts, saved as one types. They are their writer's alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from advocacy.people.models import Person
from advocacy.platforms.models import Account
from advocacy.shares.models import Draft, Share, State
from advocacy.stories.models import Picture, Story


@dataclass(frozen=True)
class Written:
    """All that the composer knows. `texts` holds other words for one account, by the account's key."""

    text: str
    texts: Mapping[str, str]
    account_keys: list[str]
    language: str
    picture: Picture | None
    shape: str

    def words_for(self, account: Account) -> str:
        return self.texts.get(account.key) or self.text


def draft_for(person: Person, story: Story, *, now: datetime) -> Draft:
    """Return the person's draft, or a fresh one that is not saved yet, with the accounts they used last."""
    kept = Draft.objects.filter(person=person, story=story).select_related("picture").first()
    if kept:
        return kept
    return Draft(
        person=person, story=story, language=story.language, account_keys=_last_used(person), saved_at=now
    )


def save_draft(
    person: Person, story: Story, written: Written, *, submission: UUID | None, now: datetime
) -> Draft | None:
    """Keep what was written; the last save wins. None: this form was shared, and its draft is used up."""
    if submission and Share.objects.filter(person=person, submission=submission).exists():
        return None
    draft, _new = Draft.objects.update_or_create(
        person=person,
        story=story,
        defaults={
            "text": written.text,
            "texts": dict(written.texts),
            "account_keys": written.account_keys,
            "language": written.language,
            "picture": written.picture,
            "shape": written.shape,
            "saved_at": now,
        },
    )
    return draft


@transaction.atomic
def drop_draft(person: Person, story: Story) -> None:
    Draft.objects.filter(person=person, story=story).delete()


def _last_used(person: Person) -> list[str]:
    """Return the accounts of the person's latest share, all of one submission."""
    kept = Share.objects.filter(person=person).exclude(state=State.CANCELLED)
    latest = kept.order_by("-created_at", "-pk").first()
    if latest is None:
        return []
    together = Share.objects.filter(person=person, submission=latest.submission).select_related("account")
    return [share.account.key for share in together.order_by("pk")]
