"""Rate limits: in this process's memory, or shared in Redis when there are replicas."""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string

from gameops.core.errors import RateLimited


@dataclass(frozen=True, slots=True)
class Rule:
    """At most so many in such a time, e.g. ``Rule("login", "10/minute")``."""

    name: str
    rate: str

    @property
    def item(self) -> RateLimitItem:
        """The rule as the library has it."""
        return _parsed(self.rate)


@lru_cache(maxsize=256)
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)


class Limits:
    """Counts hits by rule and key."""

    def __init__(self, redis_url: str | None = None, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self._strategy = SlidingWindowCounterRateLimiter(_storage(redis_url))

    async def hit(self, rule: Rule, *keys: str) -> None:
        """Count one; :class:`RateLimited` with the seconds to wait when it is too many."""
        if not self.enabled:
            return
        item = rule.item
        if await self._strategy.hit(item, rule.name, *keys):
            return
        window = await self._strategy.get_window_stats(item, rule.name, *keys)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        raise RateLimited(retry_after=wait)

    async def clear(self, rule: Rule, *keys: str) -> None:
        """Forget what was counted."""
        await self._strategy.clear(rule.item, rule.name, *keys)


def _storage(redis_url: str | None) -> Storage:
    if redis_url is None:
        return MemoryStorage()
    storage = storage_from_string(f"async+{redis_url}", implementation="redispy")
    if not isinstance(storage, Storage):
        raise TypeError("not an asynchronous storage")
    return storage
