"""Telling whoever looks at the log that it changed: not more often than it can be looked at."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from gameops.core.db import JsonObject
from gameops.core.hub import Hub
from gameops.notify.topics import DELIVERED, QUEUED

PAUSE: Final = 0.5


@contextmanager
def delivery_changes(hub: Hub, scope: str | None, tell: Callable[[], None]) -> Iterator[None]:
    """Call ``tell`` when deliveries of a venue (``None``: any) change, at most twice a second."""
    loop = asyncio.get_running_loop()
    pending: list[asyncio.TimerHandle] = []
    told_at = loop.time() - PAUSE

    def now() -> None:
        nonlocal told_at
        pending.clear()
        told_at = loop.time()
        tell()

    def hear(_topic: str, body: JsonObject) -> None:
        if pending or not (body["venues"] if scope is None else scope in body["venues"]):
            return
        pending.append(loop.call_at(max(told_at + PAUSE, loop.time()), now))

    with hub.listening(QUEUED, hear), hub.listening(DELIVERED, hear):
        try:
            yield
        finally:
            for handle in pending:
                handle.cancel()
