"""Figures of parts of the whole: stories, topics, platforms and teams."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from advocacy.platforms.connector import channel_called
from advocacy.reports.disclosing import Amounts, is_safe, together, withheld, withheld_cells
from advocacy.reports.figures import AWAITED, UNMEASURABLE, WITHHELD, Figure, exact, rounded
from advocacy.reports.tallying import FIGURES, Books, Tally
from advocacy.reports.windows import HALF_YEAR, QUARTER

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row", bound=Hashable)
Column = TypeVar("Column", bound=Hashable)
# By the name of a figure: the parts of which it is not shown.
Hidden = Mapping[str, set[Key]]


NO_TEAM = 0


@dataclass(frozen=True)
class Teams:
    """All teams by id, and the one team in which each person counts."""

    names: Mapping[int, str]
    of: Mapping[int, int]


@dataclass(frozen=True)
class Figures:
    """What came of a part. Reactions are those that the networks have reported so far.

    `told` are posts by hand, as people told us.
    """

    shares: Figure
    told: Figure
    clicks: Figure
    reactions: Figure

    @property
    def are_shown(self) -> bool:
        return self.shares.is_number or self.told.is_number


@dataclass(frozen=True)
class Group:
    """A topic or a platform."""

    name: str
    figures: Figures


NOTHING_SHOWN = Figures(WITHHELD, WITHHELD, WITHHELD, WITHHELD)


def hide(tallies: Mapping[Key, Tally]) -> Hidden[Key]:
    """Return what not to show of the parts of a sum that is known. That nobody took part is no secret."""
    return {name: withheld(_taken_part(tallies, name)) for name in FIGURES}


def hide_cells(
    tallies: Mapping[tuple[Row, Column], Tally], *, rows: Hidden[Row], columns: Hidden[Column]
) -> Hidden[tuple[Row, Column]]:
    """Return what not to show of a table, of which `rows` and `columns` say what sums are not shown.

    What is withheld of a row is withheld of its cells.
    """
    return {
        name: withheld_cells(
            _taken_part(tallies, name),
            known_rows={row for row, _column in tallies} - rows[name],
            known_columns={column for _row, column in tallies} - columns[name],
            unshown={cell for cell in tallies if cell[0] in rows[name]},
        )
        for name in FIGURES
    }


def show(tallies: Mapping[Key, Tally], hidden: Hidden[Key]) -> dict[Key, Figures]:
    """Return the figures; of a part of which no posts are shown, nothing is."""
    posts = ("shares", "told")
    return {
        key: NOTHING_SHOWN
        if not any(tally.of(name) and key not in hidden[name] for name in posts)
        else Figures(
            shares=WITHHELD if key in hidden["shares"] else exact(tally.shares),
            told=WITHHELD if key in hidden["told"] else exact(tally.told),
            clicks=WITHHELD if key in hidden["clicks"] else rounded(tally.clicks),
            reactions=WITHHELD if key in hidden["reactions"] else reactions_of([tally]),
        )
        for key, tally in tallies.items()
    }


def reactions_of(tallies: Iterable[Tally]) -> Figure:
    """Return the reactions as far as the networks tell. Without a word from them that is not zero."""
    some = list(tallies)
    if any(tally.known for tally in some):
        return exact(together(tally.reactions for tally in some))
    return AWAITED if any(tally.awaited for tally in some) else UNMEASURABLE


def story_tallies(books: Books) -> dict[int, Tally]:
    return books.by(lambda row: [row.story], weeks=HALF_YEAR)


def platform_tallies(books: Books) -> dict[str, Tally]:
    return books.by(lambda row: [row.platform], weeks=HALF_YEAR)


def platform_groups(figures: Mapping[str, Figures]) -> dict[str, Group]:
    """Return the platforms with their names, by slug, in the order of `ranked`."""
    return ranked({slug: Group(channel_called(slug).label, some) for slug, some in figures.items()})


def ranked(groups: Mapping[Key, Group]) -> dict[Key, Group]:
    """Put what can be shown first, by clicks, and the rest by name, so that the order gives nothing away."""
    by_name = sorted(groups.items(), key=lambda item: item[1].name.lower())
    return dict(sorted(by_name, key=lambda item: rank(item[1].figures), reverse=True))


def rank(figures: Figures) -> tuple[int, int]:
    return figures.clicks.value or 0, figures.shares.value or 0


def topic_figures(
    stories: Mapping[int, Tally], stories_of: Mapping[int, Iterable[int]], hidden_stories: Hidden[int]
) -> dict[int, Figures]:
    """Return the figures by topic: of its stories those that are shown, and over the same time.

    So they say nothing that the stories do not. Were others counted in them, then a topic less another
    topic, which has all of its stories but one, would be that one. `stories_of` are each topic's stories.
    """
    tallies = {
        topic: _tally_of_topic({one: stories[one] for one in some if one in stories}, hidden_stories)
        for topic, some in stories_of.items()
    }
    unsafe = {
        name: {
            topic
            for topic, amounts in _parts(tallies, name).items()
            # That nobody took part is no secret; that those who did are hidden is another matter.
            if not is_safe(amounts)
            and any(stories[one].of(name) for one in stories_of[topic] if one in stories)
        }
        for name in FIGURES
    }
    return show(tallies, unsafe)


def _tally_of_topic(stories: Mapping[int, Tally], hidden_stories: Hidden[int]) -> Tally:
    shown = {
        name: [tally.of(name) for story, tally in stories.items() if story not in hidden_stories[name]]
        for name in FIGURES
    }
    return Tally(
        **{name: Counter(together(amounts)) for name, amounts in shown.items()},
        known=sum(tally.known for tally in stories.values()),
        awaited=sum(tally.awaited for tally in stories.values()),
    )


def team_tallies(books: Books, teams: Teams) -> dict[int, Tally]:
    """Add up by team; also teams that did nothing, so that one of them looks like one with few."""
    counted = books.by(lambda row: [teams.of.get(row.person, NO_TEAM)], weeks=QUARTER)
    return {team_id: Tally() for team_id in teams.names} | counted


def team_figures(tallies: Mapping[int, Tally]) -> dict[int, Figures]:
    """Return the figures by team. One that did nothing looks like one in which few did something."""
    hidden = {name: withheld(_parts(tallies, name), unshown={NO_TEAM}) for name in FIGURES}
    return show(tallies, hidden)


def _taken_part(tallies: Mapping[Key, Tally], name: str) -> dict[Key, Amounts]:
    return {key: amounts for key, amounts in _parts(tallies, name).items() if amounts}


def _parts(tallies: Mapping[Key, Tally], name: str) -> dict[Key, Amounts]:
    if name != "reactions":
        return {key: tally.of(name) for key, tally in tallies.items()}
    # Of a network that tells nothing there is nothing to hide.
    return {key: tally.reactions for key, tally in tallies.items() if tally.known}
