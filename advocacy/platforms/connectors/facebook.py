"""Facebook: posts of a Page, by the Pages API. Profiles of people cannot be posted to since 2018.

Facebook has no key against doubles, and its "duplicate" (506) names no post, so it proves nothing: a lost
answer is looked up on the Page. Sources: https://developers.facebook.com/docs/pages-api/posts,
/facebook-login/guides/access-tokens; Page.json and PagePost.json of facebook/facebook-business-sdk-codegen;
and see `meta_api`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from advocacy.lib.http import File, Request
from advocacy.platforms.answers import (
    Preparing,
    ask,
    base_url,
    json_object,
    refuse_what_does_not_fit,
    send_once,
)
from advocacy.platforms.connector import (
    Access,
    App,
    Code,
    Connection,
    Connector,
    Counted,
    CountsFollowers,
    Deletes,
    Draft,
    Finds,
    HearsOfEnds,
    Identity,
    Image,
    Limits,
    Measures,
    OAuth2,
    Option,
    Rate,
    Reactions,
    Receipt,
    Redirects,
    Rejected,
    Revokes,
    SetUp,
    TryLater,
    gettext_noop,
)
from advocacy.platforms.granting import take_back
from advocacy.platforms.meta_api import (
    GRAPH_VERSION,
    NEWEST_GRAPH,
    SKEW,
    after_preparing,
    after_publishing,
    could_not_look,
    get,
    graph_serves_until,
    is_gone,
    is_ours,
    part,
    post,
    posts_in,
    url_at,
    whole,
)
from advocacy.platforms.meta_posts import followers_of, insights_of, take_down
from advocacy.platforms.meta_tokens import bare_code, lasting, proof_of, trade_code, who_signed_off
from advocacy.platforms.rulers import utf16_units

API = "graph.facebook.com"
# Signing in has a host of its own.
SIGN_IN = {API: "www.facebook.com"}
SCOPES = (
    "pages_show_list",
    "pages_manage_posts",
    "pages_read_engagement",
    "read_insights",
    "business_management",
)
# What someone has to be allowed to do on a Page.
TASK = "CREATE_CONTENT"
# As another client has it; Meta's own documents name no limit.
MAX_UNITS = 63_206
MOST_PAGES = 100


class Facebook(Connector, Finds, Measures, CountsFollowers, Deletes, Redirects, Revokes, HearsOfEnds):
    slug = "facebook"
    label = "Facebook Pages"
    auth = OAuth2(
        scopes=SCOPES,
        explanation=gettext_noop(
            "For Pages that you look after: you sign in at Facebook and choose the Pages that the hub may "
            "post to. Facebook asks you to do that again from time to time. To your own profile you post by "
            "hand."
        ),
        permissions=(
            gettext_noop("See which Pages you look after."),
            gettext_noop(
                "Post what you share here on the Pages that you chose, with its pictures, and delete it when "
                "you ask for that."
            ),
            gettext_noop("See how many people saw, liked, shared and answered what you shared here."),
            gettext_noop("See how many people follow the account."),
        ),
        pkce=False,
    )
    set_up = SetUp(
        host=API,
        portal="https://developers.facebook.com/apps",
        steps=(
            gettext_noop(
                "Sign in as a developer at Meta, create an app of the type Business, and add the product "
                "Facebook Login for Business."
            ),
            gettext_noop(
                "In its settings, add the address to come back to (below) as a valid OAuth redirect URI, and "
                "the two others for deauthorizing and for requests to delete data."
            ),
            gettext_noop(
                "Ask for the permissions pages_show_list, pages_manage_posts, pages_read_engagement, "
                "read_insights and business_management. Until Meta has reviewed them, only people with a "
                "role in the app can connect."
            ),
            gettext_noop(
                "Leave “Require app secret” off, let your company be verified, and put the app live."
            ),
            gettext_noop("Copy the app ID and the app secret from Settings, Basic to the form."),
        ),
    )
    options = (
        Option("version", NEWEST_GRAPH, GRAPH_VERSION, gettext_noop(
            "The version of Meta's Graph API. Each serves for about two years."
        )),
    )  # fmt: skip
    # 4 MB in one document and 10 in another. The number of pictures and the length of descriptions are
    # bounds of the hub's own: no document names any.
    limits = Limits(max_images=10, max_alt_chars=1000, max_image_bytes=4_000_000)
    # The hub's own bound: Facebook's grows with the people that a Page reaches, and is told in its answers.
    rates = (Rate(50, timedelta(days=1)),)
    card_by = "server"
    revokes_all_at_once: ClassVar[bool] = True
    pages: ClassVar[int] = 3

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_UNITS, "utf16", too_long=used > MAX_UNITS)

    def serves_until(self) -> date | None:
        return graph_serves_until(self.option("version"))

    def publish(self, draft: Draft, access: Access) -> Receipt:
        refuse_what_does_not_fit(draft, counted=self.count(draft.text, data=access.data), limits=self.limits)
        form = {"message": draft.text, "fields": "id,permalink_url"}
        if draft.images:
            form |= self._pictures(draft.images, access)
        elif draft.link:
            form["link"] = draft.link
        response = send_once(post(access, self._path(f"{access.remote_id}/feed"), form))
        said = json_object(response)
        if response.status not in (200, 201) or not said.get("id"):
            raise after_publishing(response, access)
        return _receipt(said)

    def _pictures(self, images: tuple[Image, ...], access: Access) -> Mapping[str, str]:
        preparing = Preparing(self.publish_within)
        ids = [self._upload(image, access, preparing) for image in images]
        return {f"attached_media[{number}]": f'{{"media_fbid":"{one}"}}' for number, one in enumerate(ids)}

    def _upload(self, image: Image, access: Access, preparing: Preparing) -> str:
        """Send a picture that nobody sees yet and return its id.

        :raises TryLater, Rejected, Disconnected: nothing was posted
        """
        form = {"published": "false", **({"alt_text_custom": image.alt} if image.alt else {})}
        name = f"picture.{image.media_type.rpartition('/')[2]}"
        files = {"source": File(name, image.content, image.media_type)}
        request = post(access, self._path(f"{access.remote_id}/photos"), form, files=files)
        response = ask(request, timeout=preparing.left())
        number = str(json_object(response).get("id") or "")
        if response.status not in (200, 201) or not number.isdecimal():
            raise after_preparing(response, access)
        return number

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        """Look through the Page's posts since then for the share's own link, or without one its words."""
        for one in self._posts_since(draft, access):
            words, moment = str(one.get("message") or ""), str(one.get("created_time"))
            if one.get("id") and is_ours(words, moment, draft):
                return _receipt(one)
        return None

    def _posts_since(self, draft: Draft, access: Access) -> Iterator[Mapping[str, object]]:
        """Yield the Page's posts since then, to the last. :raises TryLater, Disconnected: could not look"""
        params = {
            "fields": "id,message,permalink_url,created_time",
            "since": str(int((draft.at - SKEW).timestamp())),
            "limit": "50",
        }
        for _ in range(self.pages):
            response = ask(get(access, self._path(f"{access.remote_id}/feed"), params))
            found = posts_in(json_object(response))
            if response.status != 200 or found is None:
                raise could_not_look(response, access)
            page, after = found
            yield from page
            if not after:
                return
            params["after"] = after
        raise TryLater(Code.TOO_SLOW, wait=timedelta(minutes=1))

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        fields = {"fields": "likes.summary(true).limit(0),comments.summary(true).limit(0),shares"}
        response = ask(get(access, self._path(receipt.remote_id), fields))
        if is_gone(response):
            return Reactions(gone=True)
        said = json_object(response)
        if response.status != 200 or not said.get("id"):
            raise could_not_look(response, access)
        seen = insights_of(access, self._path(f"{receipt.remote_id}/insights"), metric="post_media_view")
        return Reactions(
            likes=whole(part(part(said, "likes"), "summary").get("total_count")),
            # It is left out when there are none, or when they are not shown: that is not told.
            reposts=whole(part(said, "shares").get("count")),
            replies=whole(part(part(said, "comments"), "summary").get("total_count")),
            impressions=(seen or {}).get("post_media_view"),
        )

    def followers(self, access: Access) -> int | None:
        return followers_of(access, self._path(access.remote_id))

    def delete(self, receipt: Receipt, access: Access) -> None:
        take_down(access, self._path(receipt.remote_id))

    def authorize_url(self, app: App, *, redirect_uri: str, state: str, code_challenge: str) -> str:
        url = prepare_grant_uri(
            f"{base_url(SIGN_IN.get(app.host, app.host))}/{self._path('dialog/oauth')}",
            app.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=",".join(SCOPES),
            state=state,
        )
        return str(url)

    def exchange(self, app: App, *, redirect_uri: str, code: str, code_verifier: str) -> Connection:
        """Return a connection for each Page that the person chose there."""
        credentials = {"client_id": app.client_id, "client_secret": app.client_secret}
        url = url_at(app.host, self._path("oauth/access_token"))
        asked = {**credentials, "redirect_uri": redirect_uri, "code": bare_code(code)}
        knock = {**credentials, "grant_type": "client_credentials"}
        said = trade_code(Request("GET", url, params=asked), knock=Request("GET", url, params=knock))
        again = {
            **credentials,
            "grant_type": "fb_exchange_token",
            "fb_exchange_token": str(said["access_token"]),
        }
        # Tokens of Pages that come from a lasting token have no end.
        person = lasting(Request("GET", url, params=again), host=app.host)
        first, *others = self._connections(person, app)
        return replace(first, others=tuple(others))

    def _connections(self, person: Access, app: App) -> list[Connection]:
        """:raises Rejected: there is no Page that the hub may post to"""
        params = {
            "fields": "id,name,access_token,tasks",
            "limit": str(MOST_PAGES),
            "appsecret_proof": proof_of(person.token, app.client_secret),
        }
        response = ask(get(person, self._path("me/accounts"), params))
        found = posts_in(json_object(response))
        if response.status != 200 or found is None:
            raise after_preparing(response, person)
        pages = [page for page in found[0] if _may_post_to(page)]
        if not pages:
            raise Rejected(Code.FORBIDDEN, TASK)
        who = self._id_of(person)
        return [_connection(page, person, who=who) for page in pages]

    def _id_of(self, person: Access) -> str:
        """Return the id by which Facebook tells who withdrew; nothing where it is not told."""
        return str(json_object(ask(get(person, self._path("me"), {"fields": "id"}))).get("id") or "")

    def revoke(self, access: Access, app: App | None) -> None:
        """End what the person gave, for all their Pages. Unverified: it takes the person's own token."""
        params: dict[str, str | list[str]] = {"access_token": access.refresh_token}
        take_back(Request("DELETE", url_at(access.host, self._path("me/permissions")), params=params))

    def who_withdrew(self, app: App, form: Mapping[str, str]) -> str:
        return who_signed_off(form, secret=app.client_secret)

    def _path(self, name: str) -> str:
        return f"{self.option('version')}/{name}"


def _may_post_to(page: Mapping[str, object]) -> bool:
    tasks = page.get("tasks")
    return bool(page.get("id") and page.get("access_token")) and isinstance(tasks, list) and TASK in tasks


def _connection(page: Mapping[str, object], person: Access, *, who: str) -> Connection:
    number, name = str(page["id"]), str(page.get("name") or page["id"])
    identity = Identity(number, name, url=f"https://www.facebook.com/{number}")
    # The person's own token is kept beside it, to end the permission with.
    access = Access(
        person.host, number, str(page["access_token"]), refresh_token=person.token, data={"person": who}
    )
    return Connection(access, identity)


def _receipt(said: Mapping[str, object]) -> Receipt:
    number = str(said["id"])
    return Receipt(number, str(said.get("permalink_url") or f"https://www.facebook.com/{number}"))
