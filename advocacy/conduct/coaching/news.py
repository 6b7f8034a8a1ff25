"""News before its time, figures before they are published, stories that changed, and a storm that is on."""

from collections.abc import Iterator

import regex
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from advocacy.conduct.coaching.noticing import Level, Notice
from advocacy.conduct.coaching.reading import Reading, Span
from advocacy.conduct.coaching.situations import Situation

NEAR_A_FIGURE = 60  # characters
UNIT = (
    r"%|procent|percent|per cent|euro'?s?|eur|dollars?|pounds?|mln|mld|miljoen|miljard|million|billion|bn"
    r"|duizend|thousand|m|k"
    r"|ton(?!\s+(?:co|staal|puin|afval|grond|zand|hout|koper|papier|plastic|steel|waste|soil|wood|copper|of))"
)
# A run of 10k has nothing to do with sales.
NO_RUN = r"(?!\s+(?:run|runs|race|steps|stappen|hardlo\w{0,8}|gelopen|walk|loop)\b)"
AMOUNT = regex.compile(
    rf"[\u20ac$\u00a3]\s?(\d[\d.,]{{0,20}})|(?<![\w.,])(\d[\d.,]{{0,20}})\s?(?:{UNIT})(?!\w){NO_RUN}",
    regex.IGNORECASE,
)
FIGURE = regex.compile(r"\d[\d.,]{0,20}")


def unpublished_figure(reading: Reading, situation: Situation) -> Iterator[Notice]:
    lists = situation.lists
    published = _figures_in(" ".join((situation.published_text, *situation.house.public_facts)))
    spoken_of = reading.find(lists.finance)
    for found in AMOUNT.finditer(reading.text) if spoken_of else ():
        span = Span(*found.span())
        figure = _normal(found.group(1) or found.group(2))
        if figure not in published and any(_gap(span, word) <= NEAR_A_FIGURE for word in spoken_of):
            says = _("These look like our figures, and they are not out yet. Wait until they are published.")
            yield Notice(span, says=says if situation.in_closed_period else None)


def not_free_yet(reading: Reading, situation: Situation) -> Iterator[Notice]:
    free_from = situation.free_from
    if not free_from or free_from <= (situation.goes_out_at or situation.now):
        return
    moment = date_format(timezone.localtime(free_from), "DATETIME_FORMAT")
    if situation.inside_information:
        says = _(
            "This is inside information until %(moment)s. By law nobody may bring it out before then, so the "
            "hub does not send it. Schedule it for later, or call the legal desk."
        )
        yield Notice(None, {"moment": moment}, level=Level.BLOCK, says=says)
    else:
        yield Notice(None, {"moment": moment})


def changed_story(reading: Reading, situation: Situation) -> Iterator[Notice]:
    if situation.withdrawn_because:
        yield Notice(None, {"reason": situation.withdrawn_because})
    elif situation.has_closed:
        yield Notice(says=_("This story has closed: what it says may no longer hold. Look for a newer one."))
    elif situation.has_newer_version:
        yield Notice(says=_("This story has changed since you began. Look at the new version first."))


def storm(reading: Reading, situation: Situation) -> Iterator[Notice]:
    if situation.storm:
        yield Notice(None, {"storm": situation.storm})


def _figures_in(text: str) -> frozenset[str]:
    return frozenset(_normal(found.group()) for found in FIGURE.finditer(text))


def _normal(figure: str) -> str:
    return figure.rstrip(".,").replace(",", ".")


def _gap(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)
