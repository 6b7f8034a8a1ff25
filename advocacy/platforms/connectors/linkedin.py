"""LinkedIn: posts of a person, by the Posts API.

LinkedIn has no key against doubles, and ordinary apps cannot read posts back. So a lost answer stays unknown
and its owner is asked: at most once, never silent. Sources: see `linkedin_api` and `little_text`;
https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/share-on-linkedin
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar
from urllib.parse import quote

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from advocacy.lib.http import Request
from advocacy.platforms.answers import (
    Preparing,
    after_asking,
    after_looking,
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
    Card,
    Code,
    Connection,
    Connector,
    Counted,
    CountsFollowers,
    Deletes,
    Draft,
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
    first_tokens,
    next_tokens,
    refuse_without,
    scopes_in,
    take_back,
)
from advocacy.platforms.linkedin_api import (
    API,
    SIGN_IN,
    author_of,
    call,
    is_gone,
    known,
    number_in,
    page_of,
    sunset_of,
    upload,
    wait_for,
)
from advocacy.platforms.little_text import little_text, little_text_with_bare_links
from advocacy.platforms.rulers import utf16_units

# LinkedIn does not say what it counts; its editor counts as JavaScript does, which is never too few. The
# backslashes that its API asks for before brackets are not part of it.
MAX_UNITS = 3000
# Beyond these an article is refused. Unverified: the reference names no limits for cards.
MAX_TITLE, MAX_DESCRIPTION = 400, 4086
SCOPES = ("openid", "profile", "w_member_social")
# Both come with the vetted Community Management API only.
READS_COUNTS, READS_FOLLOWERS = "r_member_postAnalytics", "r_member_profileAnalytics"


class LinkedIn(Connector, Measures, CountsFollowers, Deletes, Redirects, Refreshes, Revokes):
    slug = "linkedin"
    label = "LinkedIn"
    auth = OAuth2(
        scopes=SCOPES,
        explanation=gettext_noop(
            "You sign in at LinkedIn and allow the hub to post for you. LinkedIn ends that after 60 days; "
            "the hub reminds you in time, and renewing is one click."
        ),
        permissions=(
            gettext_noop("See your name and picture."),
            gettext_noop("Post what you share here, with its pictures, and delete it when you ask for that."),
            gettext_noop(
                "Where LinkedIn allowed your company to ask for that: see how many people saw, liked, shared "
                "and answered what you shared here, and how many follow you."
            ),
        ),
        pkce=False,
    )
    # LinkedIn takes a link there, and no words.
    by_hand = ByHand(
        explanation=gettext_noop(
            "Your words are copied, LinkedIn opens with the link, and you paste and post them yourself."
        ),
        opens="https://www.linkedin.com/sharing/share-offsite/?url={link}",
        hosts=("linkedin.com",),
        posts=(
            r"/feed/update/urn(?::|%3a)li(?::|%3a)(?:activity|share|ugcpost)(?::|%3a)(?P<id>\d{10,25})",
            r"/posts/[^/?]{1,300}?-(?:activity|share|ugcpost)-(?P<id>\d{10,25})(?:-[a-z0-9_-]{1,10})?",
        ),
    )
    set_up = SetUp(
        host=API,
        portal="https://www.linkedin.com/developers/apps",
        steps=(
            gettext_noop("Sign in with an account that is an administrator of your company's LinkedIn page."),
            gettext_noop(
                "Choose “Create app”. Name it after your company, choose your company's page and add a logo."
            ),
            gettext_noop("On the tab Settings, choose “Verify” and let an administrator of the page agree."),
            gettext_noop(
                "On the tab Products, ask for “Share on LinkedIn” and for “Sign In with LinkedIn using "
                "OpenID Connect”. Both are given at once."
            ),
            gettext_noop(
                "On the tab Auth, add the address to come back to (below) as an authorized redirect URL."
            ),
            gettext_noop("Copy the client ID and the primary client secret from the same tab to the form."),
        ),
    )
    options = (
        Option("version", "202607", r"20\d\d(0[1-9]|1[0-2])", gettext_noop(
            "The version of LinkedIn's interface, year and month. Each serves for about a year."
        )),
        Option("escape_links", "yes", "yes|no", gettext_noop(
            "Whether signs such as _ are escaped inside addresses too. Try “no” if links in posts are broken."
        )),
        Option("reads_counts", "no", "yes|no", gettext_noop(
            "Whether to ask for reading reactions and followers. Say “yes” only when LinkedIn has granted "
            "your app the Community Management API; otherwise nobody can connect."
        )),
    )  # fmt: skip
    # No size in bytes is stated; this is the hub's own bound, well above what its pictures weigh.
    limits = Limits(
        max_images=20,
        max_alt_chars=4086,
        max_image_bytes=8_000_000,
        image_types=("image/jpeg", "image/png", "image/gif"),
        max_image_pixels=36_152_319,
    )
    # 150 calls of a member and 100,000 of an app in a day; with a picture a post is up to five.
    rates = (Rate(30, timedelta(days=1)), Rate(20_000, timedelta(days=1), of="app"))
    card_by = "client"
    # How often, and how long apart, a picture that is being processed is asked after.
    media_polls: ClassVar[int] = 5
    media_poll_every: ClassVar[timedelta] = timedelta(seconds=1)

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        used = utf16_units(text)
        return Counted(used, MAX_UNITS, "utf16", too_long=used > MAX_UNITS)

    def does(self, ability: type) -> bool:
        # Refresh tokens are for LinkedIn's partners.
        if ability is Refreshes:
            return False
        reads = ability in (Measures, CountsFollowers)
        return super().does(ability) and (not reads or self.option("reads_counts") == "yes")

    def serves_until(self) -> date:
        return sunset_of(self.option("version"))

    def publish(self, draft: Draft, access: Access) -> Receipt:
        refuse_what_does_not_fit(draft, counted=self.count(draft.text, data=access.data), limits=self.limits)
        post = self._post(draft, access, Preparing(self.publish_within))
        response = send_once(self._call("POST", "/rest/posts", access, json=post))
        urn = response.headers.get("x-restli-id", "")
        if response.status == 201 and urn:
            return Receipt(urn, page_of(urn))
        raise known(response, access) or after_sending(response, hide=access.token)

    def _post(self, draft: Draft, access: Access, preparing: Preparing) -> dict[str, object]:
        write = little_text if self.option("escape_links") == "yes" else little_text_with_bare_links
        post: dict[str, object] = {
            "author": author_of(access),
            "commentary": write(draft.text),
            "visibility": "PUBLIC",
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
        }
        # One content to a post: who attached pictures wants those.
        if draft.images:
            post["content"] = self._pictures(draft.images, access, preparing)
        elif draft.card:
            post["content"] = {"article": self._article(draft.card, access, preparing)}
        return post

    def _pictures(self, images: tuple[Image, ...], access: Access, preparing: Preparing) -> dict[str, object]:
        attached = [{"id": self._upload(image, access, preparing), "altText": image.alt} for image in images]
        return {"media": attached[0]} if len(attached) == 1 else {"multiImage": {"images": attached}}

    def _article(self, card: Card, access: Access, preparing: Preparing) -> dict[str, object]:
        article: dict[str, object] = {
            "source": card.url,
            "title": card.title[:MAX_TITLE],
            "description": card.description[:MAX_DESCRIPTION],
        }
        if card.thumbnail:
            try:
                article["thumbnail"] = self._upload(card.thumbnail, access, preparing)
            except Rejected as failure:
                # A card without its picture is still a good post; no permission to post is not.
                if failure.code == Code.FORBIDDEN:
                    raise
        return article

    def _upload(self, image: Image, access: Access, preparing: Preparing) -> str:
        version = self.option("version")
        urn = upload(image, access, preparing, version=version)
        wait_for(
            urn,
            access,
            preparing,
            version=version,
            polls=self.media_polls,
            every=self.media_poll_every,
        )
        return urn

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        """Without the vetted permission nothing is measurable, and nothing is asked."""
        if not _may_read(READS_COUNTS, access):
            return Reactions()
        counts = {}
        for kind in ("REACTION", "RESHARE", "COMMENT", "IMPRESSION"):
            response = ask(self._call("GET", _analytics(receipt.remote_id, kind), access))
            if is_gone(response):
                return Reactions(gone=True)
            said = json_object(response)
            if response.status != 200 or "elements" not in said:
                raise known(response, access) or after_looking(response, hide=access.token)
            counts[kind] = number_in(said)
        return Reactions(
            likes=counts["REACTION"],
            reposts=counts["RESHARE"],
            replies=counts["COMMENT"],
            impressions=counts["IMPRESSION"],
        )

    def followers(self, access: Access) -> int | None:
        """Without the vetted permission it is not measurable, and nothing is asked."""
        if not _may_read(READS_FOLLOWERS, access):
            return None
        response = ask(self._call("GET", "/rest/memberFollowersCount?q=me", access))
        said = json_object(response)
        if response.status != 200 or "elements" not in said:
            raise known(response, access) or after_looking(response, hide=access.token)
        return number_in(said, name="memberFollowersCount")

    def delete(self, receipt: Receipt, access: Access) -> None:
        path = f"/rest/posts/{quote(receipt.remote_id, safe='')}"
        response = ask(self._call("DELETE", path, access, X_RestLi_Method="DELETE"))
        if response.status not in (200, 204) and not is_gone(response):
            raise known(response, access) or after_asking(response, hide=access.token)

    def authorize_url(self, app: App, *, redirect_uri: str, state: str, code_challenge: str) -> str:
        url = prepare_grant_uri(
            f"{_sign_in_at(app.host)}/oauth/v2/authorization",
            app.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=self._asked(),
            state=state,
        )
        return str(url)

    def exchange(self, app: App, *, redirect_uri: str, code: str, code_verifier: str) -> Connection:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        said = first_tokens(_token_call("accessToken", app, form))
        granted = scopes_in(said, asked=self._asked())
        refuse_without(("w_member_social",), granted)
        return self._connection(replace(access_from(said, host=app.host), data={"scopes": granted}))

    def _connection(self, access: Access) -> Connection:
        headers = {"Authorization": f"Bearer {access.token}"}
        response = ask(Request("GET", f"{base_url(access.host)}/v2/userinfo", headers=headers))
        who = json_object(response)
        if response.status != 200 or not who.get("sub"):
            failure = after_asking(response, hide=access.token)
            raise failure if isinstance(failure, TryLater) else Rejected(Code.SIGN_IN_FAILED, failure.detail)
        name = str(who.get("name") or who["sub"])
        identity = Identity(str(who["sub"]), name, avatar_url=str(who.get("picture") or ""))
        return Connection(replace(access, remote_id=identity.remote_id), identity)

    def refresh(self, access: Access) -> Access:
        """LinkedIn gives refresh tokens to partners only; the same one comes back until its year is over."""
        form = {"grant_type": "refresh_token", "refresh_token": access.refresh_token}
        said = next_tokens(_token_call("accessToken", app_of(access), form))
        return replace(access_from(said, host=access.host, remote_id=access.remote_id), data=access.data)

    def revoke(self, access: Access, app: App | None) -> None:
        if app is None:
            raise ValueError("LinkedIn ends a permission only for the registration that got it.")
        take_back(_token_call("revoke", app, {"token": access.token}))

    def _asked(self) -> tuple[str, ...]:
        return (*SCOPES, READS_COUNTS, READS_FOLLOWERS) if self.option("reads_counts") == "yes" else SCOPES

    def _call(
        self, method: str, path: str, access: Access, *, json: object = None, **headers: str
    ) -> Request:
        return call(method, path, access, version=self.option("version"), json=json, **headers)


def _may_read(scope: str, access: Access) -> bool:
    granted = access.data.get("scopes")
    return isinstance(granted, list) and scope in granted


def _analytics(urn: str, kind: str) -> str:
    name = "share" if ":share:" in urn else "ugc"
    return (
        f"/rest/memberCreatorPostAnalytics?q=entity&entity=({name}:{quote(urn, safe='')})"
        f"&queryType={kind}&aggregation=TOTAL"
    )


def _token_call(what: str, app: App, form: Mapping[str, str]) -> Request:
    credentials = {"client_id": app.client_id, "client_secret": app.client_secret}
    return Request("POST", f"{_sign_in_at(app.host)}/oauth/v2/{what}", form={**form, **credentials})


def _sign_in_at(host: str) -> str:
    return base_url(SIGN_IN.get(host, host))
