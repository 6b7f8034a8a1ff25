"""Where the administrator keeps the code: its next version, and what colleagues propose."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy.conduct import activating, editing, proposing
from advocacy.conduct.forms import AboutForm, AnswerForm, RuleForm
from advocacy.conduct.models import Kind, Proposal, Version
from advocacy.conduct.queries import code_in_force, desk_of, how_many_know, what_changed
from advocacy.people.access import Datum, role_required
from advocacy.people.http import SignedInRequest
from advocacy.people.looking import note_look
from advocacy.people.models import Role

administrators_only = role_required(Role.ADMINISTRATOR)


@administrators_only
@require_safe
def desk(request: SignedInRequest) -> HttpResponse:
    """Show where the code stands, and what colleagues would change."""
    active = code_in_force()
    context = {
        "active": active,
        "known": how_many_know(active) if active else None,
        "making": Version.objects.in_the_making().first(),
        "versions": Version.objects.ever_in_force(),
        "proposals": _proposals_seen_by(request),
    }
    return render(request, "conduct/desk.html", context)


@administrators_only
@require_POST
def start(request: SignedInRequest) -> HttpResponse:
    """Begin the next version."""
    try:
        editing.start_version(now=timezone.now())
    except editing.CannotEdit as reason:
        messages.info(request, str(reason))
    return redirect("conduct:next_version")


@administrators_only
@require_http_methods(["GET", "POST"])
def next_version(request: SignedInRequest) -> HttpResponse:
    """Show the version in the making, rule by rule; save what is said about it."""
    version = get_object_or_404(Version.objects.in_the_making())
    form = AboutForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        activating.describe_version(version, form.about())
        messages.success(request, _("Saved."))
        return redirect("conduct:next_version")
    return _next_version(request, version, form, status=422 if form.errors else 200)


@administrators_only
@require_http_methods(["GET", "POST"])
def rule(request: SignedInRequest, code: str) -> HttpResponse:
    """Edit one rule of the version in the making."""
    version = get_object_or_404(Version.objects.in_the_making())
    item = get_object_or_404(version.items.in_order(), code=code)
    form = RuleForm(request.POST or None, version=version, item=item)
    if request.method == "POST" and form.is_valid():
        editing.rewrite(item, form.rewritten())
        messages.success(request, _("%(code)s is saved.") % {"code": item.code})
        return redirect("conduct:next_version")
    context = {"form": form, "item": item, "kind": item.get_kind_display()}
    return render(request, "conduct/rule.html", context, status=422 if form.errors else 200)


@administrators_only
@require_http_methods(["GET", "POST"])
def new_rule(request: SignedInRequest, kind: str) -> HttpResponse:
    """Add a rule of this kind to the version in the making."""
    version = get_object_or_404(Version.objects.in_the_making())
    wanted = Kind(kind) if kind in Kind.values else Kind.DO
    form = RuleForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        item = editing.add_item(version, wanted, form.rewritten())
        messages.success(request, _("%(code)s is saved.") % {"code": item.code})
        return redirect("conduct:next_version")
    context = {"form": form, "kind": wanted.label}
    return render(request, "conduct/rule.html", context, status=422 if form.errors else 200)


@administrators_only
@require_POST
def consult(request: SignedInRequest) -> HttpResponse:
    """Let every colleague read the version in the making."""
    activating.consult(get_object_or_404(Version.objects.in_the_making()), now=timezone.now())
    messages.success(request, _("Every colleague can read it now, and propose changes."))
    return redirect("conduct:next_version")


@administrators_only
@require_POST
def activate(request: SignedInRequest) -> HttpResponse:
    """Put the version in the making in force; where it is not ready, say why."""
    version = get_object_or_404(Version.objects.in_the_making())
    try:
        active = activating.activate(version, now=timezone.now())
    except activating.CannotActivate as refusal:
        form = AboutForm(version=version)
        return _next_version(request, version, form, status=422, reasons=refusal.reasons)
    messages.success(request, _("Version %(number)s is in force.") % {"number": active.number})
    return redirect("conduct:desk")


@administrators_only
@require_POST
def discard(request: SignedInRequest) -> HttpResponse:
    """Throw the version in the making away."""
    editing.discard_version(get_object_or_404(Version.objects.in_the_making()))
    messages.success(request, _("The next version is gone. What is in force stays as it is."))
    return redirect("conduct:desk")


@administrators_only
@require_http_methods(["GET", "POST"])
def answer(request: SignedInRequest, proposal_id: int) -> HttpResponse:
    """Answer a proposal."""
    seen = Proposal.objects.visible_to(request.user).select_related("person")
    proposal = get_object_or_404(seen, pk=proposal_id)
    note_look(request.user, proposal.person, Datum.PROPOSAL, now=timezone.now())
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proposing.answer(proposal, **form.cleaned_data, now=timezone.now())
        except proposing.AlreadyAnswered as reason:
            messages.info(request, str(reason))
        else:
            messages.success(request, _("Answered."))
        return redirect("conduct:desk")
    context = {"form": form, "proposal": proposal}
    return render(request, "conduct/answer.html", context, status=422 if form.errors else 200)


def _proposals_seen_by(request: SignedInRequest) -> list[Proposal]:
    proposals = list(Proposal.objects.visible_to(request.user).newest_first()[:50])
    for person in {proposal.person for proposal in proposals}:
        note_look(request.user, person, Datum.PROPOSAL, now=timezone.now())
    return proposals


def _next_version(
    request: SignedInRequest,
    version: Version,
    form: AboutForm,
    *,
    status: int,
    reasons: list[str] | None = None,
) -> HttpResponse:
    language = get_language() or "en"
    context = {
        "version": version,
        "form": form,
        "reasons": reasons or [],
        "chapters": desk_of(version, language=language),
        "card": what_changed(version, language=language),
    }
    return render(request, "conduct/next_version.html", context, status=status)
