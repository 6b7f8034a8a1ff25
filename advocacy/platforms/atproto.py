"""The protocol under Bluesky: keys, sessions, records and blobs on an account's own server (PDS).

Sources: https://atproto.com/specs and the lexicons com.atproto.* of bluesky-social/atproto.
"""

import base64
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from advocacy.lib.http import Request, Response
from advocacy.platforms.answers import (
    SOON,
    Preparing,
    after_asking,
    after_looking,
    after_sending,
    ask,
    ask_typed_host,
    base_url,
    host_in,
    json_object,
    reason_in,
    send_once,
)
from advocacy.platforms.connector import Access, Code, Disconnected, Failure, Image, Rejected, TryLater
from advocacy.platforms.dpop import refuses_proof, send_with_proof

_BLOCKED = ("AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated")
_GONE = ("InvalidToken", "AuthMissing", "AuthenticationRequired")
# What the Bluesky app puts around a handle that is copied from it.
_INVISIBLE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\\s]")
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


def new_tid(now: datetime) -> str:
    """Return a key for a new record: 13 characters that sort by time.

    The last 30 bits are chance (up to a second into the past, and the clock id), so that posts planned in the
    same instant differ. Source: https://atproto.com/specs/tid
    """
    microseconds = int(now.timestamp() * 1_000_000) - secrets.randbelow(1_000_000)
    number = (microseconds << 10) | secrets.randbelow(1024)
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(60, -1, -5))


def moment(at: datetime) -> str:
    """Write a moment always in the same way: a repeated post must be the same to the last byte."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain_handle(typed: str) -> str:
    """Return a handle without what stands around it in the app, where it is copied from."""
    return _INVISIBLE.sub("", typed).removeprefix("@")


def asking(host: str, method: str, parameters: Mapping[str, str]) -> Request:
    """Return a question that needs no token."""
    return Request("GET", _url(host, method), params=parameters)


def telling(host: str, method: str, body: Mapping[str, object] | None, *, token: str = "") -> Request:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Request("POST", _url(host, method), headers=headers, json=body)


def tell(
    send: Callable[[Request], Response], access: Access, method: str, body: Mapping[str, object]
) -> Response:
    """Say it in the account's name."""
    return _as_account(send, telling(access.host, method, body), access)


def upload(image: Image, access: Access, preparing: Preparing) -> object:
    """Return the blob to put into a record, verbatim. One that no record refers to is thrown away in time.

    :raises TryLater, Rejected, Disconnected:
    """
    url = _url(access.host, "com.atproto.repo.uploadBlob")
    request = Request("POST", url, headers={"Content-Type": image.media_type}, body=image.content)
    response = _as_account(lambda one: ask(one, timeout=preparing.left()), request, access)
    blob = json_object(response).get("blob")
    if response.status != 200 or not blob:
        raise failure_named_in(response, hide=access.token) or after_asking(response, hide=access.token)
    return blob


def record_at(access: Access, collection: str, rkey: str) -> Mapping[str, object] | None:
    """Return a record of the account, or None when its own server says that there is none.

    :raises TryLater, Disconnected: one could not look
    """
    where = {"repo": access.remote_id, "collection": collection, "rkey": rkey}
    response = ask(asking(access.host, "com.atproto.repo.getRecord", where))
    said = json_object(response)
    record = said.get("value")
    if response.status == 200 and isinstance(record, dict):
        return record
    if said.get("error") == "RecordNotFound":
        return None
    raise after_looking(response, hide=access.token)


def new_session(host: str, *, handle: str, password: str) -> Mapping[str, object]:
    """Sign in at a server that a person typed, and return its session.

    :raises Rejected: the answers are wrong
    :raises TryLater: the server could not be reached
    """
    secret = password.strip()
    who = {"identifier": plain_handle(handle), "password": secret}
    response = ask_typed_host(telling(host, "com.atproto.server.createSession", who))
    session = json_object(response)
    if response.status == 200 and is_session(session):
        return session
    raise _sign_in_failure(response, hide=secret)


