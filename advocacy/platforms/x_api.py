"""Speaking X's API v2: pictures, reading posts back, and what its answers mean.

Since August 2026 X's own description says `post` and `repost` where the live API and its guides said `tweet`
and `retweet`. Both are read here; `X_FIELDS` says which to ask for. Source: openapi.json and x-api/ of
xdevplatform/docs.
"""

import html
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from time import sleep

from advocacy.lib.http import File, Request, Response
from advocacy.platforms.answers import (
    LATER,
    SOON,
    Preparing,
    after_asking,
    ask,
    base_url,
    json_object,
    reason_in,
)
from advocacy.platforms.connector import (
    Access,
    Code,
    Disconnected,
    Draft,
    Failure,
    Image,
    Rejected,
    Repeated,
    TryLater,
)
from advocacy.platforms.granting import UNTIL_SOMEONE_LOOKS

API = "api.x.com"
# Signing in has a host of its own.
SIGN_IN = {API: "x.com"}
_STILL_AT_IT = ("pending", "in_progress")
_BLOCKED = ("suspended", "account is locked", "temporarily locked")


def call(
    method: str,
    path: str,
    access: Access,
    *,
    json: object = None,
    params: Mapping[str, str | list[str]] | None = None,
) -> Request:
    return Request(method, _url(access, path), headers=bearer(access), json=json, params=params or {})


def upload(image: Image, access: Access, preparing: Preparing, *, polls: int) -> str:
    """Send a picture with its description and return its id. :raises TryLater, Rejected, Disconnected:"""
    name = f"picture.{image.media_type.rpartition('/')[2]}"
    request = Request(
        "POST",
        _url(access, "/2/media/upload"),
        headers=bearer(access),
        form={"media_category": "tweet_image"},
        files={"media": File(name, image.content, image.media_type)},
    )
    response = ask(request, timeout=preparing.left())
    media = _part(json_object(response), "data")
    if response.status not in (200, 201, 202) or not media.get("id"):
        raise known(response, access) or after_asking(response, hide=access.token)
    media_id = str(media["id"])
    _wait_for(media, access, preparing, polls=polls)
    if image.alt:
        _describe(media_id, image.alt, access, preparing)
    return media_id


def known(response: Response, access: Access) -> Failure | None:
    """Return what a no means, where X has a way of its own to say it."""
    said, reason = json_object(response), reason_in(response, hide=access.token)
    kind, words = str(said.get("type") or "").rpartition("/")[2], reason.lower()
    if response.status == 402 or kind == "usage-capped":
        return TryLater(Code.NO_CREDIT, reason, wait=UNTIL_SOMEONE_LOOKS)
    if kind == "client-forbidden":
        return TryLater(Code.APP_WRONG, reason, wait=UNTIL_SOMEONE_LOOKS)
    if response.status == 401 or kind == "unsupported-authentication":
        return Disconnected(Code.REVOKED, reason)
    if response.status == 403 and "duplicate" in words:
        # It proves that something equal was posted, not what became of this: X names no post.
        return Repeated(reason)
    if kind == "user-suspended" or (response.status == 403 and any(one in words for one in _BLOCKED)):
        return Rejected(Code.ACCOUNT_BLOCKED, reason)
    return None


def is_gone(said: Mapping[str, object]) -> bool:
    """Return whether X itself says that there is no such post; a proxy's bare 404 says nothing."""
    errors = said.get("errors")
    listed = errors if isinstance(errors, list) else []
    kinds = [said.get("type"), *(one.get("type") for one in listed if isinstance(one, dict))]
    return any(str(kind).endswith("/resource-not-found") for kind in kinds)


def page_of_posts(
    access: Access, *, since: datetime, fields: str, token: str
) -> tuple[Sequence[Mapping[str, object]], str]:
    """Return some of the account's posts, newest first, and the mark of the next page. Each costs money.

    :raises TryLater, Disconnected: could not look
    """
    params: dict[str, str | list[str]] = {
        "max_results": "20",
        "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "exclude": "retweets,replies",
        f"{fields}.fields": "created_at,entities",
    }
    if token:
        params["pagination_token"] = token
    response = ask(call("GET", f"/2/users/{access.remote_id}/tweets", access, params=params))
    said = json_object(response)
    meta = _part(said, "meta")
    posts = said.get("data")
    if response.status != 200 or not isinstance(meta.get("result_count"), int):
        raise could_not_look(response, access)
    if meta["result_count"] and not isinstance(posts, list):
        raise could_not_look(response, access)
    found = [post for post in posts if isinstance(post, dict)] if isinstance(posts, list) else []
    return found, str(meta.get("next_token") or "")


def could_not_look(response: Response, access: Access) -> Failure:
    failure = known(response, access) or after_asking(response, hide=access.token)
    # A refusal to show something is no proof that it is not there.
    if isinstance(failure, Rejected):
        return TryLater(failure.code, failure.detail, wait=LATER)
    return failure


def is_ours(post: Mapping[str, object], draft: Draft) -> bool:
    """Return whether this post is the draft's.

    X writes links as t.co and tells where they lead. Every share has a tracked link of its own, so that link
    is proof; a share without one is known by its words.
    """
    urls = _part(post, "entities").get("urls")
    links = [one for one in urls if isinstance(one, dict)] if isinstance(urls, list) else []
    if draft.link:
        return any(draft.link in (one.get("expanded_url"), one.get("unwound_url")) for one in links)
    text = html.unescape(str(post.get("text") or ""))
    for one in links:
        text = text.replace(str(one.get("url")), str(one.get("expanded_url")))
    return text.split() == draft.text.split()


def bearer(access: Access) -> dict[str, str]:
    return {"Authorization": f"Bearer {access.token}"}


def _wait_for(media: Mapping[str, object], access: Access, preparing: Preparing, *, polls: int) -> None:
    params: dict[str, str | list[str]] = {"command": "STATUS", "media_id": str(media["id"])}
    for _ in range(polls):
        processing = _part(media, "processing_info")
        if processing.get("state") not in _STILL_AT_IT:
            break
        asked = processing.get("check_after_secs")
        wait = timedelta(seconds=asked if isinstance(asked, int) and asked >= 0 else 1)
        sleep(min(wait, preparing.left()).total_seconds())
        look = call("GET", "/2/media/upload", access, params=params)
        response = ask(look, timeout=preparing.left())
        media = _part(json_object(response), "data")
        if response.status != 200 or not media:
            raise could_not_look(response, access)
    state = _part(media, "processing_info").get("state", "succeeded")
    if state == "failed":
        raise Rejected(Code.REFUSED, "media: failed")
    if state != "succeeded":
        raise TryLater(Code.NOT_READY, wait=SOON)


def _describe(media_id: str, alt: str, access: Access, preparing: Preparing) -> None:
    body = {"id": media_id, "metadata": {"alt_text": {"text": alt}}}
    response = ask(call("POST", "/2/media/metadata", access, json=body), timeout=preparing.left())
    if response.status not in (200, 201, 204):
        raise known(response, access) or after_asking(response, hide=access.token)


def _part(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = said.get(name)
    return part if isinstance(part, dict) else {}


def _url(access: Access, path: str) -> str:
    return f"{base_url(access.host)}{path}"
