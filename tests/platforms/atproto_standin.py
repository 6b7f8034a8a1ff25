"""A stand-in for a server of the AT Protocol, its directory included. It is ours, and lies as the test says.

What an honest one does is proven against the real server, in test_bluesky_in_a_browser.py.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from tests.lib.servers import Visit
from tests.platforms.pretending import Pretender, Route, said
from tests.platforms.written import Written

HANDLE = "alice.example"
DID = f"did:plc:{'a' * 24}"
SCOPE = "atproto repo:app.bsky.feed.post blob:image/*"
RESOURCE, SERVER = "/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server"


@dataclass
class PretendNetwork(Pretender):
    """`lies` are put over the document at a path, `tells` over what a token answer says.

    `storms` makes it want another number in every proof, `dawdles` (seconds) think before it looks at one;
    `answers` replaces what an endpoint says.
    """

    slug: str = "bluesky"
    lies: dict[str, Mapping[str, object]] = field(default_factory=dict)
    tells: dict[str, object] = field(default_factory=dict)
    answers: dict[str, Written] = field(default_factory=dict)
    storms: bool = False
    dawdles: float = 0.0
    nonce: int = 1
    pushed: dict[str, str] = field(default_factory=dict)
    proofs: list[dict[str, Any]] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    records: dict[str, object] = field(default_factory=dict)
    given: int = 0
    # By app password: how many sessions were begun, and the refresh tokens of those that were ended.
    begun: int = 0
    ended: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def settings(self) -> dict[str, str]:
        return {"BLUESKY_RESOLVER": self.host, "BLUESKY_DIRECTORY": self.origin}

    def routes(self) -> dict[str, Route]:
        return {
            "GET /xrpc/com.atproto.identity.resolveHandle": self._shows("/resolve", lambda: {"did": DID}),
            "GET /did:plc:[a-z2-7]{24}": self._shows("/document", self._document),
            f"GET {RESOURCE}": self._shows(RESOURCE, self._resource),
            f"GET {SERVER}": self._shows(SERVER, self._server),
            "POST /oauth/par": self._push,
            "POST /oauth/token": self._tokens,
            "POST /oauth/revoke": self._revoke,
            "POST /xrpc/com.atproto.server.createSession": self._begin,
            "POST /xrpc/com.atproto.server.deleteSession": self._end,
            "GET /xrpc/com.atproto.repo.getRecord": self._record,
            "POST /xrpc/com.atproto.repo.putRecord": self._put,
        }

    def comes_back(self, there: str, **brought: str) -> str:
        """Return where the browser goes once the person has said yes: a path at the hub."""
        assert parse_qsl(urlsplit(there).query)[1] == ("request_uri", "urn:example:1")
        query = {"state": self.pushed["state"], "iss": self.origin, "code": "the-code", **brought}
        told = "&".join(f"{name}={value}" for name, value in query.items() if value)
        return f"{urlsplit(self.pushed['redirect_uri']).path}?{told}"

    def _shows(self, path: str, document: Callable[[], Mapping[str, object]]) -> Route:
        def show(visit: Visit) -> Written:
            return self.answers.get(path) or said(200, {**document(), **self.lies.get(path, {})})

        return show

    def _document(self) -> Mapping[str, object]:
        service = {"id": "#atproto_pds", "serviceEndpoint": self.origin}
        return {"id": DID, "alsoKnownAs": [f"at://{HANDLE}"], "service": [service]}

    def _resource(self) -> Mapping[str, object]:
        return {"resource": self.origin, "authorization_servers": [self.origin]}

    def _server(self) -> Mapping[str, object]:
        return {
            "issuer": self.origin,
            "authorization_endpoint": f"{self.origin}/oauth/authorize",
            "pushed_authorization_request_endpoint": f"{self.origin}/oauth/par",
            "token_endpoint": f"{self.origin}/oauth/token",
            "revocation_endpoint": f"{self.origin}/oauth/revoke",
            "require_pushed_authorization_requests": True,
            "authorization_response_iss_parameter_supported": True,
            "client_id_metadata_document_supported": True,
            "dpop_signing_alg_values_supported": ["ES256"],
        }

    def _push(self, visit: Visit) -> Written:
        return self._proven(visit, self._pushed)

    def _pushed(self, visit: Visit) -> Written:
        self.pushed = dict(parse_qsl(visit.body.decode()))
        return said(201, {"request_uri": "urn:example:1", "expires_in": 299})

    def _tokens(self, visit: Visit) -> Written:
        return self._proven(visit, self._given)

    def _given(self, visit: Visit) -> Written:
        asked = dict(parse_qsl(visit.body.decode()))
        self.forms.append(asked)
        if asked["grant_type"] == "authorization_code":
            digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
            assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.pushed["code_challenge"]
        elif asked["refresh_token"] != f"refresh-{self.given}":
            return said(400, {"error": "invalid_grant"})
        self.given += 1
        tokens = {"access_token": f"access-{self.given}", "refresh_token": f"refresh-{self.given}"}
        usual = {"token_type": "DPoP", "expires_in": 3600, "scope": SCOPE, "sub": DID}
        return said(200, {**tokens, **usual, **self.tells})

    def _revoke(self, visit: Visit) -> Written:
        return self._proven(visit, self._revoked)

    def _revoked(self, visit: Visit) -> Written:
        self.forms.append(dict(parse_qsl(visit.body.decode())))
        return said(200, {})

    def _begin(self, visit: Visit) -> Written:
        self.begun += 1
        tokens = {"accessJwt": f"session-{self.begun}", "refreshJwt": f"session-refresh-{self.begun}"}
        return said(200, {"did": DID, "handle": HANDLE, **tokens})

    def _end(self, visit: Visit) -> Written:
        self.ended.append(visit.header("Authorization").removeprefix("Bearer "))
        return said(200, {})

    def _record(self, visit: Visit) -> Written:
        return said(400, {"error": "RecordNotFound"})

    def _put(self, visit: Visit) -> Written:
        return self._proven(visit, self._stands, token=visit.header("Authorization").removeprefix("DPoP "))

    def _stands(self, visit: Visit) -> Written:
        asked = json.loads(visit.body)
        self.records[asked["rkey"]] = asked["record"]
        return said(200, {"uri": "at://x", "cid": "y"})

    def _proven(self, visit: Visit, act: Callable[[Visit], Written], *, token: str = "") -> Written:
        """Check the proof as RFC 9449 says, then act."""
        time.sleep(self.dawdles)
        proof = visit.header("DPoP")
        head = json.loads(base64.urlsafe_b64decode(proof.split(".")[0] + "=="))
        assert (head["typ"], head["alg"]) == ("dpop+jwt", "ES256")
        assert "d" not in head["jwk"]
        claims: dict[str, Any] = dict(jwt.decode(proof, ECKey.import_key(head["jwk"])).claims)
        assert claims["htm"] == "POST"
        assert claims["htu"] == f"{self.origin}{urlsplit(visit.path).path}"
        assert claims["jti"] not in {known["jti"] for known in self.proofs}
        if token:
            digest = hashlib.sha256(token.encode()).digest()
            assert claims["ath"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        self.proofs.append({**claims, "jwk": head["jwk"]})
        if self.storms or claims.get("nonce") != f"n{self.nonce}":
            self.nonce += self.storms
            refusal = {"error": "use_dpop_nonce", "error_description": "try again"}
            return said(401 if token else 400, refusal, DPoP_Nonce=f"n{self.nonce}")
        return self.answers.get(urlsplit(visit.path).path) or act(visit)
