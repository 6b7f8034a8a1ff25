"""The wall, the composer, and what became of one's shares."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Person, Role
from advocacy.shares.changing import (
    TooLate,
    cancel_share,
    confirm_it_is_there,
    post_it_again,
    reschedule_share,
    restore_share,
    reword_share,
)
from advocacy.shares.forms import MAX_CHARS, ComposeForm, MomentForm, WallForm, WordsForm
from advocacy.shares.models import Share
from advocacy.shares.previewing import count_everywhere, preview_everywhere, preview_on_accounts
from advocacy.shares.queries import own_page, own_shares, with_clicks
from advocacy.shares.queries import wall as stories_on_wall
from advocacy.shares.saving import draft_for, drop_draft, save_draft
from advocacy.shares.sharing import CannotShare, share_story
from advocacy.stories.models import Story

STORIES_PER_PAGE = 13  # the featured one has a row of its own, the others stand three abreast
SHARES_PER_PAGE = 20


@require_safe
def wall(request: SignedInRequest) -> HttpResponse:
    """Show what there is to share."""
    form = WallForm(request.GET)
    stories = stories_on_wall(request.user, form.wanted(), now=timezone.now())
    page = Paginator(stories, STORIES_PER_PAGE).get_page(request.GET.get("page"))
    template = "shares/_stories.html" if request.htmx.target == "stories" else "shares/wall.html"
    return render(request, template, {"form": form, "page": page, "wanted": form.wanted()})


@require_safe
def compose(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Show the composer. With `?start=<suggestion>` it begins with those words."""
    story = _story(request, story_id)
    draft = draft_for(request.user, story, now=timezone.now())
    if chosen := story.suggestions.filter(pk=_number(request.GET.get("start"))).first():
        draft.text, draft.language = chosen.text, chosen.language
    form = ComposeForm(story=story, person=request.user, draft=draft)
    return _composer(request, story, form)


