"""What the owner of a share by hand tells us."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from advocacy.people.http import SignedInRequest
from advocacy.shares.forms import PostedForm
from advocacy.shares.handing_over import NotBelieved, next_to_post, tell_not_posted, tell_posted
from advocacy.shares.models import Share
from advocacy.shares.views.own import share_of, share_page


@require_POST
def posted(request: SignedInRequest, share_id: int) -> HttpResponse:
    """Believe that it was posted, and go on to the next one that waits."""
    share, form = _share_by_hand(request, share_id), PostedForm(request.POST)
    if not form.is_valid():
        return share_page(request, share, posted=form)
    try:
        tell_posted(share, address=form.cleaned_data["address"], now=timezone.now())
    except NotBelieved as reason:
        form.add_error("address", str(reason))
        return share_page(request, share, posted=form)
    messages.success(request, _("Well done. It counts as posted, on your word."))
    waiting = next_to_post(share) if share.waits_to_be_posted else None
    return redirect("shares:share", (waiting or share).pk)


@require_POST
def not_posted(request: SignedInRequest, share_id: int) -> HttpResponse:
    share = _share_by_hand(request, share_id)
    try:
        tell_not_posted(share, now=timezone.now())
    except NotBelieved as reason:
        return share_page(request, share, problem=str(reason))
    messages.success(request, _("That is fine. You can still undo that."))
    return redirect("shares:share", share_id)


def _share_by_hand(request: SignedInRequest, share_id: int) -> Share:
    share = share_of(request, share_id)
    if not share.is_by_hand:
        raise Http404
    return share
