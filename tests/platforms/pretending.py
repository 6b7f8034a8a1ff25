"""What stand-ins for platforms have in common: routes, and faults to order before or after the effect."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from typing import Self
from urllib.parse import urlsplit

from tests.lib.servers import Visit, stand_in
from tests.platforms.standins import PAGE_OF_A_PROXY
from tests.platforms.written import Written, written

Route = Callable[..., Written]


def said(status: int, body: object = None, **headers: str) -> Written:
    return Written("", status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@dataclass
class Pretender:
    """A server of ours that behaves as the facts sheet says a platform does.

    `faults` are had by the next posts, one each: "lost" (the line breaks before anything happened),
    "lost after", "500 after" (it stands, and the answer says otherwise), or the name of a written answer.
    """

    slug: str = ""
    faults: list[str] = field(default_factory=list)
    host: str = ""
    asked: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def running(self) -> Iterator[Self]:
        with stand_in(self._serve) as server:
            self.host = server.host
            yield self

    def routes(self) -> dict[str, Route]:
        raise NotImplementedError

    def written(self, name: str) -> Written:
        return written(self.slug, name)

    def with_fault(self, act: Callable[[], Written]) -> Written:
        """Do it, or not, and answer, or not, as was ordered."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "lost":
            return said(0)
        if fault in ("", "lost after", "500 after"):
            answer = act()
            return {"": answer, "lost after": said(0), "500 after": said(500, {"message": "oops"})}[fault]
        return self.written(fault)

    def _serve(self, visit: Visit) -> None:
        visit.read_request()
        method, path = visit.request.split(b" ")[0].decode(), urlsplit(visit.path).path
        self.asked.append(f"{method} {path}")
        for pattern, serve in self.routes().items():
            match = re.fullmatch(pattern, f"{method} {path}")
            if match:
                answer = serve(visit, *match.groups())
                break
        else:
            visit.answer(PAGE_OF_A_PROXY, status=f"404 {HTTPStatus(404).phrase}")
            return
        if answer.status:
            answer.give(visit)
        else:
            visit.reset()


def bearer_of(visit: Visit) -> str:
    return visit.header("Authorization").removeprefix("Bearer ")
