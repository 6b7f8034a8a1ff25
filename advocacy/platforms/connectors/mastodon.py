"""Mastodon and servers that speak its API, by OAuth. Every server is another one, with limits of its own.

A real Mastodon keeps our Idempotency-Key for an hour; others ignore it. So a lost answer is looked up on the
account before anything is sent again. Source: https://docs.joinmastodon.org
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from time import sleep
from typing import ClassVar

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from advocacy.lib.http import File, Request, Response
from advocacy.platforms.answers import (
    SOON,
    Preparing,
    after_asking,
    after_looking,
    after_sending,
    ask,
    ask_typed_host,
    host_in,
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
    Failure,
    Field,
    Finds,
    Image,
    Limits,
    Measures,
    OAuth2,
    Rate,
    Reactions,
    Receipt,
    Redirects,
    Registers,
    Rejected,
    Revokes,
    StatesLimits,
    TryLater,
    gettext_noop,
)
from advocacy.platforms.mastodon_api import (
    bearer,
    connection_at,
    exchange_failure,
    instance_at,
    is_gone,
    is_ours,
    limits_in,
    posted_at,
    refuse_missing_scopes,
    statuses_of,
    token_gone,
    url_at,
    whole,
)
from advocacy.platforms.rulers import mastodon_length

SCOPES = ("read:accounts", "read:statuses", "write:statuses", "write:media")
# Servers whose clock is behind ours date a post before the moment we sent it.
SKEW = timedelta(seconds=60)


class Mastodon(
    Connector, Finds, Measures, CountsFollowers, StatesLimits, Deletes, Registers, Redirects, Revokes
):
    slug = "mastodon"
    label = "Mastodon"
    auth = OAuth2(
        scopes=SCOPES,
        fields=(
            Field(
                "server",
                gettext_noop("Your server"),
                help=gettext_noop("The part behind the last @ of your handle, or your whole handle."),
                placeholder="@alice@mastodon.example",
            ),
        ),
        explanation=gettext_noop(
            "You sign in at your own server and allow the hub there. The hub never sees your password, and "
            "you can withdraw the permission on your server at any time."
        ),
        permissions=(
            gettext_noop("See your name, and the posts you made."),
            gettext_noop("See how many people follow the account."),
            gettext_noop("Post what you share here, with its pictures, and delete it when you ask for that."),
        ),
    )
    limits = Limits(
        max_images=4,
        max_alt_chars=1500,
        max_image_bytes=8_000_000,
        image_types=("image/jpeg", "image/png", "image/webp"),
        max_image_pixels=16_777_216,
    )
    # Servers may set others. With a picture, a post is three calls at least. Source: the page on rate limits,
    # and config/initializers/rack_attack.rb and app/lib/rate_limiter.rb in Mastodon.
    rates = (
        Rate(300, timedelta(hours=3)),
        Rate(100, timedelta(minutes=5), of="host"),
    )
    client_name: ClassVar[str] = "Social Hub"
    # How often, and how long apart, a picture that is being processed is asked after.
    media_polls: ClassVar[int] = 8
    media_poll_every: ClassVar[timedelta] = timedelta(seconds=1)
    # How far back `find` reads: the last 400 posts.
    pages: ClassVar[int] = 10

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        limit, link_chars = whole(data, "max_chars") or 500, whole(data, "link_chars") or 23
        used = mastodon_length(text, link_chars=link_chars)
        return Counted(used, limit, "graphemes", too_long=used > limit)

    def limits_for(self, data: Mapping[str, object]) -> Limits:
        known = self.limits
        return replace(
            known,
            max_images=whole(data, "max_images") or known.max_images,
            max_alt_chars=whole(data, "max_alt_chars") or known.max_alt_chars,
            max_image_bytes=whole(data, "max_image_bytes") or known.max_image_bytes,
            max_image_pixels=whole(data, "max_image_pixels") or known.max_image_pixels,
        )

    def limits_at(self, host: str) -> Mapping[str, object]:
        return limits_in(instance_at(host))

    def publish(self, draft: Draft, access: Access) -> Receipt:
        limits = self.limits_for(access.data)
        refuse_what_does_not_fit(draft, counted=self.count(draft.text, data=access.data), limits=limits)
        preparing = Preparing(self.publish_within)
        post: dict[str, object] = {"status": draft.text, "visibility": "public"}
        if draft.language:
            post["language"] = draft.language
        if draft.images:
            post["media_ids"] = [self._attach(image, access, preparing) for image in draft.images]
        headers = {**bearer(access.token), "Idempotency-Key": str(draft.key)}
        # Reasons come in English then, which is the one language that we recognise them in.
        url = url_at(access.host, "/api/v1/statuses?lang=en")
        response = send_once(Request("POST", url, headers=headers, json=post))
        status = json_object(response)
        if response.status == 200 and status.get("id"):
            return _receipt(status)
        raise token_gone(response, access) or _after_post(response, access)

    def _attach(self, image: Image, access: Access, preparing: Preparing) -> str:
        """Upload a picture and wait until the server has processed it: sooner, it refuses the post."""
        request = Request(
            "POST",
            url_at(access.host, "/api/v2/media?lang=en"),
            headers=bearer(access.token),
            form={"description": image.alt},
            files={
                "file": File(
                    f"picture.{image.media_type.rpartition('/')[2]}", image.content, image.media_type
                )
            },
        )
        response = ask(request, timeout=preparing.left())
        media_id = json_object(response).get("id")
        if response.status not in (200, 202) or not media_id:
            raise token_gone(response, access) or after_asking(response, hide=access.token)
        if response.status == 202:
            self._wait_for(str(media_id), access, preparing)
        return str(media_id)

    def _wait_for(self, media_id: str, access: Access, preparing: Preparing) -> None:
        request = Request(
            "GET", url_at(access.host, f"/api/v1/media/{media_id}"), headers=bearer(access.token)
        )
        for _ in range(self.media_polls):
            sleep(min(self.media_poll_every, preparing.left()).total_seconds())
            response = ask(request, timeout=preparing.left())
            if response.status == 200:
                return
            if response.status != 206:
                raise token_gone(response, access) or after_asking(response, hide=access.token)
        raise TryLater(Code.NOT_READY, wait=SOON)

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        """Look through the account's newest posts for the share's own link, or without one for its words."""
        since, older_than = draft.at - SKEW, ""
        for _ in range(self.pages):
            statuses = statuses_of(access, older_than)
            found = next((status for status in statuses if is_ours(status, draft, since=since)), None)
            if found:
                return _receipt(found)
            if not statuses or posted_at(statuses[-1]) < since:
                return None
            older_than = str(statuses[-1].get("id"))
        raise TryLater(Code.TOO_SLOW, wait=SOON)

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        url = url_at(access.host, f"/api/v1/statuses/{receipt.remote_id}")
        response = ask(Request("GET", url, headers=bearer(access.token)))
        if is_gone(response):
            return Reactions(gone=True)
        status = json_object(response)
        if response.status != 200 or not status.get("id"):
            raise token_gone(response, access) or after_looking(response, hide=access.token)
        return Reactions(
            likes=whole(status, "favourites_count"),
            reposts=whole(status, "reblogs_count"),
            replies=whole(status, "replies_count"),
        )

    def followers(self, access: Access) -> int | None:
        url = url_at(access.host, "/api/v1/accounts/verify_credentials")
        response = ask(Request("GET", url, headers=bearer(access.token)))
        said = json_object(response)
        if response.status != 200 or not said.get("id"):
            raise token_gone(response, access) or after_looking(response, hide=access.token)
        return whole(said, "followers_count")

    def delete(self, receipt: Receipt, access: Access) -> None:
        url = url_at(access.host, f"/api/v1/statuses/{receipt.remote_id}")
        response = ask(Request("DELETE", url, headers=bearer(access.token)))
        if response.status != 200 and not is_gone(response):
            raise token_gone(response, access) or after_asking(response, hide=access.token)

    def host_from(self, answers: Mapping[str, str]) -> str:
        return host_in(answers.get("server", ""))

    def register(self, host: str, *, redirect_uri: str) -> App:
        form = {"client_name": self.client_name, "redirect_uris": redirect_uri, "scopes": " ".join(SCOPES)}
        response = ask_typed_host(Request("POST", url_at(host, "/api/v1/apps"), form=form))
        said = json_object(response)
        if response.status == 200 and said.get("client_id") and said.get("client_secret"):
            app = App(host, str(said["client_id"]), str(said["client_secret"]))
            _be_remembered(app)
            return app
        failure = after_asking(response, hide="")
        if response.status == 429 or response.status >= 500:
            raise failure
        raise Rejected(Code.NO_SUCH_SERVER, failure.detail)

    def authorize_url(self, app: App, *, redirect_uri: str, state: str, code_challenge: str) -> str:
        url = prepare_grant_uri(
            url_at(app.host, "/oauth/authorize"),
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
            "scope": " ".join(SCOPES),
            **_credentials(app),
        }
        response = ask(Request("POST", url_at(app.host, "/oauth/token"), form=form))
        said = json_object(response)
        if response.status != 200 or not said.get("access_token"):
            raise exchange_failure(response)
        refuse_missing_scopes(said, wanted=SCOPES)
        return connection_at(app.host, str(said["access_token"]))

    def revoke(self, access: Access, app: App | None) -> None:
        if app is None:
            raise ValueError("A Mastodon server ends a permission only for the registration that got it.")
        form = {"token": access.token, **_credentials(app)}
        response = ask(Request("POST", url_at(access.host, "/oauth/revoke"), form=form))
        # 401 and 403: the server no longer knows the registration, and the permission ended with it.
        if response.status not in (200, 401, 403):
            raise after_asking(response, hide=access.token)


def _after_post(response: Response, access: Access) -> Failure:
    failure = after_sending(response, hide=access.token)
    if response.status == 422 and "finished processing" in failure.detail:
        return TryLater(Code.NOT_READY, failure.detail, wait=SOON)
    return failure


def _be_remembered(app: App) -> None:
    """Get a token of the hub's own, and drop it: before 4.3 servers forget within a day who never had one.

    Who is sent to a server that forgot the hub is not sent back. Source: applications_vacuum.rb in Mastodon.
    """
    form = {"grant_type": "client_credentials", **_credentials(app)}
    try:
        ask(Request("POST", url_at(app.host, "/oauth/token"), form=form))
    except TryLater:
        # The registration stands all the same, and mostly it is used at once.
        return


def _receipt(status: Mapping[str, object]) -> Receipt:
    return Receipt(str(status["id"]), str(status.get("url") or status.get("uri") or ""))


def _credentials(app: App) -> dict[str, str]:
    return {"client_id": app.client_id, "client_secret": app.client_secret}
