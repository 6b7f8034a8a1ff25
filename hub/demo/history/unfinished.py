"""Shares that did not simply go out, and drafts. Hours count from now; those before it are negative."""

from dataclasses import dataclass

from advocacy.platforms.connector import Code
from advocacy.shares.models import State
from hub.demo.employees import EMPLOYEE


@dataclass(frozen=True)
class Unfinished:
    name: str
    slug: str
    platform: str
    state: State
    hours: float
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Begun:
    """A draft, as far as it got."""

    name: str
    slug: str
    text: str
    language: str
    hours: float


UNFINISHED = (
    Unfinished(EMPLOYEE, "heat-pumps-overtake-boilers", "rehearsal", State.SCHEDULED, 21),
    Unfinished(EMPLOYEE, "three-seats-at-the-long-bench", "rehearsal", State.SCHEDULED, 67),
    Unfinished(EMPLOYEE, "twenty-five-years-of-listening", "mastodon", State.UNKNOWN, -31, Code.NO_ANSWER),
    Unfinished(EMPLOYEE, "van-banketbakker-naar-monteur", "bluesky", State.WAITING, -20, "reconnect"),
    Unfinished(
        EMPLOYEE,
        "why-it-works-in-the-cold",
        "mastodon",
        State.REFUSED,
        -390,
        Code.REFUSED,
        "Validation failed: this server asks new accounts to wait before posting links.",
    ),
    Unfinished(EMPLOYEE, "every-manual-is-public", "rehearsal", State.MISSED, -219, "too_late"),
    Unfinished(EMPLOYEE, "hear-a-fan-bearing-fail", "rehearsal", State.CANCELLED, -100, "by_you"),
    Unfinished("Owen Brackley", "leeds-training-house", "rehearsal", State.SCHEDULED, 18),
    Unfinished("Rachida Amellal", "met-de-bakfiets-naar-de-storing", "rehearsal", State.SCHEDULED, 19.5),
    Unfinished("Lotte Zandvliet", "van-banketbakker-naar-monteur", "rehearsal", State.SCHEDULED, 43),
    Unfinished("Stijn Wolbers", "vlierstraat-van-het-gas", "rehearsal", State.SCHEDULED, 45.2),
    Unfinished("Mei-Lan Ong", "every-manual-is-public", "rehearsal", State.SCHEDULED, 92),
    Unfinished("Tariq Haddadi", "merel-leaves-the-factory", "bluesky", State.REFUSED, -470, Code.TOO_LARGE),
    Unfinished("Milan Kuipers", "duizend-compressoren", "mastodon", State.MISSED, -700, "too_late"),
    Unfinished("Noor Terpstra", "de-merel-is-er", "bluesky", State.CANCELLED, -480, "by_you"),
    Unfinished("Emma Kettlewell", "leeds-training-house", "bluesky", State.WAITING, -10, "reconnect"),
)

DRAFTS = (
    Begun(
        EMPLOYEE,
        "met-de-bakfiets-naar-de-storing",
        "I cycled behind one of these in Rotterdam last week and could not keep up. Leeds is hilly, but",
        "en",
        -3,
    ),
    Begun(EMPLOYEE, "leeds-training-house", "What I wish somebody had told me before my first", "en", -50),
    Begun("Sietske Wiarda", "vlierstraat-van-het-gas", "Op nummer 31 woont mijn oud-docent. Hij", "nl", -26),
    Begun("Fenna Bouwmeester", "met-de-bakfiets-naar-de-storing", "Van broodkar naar bakfiets:", "nl", -5),
)

# The employee who is shown has these still before her, so that there is something to share.
NOT_SHARED_BY = {
    EMPLOYEE: {
        "vlierstraat-van-het-gas",
        *(one.slug for one in UNFINISHED if one.name == EMPLOYEE),
        *(one.slug for one in DRAFTS if one.name == EMPLOYEE),
    }
}
