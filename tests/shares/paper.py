"""Paper: a platform on the table of the tests, which answers whatever the test tells it to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock

from advocacy.platforms import connector
from advocacy.platforms.connector import (
    Access,
    BuiltIn,
    Connector,
    Counted,
    Draft,
    Failure,
    Finds,
    Limits,
    Measures,
    Reactions,
    Receipt,
)


class Paper(Connector, Finds, Measures):
    label = "Paper"
    auth = BuiltIn("A sheet of paper.")
    limits = Limits(max_images=1, max_alt_chars=100, max_image_bytes=100_000)

    ledger: list[Draft] = []
    # What to raise before and after the post is written down, and when looking; None: nothing is wrong.
    before: Exception | None = None
    after: Exception | None = None
    looking: Exception | None = None
    reactions: Reactions = Reactions(likes=1, reposts=0, replies=0)
    _lock = Lock()

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        return Counted(used=len(text), limit=200, unit="letters", too_long=len(text) > 200)

    def publish(self, draft: Draft, access: Access) -> Receipt:
        if self.before:
            raise self.before
        with self._lock:
            Paper.ledger.append(draft)
        if self.after:
            raise self.after
        return _receipt(draft)

    def find(self, draft: Draft, access: Access) -> Receipt | None:
        if self.looking:
            raise self.looking
        return _receipt(draft) if any(written.key == draft.key for written in self.ledger) else None

    def measure(self, receipt: Receipt, access: Access) -> Reactions:
        if isinstance(self.looking, Failure):
            raise self.looking
        return self.reactions


def _receipt(draft: Draft) -> Receipt:
    return Receipt(remote_id=str(draft.key), url=f"https://paper.example/{draft.key}")


@contextmanager
def clean_sheet() -> Iterator[type[Paper]]:
    """Lend the platform to one test: to all others it is unknown."""
    Paper.slug = "paper"
    connector._registry[Paper.slug] = Paper
    Paper.ledger, Paper.before, Paper.after, Paper.looking = [], None, None, None
    Paper.reactions = Reactions(likes=1, reposts=0, replies=0)
    yield Paper
    del connector._registry[Paper.slug]
