"""A stand-in for X. It is ours, made from the facts sheet; nobody asked the real one anything."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from tests.lib.servers import Visit
from tests.platforms.pretending import Pretender, Route, bearer_of, said
from tests.platforms.standins import _fields
from tests.platforms.written import Written


@dataclass
class PretendX(Pretender):
    """`posts` is what stands there, newest first. Refresh tokens serve once; an old one ends them all."""

    slug: str = "x"
    secret: str = "x-secret"
    renamed: bool = False
    processing: int = 0
    posts: list[dict[str, object]] = field(default_factory=list)
    media: dict[str, dict[str, object]] = field(default_factory=dict)
    alts: dict[str, str] = field(default_factory=dict)
    token: str = "x-token"
    refresh_token: str = "x-refresh"
    spent: set[str] = field(default_factory=set)
    challenge: str = ""
    refreshes: int = 0
    # Whether the answer to the next refresh gets lost after the tokens were made.
    lose_tokens: bool = False

    def routes(self) -> dict[str, Route]:
        return {
            "POST /2/oauth2/token": self._tokens,
            "POST /2/oauth2/revoke": self._revoke,
            "GET /2/users/me": self._me,
            "POST /2/tweets": self._create,
            "GET /2/tweets": self._show,
            r"DELETE /2/tweets/(\d+)": self._delete,
            r"GET /2/users/\d+/tweets": self._timeline,
            "POST /2/media/upload": self._upload,
            "GET /2/media/upload": self._media,
            "POST /2/media/metadata": self._describe,
        }

    def texts(self) -> list[str]:
        return [str(post["said"]) for post in self.posts]

    def sign_in_in_a_browser(self, authorize_url: str) -> str:
        """Play the person who is sent there and says yes; returns the code."""
        asked = dict(parse_qsl(urlsplit(authorize_url).query))
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) <= 500
        self.challenge = asked["code_challenge"]
        return "the-code"

    def _create(self, visit: Visit) -> Written:
        if bearer_of(visit) != self.token:
            return self.written("unauthorized")
        return self.with_fault(lambda: self._stand(json.loads(visit.body)))

    def _stand(self, asked: dict[str, object]) -> Written:
        assert set(asked) <= {"text", "media", "reply_settings"}, "unknown members are refused"
        with self.lock:
            if asked["text"] in self.texts():
                return self.written("duplicate")
            number = str(1900000000000000000 + len(self.posts) + 1)
            self.posts.insert(
                0,
                {
                    "id": number,
                    "said": asked["text"],
                    "media": asked.get("media"),
                    **_as_x(str(asked["text"])),
                },
            )
        return said(201, {"data": {"id": number, "text": self.posts[0]["text"]}})

    def _timeline(self, visit: Visit) -> Written:
        if bearer_of(visit) != self.token:
            return self.written("unauthorized")
        asked = dict(parse_qsl(urlsplit(visit.path).query))
        assert asked["exclude"] == "retweets,replies"
        assert 5 <= int(asked["max_results"]) <= 100
        page = [
            {name: post[name] for name in ("id", "text", "created_at", "entities")} for post in self.posts
        ]
        return said(
            200,
            {"data": page, "meta": {"result_count": len(page)}} if page else {"meta": {"result_count": 0}},
        )

    def _show(self, visit: Visit) -> Written:
        asked = dict(parse_qsl(urlsplit(visit.path).query))
        if not any(post["id"] == asked["ids"] for post in self.posts):
            return self.written("metrics_gone")
        return self.written("metrics_renamed" if self.renamed else "metrics")

    def _delete(self, visit: Visit, number: str) -> Written:
        if bearer_of(visit) != self.token:
            return self.written("unauthorized")
        before = len(self.posts)
        self.posts = [post for post in self.posts if post["id"] != number]
        return self.written("deleted" if len(self.posts) < before else "not_found")

    def _upload(self, visit: Visit) -> Written:
        fields = _fields(visit)
        assert fields["media_category"] == "tweet_image"
        number = str(len(self.media) + 1)
        self.media[number] = {"type": fields["media"], "left": self.processing}
        return said(200, {"data": self._state(number)})

    def _media(self, visit: Visit) -> Written:
        asked = dict(parse_qsl(urlsplit(visit.path).query))
        media = self.media[asked["media_id"]]
        media["left"] = int(str(media["left"])) - 1
        return said(200, {"data": self._state(asked["media_id"])})

    def _state(self, number: str) -> dict[str, object]:
        if int(str(self.media[number]["left"])) <= 0:
            return {"id": number, "media_key": f"3_{number}"}
        return {"id": number, "processing_info": {"state": "in_progress", "check_after_secs": 0}}

    def _describe(self, visit: Visit) -> Written:
        asked = json.loads(visit.body)
        self.alts[asked["id"]] = asked["metadata"]["alt_text"]["text"]
        return said(200, {"data": {"id": asked["id"]}})

    def _tokens(self, visit: Visit) -> Written:
        if not self._is_the_app(visit):
            return self.written("wrong_client")
        asked = dict(parse_qsl(visit.body.decode()))
        if asked["grant_type"] == "refresh_token":
            return self._renewed(asked["refresh_token"])
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        if (
            asked["code"] != "the-code"
            or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge
        ):
            return self.written("wrong_code")
        return self._given()

    def _renewed(self, token: str) -> Written:
        with self.lock:
            self.refreshes += 1
            if token != self.refresh_token:
                if token in self.spent:
                    self.token = self.refresh_token = "nobody's"
                return self.written("refresh_token_spent")
            self.spent.add(token)
            self.token, self.refresh_token = f"x-token-{self.refreshes}", f"x-refresh-{self.refreshes}"
            lost, self.lose_tokens = self.lose_tokens, False
        return said(0) if lost else self._given()

    def _given(self) -> Written:
        answer = self.written("tokens")
        body = dict(answer.body) if isinstance(answer.body, dict) else {}
        return said(200, body | {"access_token": self.token, "refresh_token": self.refresh_token})

    def _revoke(self, visit: Visit) -> Written:
        if not self._is_the_app(visit):
            return self.written("wrong_client")
        if dict(parse_qsl(visit.body.decode()))["token"] == self.refresh_token:
            self.token = self.refresh_token = "nobody's"
        return self.written("revoked")

    def _me(self, visit: Visit) -> Written:
        return self.written("me") if bearer_of(visit) == self.token else self.written("unauthorized")

    def _is_the_app(self, visit: Visit) -> bool:
        pair = base64.b64decode(visit.header("Authorization").removeprefix("Basic ")).decode()
        return pair == f"hub:{self.secret}"


def _as_x(text: str) -> dict[str, object]:
    """Write a post as X gives it back: links as t.co, signs of HTML escaped."""
    urls = []
    for number, link in enumerate(re.findall(r"https?://\S+", text)):
        short = f"https://t.co/{number}"
        text = text.replace(link, short)
        urls.append({"url": short, "expanded_url": link})
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": escaped, "entities": {"urls": urls}, "created_at": datetime.now(UTC).isoformat()}
