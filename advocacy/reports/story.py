"""What came of one story: in all, by platform, and day by day. For everyone who may see the story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from advocacy.people.models import Person, Role
from advocacy.reports.disclosing import Amounts, together, withheld, withheld_cells
from advocacy.reports.figures import WITHHELD, Figure, exact, rounded
from advocacy.reports.groups import (
    NOTHING_SHOWN,
    Figures,
    Group,
    hide,
    platform_groups,
    show,
    story_tallies,
)
from advocacy.reports.life import Life, read_life
from advocacy.reports.tallying import FIGURES, Books, read_books
from advocacy.reports.windows import HALF_YEAR, Window, last_weeks, whole
from advocacy.stories.models import Story, StoryQuerySet


@dataclass(frozen=True)
class Step:
    """A day, or a week, of a story's life. `by_platform` are the clicks, in the order of the platforms."""

    window: Window
    shares: Figure
    clicks: Figure
    by_platform: list[Figure]


@dataclass(frozen=True)
class Results:
    """What came of a story. Platforms and steps are empty while its figures cannot be shown."""

    figures: Figures
    platforms: list[Group]
    steps: list[Step]

    @property
    def is_by_week(self) -> bool:
        return any(step.window.since != step.window.until for step in self.steps)


def stories_reported_to(person: Person, now: datetime) -> StoryQuerySet:
    """Return the stories of which this person may see what came: editors and managers, of all that were open."""
    opened = Story.objects.filter(published_at__isnull=False, opens_at__lte=now)
    if person.has_role(Role.EDITOR) or person.has_role(Role.MANAGER):
        return opened
    return opened.filter(withdrawn_at=None).meant_for(person)


def results_of(story: Story, *, now: datetime) -> Results:
    weeks = last_weeks(len(HALF_YEAR), now)
    books = read_books(weeks)
    # Of all stories, for whether one is shown depends on the others too.
    stories = story_tallies(books)
    figures = show(stories, hide(stories)).get(story.pk, NOTHING_SHOWN)
    if not figures.are_shown:
        return Results(figures, [], [])
    platforms = platform_groups(_platform_figures(books.about({story.pk}), figures))
    known = [slug for slug, group in platforms.items() if group.figures.clicks != WITHHELD]
    life = read_life(story, whole(weeks), list(platforms))
    return Results(figures, list(platforms.values()), _steps(life, known, clicks=figures.clicks))


def _platform_figures(books: Books, of_story: Figures) -> dict[str, Figures]:
    tallies = books.by(lambda row: [row.platform], weeks=HALF_YEAR)
    # What is withheld of the story is withheld of its parts.
    unknown = [name for name in FIGURES if getattr(of_story, name) == WITHHELD]
    return show(tallies, hide(tallies, unshown={name: set(tallies) for name in unknown}))


def _steps(life: Life, known_platforms: Sequence[str], *, clicks: Figure) -> list[Step]:
    """Return the steps. `clicks` are those of the story in all: what is withheld there is withheld here."""
    all_clicks = {step: together(cells.values()) for step, cells in life.clicks.items()}
    hidden_shares = withheld(life.shares)
    hidden_clicks = withheld(all_clicks, unshown=all_clicks if clicks == WITHHELD else ())
    cells = _cells(life.clicks)
    hidden_cells = withheld_cells(
        cells, known_rows=all_clicks.keys() - hidden_clicks, known_columns=known_platforms
    )
    hidden_cells |= {cell for cell in cells if cell[0] in hidden_clicks}
    return [
        Step(
            window=window,
            shares=WITHHELD if window in hidden_shares else exact(life.shares[window]),
            clicks=WITHHELD if window in hidden_clicks else rounded(all_clicks[window]),
            by_platform=[
                WITHHELD if (window, platform) in hidden_cells else rounded(amounts)
                for platform, amounts in life.clicks[window].items()
            ],
        )
        for window in life.shares
    ]


def _cells(clicks: Mapping[Window, Mapping[str, Amounts]]) -> dict[tuple[Window, str], Amounts]:
    """Return the cells behind which there is anybody."""
    return {
        (window, platform): amounts
        for window, by_platform in clicks.items()
        for platform, amounts in by_platform.items()
        if amounts
    }
