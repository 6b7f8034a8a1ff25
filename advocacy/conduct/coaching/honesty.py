"""Whether readers can tell what the author has to do with it."""

from collections.abc import Iterator

import regex
from django.utils.translation import gettext_lazy as _

from advocacy.conduct.coaching.disclosing import Rung, disclosed_in, rung_for
from advocacy.conduct.coaching.noticing import Notice
from advocacy.conduct.coaching.reading import Reading
from advocacy.conduct.coaching.situations import Situation

# Who is still typing the first of these may be about to say it.
FIRST_WORDS = 5
FIRST_WORDS_WITH_NAME = 3
LAST = 300  # signs that are looked at
# What comes last: a picture sign, a tag, a link.
CLOSED = regex.compile(r"(?:\p{Extended_Pictographic}\uFE0F?|#\w{2,100}|https?://\S{4,200})\s*\Z")


def unsaid_tie(reading: Reading, situation: Situation) -> Iterator[Notice]:
    organisation = situation.house.organisation
    if rung_for(reading, situation) == Rung.NOTHING or _has_just_begun(reading, situation):
        return
    disclosed = disclosed_in(reading, situation)
    if disclosed.tie is None:
        yield Notice(None, {"organisation": organisation})
    elif not disclosed.is_in_sight:
        says = _("You say that you work at %(organisation)s, but below the fold. Say it in the first line.")
        yield Notice(disclosed.tie, {"organisation": organisation}, says=says)


def unsaid_prize(reading: Reading, situation: Situation) -> Iterator[Notice]:
    if situation.has_reward and not disclosed_in(reading, situation).prize:
        yield Notice()


def _has_just_begun(reading: Reading, situation: Situation) -> bool:
    least = FIRST_WORDS_WITH_NAME if reading.find_names(situation.house.names) else FIRST_WORDS
    is_closed = reading.sentence_ends or CLOSED.search(reading.text[-LAST:])
    return len(reading.words) < least and not is_closed
