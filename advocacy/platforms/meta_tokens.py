"""Signing in at Meta's platforms: a code, a token of an hour, one of sixty days, and renewing that.

A token of sixty days is its own refresh token. Sources, below
https://developers.facebook.com/docs/: threads/get-started/long-lived-tokens, instagram-platform/reference/
refresh_access_token, facebook-login/guides/access-tokens. How a wrong secret is refused is from field
reports: facebookarchive/php-graph-sdk #50 and #538, cosenary/Instagram-PHP-API #230.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace

from advocacy.lib.http import Request, Response
from advocacy.platforms.answers import LATER, ask, json_object
from advocacy.platforms.connector import Access, Code, Disconnected, Failure, Rejected, TryLater
from advocacy.platforms.granting import UNTIL_SOMEONE_LOOKS, access_from, first_tokens, next_tokens
from advocacy.platforms.meta_api import GraphError, error_in

_WRONG_CLIENT = 101
_OF_THE_APP = ("client secret", "platform app")
_TRANSIENT = frozenset({1, 2, 4, 17, 32, 613})
_INVALID_TOKEN = 190


def bare_code(code: str) -> str:
    """Return the code without the sign that Meta hangs behind it."""
    return code.removesuffix("#_")


def trade_code(request: Request, *, knock: Request | None) -> Mapping[str, object]:
    """Trade a code for a token of an hour. `knock` asks for a token of the app itself: it tells, when the
    code was refused, whether the secret would have been.

    :raises Rejected: `APP_WRONG` or `SIGN_IN_FAILED`
    :raises TryLater:
    """
    try:
        return first_tokens(request, dialect=refused, read=_unwrapped)
    except Rejected as failure:
        if knock is not None and failure.code == Code.SIGN_IN_FAILED and _is_not_let_in(knock):
            raise Rejected(Code.APP_WRONG) from failure
        raise


def refused(response: Response) -> Failure | None:
    """Return why no token was given for a code. Of the words nothing is kept: the request held secrets."""
    error = error_in(response, hide="") or _instagrams(json_object(response))
    if error is None:
        return None
    if _is_of_the_app(error):
        return Rejected(Code.APP_WRONG, f"code {error.code}")
    if error.code in _TRANSIENT or error.is_transient:
        return TryLater(Code.SERVER_ERROR, f"code {error.code}", wait=LATER)
    return Rejected(Code.SIGN_IN_FAILED, f"code {error.code}")


def lasting(request: Request, *, host: str) -> Access:
    """Ask for a token of sixty days. :raises TryLater, Disconnected, OutcomeUnknown: as in `next_tokens`"""
    access = access_from(next_tokens(request, dialect=not_renewed), host=host)
    return replace(access, refresh_token=access.token)


def not_renewed(response: Response) -> Failure | None:
    """Return why a token was not renewed, or not made to last."""
    error = error_in(response, hide="")
    if error is None:
        return None
    if _is_of_the_app(error):
        return TryLater(Code.APP_WRONG, f"code {error.code}", wait=UNTIL_SOMEONE_LOOKS)
    if error.code in _TRANSIENT or error.is_transient:
        return TryLater(Code.SERVER_ERROR, f"code {error.code}", wait=LATER)
    ran_out = error.code == _INVALID_TOKEN and "expired" in error.words.lower()
    return Disconnected(Code.EXPIRED if ran_out else Code.REVOKED, f"code {error.code}")


def who_signed_off(form: Mapping[str, str], *, secret: str) -> str:
    """Return whose permission ended, by Meta's signed word. :raises Rejected: it is not Meta's

    Source: https://developers.facebook.com/docs/games/gamesonfacebook/login#parsingsr and the page on the
    data deletion callback.
    """
    signature, _, payload = form.get("signed_request", "").partition(".")
    expected = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    if not secret or not hmac.compare_digest(_decoded(signature), expected):
        raise Rejected(Code.FORBIDDEN)
    try:
        said = json.loads(_decoded(payload))
    except ValueError as error:
        raise Rejected(Code.UNCLEAR_ANSWER) from error
    if not isinstance(said, dict) or not said.get("user_id"):
        raise Rejected(Code.UNCLEAR_ANSWER)
    return str(said["user_id"])


def proof_of(token: str, secret: str) -> str:
    """Return the proof that who shows the token knows the app's secret.

    Source: https://developers.facebook.com/docs/graph-api/guides/secure-requests
    """
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _decoded(written: str) -> bytes:
    """Read base64 of the kind for addresses, without its padding; nothing when it is none."""
    try:
        return base64.urlsafe_b64decode(written.encode() + b"=" * (-len(written) % 4))
    except ValueError:
        return b""


def _is_of_the_app(error: GraphError) -> bool:
    return error.code == _WRONG_CLIENT or any(one in error.words.lower() for one in _OF_THE_APP)


def _is_not_let_in(knock: Request) -> bool:
    response = ask(knock)
    return (
        400 <= response.status < 500
        and response.status != 429
        and not json_object(response).get("access_token")
    )


def _instagrams(said: Mapping[str, object]) -> GraphError | None:
    """Read the error of Instagram's own host, which says it otherwise."""
    code = said.get("code")
    if not isinstance(code, int) or "error_message" not in said:
        return None
    return GraphError(code, 0, str(said["error_message"]), is_transient=False)


def _unwrapped(response: Response) -> Mapping[str, object]:
    """Return the token answer, which Instagram sometimes wraps in a list."""
    said = json_object(response)
    data = said.get("data")
    first = data[0] if isinstance(data, list) and data else None
    return first if isinstance(first, dict) else said
