"""The wall: what there is to share."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy.conduct.queries import invitation_on_wall
from advocacy.people.http import SignedInRequest
from advocacy.shares.forms import WallForm
from advocacy.shares.queries import wall as stories_on_wall

STORIES_PER_PAGE = 13  # the first of a page has a row of its own, the others stand three abreast


@require_safe
def wall(request: SignedInRequest) -> HttpResponse:
    """Show what there is to share."""
    form = WallForm(request.GET)
    stories = stories_on_wall(request.user, form.wanted(), now=timezone.now())
    page = Paginator(stories, STORIES_PER_PAGE).get_page(request.GET.get("page"))
    facts = {"form": form, "page": page, "wanted": form.wanted()}
    if request.htmx.target == "stories":
        return render(request, "shares/_stories.html", facts)
    facts["invitation"] = invitation_on_wall(request.user, now=timezone.now())
    return render(request, "shares/wall.html", facts)
