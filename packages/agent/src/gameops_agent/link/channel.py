"""One WebSocket: frames in by callback, frames out at once. No task, no queue, no compression.

The protocol itself is the websockets package's sans-I/O core; this file only moves bytes. That
keeps a connection small enough for hundreds of simulated stations in one process.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit, urlunsplit

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidHandshake, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

from gameops_protocol import MAX_FRAME_BYTES

OPEN_SECONDS: Final = 10.0
MAX_UNSENT_BYTES: Final = 4 * MAX_FRAME_BYTES
_PATH: Final = "/agent/link"


class Unreachable(Exception):
    """No link could be made; trying again later may help."""


class Revoked(Exception):
    """The server does not accept this station's credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the server is and how this station proves itself."""

    server: str
    credential: str
    ca_file: Path | None = None

    @property
    def link_url(self) -> str:
        """The WebSocket's address."""
        parts = urlsplit(self.server)
        scheme = "wss" if parts.scheme in {"https", "wss"} else "ws"
        return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + _PATH, "", ""))


class Channel(asyncio.Protocol):
    """An open or opening WebSocket; ``closed`` is done when it is over."""

    __slots__ = ("_on_text", "_parts", "_protocol", "_transport", "closed", "opened")

    def __init__(self, address: Address, on_text: Callable[[bytes], None]) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._on_text = on_text
        self._parts = bytearray()
        self._transport: asyncio.Transport | None = None
        self._protocol = ClientProtocol(parse_uri(address.link_url), max_size=MAX_FRAME_BYTES)
        request = self._protocol.connect()
        request.headers["Authorization"] = f"Bearer {address.credential}"
        self._protocol.send_request(request)

    def send(self, data: bytes) -> None:
        """Send one text frame; a peer that does not read for long is dropped."""
        if self._protocol.state is not State.OPEN or self._transport is None:
            return
        self._protocol.send_text(data)
        self._flush()
        if self._transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self.abort()

    def close(self) -> None:
        """Say goodbye and hang up once everything is sent."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(1000)
            self._flush()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the upgrade request."""
        self._transport = cast("asyncio.Transport", transport)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Feed the protocol and pass on what it makes of it."""
        self._protocol.receive_data(data)
        self._drain_events()
        self._flush()

    def eof_received(self) -> None:
        """The peer has nothing more to say."""
        self._protocol.receive_eof()
        self._drain_events()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """Settle whoever waits."""
        if not self.opened.done():
            self.opened.set_exception(Unreachable(str(exc or "closed before the handshake")))
        if not self.closed.done():
            self.closed.set_result(None)

    def _drain_events(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._handshake_done()
            elif isinstance(event, Frame):
                self._take(event)
        if self._protocol.handshake_exc is not None:
            self._handshake_done()

    def _handshake_done(self) -> None:
        if self.opened.done():
            return
        refusal = self._protocol.handshake_exc
        if refusal is None:
            self.opened.set_result(None)
        elif isinstance(refusal, InvalidStatus) and refusal.response.status_code in {401, 403}:
            self.opened.set_exception(Revoked())
        elif isinstance(refusal, InvalidStatus):
            self.opened.set_exception(Unreachable(f"HTTP {refusal.response.status_code}"))
        elif isinstance(refusal, InvalidHandshake | EOFError):
            self.opened.set_exception(Unreachable(str(refusal)))
        else:
            self.opened.set_exception(refusal)

    def _take(self, frame: Frame) -> None:
        """Put the fragments of a message together."""
        if frame.opcode not in {Opcode.TEXT, Opcode.CONT}:
            return
        if frame.fin and not self._parts:
            self._on_text(bytes(frame.data))
            return
        self._parts += frame.data
        if frame.fin:
            whole, self._parts = bytes(self._parts), bytearray()
            self._on_text(whole)

    def _flush(self) -> None:
        transport = self._transport
        if transport is None:
            return
        for data in self._protocol.data_to_send():
            if transport.is_closing():
                return
            if data:
                transport.write(data)
            else:
                self._end_of_output(transport)
        if self._protocol.close_expected() and self._protocol.state is State.CLOSED:
            transport.close()

    @staticmethod
    def _end_of_output(transport: asyncio.Transport) -> None:
        if transport.can_write_eof():
            transport.write_eof()
        else:
            transport.close()


async def open_channel(address: Address, on_text: Callable[[bytes], None]) -> Channel:
    """Connect and upgrade; :class:`Revoked` or :class:`Unreachable` otherwise."""
    loop = asyncio.get_running_loop()
    url = urlsplit(address.link_url)
    tls = ssl.create_default_context(cafile=address.ca_file) if url.scheme == "wss" else None
    channel = Channel(address, on_text)
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            port = url.port or (443 if tls else 80)
            await loop.create_connection(lambda: channel, url.hostname or "", port, ssl=tls)
            await channel.opened
    except (OSError, TimeoutError) as error:
        channel.abort()
        raise Unreachable(str(error) or "timed out") from error
    except BaseException:
        channel.abort()
        raise
    return channel
