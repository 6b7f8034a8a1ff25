"""What is done with posts that stand at Meta's platforms: counting, deleting, and the account's followers."""

from collections.abc import Iterator, Mapping

from advocacy.platforms.answers import ask, json_object
from advocacy.platforms.connector import Access
from advocacy.platforms.meta_api import (
    after_preparing,
    could_not_look,
    delete,
    get,
    is_gone,
    may_not_see,
    whole,
)


def insights_of(access: Access, path: str, *, metric: str) -> Mapping[str, int] | None:
    """Return counts by their names; nothing where the permission is too small, None where the post is gone.

    :raises TryLater, Disconnected: could not look
    """
    response = ask(get(access, path, {"metric": metric}))
    if is_gone(response):
        return None
    if may_not_see(response):
        return {}
    data = json_object(response).get("data")
    if response.status != 200 or not isinstance(data, list):
        raise could_not_look(response, access)
    return dict(_counts(data))


def followers_of(access: Access, path: str) -> int | None:
    """Return how many follow the account at this path; None where it does not tell.

    :raises TryLater, Disconnected: could not look
    """
    response = ask(get(access, path, {"fields": "followers_count"}))
    if may_not_see(response):
        return None
    said = json_object(response)
    if response.status != 200 or not said:
        raise could_not_look(response, access)
    return whole(said.get("followers_count"))


def take_down(access: Access, path: str) -> None:
    """Delete a post; one that is gone already is no error. :raises TryLater, Rejected, Disconnected:"""
    response = ask(delete(access, path))
    done = response.status == 200 and json_object(response).get("success") is True
    if not done and not is_gone(response):
        raise after_preparing(response, access)


def _counts(data: list[object]) -> Iterator[tuple[str, int]]:
    for one in data:
        if not isinstance(one, dict):
            continue
        values = one.get("values")
        first = values[0] if isinstance(values, list) and values else one.get("total_value")
        value = first.get("value") if isinstance(first, dict) else None
        if isinstance(value, int):
            yield str(one.get("name")), value
