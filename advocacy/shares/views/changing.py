"""What the owner still does with a share."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from advocacy.people.http import SignedInRequest
from advocacy.shares.changing import (
    TooLate,
    cancel_share,
    confirm_it_is_there,
    post_it_again,
    reschedule_share,
    restore_share,
    reword_share,
)
from advocacy.shares.forms import MomentForm, WordsForm
from advocacy.shares.models import Share
from advocacy.shares.sharing import CannotShare
from advocacy.shares.views.own import share_of, share_page


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
        return share_page(request, share_of(request, share_id), moment=form)

    def move(share: Share) -> None:
        now = timezone.now()
        reschedule_share(share, at=now if right_away else form.cleaned_data["at"], now=now)

    return _change(request, share_id, move, said=_("Moved."), moment=form if form.is_bound else None)


@require_POST
def reword(request: SignedInRequest, share_id: int) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return share_page(request, share_of(request, share_id), words=form)

    def change_words(share: Share) -> None:
        reword_share(share, text=form.cleaned_data["text"])

    return _change(request, share_id, change_words, said=_("Your new words are saved."), words=form)


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
    share = share_of(request, share_id)
    try:
        change(share)
    except (TooLate, CannotShare) as reason:
        return share_page(
            request, share_of(request, share_id), problem=str(reason), moment=moment, words=words
        )
    messages.success(request, said)
    return redirect("shares:share", share.pk)
