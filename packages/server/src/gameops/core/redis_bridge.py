"""Redis (or Valkey) pub/sub as the carrier of hub messages: for installations with replicas."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from gameops.core.bridges import CHANNEL, RETRY_SECONDS, pack, unpack
from gameops.core.hub import Message
from gameops.core.ids import new_id

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class RedisBridge:
    """Redis (or Valkey) pub/sub."""

    url: str
    sender: str = field(default_factory=lambda: str(new_id()))

    def __post_init__(self) -> None:
        self._client = redis.asyncio.from_url(self.url, socket_connect_timeout=5)

    _client: Any = None

    async def send(self, messages: list[Message]) -> None:
        """Publish; what Redis does not take is lost, and listeners re-read snapshots."""
        try:
            for payload in pack(self.sender, messages, limit=1_000_000):
                await self._client.publish(CHANNEL, payload)
        except (OSError, RedisError) as error:
            _log.warning("hub_send_failed", error=type(error).__name__, messages=len(messages))

    async def run(self, deliver: Callable[[Message], None]) -> None:
        """Listen until cancelled, reconnecting as often as needed."""
        while True:
            try:
                async with self._client.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    async for item in channel.listen():
                        for message in unpack(item["data"], own=self.sender):
                            deliver(message)
            except (OSError, RedisError) as error:
                _log.warning("hub_bridge_down", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.aclose()
