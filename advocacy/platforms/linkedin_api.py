"""Speaking LinkedIn's versioned API: headers, addresses, pictures, and what its answers mean.

Source: https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api and /images-api,
https://learn.microsoft.com/linkedin/shared/api-guide/concepts/error-handling
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from time import sleep
from urllib.parse import quote, urlsplit

from advocacy.lib.http import Request, Response
from advocacy.platforms.answers import (
    SOON,
    Preparing,
    after_asking,
    ask,
    base_url,
    json_object,
    reason_in,
    wait_in,
)
from advocacy.platforms.connector import (
    Access,
    Code,
    Disconnected,
    Failure,
    Image,
    Rejected,
    Repeated,
    TryLater,
)
from advocacy.platforms.granting import UNTIL_SOMEONE_LOOKS

API = "api.linkedin.com"
# Signing in has a host of its own.
SIGN_IN = {API: "www.linkedin.com"}
# When LinkedIn said that it retires a version; the others serve for twelve months at least.
SUNSETS = {
    "202511": date(2026, 11, 16),
    "202601": date(2027, 1, 15),
    "202602": date(2027, 2, 15),
    "202603": date(2027, 3, 16),
}
_POST = re.compile(r"urn:li:(?:share|ugcPost):\d+")


def sunset_of(version: str) -> date:
    """Return when the version is retired: as announced, else the earliest that LinkedIn's rule allows.

    Source: https://learn.microsoft.com/linkedin/marketing/versioning and /integrations/migrations
    """
    year, month = int(version[:4]), int(version[4:])
    return SUNSETS.get(version) or date(year + 1, month, 15)


def call(
    method: str, path: str, access: Access, *, version: str, json: object = None, **more: str
) -> Request:
    """Return a request of the versioned API. `more` are headers, with underscores for dashes."""
    headers = {
        "Authorization": f"Bearer {access.token}",
        "LinkedIn-Version": version,
        "X-Restli-Protocol-Version": "2.0.0",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return Request(method, f"{base_url(access.host)}{path}", headers=headers, json=json)


def upload(image: Image, access: Access, preparing: Preparing, *, version: str) -> str:
    """Send a picture and return its URN; it may still be processed.

    :raises TryLater, Rejected, Disconnected: nothing was posted
    """
    owner = {"initializeUploadRequest": {"owner": author_of(access)}}
    begin = call("POST", "/rest/images?action=initializeUpload", access, version=version, json=owner)
    response = ask(begin, timeout=preparing.left())
    value = json_object(response).get("value")
    if response.status != 200 or not isinstance(value, dict) or not value.get("image"):
        raise known(response, access) or after_asking(response, hide=access.token)
    url = str(value.get("uploadUrl"))
    _refuse_strangers(url, access)
    headers = {"Authorization": f"Bearer {access.token}", "Content-Type": image.media_type}
    sent = ask(Request("PUT", url, headers=headers, body=image.content), timeout=preparing.left())
    if sent.status not in (200, 201):
        raise known(sent, access) or after_asking(sent, hide=access.token)
    return str(value["image"])


def wait_for(
    urn: str, access: Access, preparing: Preparing, *, version: str, polls: int, every: timedelta
) -> None:
    """Wait until the picture is ready. Who may not ask (most apps) waits for the whole time and hopes.

    A post that names a picture too early is refused, and nothing is posted.

    :raises Rejected: LinkedIn could not read the picture
    """
    look = call("GET", f"/rest/images/{quote(urn, safe='')}", access, version=version)
    for _ in range(polls):
        sleep(min(every, preparing.left()).total_seconds())
        response = ask(look, timeout=preparing.left())
        status = json_object(response).get("status")
        if status == "AVAILABLE":
            return
        if status == "PROCESSING_FAILED":
            raise Rejected(Code.REFUSED, "PROCESSING_FAILED")
        if response.status == 403:
            sleep(min(every * polls, preparing.left()).total_seconds())
            return
    raise TryLater(Code.NOT_READY, wait=SOON)


def known(response: Response, access: Access) -> Failure | None:
    """Return what a no means, where LinkedIn has a way of its own to say it."""
    said, reason = json_object(response), reason_in(response, hide=access.token)
    code = str(said.get("code") or "")
    if response.status == 426 or code == "NONEXISTENT_VERSION":
        return TryLater(Code.APP_OUTDATED, reason, wait=UNTIL_SOMEONE_LOOKS)
    if response.status == 401:
        return Disconnected(Code.EXPIRED if "EXPIRED" in code else Code.REVOKED, reason)
    if response.status == 429:
        return TryLater(Code.RATE_LIMITED, reason, wait=wait_in(response, otherwise=_back_at(reason)))
    if response.status in (409, 422):
        return _unprocessable(response, reason)
    return None


def is_gone(response: Response) -> bool:
    """Return whether LinkedIn itself says so; a proxy's bare 404 says nothing."""
    return response.status in (404, 410) and bool(json_object(response).get("message"))


def author_of(access: Access) -> str:
    return f"urn:li:person:{access.remote_id}"


def page_of(urn: str) -> str:
    return f"https://www.linkedin.com/feed/update/{urn}/"


def number_in(said: Mapping[str, object], *, name: str = "count") -> int | None:
    """Return the count of an analytics answer; nothing at all, and -1, are "not measurable"."""
    elements = said.get("elements")
    first = elements[0] if isinstance(elements, list) and elements else {}
    count = first.get(name) if isinstance(first, dict) else None
    return count if isinstance(count, int) and count >= 0 else None


def _unprocessable(response: Response, reason: str) -> Failure | None:
    written = response.text
    if "duplicate" in reason.lower() or "DUPLICATE_POST" in written:
        found = _POST.search(written)
        urn = found.group() if found else ""
        return Repeated(reason, remote_id=urn, url=page_of(urn) if urn else "")
    if "MEDIA_ASSET_WAITING_UPLOAD" in written or "Unable to obtain activity" in written:
        return TryLater(Code.NOT_READY, reason, wait=SOON)
    return None


def _back_at(reason: str) -> timedelta:
    """Return how long a limit lasts: those of a day until midnight UTC, and for others five minutes."""
    now = datetime.now(UTC)
    if " DAY " not in f" {reason.upper()} ":
        return timedelta(minutes=5)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - now


def _refuse_strangers(url: str, access: Access) -> None:
    """Send the token nowhere but to LinkedIn. :raises Rejected: the picture was to go elsewhere"""
    place = urlsplit(url)
    is_theirs = place.scheme == "https" and f".{place.hostname}".endswith(".linkedin.com")
    if not is_theirs and place.netloc != access.host:
        raise Rejected(Code.REFUSED, "uploadUrl")
