"""Live messages for whoever is looking: dashboards, consoles, station links.

A message is a topic and a small JSON object. Delivery may be lost (a full queue, a broken
bridge), so a listener must always be able to re-read a snapshot. Inside one process delivery
is immediate; a :class:`Bridge` carries messages between processes.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol

from gameops.core.db import JsonObject
from gameops.core.jobs import keep_running
from gameops.core.metrics import HUB_DROPPED, HUB_PUBLISHED

MOST_AT_ONCE: Final = 200

Listener = Callable[[str, JsonObject], None]


@dataclass(frozen=True, slots=True)
class Message:
    """What travels: ``topic`` and its JSON ``body``."""

    topic: str
    body: JsonObject


class Bridge(Protocol):
    """Carries messages to other processes and brings theirs."""

    async def send(self, messages: list[Message]) -> None:
        """Pass messages on; errors are the bridge's to log and survive."""
        ...

    async def run(self, deliver: Callable[[Message], None]) -> None:
        """Deliver what other processes send, until cancelled."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(slots=True)
class Hub:
    """Publish and listen by topic; listeners run at once and must not block."""

    bridge: Bridge | None = None
    _listeners: dict[str, list[Listener]] = field(default_factory=lambda: defaultdict(list))
    _outbox: asyncio.Queue[Message] = field(default_factory=lambda: asyncio.Queue(maxsize=10_000))

    def publish(self, topic: str, body: JsonObject) -> None:
        """Tell everybody who listens to ``topic``, here and in other processes."""
        message = Message(topic, body)
        self._deliver(message)
        if self.bridge is None:
            return
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            HUB_DROPPED.inc()

    @contextmanager
    def listening(self, topic: str, listener: Listener) -> Iterator[None]:
        """Call ``listener(topic, body)`` for each message while the block runs."""
        self._listeners[topic].append(listener)
        try:
            yield
        finally:
            self._listeners[topic].remove(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]

    def _deliver(self, message: Message) -> None:
        HUB_PUBLISHED.inc()
        for listener in tuple(self._listeners.get(message.topic, ())):
            listener(message.topic, message.body)

    @asynccontextmanager
    async def bridged(self) -> AsyncIterator[None]:
        """Keep the bridge running while the block runs."""
        if self.bridge is None:
            yield
            return
        tasks = [
            asyncio.create_task(keep_running(name, run), name=name)
            for name, run in (
                ("hub-receive", partial(self.bridge.run, self._deliver)),
                ("hub-send", partial(self._drain, self.bridge)),
            )
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)
            await self.bridge.close()

    async def _drain(self, bridge: Bridge) -> None:
        while True:
            batch = [await self._outbox.get()]
            while len(batch) < MOST_AT_ONCE and not self._outbox.empty():
                batch.append(self._outbox.get_nowait())
            await bridge.send(batch)
