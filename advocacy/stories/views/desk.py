from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role
from advocacy.stories.models import State, Story
from advocacy.stories.queries import Tab, desk_page, find_stories, lines_of, search_words


@role_required(Role.EDITOR)
@require_GET
def desk(request: SignedInRequest) -> HttpResponse:
    """List every story for the editors."""
    now = timezone.now()
    words = search_words(request.GET.get("q", ""))
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    counts = Story.objects.containing(words).count_states(now)
    tabs = [
        Tab("", _("All"), sum(counts.values())),
        *(Tab(one.value, one.label, counts[one.value]) for one in State),
    ]
    page = desk_page(find_stories(words, state, now=now), request.GET.get("page", ""))
    shown = {"tabs": tabs, "state": state, "words": words, "page": page, "lines": lines_of(page, now=now)}
    return render(request, "stories/desk.html", shown)
