"""Stand-ins for Threads, Instagram and Facebook Pages. They are ours, made from the facts sheet; nobody asked
the real ones anything."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen

from tests.lib.servers import Visit
from tests.platforms.pretending import Pretender, Route, said
from tests.platforms.standins import _fields
from tests.platforms.written import Written


def asked_in(visit: Visit) -> dict[str, str]:
    """Return what was asked, in the address or in a form."""
    return {**dict(parse_qsl(urlsplit(visit.path).query)), **(_fields(visit) if visit.body else {})}


def fetch(url: str) -> bytes:
    with urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


@dataclass
class PretendGraph(Pretender):
    """What the three have in common. `posts` is what stands there, newest first."""

    account: str = ""
    secret: str = "meta-secret"
    short: str = ""
    token: str = ""
    # How many of the tokens that last were given out.
    lasting: int = 0
    posts: list[dict[str, object]] = field(default_factory=list)
    may_see_insights: bool = True

    def texts(self) -> list[str]:
        return [str(post["words"]) for post in self.posts]

    def guarded(self, serve: Route) -> Route:
        """Let in who shows the token of the account."""

        def guard(visit: Visit, *parts: str) -> Written:
            if asked_in(visit).get("access_token") != self.token:
                return self.written("token_invalid")
            return serve(visit, *parts)

        return guard

    def stand(self, words: str, **more: object) -> str:
        with self.lock:
            number = f"{self.account}_{2000001 + len(self.posts)}"
            number = number if self.slug == "facebook" else str(17990000000000001 + len(self.posts))
            moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
            self.posts.insert(0, {"id": number, "words": words, "moment": moment, **more})
        return number

    def standing(self, number: str) -> dict[str, object] | None:
        return next((post for post in self.posts if post["id"] == number), None)

    def trade(self, visit: Visit) -> Written:
        asked = asked_in(visit)
        if asked["client_id"] != "hub":
            return self.written("wrong_client")
        if asked["client_secret"] != self.secret:
            return self.written("wrong_secret")
        if asked.get("grant_type") == "client_credentials":
            return self.written("tokens_of_the_app")
        return self.written("tokens" if asked.get("code") == "the-code" else "wrong_code")

    def last(self, visit: Visit) -> Written:
        """Give a token of sixty days for one of an hour, or for one that has not ended."""
        asked = asked_in(visit)
        renews = asked["grant_type"].endswith("_refresh_token")
        shown = asked.get("fb_exchange_token") or asked["access_token"]
        if shown != (self.token if renews else self.short):
            return self.written("token_invalid")
        if not renews and asked["client_secret"] != self.secret:
            return self.written("wrong_secret")
        self.lasting += 1
        answer = self.written("tokens_lasting")
        if renews:
            self.token = f"{self.token}+"
        body = dict(answer.body) if isinstance(answer.body, dict) else {}
        return said(200, body | ({"access_token": self.token} if renews else {}))

    def drop(self, visit: Visit, number: str) -> Written:
        if self.standing(number) is None:
            return self.written("post_gone")
        self.posts = [post for post in self.posts if post["id"] != number]
        return self.written("deleted")

    def insights(self, visit: Visit, number: str) -> Written:
        if not self.may_see_insights:
            return self.written("no_permission")
        return self.written("insights") if self.standing(number) else self.written("post_gone")


@dataclass
class PretendContainers(PretendGraph):
    """Posts in two steps. Pictures are really fetched; `processing` is how often one is not ready yet.

    `early` is how often a container that is published at once is not found yet (a field report).
    """

    words: str = ""
    edge: str = ""
    state: str = ""
    trouble: str = ""
    version: str = ""
    containers: dict[str, dict[str, str]] = field(default_factory=dict)
    fetched: list[bytes] = field(default_factory=list)
    fetch: Callable[[str], bytes] = fetch
    processing: int = 0
    early: int = 0

    def routes(self) -> dict[str, Route]:
        v, me = re.escape(self.version), rf"(?:me|{self.account})"
        return {
            "(?:POST|GET) /oauth/access_token": self.trade,
            "GET /access_token": self.last,
            "GET /refresh_access_token": self.last,
            f"GET /{v}/me": self.guarded(self._me),
            f"POST /{v}/{me}/{self.edge}": self.guarded(self._make),
            f"POST /{v}/{me}/{self.edge}_publish": self.guarded(self._publish),
            f"GET /{v}/{me}/{self.edge}": self.guarded(self._list),
            f"GET /{v}/{me}/content_publishing_limit": self.guarded(lambda _visit: self.written("quota")),
            f"GET /{v}/{me}/threads_insights": self.guarded(lambda _visit: self.written("followers")),
            rf"GET /{v}/(\d+)/insights": self.guarded(self.insights),
            rf"GET /{v}/(\d+)": self.guarded(self._show),
            rf"DELETE /{v}/(\d+)": self.guarded(self.drop),
        }

    def _me(self, visit: Visit) -> Written:
        return self.written("followers" if "followers_count" in visit.path else "me")

    def _make(self, visit: Visit) -> Written:
        asked = asked_in(visit)
        assert "auto_publish_text" not in asked, "it would post in the first step"
        with self.lock:
            number = str(17880000000000001 + len(self.containers))
            self.containers[number] = {**asked, "state": "IN_PROGRESS" if self.processing else "FINISHED"}
            self.containers[number]["left"] = str(self.processing)
        if "image_url" in asked:
            self._fetch(number, asked["image_url"])
        return said(200, {"id": number})

    def _fetch(self, number: str, url: str) -> None:
        try:
            self.fetched.append(self.fetch(url))
        except OSError:
            self.containers[number]["state"] = "ERROR"

    def _show(self, visit: Visit, number: str) -> Written:
        if post := self.standing(number):
            return said(200, {"id": number, "permalink": post["page"]})
        container = self.containers.get(number)
        if container is None:
            return self.written("post_gone")
        if container["state"] == "ERROR":
            return self.written("container_not_fetched")
        if container["state"] == "IN_PROGRESS":
            container["left"] = str(int(container["left"]) - 1)
            container["state"] = "IN_PROGRESS" if int(container["left"]) > 0 else "FINISHED"
        return self.written(f"container_{container['state'].lower()}")

    def _publish(self, visit: Visit) -> Written:
        if self.early > 0:
            self.early -= 1
            return self.written("media_not_found")
        container = self.containers[asked_in(visit)["creation_id"]]
        assert container["state"] == "FINISHED", "only what is ready is published, and once"
        return self.with_fault(lambda: self._stand(container))

    def _stand(self, container: dict[str, str]) -> Written:
        container["state"] = "PUBLISHED"
        number = self.stand(container[self.words], container=container)
        post = self.standing(number)
        assert post is not None
        post["page"] = f"https://www.{self.slug}.example/{number}"
        return said(200, {"id": number})

    def _list(self, visit: Visit) -> Written:
        listed = [
            {
                "id": post["id"],
                self.words: post["words"],
                "permalink": post["page"],
                "timestamp": post["moment"],
            }
            for post in self.posts
        ]
        return said(200, {"data": listed})


@dataclass
class PretendThreads(PretendContainers):
    slug: str = "threads"
    account: str = "17841400000000001"
    short: str = "threads-short"
    token: str = "threads-token"
    words: str = "text"
    edge: str = "threads"
    version: str = "v1.0"


@dataclass
class PretendInstagram(PretendContainers):
    slug: str = "instagram"
    account: str = "17841400000000002"
    short: str = "instagram-short"
    token: str = "instagram-token"
    words: str = "caption"
    edge: str = "media"
    version: str = "v26.0"


@dataclass
class PretendFacebook(PretendGraph):
    """A person with three Pages, on two of which they may post. `token` is the first Page's."""

    slug: str = "facebook"
    account: str = "1000001"
    short: str = "facebook-short"
    token: str = "facebook-page-1"
    person: str = "facebook-person"
    # Which answer lists the Pages.
    pages: str = "accounts"
    photos: dict[str, dict[str, str]] = field(default_factory=dict)

    def routes(self) -> dict[str, Route]:
        v, page, number = r"v26\.0", self.account, r"(\d+_\d+)"
        return {
            f"GET /{v}/oauth/access_token": self._tokens,
            f"GET /{v}/me/accounts": self._accounts,
            f"GET /{v}/me": lambda _visit: self.written("person"),
            f"DELETE /{v}/me/permissions": self._revoke,
            f"POST /{v}/{page}/photos": self.guarded(self._photo),
            f"POST /{v}/{page}/feed": self.guarded(self._post),
            f"GET /{v}/{page}/feed": self.guarded(self._feed),
            f"GET /{v}/{page}": self.guarded(lambda _visit: self.written("followers")),
            f"GET /{v}/{number}/insights": self.guarded(self._views),
            f"GET /{v}/{number}": self.guarded(self._counts),
            f"DELETE /{v}/{number}": self.guarded(self.drop),
        }

    def _tokens(self, visit: Visit) -> Written:
        return self.last(visit) if "fb_exchange_token" in asked_in(visit) else self.trade(visit)

    def _accounts(self, visit: Visit) -> Written:
        asked = asked_in(visit)
        assert re.fullmatch("[0-9a-f]{64}", asked["appsecret_proof"])
        return self.written(self.pages if asked["access_token"] == self.person else "token_invalid")

    def _revoke(self, visit: Visit) -> Written:
        if asked_in(visit).get("access_token") != self.person:
            return self.written("token_invalid")
        self.token = self.person = "nobody's"
        return self.written("revoked")

    def _photo(self, visit: Visit) -> Written:
        asked = asked_in(visit)
        assert asked["published"] == "false", "nobody may see it before the post stands"
        number = str(3000001 + len(self.photos))
        self.photos[number] = asked
        return said(200, {"id": number})

    def _post(self, visit: Visit) -> Written:
        return self.with_fault(lambda: self._stand(asked_in(visit)))

    def _stand(self, asked: dict[str, str]) -> Written:
        if asked["message"] in self.texts():
            return self.written("duplicate")
        attached = [
            json.loads(asked[name])["media_fbid"] for name in sorted(asked) if "attached_media" in name
        ]
        number = self.stand(asked["message"], link=asked.get("link"), photos=attached)
        return said(200, {"id": number, "permalink_url": f"https://www.facebook.example/{number}"})

    def _feed(self, visit: Visit) -> Written:
        listed = [
            {
                "id": post["id"],
                "message": post["words"],
                "permalink_url": f"https://www.facebook.example/{post['id']}",
                "created_time": post["moment"],
            }
            for post in self.posts
        ]
        return said(200, {"data": listed})

    def _counts(self, visit: Visit, number: str) -> Written:
        return self.written("counts") if self.standing(number) else self.written("post_gone")

    def _views(self, visit: Visit, number: str) -> Written:
        return self.written("views" if self.may_see_insights else "no_permission")
