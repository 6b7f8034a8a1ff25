from collections.abc import Callable
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.lib.uploading import MAX_UPLOAD_BYTES
from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role
from advocacy.stories.editing import ChangedMeanwhile, save_story
from advocacy.stories.forms.comparing import differences
from advocacy.stories.forms.editor import StoryEditor
from advocacy.stories.forms.rows import Posted
from advocacy.stories.models import MAX_PICTURES, Story
from advocacy.stories.opening import CannotPublish, moments_of, publish_story
from advocacy.stories.picturing import keep_uploads, pick_picture
from advocacy.stories.queries import library_page, search_words
from advocacy.stories.reaching import count_reach
from advocacy.stories.views.pressing_twice import answer_of_the_first_press
from advocacy.stories.views.undoing import can_undo, redirect_with_undo

NEVER = datetime.min.replace(tzinfo=UTC)


@role_required(Role.EDITOR)
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Show a story to edit, and do what the pressed button says: everything on the page is one form."""
    story = get_object_or_404(Story.objects.for_editing(), pk=story_id)
    if request.method != "POST":
        return _show(request, _editor(story, Posted.stored(story)), {"note": _undo_note(request, story)})
    act, _colon, which = request.POST.get("do", "").partition(":")
    return _ACTS.get(act, _rearrange)(request, story, Posted.by(request.POST), f"{act}:{which}")


@role_required(Role.EDITOR)
@require_POST
def reach(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Say how many people the chosen audience is."""
    story = get_object_or_404(Story.objects.for_editing(), pk=story_id)
    return render(request, "stories/_reach.html", _reach(_editor(story, Posted.by(request.POST))))


def _save(request: SignedInRequest, story: Story, posted: Posted, _which: str) -> HttpResponse:
    stored = _store(request, story, posted)
    if isinstance(stored, HttpResponse):
        return stored
    messages.success(request, _("Saved."))
    return redirect("stories:edit", story.pk)


def _publish(request: SignedInRequest, story: Story, posted: Posted, _which: str) -> HttpResponse:
    stored = _store(request, story, posted.with_moments_of(story))
    if isinstance(stored, HttpResponse):
        return _as_before(request, story, posted) or stored
    before = moments_of(stored)
    try:
        publish_story(stored, by=request.user, now=timezone.now())
    except (CannotPublish, ChangedMeanwhile) as reason:
        return _as_before(request, story, posted) or _not_published(request, story, reason)
    return redirect_with_undo(stored, before)


def _as_before(request: SignedInRequest, story: Story, posted: Posted) -> HttpResponse | None:
    return answer_of_the_first_press(posted, story.pk, by=request.user, now=timezone.now())


def _not_published(request: SignedInRequest, story: Story, reason: Exception) -> HttpResponse:
    fresh = Story.objects.for_editing().get(pk=story.pk)
    if fresh.published_at and not fresh.is_withdrawn:
        # Somebody else pressed it first: what it was pressed for has been done.
        return redirect("stories:edit", story.pk)
    return _show(request, _editor(fresh, Posted.stored(fresh)), {"unpublished": reason}, status=422)


def _store(request: SignedInRequest, story: Story, posted: Posted) -> Story | HttpResponse:
    """Save what came in and return the story, or the page that says why not, with all that was typed."""
    editor = _editor(story, posted)
    if not editor.is_valid():
        return _show(request, editor, {"seen": request.POST.get("seen", "")}, status=422)
    try:
        save_story(story, editor.content(), seen=_seen(request), by=request.user, now=timezone.now())
    except ChangedMeanwhile as conflict:
        differing = differences(editor, conflict.story)
        if not differing:
            # A button was pressed twice, or Publish right after Save: all of this stands there already.
            return conflict.story
        shown = {"conflict": conflict, "differences": differing}
        return _show(request, _editor(conflict.story, posted), shown, status=422)
    return story


def _upload(request: SignedInRequest, story: Story, posted: Posted, _which: str) -> HttpResponse:
    before = len(posted.pictures)
    kept, refused = keep_uploads(
        request.FILES.getlist("uploads"), room=MAX_PICTURES - before, by=request.user, now=timezone.now()
    )
    posted.add_pictures(kept)
    shown = {"refused": refused, "nothing_uploaded": not (kept or refused), "focus_picture": before}
    return _again(request, story, posted, shown, status=200 if kept and not refused else 422)


def _pick(request: SignedInRequest, story: Story, posted: Posted, act: str) -> HttpResponse:
    number = act.partition(":")[2]
    found = pick_picture(int(number)) if number.isdecimal() else None
    posted.add_pictures([found] if found else [])
    return _again(request, story, posted, {"focus_picture": len(posted.pictures) - 1})


def _browse(request: SignedInRequest, story: Story, posted: Posted, act: str) -> HttpResponse:
    words = search_words(request.POST.get("library_words", ""))
    library = library_page(words, act.partition(":")[2])
    return _again(request, story, posted, {"library": library, "library_words": words})


def _add_suggestion(request: SignedInRequest, story: Story, posted: Posted, _which: str) -> HttpResponse:
    posted.add_suggestion(request.POST.get("language", story.language))
    return _again(request, story, posted, {"focus_suggestion": len(posted.suggestions) - 1})


def _rearrange(request: SignedInRequest, story: Story, posted: Posted, act: str) -> HttpResponse:
    focus = posted.rearrange(act)
    return _again(request, story, posted, focus)


_ACTS: dict[str, Callable[[SignedInRequest, Story, Posted, str], HttpResponse]] = {
    "": _save,
    "save": _save,
    "publish": _publish,
    "upload": _upload,
    "pick": _pick,
    "library": _browse,
    "add-suggestion": _add_suggestion,
}


def _again(
    request: SignedInRequest, story: Story, posted: Posted, shown: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Show the page as it was sent, nothing saved yet."""
    shown = {**shown, "seen": request.POST.get("seen", ""), "unsaved": True}
    return _show(request, _editor(story, posted), shown, status=status)


def _show(
    request: SignedInRequest, editor: StoryEditor, shown: dict[str, object], *, status: int = 200
) -> HttpResponse:
    story = editor.story
    return render(
        request,
        "stories/edit.html",
        {
            "story": story,
            "state": story.state(timezone.now()),
            "editor": editor,
            "seen": story.changed_at.isoformat(),
            "max_upload_bytes": str(MAX_UPLOAD_BYTES),
            **_reach(editor),
            **shown,
        },
        status=status,
    )


def _editor(story: Story, posted: Posted) -> StoryEditor:
    return StoryEditor(story, posted, now=timezone.now())


def _reach(editor: StoryEditor) -> dict[str, object]:
    audience, topics = editor.audience_and_topics()
    return {"audience": audience, "reach": count_reach(audience, topics=topics)}


def _seen(request: SignedInRequest) -> datetime:
    """Return which version of the story this person had before them; a made-up one is none that ever was."""
    try:
        seen = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return NEVER
    return seen if seen.tzinfo else NEVER


def _undo_note(request: SignedInRequest, story: Story) -> str:
    note = request.GET.get("undo", "")
    return note if can_undo(note, story=story) else ""
