"""The labelled corpus of visitors.json, written out: each family in each of its versions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).with_name("visitors.json")


@dataclass(frozen=True)
class Visitor:
    kind: str
    name: str
    method: str
    secure: bool
    headers: dict[str, str]

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    @property
    def request(self) -> dict[str, Any]:
        """What a WSGI application sees of the visitor."""
        named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        return {"REQUEST_METHOD": self.method, **named}

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}: {self.headers['User-Agent']}"


@cache
def visitors() -> list[Visitor]:
    return list(_written_out(json.loads(CORPUS.read_text())))


def _written_out(corpus: dict[str, Any]) -> Iterator[Visitor]:
    for family in corpus["families"]:
        sends = family.get("sends", {})
        also = corpus["headers"][sends] if isinstance(sends, str) else sends
        for agent in family["agents"]:
            for version in family["versions"] if "{v}" in agent else [""]:
                yield Visitor(
                    family["kind"],
                    family["name"],
                    family.get("method", "GET"),
                    family.get("secure", False),
                    {"User-Agent": agent.replace("{v}", version), **also},
                )
