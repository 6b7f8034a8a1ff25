from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from advocacy.notices.models import Notice
from advocacy.people.http import SignedInRequest

NOTICES_A_PAGE = 30


@require_GET
def inbox(request: SignedInRequest) -> HttpResponse:
    notices = Notice.objects.visible_to(request.user).for_inbox()
    page = Paginator(notices, NOTICES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/inbox.html", {"page": page})


@require_POST
def follow(request: SignedInRequest, notice_id: int) -> HttpResponse:
    """Mark the notice as read and lead to the page where something can be done about it."""
    mine = Notice.objects.visible_to(request.user).filter(pk=notice_id)
    notice = get_object_or_404(mine)
    mine.mark_read(timezone.now())
    return redirect(notice.url)


@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    Notice.objects.visible_to(request.user).mark_read(timezone.now())
    return redirect("notices:inbox")


@require_POST
def read(request: SignedInRequest, notice_id: int) -> HttpResponse:
    mine = Notice.objects.visible_to(request.user).filter(pk=notice_id)
    notice = get_object_or_404(mine)
    mine.mark_read(timezone.now())
    notice.refresh_from_db()
    if request.htmx:
        return render(request, "notices/_notice.html", {"notice": notice})
    return redirect("notices:inbox")
