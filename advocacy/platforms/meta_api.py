"""Speaking Meta's Graph API, for Threads, Facebook and Instagram: requests, and what its answers mean.

Sources, below https://developers.facebook.com/docs/: graph-api/guides/error-handling, graph-api/overview/
rate-limiting, instagram-platform/reference/error-codes and threads/troubleshooting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from advocacy.lib.http import File, Request, Response
from advocacy.platforms.answers import (
    LATER,
    SOON,
    after_asking,
    after_looking,
    after_sending,
    base_url,
    json_object,
    wait_in,
)
from advocacy.platforms.connector import (
    Access,
    Code,
    Disconnected,
    Draft,
    Failure,
    OutcomeUnknown,
    Rejected,
    Repeated,
    TryLater,
)

GRAPH_VERSION = r"v\d{1,3}\.0"
NEWEST_GRAPH = "v26.0"
_GRAPH_CAME = {"v25.0": date(2026, 2, 18), "v26.0": date(2026, 7, 29)}
# A post may bear a moment a little before the one at which we sent it.
SKEW = timedelta(seconds=60)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
A_DAY = timedelta(days=1)
_NOTHING: Mapping[str, str] = {}
_LONGEST_REASON = 300  # characters
_INVALID_TOKEN, _TOKEN_RAN_OUT = 190, 463
_DUPLICATE = 506
# Meta's own trouble: what was asked may have been done all the same.
_NEITHER_YES_NOR_NO = frozenset({1, 2, -1})
_TOO_FAST = frozenset({4, 9, 17, 32, 341, 613, 80001, 1390008, 2207042})
_HELD_BACK_AS_SPAM = 2207051
_BLOCKED = frozenset({368, 4279013, 2207050})
# The container, or a picture in it, is still worked on, or is too old and has to be made anew.
_NOT_READY = frozenset({4279009, 2207008, 2207020, 2207027, 2207032})
_NOT_FETCHED = frozenset({2207003, 2207052})
_TOO_LARGE, _TOO_LONG = 2207004, 2207010
_NO_PERMISSION = frozenset({10, *range(200, 300)})


@dataclass(frozen=True)
class GraphError:
    """An error as Meta writes it. `words` are its own, without the secret that was sent."""

    code: int
    subcode: int
    words: str
    is_transient: bool

    def is_among(self, numbers: frozenset[int]) -> bool:
        return self.code in numbers or self.subcode in numbers


def get(access: Access, path: str, params: Mapping[str, str] = _NOTHING) -> Request:
    return Request("GET", url_at(access.host, path), params={**params, "access_token": access.token})


def post(
    access: Access, path: str, form: Mapping[str, str], *, files: Mapping[str, File] | None = None
) -> Request:
    return Request(
        "POST", url_at(access.host, path), form={**form, "access_token": access.token}, files=files
    )


def delete(access: Access, path: str) -> Request:
    return Request("DELETE", url_at(access.host, path), params={"access_token": access.token})


def url_at(host: str, path: str) -> str:
    return f"{base_url(host)}/{path}"


def error_in(response: Response, *, hide: str) -> GraphError | None:
    """Return the error that Meta itself wrote; None when the answer is no such thing."""
    error = part(json_object(response), "error")
    code = error.get("code")
    if not isinstance(code, int):
        return None
    words = str(error.get("error_user_msg") or error.get("message") or f"code {code}")
    return GraphError(
        code=code,
        subcode=_number(error.get("error_subcode")),
        words=(words.replace(hide, "…") if hide else words)[:_LONGEST_REASON],
        is_transient=error.get("is_transient") is True,
    )


def known(response: Response, access: Access) -> Failure | None:
    """Return what a no means, where Meta has a way of its own to say it."""
    error = error_in(response, hide=access.token)
    if error is None:
        return None
    failure = _of_the_account(error) or _for_now(error, response)
    # A server that stumbles over a post says nothing about the post.
    return failure or (None if response.status >= 500 else _of_the_post(error))


def after_publishing(response: Response, access: Access) -> Failure:
    """Return what it means that a post was not answered with its id."""
    error = error_in(response, hide=access.token)
    if error and error.code in _NEITHER_YES_NOR_NO and not error.is_among(_NOT_READY | _NOT_FETCHED):
        return OutcomeUnknown(Code.UNCLEAR_ANSWER, error.words)
    if failure := known(response, access):
        return failure
    if error and error.is_transient:
        return OutcomeUnknown(Code.UNCLEAR_ANSWER, error.words)
    return after_sending(response, hide=access.token)


def after_preparing(response: Response, access: Access) -> Failure:
    """Return what it means that something harmless was not done."""
    if failure := known(response, access):
        return failure
    if failure := _transient(response, access):
        return failure
    return after_asking(response, hide=access.token)


def could_not_look(response: Response, access: Access) -> Failure:
    """Return why one could not look; a refusal to show something is no proof that it is not there."""
    failure = known(response, access) or _transient(response, access)
    if isinstance(failure, Rejected):
        return TryLater(failure.code, failure.detail, wait=LATER)
    return failure or after_looking(response, hide=access.token)


def is_gone(response: Response) -> bool:
    """Return whether Meta itself says that there is no such post (any more); a bare 404 says nothing."""
    error = error_in(response, hide="")
    return error is not None and (error.code, error.subcode) == (100, 33)


def may_not_see(response: Response) -> bool:
    """Return whether the permission is too small for this, so that it is not measurable."""
    error = error_in(response, hide="")
    return error is not None and error.code in _NO_PERMISSION


def posts_in(said: Mapping[str, object]) -> tuple[list[Mapping[str, object]], str] | None:
    """Return a page of posts with the mark of the next one; None when it is no such page."""
    data = said.get("data")
    if not isinstance(data, list):
        return None
    paging = part(said, "paging")
    after = str(part(paging, "cursors").get("after") or "") if paging.get("next") else ""
    return [post for post in data if isinstance(post, dict)], after


def is_ours(words: str, moment: str, draft: Draft) -> bool:
    """Return whether a post with these words, of this moment, is the draft's.

    Every share has a tracked link of its own, so that link is proof; a share without one is known by its
    words, if the post is no older than the share.
    """
    if draft.link:
        return draft.link in words
    return words.split() == draft.text.split() and posted_at(moment) >= draft.at - SKEW


def posted_at(moment: str) -> datetime:
    """Read a moment such as 2026-11-21T07:00:00+0000; long ago when it is none."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return _LONG_AGO
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def part(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}


