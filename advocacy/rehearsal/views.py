"""The pages of the practice network, for everyone who is signed in."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from advocacy.people.http import SignedInRequest
from advocacy.rehearsal.forms import ReplyForm, StumbleForm
from advocacy.rehearsal.joining import member_of
from advocacy.rehearsal.models import Member, Post, PostQuerySet, Reaction, Stumble
from advocacy.rehearsal.posting import delete_post
from advocacy.rehearsal.reacting import delete_reply, react, take_back
from advocacy.rehearsal.reacting import reply as reply_to
from advocacy.rehearsal.stumbling import Kind, order_stumble, take_back_stumble, what_to_expect

POSTS_A_PAGE = 20


def _page(request: SignedInRequest, posts: PostQuerySet) -> Page[Post]:
    return Paginator(posts.newest_first(), POSTS_A_PAGE).get_page(request.GET.get("page"))


@require_GET
def timeline(request: SignedInRequest) -> HttpResponse:
    me = member_of(request.user, now=timezone.now())
    return _timeline(request, me=me, form=StumbleForm())


@require_GET
def member(request: SignedInRequest, handle: str) -> HttpResponse:
    shown = get_object_or_404(Member, handle=handle)
    me = member_of(request.user, now=timezone.now())
    page = _page(request, Post.objects.standing().filter(member=shown).for_reader(me))
    return render(request, "rehearsal/member.html", {"member": shown, "page": page, "me": me})


@require_GET
def post(request: SignedInRequest, post_id: int) -> HttpResponse:
    me = member_of(request.user, now=timezone.now())
    return _whole_post(request, _readable(post_id, me), me=me, form=ReplyForm())


@require_GET
def picture(request: SignedInRequest, post_id: int) -> FileResponse:
    """Serve the picture of a post; it was made anew on arrival, so it is a JPEG whatever came."""
    shown = get_object_or_404(Post.objects.standing().exclude(image=""), pk=post_id)
    try:
        file = shown.image.open()
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(file, content_type="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


@require_POST
def stumble(request: SignedInRequest) -> HttpResponse:
    """Let the network go wrong with my next post."""
    now = timezone.now()
    me, form = member_of(request.user, now=now), StumbleForm(request.POST)
    if not form.is_valid():
        return _timeline(request, me=me, form=form, status=422)
    order_stumble(me, form.cleaned_data["kind"], now=now)
    return redirect("rehearsal:timeline")


@require_POST
def no_stumble(request: SignedInRequest) -> HttpResponse:
    take_back_stumble(member_of(request.user, now=timezone.now()))
    messages.success(request, _("Rehearsal will do its best with your next post."))
    return redirect("rehearsal:timeline")


@require_POST
def like(request: SignedInRequest, post_id: int) -> HttpResponse:
    return _react(request, post_id, Reaction.Kind.LIKE)


@require_POST
def unlike(request: SignedInRequest, post_id: int) -> HttpResponse:
    return _take_back(request, post_id, Reaction.Kind.LIKE)


@require_POST
def repost(request: SignedInRequest, post_id: int) -> HttpResponse:
    return _react(request, post_id, Reaction.Kind.REPOST)


@require_POST
def unrepost(request: SignedInRequest, post_id: int) -> HttpResponse:
    return _take_back(request, post_id, Reaction.Kind.REPOST)


@require_POST
def reply(request: SignedInRequest, post_id: int) -> HttpResponse:
    me, now = member_of(request.user, now=timezone.now()), timezone.now()
    answered = _readable(post_id, me)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _whole_post(request, answered, me=me, form=form, status=422)
    reply_to(answered, member=me, text=form.cleaned_data["text"], now=now)
    return redirect(answered)


@require_POST
def remove(request: SignedInRequest, post_id: int) -> HttpResponse:
    me, now = member_of(request.user, now=timezone.now()), timezone.now()
    delete_post(get_object_or_404(Post.objects.standing(), pk=post_id, member=me), now=now)
    messages.success(request, _("Your post is deleted."))
    return redirect("rehearsal:timeline")


@require_POST
def remove_reply(request: SignedInRequest, reply_id: int) -> HttpResponse:
    own = Reaction.objects.filter(
        kind=Reaction.Kind.REPLY, member__person=request.user, post__deleted_at=None
    ).select_related("post")
    answer = get_object_or_404(own, pk=reply_id)
    delete_reply(answer)
    messages.success(request, _("Your reply is deleted."))
    return redirect(answer.post)


def _readable(post_id: int, me: Member) -> Post:
    return get_object_or_404(Post.objects.standing().for_reader(me), pk=post_id)


def _react(request: SignedInRequest, post_id: int, kind: Reaction.Kind) -> HttpResponse:
    now = timezone.now()
    me = member_of(request.user, now=now)
    react(get_object_or_404(Post.objects.standing(), pk=post_id), kind, member=me, now=now)
    return _answer(request, post_id, me)


def _take_back(request: SignedInRequest, post_id: int, kind: Reaction.Kind) -> HttpResponse:
    me = member_of(request.user, now=timezone.now())
    take_back(get_object_or_404(Post.objects.standing(), pk=post_id), kind, member=me)
    return _answer(request, post_id, me)


def _answer(request: SignedInRequest, post_id: int, me: Member) -> HttpResponse:
    """Return the post anew to htmx; without it, go back to the page where the button was."""
    shown = _readable(post_id, me)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = shown.get_absolute_url()
    if request.htmx:
        return render(request, "rehearsal/_post.html", {"post": shown, "me": me, "back": back})
    return redirect(f"{back}#post-{shown.pk}")


def _timeline(request: SignedInRequest, *, me: Member, form: StumbleForm, status: int = 200) -> HttpResponse:
    page = _page(request, Post.objects.standing().for_reader(me))
    ordered = Stumble.objects.filter(member=me).first()
    expected = what_to_expect(Kind(ordered.kind)) if ordered else ""
    context = {"page": page, "me": me, "form": form, "stumble": ordered, "expected": expected}
    return render(request, "rehearsal/timeline.html", context, status=status)


def _whole_post(
    request: SignedInRequest, shown: Post, *, me: Member, form: ReplyForm, status: int = 200
) -> HttpResponse:
    replies = shown.reactions.filter(kind=Reaction.Kind.REPLY).select_related("member").order_by("at", "pk")
    context = {"post": shown, "replies": replies, "me": me, "form": form}
    return render(request, "rehearsal/post.html", context, status=status)
