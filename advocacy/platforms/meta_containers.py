"""Posting at Threads and Instagram: a container is made, Meta fetches its pictures, then it is published.

Making a container has no public effect, so it may be done anew; publishing one is the step that counts.
Sources: https://developers.facebook.com/docs/threads/posts and /troubleshooting,
https://developers.facebook.com/docs/instagram-platform/content-publishing and /ig-container
"""

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from time import sleep
from typing import ClassVar

from advocacy.lib.http import Response
from advocacy.platforms import answers
from advocacy.platforms.answers import LATER, SOON, Preparing, ask, json_object, send_once
from advocacy.platforms.connector import (
    Access,
    Code,
    Connector,
    Draft,
    Failure,
    Finds,
    Image,
    Prepares,
    Receipt,
    Rejected,
    TryLater,
)
from advocacy.platforms.meta_api import (
    SKEW,
    after_preparing,
    after_publishing,
    could_not_look,
    get,
    is_ours,
    known,
    post,
    posts_in,
)

_READY = frozenset({"FINISHED", "PUBLISHED"})
# Neither can become a post any more.
_DEAD = frozenset({"ERROR", "EXPIRED"})
_FETCHING_FAILED = re.compile(r"2207003|2207052|DOWNLOAD|fetch", re.IGNORECASE)
_MEDIA_NOT_FOUND = 4279009


@dataclass(frozen=True)
class Names:
    """How a platform calls things: the edges of an account, and the fields of containers and posts."""

    containers: str
    publishing: str
    posts: str
    words: str
    state: str
    trouble: str