def next_session(access: Access) -> Access:
    """Trade the refresh token of a session, which is spent by it.

    :raises TryLater, Disconnected, OutcomeUnknown: as in `Refreshes.refresh`
    """
    hide = access.refresh_token
    response = send_once(telling(access.host, "com.atproto.server.refreshSession", None, token=hide))
    session = json_object(response)
    if response.status == 200 and is_session(session):
        return access_from(session, host=access.host)
    failure = failure_named_in(response, hide=hide) or after_sending(response, hide=hide)
    if isinstance(failure, Disconnected) and failure.code == Code.EXPIRED:
        # A refresh token that has run out leaves nothing to refresh with.
        raise Disconnected(Code.REVOKED, failure.detail)
    raise failure


def end_session(access: Access) -> None:
    """Sign out; a session that is gone already is no error. :raises TryLater, Rejected:"""
    hide = access.refresh_token
    response = ask(telling(access.host, "com.atproto.server.deleteSession", None, token=hide))
    if response.status == 200:
        return
    failure = failure_named_in(response, hide=hide) or after_asking(response, hide=hide)
    if not isinstance(failure, Disconnected):
        raise failure


def access_from(session: Mapping[str, object], *, host: str) -> Access:
    """Return what a session gives access to. `host` is the server that made it."""
    token = str(session["accessJwt"])
    expires = claims_of(token).get("exp")
    return Access(
        # One may sign in at bsky.social and live elsewhere.
        host=pds_in(session.get("didDoc")) or host,
        remote_id=str(session["did"]),
        token=token,
        refresh_token=str(session["refreshJwt"]),
        expires_at=datetime.fromtimestamp(expires, UTC) if isinstance(expires, int) else None,
    )


def is_session(said: Mapping[str, object]) -> bool:
    return all(isinstance(said.get(name), str) for name in ("did", "accessJwt", "refreshJwt"))


def pds_in(document: object) -> str:
    """Return the server that the document of an identity names; empty if it names none."""
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id")).endswith("#atproto_pds"):
            try:
                return host_in(str(service.get("serviceEndpoint")))
            except Rejected:
                return ""
    return ""


def claims_of(token: str) -> Mapping[str, object]:
    """Return what a session token says of itself, unverified; nothing when it is no JWT."""
    body = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def failure_named_in(response: Response, *, hide: str) -> Failure | None:
    """Return the failure that the server itself names, whatever status it gives with it."""
    name = json_object(response).get("error")
    reason = reason_in(response, hide=hide)
    if refuses_proof(response):
        # Nothing is wrong with the permission: the server wants another proof, or the clocks differ.
        return TryLater(Code.SERVER_ERROR, reason, wait=SOON)
    if name == "ExpiredToken":
        return Disconnected(Code.EXPIRED, reason)
    if name in _GONE:
        return Disconnected(Code.REVOKED, reason)
    if name in _BLOCKED:
        return Disconnected(Code.ACCOUNT_BLOCKED, reason)
    return None


def _as_account(send: Callable[[Request], Response], request: Request, access: Access) -> Response:
    if access.key:
        return send_with_proof(send, lambda: request, key=access.key, token=access.token)
    headers = {**request.headers, "Authorization": f"Bearer {access.token}"}
    return send(replace(request, headers=headers))


def _sign_in_failure(response: Response, *, hide: str) -> Failure:
    name = json_object(response).get("error")
    reason = reason_in(response, hide=hide)
    if name in _BLOCKED:
        return Rejected(Code.ACCOUNT_BLOCKED, reason)
    # Only the account's own password asks for a second factor.
    if name == "AuthFactorTokenRequired":
        return Rejected(Code.MAIN_PASSWORD, reason)
    if response.status == 401:
        return Rejected(Code.WRONG_PASSWORD, reason)
    if not name and response.status < 500:
        return Rejected(Code.NO_SUCH_SERVER, reason)
    return after_asking(response, hide=hide)


def _url(host: str, method: str) -> str:
    return f"{base_url(host)}/xrpc/{method}"
