"""Bluesky, by app password.

A post's key and moment are chosen before anything is sent, and putRecord with `swapRecord: null` only
creates: any number of tries, also at once, makes one post. Source: https://docs.bsky.app
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from advocacy.lib.http import Request
from advocacy.platforms.answers import (
    Preparing,
    after_asking,
    after_looking,
    after_sending,
    ask,
    host_in,
    is_private,
    json_object,
    refuse_what_does_not_fit,
    send_once,
)
from advocacy.platforms.atproto import (
    access_from,
    asking,
    claims_of,
    failure_named_in,
    is_session,
    moment,
    new_session,
    new_tid,
    record_at,
    telling,
    upload,
)
from advocacy.platforms.connector import (
    Access,
    App,
    AppPassword,
    Card,
    Code,
    Connection,
    Connector,
    Counted,
    Deletes,
    Disconnected,
    Draft,
    Failure,
    Field,
    Finds,
    Identity,
    Image,
    Limits,
    Measures,
    OutcomeUnknown,
    Rate,
    Reactions,
    Receipt,
    Refreshes,
    Rejected,
    Revokes,
    SignsIn,
    TryLater,
    gettext_noop,
)
from advocacy.platforms.facets import facets_of
from advocacy.platforms.rulers import graphemes

POST = "app.bsky.feed.post"
MAX_GRAPHEMES = 300
MAX_BYTES = 3000
# A post's pictures may be twice this since 2026; a card's may not, and older servers refuse more for both.
MAX_BLOB_BYTES = 1_000_000
# The token of a sign-in with the account's own password names this scope, that of an app password another.
MAIN_PASSWORD_SCOPE = "com.atproto.access"  # noqa: S105


class Bluesky(Connector, Finds, Measures, Deletes, SignsIn, Refreshes, Revokes):
    slug = "bluesky"
    label = "Bluesky"
    auth = AppPassword(
        fields=(
            Field("handle", gettext_noop("Handle"), placeholder="alice.bsky.social"),
            Field(
                "password",
                gettext_noop("App password"),
                help=gettext_noop(
                    "Make one in Bluesky under Settings, Privacy and security, App passwords. "
                    "Do not type your own password."
                ),
                placeholder="xxxx-xxxx-xxxx-xxxx",
                secret=True,
            ),
            Field(
                "server",
                gettext_noop("Server"),
                help=gettext_noop("Leave this as it is, unless your account lives on another server."),
                initial="bsky.social",
                required=False,
            ),
        ),
        explanation=gettext_noop(
            "With an app password the hub can post for you. It is kept nowhere: the hub trades it for a key "
            "of its own, and you can withdraw it in Bluesky at any time."
        ),
        permissions=(
            gettext_noop("Post what you share here, and delete it when you ask for that."),
            gettext_noop("See that a post is there, and how many people liked, reposted and answered it."),
            gettext_noop("Bluesky lets an app password do more (follow, like); the hub never does."),
        ),
    )
    limits = Limits(
        max_images=4,
        max_alt_chars=2000,
        max_image_bytes=MAX_BLOB_BYTES,
        image_types=("image/jpeg", "image/png", "image/webp"),
    )
    # Writes cost points and a new post three: 5,000 in an hour, 35,000 in a day. The host counts calls, 3,000
    # in five minutes from one address; with a picture, a post is two. Source: the guide on rate limits.
    rates = (
        Rate(1_600, timedelta(hours=1)),
        Rate(11_000, timedelta(days=1)),
        Rate(1_400, timedelta(minutes=5), of="host"),
    )
    card_by = "client"
    repeats_safely = True
    # Where counts are read. It goes into `Access.data["appview"]` of accounts on the public network only.
    public_appview: ClassVar[str] = "https://public.api.bsky.app"

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used, size_bytes = graphemes(text), len(text.encode())
        if used <= MAX_GRAPHEMES and size_bytes > MAX_BYTES:
            return Counted(size_bytes, MAX_BYTES, "bytes", too_long=True)
        return Counted(used, MAX_GRAPHEMES, "graphemes", too_long=used > MAX_GRAPHEMES)

    def new_record_key(self, now: datetime) -> str:
        return new_tid(now)

    def publish(self, draft: Draft, access: Access) -> Receipt:
        refuse_what_does_not_fit(draft, counted=self.count(draft.text, data=access.data), limits=self.limits)
        record = _record(draft, access, Preparing(self.publish_within))
        put = {**_place(access, draft.record_key), "record": record, "swapRecord": None}
        response = send_once(telling(access.host, "com.atproto.repo.putRecord", put, token=access.token))
        said = json_object(response)
        if response.status == 200 and said.get("uri"):
            return _receipt(draft, access)
        if said.get("error") == "InvalidSwap":
            return self._already_there(draft, access)
        raise failure_named_in(response, hide=access.token) or after_sending(response, hide=access.token)

    def _already_there(self, draft: Draft, access: Access) -> Receipt:
        try:
            record = record_at(access, POST, draft.record_key)
        except TryLater as failure:
            raise OutcomeUnknown(Code.UNCLEAR_ANSWER, failure.detail) from failure
        if record is None:
            # There, says one answer, and not there, says the next: it may well be ours.
            raise OutcomeUnknown(Code.UNCLEAR_ANSWER)
        if not _is_ours(record, draft):
            raise Rejected(Code.KEY_TAKEN)
        return _receipt(draft, access)

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        """Look on the account's own server, where a post stands from the moment it was accepted."""
        record = record_at(access, POST, draft.record_key)
        return _receipt(draft, access) if record and _is_ours(record, draft) else None

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        """A server apart from the public network keeps no counts: there they are not measurable."""
        post = _post_in_appview(receipt, access)
        if post:
            return Reactions(
                likes=_number(post, "likeCount"),
                reposts=_number(post, "repostCount"),
                replies=_number(post, "replyCount"),
            )
        if record_at(access, POST, _key_of(receipt)) is None:
            return Reactions(gone=True)
        if access.data.get("appview"):
            raise TryLater(Code.NOT_READY, wait=timedelta(minutes=10))
        return Reactions()

    def delete(self, receipt: Receipt, access: Access) -> None:
        where = _place(access, _key_of(receipt))
        response = ask(telling(access.host, "com.atproto.repo.deleteRecord", where, token=access.token))
        if response.status != 200:
            raise failure_named_in(response, hide=access.token) or after_asking(response, hide=access.token)

    def sign_in(self, answers: Mapping[str, str]) -> Connection:
        host = host_in(answers.get("server") or "bsky.social")
        session = new_session(host, handle=answers.get("handle", ""), password=answers.get("password", ""))
        access = access_from(session, host=host)
        if claims_of(access.token).get("scope") == MAIN_PASSWORD_SCOPE:
            self.revoke(access, None)
            raise Rejected(Code.MAIN_PASSWORD)
        if not is_private(access.host):
            access = replace(access, data={"appview": self.public_appview})
        return Connection(access, _identity(session, access))

    def refresh(self, access: Access) -> Access:
        call = telling(access.host, "com.atproto.server.refreshSession", None, token=access.refresh_token)
        response = send_once(call)
        session = json_object(response)
        if response.status == 200 and is_session(session):
            return replace(access_from(session, host=access.host), data=access.data)
        hide = access.refresh_token
        failure = failure_named_in(response, hide=hide) or after_sending(response, hide=hide)
        if isinstance(failure, Disconnected) and failure.code == Code.EXPIRED:
            # A refresh token that has run out leaves nothing to refresh with.
            raise Disconnected(Code.REVOKED, failure.detail)
        raise failure

    def revoke(self, access: Access, app: App | None) -> None:
        hide = access.refresh_token
        response = ask(telling(access.host, "com.atproto.server.deleteSession", None, token=hide))
        if response.status == 200:
            return
        failure = failure_named_in(response, hide=hide) or after_asking(response, hide=hide)
        if not isinstance(failure, Disconnected):
            raise failure


