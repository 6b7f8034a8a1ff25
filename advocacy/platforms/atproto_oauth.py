"""Signing in at the account's own server with OAuth, as the AT Protocol profiles it: PAR, PKCE and DPoP.

Sources: https://atproto.com/specs/oauth; RFC 9126 (telling first), RFC 9207 (who answers), RFC 7009.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from advocacy.lib.http import Request, Response
from advocacy.platforms import client_keys, dpop, granting
from advocacy.platforms.answers import (
    LATER,
    after_asking,
    ask,
    ask_typed_host,
    json_object,
    send_once,
    wait_in,
)
from advocacy.platforms.atproto_finding import Issuer
from advocacy.platforms.client_keys import ClientKey
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

# To post, look at nothing, and take posts back: the least that the hub can do its work with.
# Source: https://atproto.com/specs/permission
SCOPES = ("atproto", "repo:app.bsky.feed.post", "blob:image/*")
_SIGNED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_WRONG_CLIENT = frozenset(
    {
        "invalid_client",
        "invalid_client_id",
        "invalid_client_metadata",
        "invalid_redirect_uri",
        "unauthorized_client",
    }
)


def can_introduce(home: str) -> bool:
    """Tell whether servers let a hub at this address in: on https under a name, or on this very machine."""
    parts = urlsplit(home)
    return _is_loopback(home) or (parts.scheme == "https" and not _is_ip(parts.hostname or ""))


def client_for(host: str, *, described_at: str, redirect_uri: str) -> App:
    """Return who the hub is to a server. :raises Rejected: servers cannot look this hub up"""
    if not can_introduce(redirect_uri):
        raise Rejected(Code.NO_SIGN_IN)
    if _is_loopback(redirect_uri):
        # For trying out: such a client is described by its name itself, and has no key of its own.
        named = urlencode({"redirect_uri": redirect_uri, "scope": " ".join(SCOPES)})
        return App(host, f"http://localhost?{named}", "")
    return App(host, described_at, dpop.new_key())


def description(app: App, *, redirect_uri: str, name: str, home: str) -> Mapping[str, object]:
    """Return the client metadata. Source: draft-ietf-oauth-client-id-metadata-document."""
    return {
        "client_id": app.client_id,
        "client_name": name,
        "client_uri": home,
        "application_type": "web",
        "redirect_uris": [redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": " ".join(SCOPES),
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": dpop.ALGORITHM,
        "jwks": client_keys.shown(app.client_secret),
    }


@dataclass(frozen=True)
class Session:
    """The hub at one server: its name there, the server, and the key that tokens are bound to.

    `signs_with` is the hub's own key, where it has any.
    """

    app: App
    issuer: Issuer
    key: str = field(repr=False)
    signs_with: ClientKey | None = None

    def ask(
        self, send: Callable[[Request], Response], url: str, form: Mapping[str, str]
    ) -> tuple[Response, Mapping[str, object]]:
        """Return the answer, and what it says."""
        response = dpop.send_with_proof(send, lambda: self._written(url, form), key=self.key)
        return response, json_object(response)

    def _written(self, url: str, form: Mapping[str, str]) -> Request:
        return Request("POST", url, form={**form, "client_id": self.app.client_id, **self._signature()})

    def _signature(self) -> Mapping[str, str]:
        if self.signs_with is None:
            return {}
        key, name = self.signs_with.key, self.app.client_id
        signed = dpop.assertion(key, client_id=name, issuer=self.issuer.issuer)
        return {"client_assertion_type": _SIGNED, "client_assertion": signed}


def push(session: Session, asked: Mapping[str, str]) -> str:
    """Tell the server who will come, and return where to send the browser. :raises Rejected, TryLater:"""
    form = {"response_type": "code", "scope": " ".join(SCOPES), "code_challenge_method": "S256", **asked}
    response, said = session.ask(ask_typed_host, session.issuer.push, form)
    request_uri = said.get("request_uri")
    if response.status not in (200, 201) or not isinstance(request_uri, str):
        raise _no_sign_in(response)
    query = urlencode({"client_id": session.app.client_id, "request_uri": request_uri})
    return f"{session.issuer.authorize}?{query}"


def first_access(session: Session, asked: Mapping[str, str], *, did: str, pds: str) -> Access:
    """Trade a code for the tokens of this account. :raises Rejected, TryLater:"""
    form = {"grant_type": "authorization_code", **asked}
    response, said = session.ask(ask_typed_host, session.issuer.token, form)
    if response.status != 200 or not said.get("access_token"):
        raise _no_sign_in(response)
    if said.get("sub") != did:
        # A server may speak only for accounts that have chosen it, and that was found out for one of them.
        raise Rejected(Code.OTHER_ACCOUNT)
    if not _is_bound(said):
        raise Rejected(Code.SIGN_IN_FAILED)
    granting.refuse_without(SCOPES, granting.scopes_in(said, asked=()))
    return _access(said, session, did=did, pds=pds)


def next_access(session: Session, access: Access) -> Access:
    """Trade the refresh token, which is spent by it.

    :raises TryLater: nothing changed
    :raises Disconnected: the owner must connect again
    :raises OutcomeUnknown: the new tokens may have been made and lost
    """
    form = {"grant_type": "refresh_token", "refresh_token": access.refresh_token}
    response, said = session.ask(send_once, session.issuer.token, form)
    if response.status != 200 or not said.get("access_token"):
        raise _no_next(response)
    if said.get("sub") != access.remote_id or not _is_bound(said):
        # Tokens of somebody else are never used, whoever sent them.
        raise Disconnected(Code.REVOKED)
    return _access(said, session, did=access.remote_id, pds=access.host)


def take_back(session: Session, access: Access) -> None:
    """End the whole session. :raises TryLater: not reached. :raises Rejected: refused"""
    if not session.issuer.revoke:
        raise Rejected(Code.REFUSED)
    form = {"token": access.refresh_token, "token_type_hint": "refresh_token"}
    response, _ = session.ask(ask, session.issuer.revoke, form)
    if dpop.refuses_proof(response):
        raise TryLater(Code.SERVER_ERROR, granting.error_in(response), wait=LATER)
    # A token that is gone already is no error, and neither is a hub that is not known there any more.
    if response.status not in (200, 204, 400, 401):
        raise after_asking(response, hide=access.refresh_token)


def _access(said: Mapping[str, object], session: Session, *, did: str, pds: str) -> Access:
    access = granting.access_from(said, host=pds, remote_id=did)
    signed_by = {"signed_by": session.signs_with.name} if session.signs_with else {}
    return replace(access, key=session.key, data={"issuer": session.issuer.issuer, **signed_by})


def _is_bound(said: Mapping[str, object]) -> bool:
    return str(said.get("token_type")).lower() == "dpop"


def _no_sign_in(response: Response) -> Failure:
    error = granting.error_in(response)
    if error in _WRONG_CLIENT:
        # It could not look up who the hub is: the hub may be out of its reach.
        return Rejected(Code.NO_SIGN_IN, error)
    if dpop.refuses_proof(response):
        return TryLater(Code.SERVER_ERROR, error, wait=LATER)
    if response.status == 429 or response.status >= 500:
        return TryLater(Code.SERVER_ERROR, error, wait=wait_in(response, otherwise=LATER))
    return Rejected(Code.SIGN_IN_FAILED, error)


def _no_next(response: Response) -> Failure:
    error = granting.error_in(response)
    if response.status == 429:
        return TryLater(Code.RATE_LIMITED, error, wait=wait_in(response, otherwise=LATER))
    if response.status >= 500 or response.status < 300 or response.status == 408:
        return OutcomeUnknown(Code.UNCLEAR_ANSWER, error)
    if error in _WRONG_CLIENT or dpop.refuses_proof(response):
        # The owner did nothing, and the token was not looked at.
        return TryLater(Code.SERVER_ERROR, error, wait=LATER)
    return Disconnected(Code.REVOKED, error)


def _is_loopback(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1"}


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
