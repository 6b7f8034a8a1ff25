"""Instagram: posts of a professional account, by the Instagram API with Instagram Login, in two steps.

Meta fetches every picture from an address of the hub; a post without a picture does not exist there.
Sources: https://developers.facebook.com/docs/instagram-platform/content-publishing, /reference/ig-user/
content_publishing_limit and /instagram-api-with-instagram-login; and see `meta_api`, `meta_containers`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from advocacy.lib.http import Request
from advocacy.platforms.answers import ask, base_url, json_object
from advocacy.platforms.connector import (
    Access,
    App,
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
    Option,
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
from advocacy.platforms.granting import refuse_without
from advocacy.platforms.meta_api import (
    GRAPH_VERSION,
    NEWEST_GRAPH,
    after_preparing,
    get,
    graph_serves_until,
    part,
    url_at,
)
from advocacy.platforms.meta_containers import Names, PostsInContainers
from advocacy.platforms.meta_posts import followers_of, insights_of, take_down
from advocacy.platforms.meta_tokens import bare_code, lasting, trade_code, who_signed_off
from advocacy.platforms.rulers import utf16_units

API = "graph.instagram.com"
# Signing in, and trading the code, have hosts of their own.
SIGN_IN = {API: "www.instagram.com"}
TRADE = {API: "api.instagram.com"}
PUBLISH = "instagram_business_content_publish"
SCOPES = ("instagram_business_basic", PUBLISH, "instagram_business_manage_insights")
# What it counts is not documented; UTF-16 units are never too few.
MAX_UNITS = 2200
QUOTA_COMES_BACK = timedelta(hours=1)


class Instagram(PostsInContainers, Measures, CountsFollowers, Deletes, Redirects, Refreshes, HearsOfEnds):
    slug = "instagram"
    # Personal accounts have another way.
    label = "Instagram professional"
    auth = OAuth2(
        scopes=SCOPES,
        explanation=gettext_noop(
            "For professional accounts (business or creator): you sign in at Instagram and allow the hub to "
            "post for you. The hub renews that by itself; you can withdraw it here, and at Instagram under "
            "Settings, Website permissions, Apps and websites. From a personal account you post by hand."
        ),
        permissions=(
            gettext_noop("See your name and picture, and the posts you made."),
            gettext_noop("Post what you share here, with its pictures."),
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
                "Instagram with “API setup with Instagram login”."
            ),
            gettext_noop(
                "Ask for the permissions instagram_business_basic, instagram_business_content_publish and "
                "instagram_business_manage_insights."
            ),
            gettext_noop(
                "Under “Set up Instagram business login”, add the address to come back to (below) as a "
                "redirect URL, and the two others for deauthorizing and for requests to delete data."
            ),
            gettext_noop(
                "Until Meta has reviewed the app, only people on its list of Instagram testers can connect: "
                "add yourself and say yes to the invitation at Instagram, then ask for the review of each "
                "permission, and for the verification of your company."
            ),
            gettext_noop(
                "See to it that the hub can be reached from the internet: Instagram fetches every picture "
                "from it."
            ),
            gettext_noop(
                "Copy the Instagram app ID and the Instagram app secret to the form; they are not those of "
                "the app itself."
            ),
        ),
    )
    options = (
        Option("version", NEWEST_GRAPH, GRAPH_VERSION, gettext_noop(
            "The version of Meta's Graph API. Each serves for about two years."
        )),
        Option("deletes", "no", "yes|no", gettext_noop(
            "Whether to ask Instagram to delete posts. Say “yes” only when your app was granted that; "
            "otherwise people delete a post there themselves."
        )),
    )  # fmt: skip
    limits = Limits(
        min_images=1,
        max_images=10,
        # Unverified: the reference names no length for descriptions.
        max_alt_chars=1000,
        max_image_bytes=8_000_000,
        image_types=("image/jpeg",),
        min_ratio=4 / 5,
        max_ratio=1.91,
        max_hashtags=30,
        max_mentions=20,
    )
    # Its guide says 100 in a day and its reference 50; the account's own is asked before every post.
    rates = (Rate(50, timedelta(days=1)),)
    # Addresses stand in a caption as plain words.
    card_by = "none"
    fetches_images = True
    # Half of its sixty days; a token younger than a day is not renewed.
    renews_after: ClassVar[timedelta | None] = timedelta(days=30)
    names = Names(
        containers="media",
        publishing="media_publish",
        posts="media",
        words="caption",
        state="status_code",
        trouble="status",
    )

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_UNITS, "utf16", too_long=used > MAX_UNITS)

    def does(self, ability: type) -> bool:
        return super().does(ability) and (ability is not Deletes or self.option("deletes") == "yes")

    def serves_until(self) -> date | None:
        return graph_serves_until(self.option("version"))

    def path(self, name: str) -> str:
        return f"{self.option('version')}/{name}"

    def words_only(self, draft: Draft) -> Mapping[str, str]:
        return {}

    def refuse_beyond_quota(self, access: Access) -> None:
        """:raises TryLater: the account has posted all that it may for now"""
        path = self.path(f"{access.remote_id}/content_publishing_limit")
        data = json_object(ask(get(access, path, {"fields": "quota_usage,config"}))).get("data")
        said = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
        used, total = said.get("quota_usage"), part(said, "config").get("quota_total")
        if isinstance(used, int) and isinstance(total, int) and used >= total:
            raise TryLater(Code.RATE_LIMITED, f"{used} / {total}", wait=QUOTA_COMES_BACK)

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        path = self.path(f"{receipt.remote_id}/insights")
        counts = insights_of(access, path, metric="views,reach,saved,likes,comments,shares")
        if counts is None:
            return Reactions(gone=True)
        return Reactions(
            likes=counts.get("likes"),
            reposts=counts.get("shares"),
            replies=counts.get("comments"),
            impressions=counts.get("views"),
        )

    def followers(self, access: Access) -> int | None:
        return followers_of(access, self.path("me"))

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
        form = {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "grant_type": "authorization_code",
            "redirect_uri": redirect_uri,
            "code": bare_code(code),
        }
        trade = Request("POST", url_at(TRADE.get(app.host, app.host), "oauth/access_token"), form=form)
        said = trade_code(trade, knock=None)
        granted = said.get("permissions")
        if isinstance(granted, list):
            refuse_without((PUBLISH,), [str(one) for one in granted])
        params: dict[str, str | list[str]] = {
            "grant_type": "ig_exchange_token",
            "client_secret": app.client_secret,
            "access_token": str(said["access_token"]),
        }
        request = Request("GET", url_at(app.host, "access_token"), params=params)
        return self._connection(lasting(request, host=app.host))

    def _connection(self, access: Access) -> Connection:
        fields = {"fields": "id,user_id,username,name,profile_picture_url"}
        response = ask(get(access, self.path("me"), fields))
        who = json_object(response)
        if response.status != 200 or not who.get("user_id"):
            failure = after_preparing(response, access)
            raise failure if isinstance(failure, TryLater) else Rejected(Code.SIGN_IN_FAILED, failure.detail)
        handle = str(who.get("username") or who["user_id"])
        identity = Identity(
            remote_id=str(who["user_id"]),
            handle=handle,
            display_name=str(who.get("name") or ""),
            url=f"https://www.instagram.com/{handle}/",
            avatar_url=str(who.get("profile_picture_url") or ""),
        )
        # By its other id Instagram tells who withdrew.
        data = {"person": str(who.get("id") or "")}
        return Connection(replace(access, remote_id=identity.remote_id, data=data), identity)

    def refresh(self, access: Access) -> Access:
        """The token renews itself: at least a day old, and not yet over."""
        params: dict[str, str | list[str]] = {
            "grant_type": "ig_refresh_token",
            "access_token": access.refresh_token,
        }
        request = Request("GET", url_at(access.host, "refresh_access_token"), params=params)
        again = lasting(request, host=access.host)
        return replace(again, remote_id=access.remote_id, data=access.data)

    def who_withdrew(self, app: App, form: Mapping[str, str]) -> str:
        return who_signed_off(form, secret=app.client_secret)
