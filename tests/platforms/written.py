"""Answers written from a platform's documents: see `answers/README.md`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.lib.servers import StandIn, Visit, stand_in

FOLDER = Path(__file__).parent / "answers"


@dataclass(frozen=True)
class Written:
    source: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: object = None

    def give(self, visit: Visit) -> None:
        content = b"" if self.body is None else json.dumps(self.body).encode()
        lines = tuple(f"{name}: {value}" for name, value in self.headers.items())
        visit.answer(content, status=f"{self.status} So", headers=("Content-Type: application/json", *lines))


def written(slug: str, name: str) -> Written:
    return Written(**json.loads((FOLDER / slug / f"{name}.json").read_text()))


@contextmanager
def saying(slug: str, *names: str) -> Iterator[StandIn]:
    """A server that gives these answers, one after the other, and the last one from then on."""
    waiting = [written(slug, name) for name in names]

    def answer(visit: Visit) -> None:
        visit.read_request()
        (waiting.pop(0) if len(waiting) > 1 else waiting[0]).give(visit)

    with stand_in(answer) as server:
        yield server
