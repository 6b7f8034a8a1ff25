"""The practice network's own API, spoken over HTTP like that of any other network.

It answers as `answering` says, unless the member told it to stumble.
"""

import math
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from advocacy.lib.images import BadPicture
from advocacy.rehearsal.answering import no, yes
from advocacy.rehearsal.forms import NewPostForm
from advocacy.rehearsal.lying import stumble
from advocacy.rehearsal.models import Member, Post, hash_of
from advocacy.rehearsal.posting import NewPost, TooMany, delete_post, publish
from advocacy.rehearsal.stumbling import meet_stumble

Endpoint = Callable[..., HttpResponse]


def _methods(**by_method: Endpoint) -> Endpoint:
    """Return a view that lets a member in by token and picks by method."""

    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest, **kwargs: object) -> HttpResponse:
        endpoint = by_method.get(str(request.method))
        if endpoint is None:
            return no(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", _("Use another method."))
        member = _member_behind(request)
        if member is None:
            return no(HTTPStatus.UNAUTHORIZED, "unauthorized", _("This token lets nobody in."))
        return endpoint(request, member, **kwargs)

    return view


def _member_behind(request: HttpRequest) -> Member | None:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return Member.objects.present().filter(token_hash=hash_of(token.strip())).first()


def _of_standing_post(endpoint: Endpoint) -> Endpoint:
    """Hand the endpoint the post itself: 404 for one that never was, 410 for one that is gone."""

    @wraps(endpoint)
    def with_post(request: HttpRequest, member: Member, post_id: int) -> HttpResponse:
        post = Post.objects.with_counts().filter(pk=post_id).first()
        if post is None:
            return no(HTTPStatus.NOT_FOUND, "not_found", _("There is no such post."))
        if post.deleted_at:
            return no(HTTPStatus.GONE, "gone", _("This post was deleted."))
        return endpoint(request, member, post)

    return with_post


def _create(request: HttpRequest, member: Member) -> HttpResponse:
    form = NewPostForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refusal(form)
    try:
        return _take(form.to_post(), member)
    except TooMany as error:
        answer = no(HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", str(error))
        answer.headers["Retry-After"] = str(math.ceil(error.wait.total_seconds()))
        return answer
    except BadPicture as error:
        return no(HTTPStatus.UNPROCESSABLE_ENTITY, "bad_image", str(error))


def _take(new: NewPost, member: Member) -> HttpResponse:
    if kind := meet_stumble(member):
        return stumble(kind, new, member=member, clock=timezone.now)
    return yes(publish(new, member=member, now=timezone.now()))


def _refusal(form: NewPostForm) -> JsonResponse:
    name, (first, *_more) = next(iter(form.errors.as_data().items()))
    error = first.code if first.code in {"too_long", "too_large"} else "invalid"
    return no(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), f"{name}: {' '.join(first.messages)}")


def _own_posts(request: HttpRequest, member: Member) -> HttpResponse:
    """List the caller's standing posts that bear a key, oldest first."""
    key = NewPostForm.base_fields["key"]
    try:
        wanted = key.clean(request.GET.get("key"))
    except ValidationError as error:
        return no(HTTPStatus.BAD_REQUEST, "invalid", " ".join(error.messages))
    found = Post.objects.standing().with_counts().filter(member=member, key=wanted)
    return JsonResponse({"posts": [_as_json(post) for post in found.order_by("arrived_at", "pk")]})


@_of_standing_post
def _show(request: HttpRequest, member: Member, post: Post) -> HttpResponse:
    return JsonResponse(_as_json(post))


@_of_standing_post
def _delete(request: HttpRequest, member: Member, post: Post) -> HttpResponse:
    if post.member_id != member.pk:
        return no(HTTPStatus.FORBIDDEN, "forbidden", _("Only its author may delete a post."))
    delete_post(post, now=timezone.now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _me(request: HttpRequest, member: Member) -> HttpResponse:
    return JsonResponse({"id": str(member.pk), "handle": member.handle, "display_name": member.display_name})


def _as_json(post: Post) -> dict[str, object]:
    return {
        "id": str(post.pk),
        "url": post.url,
        "key": str(post.key),
        "text": post.text,
        "at": post.dated_at.isoformat(),
        "likes": post.likes,
        "reposts": post.reposts,
        "replies": post.replies,
    }


posts = _methods(POST=_create, GET=_own_posts)
post = _methods(GET=_show, DELETE=_delete)
me = _methods(GET=_me)
