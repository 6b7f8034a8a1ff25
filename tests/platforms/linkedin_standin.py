"""A stand-in for LinkedIn. It is ours, made from the facts sheet; nobody asked the real one anything."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.lib.servers import Visit
from tests.platforms.pretending import Pretender, Route, bearer_of, said
from tests.platforms.written import Written

RESERVED = "|{}@[]()<>#*_~"
_TEMPLATE = re.compile(r"\{hashtag\|\\#\|((?:[^\\}]|\\.)*)\}", re.DOTALL)


def shown(commentary: str) -> str:
    """Read little text as LinkedIn does: it stops, silently, at the first sign that is not escaped."""
    text, at = "", 0
    while at < len(commentary):
        sign = commentary[at]
        template = _TEMPLATE.match(commentary, at)
        if template:
            text, at = f"{text}#{shown(template.group(1))}", template.end()
        elif sign == "\\" and at + 1 < len(commentary):
            text, at = text + commentary[at + 1], at + 2
        elif sign in RESERVED or sign == "\\":
            return text
        else:
            text, at = text + sign, at + 1
    return text


@dataclass
class PretendLinkedIn(Pretender):
    """`posts` is what stands there, by URN; `vetted` may ask after pictures and counts."""

    slug: str = "linkedin"
    retired: tuple[str, ...] = ("202511",)
    vetted: bool = False
    token: str = "linkedin-token"
    secret: str = "linkedin-secret"
    posts: dict[str, dict[str, object]] = field(default_factory=dict)
    # What the detector of doubles remembers, of what was deleted too.
    remembered: dict[str, str] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    refresh_token: str = ""
    bodies: list[dict[str, object]] = field(default_factory=list)

    def routes(self) -> dict[str, Route]:
        return {
            "POST /oauth/v2/accessToken": self._tokens,
            "POST /oauth/v2/revoke": self._revoke,
            "GET /v2/userinfo": self._userinfo,
            "POST /rest/posts": self._create,
            "DELETE /rest/posts/(.+)": self._delete,
            "POST /rest/images": self._begin_upload,
            "PUT /upload/(.+)": self._upload,
            "GET /rest/images/(.+)": self._image,
            "GET /rest/memberCreatorPostAnalytics": self._analytics,
        }

    def texts(self) -> list[str]:
        return [shown(str(post["commentary"])) for post in self.posts.values()]

    def _refused(self, visit: Visit) -> Written | None:
        if bearer_of(visit) != self.token:
            return self.written("token_revoked")
        if visit.header("LinkedIn-Version") in ("", *self.retired):
            return self.written("version_retired")
        assert visit.header("X-Restli-Protocol-Version") == "2.0.0"
        return None

    def _create(self, visit: Visit) -> Written:
        refused = self._refused(visit)
        return refused or self.with_fault(lambda: self._stand(json.loads(visit.body)))

    def _stand(self, post: dict[str, object]) -> Written:
        content = json.dumps([post["author"], post["commentary"], post.get("content")], sort_keys=True)
        self.bodies.append(post)
        with self.lock:
            if content in self.remembered:
                urn = self.remembered[content]
                told = json.dumps(self.written("duplicate").body)
                told = told.replace("urn:li:share:7150000000000000001", urn)
                return said(422, json.loads(told))
            if any(not content for content in self._pictures_of(post)):
                return self.written("image_not_uploaded_yet")
            urn = f"urn:li:share:{7150000000000000000 + len(self.remembered) + 1}"
            self.posts[urn] = post
            self.remembered[content] = urn
        return said(201, None, x_restli_id=urn)

    def _pictures_of(self, post: dict[str, object]) -> list[bytes]:
        urns = re.findall(r"urn:li:image:\w+", json.dumps(post.get("content", {})))
        return [self.images.get(urn, b"") for urn in urns]

    def _delete(self, visit: Visit, urn: str) -> Written:
        if refused := self._refused(visit):
            return refused
        if self.posts.pop(unquote(urn), None) is None:
            return self.written("not_found")
        return said(204)

    def _begin_upload(self, visit: Visit) -> Written:
        if refused := self._refused(visit):
            return refused
        assert "action=initializeUpload" in visit.path
        owner = json.loads(visit.body)["initializeUploadRequest"]["owner"]
        assert owner.startswith("urn:li:person:")
        urn = f"urn:li:image:C{len(self.images) + 1}"
        self.images[urn] = b""
        url = f"http://{self.host}/upload/{urn}"
        return said(200, {"value": {"uploadUrl": url, "image": urn, "uploadUrlExpiresAt": 1}})

    def _upload(self, visit: Visit, urn: str) -> Written:
        assert bearer_of(visit) == self.token
        self.images[urn] = visit.body
        return said(201)

    def _image(self, visit: Visit, urn: str) -> Written:
        if not self.vetted:
            return self.written("access_denied")
        state = "AVAILABLE" if self.images.get(unquote(urn)) else "WAITING_UPLOAD"
        return said(200, {"id": unquote(urn), "status": state})

    def _analytics(self, visit: Visit) -> Written:
        assert re.search(r"entity=\((share|ugc):urn%3Ali%3A(share|ugcPost)%3A\d+\)", visit.path), visit.path
        if not self.vetted:
            return self.written("access_denied")
        kind = dict(parse_qsl(urlsplit(visit.path).query))["queryType"]
        count = {"REACTION": 12, "RESHARE": 3, "COMMENT": 4, "IMPRESSION": 900}[kind]
        return said(200, {"elements": [{"count": count, "metricType": kind}]})

    def _tokens(self, visit: Visit) -> Written:
        asked = dict(parse_qsl(visit.body.decode()))
        if asked.get("client_secret") != self.secret:
            return self.written("wrong_client")
        if asked["grant_type"] == "refresh_token":
            # The same refresh token comes back.
            self.token = f"linkedin-token-{len(self.asked)}"
            return said(
                200, {"access_token": self.token, "expires_in": 5184000, "refresh_token": self.refresh_token}
            )
        if asked["code"] != "the-code":
            return self.written("wrong_code")
        answer = self.written("tokens")
        body = dict(answer.body) if isinstance(answer.body, dict) else {}
        if self.refresh_token:
            body["refresh_token"] = self.refresh_token
        return said(200, body | {"access_token": self.token})

    def _revoke(self, visit: Visit) -> Written:
        if dict(parse_qsl(visit.body.decode())).get("token") == self.token:
            self.token = "nobody's"
        return said(200, {})

    def _userinfo(self, visit: Visit) -> Written:
        return self.written("userinfo") if bearer_of(visit) == self.token else self.written("token_revoked")
