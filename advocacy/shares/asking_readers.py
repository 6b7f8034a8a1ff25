"""Two pairs of eyes: an author asks one colleague to read along before sharing. It is never an approval.

Nothing waits for it, no state depends on it, and it holds a copy of the words no longer than a week.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.notices.telling import tell
from advocacy.people.models import Person
from advocacy.shares.models import Draft, SecondReading
from advocacy.stories.models import Story

LASTS = timedelta(days=7)


class CannotAsk(Exception):
    """Nobody was asked."""


class CannotAnswer(Exception):
    """It was answered before, or is not there any more."""


def reading_of(person: Person, story: Story, *, now: datetime) -> SecondReading | None:
    """Return who reads along with this person's draft, if somebody does."""
    own = SecondReading.objects.visible_to(person).standing(now)
    return own.filter(draft__story=story).select_related("reader").first()


def colleague_named(typed: str, *, person: Person) -> Person:
    """Return the one colleague of that address or full name. No list of colleagues is ever given.

    :raises CannotAsk: there is none, there are more, or it is the person themselves
    """
    wanted = " ".join(typed.split())
    others = Person.objects.present().exclude(pk=person.pk)
    found = list(others.filter(email__iexact=wanted)) or list(others.filter(name__iexact=wanted)[:2])
    if len(found) > 1:
        raise CannotAsk(_("More than one colleague has that name. Type their work e-mail address."))
    if not found:
        raise CannotAsk(
            _("We found no colleague with that name. Type it in full, or their work e-mail address.")
        )
    return found[0]


@transaction.atomic
def ask_reader(person: Person, story: Story, *, reader: Person, now: datetime) -> SecondReading:
    """Put a copy of the person's draft before the reader, and tell them so.

    :raises CannotAsk: there are no words, somebody reads along already, or the reader has left
    """
    # Sharing locks the same row and takes the draft away: what was shared is not lent after that.
    Person.objects.select_for_update().get(pk=person.pk)
    draft = Draft.objects.filter(person=person, story=story).first()
    if draft is None or not words_to_lend(draft):
        raise CannotAsk(_("Write something first, so that there is something to read."))
    SecondReading.objects.over(now).filter(draft=draft).delete()
    if SecondReading.objects.filter(draft=draft).exists():
        raise CannotAsk(_("Somebody reads along already. Take it back first to ask again."))
    if not Person.objects.present().exclude(pk=person.pk).filter(pk=reader.pk).exists():
        raise CannotAsk(_("This colleague cannot read along. Choose another one."))
    reading = SecondReading.objects.create(
        person=person,
        draft=draft,
        reader=reader,
        words=words_to_lend(draft),
        language=draft.language,
        asked_at=now,
        ends_at=now + LASTS,
    )
    _tell(reader, "second_reader_asked", reading, colleague=person, url=_address_of(reading), now=now)
    return reading


def words_to_lend(draft: Draft) -> str:
    """Return the words that a reader would see: those for all accounts, else the first for one of them."""
    own = (text.strip() for text in (draft.text, *draft.texts.values()))
    return next((text for text in own if text), "")


def take_back(person: Person, story_id: int) -> None:
    """Let nobody read along any more; the copy of the words is gone."""
    SecondReading.objects.visible_to(person).filter(draft__story_id=story_id).delete()


@transaction.atomic
def answer_reading(reading: SecondReading, *, words: str, now: datetime) -> None:
    """Give the author a few words. Once, and they change nothing.

    :raises CannotAnswer: it was answered before, or is over
    """
    # No join: see the note on updates at the shares.
    open_still = SecondReading.objects.filter(pk=reading.pk, answered_at=None, ends_at__gt=now)
    if not open_still.update(answer=words, answered_at=now):
        raise CannotAnswer(_("You have answered already, or it is over. Talk to your colleague directly."))
    url = reverse("shares:second_reader", args=[reading.draft.story_id])
    _tell(reading.person, "second_reader_answered", reading, colleague=reading.reader, url=url, now=now)


def end_readings(*, now: datetime) -> None:
    """Delete the copies of words whose week is over."""
    SecondReading.objects.over(now).delete()


def _address_of(reading: SecondReading) -> str:
    return reverse("shares:read_along", args=[reading.pk])


def _tell(
    person: Person, kind: str, reading: SecondReading, *, colleague: Person, url: str, now: datetime
) -> None:
    """Tell that there is something to read. What there is to read is on that page and nowhere else."""
    # Ids of rows that are gone may be given out again.
    once = f"{kind}-{reading.pk}-{reading.asked_at.timestamp():.0f}"
    tell(person, kind, once=once, facts={"colleague": colleague.name, "url": url}, now=now)
