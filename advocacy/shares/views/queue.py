"""The queue: a week by day and hour, or a list of all that is to come."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy.people.http import SignedInRequest
from advocacy.shares import agenda
from advocacy.shares.changing import moment_before
from advocacy.shares.models import Share
from advocacy.shares.queries import waiting_for_owner

SHARES_PER_PAGE = 50
MOST_WAITING = 5


@dataclass(frozen=True)
class News:
    """What was just done with one share, or why it could not be."""

    share: Share
    said: str = ""
    problem: str = ""

    @property
    def can_be_undone(self) -> bool:
        return not self.problem and (self.share.can_restore or self.moves_back_to is not None)

    @property
    def moves_back_to(self) -> datetime | None:
        return moment_before(self.share)


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """Show one week. `?changed=<share>` also offers to undo what was just done with it."""
    changed = request.GET.get("changed", "")
    share = None
    if changed.isdecimal() and len(changed) < 18:
        share = Share.objects.visible_to(request.user).prefetch_related("changes").filter(pk=changed).first()
    return queue_page(request, request.GET, news=News(share) if share else None)


def queue_page(request: SignedInRequest, wanted: QueryDict, *, news: News | None = None) -> HttpResponse:
    """Answer with the queue as it is now: all of it, or for htmx the part that changes."""
    now = timezone.now()
    week = agenda.week_of(wanted.get("week", ""), request.user.zone, now=now)
    as_list = wanted.get("view") == "list"
    problems = {news.share.pk: news.problem} if news and news.problem else {}
    shown = _list if as_list else _week
    waiting = list(waiting_for_owner(request.user).select_related("story", "account")[: MOST_WAITING + 1])
    context = {
        "week": week,
        "as_list": as_list,
        "this_week": agenda.week_of("", request.user.zone, now=now),
        "next_day": agenda.next_day_with_shares(request.user, week),
        "waiting": waiting[:MOST_WAITING],
        "waits_more": len(waiting) > MOST_WAITING,
        "news": news,
        **shown(request, wanted, week, problems, now=now),
    }
    template = "shares/_queue_answer.html" if request.htmx else "shares/queue.html"
    return render(request, template, context, status=422 if problems else 200)


def _week(
    request: SignedInRequest, wanted: QueryDict, week: agenda.Week, problems: dict[int, str], *, now: datetime
) -> dict[str, object]:
    shares = agenda.shares_of_week(request.user, week, now=now)
    entries = agenda.entries_of(shares, week.zone, problems=problems)
    return {"days": agenda.days_of_week(entries, week, now=now), **_summed_up(entries)}


def _list(
    request: SignedInRequest, wanted: QueryDict, week: agenda.Week, problems: dict[int, str], *, now: datetime
) -> dict[str, object]:
    shares = agenda.shares_in_list(request.user, week, now=now)
    page = Paginator(shares, SHARES_PER_PAGE).get_page(wanted.get("page"))
    entries = agenda.entries_of(page, week.zone, problems=problems)
    return {"days": agenda.days_of(entries, week.zone, now=now), "page": page, **_summed_up(entries)}


def _summed_up(entries: list[agenda.Entry]) -> dict[str, object]:
    return {"is_empty": not entries, "shows_problem": any(entry.problem for entry in entries)}
