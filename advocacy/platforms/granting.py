"""Tokens of platforms where an administrator registered the hub: asking for them, and what a no means.

Sources: RFC 6749, sections 4.1.3, 5 and 6, and what each platform does otherwise.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import regex

from advocacy.lib.http import Request, Response
from advocacy.platforms.answers import LATER, ask, json_object, send_once, wait_in
from advocacy.platforms.connector import (
    Access,
    App,
    Code,
    Disconnected,
    Failure,
    OutcomeUnknown,
    Rejected,
    TryLater,
)

# Nothing is sent before an administrator has mended it; then it goes on at once.
UNTIL_SOMEONE_LOOKS = timedelta(minutes=5)
_WRONG_APP = frozenset({"invalid_client", "unauthorized_client"})
# With these a 401 is about the code or the token.
_WRONG_GRANT = frozenset({"invalid_grant", "invalid_request"})
_SHORTEST_LIFE, _LONGEST_LIFE = 1, 400 * 86_400  # seconds


# What a no means on a platform that says it in a way of its own; None where it does not.
Dialect = Callable[[Response], Failure | None]
# Where in an answer the token stands.
Reading = Callable[[Response], Mapping[str, object]]


def _standard(response: Response) -> Failure | None:
    return None


def first_tokens(
    request: Request, *, dialect: Dialect = _standard, read: Reading = json_object
) -> Mapping[str, object]:
    """Trade a code. :raises Rejected: `APP_WRONG` or `SIGN_IN_FAILED`. :raises TryLater:"""
    response = ask(request)
    said = read(response)
    if response.status == 200 and said.get("access_token"):
        return said
    if failure := dialect(response) or _for_now(response):
        raise failure
    raise Rejected(Code.APP_WRONG if _is_about_the_app(response) else Code.SIGN_IN_FAILED, error_in(response))


def take_back(request: Request) -> None:
    """End a permission. :raises TryLater: not reached. :raises Rejected: refused"""
    response = ask(request)
    # Of a token that is gone already, and of a registration that is, platforms say 400 or 401.
    if response.status in (200, 204, 400, 401):
        return
    raise _for_now(response) or Rejected(Code.REFUSED, error_in(response))


def next_tokens(request: Request, *, dialect: Dialect = _standard) -> Mapping[str, object]:
    """Trade a refresh token, which may be spent by it.

    :raises TryLater: nothing changed; `APP_WRONG` when it is the hub that was not let in
    :raises Disconnected: the owner must connect again
    :raises OutcomeUnknown: the new tokens may have been made and lost
    """
    response = send_once(request)
    said = json_object(response)
    if response.status == 200 and said.get("access_token"):
        return said
    raise dialect(response) or _no_next_tokens(response)


def _no_next_tokens(response: Response) -> Failure:
    name = error_in(response)
    if response.status == 429:
        return TryLater(Code.RATE_LIMITED, name, wait=wait_in(response, otherwise=LATER))
    if response.status >= 500 or response.status < 300 or response.status == 408:
        return OutcomeUnknown(Code.UNCLEAR_ANSWER, name)
    if _is_about_the_app(response):
        # The person did nothing: their permission waits until an administrator has mended the set-up.
        return TryLater(Code.APP_WRONG, name, wait=UNTIL_SOMEONE_LOOKS)
    return Disconnected(Code.REVOKED, name)


def access_from(said: Mapping[str, object], *, host: str, remote_id: str = "") -> Access:
    """Return what a token answer gives. Its end is told by this machine's clock."""
    life = said.get("expires_in")
    expires_at = None
    if isinstance(life, int) and _SHORTEST_LIFE <= life <= _LONGEST_LIFE:
        expires_at = datetime.now(UTC) + timedelta(seconds=life)
    return Access(
        host, remote_id, str(said["access_token"]), str(said.get("refresh_token") or ""), expires_at
    )


def scopes_in(said: Mapping[str, object], *, asked: tuple[str, ...]) -> list[str]:
    """Return what was granted; a platform that does not say granted what was asked.

    The standard parts scopes by spaces; LinkedIn by commas.
    """
    granted = str(said.get("scope") or "").replace(",", " ").split()
    return sorted(granted) or sorted(asked)


def refuse_without(needed: tuple[str, ...], granted: list[str]) -> None:
    """Refuse a permission too small to post with. :raises Rejected: it names what is missing"""
    missing = [scope for scope in needed if scope not in granted]
    if missing:
        raise Rejected(Code.FORBIDDEN, ", ".join(missing))


def app_of(access: Access) -> App:
    if access.app is None:
        raise ValueError("A token of this platform is renewed only with the registration that got it.")
    return access.app


def basic(app: App) -> dict[str, str]:
    """Return the header of a client with a secret. Source: RFC 6749, section 2.3.1."""
    pair = f"{quote(app.client_id, safe='')}:{quote(app.client_secret, safe='')}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def error_in(response: Response) -> str:
    """Return the error's name, and nothing else: the request was full of secrets."""
    error = str(json_object(response).get("error") or "")
    return error if regex.fullmatch(r"[a-z_]{1,60}", error) else f"HTTP {response.status}"


def _for_now(response: Response) -> TryLater | None:
    if response.status != 429 and response.status < 500:
        return None
    return TryLater(
        Code.RATE_LIMITED if response.status == 429 else Code.SERVER_ERROR,
        error_in(response),
        wait=wait_in(response, otherwise=LATER),
    )


def _is_about_the_app(response: Response) -> bool:
    error = error_in(response)
    return error in _WRONG_APP or (response.status == 401 and error not in _WRONG_GRANT)
