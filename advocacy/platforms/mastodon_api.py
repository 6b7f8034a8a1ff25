"""Reading what Mastodon servers say: which post is ours, what fits, what was granted.

Source: https://docs.joinmastodon.org/entities
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import regex
from selectolax.lexbor import LexborHTMLParser

from advocacy.lib.http import Request, Response
from advocacy.platforms.answers import (
    LATER,
    after_asking,
    after_looking,
    ask,
    base_url,
    json_object,
    json_of,
    reason_in,
    wait_in,
)
from advocacy.platforms.connector import (
    Access,
    Code,
    Connection,
    Disconnected,
    Draft,
    Failure,
    Identity,
    Rejected,
    TryLater,
)
from advocacy.platforms.rulers import links_in

PAGE = 40
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def token_gone(response: Response, access: Access) -> Failure | None:
    """Return the failure when the token is no longer good; some servers say so with 400 or 403."""
    said = f"{response.headers.get('www-authenticate', '')} {json_object(response).get('error', '')}".lower()
    if response.status == 401 or "invalid_token" in said or "access token" in said:
        return Disconnected(Code.REVOKED, reason_in(response, hide=access.token))
    return None


def statuses_of(access: Access, older_than: str) -> Sequence[Mapping[str, object]]:
    """Return a page of the account's own posts, newest first. :raises TryLater, Disconnected:"""
    params = {"limit": str(PAGE), "exclude_reblogs": "true"}
    if older_than:
        params["max_id"] = older_than
    url = url_at(access.host, f"/api/v1/accounts/{access.remote_id}/statuses")
    response = ask(Request("GET", url, headers=bearer(access.token), params=params))
    statuses = json_of(response)
    if response.status != 200 or not isinstance(statuses, list):
        raise token_gone(response, access) or after_looking(response, hide=access.token)
    return [status for status in statuses if isinstance(status, dict)]


def connection_at(host: str, token: str) -> Connection:
    response = ask(Request("GET", url_at(host, "/api/v1/accounts/verify_credentials"), headers=bearer(token)))
    account = json_object(response)
    if response.status != 200 or not account.get("id"):
        failure = after_asking(response, hide=token)
        raise failure if isinstance(failure, TryLater) else Rejected(Code.SIGN_IN_FAILED, failure.detail)
    instance = instance_at(host)
    identity = Identity(
        remote_id=str(account["id"]),
        handle=f"{account.get('acct')}@{instance.get('domain') or host}",
        display_name=str(account.get("display_name") or ""),
        url=str(account.get("url") or ""),
        avatar_url=str(account.get("avatar") or ""),
    )
    return Connection(Access(host, identity.remote_id, token, data=limits_in(instance)), identity)


def instance_at(host: str) -> Mapping[str, object]:
    """Return what the server says of itself; nothing when it says nothing, and the usual limits hold."""
    for version in ("v2", "v1"):
        try:
            response = ask(Request("GET", url_at(host, f"/api/{version}/instance")))
        except TryLater:
            return {}
        if response.status == 200 and json_object(response):
            return json_object(response)
    return {}


def is_gone(response: Response) -> bool:
    """Return whether the server itself says that there is no such post; a proxy's bare 404 says nothing."""
    return response.status in {404, 410} and bool(json_object(response).get("error"))


def is_ours(status: Mapping[str, object], draft: Draft, *, since: datetime) -> bool:
    """Return whether this post is the draft's.

    Every share has a tracked link of its own, so that link is proof. A share without one is known by its
    words, if the post is not older than `since`.
    """
    if status.get("reblog"):
        return False
    content = LexborHTMLParser(str(status.get("content") or ""))
    if draft.link:
        return draft.link in _links_of(content)
    return posted_at(status) >= since and _words_of(content) == _plain_words(draft.text)


def posted_at(status: Mapping[str, object]) -> datetime:
    """Return when the server says that it got the post; long ago when it does not say."""
    try:
        moment = datetime.fromisoformat(str(status.get("created_at")))
    except ValueError:
        return _LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def limits_in(instance: Mapping[str, object]) -> dict[str, object]:
    """Return the limits that a server states, under names of our own; what it does not state is left out."""
    configuration = _part(instance, "configuration")
    statuses, media = _part(configuration, "statuses"), _part(configuration, "media_attachments")
    stated = {
        # Before 3.4, and on servers that only speak the language, it stands on its own.
        "max_chars": whole(statuses, "max_characters") or whole(instance, "max_toot_chars"),
        "link_chars": whole(statuses, "characters_reserved_per_url"),
        "max_images": whole(statuses, "max_media_attachments"),
        "max_alt_chars": whole(media, "description_limit"),
        "max_image_bytes": whole(media, "image_size_limit"),
        "max_image_pixels": whole(media, "image_matrix_limit"),
    }
    return {name: value for name, value in stated.items() if value}


def whole(said: Mapping[str, object], name: str) -> int | None:
    number = said.get(name)
    return number if isinstance(number, int) else None


def refuse_missing_scopes(said: Mapping[str, object], *, wanted: Iterable[str]) -> None:
    """Refuse a permission that is smaller than asked. :raises Rejected: it names what is missing"""
    granted = str(said.get("scope") or " ".join(wanted)).split()
    missing = [scope for scope in wanted if scope not in granted and scope.split(":")[0] not in granted]
    if missing:
        raise Rejected(Code.FORBIDDEN, ", ".join(missing))


def exchange_failure(response: Response) -> Failure:
    """Return why no token was given. Only the error's name is kept: the request was full of secrets."""
    error = str(json_object(response).get("error") or "")
    name = error if regex.fullmatch(r"[a-z_]{1,60}", error) else f"HTTP {response.status}"
    if response.status == 429:
        return TryLater(Code.RATE_LIMITED, name, wait=wait_in(response, otherwise=LATER))
    if response.status >= 500:
        return TryLater(Code.SERVER_ERROR, name, wait=wait_in(response, otherwise=LATER))
    return Rejected(Code.APP_UNKNOWN if name == "invalid_client" else Code.SIGN_IN_FAILED, name)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def url_at(host: str, path: str) -> str:
    return f"{base_url(host)}{path}"


def _part(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = said.get(name)
    return part if isinstance(part, dict) else {}


def _links_of(content: LexborHTMLParser) -> set[str]:
    """Return the addresses in a post: where links lead, and those that the server left as plain words."""
    leads_to = {str(link.attributes.get("href")) for link in content.css("a[href]")}
    text = _text_of(content)
    return leads_to | {text[start:end] for start, end in links_in(text)}


def _words_of(content: LexborHTMLParser) -> list[str]:
    return _plain_words(_text_of(content))


def _text_of(content: LexborHTMLParser) -> str:
    for node in content.css("br, p"):
        node.insert_before("\n")
    return content.body.text() if content.body else ""


def _plain_words(text: str) -> list[str]:
    """Split into words, with mentions as servers show them: without the other's server."""
    return regex.sub(r"(@\w+)@[\w.-]+\w", r"\1", text).split()
