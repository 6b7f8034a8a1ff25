from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.people.forms import SettingsForm
from advocacy.people.http import SignedInRequest
from advocacy.people.looking import looks_at
from advocacy.people.models import Person


@require_http_methods(["GET", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    # A copy: what was typed wrongly must not show in the page's head.
    person = Person.objects.select_related("place").get(pk=request.user.pk)
    form = SettingsForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(person.language):
            messages.success(request, _("Saved."))
        return redirect("people:settings")
    facts = {"form": form, "teams": request.user.teams.all(), "place": request.user.place}
    return render(request, "people/settings.html", facts, status=422 if form.errors else 200)


@require_safe
def looks(request: SignedInRequest) -> HttpResponse:
    """Show who looked at what the hub knows of this person."""
    page = Paginator(looks_at(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "people/looks.html", {"page": page})
