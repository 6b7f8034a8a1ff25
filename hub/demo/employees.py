"""Who works there. All names are invented."""

from dataclasses import dataclass

from hub.demo.company import DOMAIN, PLACES


@dataclass(frozen=True)
class Employee:
    """`shares_a_week` is how often they share, 0 for who does not; `reach` how many follow them, 1 for most.

    `elsewhere` holds the networks where they have an account besides Rehearsal. Days count back from today.
    """

    name: str
    team: str
    place: str
    language: str
    shares_a_week: float = 0
    reach: float = 1
    elsewhere: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    joined: int = 400
    left: int | None = None
    # Since when their accounts elsewhere let nobody in any more; those of the others stopped this morning.
    broken: int | None = None

    @property
    def email(self) -> str:
        return f"{self.handle}@{DOMAIN}"

    @property
    def handle(self) -> str:
        return self.name.lower().replace(" ", ".")

    @property
    def time_zone(self) -> str:
        return PLACES[self.place]


# Who signs in at a first visit: the role that is shown, and who has it.
EMPLOYEE, EDITOR, MANAGER, ADMINISTRATOR = (
    "Hannah Whitlock",
    "Mirte Oosterhaven",
    "Callum Redfearn",
    "Wouter Dijkzicht",
)
SHOWN = {
    "employee": EMPLOYEE,
    "editor": EDITOR,
    "manager": MANAGER,
    "administrator": ADMINISTRATOR,
}

BOTH = ("bluesky", "mastodon")
BLUESKY = ("bluesky",)
MASTODON = ("mastodon",)
HANDS = ("Repair", "Heat pumps")
TEACHES = ("Training", "Colleagues", "Heat pumps")
TELLS = ("Our news", "Colleagues", "Energy news")

EMPLOYEES = (
    Employee(EMPLOYEE, "Academy", "Leeds", "en", 2.2, 1.5, BOTH, topics=(*TEACHES, "Repair"), broken=4),
    Employee("Owen Brackley", "Academy", "Leeds", "en", 0.9, 1.1, BLUESKY, topics=TEACHES),
    Employee("Priya Nandakumar", "Academy", "Leeds", "en", 1.1, 1.6, MASTODON, topics=TEACHES),
    Employee("Gemma Thackray", "Academy", "Leeds", "en", 0.5, 1, BLUESKY, topics=TEACHES),
    Employee("Sietske Wiarda", "Academy", "Zwolle", "nl", 0.9, 1.2, MASTODON, topics=TEACHES),
    Employee("Bart Lindeboom", "Academy", "Zwolle", "nl", 0.4, 0.8, MASTODON, topics=("Training",)),
    Employee("Joris Veenhof", "Academy", "Zwolle", "nl"),
    Employee(MANAGER, "Service", "Leeds", "en", 0.6, 1.2, BLUESKY, ("manager",), HANDS),
    Employee("Anouk Terwindt", "Service", "Rotterdam", "nl", 0.5, 1, MASTODON, ("team manager",), HANDS),
    Employee("Tariq Haddadi", "Service", "Leeds", "en", 1.2, 1.4, BLUESKY, topics=(*HANDS, "Colleagues")),
    Employee(
        "Fenna Bouwmeester", "Service", "Rotterdam", "nl", 1.0, 1.7, BLUESKY, topics=(*HANDS, "Working here")
    ),
    Employee("Milan Kuipers", "Service", "Rotterdam", "nl", 0.8, 0.9, MASTODON, topics=HANDS),
    Employee(
        "Rachida Amellal", "Service", "Rotterdam", "nl", 1.1, 1.3, BLUESKY, topics=(*HANDS, "Sustainability")
    ),
    Employee("Aisling Doherty", "Service", "Leeds", "en", 0.4, 0.8, BLUESKY, topics=HANDS),
    Employee("Yusuf Demirtas", "Service", "Rotterdam", "nl", 0.4, topics=HANDS),
    Employee("Lotte Zandvliet", "Service", "Zwolle", "nl", 0.7, 1, BLUESKY, topics=("Colleagues", "Repair")),
    Employee("Sem Haverkort", "Service", "Zwolle", "nl", 0.9, 0.7, MASTODON, topics=HANDS, joined=18),
    Employee("Thijmen Roelofs", "Service", "Rotterdam", "nl", 0.8, 0.9, MASTODON, topics=HANDS, left=20),
    Employee("Jannes Oldenburger", "Workshop", "Zwolle", "nl", 0.2, 2.0, topics=("Repair",), joined=700),
    Employee("Katarzyna Wrona", "Workshop", "Zwolle", "en", 0.8, 1, MASTODON, topics=HANDS),
    Employee("Pieter Slagboom", "Workshop", "Zwolle", "nl", 0.3, topics=HANDS),
    Employee("Mei-Lan Ong", "Workshop", "Zwolle", "en", 0.7, 1.1, BLUESKY, topics=(*HANDS, "Sustainability")),
    Employee("Robbert Kranenburg", "Workshop", "Zwolle", "nl"),
    Employee("Esra Topal", "Workshop", "Rotterdam", "nl", 0.6, 1.1, BLUESKY, topics=HANDS),
    Employee("Wessel Hoekman", "Workshop", "Zwolle", "nl"),
    Employee("Ilse Grotenhuis", "Workshop", "Zwolle", "nl", 0.5, 0.9, MASTODON, topics=("Colleagues",)),
    Employee("Femi Adeyinka", "Workshop", "Rotterdam", "en", 0.7, 1, BLUESKY, topics=HANDS, joined=62),
    Employee("Gerben Nijdam", "Workshop", "Zwolle", "nl"),
    Employee(
        "Noor Terpstra", "Design", "Zwolle", "nl", 0.9, 1.2, BLUESKY, topics=("Heat pumps", "Sustainability")
    ),
    Employee(
        "Lukas Brandhorst", "Design", "Zwolle", "nl", 0.5, 1.1, MASTODON, topics=("Heat pumps", "Energy news")
    ),
    Employee("Ingrid Solheim", "Design", "Zwolle", "en", 0.6, 1.3, BLUESKY, topics=("Heat pumps",)),
    Employee("Arjun Mathrani", "Design", "Leeds", "en", topics=("Energy news",)),
    Employee("Doris Hemelrijk", "Design", "Zwolle", "nl"),
    Employee(
        "Emma Kettlewell", "Advice", "Leeds", "en", 1.0, 1.3, BLUESKY, topics=(*TELLS, "Heat pumps"), broken=4
    ),
    Employee("Stijn Wolbers", "Advice", "Rotterdam", "nl", 0.9, 1.2, BLUESKY, topics=TELLS),
    Employee(
        "Nadia Ouazzani", "Advice", "Rotterdam", "nl", 0.7, 1, MASTODON, topics=("Heat pumps", "Energy news")
    ),
    Employee("Hugo Fennema", "Advice", "Zwolle", "nl", 0.3, 0.8, MASTODON, topics=("Energy news",)),
    Employee("Bridget Oakes", "Advice", "Leeds", "en", 0.8, 0.9, BLUESKY, topics=TELLS, joined=40),
    Employee(EDITOR, "Office", "Zwolle", "en", 1.0, 1.5, BLUESKY, ("editor",), TELLS),
    Employee(ADMINISTRATOR, "Office", "Zwolle", "nl", 0.3, 0.9, MASTODON, ("administrator",), ("Our news",)),
    Employee("Jolien Vaessen", "Office", "Rotterdam", "nl", 0.6, 1.1, BLUESKY, ("webcare",), TELLS),
    Employee("Graham Pellow", "Office", "Leeds", "en"),
)
