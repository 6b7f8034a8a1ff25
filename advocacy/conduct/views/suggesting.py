"""What employees would change in the code."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from advocacy.conduct.forms import ProposalForm
from advocacy.conduct.models import Proposal, Version
from advocacy.conduct.proposing import propose as put_on_desk
from advocacy.conduct.queries import Rule, code_in_force, read
from advocacy.people.http import SignedInRequest


@require_http_methods(["GET", "POST"])
def propose(request: SignedInRequest) -> HttpResponse:
    """Take a proposal, and show the person what came of earlier ones."""
    form = ProposalForm(request.POST or None, rules=_rules(), about=request.GET.get("rule", ""))
    if request.method == "POST" and form.is_valid():
        put_on_desk(request.user, **form.cleaned_data, now=timezone.now())
        messages.success(request, _("Thank you. You hear from us what comes of it."))
        return redirect("conduct:propose")
    context = {
        "form": form,
        "proposals": Proposal.objects.filter(person=request.user).newest_first()[:20],
    }
    return render(request, "conduct/propose.html", context, status=422 if form.errors else 200)


def _rules() -> list[Rule]:
    """Return the rules that can be meant: of the version under consultation, or else of the one in force."""
    version = Version.objects.filter(status=Version.Status.CONSULTATION).first() or code_in_force()
    chapters = read(version, language=get_language() or "en") if version else []
    return [rule for chapter in chapters for rule in chapter.rules]
