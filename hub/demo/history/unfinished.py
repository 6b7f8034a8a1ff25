"""Shares that did not simply go out, and drafts. Days are working days, counted back from today."""

from dataclasses import dataclass
from datetime import time

from advocacy.platforms.connector import Code
from advocacy.shares.models import State
from hub.demo.employees import EMPLOYEE


@dataclass(frozen=True)
class Unfinished:
    name: str
    slug: str
    platform: str
    state: State
    ago: int
    at: time
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Begun:
    """A draft, as far as it got."""

    name: str
    slug: str
    text: str
    language: str
    ago: int


UNFINISHED = (
    Unfinished(EMPLOYEE, "heat-pumps-overtake-boilers", "rehearsal", State.SCHEDULED, -1, time(8, 45)),
    Unfinished(EMPLOYEE, "three-seats-at-the-long-bench", "rehearsal", State.SCHEDULED, -3, time(12, 30)),
    Unfinished(
        EMPLOYEE, "twenty-five-years-of-listening", "mastodon", State.UNKNOWN, 5, time(9, 10), Code.NO_ANSWER
    ),
    Unfinished(
        EMPLOYEE, "van-banketbakker-naar-monteur", "bluesky", State.WAITING, 1, time(8, 15), "reconnect"
    ),
    Unfinished(
        EMPLOYEE,
        "why-it-works-in-the-cold",
        "mastodon",
        State.REFUSED,
        16,
        time(16, 40),
        Code.REFUSED,
        "Validation failed: this server asks new accounts to wait before posting links.",
    ),
    Unfinished(EMPLOYEE, "every-manual-is-public", "rehearsal", State.MISSED, 9, time(12, 15), "too_late"),
    Unfinished(EMPLOYEE, "hear-a-fan-bearing-fail", "rehearsal", State.CANCELLED, 6, time(13), "by_you"),
    Unfinished(EMPLOYEE, "leeds-training-house", "whatsapp", State.WAITING, 1, time(12, 10), "by_hand"),
    Unfinished("Owen Brackley", "leeds-training-house", "rehearsal", State.SCHEDULED, -1, time(9)),
    Unfinished(
        "Rachida Amellal", "met-de-bakfiets-naar-de-storing", "rehearsal", State.SCHEDULED, -1, time(12, 20)
    ),
    Unfinished(
        "Lotte Zandvliet", "van-banketbakker-naar-monteur", "rehearsal", State.SCHEDULED, -2, time(8, 30)
    ),
    Unfinished("Stijn Wolbers", "vlierstraat-van-het-gas", "rehearsal", State.SCHEDULED, -2, time(16, 45)),
    Unfinished("Mei-Lan Ong", "every-manual-is-public", "rehearsal", State.SCHEDULED, -4, time(9, 30)),
    Unfinished(
        "Tariq Haddadi", "merel-leaves-the-factory", "bluesky", State.REFUSED, 19, time(10, 5), Code.TOO_LARGE
    ),
    Unfinished("Milan Kuipers", "duizend-compressoren", "mastodon", State.MISSED, 29, time(17), "too_late"),
    Unfinished("Noor Terpstra", "de-merel-is-er", "bluesky", State.CANCELLED, 20, time(12), "by_you"),
    Unfinished(
        "Emma Kettlewell", "leeds-training-house", "bluesky", State.WAITING, 2, time(9, 40), "reconnect"
    ),
)

DRAFTS = (
    Begun(
        EMPLOYEE,
        "met-de-bakfiets-naar-de-storing",
        "I cycled behind one of these in Rotterdam last week and could not keep up. Leeds is hilly, but",
        "en",
        1,
    ),
    Begun(
        EMPLOYEE,
        "vlierstraat-van-het-gas",
        "Our own terrace could do this. I counted: thirty-eight doors, and",
        "en",
        3,
    ),
    Begun("Sietske Wiarda", "vlierstraat-van-het-gas", "Op nummer 31 woont mijn oud-docent. Hij", "nl", 2),
    Begun("Fenna Bouwmeester", "met-de-bakfiets-naar-de-storing", "Van broodkar naar bakfiets:", "nl", 1),
)

UNDER_WAY = {State.SCHEDULED, State.WAITING, State.UNKNOWN}
# The employee who is shown has these still before her, so that there is something to share.
NOT_SHARED_BY = {
    EMPLOYEE: {
        "leeds-training-house",
        *(one.slug for one in UNFINISHED if one.name == EMPLOYEE and one.state in UNDER_WAY),
        *(one.slug for one in DRAFTS if one.name == EMPLOYEE),
    }
}
