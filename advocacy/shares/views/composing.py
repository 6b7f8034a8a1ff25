"""The composer: from a story to a share in the person's own words."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from advocacy.conduct.acknowledging import acknowledge_with
from advocacy.conduct.queries import invitation_while_sharing
from advocacy.conduct.tallying import tally_remarks
from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role
from advocacy.shares.asking_readers import reading_of
from advocacy.shares.coaching import Before, Coached, coach
from advocacy.shares.finding_moments import Found, in_words
from advocacy.shares.forms import LATER, MAX_CHARS, QUIET, ComposeForm
from advocacy.shares.models import Share
from advocacy.shares.muting import mute_hint, muted_by
from advocacy.shares.previewing import (
    count_elsewhere,
    count_everywhere,
    preview_everywhere,
    preview_on_accounts,
)
from advocacy.shares.queueing import find_moment_for_posts
from advocacy.shares.saving import draft_for, drop_draft, save_draft
from advocacy.shares.sharing import CannotShare, share_story
from advocacy.stories.models import Story


@require_safe
def compose(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Show the composer. `?start=<suggestion>` begins with those words, `when` and `at` with that moment."""
    story = _story(request, story_id)
    draft = draft_for(request.user, story, now=timezone.now())
    if chosen := story.suggestions.filter(pk=_number(request.GET.get("start"))).first():
        draft.text, draft.language = chosen.text, chosen.language
    form = ComposeForm(story=story, person=request.user, draft=draft)
    form.initial.update(_moment_in(request.GET))
    return _composer(request, story, form)


