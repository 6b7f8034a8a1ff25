"""The hub's own keys at a server that looks up who asks: the newest one, and the older ones still in use.

Such a server ties a permission to the key that the hub signed with when it was given: for as long as the
permission lasts, that key has to be shown, and to sign. So a new key is for those who sign in from now on.
Source: https://atproto.com/specs/oauth; `compareClientAuth` in bluesky-social/atproto, oauth-provider.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from time import time

from advocacy.platforms import dpop

# Servers remember for a while what they looked up: they have to know a key before anything is signed with it.
KNOWN_AFTER = 3600  # seconds


@dataclass(frozen=True)
class ClientKey:
    """One key. `name` is what servers tell it by, `shown_from` an epoch in seconds."""

    key: str = field(repr=False)
    shown_from: int = 0

    @property
    def name(self) -> str:
        return str(dpop.public_part(self.key)["kid"])


def keys_in(secret: str) -> list[ClientKey]:
    """Return the keys that are kept as a registration's secret, newest first; a single one stands alone."""
    if not secret:
        return []
    kept = json.loads(secret)
    if "keys" not in kept:
        return [ClientKey(secret)]
    return [ClientKey(json.dumps(one["jwk"]), one["shown_from"]) for one in kept["keys"]]


def to_sign_in_with(secret: str) -> ClientKey | None:
    """Return the newest key that servers had the time to look up; None where the hub has no keys."""
    keys = keys_in(secret)
    known = [key for key in keys if key.shown_from <= time() - KNOWN_AFTER]
    return next(iter([*known, *keys]), None)


def named(secret: str, name: str) -> ClientKey | None:
    """Return the key of this name; without a name the oldest, from before keys were told apart."""
    keys = keys_in(secret)
    if not name:
        return keys[-1] if keys else None
    return next((key for key in keys if key.name == name), None)


def with_new_key(secret: str, *, in_use: Collection[str]) -> str:
    """Return the secret with a new key in front; of the others those stay that are in use."""
    stay = {to_sign_in_with(secret), *(named(secret, name) for name in in_use)}
    kept = [key for key in keys_in(secret) if key in stay]
    return _written([ClientKey(dpop.new_key(), int(time())), *kept])


def shown(secret: str) -> Mapping[str, object]:
    """Return what anyone may know of the keys."""
    return {"keys": [dpop.public_part(key.key) for key in keys_in(secret)]}


def _written(keys: list[ClientKey]) -> str:
    return json.dumps({"keys": [{"jwk": json.loads(key.key), "shown_from": key.shown_from} for key in keys]})
