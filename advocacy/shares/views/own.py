"""The person's own shares, and the page of one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from advocacy.people.http import SignedInRequest
from advocacy.people.models import Person
from advocacy.platforms.by_hand import way_of
from advocacy.platforms.switching import is_switched_off
from advocacy.shares.changing import moment_before
from advocacy.shares.forms import MomentForm, PostedForm, WordsForm
from advocacy.shares.handing_over import next_to_post, opening
from advocacy.shares.models import Share
from advocacy.shares.queries import own_page, own_shares, with_clicks
from advocacy.shares.taking_back import NotTakenBack, take_back
from advocacy.stories.models import Rendition, Story

SHARES_PER_PAGE = 20


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Show the person's shares and what came of them."""
    page = Paginator(own_shares(request.user), SHARES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "own_shares": with_clicks(list(page.object_list)),
        "own": own_page(request.user, now=timezone.now()),
    }
    return render(request, "shares/mine.html", context)


@require_safe
def share(request: SignedInRequest, share_id: int) -> HttpResponse:
    return share_page(request, share_of(request, share_id))


@require_http_methods(["GET", "POST"])
def take_back_post(request: SignedInRequest, share_id: int) -> HttpResponse:
    """Ask once, then delete the post at its platform."""
    share = share_of(request, share_id)
    if request.method == "GET":
        if not share.can_be_taken_back:
            return redirect("shares:share", share_id)
        return render(request, "shares/take_back.html", {"share": share})
    try:
        take_back(share, now=timezone.now())
    except NotTakenBack as reason:
        return share_page(request, share_of(request, share_id), problem=str(reason))
    messages.success(request, _("It is deleted there."))
    return redirect("shares:share", share_id)


def share_page(
    request: SignedInRequest,
    share: Share,
    *,
    problem: str = "",
    moment: MomentForm | None = None,
    words: WordsForm | None = None,
    posted: PostedForm | None = None,
) -> HttpResponse:
    context = {
        "own": with_clicks([share])[0],
        "share": share,
        "story_is_told": _is_told(share.story, request.user),
        "problem": problem,
        "moves_back_to": moment_before(share),
        "moment": moment or MomentForm(initial={"at": share.due_at}),
        "words": words or WordsForm(initial={"text": share.text}),
        "is_open": share.story.is_open(timezone.now()) and not share.is_barred,
        "posted": posted or PostedForm(initial={"address": share.remote_url}),
        **(_handed_over(share) if share.is_by_hand else {}),
    }
    failed = problem or moment or words or posted
    return render(request, "shares/share.html", context, status=422 if failed else 200)


def _handed_over(share: Share) -> dict[str, object]:
    """Return what the owner needs to post it by hand."""
    picture = share.picture
    return {
        "way": way_of(share.account),
        "explanation": _(way_of(share.account).explanation),
        "opening": opening(share),
        "is_off": is_switched_off(share.account.platform),
        "next_to_post": next_to_post(share),
        "rendition": picture.rendition(share.shape or Rendition.Shape.DISPLAY) if picture else None,
    }


def share_of(request: SignedInRequest, share_id: int) -> Share:
    shares = Share.objects.visible_to(request.user).for_sending().prefetch_related("attempts", "changes")
    return get_object_or_404(shares, pk=share_id)


def _is_told(story: Story, person: Person) -> bool:
    """Say whether the person finds what came of the story: it may be taken back, or no longer be for them."""
    return Story.objects.filter(pk=story.pk, withdrawn_at=None).meant_for(person).exists()
