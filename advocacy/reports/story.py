"""What came of one story: in all, by platform, and day by day. For everyone who may see the story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from advocacy.people.models import Person, Role
from advocacy.reports.disclosing import withheld, withheld_cells
from advocacy.reports.figures import WITHHELD, Figure, exact, rounded
from advocacy.reports.groups import (
    NOTHING_SHOWN,
    Figures,
    Group,
    Hidden,
    hide,
    hide_cells,
    platform_groups,
    platform_tallies,
    show,
    story_tallies,
)
from advocacy.reports.life import Step, read_life
from advocacy.reports.tallying import Books, read_books
from advocacy.reports.windows import HALF_YEAR, Window, last_weeks, whole
from advocacy.stories.models import Story, StoryQuerySet


@dataclass(frozen=True)
class StepLine:
    """Days, or weeks, of a story's life told together. `by_platform` are clicks, in that order."""

    parts: tuple[Window, ...]
    shares: Figure
    clicks: Figure
    by_platform: list[Figure]

    @property
    def window(self) -> Window:
        return whole(self.parts)


@dataclass(frozen=True)
class Results:
    """What came of a story. Platforms and steps are empty while its figures cannot be shown."""

    figures: Figures
    platforms: list[Group]
    steps: list[StepLine]

    @property
    def tells_of_posts_by_hand(self) -> bool:
        return bool(self.figures.told.value) or any(one.figures.told.value for one in self.platforms)

    @property
    def is_by_week(self) -> bool:
        return any(part.since != part.until for step in self.steps for part in step.parts)


def stories_reported_to(person: Person, now: datetime) -> StoryQuerySet:
    """Return the stories of which this person may see what came of them.

    Editors and managers may of all that were ever open.
    """
    opened = Story.objects.filter(published_at__isnull=False, opens_at__lte=now)
    if person.has_role(Role.EDITOR) or person.has_role(Role.MANAGER):
        return opened
    return opened.filter(withdrawn_at=None).meant_for(person)


def results_of(story: Story, *, now: datetime) -> Results:
    weeks = last_weeks(len(HALF_YEAR), now)
    books = read_books(weeks)
    # Of all stories, for whether one is shown depends on the others too.
    stories = story_tallies(books)
    hidden_stories = hide(stories)
    figures = show(stories, hidden_stories).get(story.pk, NOTHING_SHOWN)
    if not figures.are_shown:
        return Results(figures, [], [])
    platforms = platform_groups(_platform_figures(books, story, hidden_stories))
    known = [slug for slug, group in platforms.items() if group.figures.clicks != WITHHELD]
    steps = read_life(story, whole(weeks), list(platforms))
    return Results(figures, list(platforms.values()), _lines(steps, known, clicks=figures.clicks))


def _platform_figures(books: Books, story: Story, hidden_stories: Hidden[int]) -> dict[str, Figures]:
    """Return the story's row of a table of all stories and platforms, of which others see the other rows.

    The sums of the platforms stand on the overview: less the stories that are shown, they are the others.
    """
    cells = books.by(lambda row: [(row.story, row.platform)], weeks=HALF_YEAR)
    hidden = hide_cells(cells, rows=hidden_stories, columns=hide(platform_tallies(books)))
    own = {cell: tally for cell, tally in cells.items() if cell[0] == story.pk}
    return {platform: figures for (_story, platform), figures in show(own, hidden).items()}


def _lines(steps: Sequence[Step], known_platforms: Sequence[str], *, clicks: Figure) -> list[StepLine]:
    """Return what to show. `clicks` are the story's in all: what is withheld there is withheld here."""
    by_step = dict(enumerate(steps))
    # That nobody had shared yet is no secret.
    hidden_shares = withheld({number: step.shares for number, step in by_step.items() if step.shares})
    hidden_clicks = withheld(
        {number: step.clicks for number, step in by_step.items()},
        unshown=by_step if clicks == WITHHELD else (),
    )
    # Cells behind which there is nobody are no secret.
    cells = {
        (number, platform): amounts
        for number, step in by_step.items()
        for platform, amounts in step.by_platform.items()
        if amounts
    }
    hidden_cells = withheld_cells(
        cells, known_rows=by_step.keys() - hidden_clicks, known_columns=known_platforms
    ) | {cell for cell in cells if cell[0] in hidden_clicks}
    return [
        StepLine(
            parts=step.parts,
            shares=WITHHELD if number in hidden_shares else exact(step.shares),
            clicks=WITHHELD if number in hidden_clicks else rounded(step.clicks),
            by_platform=[
                WITHHELD if (number, platform) in hidden_cells else rounded(amounts)
                for platform, amounts in step.by_platform.items()
            ],
        )
        for number, step in by_step.items()
    ]
