from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role
from advocacy.stories import opening
from advocacy.stories.editing import ChangedMeanwhile
from advocacy.stories.featuring import feature_story, stop_featuring
from advocacy.stories.models import Story
from advocacy.stories.queries import has_free_slot
from advocacy.stories.views.undoing import NothingToUndo, read_note, redirect_with_undo

MAX_REASON = Story._meta.get_field("withdrawn_because").max_length


@role_required(Role.EDITOR)
@require_POST
def withdraw(request: SignedInRequest, story_id: int) -> HttpResponse:
    because = " ".join(request.POST.get("because", "").split())[:MAX_REASON]
    return _move(request, story_id, partial(opening.withdraw_story, because=because))


@role_required(Role.EDITOR)
@require_POST
def reopen(request: SignedInRequest, story_id: int) -> HttpResponse:
    return _move(request, story_id, opening.reopen_story)


@role_required(Role.EDITOR)
@require_POST
def undo(request: SignedInRequest, story_id: int) -> HttpResponse:
    story = get_object_or_404(Story, pk=story_id)
    try:
        before, seen = read_note(request.POST.get("note", ""), story=story)
        opening.undo(story, before, seen=seen, by=request.user, now=timezone.now())
    except NothingToUndo as reason:
        raise Http404 from reason
    except ChangedMeanwhile as reason:
        messages.warning(request, _("Too late to undo. %(reason)s") % {"reason": reason})
    else:
        messages.success(request, _("Undone. Everything stands as before."))
    return redirect("stories:edit", story.pk)


@role_required(Role.EDITOR)
@require_POST
def feature(request: SignedInRequest, story_id: int) -> HttpResponse:
    story = get_object_or_404(Story, pk=story_id)
    now = timezone.now()
    first = _("This story stands first on the wall.")
    instead = _("This story stands first on the wall; of the five there, the oldest made room.")
    messages.success(request, first if has_free_slot(now) else instead)
    feature_story(story, now=now)
    return redirect("stories:edit", story.pk)


@role_required(Role.EDITOR)
@require_POST
def unfeature(request: SignedInRequest, story_id: int) -> HttpResponse:
    story = get_object_or_404(Story, pk=story_id)
    stop_featuring(story)
    messages.success(request, _("This story stands among the others again."))
    return redirect("stories:edit", story.pk)


def _move(request: SignedInRequest, story_id: int, act: Callable[..., None]) -> HttpResponse:
    story = get_object_or_404(Story, pk=story_id)
    before = opening.moments_of(story)
    try:
        act(story, by=request.user, now=timezone.now())
    except ChangedMeanwhile as reason:
        messages.warning(request, _("%(reason)s Look again first.") % {"reason": reason})
        return redirect("stories:edit", story.pk)
    return redirect_with_undo(story, before)
