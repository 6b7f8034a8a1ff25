"""Ask a platform something and turn what comes back into one of the four failures.

Every connector asks through here, so that a lost answer means the same on every platform.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic

from advocacy.lib import addresses, http
from advocacy.platforms.connector import (
    Code,
    Counted,
    Disconnected,
    Draft,
    Failure,
    Limits,
    OutcomeUnknown,
    Rejected,
    TryLater,
)
from advocacy.platforms.rulers import has_too_many

CALL = timedelta(seconds=20)
SOON = timedelta(minutes=1)
LATER = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(days=1)
_LONGEST_DETAIL = 300  # characters
# Meta says, in JSON and in minutes, until when it lets nothing through; 0 is nothing of the kind.
_USAGE_HEADERS = ("x-business-use-case-usage", "x-page-usage", "x-app-usage")
_REGAINED = re.compile(r'"estimated_time_to_regain_access"\s*:\s*"?([0-9]{1,7})\b')
_TLS_PORTS = (443, 8443)


def base_url(host: str) -> str:
    """Return the address of a server: https, but http for a private one that the administrator permitted.

    :raises addresses.NotAllowed: it is no host
    """
    plain = is_private(host) and _place(host).port not in _TLS_PORTS
    return f"{'http' if plain else 'https'}://{host}"


def is_private(host: str) -> bool:
    """Return whether the administrator permitted this server although it is not on the public internet."""
    return _place(host).is_permitted


def _place(host: str) -> addresses.Place:
    return addresses.place_of(addresses.clean(f"https://{host}"))


def host_in(typed: str) -> str:
    """Return the bare host meant by a host, an address or a handle such as @alice@mastodon.example.

    :raises Rejected: there is no host in it
    """
    written = typed.strip()
    if "://" not in written:
        written = f"https://{written.split('/')[0].rpartition('@')[2]}"
    try:
        place = addresses.place_of(addresses.clean(written))
    except addresses.NotAllowed as error:
        raise Rejected(Code.NO_SUCH_SERVER, str(error)) from error
    usual = {"http": 80, "https": 443}[place.scheme]
    return str(place).removesuffix(f":{usual}")


class Preparing:
    """What is left of the time for uploads and look-ups before the one call that posts."""

    def __init__(self, within: timedelta) -> None:
        self._until = monotonic() + (within - CALL).total_seconds()

    def left(self) -> timedelta:
        """Return the longest that the next call may take. :raises TryLater: the time is spent"""
        left = timedelta(seconds=self._until - monotonic())
        if left <= timedelta(0):
            raise TryLater(Code.TOO_SLOW, wait=LATER)
        return min(left, CALL)


def ask(request: http.Request, *, timeout: timedelta = CALL) -> http.Response:
    """Send what does no harm when it is sent twice. :raises TryLater: no answer came"""
    try:
        return http.send(request, timeout=timeout)
    except http.DoorError as error:
        raise TryLater(Code.UNREACHABLE, str(error), wait=SOON) from error


def ask_typed_host(request: http.Request) -> http.Response:
    """Like `ask`, for a host that a person has just typed. :raises Rejected: its address is not public"""
    try:
        return http.send(request, timeout=CALL)
    except http.Blocked as error:
        raise Rejected(Code.ADDRESS_BLOCKED, str(error)) from error
    except http.DoorError as error:
        raise TryLater(Code.UNREACHABLE, str(error), wait=SOON) from error


def send_once(request: http.Request) -> http.Response:
    """Send what must not be sent twice.

    :raises TryLater: no byte of it left
    :raises OutcomeUnknown: it left, and no full answer came
    """
    try:
        return http.send(request, timeout=CALL)
    except http.NotSent as error:
        raise TryLater(Code.UNREACHABLE, str(error), wait=SOON) from error
    except http.DoorError as error:
        raise OutcomeUnknown(Code.NO_ANSWER, str(error)) from error


def after_sending(response: http.Response, *, hide: str) -> Failure:
    """Return what it means that a post was not answered with a receipt. `hide` is the token that was sent.

    A server error, and a yes without proof, say nothing about whether the post stands.
    """
    if response.status >= 500 or response.status < 300 or response.status == 408:
        return OutcomeUnknown(Code.UNCLEAR_ANSWER, reason_in(response, hide=hide))
    return after_asking(response, hide=hide)


def after_asking(response: http.Response, *, hide: str) -> Failure:
    """Return what it means that a harmless request was not answered as hoped."""
    reason = reason_in(response, hide=hide)
    if response.status == 401:
        return Disconnected(Code.REVOKED, reason)
    if response.status == 429:
        return TryLater(Code.RATE_LIMITED, reason, wait=wait_in(response, otherwise=LATER))
    if response.status >= 500 or response.status < 300 or response.status == 408:
        return TryLater(Code.SERVER_ERROR, reason, wait=wait_in(response, otherwise=LATER))
    codes = {403: Code.FORBIDDEN, 413: Code.TOO_LARGE}
    return Rejected(codes.get(response.status, Code.REFUSED), reason)


def after_looking(response: http.Response, *, hide: str) -> Failure:
    """Return why one could not look; a refusal to show something is no proof that it is not there."""
    failure = after_asking(response, hide=hide)
    if isinstance(failure, Rejected):
        return TryLater(failure.code, failure.detail, wait=LATER)
    return failure


def refuse_what_does_not_fit(draft: Draft, *, counted: Counted, limits: Limits) -> None:
    """Refuse before anything is sent. :raises Rejected: the text, a picture or its description is too long"""
    if counted.too_long:
        raise Rejected(Code.TOO_LONG, f"{counted.used} > {counted.limit} {counted.unit}")
    if has_too_many(draft.text, limits):
        raise Rejected(Code.TOO_MANY)
    if len(draft.images) > limits.max_images:
        raise Rejected(Code.TOO_LARGE, f"{len(draft.images)} > {limits.max_images} pictures")
    for image in draft.images:
        if len(image.content) > limits.max_image_bytes:
            raise Rejected(Code.TOO_LARGE, f"{len(image.content)} > {limits.max_image_bytes} bytes")
        if len(image.alt) > limits.max_alt_chars:
            raise Rejected(
                Code.TOO_LONG, f"{len(image.alt)} > {limits.max_alt_chars} characters of description"
            )


def json_object(response: http.Response) -> Mapping[str, object]:
    """Return the JSON object of an answer; empty when it holds something else, such as a page of HTML."""
    found = json_of(response)
    return found if isinstance(found, dict) else {}


def json_of(response: http.Response) -> object:
    """Return the JSON of an answer, or None when it is none."""
    try:
        return response.json()
    except http.NotJson:
        return None


def reason_in(response: http.Response, *, hide: str) -> str:
    """Return the platform's own words for its no, in at most 300 characters and without `hide`."""
    said = json_object(response)
    words = [said.get(name) for name in ("error", "error_description", "message", "detail", "title")]
    reason = ": ".join(dict.fromkeys(word for word in words if isinstance(word, str) and word))
    # Servers exist that print the request, token and all, into their error page.
    if hide:
        reason = reason.replace(hide, "…")
    return (reason or f"HTTP {response.status}")[:_LONGEST_DETAIL]


