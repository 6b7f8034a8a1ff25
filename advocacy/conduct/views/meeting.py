"""A person meets the code, and takes note of it: or not now."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy.conduct.acknowledging import CodeHasChanged, number_typed, put_off
from advocacy.conduct.acknowledging import acknowledge as take_note
from advocacy.conduct.introducing import card_of
from advocacy.conduct.queries import code_in_force, invitation_to_read
from advocacy.people.http import SignedInRequest


@require_safe
def welcome(request: SignedInRequest, number: int = 1) -> HttpResponse:
    """Show one card of the introduction."""
    version = code_in_force()
    card = card_of(version, number, language=get_language() or "en") if version else None
    if card is None:
        raise Http404
    context = {
        "version": version,
        "card": card,
        "steps": range(1, card.last + 1),
        "invitation": invitation_to_read(request.user, now=timezone.now()),
    }
    return render(request, "conduct/welcome.html", context)


@require_POST
def acknowledge(request: SignedInRequest) -> HttpResponse:
    """Take note of the version that was on the page."""
    version_id = number_typed(request.POST.get("version"))
    try:
        take_note(request.user, version_id, language=get_language() or "en", now=timezone.now())
    except CodeHasChanged as reason:
        messages.info(request, str(reason))
        return redirect("conduct:changes")
    messages.success(
        request, _("Thank you. We will not ask again for three years, unless something that matters changes.")
    )
    return redirect("shares:wall")


@require_POST
def later(request: SignedInRequest) -> HttpResponse:
    """Not now: the wall does not ask again."""
    put_off(request.user, now=timezone.now())
    messages.info(request, _("Fine. You find our code in the menu whenever you like."))
    return redirect("shares:wall")