def graph_serves_until(version: str) -> date | None:
    """Return when a version is retired, about two years after it came; None where that is not known.

    The length is unverified. Source: https://developers.facebook.com/docs/graph-api/changelog
    """
    came = _GRAPH_CAME.get(version)
    return came.replace(year=came.year + 2) if came else None


def whole(said: object) -> int | None:
    return said if isinstance(said, int) else None


def _of_the_account(error: GraphError) -> Failure | None:
    if error.code == _INVALID_TOKEN:
        return Disconnected(Code.EXPIRED if error.subcode == _TOKEN_RAN_OUT else Code.REVOKED, error.words)
    if error.is_among(_BLOCKED):
        return Rejected(Code.ACCOUNT_BLOCKED, error.words)
    if error.code in _NO_PERMISSION:
        return Rejected(Code.FORBIDDEN, error.words)
    return None


def _for_now(error: GraphError, response: Response) -> Failure | None:
    if error.subcode == _HELD_BACK_AS_SPAM:
        return TryLater(Code.RATE_LIMITED, error.words, wait=A_DAY)
    if error.is_among(_NOT_READY):
        return TryLater(Code.NOT_READY, error.words, wait=SOON)
    if error.is_among(_NOT_FETCHED):
        return TryLater(Code.PICTURE_NOT_FETCHED, error.words, wait=LATER)
    if error.is_among(_TOO_FAST):
        return TryLater(Code.RATE_LIMITED, error.words, wait=wait_in(response, otherwise=LATER))
    if error.code in _NEITHER_YES_NOR_NO:
        return TryLater(Code.SERVER_ERROR, error.words, wait=wait_in(response, otherwise=LATER))
    return None


def _of_the_post(error: GraphError) -> Failure | None:
    if error.code == _DUPLICATE:
        # It proves that something equal was posted, not what became of this: Meta names no post.
        return Repeated(error.words)
    if error.subcode == _TOO_LARGE:
        return Rejected(Code.TOO_LARGE, error.words)
    if error.subcode == _TOO_LONG:
        return Rejected(Code.TOO_LONG, error.words)
    return None if error.is_transient else Rejected(Code.REFUSED, error.words)


def _transient(response: Response, access: Access) -> Failure | None:
    error = error_in(response, hide=access.token)
    if error is None or not error.is_transient:
        return None
    return TryLater(Code.SERVER_ERROR, error.words, wait=wait_in(response, otherwise=LATER))


def _number(said: object) -> int:
    return said if isinstance(said, int) else 0
