"""What each of them says: own words first, and no two the same about one story."""

from collections import defaultdict
from random import Random

from advocacy.platforms.models import Account
from advocacy.shares.fitting import count_for
from hub.demo.employees import Employee
from hub.demo.stories.told import Told
from hub.demo.words import PHRASES

# How often people say it themselves while there is something to say; the others start from a suggestion.
OWN_WORDS = 0.72
OPENED, OF_TEAM, CLOSED, TAGGED = 0.5, 0.4, 0.35, 0.3
TRIES = 30


class NothingLeftToSay(Exception):
    """Every way to say it in this person's language has been used."""


class Wording:
    """Remembers what was said, so that what is somebody's own experience is told by one person only."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._said: defaultdict[str, set[str]] = defaultdict(set)

    def say(self, told: Told, employee: Employee, accounts: list[Account]) -> tuple[str, str]:
        """Return words that fit all these accounts, and their language.

        :raises NothingLeftToSay:
        """
        platforms = {account.platform for account in accounts}
        for _try in range(TRIES):
            core, language = self._core(told, employee, platforms)
            text = self._around(core, told, employee, language)
            is_new = text not in self._said[told.slug]
            if is_new and not any(count_for(account, text).too_long for account in accounts):
                self._said[told.slug].update({text, core})
                return text, language
        raise NothingLeftToSay(told.slug)

    def _core(self, told: Told, employee: Employee, platforms: set[str]) -> tuple[str, str]:
        unsaid = [text for text in told.own if text not in self._said[told.slug]]
        if employee.language != told.language:
            in_theirs = [text for text in told.abroad if text not in self._said[told.slug]]
            # Who reads Dutch writes English as well, but not the other way round.
            if in_theirs or employee.language == "en":
                return self._one_of(in_theirs, told), employee.language
        if unsaid and self._chance.random() < OWN_WORDS:
            return self._one_of(unsaid, told), told.language
        return self._one_of(_suggestions(told, platforms), told), told.language

    def _one_of(self, texts: list[str], told: Told) -> str:
        if not texts:
            raise NothingLeftToSay(told.slug)
        return self._chance.choice(texts)

    def _around(self, core: str, told: Told, employee: Employee, language: str) -> str:
        phrases, chance = PHRASES[language], self._chance
        parts = [core]
        if chance.random() < OPENED:
            team = phrases.of_team[employee.team]
            parts.insert(0, chance.choice(team if chance.random() < OF_TEAM else phrases.openings))
        if chance.random() < CLOSED:
            parts.append(chance.choice(phrases.closings))
        tags = [phrases.tags[topic] for topic in told.topics if topic in phrases.tags]
        if tags and "#" not in core and chance.random() < TAGGED:
            parts.append(chance.choice(tags))
        return " ".join(parts)


def _suggestions(told: Told, platforms: set[str]) -> list[str]:
    return [*told.said, *(text for platform, text in told.said_on.items() if platforms == {platform})]
