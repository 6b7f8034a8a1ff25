"""How the hub is doing: for an administrator, for what starts and watches programs, and for Prometheus."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST

from advocacy.operations.exposing import metrics as exposed
from advocacy.operations.reading import readiness, status_page
from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role


@role_required(Role.ADMINISTRATOR)
@never_cache
@require_GET
def status(request: SignedInRequest) -> HttpResponse:
    """Say what is wrong, what it means and what to do, then show what the hub is busy with."""
    page = status_page(now=timezone.now())
    return render(request, "operations/status.html", {"status": page, "says_alarms_itself": True})


@login_not_required
@never_cache
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the whole hub can do its work: database, migrations, a worker and beat; else 503."""
    checks = readiness(now=timezone.now())
    lines = [f"{name}: {'ok' if passed else 'not ok'}" for name, passed in checks.items()]
    code = 200 if all(checks.values()) else 503
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain", status=code)


@login_not_required
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, which proves itself by METRICS_TOKEN; to anybody else there is nothing here."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = settings.METRICS_TOKEN
    if not wanted or not secrets.compare_digest(given.encode(), wanted.encode()):
        raise Http404
    return HttpResponse(exposed(now=timezone.now()), content_type=CONTENT_TYPE_LATEST)
