"""The code, for everyone: colleagues, customers, whoever passes by."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from advocacy.conduct.models import Version
from advocacy.conduct.queries import (
    code_in_force,
    invitation_to_read,
    latest_acknowledgement,
    read,
    what_changed,
)
from advocacy.people.http import SignedInRequest


@login_not_required
@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """Show the code in force, to print on one sheet."""
    version = code_in_force()
    if version is None:
        return render(request, "conduct/no_code.html")
    return _show(request, version)


@login_not_required
@require_safe
def version(request: HttpRequest, major: int, minor: int) -> HttpResponse:
    """Show what was in force once, as it was."""
    return _show(request, get_object_or_404(Version.objects.ever_in_force(), major=major, minor=minor))


@login_not_required
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Show what changed from version to version, the newest first."""
    versions = Version.objects.ever_in_force()
    context: dict[str, object] = {"cards": [what_changed(one, language=_language()) for one in versions]}
    if request.user.is_authenticated:
        context["invitation"] = invitation_to_read(request.user, now=timezone.now())
    return render(request, "conduct/changes.html", context)


@require_safe
def consultation(request: SignedInRequest) -> HttpResponse:
    """Show colleagues what is meant to change, before it does."""
    proposed = get_object_or_404(Version.objects.in_the_making(), status=Version.Status.CONSULTATION)
    context = {
        "card": what_changed(proposed, language=_language()),
        "chapters": read(proposed, language=_language()),
    }
    return render(request, "conduct/consultation.html", context)


def _show(request: HttpRequest, shown: Version) -> HttpResponse:
    context: dict[str, object] = {"version": shown, "chapters": read(shown, language=_language())}
    if request.user.is_authenticated:
        context["mine"] = latest_acknowledgement(request.user)
        context["invitation"] = invitation_to_read(request.user, now=timezone.now())
        context["consultation"] = Version.objects.filter(status=Version.Status.CONSULTATION).exists()
    return render(request, "conduct/code.html", context)


def _language() -> str:
    return get_language() or "en"
