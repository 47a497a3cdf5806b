"""opengsq with limits: it asks servers that strangers run, so what they send is bounded here.

The library reads whatever comes for as long as it comes, and offers no seam for another socket.
Its socket classes are therefore replaced, module by module, by these: an answer has a greatest
size, a refused packet is an error at once and not a timeout, and nothing compressed is unpacked.
Where it speaks HTTP or a stream of its own, the one method that reads is replaced.
"""

import asyncio
import contextlib
import errno
import importlib
import json
import logging
import pkgutil
from collections import deque
from functools import cache
from types import ModuleType, TracebackType
from typing import Any, ClassVar, Final, Self, TypeAlias

import aiohttp

Foreign: TypeAlias = Any
"""Something of a library that has no types."""

MOST_DATAGRAM_BYTES: Final = 32 * 1024
MOST_STREAM_BYTES: Final = 512 * 1024
PACKET_COST: Final = 256
"""Each packet counts as so many bytes more: many small ones are work, too."""
MOST_HTTP_BYTES: Final = 256 * 1024
MOST_DIRECTPLAY_BYTES: Final = 4 * 1024
MOST_TRACKMANIA_BYTES: Final = 128 * 1024
MOST_BEYOND: Final = 64
"""Some parsers read a little past the end of an honest answer, and some for ever of a cut one."""
VARINT_BYTES: Final = 5
DIRECTPLAY_PORTS: Final = 10
SPLIT_PACKET: Final = b"\xfe\xff\xff\xff"
COMPRESSED: Final = 0x80


class AnswerTooBig(Exception):
    """More than any honest server sends, or packed so that it could become that."""


class _Inbox(asyncio.Protocol, asyncio.DatagramProtocol):
    """Keeps what arrives until somebody takes it, up to a limit."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._chunks: deque[bytes] = deque()
        self._error: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._transports: list[Foreign] = []
        self.own_words = b""
        """What we asked: heard back where a question goes to the very port it came from."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transports.append(transport)

    def hang_up(self) -> None:
        """Let go of every connection, whatever is still on its way."""
        for transport in self._transports:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        self._room -= len(data)
        self._keep(data)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:  # noqa: ARG002
        if data == self.own_words:
            return
        self._room -= len(data) + PACKET_COST
        if data.startswith(SPLIT_PACKET) and len(data) > 7 and data[7] & COMPRESSED:  # noqa: PLR2004
            self._room = -1
        self._keep(data)

    def error_received(self, exc: Exception) -> None:
        self._fail(exc)

    def eof_received(self) -> None:
        self._fail(ConnectionResetError())

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or ConnectionResetError())

    def _keep(self, data: bytes) -> None:
        if self._room < 0:
            self._chunks.clear()
            self._fail(AnswerTooBig())
            return
        self._chunks.append(data)
        self._wake()

    def _fail(self, error: BaseException) -> None:
        self._error = self._error or error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def take(self) -> bytes:
        """The next chunk; what arrived before an error is still given out."""
        while not self._chunks:
            if self._error is not None:
                raise self._error
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._chunks.popleft()


class BoundedUdp:
    """What the library calls ``UdpClient``; only the asked address is heard."""

    room: ClassVar[int] = MOST_DATAGRAM_BYTES

    def __init__(self) -> None:
        self._inbox = _Inbox(self.room)
        self._transport: Foreign = None
        self._timeout: float | None = None
        self._local_port: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def bind_port(self, port: int | None) -> None:
        """Ask from this port of ours."""
        self._local_port = port

    def settimeout(self, value: float | None) -> None:
        """The longest wait for a connection, and for each chunk."""
        self._timeout = value

    async def connect(self, address: tuple[str, int]) -> None:
        """Open the socket."""
        async with asyncio.timeout(self._timeout):
            self._transport = await self._open(address)

    async def _open(self, address: tuple[str, int]) -> asyncio.BaseTransport:
        local = ("0.0.0.0", self._local_port) if self._local_port else None  # noqa: S104
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self._inbox, remote_addr=address, local_addr=local
        )
        return transport

    def send(self, data: bytes) -> None:
        """Send at once."""
        self._inbox.own_words = data
        self._transport.sendto(data)

    async def recv(self, size: int | None = None) -> bytes:
        """The next chunk, or exactly ``size`` bytes of what comes next."""
        async with asyncio.timeout(self._timeout):
            data = await self._inbox.take()
            while size is not None and len(data) < size:
                data += await self._inbox.take()
        return data if size is None else data[:size]

    def close(self) -> None:
        """Let go of the socket, whatever is still on its way."""
        if self._transport is not None:
            self._transport.abort()

    @classmethod
    async def communicate(
        cls, protocol: Foreign, data: bytes, source_port: int | None = None
    ) -> bytes:
        """One question, one answer."""
        with cls() as client:
            client.bind_port(source_port)
            client.settimeout(protocol._timeout)  # noqa: SLF001 -- the library's own way
            await client.connect((protocol._host, protocol._port))  # noqa: SLF001
            client.send(data)
            return await client.recv()


