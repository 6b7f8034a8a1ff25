"""Redis as a cache that may be away: what it holds is a convenience, and no page breaks without it."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _also_without(name: str) -> Callable[..., Any]:
    """Return the method of this name, done in the memory of this process while Redis is away."""
    usual = getattr(RedisCache, name)

    @wraps(usual)
    def method(self: "CacheThatMayBeAway", *args: Any, **kwargs: Any) -> Any:
        try:
            return usual(self, *args, **kwargs)
        except RedisError as error:
            logger.warning("the cache is away: %s", type(error).__name__)
            return getattr(self.instead, name)(*args, **kwargs)

    return method


class CacheThatMayBeAway(RedisCache):
    """Attempts to sign in are counted by each process for itself meanwhile."""

    instead = LocMemCache("while Redis is away", {})

    add = _also_without("add")
    get = _also_without("get")
    set = _also_without("set")
    touch = _also_without("touch")
    delete = _also_without("delete")
    incr = _also_without("incr")
    has_key = _also_without("has_key")
    get_many = _also_without("get_many")
    set_many = _also_without("set_many")
    delete_many = _also_without("delete_many")