def wait_in(response: http.Response, *, otherwise: timedelta) -> timedelta:
    """Return how long the platform asks to wait: at least a second, at most a day.

    Moments are read against the answer's own Date, so that a clock that is off does no harm.
    """
    now = _moment(response.headers.get("date", "")) or datetime.now(UTC)
    names = ["retry-after"]
    if response.status == 429:
        # These come with every answer, and mean a wait only with this one.
        names += ["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"]
    waits = [parse_wait(response.headers.get(name, ""), now=now) for name in names]
    wait = next((wait for wait in [*waits, _regained_in(response)] if wait is not None), otherwise)
    return max(timedelta(seconds=1), min(wait, _LONGEST_WAIT))


def parse_wait(written: str, *, now: datetime) -> timedelta | None:
    """Read seconds, an epoch (in seconds), ISO 8601 or an HTTP date; None when it is nothing of the kind."""
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", written.strip()):
        seconds = math.ceil(float(written))
        # No wait is thirty years long: this is a moment.
        is_epoch = seconds > 1_000_000_000
        return (
            datetime.fromtimestamp(min(seconds, 32_503_680_000), UTC) - now
            if is_epoch
            else timedelta(seconds=seconds)
        )
    moment = _moment(written)
    return moment - now if moment else None


def _regained_in(response: http.Response) -> timedelta | None:
    """Return how long Meta says that it lets nothing through, if it says so."""
    written = " ".join(response.headers.get(name, "") for name in _USAGE_HEADERS)
    minutes = max(map(int, _REGAINED.findall(written)), default=0)
    return timedelta(minutes=minutes) if minutes else None


def _moment(written: str) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(written.strip())
        except (ValueError, TypeError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
