from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role
from advocacy.stories.models import Picture, Rendition


@require_safe
def rendition(request: SignedInRequest, key: UUID) -> FileResponse:
    """Serve one crop to whoever has its address, which only pages of its story show."""
    crop = get_object_or_404(Rendition, key=key)
    try:
        answer = FileResponse(crop.file.open("rb"), content_type=crop.media_type)
    except FileNotFoundError as reason:
        raise Http404 from reason
    # A crop never changes, so browsers need not ask again for a year.
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@role_required(Role.EDITOR)
@require_GET
def picture(request: SignedInRequest, picture_id: int) -> HttpResponse:
    """Show how far the cutting is; asked again and again by the page, which stays as it is meanwhile."""
    found = get_object_or_404(Picture.objects.prefetch_related("renditions"), pk=picture_id)
    is_late = found.is_late(timezone.now())
    if found.is_waiting and is_late == ("late" in request.GET):
        return HttpResponse(status=204)
    return render(request, "stories/_picture.html", {"picture": found, "is_late": is_late})
