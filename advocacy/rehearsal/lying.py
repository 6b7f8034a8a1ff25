"""The ways in which real networks go wrong with a post, for who told the practice network to stumble.

A post that is taken stands, whatever is answered. Waits are written in the form that each network uses:
https://docs.joinmastodon.org/api/rate-limits, https://docs.x.com/x-api/fundamentals/rate-limits,
https://docs.bsky.app/docs/advanced-guides/rate-limits,
https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from threading import BoundedSemaphore
from time import sleep

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from advocacy.rehearsal.answering import no, yes
from advocacy.rehearsal.models import Member, Post, Stumble, hash_of
from advocacy.rehearsal.posting import NewPost, publish

Kind = Stumble.Kind
Clock = Callable[[], datetime]

# Long enough to see a share wait, short enough to see it go.
PATIENCE = timedelta(minutes=2)
PAGE = (
    "<!DOCTYPE html><html lang=en><title>Back in a moment</title><h1>We will be back in a moment</h1></html>"
)
# A silence holds a thread of the web server: two at most, and the others stay free for everybody else.
_silences = BoundedSemaphore(2)


@dataclass(frozen=True)
class _Scene:
    """A post has come in. `clock` is read when it is taken, which may be later."""

    new: NewPost
    member: Member
    clock: Clock

    def take(self) -> Post:
        return publish(self.new, member=self.member, now=self.clock())

    def lock_out(self) -> None:
        """Let nobody in with the member's token any more, until they connect anew."""
        nobodys = hash_of(secrets.token_urlsafe(32))
        Member.objects.filter(pk=self.member.pk).update(token_hash=nobodys)


def stumble(kind: Kind, new: NewPost, *, member: Member, clock: Clock) -> HttpResponse:
    """Go wrong with the post in this way. :raises TooMany, BadPicture: as `publish`"""
    scene = _Scene(new, member, clock)
    if kind in _SLOW_DOWN:
        return _slow_down(_SLOW_DOWN[kind](clock() + PATIENCE))
    return _OTHERS[kind](scene)


def _server_error(scene: _Scene) -> HttpResponse:
    scene.take()
    return no(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", _("Something went wrong here."))


def _without_id(scene: _Scene) -> HttpResponse:
    scene.take()
    return HttpResponse('{"ok": true}', content_type="application/json")


def _web_page(scene: _Scene) -> HttpResponse:
    scene.take()
    return HttpResponse(PAGE)


def _hang_up(scene: _Scene) -> HttpResponse:
    scene.take()
    return _broken_off()


def _drop(scene: _Scene) -> HttpResponse:
    return _broken_off()


def _silence(scene: _Scene) -> HttpResponse:
    if not _silences.acquire(blocking=False):
        return _broken_off()
    try:
        sleep(settings.REHEARSAL_SILENCE.total_seconds())
    finally:
        _silences.release()
    return yes(scene.take())


def _locked_out(scene: _Scene) -> HttpResponse:
    scene.lock_out()
    return no(HTTPStatus.UNAUTHORIZED, "unauthorized", _("This token lets nobody in."))


def _locked_out_half_way(scene: _Scene) -> HttpResponse:
    scene.take()
    scene.lock_out()
    return _broken_off()


def _duplicate(scene: _Scene) -> HttpResponse:
    """Refuse it as a repeat of the member's newest post, whatever that says: some networks name that one."""
    newest = scene.member.posts.order_by("-arrived_at", "-pk").first()
    named = {"id": str(newest.pk), "url": newest.url} if newest else {}
    message = _("You posted this a short while ago.")
    return no(HTTPStatus.UNPROCESSABLE_ENTITY, "duplicate", message, **named)


def _broken_off() -> HttpResponse:
    """Announce an answer that never comes: the web server can only close the connection then."""
    return HttpResponse(b"", content_type="application/json", headers={"Content-Length": "500"})


def _slow_down(headers: Mapping[str, str]) -> HttpResponse:
    answer = no(
        HTTPStatus.TOO_MANY_REQUESTS,
        "rate_limited",
        _("You are posting too fast. Wait a moment and try again."),
    )
    for name, value in headers.items():
        answer.headers[name] = value
    return answer


def _epoch(until: datetime) -> str:
    return str(int(until.timestamp()))


def _iso(until: datetime) -> str:
    return until.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _usage(until: datetime) -> str:
    # Meta gives minutes from now, and never the moment.
    minutes = int(PATIENCE.total_seconds() // 60)
    use = {"type": "pages", "call_count": 100, "estimated_time_to_regain_access": minutes}
    return json.dumps({"1": [use]})


_OTHERS: Mapping[Kind, Callable[[_Scene], HttpResponse]] = {
    Kind.SERVER_ERROR: _server_error,
    Kind.WITHOUT_ID: _without_id,
    Kind.WEB_PAGE: _web_page,
    Kind.HANG_UP: _hang_up,
    Kind.DROP: _drop,
    Kind.SILENCE: _silence,
    Kind.LOCKED_OUT: _locked_out,
    Kind.LOCKED_OUT_HALF_WAY: _locked_out_half_way,
    Kind.DUPLICATE: _duplicate,
}
_SLOW_DOWN: Mapping[Kind, Callable[[datetime], Mapping[str, str]]] = {
    Kind.SLOW_DOWN: lambda until: {},
    Kind.SLOW_DOWN_SECONDS: lambda until: {"Retry-After": str(int(PATIENCE.total_seconds()))},
    Kind.SLOW_DOWN_DATE: lambda until: {"Retry-After": http_date(until.timestamp())},
    Kind.SLOW_DOWN_EPOCH: lambda until: {"Retry-After": _epoch(until)},
    Kind.SLOW_DOWN_ISO: lambda until: {"Retry-After": _iso(until)},
    Kind.SLOW_DOWN_MASTODON: lambda until: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": _iso(until)},
    Kind.SLOW_DOWN_X: lambda until: {"x-rate-limit-remaining": "0", "x-rate-limit-reset": _epoch(until)},
    Kind.SLOW_DOWN_BLUESKY: lambda until: {"RateLimit-Remaining": "0", "RateLimit-Reset": _epoch(until)},
    Kind.SLOW_DOWN_META: lambda until: {"X-Business-Use-Case-Usage": _usage(until)},
}