class BoundedTcp(BoundedUdp):
    """What the library calls ``TcpClient``."""

    room: ClassVar[int] = MOST_STREAM_BYTES

    async def _open(self, address: tuple[str, int]) -> asyncio.BaseTransport:
        transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: self._inbox, address[0], address[1]
        )
        return transport

    def send(self, data: bytes) -> None:
        """Send at once."""
        self._transport.write(data)


async def fetch_json(url: str) -> Foreign:
    """A small JSON document; no redirect is followed and nothing is unpacked."""
    headers = {"Accept-Encoding": "identity"}
    async with (
        aiohttp.ClientSession(auto_decompress=False, headers=headers) as session,
        session.get(url, allow_redirects=False) as response,
    ):
        response.raise_for_status()
        body = bytearray()
        async for chunk in response.content.iter_chunked(16 * 1024):
            body += chunk
            if len(body) > MOST_HTTP_BYTES:
                raise AnswerTooBig
    return json.loads(body)


class _BoundedReader:
    """A stream of which nobody takes more than is bearable at once."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def read(self, size: int) -> bytes:
        """What has arrived, at most ``size``."""
        return await self._reader.read(min(size, MOST_STREAM_BYTES))

    async def readexactly(self, size: int) -> bytes:
        """Exactly ``size``."""
        if size > MOST_STREAM_BYTES:
            raise AnswerTooBig
        return await self._reader.readexactly(size)


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of protocols of the library, with limits."""
    package = importlib.import_module("opengsq.protocols")
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__))
    found = tuple(importlib.import_module(f"opengsq.protocols.{name}") for name in names)
    for module in found:
        _bound(module)
    _bound_readers({module.__name__.rpartition(".")[2]: module for module in found})
    logger = logging.getLogger("opengsq")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return found


def _bound(module: ModuleType) -> None:
    ours = {"UdpClient": BoundedUdp, "TcpClient": BoundedTcp, "BinaryReader": _finite_reader()}
    for name in ours.keys() & vars(module).keys():
        setattr(module, name, ours[name])
    vars(module)["print"] = _say_nothing


@cache
def _finite_reader() -> Foreign:
    """The library's reader, which does not end at the end."""
    reader: Foreign = importlib.import_module("opengsq.binary_reader").BinaryReader

    def read_bytes(self: Foreign, count: int) -> bytes:
        if count > 0 and self.is_end():
            self.beyond = getattr(self, "beyond", 0) + 1
            if self.beyond > MOST_BEYOND:
                raise EOFError
        data: bytes = reader.read_bytes(self, count)
        return data

    return type("FiniteReader", (reader,), {"read_bytes": read_bytes})


def _say_nothing(*_: object, **__: object) -> None:
    """Some of the library's parsers print what they do not understand."""


def _bound_readers(module: dict[str, Foreign]) -> None:
    """Replace the methods that read without the library's socket classes."""
    nadeo = module["nadeo"].Nadeo
    connect = nadeo.connect

    async def bounded_connect(self: Foreign) -> None:
        await connect(self)
        self._reader = _BoundedReader(self._reader)

    async def bounded_get(self: Foreign, filename: str) -> Foreign:
        return await fetch_json(f"http://{_in_url(self._host)}:{self._port}/{filename}.json")

    async def bounded_query(self: Foreign) -> Foreign:
        return await fetch_json(f"http://{_in_url(self._host)}:{self.ELDEWRITO_HTTP_PORT}/")

    nadeo.connect = bounded_connect
    module["directplay"].DirectPlay._directplay_communicate = _directplay_answer  # noqa: SLF001
    module["minecraft"].Minecraft._unpack_varint = _varint  # noqa: SLF001
    for name in ("trackmania_nations", "trackmania_sunrise"):
        for kind in vars(module[name]).values():
            if hasattr(kind, "_MAX_MESSAGE_SIZE"):
                kind._MAX_MESSAGE_SIZE = MOST_TRACKMANIA_BYTES  # noqa: SLF001
    module["fivem"].FiveM._get = bounded_get  # noqa: SLF001
    module["eldewrito"].ElDewrito._query_http_endpoint = bounded_query  # noqa: SLF001


async def _directplay_answer(self: Foreign, query_packet: bytes) -> bytes:
    """Ask by a datagram; the game connects back to the first free port of ten."""
    loop, inbox = asyncio.get_running_loop(), _Inbox(MOST_DIRECTPLAY_BYTES)
    back: asyncio.AbstractServer | None = None
    for port in range(self._tcp_listen_port, self._tcp_listen_port + DIRECTPLAY_PORTS):
        with contextlib.suppress(OSError):
            back = await loop.create_server(lambda: inbox, "0.0.0.0", port)  # noqa: S104
            break
    if back is None:
        raise OSError(errno.EADDRINUSE, "no port for the answer")
    try:
        with BoundedUdp() as asking:
            await asking.connect((self._host, self._port))
            asking.send(query_packet)
            return await inbox.take()
    finally:
        back.close()
        inbox.hang_up()


def _varint(_self: Foreign, reader: Foreign) -> int:
    """A number of 32 bits as Minecraft writes it, and no longer one."""
    total = 0
    for place in range(VARINT_BYTES):
        byte: int = reader.read_byte()
        total |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 -- the bit that says that more follows
            return total
    raise AnswerTooBig


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
