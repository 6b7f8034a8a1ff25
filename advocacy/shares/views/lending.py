"""Pictures for platforms, which come without a sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy.shares.lending import NotLent, lent_picture


@login_not_required
@require_safe
def lent(request: HttpRequest, *, share_id: int, number: int, until: int, signature: str) -> HttpResponse:
    try:
        image = lent_picture(share_id, number=number, until=until, signature=signature, now=timezone.now())
    except NotLent as reason:
        raise Http404 from reason
    headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
    return HttpResponse(image.content, content_type=image.media_type, headers=headers)
