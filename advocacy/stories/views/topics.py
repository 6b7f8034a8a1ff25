from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from advocacy.people.http import SignedInRequest
from advocacy.stories.following import follow_topics
from advocacy.stories.forms.topics import TopicsForm


@require_http_methods(["GET", "POST"])
def topics(request: SignedInRequest) -> HttpResponse:
    """Let everyone choose what they want to hear about."""
    form = TopicsForm(request.POST if request.method == "POST" else None, person=request.user)
    if form.is_valid():
        follow_topics(request.user, form.cleaned_data["topics"])
        messages.success(request, _("Saved. You follow what you chose."))
        return redirect("stories:topics")
    return render(request, "stories/topics.html", {"form": form}, status=422 if form.errors else 200)
