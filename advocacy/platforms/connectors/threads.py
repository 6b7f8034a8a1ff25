"""Threads: posts of a person, by Meta's API, in two steps.

The container's id is the key against doubles: what it became is asked before anything is sent again.
Sources: https://developers.facebook.com/docs/threads/posts, /insights, /overview (limits), /get-started;
postman/threads-api.postman_collection.json of fbsamples/threads_api; and see `meta_api`, `meta_containers`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from advocacy.lib.http import Request
from advocacy.platforms.answers import ask, base_url, json_object
from advocacy.platforms.connector import (
    Access,
    App,
    ByHand,
    Code,
    Connection,
    Counted,
    CountsFollowers,
    Deletes,
    Draft,
    HearsOfEnds,
    Identity,
    Limits,
    Measures,
    OAuth2,
    Rate,
    Reactions,
    Receipt,
    Redirects,
    Refreshes,
    Rejected,
    SetUp,
    TryLater,
    gettext_noop,
)
from advocacy.platforms.meta_api import after_preparing, get, url_at
from advocacy.platforms.meta_containers import Names, PostsInContainers
from advocacy.platforms.meta_posts import insights_of, take_down
from advocacy.platforms.meta_tokens import bare_code, lasting, trade_code, who_signed_off
from advocacy.platforms.rulers import threads_length

API = "graph.threads.net"
# Signing in has a host of its own.
SIGN_IN = {API: "threads.com"}
SCOPES = ("threads_basic", "threads_content_publish", "threads_manage_insights", "threads_delete")
MAX_CHARS = 500


class Threads(PostsInContainers, Measures, CountsFollowers, Deletes, Redirects, Refreshes, HearsOfEnds):
    slug = "threads"
    label = "Threads"
    auth = OAuth2(
        scopes=SCOPES,
        explanation=gettext_noop(
            "You sign in at Threads and allow the hub to post for you. The hub renews that by itself; you "
            "can withdraw it here, and at Threads under Settings, Account, Website permissions."
        ),
        permissions=(
            gettext_noop("See your name and picture, and the posts you made."),
            gettext_noop("Post what you share here, with its pictures, and delete it when you ask for that."),
            gettext_noop("See how many people saw, liked, reposted and answered what you shared here."),
            gettext_noop("See how many people follow the account."),
        ),
        pkce=False,
    )
    by_hand = ByHand(
        explanation=gettext_noop("Threads opens with your words, and you post them yourself."),
        opens="https://www.threads.com/intent/post?text={text}",
        hosts=("threads.com", "threads.net"),
        posts=(r"/@[a-z0-9._]{1,30}/post/(?P<id>[a-z0-9_-]{5,40})",),
    )
    set_up = SetUp(
        host=API,
        portal="https://developers.facebook.com/apps",
        steps=(
            gettext_noop(
                "Sign in as a developer at Meta, and create an app with the use case “Access the Threads "
                "API”."
            ),
            gettext_noop(
                "Under that use case, add the permissions threads_basic, threads_content_publish, "
                "threads_manage_insights and threads_delete."
            ),
            gettext_noop(
                "Under its settings, add the address to come back to (below) as a redirect callback URL, and "
                "the two others as the uninstall and the delete callback URL."
            ),
            gettext_noop(
                "Until Meta has reviewed the app, only people on its list of Threads testers can connect: "
                "add yourself and say yes to the invitation in the app Threads, then ask for the review of "
                "each permission, and for the verification of your company."
            ),
            gettext_noop(
                "See to it that the hub can be reached from the internet: Threads fetches pictures from it."
            ),
            gettext_noop(
                "Copy the Threads app ID and the Threads app secret to the form; they are not those of the "
                "app itself."
            ),
        ),
    )
    # The length of a description is unverified.
    limits = Limits(
        max_images=20,
        max_alt_chars=1000,
        max_image_bytes=8_000_000,
        min_ratio=0.1,
        max_ratio=10.0,
        max_links=5,
    )
    rates = (Rate(250, timedelta(days=1)),)
    card_by = "server"
    fetches_images = True
    # Half of its sixty days; a token younger than a day is not renewed.
    renews_after: ClassVar[timedelta | None] = timedelta(days=30)
    names = Names(
        containers="threads",
        publishing="threads_publish",
        posts="threads",
        words="text",
        state="status",
        trouble="error_message",
    )
    of_a_picture: ClassVar[Mapping[str, str]] = {"media_type": "IMAGE"}

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = threads_length(text)
        return Counted(used, MAX_CHARS, "threads", too_long=used > MAX_CHARS)

    def path(self, name: str) -> str:
        return f"v1.0/{name}"

    def words_only(self, draft: Draft) -> Mapping[str, str]:
        # Never `auto_publish_text`: it would post in the first step.
        return {"media_type": "TEXT", **({"link_attachment": draft.link} if draft.link else {})}

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        path = self.path(f"{receipt.remote_id}/insights")
        counts = insights_of(access, path, metric="views,likes,replies,reposts,quotes,shares")
        if counts is None:
            return Reactions(gone=True)
        return Reactions(
            likes=counts.get("likes"),
            reposts=counts.get("reposts"),
            replies=counts.get("replies"),
            impressions=counts.get("views"),
        )

    def followers(self, access: Access) -> int | None:
        path = self.path(f"{access.remote_id}/threads_insights")
        return (insights_of(access, path, metric="followers_count") or {}).get("followers_count")

    def delete(self, receipt: Receipt, access: Access) -> None:
        take_down(access, self.path(receipt.remote_id))

    def authorize_url(self, app: App, *, redirect_uri: str, state: str, code_challenge: str) -> str:
        url = prepare_grant_uri(
            f"{base_url(SIGN_IN.get(app.host, app.host))}/oauth/authorize",
            app.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=",".join(SCOPES),
            state=state,
        )
        return str(url)

    def exchange(self, app: App, *, redirect_uri: str, code: str, code_verifier: str) -> Connection:
        credentials = {"client_id": app.client_id, "client_secret": app.client_secret}
        form = {
            **credentials,
            "grant_type": "authorization_code",
            "redirect_uri": redirect_uri,
            "code": bare_code(code),
        }
        knock = {**credentials, "grant_type": "client_credentials"}
        said = trade_code(
            Request("POST", url_at(app.host, "oauth/access_token"), form=form),
            knock=Request("GET", url_at(app.host, "oauth/access_token"), params=knock),
        )
        params: dict[str, str | list[str]] = {
            "grant_type": "th_exchange_token",
            "client_secret": app.client_secret,
            "access_token": str(said["access_token"]),
        }
        request = Request("GET", url_at(app.host, "access_token"), params=params)
        return self._connection(lasting(request, host=app.host))

    def _connection(self, access: Access) -> Connection:
        fields = {"fields": "id,username,name,threads_profile_picture_url"}
        response = ask(get(access, self.path("me"), fields))
        who = json_object(response)
        if response.status != 200 or not who.get("id"):
            failure = after_preparing(response, access)
            raise failure if isinstance(failure, TryLater) else Rejected(Code.SIGN_IN_FAILED, failure.detail)
        handle = str(who.get("username") or who["id"])
        identity = Identity(
            remote_id=str(who["id"]),
            handle=handle,
            display_name=str(who.get("name") or ""),
            url=f"https://www.threads.com/@{handle}",
            avatar_url=str(who.get("threads_profile_picture_url") or ""),
        )
        return Connection(replace(access, remote_id=identity.remote_id), identity)

    def refresh(self, access: Access) -> Access:
        """The token renews itself: at least a day old, and not yet over."""
        params: dict[str, str | list[str]] = {
            "grant_type": "th_refresh_token",
            "access_token": access.refresh_token,
        }
        request = Request("GET", url_at(access.host, "refresh_access_token"), params=params)
        again = lasting(request, host=access.host)
        return replace(again, remote_id=access.remote_id, data=access.data)

    def who_withdrew(self, app: App, form: Mapping[str, str]) -> str:
        return who_signed_off(form, secret=app.client_secret)
