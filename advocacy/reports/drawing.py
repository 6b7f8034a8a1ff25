"""The charts of the reports, each with words for who cannot see it. What is not shown leaves a gap."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from advocacy.lib.charts import Point, bars, lines, rows
from advocacy.reports.company import Week
from advocacy.reports.figures import Figure
from advocacy.reports.groups import Group
from advocacy.reports.story import Results, StepLine
from advocacy.reports.windows import Window


@dataclass(frozen=True)
class OverviewCharts:
    shares: SafeString
    clicks: SafeString
    adoption: SafeString
    topics: SafeString
    platforms: SafeString


def draw_overview(
    weeks: Sequence[Week], topics: Sequence[Group], platforms: Sequence[Group]
) -> OverviewCharts:
    return OverviewCharts(
        shares=_draw_columns([(week.window, week.shares) for week in weeks], _("Shares by week")),
        clicks=_draw_columns([(week.window, week.clicks) for week in weeks], _("Clicks by week")),
        adoption=_draw_adoption([(week.window, week.adoption) for week in weeks]),
        topics=_draw_groups(topics, _("Clicks by topic")),
        platforms=_draw_groups(platforms, _("Clicks by platform")),
    )


def draw_story(results: Results) -> SafeString:
    """Draw the clicks by day, or by week. Those that are told together each stand at their average."""
    steps = results.steps
    if not any(step.clicks.is_number for step in steps):
        return SafeString()
    points = [_point(part, step.window, step.clicks, _average(step)) for step in steps for part in step.parts]
    title = _("Clicks by week") if results.is_by_week else _("Clicks by day")
    return bars(points, title=title, description=_range_of([step.clicks for step in steps]))


def _average(step: StepLine) -> float | None:
    return step.clicks.height / len(step.parts) if step.clicks.height is not None else None


def _draw_columns(figures: Sequence[tuple[Window, Figure]], title: str) -> SafeString:
    if not any(figure.height is not None for _window, figure in figures):
        return SafeString()
    points = [_point(window, window, figure, figure.height) for window, figure in figures]
    return bars(points, title=title, description=_range_of([figure for _window, figure in figures]))


def _draw_adoption(figures: Sequence[tuple[Window, Figure]]) -> SafeString:
    if not any(figure.is_number for _window, figure in figures):
        return SafeString()
    points = [
        _point(window, window, figure, figure.value / 100 if figure.value is not None else None)
        for window, figure in figures
    ]
    description = _range_of([figure for _window, figure in figures])
    return lines(points, title=_("Adoption by week"), description=description)


def _draw_groups(groups: Sequence[Group], title: str) -> SafeString:
    shown = [group for group in groups if group.figures.clicks.value]
    if len(shown) < 2:  # one bar says no more than its number
        return SafeString()
    points = [Point(group.name, group.figures.clicks.value) for group in shown]
    return rows(points, title=title, description=_range_of([group.figures.clicks for group in shown]))


def _point(place: Window, told: Window, figure: Figure, height: float | None) -> Point:
    return Point(date_format(place.since, _("j M")), height, f"{_in_words(told)}: {figure.text}")


def _in_words(window: Window) -> str:
    since = date_format(window.since, _("j M"))
    return since if window.since == window.until else f"{since} – {date_format(window.until, _('j M'))}"  # noqa: RUF001


def _range_of(figures: Sequence[Figure]) -> str:
    """Return between what the numbers lie, in a sentence."""
    numbers = sorted((figure for figure in figures if figure.is_number), key=lambda figure: figure.value or 0)
    if not numbers:
        return ""
    words = _("Between %(least)s and %(most)s.") % {"least": numbers[0].text, "most": numbers[-1].text}
    missing = len(figures) - len(numbers)
    return f"{words} {_('Without a number: %(count)s.') % {'count': missing}}" if missing else words
