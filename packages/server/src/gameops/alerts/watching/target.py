"""Where a question goes."""

import asyncio
from dataclasses import dataclass

from gameops.alerts.watching.library import Foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One server, its address resolved and allowed."""

    host: str
    """The address as numbers."""
    name: str
    """As people wrote it."""
    port: int
    """Where it is asked."""
    game_port: int
    """Where it is played; often the same."""
    timeout: float
    limit: asyncio.Timeout | None = None
    """What ends the asking."""

    def client(self, kind: Foreign, **more: object) -> Foreign:
        """The library's client for it."""
        return kind(host=self.host, port=self.port, timeout=self.timeout, **more)
