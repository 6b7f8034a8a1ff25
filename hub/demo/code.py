"""The company's code: in force for months, known to who shares, and a next version being talked about."""

from datetime import datetime, timedelta

from advocacy.conduct.activating import About, activate, consult, describe_version
from advocacy.conduct.editing import Rewritten, Words, add_item, rewrite, start_version
from advocacy.conduct.models import Acknowledgement, Item, Kind, Proposal, Version
from advocacy.conduct.starting import load_starter_code
from hub.demo.calendar import seeded
from hub.demo.people import Cast

WRITTEN, CONSULTED, ADOPTED = timedelta(days=150), timedelta(days=146), timedelta(days=130)
TALKED_ABOUT = timedelta(days=6)
# Who shares knows the code, and so do these.
READERS = ("Arjun Mathrani", "Doris Hemelrijk")
WHAT_CHANGES = About(
    summaries={
        "nl": "Een nieuwe regel over foto's bij klanten thuis, en D08 zegt nu hoe snel webcare helpt.",
        "en": "A new rule about photos in customers' homes, and D08 now says how fast webcare helps.",
    },
    is_material=True,
)
IN_HOMES = Rewritten(
    words={
        "nl": Words(
            "Bij klanten thuis: alleen het apparaat",
            "Een foto van de ketel vertelt genoeg. De rest van het huis is van de klant.",
            "Nieuwe leidingen, strak langs de muur. Klant blij, ik ook.",
        ),
        "en": Words(
            "In customers' homes: the machine only",
            "A photo of the boiler tells enough. The rest of the house is the customer's.",
            "New pipes, straight along the wall. Customer happy, and so am I.",
        ),
    }
)
FASTER_HELP = {
    "nl": Words(
        "Antwoord, of geef het door",
        "Een vraag onder je bericht is een klant aan de deur. Webcare helpt graag, op werkdagen binnen "
        "een uur.",
        "Goede vraag, dat weet mijn collega beter. Ik laat het uitzoeken!",
    ),
    "en": Words(
        "Answer, or pass it on",
        "A question under your post is a customer at the door. Webcare gladly helps, on working days within "
        "the hour.",
        "Good question, a colleague knows this better. I'll have it looked up!",
    ),
}


def adopt_code(cast: Cast, *, now: datetime) -> None:
    """Put the starter code in force, long enough ago for all history, and let the people know it."""
    load_starter_code(now=now - WRITTEN)
    # It may lie there since a set-up without the company.
    version = Version.objects.in_the_making().get()
    about = About(version.summaries, True, (now - CONSULTED).date(), (now - ADOPTED).date())
    describe_version(version, about)
    consult(version, now=now - CONSULTED)
    _acknowledge(activate(version, now=now - ADOPTED), cast)
    _talk_about_next(now=now)
    _propose(cast, now=now)


def _acknowledge(version: Version, cast: Cast) -> None:
    chance = seeded("code")
    adopted = version.activated_at or version.made_at
    Acknowledgement.objects.bulk_create(
        Acknowledgement(
            person=one.person,
            version=version,
            language=one.person.language,
            at=max(one.joined_at, adopted + timedelta(hours=chance.uniform(1, 96))),
        )
        for one in cast.values()
        if one.employee.shares_a_week or one.employee.name in READERS
    )


def _talk_about_next(*, now: datetime) -> None:
    version = start_version(now=now - TALKED_ABOUT)
    rewrite(Item.objects.get(version=version, code="D08"), Rewritten(words=FASTER_HELP))
    add_item(version, Kind.DO, IN_HOMES)
    describe_version(version, WHAT_CHANGES)
    consult(version, now=now - TALKED_ABOUT / 2)


def _propose(cast: Cast, *, now: datetime) -> None:
    asked, taken = cast["Tariq Haddadi"].person, cast["Rachida Amellal"].person
    Proposal.objects.create(
        person=taken,
        item_code="D08",
        text="Zeg erbij hoe snel webcare reageert. Dan durf ik een klacht eerder door te geven.",
        made_at=now - timedelta(days=9),
        state=Proposal.State.ACCEPTED,
        answer="Goed punt. Het staat in de volgende versie.",
        answered_at=now - timedelta(days=7),
    )
    Proposal.objects.create(
        person=asked,
        item_code="D06",
        text="Could this say what to do when a customer asks to be in the picture? It happens every week.",
        made_at=now - timedelta(days=1, hours=3),
    )
