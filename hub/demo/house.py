"""What the coach knows of the company. Every name here is made up."""

from datetime import datetime, timedelta

from advocacy.conduct.knowing import FACT_NAMES, house_as_it_came, lines_of
from advocacy.conduct.teaching import teach_house
from hub.demo.company import DOMAIN

TOLD = timedelta(days=120)
# Before the figures of the third quarter were out.
CLOSED_FROM, CLOSED_TO = timedelta(days=75), timedelta(days=40)
FACTS = {
    "own_terms": ["Merel"],
    "own_domains": [DOMAIN],
    "code_names": ["Zilverreiger", "Noorderzon"],
    "clients": [
        "Bakkerij Pruimenpit",
        "Woonstichting Vlierhof",
        "Gemeente Havenstad",
        "Hotel Zeven Schoorstenen",
    ],
    "public_references": ["Woonstichting Vlierhof"],
    "competitors": ["Stookmakker", "Kachelbaron"],
    "internal_hosts": [f"wiki.{DOMAIN}", f"*.binnen.{DOMAIN}"],
    "public_facts": [
        "In 2025 was onze omzet 41,5 miljoen euro.",
        "In 2025 our revenue was 41.5 million euro.",
    ],
}


def tell_house(*, now: datetime) -> None:
    """Teach the coach the company's names and figures, and when it was silent about them."""
    came = house_as_it_came()
    closed = f"{(now - CLOSED_FROM).date()} {(now - CLOSED_TO).date()}"
    facts = {name: lines_of(name, came) for name in FACT_NAMES}
    teach_house(facts | FACTS | {"closed_periods": [closed]}, now=now - TOLD)
