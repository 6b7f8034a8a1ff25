"""What came of it: for managers the company and its groups, for everyone a story."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role
from advocacy.reports import queries
from advocacy.reports.drawing import draw_overview, draw_story
from advocacy.reports.story import results_of, stories_reported_to
from advocacy.reports.voices import voices_about, voices_of_teams
from advocacy.reports.windows import PERIODS, chosen_period, midnight


@role_required(Role.MANAGER)
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Show a manager what came of it. `?weeks=` chooses the period; anything unknown is the usual one."""
    now = timezone.now()
    found = queries.overview(request.user, chosen_period(request.GET.get("weeks", "")), now=now)
    charts = draw_overview(found.weeks, found.topics, found.platforms)
    context = {"overview": found, "charts": charts, "periods": PERIODS}
    return render(request, "reports/overview.html", context | _clock(now))


@role_required(Role.MANAGER)
@require_safe
def voices(request: SignedInRequest) -> HttpResponse:
    """Show a manager with how many voices the teams speak."""
    found = voices_of_teams(request.user, now=timezone.now())
    return render(request, "reports/voices.html", {"found": found})


@require_safe
def story(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Show what came of one story."""
    now = timezone.now()
    found = get_object_or_404(stories_reported_to(request.user, now), pk=story_id)
    results = results_of(found, now=now)
    context = {
        "story": found,
        "story_is_open": found.is_open(now),
        "results": results,
        "chart": draw_story(results),
        # What is compared is as many posts as the shares: where these are hidden, so is this.
        "told": voices_about(found, now=now) if results.figures.shares.is_number else None,
        "is_manager": request.user.has_role(Role.MANAGER),
        "is_editor": request.user.has_role(Role.EDITOR),
    }
    return render(request, "reports/story.html", context | _clock(now))


def _clock(now: datetime) -> dict[str, datetime]:
    """Return the moment of counting, and when today began: days are days in UTC."""
    return {"now": now, "midnight": midnight(now.astimezone(UTC).date())}
