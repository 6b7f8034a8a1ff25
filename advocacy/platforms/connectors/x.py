"""X: posts of a person, by API v2. Every call costs the company money.

X has no key against doubles, and its "duplicate" names no post, so it proves nothing: a lost answer is
looked up on the account's own timeline. Sources: docs.x.com (pricing, rate limits, OAuth 2.0 with PKCE),
for counting config/v3.json of twitter/twitter-text, and see `x_api`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from advocacy.lib.http import Request
from advocacy.platforms.answers import (
    SOON,
    Preparing,
    after_asking,
    after_sending,
    ask,
    base_url,
    json_object,
    refuse_what_does_not_fit,
    send_once,
)
from advocacy.platforms.connector import (
    Access,
    App,
    ByHand,
    Code,
    Connection,
    Connector,
    Counted,
    CountsFollowers,
    Deletes,
    Draft,
    Finds,
    Identity,
    Limits,
    Measures,
    OAuth2,
    Option,
    Price,
    Rate,
    Reactions,
    Receipt,
    Redirects,
    Refreshes,
    Rejected,
    Revokes,
    SetUp,
    TryLater,
    gettext_noop,
)
from advocacy.platforms.granting import (
    access_from,
    app_of,
    basic,
    first_tokens,
    next_tokens,
    refuse_without,
    scopes_in,
    take_back,
)
from advocacy.platforms.rulers import x_weight
from advocacy.platforms.x_api import (
    API,
    SIGN_IN,
    bearer,
    call,
    could_not_look,
    is_gone,
    is_ours,
    known,
    page_of_posts,
    upload,
)

MAX_WEIGHT = 280
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
# A post may bear a moment a little before the one at which we sent it.
SKEW = timedelta(seconds=60)
USD = r"\d{1,6}(\.\d{1,4})?"
# A look that the administrator has switched off: the owner is asked instead.
NEVER_MIND = timedelta(days=1)


class X(Connector, Finds, Measures, CountsFollowers, Deletes, Redirects, Refreshes, Revokes):
    slug = "x"
    label = "X"
    auth = OAuth2(
        scopes=SCOPES,
        explanation=gettext_noop(
            "You sign in at X and allow the hub to post for you. By that you agree that the hub keeps which "
            "account is yours. You can withdraw it here and at X at any time."
        ),
        permissions=(
            gettext_noop("See your name, and the posts you made."),
            gettext_noop("Post what you share here, with its pictures, and delete it when you ask for that."),
            gettext_noop("See how many people saw, liked, reposted and answered what you shared here."),
            gettext_noop("See how many people follow the account."),
        ),
    )
    by_hand = ByHand(
        explanation=gettext_noop("X opens with your words, and you post them yourself."),
        opens="https://x.com/intent/tweet?text={text}",
        hosts=("x.com", "twitter.com"),
        posts=(r"/(?:i/web|[a-z0-9_]{1,15})/status(?:es)?/(?P<id>\d{5,25})",),
    )
    set_up = SetUp(
        host=API,
        portal="https://developer.x.com/en/portal/dashboard",
        steps=(
            gettext_noop(
                "First decide with whoever speaks for the company in legal matters: X charges for every "
                "post, forbids near-equal posts from many accounts, and asks for one app per purpose."
            ),
            gettext_noop("Sign in with the company's X account, and buy credits for its developer account."),
            gettext_noop("Make a project with one app, and say that employees share company news by it."),
            gettext_noop(
                "Under “User authentication settings” choose “Read and write”, and as type “Web App, "
                "Automated App or Bot”."
            ),
            gettext_noop("Add the address to come back to (below) as the callback URI."),
            gettext_noop("Copy the OAuth 2.0 client ID and client secret to the form."),
        ),
    )
    options = (
        Option("price_usd", "0.015", USD, gettext_noop("What a post without a link costs, in US dollar.")),
        Option("price_link_usd", "0.200", USD, gettext_noop("What a post with a link costs, in US dollar.")),
        Option("price_picture_usd", "0.005", USD, gettext_noop(
            "What the description of a picture costs, in US dollar."
        )),
        Option("monthly_cap_usd", "50", f"{USD}|none", gettext_noop(
            "Where the hub stops posting for the rest of the month, in US dollar; “none” for never."
        )),
        Option("reads", "yes", "yes|no", gettext_noop(
            "Whether the hub reads posts back, at 0.005 US dollar each, to count reactions and to look up "
            "posts whose answer was lost, and each account once a week, at 0.010, to count followers. With "
            "“no” owners are asked, and neither is measurable."
        )),
        Option("fields", "tweet", "tweet|post", gettext_noop(
            "How X names the fields of a post at the moment. Try “post” if no reactions are counted."
        )),
    )  # fmt: skip
    limits = Limits(
        max_images=4,
        max_alt_chars=1000,
        max_image_bytes=5_000_000,
        image_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
        # Since 2026. Source: changelog.mdx of xdevplatform/docs.
        max_cashtags=1,
    )
    rates = (
        Rate(100, timedelta(minutes=15)),
        Rate(10_000, timedelta(days=1), of="app"),
    )
    card_by = "server"
    # How often a picture that is being processed is asked after, and how many pages `find` reads.
    media_polls: ClassVar[int] = 5
    pages: ClassVar[int] = 3

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = x_weight(text)
        return Counted(used, MAX_WEIGHT, "weighted", too_long=used > MAX_WEIGHT)

    def does(self, ability: type) -> bool:
        reads = ability in (Finds, Measures, CountsFollowers)
        return super().does(ability) and not (reads and self.option("reads") == "no")

    def price(self) -> Price:
        cap = self.option("monthly_cap_usd")
        return Price(
            plain=Decimal(self.option("price_usd")),
            with_link=Decimal(self.option("price_link_usd")),
            per_picture=Decimal(self.option("price_picture_usd")),
            monthly_cap=None if cap == "none" else Decimal(cap),
        )

    def publish(self, draft: Draft, access: Access) -> Receipt:
        refuse_what_does_not_fit(draft, counted=self.count(draft.text, data=access.data), limits=self.limits)
        preparing = Preparing(self.publish_within)
        post: dict[str, object] = {"text": draft.text}
        if draft.images:
            ids = [upload(image, access, preparing, polls=self.media_polls) for image in draft.images]
            post["media"] = {"media_ids": ids}
        response = send_once(call("POST", "/2/tweets", access, json=post))
        data = json_object(response).get("data")
        if response.status in (200, 201) and isinstance(data, dict) and data.get("id"):
            return _receipt(data, access)
        raise known(response, access) or after_sending(response, hide=access.token)

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        """Look through the account's posts since then for the share's own link, or without one its words."""
        if self.option("reads") == "no":
            raise TryLater(Code.FORBIDDEN, "X_READS=no", wait=NEVER_MIND)
        token = ""
        for _ in range(self.pages):
            posts, token = page_of_posts(
                access, since=draft.at - SKEW, fields=self.option("fields"), token=token
            )
            found = next((post for post in posts if is_ours(post, draft) and post.get("id")), None)
            if found:
                return _receipt(found, access)
            if not token:
                return None
        raise TryLater(Code.TOO_SLOW, wait=SOON)

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        if self.option("reads") == "no":
            return Reactions()
        params: dict[str, str | list[str]] = {
            "ids": receipt.remote_id,
            f"{self.option('fields')}.fields": "public_metrics",
        }
        response = ask(call("GET", "/2/tweets", access, params=params))
        said = json_object(response)
        posts = said.get("data")
        if response.status == 200 and isinstance(posts, list) and posts and isinstance(posts[0], dict):
            return _reactions(posts[0].get("public_metrics"))
        if response.status in (200, 404) and is_gone(said):
            return Reactions(gone=True)
        raise could_not_look(response, access)

    def followers(self, access: Access) -> int | None:
        params: dict[str, str | list[str]] = {"user.fields": "public_metrics"}
        response = ask(call("GET", "/2/users/me", access, params=params))
        user = json_object(response).get("data")
        if response.status != 200 or not isinstance(user, dict):
            raise could_not_look(response, access)
        metrics = user.get("public_metrics")
        return _whole(metrics.get("followers_count")) if isinstance(metrics, dict) else None

    def delete(self, receipt: Receipt, access: Access) -> None:
        response = ask(call("DELETE", f"/2/tweets/{receipt.remote_id}", access))
        said = json_object(response)
        data = said.get("data")
        if response.status == 200 and isinstance(data, dict) and data.get("deleted") is True:
            return
        if not is_gone(said):
            raise known(response, access) or after_asking(response, hide=access.token)

    def authorize_url(self, app: App, *, redirect_uri: str, state: str, code_challenge: str) -> str:
        url = prepare_grant_uri(
            f"{base_url(SIGN_IN.get(app.host, app.host))}/i/oauth2/authorize",
            app.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=SCOPES,
            state=state,
            code_challenge=code_challenge,
            code_challenge_method="S256",
        )
        return str(url)

    def exchange(self, app: App, *, redirect_uri: str, code: str, code_verifier: str) -> Connection:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": code_verifier,
        }
        said = first_tokens(_token_call("token", app, form))
        refuse_without(SCOPES, scopes_in(said, asked=SCOPES))
        return _connection(access_from(said, host=app.host))

    def refresh(self, access: Access) -> Access:
        """A refresh token serves once, and trying an old one again ends them all (field reports)."""
        form = {"grant_type": "refresh_token", "refresh_token": access.refresh_token}
        said = next_tokens(_token_call("token", app_of(access), form))
        return replace(access_from(said, host=access.host, remote_id=access.remote_id), data=access.data)

    def revoke(self, access: Access, app: App | None) -> None:
        if app is None:
            raise ValueError("X ends a permission only for the registration that got it.")
        # The refresh token outlives the access token, which is over within two hours by itself.
        token = access.refresh_token or access.token
        take_back(_token_call("revoke", app, {"token": token}))


def _connection(access: Access) -> Connection:
    params: dict[str, str | list[str]] = {"user.fields": "profile_image_url,username"}
    response = ask(
        Request("GET", f"{base_url(access.host)}/2/users/me", headers=bearer(access), params=params)
    )
    user = json_object(response).get("data")
    if response.status != 200 or not isinstance(user, dict) or not user.get("id"):
        failure = known(response, access) or after_asking(response, hide=access.token)
        raise failure if isinstance(failure, TryLater) else Rejected(Code.SIGN_IN_FAILED, failure.detail)
    handle = str(user.get("username") or user["id"])
    identity = Identity(
        remote_id=str(user["id"]),
        handle=handle,
        display_name=str(user.get("name") or ""),
        url=f"https://x.com/{handle}",
        avatar_url=str(user.get("profile_image_url") or ""),
    )
    return Connection(replace(access, remote_id=identity.remote_id, data={"handle": handle}), identity)


def _token_call(what: str, app: App, form: Mapping[str, str]) -> Request:
    url = f"{base_url(app.host)}/2/oauth2/{what}"
    # A client without a secret names itself in the form.
    if app.client_secret:
        return Request("POST", url, headers=basic(app), form=form)
    return Request("POST", url, form={**form, "client_id": app.client_id})


def _receipt(post: Mapping[str, object], access: Access) -> Receipt:
    number, handle = str(post["id"]), access.data.get("handle") or "i"
    return Receipt(number, f"https://x.com/{handle}/status/{number}")


def _reactions(metrics: object) -> Reactions:
    said = metrics if isinstance(metrics, dict) else {}
    reposts = said.get("repost_count", said.get("retweet_count"))
    return Reactions(
        likes=_whole(said.get("like_count")),
        reposts=_whole(reposts),
        replies=_whole(said.get("reply_count")),
        impressions=_whole(said.get("impression_count")),
    )


def _whole(count: object) -> int | None:
    return count if isinstance(count, int) else None
