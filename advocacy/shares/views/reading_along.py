"""The second reader: the author's page, where one is chosen, and the reader's own."""

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.people.http import SignedInRequest
from advocacy.people.models import Person
from advocacy.shares import asking_readers
from advocacy.shares.asking_readers import CannotAnswer, CannotAsk
from advocacy.shares.forms import KindWordsForm, ReaderForm
from advocacy.shares.models import SecondReading
from advocacy.shares.saving import draft_for
from advocacy.stories.models import Story


@require_http_methods(["GET", "POST"])
def second_reader(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Show who reads along with the author's words, or choose who will."""
    story, now = _story(request, story_id), timezone.now()
    form = ReaderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            colleague = _colleague(request, form.cleaned_data["colleague"])
            asking_readers.ask_reader(request.user, story, reader=colleague, now=now)
        except CannotAsk as reason:
            form.add_error("colleague", str(reason))
        else:
            messages.success(
                request, _("%(name)s can read your words now. You need not wait.") % {"name": colleague.name}
            )
            return redirect("shares:second_reader", story.pk)
    context = {
        "story": story,
        "form": form,
        "reading": asking_readers.reading_of(request.user, story, now=now),
        "words": asking_readers.words_to_lend(draft_for(request.user, story, now=now)),
    }
    return render(request, "shares/second_reader.html", context, status=422 if form.errors else 200)


@require_POST
def take_back(request: SignedInRequest, story_id: int) -> HttpResponse:
    """Whatever became of the story: words are taken back at any time."""
    asking_readers.take_back(request.user, story_id)
    messages.success(request, _("Taken back: nobody but you can read it."))
    can_go_on = _stories_for(request.user).filter(pk=story_id).exists()
    return redirect("shares:compose", story_id) if can_go_on else redirect("shares:wall")


# What was taken back must not stand in the browser's memory either.
@never_cache
@require_http_methods(["GET", "POST"])
def read_along(request: SignedInRequest, reading_id: int) -> HttpResponse:
    """Show the words to the one who was chosen; to all others, whatever the id, the same: nothing."""
    now = timezone.now()
    lent = SecondReading.objects.lent_to(request.user).standing(now)
    reading = lent.filter(pk=reading_id).select_related("person", "draft").first()
    if reading is None:
        return render(request, "shares/reading_over.html", status=404)
    form = KindWordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asking_readers.answer_reading(reading, words=form.cleaned_data["words"], now=now)
        except CannotAnswer as reason:
            form.add_error(None, str(reason))
        else:
            messages.success(request, _("Thank you. Your words are with your colleague."))
            return redirect("shares:read_along", reading.pk)
    story = _stories_for(request.user).filter(pk=reading.draft.story_id).first()
    context = {"reading": reading, "form": form, "story": story}
    return render(request, "shares/read_along.html", context, status=422 if form.errors else 200)


def _colleague(request: SignedInRequest, typed: str) -> Person:
    """Return who was meant. :raises CannotAsk: nobody is found, or this person has typed many names"""
    if not ratelimit.consume(request, action="name_colleague"):
        raise CannotAsk(_("You have typed many names. Wait ten minutes, or ask your colleague in person."))
    return asking_readers.colleague_named(typed, person=request.user)


def _story(request: SignedInRequest, story_id: int) -> Story:
    """Return a story that this person can write about, or has lent words about."""
    lent = SecondReading.objects.visible_to(request.user).values("draft__story")
    own = Q(pk__in=lent) | Q(pk__in=_stories_for(request.user).values("pk"))
    return get_object_or_404(Story.objects.filter(own), pk=story_id)


def _stories_for(person: Person) -> QuerySet[Story]:
    """Return the stories that this person may see. Being asked to read along opens none."""
    return Story.objects.meant_for(person).filter(published_at__isnull=False)
