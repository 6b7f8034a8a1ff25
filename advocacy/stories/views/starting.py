from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from advocacy.lib import images
from advocacy.lib.images import BadPicture
from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role
from advocacy.stories.forms.starting import AddressForm, StartForm, found_picture_url
from advocacy.stories.models import Story
from advocacy.stories.reading import CannotRead, read_page, read_picture
from advocacy.stories.starting import keep_found_picture, start_story


@role_required(Role.EDITOR)
@require_GET
def start(request: SignedInRequest) -> HttpResponse:
    """Ask for the address of a page."""
    return render(request, "stories/start.html", {"form": AddressForm()})


@role_required(Role.EDITOR)
@require_POST
def look(request: SignedInRequest) -> HttpResponse:
    """Show what is at the address, or why that cannot be seen; either way the story can begin."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _show(request, {"form": form}, status=422)
    url = form.cleaned_data["url"]
    shown: dict[str, object] = {
        "form": form,
        "earlier": Story.objects.filter(url=url).order_by("-pk").first(),
    }
    try:
        shown["start"] = StartForm.with_page(read_page(url), language=request.user.language)
    except CannotRead as reason:
        shown["start"] = StartForm.by_hand(url, language=request.user.language)
        shown["reason"] = reason
    return _show(request, shown, status=200)


@role_required(Role.EDITOR)
@require_POST
def create(request: SignedInRequest) -> HttpResponse:
    form = StartForm(request.POST)
    if not form.is_valid():
        return render(request, "stories/start.html", {"start": form}, status=422)
    story = start_story(form.start(), by=request.user, now=timezone.now())
    if form.cleaned_data["keep_picture"] and form.cleaned_data["picture"]:
        _keep_picture(request, story, form.cleaned_data["picture"], alt=form.cleaned_data["picture_alt"])
    return redirect("stories:edit", story.pk)


@role_required(Role.EDITOR)
@require_GET
def found_picture(request: SignedInRequest) -> HttpResponse:
    """Show the picture of a page that was just read, made anew by us."""
    try:
        content = read_picture(found_picture_url(request.GET.get("of", "")))
        _shape, crop = next(images.render_each(content, focal=(0.5, 0.5)))
    except (signing.BadSignature, CannotRead, BadPicture) as reason:
        raise Http404 from reason
    return HttpResponse(
        crop.content,
        content_type=crop.media_type,
        headers={"Cache-Control": "private, max-age=600"},  # seconds
    )


def _show(request: SignedInRequest, shown: dict[str, object], *, status: int) -> HttpResponse:
    template = "stories/_start.html" if request.htmx else "stories/start.html"
    return render(request, template, shown, status=status)


def _keep_picture(request: SignedInRequest, story: Story, url: str, *, alt: str) -> None:
    try:
        keep_found_picture(story, url, alt=alt, by=request.user, now=timezone.now())
    except (CannotRead, BadPicture) as reason:
        messages.warning(request, _("The picture of the page was left out. %(reason)s") % {"reason": reason})
