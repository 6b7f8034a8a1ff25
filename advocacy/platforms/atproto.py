"""The protocol under Bluesky: keys, sessions, records and blobs on an account's own server (PDS).

Sources: https://atproto.com/specs and the lexicons com.atproto.* of bluesky-social/atproto.
"""

import base64
import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from advocacy.lib.http import Request, Response
from advocacy.platforms.answers import (
    after_asking,
    after_looking,
    ask,
    ask_typed_host,
    base_url,
    host_in,
    json_object,
    reason_in,
)
from advocacy.platforms.connector import Access, Code, Disconnected, Failure, Image, Rejected

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


def asking(host: str, method: str, parameters: Mapping[str, str]) -> Request:
    """Return a question that needs no token."""
    return Request("GET", _url(host, method), params=parameters)


def telling(host: str, method: str, body: Mapping[str, object] | None, *, token: str = "") -> Request:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Request("POST", _url(host, method), headers=headers, json=body)


def upload(image: Image, access: Access, *, timeout: timedelta) -> object:
    """Return the blob to put into a record, verbatim. One that no record refers to is thrown away in time.

    :raises TryLater, Rejected, Disconnected:
    """
    headers = {"Authorization": f"Bearer {access.token}", "Content-Type": image.media_type}
    url = _url(access.host, "com.atproto.repo.uploadBlob")
    response = ask(Request("POST", url, headers=headers, body=image.content), timeout=timeout)
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
    who = {"identifier": _INVISIBLE.sub("", handle).removeprefix("@"), "password": secret}
    response = ask_typed_host(telling(host, "com.atproto.server.createSession", who))
    session = json_object(response)
    if response.status == 200 and is_session(session):
        return session
    raise _sign_in_failure(response, hide=secret)


def access_from(session: Mapping[str, object], *, host: str) -> Access:
    """Return what a session gives access to. `host` is the server that made it."""
    token = str(session["accessJwt"])
    expires = claims_of(token).get("exp")
    return Access(
        host=_pds_of(session, otherwise=host),
        remote_id=str(session["did"]),
        token=token,
        refresh_token=str(session["refreshJwt"]),
        expires_at=datetime.fromtimestamp(expires, UTC) if isinstance(expires, int) else None,
    )


def is_session(said: Mapping[str, object]) -> bool:
    return all(isinstance(said.get(name), str) for name in ("did", "accessJwt", "refreshJwt"))


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
    if name == "ExpiredToken":
        return Disconnected(Code.EXPIRED, reason)
    if name in _GONE:
        return Disconnected(Code.REVOKED, reason)
    if name in _BLOCKED:
        return Disconnected(Code.ACCOUNT_BLOCKED, reason)
    return None


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


def _pds_of(session: Mapping[str, object], *, otherwise: str) -> str:
    """Return the server where the account lives: one may sign in at bsky.social and live elsewhere."""
    document = session.get("didDoc")
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id")).endswith("#atproto_pds"):
            try:
                return host_in(str(service.get("serviceEndpoint")))
            except Rejected:
                break
    return otherwise


def _url(host: str, method: str) -> str:
    return f"{base_url(host)}/xrpc/{method}"
