from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from advocacy.lib.knocking import database_answers
from hub.style_samples import samples


@login_not_required
def style(request: HttpRequest) -> HttpResponse:
    """Show every component of the design system in every state."""
    return render(request, "style.html", samples(link=f"{settings.SHORT_LINK_URL}k7Qm2x"))


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when this process serves and its database answers, else 503, and never late."""
    answers = database_answers()
    words, code = ("ok", 200) if answers else ("database: not ok\n", 503)
    return HttpResponse(words, content_type="text/plain", status=code)
