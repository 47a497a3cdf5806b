"""How long to wait before the next attempt to reach the server."""

from random import Random
from typing import Final

HEALTHY_SECONDS: Final = 30.0


class Backoff:
    """Exponential with full jitter: a venue's stations do not come back all at once."""

    __slots__ = ("_cap", "_first", "_longest", "_random")

    def __init__(self, random: Random, *, first: float = 0.5, longest: float = 15.0) -> None:
        self._random = random
        self._first = first
        self._longest = longest
        self._cap = first

    def after(self, linked_seconds: float) -> float:
        """Seconds to wait after a link that lasted so long (0: it was never made)."""
        if linked_seconds >= HEALTHY_SECONDS:
            self._cap = self._first
        wait = self._random.uniform(0, self._cap)
        self._cap = min(self._longest, self._cap * 2)
        return wait