def _is_ours(record: Mapping[str, object], draft: Draft) -> bool:
    return (record.get("text"), record.get("createdAt")) == (draft.text, moment(draft.at))


def _record(draft: Draft, access: Access, preparing: Preparing) -> dict[str, object]:
    record: dict[str, object] = {"$type": POST, "text": draft.text, "createdAt": moment(draft.at)}
    if draft.language:
        record["langs"] = [draft.language]
    facets = facets_of(draft.text, did_of=lambda handle: _did_of(handle, access, preparing))
    if facets:
        record["facets"] = facets
    # One embed to a post: who attached pictures wants those.
    if draft.images:
        record["embed"] = _pictures(draft.images, access, preparing)
    elif draft.card:
        record["embed"] = _card(draft.card, access, preparing)
    return record


def _did_of(handle: str, access: Access, preparing: Preparing) -> str:
    question = asking(access.host, "com.atproto.identity.resolveHandle", {"handle": handle})
    response = ask(question, timeout=preparing.left())
    return str(json_object(response).get("did", ""))


def _pictures(images: tuple[Image, ...], access: Access, preparing: Preparing) -> dict[str, object]:
    attached = [
        {
            "image": upload(image, access, timeout=preparing.left()),
            "alt": image.alt,
            "aspectRatio": {"width": image.width, "height": image.height},
        }
        for image in images
    ]
    return {"$type": "app.bsky.embed.images", "images": attached}


