from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.style_samples import samples


@login_not_required
def style(request: HttpRequest) -> HttpResponse:
    """Show every component of the design system in every state."""
    return render(request, "style.html", samples(link=f"{settings.SHORT_LINK_URL}k7Qm2x"))


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when this process serves and its database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
