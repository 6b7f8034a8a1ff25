"""Locker: a platform on the table of the tests, whose tokens end and can be renewed as the test says."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import ClassVar

from advocacy.platforms.connector import (
    Access,
    App,
    AppPassword,
    Connection,
    Connector,
    Counted,
    Draft,
    Field,
    Identity,
    Limits,
    OAuth2,
    Receipt,
    Redirects,
    Refreshes,
    Revokes,
    SignsIn,
)

LIMITS = Limits(max_images=1, max_alt_chars=100, max_image_bytes=100_000)


class OnTheTable(Connector):
    limits = LIMITS

    def count(self, text: str, *, data: Mapping[str, object]) -> Counted:
        return Counted(used=len(text), limit=200, unit="letters", too_long=len(text) > 200)

    def publish(self, draft: Draft, access: Access) -> Receipt:
        return Receipt("1")


class Locker(OnTheTable, SignsIn, Refreshes, Revokes):
    """Signs in with a number and a combination. It is not registered: a fixture lends it to a test."""

    label = "Locker"
    auth = AppPassword(
        fields=(
            Field("number", "Number of the locker", help="It is on the door.", placeholder="12"),
            Field("combination", "Combination", secret=True),
        ),
        explanation="Open the locker once, and the hub can put things in.",
        permissions=("Put things in.", "Take them out again."),
    )
    # What `sign_in`, `refresh` and `revoke` do; a test puts its own here.
    signs_in: ClassVar[Callable[[Mapping[str, str]], Connection]]
    refreshes: ClassVar[Callable[[Access], Access]]
    revoked: ClassVar[list[str]] = []
    revoking: ClassVar[Exception | None] = None
    refresh_calls: ClassVar[list[str]] = []
    _lock: ClassVar[Lock] = Lock()

    def sign_in(self, answers: Mapping[str, str]) -> Connection:
        return type(self).signs_in(answers)

    def refresh(self, access: Access) -> Access:
        with self._lock:
            self.refresh_calls.append(access.refresh_token)
        return type(self).refreshes(access)

    def revoke(self, access: Access, app: App | None) -> None:
        if self.revoking:
            raise self.revoking
        self.revoked.append(access.token)


class Harbour(OnTheTable, Redirects):
    """Sends people to its own gate; an administrator registers the hub there."""

    label = "Harbour"
    auth = OAuth2(
        scopes=("moor",),
        explanation="You sign in at the harbour office.",
        permissions=("Moor for you.",),
    )

    def authorize_url(self, app: App, *, redirect_uri: str, state: str, code_challenge: str) -> str:
        return f"https://{app.host}/gate?client_id={app.client_id}&state={state}&back={redirect_uri}"

    def exchange(self, app: App, *, redirect_uri: str, code: str, code_verifier: str) -> Connection:
        access = Access(app.host, "7", f"token-for-{code}-by-{app.client_secret}")
        return Connection(access, Identity("7", "skipper"))


def with_new_tokens(access: Access, *, number: int, life: timedelta = timedelta(hours=2)) -> Access:
    """Return what a platform answers to a refresh: both tokens new, and a new end."""
    end = access.expires_at + life if access.expires_at else None
    return replace(access, token=f"token-{number}", refresh_token=f"refresh-{number}", expires_at=end)