class PostsInContainers(Connector, Prepares, Finds):
    """What Threads and Instagram have in common."""

    names: ClassVar[Names]
    # What a container of one picture says besides.
    of_a_picture: ClassVar[Mapping[str, str]] = {}
    # How often, and how long apart, a container is asked after, and one is published that is not found yet.
    media_polls: ClassVar[int] = 8
    media_poll_every: ClassVar[timedelta] = timedelta(seconds=3)
    publish_tries: ClassVar[int] = 3
    pages: ClassVar[int] = 3

    @abstractmethod
    def path(self, name: str) -> str:
        """Return the path of a thing, with the version of the interface."""

    @abstractmethod
    def words_only(self, draft: Draft) -> Mapping[str, str]:
        """Return what a container without pictures says besides its words."""

    def prepare(self, draft: Draft, access: Access) -> str:
        self.refuse_what_does_not_fit(draft, access)
        if len(draft.images) < self.limits.min_images:
            raise Rejected(Code.NEEDS_PICTURE)
        self.refuse_beyond_quota(access)
        # It has the whole time of a step: nothing is posted in it.
        preparing = Preparing(self.publish_within + answers.CALL)
        container = self._make(self._form(draft, access, preparing), access, preparing)
        self._wait_for(container, access, preparing)
        return container

    def publish(self, draft: Draft, access: Access) -> Receipt:
        self.refuse_what_does_not_fit(draft, access)
        response = self._published(draft, access)
        media_id = json_object(response).get("id")
        if response.status not in (200, 201) or not media_id:
            raise after_publishing(response, access)
        return Receipt(str(media_id), self._page_of(str(media_id), access))

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        """Look through the account's posts, and if it is not there, at what became of its container."""
        for one in self._posts_since(draft, access):
            words, moment = str(one.get(self.names.words) or ""), str(one.get("timestamp"))
            if one.get("id") and is_ours(words, moment, draft):
                return Receipt(str(one["id"]), str(one.get("permalink") or ""))
        state, _trouble = self._state_of(draft.prepared, access, timeout=answers.CALL)
        if state in _DEAD or state == "FINISHED":
            return None
        # Published, and not among the posts yet; or still at it.
        raise TryLater(Code.NOT_READY, state, wait=SOON)

    def refuse_what_does_not_fit(self, draft: Draft, access: Access) -> None:
        counted = self.count(draft.text, data=access.data)
        answers.refuse_what_does_not_fit(draft, counted=counted, limits=self.limits)

    def refuse_beyond_quota(self, access: Access) -> None:
        """Ask whether the account may post any more, where that is asked beforehand. :raises TryLater:"""

    def _form(self, draft: Draft, access: Access, preparing: Preparing) -> Mapping[str, str]:
        words = {self.names.words: draft.text}
        if not draft.images:
            return {**words, **self.words_only(draft)}
        if len(draft.images) == 1:
            return {**words, **self._picture(draft.images[0])}
        children = [
            self._make({**self._picture(image), "is_carousel_item": "true"}, access, preparing)
            for image in draft.images
        ]
        for child in children:
            self._wait_for(child, access, preparing)
        return {**words, "media_type": "CAROUSEL", "children": ",".join(children)}

    def _picture(self, image: Image) -> Mapping[str, str]:
        described = {"alt_text": image.alt} if image.alt else {}
        return {**self.of_a_picture, "image_url": image.url, **described}

    def _make(self, form: Mapping[str, str], access: Access, preparing: Preparing) -> str:
        path = self.path(f"{access.remote_id}/{self.names.containers}")
        response = ask(post(access, path, form), timeout=preparing.left())
        container = json_object(response).get("id")
        if response.status not in (200, 201) or not container:
            raise after_preparing(response, access)
        return str(container)

    def _wait_for(self, container: str, access: Access, preparing: Preparing) -> None:
        for _ in range(self.media_polls):
            state, trouble = self._state_of(container, access, timeout=preparing.left())
            if state in _READY:
                return
            if state in _DEAD:
                raise _what_is_wrong(trouble or state)
            sleep(min(self.media_poll_every, preparing.left()).total_seconds())
        raise TryLater(Code.NOT_READY, wait=SOON)

    def _state_of(self, container: str, access: Access, *, timeout: timedelta) -> tuple[str, str]:
        """:raises TryLater, Disconnected: could not look"""
        fields = f"{self.names.state},{self.names.trouble}"
        response = ask(get(access, self.path(container), {"fields": fields}), timeout=timeout)
        said = json_object(response)
        state = said.get(self.names.state)
        if response.status != 200 or not isinstance(state, str):
            raise could_not_look(response, access)
        return state, str(said.get(self.names.trouble) or "")

    def _published(self, draft: Draft, access: Access) -> Response:
        """Publish the container; while Meta says that it does not know it yet, nothing was posted."""
        path = self.path(f"{access.remote_id}/{self.names.publishing}")
        request = post(access, path, {"creation_id": draft.prepared})
        response = send_once(request)
        for _ in range(self.publish_tries - 1):
            if not _is_too_early(response, access):
                break
            sleep(self.media_poll_every.total_seconds())
            response = send_once(request)
        return response

    def _page_of(self, media_id: str, access: Access) -> str:
        """Return the post's address; it stands whether or not Meta tells that."""
        try:
            response = ask(get(access, self.path(media_id), {"fields": "id,permalink"}))
        except TryLater:
            return ""
        return str(json_object(response).get("permalink") or "")

    def _posts_since(self, draft: Draft, access: Access) -> Iterator[Mapping[str, object]]:
        """Yield the account's posts since the draft's moment.

        :raises TryLater, Disconnected: could not look
        """
        path = self.path(f"{access.remote_id}/{self.names.posts}")
        params = {
            "fields": f"id,{self.names.words},permalink,timestamp",
            "since": str(int((draft.at - SKEW).timestamp())),
            "limit": "50",
        }
        for _ in range(self.pages):
            response = ask(get(access, path, params))
            found = posts_in(json_object(response))
            if response.status != 200 or found is None:
                raise could_not_look(response, access)
            page, after = found
            yield from page
            if not after:
                return
            params["after"] = after


def _is_too_early(response: Response, access: Access) -> bool:
    failure = known(response, access) if str(_MEDIA_NOT_FOUND) in response.text else None
    return isinstance(failure, TryLater)


def _what_is_wrong(trouble: str) -> Failure:
    """Return why Meta could not make a post of a container, by the words that it leaves in there."""
    if _FETCHING_FAILED.search(trouble):
        return TryLater(Code.PICTURE_NOT_FETCHED, trouble, wait=LATER)
    if trouble in {"UNKNOWN", *_DEAD}:
        return TryLater(Code.SERVER_ERROR, trouble, wait=LATER)
    return Rejected(Code.REFUSED, trouble)