def _card(card: Card, access: Access, preparing: Preparing) -> dict[str, object]:
    external: dict[str, object] = {"uri": card.url, "title": card.title, "description": card.description}
    # A card stands without its picture; one that is too large would cost the whole post.
    if card.thumbnail and len(card.thumbnail.content) <= MAX_BLOB_BYTES:
        external["thumb"] = upload(card.thumbnail, access, timeout=preparing.left())
    return {"$type": "app.bsky.embed.external", "external": external}


def _post_in_appview(receipt: Receipt, access: Access) -> Mapping[str, object]:
    appview = access.data.get("appview")
    if not appview:
        return {}
    response = ask(
        Request("GET", f"{appview}/xrpc/app.bsky.feed.getPosts", params={"uris": receipt.remote_id})
    )
    posts = json_object(response).get("posts")
    if response.status != 200 or not isinstance(posts, list):
        raise after_looking(response, hide=access.token)
    return posts[0] if posts and isinstance(posts[0], dict) else {}


def _identity(session: Mapping[str, object], access: Access) -> Identity:
    try:
        profile = record_at(access, "app.bsky.actor.profile", "self") or {}
    except Failure:
        # A name to greet by is not worth failing a sign-in.
        profile = {}
    handle = str(session.get("handle", ""))
    url = f"https://bsky.app/profile/{access.remote_id}" if access.data.get("appview") else ""
    return Identity(access.remote_id, handle, str(profile.get("displayName", "")), url)


def _receipt(draft: Draft, access: Access) -> Receipt:
    uri = f"at://{access.remote_id}/{POST}/{draft.record_key}"
    # The identity stays when a handle changes. A server apart from the public network has no such page.
    page = f"https://bsky.app/profile/{access.remote_id}/post/{draft.record_key}"
    return Receipt(uri, page if access.data.get("appview") else "")


def _number(post: Mapping[str, object], name: str) -> int | None:
    number = post.get(name)
    return number if isinstance(number, int) else None


def _place(access: Access, record_key: str) -> dict[str, object]:
    return {"repo": access.remote_id, "collection": POST, "rkey": record_key}


def _key_of(receipt: Receipt) -> str:
    return receipt.remote_id.rpartition("/")[2]