@require_POST
def create(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Share; where something is in the way, show the composer again with everything in it."""
    now = timezone.now()
    story = _story(request, story_id)
    form = _filled(request, story)
    if not form.is_valid():
        return _composer(request, story, form, status=422)
    try:
        shares = share_story(story, form.order(now=now), now=now)
    except CannotShare as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _composer(request, story, form, status=422)
    messages.success(request, _told_after_sharing(shares, now=now))
    return redirect("shares:mine")


@require_POST
def save(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Keep the draft, and say how it fits and looks. `start` begins from a suggestion, without JavaScript."""
    story = _story(request, story_id)
    form = _filled(request, story)
    draft = save_draft(
        request.user, story, form.written(), submission=form.known_submission(), now=timezone.now()
    )
    if request.htmx:
        saved_at = draft.saved_at if draft else None
        return render(request, "shares/_check.html", {**_check(story, form), "saved_at": saved_at})
    address = reverse("shares:compose", args=[story.pk])
    start = _number(request.POST.get("start"))
    return redirect(f"{address}?start={start}" if start else address)


@require_POST
def drop(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Throw the draft away."""
    drop_draft(request.user, _story(request, story_id))
    messages.success(request, _("Your draft is gone."))
    return redirect("shares:wall")


@require_POST
def count(request: SignedInRequest) -> HttpResponse:
    """Answer how a text fits on every platform, or on the one it is meant for."""
    counts = count_everywhere(request.POST.get("text", "")[:MAX_CHARS])
    meant_for = request.POST.get("platform", "")
    wanted = [one for one in counts if one[0].slug == meant_for] or counts
    return render(request, "shares/_counts.html", {"counts": wanted})


@role_required(Role.EDITOR)
@require_safe
def preview_story(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Show how a story's first suggestion would look on every platform."""
    story = get_object_or_404(Story.objects.with_first_picture(), pk=story_id)
    first = story.suggestions.first()
    previews = preview_everywhere(story, text=first.text if first else "", name=request.user.name)
    template = "shares/_previews.html" if request.htmx else "shares/previews.html"
    sides = [("light", _("By day")), ("dark", _("By night"))]
    return render(request, template, {"story": story, "previews": previews, "sides": sides})


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Show the person's shares and what came of them."""
    page = Paginator(own_shares(request.user), SHARES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "own_shares": with_clicks(list(page.object_list)),
        "own": own_page(request.user, now=timezone.now()),
    }
    return render(request, "shares/mine.html", context)


@require_safe
def share(request: SignedInRequest, share_id: int) -> HttpResponse:
    return _share_page(request, _share(request, share_id))


@require_POST
def cancel(request: SignedInRequest, share_id: int) -> HttpResponse:
    return _change(request, share_id, cancel_share, said=_("Cancelled. You can still undo that."))


@require_POST
def restore(request: SignedInRequest, share_id: int) -> HttpResponse:
    def undo(share: Share) -> None:
        restore_share(share, now=timezone.now())

    return _change(request, share_id, undo, said=_("Back in your queue."))


@require_POST
def confirm(request: SignedInRequest, share_id: int) -> HttpResponse:
    def it_is_there(share: Share) -> None:
        confirm_it_is_there(share, now=timezone.now())

    return _change(request, share_id, it_is_there, said=_("Good. It counts as published."))


@require_POST
def again(request: SignedInRequest, share_id: int) -> HttpResponse:
    def post_again(share: Share) -> None:
        post_it_again(share, now=timezone.now())

    return _change(request, share_id, post_again, said=_("It goes out again now."))


@require_POST
def reschedule(request: SignedInRequest, share_id: int) -> HttpResponse:
    """Send it at the moment of the form; with `now` pressed, right away."""
    right_away = "now" in request.POST
    form = MomentForm(None if right_away else request.POST)
    if not right_away and not form.is_valid():
        return _share_page(request, _share(request, share_id), moment=form)

    def move(share: Share) -> None:
        now = timezone.now()
        reschedule_share(share, at=now if right_away else form.cleaned_data["at"], now=now)

    return _change(request, share_id, move, said=_("Moved."), moment=form if form.is_bound else None)


@require_POST
def reword(request: SignedInRequest, share_id: int) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _share_page(request, _share(request, share_id), words=form)

    def change_words(share: Share) -> None:
        reword_share(share, text=form.cleaned_data["text"])

    return _change(request, share_id, change_words, said=_("Your new words are saved."), words=form)


def _story(request: SignedInRequest, story_id: int) -> Story:
    """Return a story published for this person. It may have closed: what was typed is shown then too."""
    stories = Story.objects.meant_for(request.user).filter(published_at__isnull=False)
    return get_object_or_404(stories.with_first_picture(), pk=story_id)


def _share(request: SignedInRequest, share_id: int) -> Share:
    shares = Share.objects.visible_to(request.user).for_sending().prefetch_related("attempts")
    return get_object_or_404(shares, pk=share_id)


def _filled(request: SignedInRequest, story: Story) -> ComposeForm:
    draft = draft_for(request.user, story, now=timezone.now())
    return ComposeForm(request.POST, story=story, person=request.user, draft=draft)


def _composer(
    request: SignedInRequest, story: Story, form: ComposeForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "story": story,
        "form": form,
        "is_open": story.is_open(timezone.now()),
        "suggestions": form.suggestions(),
        **_check(story, form),
    }
    return render(request, "shares/compose.html", context, status=status)


def _check(story: Story, form: ComposeForm) -> dict[str, object]:
    """Return how the words fit and look, on the chosen accounts and, in short, elsewhere."""
    written = form.written()
    chosen = [account for account in form.own_accounts if account.pk in written.account_ids]
    words = [(account, written.words_for(account)) for account in chosen]
    return {
        "previews": preview_on_accounts(story, words, picture=written.picture, shape=written.shape),
        "elsewhere": count_everywhere(written.text, without={account.platform for account in chosen}),
    }


def _change(
    request: SignedInRequest,
    share_id: int,
    change: Callable[[Share], None],
    *,
    said: str,
    moment: MomentForm | None = None,
    words: WordsForm | None = None,
) -> HttpResponse:
    """Do it and say so; where it cannot be done, say why beside what was typed."""
    share = _share(request, share_id)
    try:
        change(share)
    except (TooLate, CannotShare) as reason:
        return _share_page(
            request, _share(request, share_id), problem=str(reason), moment=moment, words=words
        )
    messages.success(request, said)
    return redirect("shares:share", share.pk)


def _share_page(
    request: SignedInRequest,
    share: Share,
    *,
    problem: str = "",
    moment: MomentForm | None = None,
    words: WordsForm | None = None,
) -> HttpResponse:
    context = {
        "own": with_clicks([share])[0],
        "share": share,
        "story_is_told": _is_told(share.story, request.user),
        "problem": problem,
        "moment": moment or MomentForm(initial={"at": share.due_at}),
        "words": words or WordsForm(initial={"text": share.text}),
    }
    failed = problem or moment or words
    return render(request, "shares/share.html", context, status=422 if failed else 200)


def _is_told(story: Story, person: Person) -> bool:
    """Say whether the person finds what came of the story: it may be taken back, or no longer be for them."""
    return Story.objects.filter(pk=story.pk, withdrawn_at=None).meant_for(person).exists()


def _told_after_sharing(shares: list[Share], *, now: datetime) -> str:
    at = shares[0].due_at
    if at <= now:
        return ngettext(
            "On its way: see here how it goes.", "On their way: see here how they go.", len(shares)
        )
    local = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return _("In your queue for %(moment)s.") % {"moment": local}


def _number(typed: str | None) -> int:
    """Return the id that was typed; 0, which is nobody's, where it is none."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 18 else 0
