"""What the owner still does with a share, from its own page, the list of all shares, or the queue."""

from datetime import datetime
from functools import partial
from typing import Protocol
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from advocacy.people.http import SignedInRequest
from advocacy.shares.changing import (
    TooLate,
    cancel_share,
    confirm_it_is_there,
    move_back,
    post_it_again,
    reschedule_share,
    restore_share,
    reword_share,
    take_over_by_hand,
)
from advocacy.shares.finding_moments import in_words
from advocacy.shares.forms import DroppedForm, MomentForm, WordsForm
from advocacy.shares.models import Share
from advocacy.shares.queueing import move_to_quiet_moment
from advocacy.shares.sharing import CannotShare
from advocacy.shares.views.own import share_of, share_page
from advocacy.shares.views.queue import News, queue_page


class Act(Protocol):
    """Something done to a share. It may return what to tell about it."""

    def __call__(self, share: Share, *, now: datetime) -> str | None: ...


@require_POST
def cancel(request: SignedInRequest, share_id: int) -> HttpResponse:
    return _change(request, share_id, cancel_share, said=_("Cancelled. You can still undo that."))


@require_POST
def restore(request: SignedInRequest, share_id: int) -> HttpResponse:
    return _change(request, share_id, restore_share, said=_("Back in your queue."))


@require_POST
def confirm(request: SignedInRequest, share_id: int) -> HttpResponse:
    return _change(request, share_id, confirm_it_is_there, said=_("Good. It counts as published."))


@require_POST
def again(request: SignedInRequest, share_id: int) -> HttpResponse:
    return _change(request, share_id, post_it_again, said=_("It goes out again now."))


@require_POST
def take_over(request: SignedInRequest, share_id: int) -> HttpResponse:
    """Post it by hand, in the place of the hub."""
    return _change(request, share_id, take_over_by_hand, said=_("It is yours now: post it, and tell us."))


@require_POST
def find(request: SignedInRequest, share_id: int) -> HttpResponse:
    """Move it to the first quiet moment, and say why that one."""
    return _change(request, share_id, _find_and_explain, said=_("Moved."))


@require_POST
def unmove(request: SignedInRequest, share_id: int) -> HttpResponse:
    return _change(request, share_id, move_back, said=_("Moved back."))


@require_POST
def reschedule(request: SignedInRequest, share_id: int) -> HttpResponse:
    """Send it at the moment of the form; with `now` pressed, right away."""
    if "now" in request.POST:
        return _change(request, share_id, _send_now, said=_("It goes out now."))
    form = DroppedForm(request.POST) if _is_from_queue(request) else MomentForm(request.POST)
    if not form.is_valid():
        return _refused(request, share_id, problem=str(form.errors["at"][0]), moment=form)
    at = form.cleaned_data["at"]
    said = _("Moved to %(moment)s.") % {"moment": date_format(timezone.localtime(at), "l j F, H:i")}
    return _change(request, share_id, partial(reschedule_share, at=at), said=said, moment=form)


@require_POST
def reword(request: SignedInRequest, share_id: int) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return share_page(request, share_of(request, share_id), words=form)
    act = partial(reword_share, text=form.cleaned_data["text"])
    return _change(request, share_id, act, said=_("Your new words are saved."), words=form)


def _send_now(share: Share, *, now: datetime) -> None:
    reschedule_share(share, at=now, now=now)


def _find_and_explain(share: Share, *, now: datetime) -> str:
    return in_words(move_to_quiet_moment(share, now=now))


def _change(
    request: SignedInRequest,
    share_id: int,
    act: Act,
    *,
    said: str,
    moment: MomentForm | None = None,
    words: WordsForm | None = None,
) -> HttpResponse:
    """Do it and say so; where it cannot be done, say why beside what was typed."""
    try:
        told = act(share_of(request, share_id), now=timezone.now())
    except (TooLate, CannotShare) as reason:
        return _refused(request, share_id, problem=str(reason), moment=moment, words=words)
    return _done(request, share_id, said=told or said)


def _done(request: SignedInRequest, share_id: int, *, said: str) -> HttpResponse:
    if not _is_from_queue(request):
        messages.success(request, said)
        from_list = request.POST.get("from") == "mine"
        return redirect("shares:mine") if from_list else redirect("shares:share", share_id)
    if request.htmx:
        return queue_page(request, request.POST, news=News(share_of(request, share_id), said=said))
    messages.success(request, said)
    seen = {name: request.POST.get(name, "") for name in ("week", "view", "page")}
    return redirect(f"{reverse('shares:queue')}?{urlencode(seen | {'changed': share_id})}")


def _refused(
    request: SignedInRequest,
    share_id: int,
    *,
    problem: str,
    moment: MomentForm | None = None,
    words: WordsForm | None = None,
) -> HttpResponse:
    """Show everything as it still is, with the reason beside the share."""
    share = share_of(request, share_id)
    if _is_from_queue(request):
        return queue_page(request, request.POST, news=News(share, problem=problem))
    # A field says itself what is wrong with it.
    said = "" if moment and moment.errors else problem
    return share_page(request, share, problem=said, moment=moment, words=words)


def _is_from_queue(request: SignedInRequest) -> bool:
    return request.POST.get("from") == "queue"
