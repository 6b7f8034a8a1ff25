"""The hints that a person silenced, to hear them again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy.people.http import SignedInRequest
from advocacy.shares.muting import muted_in_words, unmute_hint


@require_safe
def hints(request: SignedInRequest) -> HttpResponse:
    return render(request, "shares/hints.html", {"muted": muted_in_words(request.user)})


@require_POST
def unmute(request: SignedInRequest, check_id: str) -> HttpResponse:
    unmute_hint(request.user, check_id)
    messages.success(request, _("The coach says it again from now on."))
    return redirect("shares:hints")
