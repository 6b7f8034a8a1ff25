"""Tokens bound to a key: with every request the hub proves that it holds the key (DPoP).

The joserfc library signs. A server may want a number of its own (a nonce) in the proof, and says so by
refusing the first one; that refusal did nothing yet, so the request goes out once more.

Sources: RFC 9449 (DPoP), RFC 7523 (a client that signs instead of knowing a secret), RFC 7638.
"""

import base64
import hashlib
import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from time import time
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from advocacy.lib.http import Request, Response
from advocacy.platforms.answers import json_object

ALGORITHM = "ES256"
# What a server refuses of a proof: its number is missing or old, or one of the two clocks is wrong.
REFUSED_PROOFS = frozenset({"use_dpop_nonce", "invalid_dpop_proof"})
ASSERTION_LIFE = 60  # seconds
_NONCE = re.compile(r"[\x21-\x7e]{1,512}")
_MAX_KNOWN = 2_000  # servers


class _Nonces:
    """The last number of each server. Losing one costs a request, so they live in memory, up to a limit."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, bool], str] = OrderedDict()
        self._lock = Lock()

    def of(self, place: tuple[str, bool]) -> str:
        with self._lock:
            return self._known.get(place, "")

    def keep(self, place: tuple[str, bool], nonce: str) -> None:
        with self._lock:
            self._known[place] = nonce
            self._known.move_to_end(place)
            if len(self._known) > _MAX_KNOWN:
                self._known.popitem(last=False)


_nonces = _Nonces()


def new_key() -> str:
    """Return a new private key, as JSON, to be kept as carefully as a token."""
    return json.dumps(ECKey.generate_key("P-256").as_dict(private=True))


def public_part(key: str) -> dict[str, object]:
    """Return what anyone may know of a key."""
    known = _read(key)
    return {**known.as_dict(private=False), "kid": known.thumbprint(), "use": "sig", "alg": ALGORITHM}


def assertion(key: str, *, client_id: str, issuer: str) -> str:
    """Return a signed statement that the hub is who it says, to be shown once to this server."""
    now = int(time())
    signer = _read(key)
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "jti": secrets.token_urlsafe(16)}
    header = {"alg": ALGORITHM, "kid": signer.thumbprint()}
    return jwt.encode(header, {**claims, "iat": now, "exp": now + ASSERTION_LIFE}, signer)


def send_with_proof(
    send: Callable[[Request], Response], write: Callable[[], Request], *, key: str, token: str = ""
) -> Response:
    """Send the request with a proof of `key`, and once more if the server wants its own number in it.

    `write` makes the request anew for each time: what may be shown once only must differ.
    """
    request = write()
    place = _origin(request.url), bool(token)
    tried = _nonces.of(place)
    response = send(_proved(request, key=key, token=token, nonce=tried))
    wanted = response.headers.get("DPoP-Nonce", "")
    if not _NONCE.fullmatch(wanted):
        return response
    _nonces.keep(place, wanted)
    if not _asks_for_nonce(response) or wanted == tried:
        return response
    return send(_proved(write(), key=key, token=token, nonce=wanted))


def refuses_proof(response: Response) -> bool:
    """Tell whether it was the proof that was refused, of which the owner of the account knows nothing."""
    return response.status in (400, 401) and (
        json_object(response).get("error") in REFUSED_PROOFS
        or any(f'error="{name}"' in response.headers.get("WWW-Authenticate", "") for name in REFUSED_PROOFS)
    )


def _asks_for_nonce(response: Response) -> bool:
    said = f"{json_object(response).get('error')} {response.headers.get('WWW-Authenticate', '')}"
    return response.status in (400, 401) and "use_dpop_nonce" in said


def _proved(request: Request, *, key: str, token: str, nonce: str) -> Request:
    signer = _read(key)
    claims: dict[str, object] = {
        "jti": secrets.token_urlsafe(16),
        "htm": request.method,
        "htu": request.url.partition("?")[0],
        "iat": int(time()),
    }
    if nonce:
        claims["nonce"] = nonce
    headers = dict(request.headers)
    if token:
        digest = hashlib.sha256(token.encode()).digest()
        claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        headers["Authorization"] = f"DPoP {token}"
    header = {"typ": "dpop+jwt", "alg": ALGORITHM, "jwk": signer.as_dict(private=False)}
    headers["DPoP"] = jwt.encode(header, claims, signer)
    return replace(request, headers=headers)


def _read(key: str) -> ECKey:
    return ECKey.import_key(json.loads(key))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
