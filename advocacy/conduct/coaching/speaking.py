"""What the coach says of a text. Nothing is looked up and nothing kept: equal facts give equal remarks."""

from collections.abc import Collection, Iterable, Sequence

from advocacy.conduct.coaching.noticing import Check, Notice, Remark
from advocacy.conduct.coaching.reading import Reading
from advocacy.conduct.coaching.remarks import CHECKS
from advocacy.conduct.coaching.situations import Situation

MOST_SHOWN = 3


def remarks_on(text: str, situation: Situation) -> list[Remark]:
    """Return every remark on the text, one of each check, the worst first."""
    return remarks_in(Reading(text, language=situation.language), situation)


def remarks_in(reading: Reading, situation: Situation) -> list[Remark]:
    """Return the same of a text that is taken apart already, and maybe looked at elsewhere too."""
    found = [remark for check in CHECKS if (remark := _worst(check, reading, situation))]
    return sorted(found, key=lambda remark: -remark.level)


def put_together(many: Iterable[Sequence[Remark]]) -> list[Remark]:
    """Return the remarks on several texts as those on one: each check once, at its worst."""
    worst: dict[str, Remark] = {}
    for remark in (one for remarks in many for one in remarks):
        if remark.id not in worst or remark.level > worst[remark.id].level:
            worst[remark.id] = remark
    in_order = [worst[check.id] for check in CHECKS if check.id in worst]
    return sorted(in_order, key=lambda remark: -remark.level)


def to_show(remarks: Sequence[Remark], *, dismissed: Collection[str] = ()) -> list[Remark]:
    """Return the three that are shown. Only a hint can be dismissed."""
    kept = [remark for remark in remarks if not (remark.can_dismiss and remark.id in dismissed)]
    return kept[:MOST_SHOWN]


def _worst(check: Check, reading: Reading, situation: Situation) -> Remark | None:
    notices = list(check.notices(reading, situation))
    if not notices:
        return None
    worst = max(notices, key=check.level_of)
    return Remark(check, check.level_of(worst), _said(check, worst), worst.span)


def _said(check: Check, notice: Notice) -> str:
    words = str(notice.says or check.says)
    return words % notice.words if notice.words else words
