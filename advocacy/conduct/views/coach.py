"""Where the administrator teaches the coach its words, and tries what it would say."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from advocacy.conduct.coach_forms import HouseForm, TryForm, WordsForm, label_of
from advocacy.conduct.coaching.speaking import remarks_on
from advocacy.conduct.knowing import LIST_NAMES, knowledge
from advocacy.conduct.models import Taught
from advocacy.conduct.tallying import tallied
from advocacy.conduct.teaching import teach_house, teach_words
from advocacy.people.access import role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.models import Role

administrators_only = role_required(Role.ADMINISTRATOR)


@administrators_only
@require_http_methods(["GET", "POST"])
def coach(request: SignedInRequest) -> HttpResponse:
    """Show the lists, and what the coach would say of a sentence. Nothing of the sentence is kept."""
    form = TryForm(request.POST or None, language=request.user.language)
    known = knowledge()
    remarks = None
    if request.method == "POST" and form.is_valid():
        situation = form.situation(known, now=timezone.now())
        remarks = remarks_on(form.cleaned_data["text"], situation)
    changed = set(Taught.objects.values_list("name", flat=True))
    context = {
        "form": form,
        "remarks": remarks,
        "lists": [(name, label_of(name), name in changed) for name in LIST_NAMES],
        "tallied": tallied(timezone.now()),
    }
    return render(request, "conduct/coach.html", context, status=422 if form.errors else 200)


@administrators_only
@require_http_methods(["GET", "POST"])
def words(request: SignedInRequest, name: str) -> HttpResponse:
    """Change one list of words."""
    if name not in LIST_NAMES:
        raise Http404
    form = WordsForm(request.POST or None, words=getattr(knowledge().lists, name))
    if request.method == "POST" and form.is_valid():
        teach_words(name, form.phrases(), now=timezone.now())
        messages.success(request, _("The coach knows it from now on."))
        return redirect("conduct:coach")
    return _form_page(request, form, heading=str(label_of(name)))


@administrators_only
@require_http_methods(["GET", "POST"])
def house(request: SignedInRequest) -> HttpResponse:
    """Change what the coach knows of the organisation."""
    form = HouseForm(request.POST or None, house=knowledge().house)
    if request.method == "POST" and form.is_valid():
        teach_house(form.facts(), now=timezone.now())
        messages.success(request, _("The coach knows it from now on."))
        return redirect("conduct:coach")
    return _form_page(request, form, heading=_("What the coach knows of us"))


def _form_page(request: SignedInRequest, form: WordsForm | HouseForm, *, heading: str) -> HttpResponse:
    context = {"form": form, "heading": heading}
    return render(request, "conduct/coach_words.html", context, status=422 if form.errors else 200)
