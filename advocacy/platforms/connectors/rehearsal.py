"""Rehearsal, the practice network inside the hub. It is spoken to over HTTP as any other platform.

It accepts the same key twice and makes two posts, so whoever sends twice is seen; `find` tells by the key.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus

from advocacy.lib.http import File, Request, Response
from advocacy.platforms.answers import (
    CALL,
    after_asking,
    after_looking,
    after_sending,
    ask,
    json_object,
    reason_in,
    refuse_what_does_not_fit,
    send_once,
)
from advocacy.platforms.connector import (
    Access,
    BuiltIn,
    Connector,
    Counted,
    Deletes,
    Draft,
    Finds,
    Image,
    Limits,
    Measures,
    Reactions,
    Receipt,
    Repeated,
    gettext_noop,
)
from advocacy.platforms.rulers import graphemes

MAX_GRAPHEMES = 500
MAX_BYTES = 10_000


class Rehearsal(Connector, Finds, Measures, Deletes):
    slug = "rehearsal"
    label = "Rehearsal"
    auth = BuiltIn(
        explanation=gettext_noop(
            "The practice network inside this hub. Only colleagues see it: share here first to try it out."
        )
    )
    limits = Limits(
        max_images=1,
        max_alt_chars=1000,
        max_image_bytes=5_000_000,
        image_types=("image/jpeg", "image/png", "image/webp"),
    )
    card_by = "client"
    publish_within = CALL

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used, size_bytes = graphemes(text), len(text.encode())
        if used <= MAX_GRAPHEMES and size_bytes > MAX_BYTES:
            return Counted(size_bytes, MAX_BYTES, "bytes", too_long=True)
        return Counted(used, MAX_GRAPHEMES, "graphemes", too_long=used > MAX_GRAPHEMES)

    def publish(self, draft: Draft, access: Access) -> Receipt:
        refuse_what_does_not_fit(draft, counted=self.count(draft.text, data=access.data), limits=self.limits)
        response = send_once(_post(draft, access))
        said = json_object(response)
        receipt = _receipt(said)
        if response.status == HTTPStatus.CREATED and receipt:
            return receipt
        if response.status == HTTPStatus.UNPROCESSABLE_ENTITY and said.get("error") == "duplicate":
            named = receipt or Receipt("")
            reason = reason_in(response, hide=access.token)
            raise Repeated(reason, remote_id=named.remote_id, url=named.url)
        raise after_sending(response, hide=access.token)

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        response = ask(_call("GET", "posts", access, params={"key": str(draft.key)}))
        posts = json_object(response).get("posts")
        if response.status != HTTPStatus.OK or not isinstance(posts, list):
            raise after_looking(response, hide=access.token)
        ours = [post for post in posts if isinstance(post, dict) and post.get("key") == str(draft.key)]
        if not ours:
            return None
        receipt = _receipt(ours[0])
        if receipt is None:
            raise after_looking(response, hide=access.token)
        return receipt

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        response = ask(_call("GET", f"posts/{receipt.remote_id}", access))
        if _is_gone(response):
            return Reactions(gone=True)
        said = json_object(response)
        if response.status != HTTPStatus.OK or said.get("id") != receipt.remote_id:
            raise after_looking(response, hide=access.token)
        return Reactions(
            likes=_number(said, "likes"), reposts=_number(said, "reposts"), replies=_number(said, "replies")
        )

    def delete(self, receipt: Receipt, access: Access) -> None:
        response = ask(_call("DELETE", f"posts/{receipt.remote_id}", access))
        if response.status != HTTPStatus.NO_CONTENT and not _is_gone(response):
            raise after_asking(response, hide=access.token)


def _post(draft: Draft, access: Access) -> Request:
    form = {
        "key": str(draft.key),
        "text": draft.text,
        "at": draft.at.isoformat(),
        "language": draft.language,
    }
    image: Image | None = next(iter(draft.images), None)
    # As on other networks a post carries a picture or a card, not both.
    if image is None and draft.card:
        card = draft.card
        form["card"] = json.dumps({"url": card.url, "title": card.title, "description": card.description})
        image = card.thumbnail
    if image is None:
        return _call("POST", "posts", access, form=form)
    upload = File("picture", image.content, image.media_type)
    return _call("POST", "posts", access, form={**form, "alt": image.alt}, files={"image": upload})


def _call(
    method: str,
    path: str,
    access: Access,
    *,
    params: Mapping[str, str | list[str]] | None = None,
    form: Mapping[str, str] | None = None,
    files: Mapping[str, File] | None = None,
) -> Request:
    return Request(
        method,
        f"{access.data.get('scheme', 'https')}://{access.host}/rehearsal/api/{path}",
        headers={"Authorization": f"Bearer {access.token}", "Accept": "application/json"},
        params=params or {},
        form=form,
        files=files,
    )


def _receipt(post: Mapping[str, object]) -> Receipt | None:
    remote_id = post.get("id")
    return (
        Receipt(remote_id, str(post.get("url") or "")) if isinstance(remote_id, str) and remote_id else None
    )


def _is_gone(response: Response) -> bool:
    # The bare status is no proof: a proxy in front of a stopped hub says 404 as well.
    named = json_object(response).get("error")
    return response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE} and named in {"not_found", "gone"}


def _number(post: Mapping[str, object], name: str) -> int | None:
    count = post.get(name)
    return count if isinstance(count, int) else None