@require_POST
def create(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Share; where something is in the way, show the composer again with everything in it."""
    now = timezone.now()
    story = _story(request, story_id)
    form = _filled(request, story)
    if not form.is_valid():
        return _composer(request, story, form, status=422)
    acknowledge_with(request.POST, person=request.user, now=now)
    coached = _coached(request, story, form)
    if coached.is_asking(request.POST.get("confirmed", "")):
        return _composer(request, story, form, asks_first=True, status=422)
    try:
        found = _quiet_moment(story, form, now=now)
        order = form.order(quiet=found.at if found else None, now=now)
        shares = share_story(story, order, now=now)
    except CannotShare as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _composer(request, story, form, status=422)
    tally_remarks(coached.seen, left=coached.standing, now=now)
    messages.success(request, _told_after_sharing(shares, found, now=now))
    by_hand = next((share for share in shares if share.waits_to_be_posted), None)
    return redirect("shares:share", by_hand.pk) if by_hand else redirect("shares:mine")


@require_POST
def save(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Keep the draft, and say how it fits and looks. `start` begins from a suggestion, without JavaScript.

    `mute` silences a hint for good, and `ask_reader` leads on to where a colleague is chosen.
    """
    story = _story(request, story_id)
    form = _filled(request, story)
    now = timezone.now()
    draft = save_draft(request.user, story, form.written(), submission=form.known_submission(), now=now)
    silenced = mute_hint(request.user, request.POST.get("mute", ""), now=now)
    if request.htmx:
        saved_at = draft.saved_at if draft else None
        check = _check(request, story, form)
        return render(request, "shares/_check.html", {**check, "saved_at": saved_at, "silenced": silenced})
    if "ask_reader" in request.POST:
        return redirect("shares:second_reader", story.pk)
    start = _number(request.POST.get("start"))
    # An address is written to logs, and what was dismissed tells of words that are nobody else's.
    if _dismissed(request) and not start:
        return _composer(request, story, form)
    # Who chose a quiet moment and then takes a line must not share right away.
    kept = _moment_in(request.POST) | ({"start": str(start)} if start else {})
    return redirect(reverse("shares:compose", args=[story.pk], query=kept))


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


def _story(request: SignedInRequest, story_id: int) -> Story:
    """Return a story published for this person. It may have closed: what was typed is shown then too."""
    stories = Story.objects.meant_for(request.user).filter(published_at__isnull=False)
    return get_object_or_404(stories.with_first_picture(), pk=story_id)


def _filled(request: SignedInRequest, story: Story) -> ComposeForm:
    draft = draft_for(request.user, story, now=timezone.now())
    typed = request.POST.copy()
    # A line that the author takes over from the coach, without JavaScript.
    if offer := typed.get("offer"):
        typed[typed.get("offer_into") or "text"] = offer
    return ComposeForm(typed, story=story, person=request.user, draft=draft)


def _composer(
    request: SignedInRequest, story: Story, form: ComposeForm, *, asks_first: bool = False, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "is_open": story.is_open(timezone.now()),
        "suggestions": form.suggestions(),
        "invitation": invitation_while_sharing(request.user),
        "asks_first": asks_first,
        "reading": reading_of(request.user, story, now=timezone.now()),
        **_check(request, story, form),
    }
    return render(request, "shares/compose.html", context, status=status)


def _check(request: SignedInRequest, story: Story, form: ComposeForm) -> dict[str, object]:
    """Return how the words fit and look, on the chosen accounts and, in short, elsewhere."""
    written = form.written()
    offered = [*form.connected, *form.by_hand]
    chosen = [account for account in offered if account.key in written.account_keys]
    coached = _coached(request, story, form)
    words = [(account, written.words_for(account)) for account in chosen]
    not_elsewhere = form.offered.off | {account.platform for account in chosen}
    return {
        "story": story,
        "previews": preview_on_accounts(story, words, picture=written.picture, shape=written.shape),
        "barred": form.barred_in_words(),
        "elsewhere": count_elsewhere(story, written.text, without=not_elsewhere),
        "coached": coached,
        "offer_into": form.field_holding(coached.offered_to),
        **_foretold(story, form),
    }


def _coached(request: SignedInRequest, story: Story, form: ComposeForm) -> Coached:
    """Return what the coach says of what is in the form. It leads to no row, log line or task."""
    now = timezone.now()
    at = None if form.wants_a_quiet_moment else form.moment(now)
    before = Before(
        dismissed=_dismissed(request),
        seen=request.POST.getlist("seen"),
        read_at=form.story_read_at(),
        muted=muted_by(request.user),
    )
    return coach(story, form.posts(), person=request.user, at=at, now=now, before=before)


def _dismissed(request: SignedInRequest) -> list[str]:
    """Return the hints that the author wants to see no more of while writing this."""
    return request.POST.getlist("dismissed")


def _moment_in(typed: QueryDict) -> dict[str, str]:
    """Return which moment was chosen, as it was typed; nothing where that is right away."""
    if typed.get("when") not in (LATER, QUIET):
        return {}
    return {name: typed.get(name, "") for name in ("when", "at")}


def _quiet_moment(story: Story, form: ComposeForm, *, now: datetime) -> Found | None:
    """Return the quiet moment that the form asks for, if it does. :raises CannotShare: there is none"""
    if not form.wants_a_quiet_moment:
        return None
    return find_moment_for_posts(form.posts(), story, person=form.person, now=now)


def _foretold(story: Story, form: ComposeForm) -> dict[str, object]:
    """Return the moment that would be chosen now, in words; or why there is none."""
    try:
        found = _quiet_moment(story, form, now=timezone.now())
    except CannotShare as refusal:
        return {"no_moment": str(refusal)}
    return {"moment_found": in_words(found)} if found else {}


def _told_after_sharing(shares: list[Share], found: Found | None, *, now: datetime) -> str:
    if found:
        return _("In your queue. %(why)s") % {"why": in_words(found)}
    at = shares[0].due_at
    if at <= now and all(share.is_by_hand for share in shares):
        return _("Your words are ready. Post them, and tell us when it is done.")
    if at <= now:
        return ngettext(
            "On its way: see here how it goes.", "On their way: see here how they go.", len(shares)
        )
    local = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return _("In your queue for %(moment)s.") % {"moment": local}


def _number(typed: str | None) -> int:
    """Return the id that was typed; 0, which is nobody's, where it is none."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 18 else 0
