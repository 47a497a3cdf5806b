"""How hub messages reach other processes: envelopes, and PostgreSQL's NOTIFY as their carrier."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import msgspec
import structlog

from gameops.core.db import plain_url
from gameops.core.hub import Message
from gameops.core.ids import new_id

CHANNEL: Final = "gameops_hub"
_NOTIFY_BYTES: Final = 7_900  # PostgreSQL refuses payloads of 8,000 bytes and more
RETRY_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


class _Envelope(msgspec.Struct, frozen=True, array_like=True):
    sender: str
    messages: list[tuple[str, dict[str, Any]]]


_decoder = msgspec.json.Decoder(_Envelope)


def pack(sender: str, messages: list[Message], *, limit: int) -> list[bytes]:
    """Messages as envelopes of at most ``limit`` bytes; one that is larger alone is left out."""
    pairs = [(message.topic, message.body) for message in messages]
    whole = msgspec.json.encode(_Envelope(sender, pairs))
    if len(whole) <= limit:
        return [whole]
    if len(messages) == 1:
        _log.warning("hub_message_too_large", topic=messages[0].topic, bytes=len(whole))
        return []
    half = len(messages) // 2
    return pack(sender, messages[:half], limit=limit) + pack(sender, messages[half:], limit=limit)


def unpack(data: str | bytes, *, own: str) -> list[Message]:
    """The messages of an envelope, or none when this process sent it itself."""
    envelope = _decoder.decode(data)
    if envelope.sender == own:
        return []
    return [Message(topic, body) for topic, body in envelope.messages]


@dataclass(slots=True)
class PostgresBridge:
    """LISTEN/NOTIFY on connections of its own, outside every transaction."""

    url: str
    sender: str = field(default_factory=lambda: str(new_id()))
    _connection: asyncpg.Connection | None = None

    async def send(self, messages: list[Message]) -> None:
        """Notify; a lost connection loses the batch, and listeners re-read snapshots."""
        try:
            connection = await self._connected()
            for payload in pack(self.sender, messages, limit=_NOTIFY_BYTES):
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload.decode())
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            self._connection = None
            _log.warning("hub_send_failed", error=type(error).__name__, messages=len(messages))

    async def run(self, deliver: Callable[[Message], None]) -> None:
        """Listen until cancelled, reconnecting as often as needed."""
        while True:
            try:
                await self._listen(deliver)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("hub_bridge_down", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def close(self) -> None:
        """Let go of the sending connection."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _listen(self, deliver: Callable[[Message], None]) -> None:
        connection = await asyncpg.connect(plain_url(self.url), timeout=10)
        closed = asyncio.Event()
        connection.add_termination_listener(lambda _: closed.set())

        def received(_connection: object, _pid: int, _channel: str, payload: object) -> None:
            for message in unpack(str(payload), own=self.sender):
                deliver(message)

        try:
            await connection.add_listener(CHANNEL, received)
            await closed.wait()
        finally:
            connection.terminate()
        raise ConnectionResetError

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(plain_url(self.url), timeout=10)
        return self._connection
