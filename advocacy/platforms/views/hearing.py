"""What platforms tell the hub. They come without a sign-in, and prove by a signature who they are."""

import secrets

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from advocacy.platforms import hearing
from advocacy.platforms.connector import Channel, channels


@csrf_exempt
@login_not_required
@require_POST
def ended(request: HttpRequest, platform: str, host: str) -> HttpResponse:
    try:
        hearing.hear_of_end(_channel(platform), host=host, form=request.POST.dict(), now=timezone.now())
    except hearing.NotHeard as reason:
        raise Http404 from reason
    return HttpResponse(status=200)


@csrf_exempt
@login_not_required
@require_POST
def forget(request: HttpRequest, platform: str, host: str) -> HttpResponse:
    """Forget, and answer as Meta asks: where one can look, and a code to name it by."""
    try:
        hearing.forget(_channel(platform), host=host, form=request.POST.dict(), now=timezone.now())
    except hearing.NotHeard as reason:
        raise Http404 from reason
    look_at = f"{settings.HUB_URL}{reverse('platforms:accounts')}"
    return JsonResponse({"url": look_at, "confirmation_code": secrets.token_hex(8)})


def _channel(platform: str) -> Channel:
    kind = channels().get(platform)
    if kind is None:
        raise Http404
    return kind()
