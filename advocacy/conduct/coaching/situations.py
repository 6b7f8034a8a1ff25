"""What the coach is told besides the words: plain facts, which others fill in."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from advocacy.conduct.coaching.word_lists import WordLists


class About(StrEnum):
    """What a post is about: how much of the tie with the employer its readers should know follows from it."""

    OTHERS = "others"
    WORK = "work"
    PRODUCT = "product"


@dataclass(frozen=True)
class Media:
    """A picture that goes along. `had_location`: a place or a serial number was taken out of it."""

    alt: str = ""
    file_name: str = ""
    had_location: bool = False


@dataclass(frozen=True)
class House:
    """What only the organisation itself knows. Whatever is empty, the coach does not speak of."""

    organisation: str = ""
    # Other names for itself, and its products.
    own_terms: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    own_phones: tuple[str, ...] = ()
    own_accounts: tuple[str, ...] = ()
    code_names: tuple[str, ...] = ()
    # Customers and partners, and those of them who may be named.
    clients: tuple[str, ...] = ()
    public_references: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    # Names of machines; "*.office.example" is every one below it.
    internal_hosts: tuple[str, ...] = ()
    # First and last day of each period in which figures are not spoken of.
    closed_periods: tuple[tuple[date, date], ...] = ()
    # Sentences and figures that have been published.
    public_facts: tuple[str, ...] = ()
    is_regulated: bool = False
    # Whether consumers buy from it: bare green claims to them are forbidden (EU 2024/825).
    sells_to_consumers: bool = True
    # What is going on that makes people hold their breath, in words, and the topics it touches. None: all.
    storm: str = ""
    storm_topics: tuple[str, ...] = ()
    # Who approves stories that the law asks it for, and how soon, in hours.
    approver: str = ""
    approval_hours: int = 0
    # Where a telephone number without a country is: two letters.
    phone_region: str = "NL"
    # The work e-mail addresses of who speaks for it.
    spokespeople: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in (self.organisation, *self.own_terms) if name)

    def is_spoken_for_by(self, address: str) -> bool:
        return address.casefold() in map(str.casefold, self.spokespeople)


@dataclass(frozen=True)
class Situation:
    """Everything that a remark may depend on, as of `now`."""

    now: datetime
    # In which the author says they write; a text in the other language is noticed.
    language: str = "en"
    platform: str = ""
    house: House = field(default_factory=House)
    lists: WordLists = field(default_factory=WordLists)
    media: tuple[Media, ...] = ()

    # The story that is shared.
    about: About = About.OTHERS
    # What it says itself: figures in it are public.
    published_text: str = ""
    suggestions: tuple[str, ...] = ()
    # When the post is to go out, if not now.
    goes_out_at: datetime | None = None
    # Until then it is not free, and whether the law on inside information holds it.
    free_from: datetime | None = None
    inside_information: bool = False
    withdrawn_because: str = ""
    has_closed: bool = False
    has_newer_version: bool = False
    has_reward: bool = False
    needs_approval: bool = False
    is_approved: bool = False
    # Who looks at stories of this kind, and how soon, in hours.
    approver: str = ""
    approval_hours: int = 0

    # What is going on that makes people hold their breath, in words.
    storm: str = ""
    is_spokesperson: bool = False
    # How many colleagues said nearly the same on this platform, a day ago at most.
    near_equals: int = 0

    @property
    def in_closed_period(self) -> bool:
        today = self.now.date()
        return any(first <= today <= last for first, last in self.house.closed_periods)
