"""Bluesky, by signing in at the account's own server (OAuth) or by app password.

A post's key and moment are chosen before anything is sent, and putRecord with `swapRecord: null` only
creates: any number of tries, also at once, makes one post. Source: https://docs.bsky.app
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
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
    claims_of,
    end_session,
    failure_named_in,
    new_session,
    new_tid,
    next_session,
    record_at,
    tell,
)
from advocacy.platforms.atproto_finding import Directories, Issuer, home_of, issuer_at, issuer_of
from advocacy.platforms.atproto_oauth import (
    SCOPES,
    Session,
    can_introduce,
    client_for,
    description,
    first_access,
    next_access,
    push,
    take_back,
)
from advocacy.platforms.bluesky_record import MAX_IMAGE_BYTES, MAX_THUMBNAIL_BYTES, POST, is_of, record_of
from advocacy.platforms.client_keys import named, to_sign_in_with, with_new_key
from advocacy.platforms.connector import (
    Access,
    App,
    AppPassword,
    ByHand,
    Code,
    Connection,
    Connector,
    Counted,
    CountsFollowers,
    Deletes,
    Departure,
    Destination,
    Disconnected,
    Draft,
    Failure,
    Field,
    Finds,
    Identity,
    Introduces,
    Limits,
    Measures,
    OAuth2,
    Option,
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
from advocacy.platforms.dpop import new_key
from advocacy.platforms.rulers import graphemes

MAX_GRAPHEMES = 300
MAX_BYTES = 3000
# The token of a sign-in with the account's own password names this scope, that of an app password another.
MAIN_PASSWORD_SCOPE = "com.atproto.access"  # noqa: S105


class Bluesky(Connector, Finds, Measures, CountsFollowers, Deletes, Introduces, SignsIn, Refreshes, Revokes):
    slug = "bluesky"
    label = "Bluesky"
    auth = OAuth2(
        scopes=SCOPES,
        fields=(
            Field(
                "handle",
                gettext_noop("Handle"),
                help=gettext_noop("As it stands on your profile. The hub finds your server by it."),
                placeholder="alice.bsky.social",
            ),
        ),
        explanation=gettext_noop(
            "You sign in at your own server and allow the hub there. The hub never sees your password, and "
            "you can withdraw the permission on your server at any time."
        ),
        permissions=(
            gettext_noop("Post what you share here, with its pictures, and delete it when you ask for that."),
            gettext_noop("Nothing else: it cannot follow, like, read your messages or change your profile."),
            gettext_noop("It counts, as anyone can, how many liked, reposted and answered, and follow you."),
        ),
    )
    other_auth = AppPassword(
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
            gettext_noop("See how many people follow you."),
            gettext_noop("Bluesky lets an app password do more (follow, like); the hub never does."),
        ),
    )
    by_hand = ByHand(
        explanation=gettext_noop("Bluesky opens with your words, and you post them yourself."),
        opens="https://bsky.app/intent/compose?text={text}",
        hosts=("bsky.app",),
        posts=(r"/profile/[a-z0-9.:_-]{3,253}/post/(?P<id>[234567a-z]{13})",),
    )
    limits = Limits(
        max_images=4,
        max_alt_chars=2000,
        max_image_bytes=MAX_IMAGE_BYTES,
        max_card_image_bytes=MAX_THUMBNAIL_BYTES,
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
    # Every sign-in, of either kind, is a session of its own.
    keeps_earlier_sign_ins: ClassVar[bool] = True
    options = (
        Option(
            "directory",
            "https://plc.directory",
            r"https?://[^\s/?#]+",
            gettext_noop("Address of the directory that knows on which server an account lives."),
        ),
        Option(
            "resolver",
            "public.api.bsky.app",
            r"[^\s/?#@]+",
            gettext_noop("Host that is asked which account has a handle."),
        ),
    )
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
        record = record_of(draft, access, Preparing(self.publish_within))
        put = {**_place(access, draft.record_key), "record": record, "swapRecord": None}
        response = tell(send_once, access, "com.atproto.repo.putRecord", put)
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
        if not is_of(record, draft):
            raise Rejected(Code.KEY_TAKEN)
        return _receipt(draft, access)

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        """Look on the account's own server, where a post stands from the moment it was accepted."""
        record = record_at(access, POST, draft.record_key)
        return _receipt(draft, access) if record and is_of(record, draft) else None

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

    def followers(self, access: Access) -> int | None:
        """A server apart from the public network keeps no counts of these either."""
        appview = access.data.get("appview")
        if not appview:
            return None
        who = {"actor": access.remote_id}
        response = ask(Request("GET", f"{appview}/xrpc/app.bsky.actor.getProfile", params=who))
        profile = json_object(response)
        if response.status != 200 or profile.get("did") != access.remote_id:
            raise after_looking(response, hide=access.token)
        return _number(profile, "followersCount")

    def delete(self, receipt: Receipt, access: Access) -> None:
        where = _place(access, _key_of(receipt))
        response = tell(ask, access, "com.atproto.repo.deleteRecord", where)
        if response.status != 200:
            raise failure_named_in(response, hide=access.token) or after_asking(response, hide=access.token)

    def can_introduce(self, home: str) -> bool:
        return can_introduce(home)

    def find_server(self, answers: Mapping[str, str]) -> Destination:
        directories = Directories(self.option("resolver"), self.option("directory"))
        home = home_of(answers.get("handle", ""), directories)
        issuer = issuer_of(home.pds)
        return Destination(host_in(issuer.issuer), {**asdict(home), **asdict(issuer)})

    def introduce(self, host: str, *, described_at: str, redirect_uri: str) -> App:
        return client_for(host, described_at=described_at, redirect_uri=redirect_uri)

    def description(self, app: App, *, redirect_uri: str, name: str, home: str) -> Mapping[str, object]:
        return description(app, redirect_uri=redirect_uri, name=name, home=home)

    def with_new_key(self, app: App, *, used_by: Iterable[Mapping[str, object]]) -> App:
        in_use = {str(data.get("signed_by", "")) for data in used_by}
        return replace(app, client_secret=with_new_key(app.client_secret, in_use=in_use))

    def set_out(
        self, app: App, destination: Destination, *, redirect_uri: str, state: str, code_challenge: str
    ) -> Departure:
        signs_with = to_sign_in_with(app.client_secret)
        signed_by = signs_with.name if signs_with else ""
        known = {
            **destination.facts, "redirect_uri": redirect_uri, "key": new_key(), "signed_by": signed_by
        }  # fmt: skip
        asked = {
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": code_challenge,
            "login_hint": known["handle"],
        }
        return Departure(push(_session(app, known), asked), json.dumps(known))

    def come_back(self, app: App, *, kept: str, code: str, issuer: str, code_verifier: str) -> Connection:
        known = json.loads(kept)
        session = _session(app, known)
        if issuer != session.issuer.issuer:
            # A code that another server gave out is shown to nobody (RFC 9207).
            raise Rejected(Code.SIGN_IN_FAILED)
        asked = {"code": code, "code_verifier": code_verifier, "redirect_uri": known["redirect_uri"]}
        access = first_access(session, asked, did=known["did"], pds=known["pds"])
        return self._connection(access, handle=known["handle"])

    def sign_in(self, answers: Mapping[str, str]) -> Connection:
        host = host_in(answers.get("server") or "bsky.social")
        session = new_session(host, handle=answers.get("handle", ""), password=answers.get("password", ""))
        access = access_from(session, host=host)
        if claims_of(access.token).get("scope") == MAIN_PASSWORD_SCOPE:
            end_session(access)
            raise Rejected(Code.MAIN_PASSWORD)
        return self._connection(access, handle=str(session.get("handle", "")))

    def refresh(self, access: Access) -> Access:
        if not access.key:
            return replace(next_session(access), data=access.data)
        if access.app is None:
            # Who the hub was there is forgotten, and with it the key that it signed with.
            raise Disconnected(Code.REVOKED)
        session = _session_of(access, access.app)
        if access.app.client_secret and session.signs_with is None:
            # The key that this permission rests on is out of use.
            raise Disconnected(Code.REVOKED)
        return replace(next_access(session, access), data=access.data)

    def revoke(self, access: Access, app: App | None) -> None:
        if not access.key:
            end_session(access)
        elif app:
            take_back(_session_of(access, app), access)

    def _connection(self, access: Access, *, handle: str) -> Connection:
        if not is_private(access.host):
            access = replace(access, data={**access.data, "appview": self.public_appview})
        return Connection(access, _identity(access, handle))


def _session(app: App, known: Mapping[str, str]) -> Session:
    issuer = Issuer(**{one.name: known[one.name] for one in fields(Issuer)})
    return Session(app, issuer, known["key"], named(app.client_secret, known.get("signed_by", "")))


def _session_of(access: Access, app: App) -> Session:
    issuer = issuer_at(str(access.data.get("issuer", "")))
    signs_with = named(app.client_secret, str(access.data.get("signed_by", "")))
    return Session(app, issuer, access.key, signs_with)


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


def _identity(access: Access, handle: str) -> Identity:
    try:
        profile = record_at(access, "app.bsky.actor.profile", "self") or {}
    except Failure:
        # A name to greet by is not worth failing a sign-in.
        profile = {}
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
