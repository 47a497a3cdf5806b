"""Minecraft by mcstatus: Java (and as it was before 1.7), its query protocol, and Bedrock.

The parts below mcstatus's public classes are used for Java, because those resolve the host
themselves: here the address has been checked already, and the server still hears the name under
which it is known (proxies choose by it).
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from mcstatus import BedrockServer, JavaServer
from mcstatus._net.address import Address
from mcstatus._protocol.io.base_io import BaseAsyncReader, BaseAsyncWriter
from mcstatus._protocol.java_client import AsyncJavaClient
from mcstatus._protocol.legacy_client import AsyncLegacyClient

from gameops.alerts.watching.cleaning import reading
from gameops.alerts.watching.library import (
    MOST_STREAM_BYTES,
    AnswerTooBig,
    BoundedTcp,
    Foreign,
)
from gameops.alerts.watching.reading import Reading
from gameops.alerts.watching.target import Target

CLIENT_VERSION: Final = 47


class _Stream(BaseAsyncReader, BaseAsyncWriter):
    """A bounded connection in the shape that mcstatus reads and writes."""

    def __init__(self, client: BoundedTcp) -> None:
        self._client = client
        self._rest = b""
        self._unsent = bytearray()

    async def read(self, length: int, /) -> bytes:
        """Exactly so many bytes; more than an honest answer is refused."""
        if length > MOST_STREAM_BYTES:
            raise AnswerTooBig
        if self._unsent:
            self._client.send(bytes(self._unsent))
            self._unsent.clear()
        parts, missing = [self._rest], length - len(self._rest)
        while missing > 0:
            parts.append(await self._client.recv())
            missing -= len(parts[-1])
        data = b"".join(parts)
        self._rest = data[length:]
        return data[:length]

    async def write(self, data: bytes | bytearray, /) -> None:
        """Send with what is written next, before the next read: one packet for a question."""
        self._unsent += data


@asynccontextmanager
async def _connected(target: Target) -> AsyncIterator[Foreign]:
    with BoundedTcp() as client:
        client.settimeout(target.timeout)
        await client.connect((target.host, target.port))
        yield _Stream(client)


async def java(target: Target) -> Reading:
    """Server list ping of 1.7 and later."""
    async with _connected(target) as connection:
        client = AsyncJavaClient(
            connection, address=Address(target.name, target.port), version=CLIENT_VERSION
        )
        await client.handshake()
        status = await client.read_status()
    return _from_status(status, who=[player.name for player in status.players.sample or ()])


async def legacy(target: Target) -> Reading:
    """Server list ping before 1.7."""
    async with _connected(target) as connection:
        return _from_status(await AsyncLegacyClient(connection).read_status())


async def bedrock(target: Target) -> Reading:
    """Bedrock's unconnected ping."""
    server = BedrockServer(target.host, target.port, timeout=target.timeout)
    status = await server.async_status(tries=1)
    return _from_status(status, game="Minecraft Bedrock", map_name=status.map_name)


async def query(target: Target) -> Reading:
    """Java's query protocol, where the server has it switched on."""
    server = JavaServer(target.host, target.port, timeout=target.timeout)
    answer = await server.async_query(tries=1)
    return reading(
        total=answer.players.online,
        most=answer.players.max,
        name=answer.motd.to_plain(),
        game="Minecraft",
        map_name=answer.map_name,
        version=answer.software.version,
        who=answer.players.list,
    )


def _from_status(
    status: Foreign, *, game: str = "Minecraft", map_name: object = "", who: Iterable[object] = ()
) -> Reading:
    return reading(
        total=status.players.online,
        most=status.players.max,
        name=status.motd.to_plain(),
        game=game,
        map_name=map_name,
        version=status.version.name,
        who=who,
    )
