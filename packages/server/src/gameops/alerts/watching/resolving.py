"""From a host's name to an address that may be asked; names are looked up beside the loop."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from mcstatus import JavaServer

from gameops.alerts.watching.reading import NoAnswer, Silence

T = TypeVar("T")

FRESH_SECONDS: Final = 60.0
STALE_SECONDS: Final = 1_800.0
"""A name server that is away for a while takes no game server with it."""
UNKNOWN_SECONDS: Final = 10.0
LOOKUPS_AT_ONCE: Final = 8
MOST_NAMES: Final = 20_000
_CARRYING_IPV4: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""IPv6 networks that translate into IPv4, and so perhaps into our own networks."""
Place = tuple[str, int | None]


@dataclass(slots=True)
class _Known:
    place: Place | None
    fresh_until: float
    stale_until: float


class Resolver:
    """Looks names up once for everybody who asks, and remembers."""

    def __init__(self, *, allow_private: bool, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._allow_private = allow_private
        self._fresh_seconds = fresh_seconds
        self._unknown_seconds = min(fresh_seconds, UNKNOWN_SECONDS)
        self._known: dict[tuple[str, str], _Known] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Place | None]] = {}
        self._pool = ThreadPoolExecutor(LOOKUPS_AT_ONCE, thread_name_prefix="resolve")

    async def address(self, host: str) -> str:
        """The address behind a name, if it is one that may be asked."""
        numbers = _as_numbers(host)
        if numbers is None:
            place = await self._find(("address", host), self._look_up)
            if place is None:
                raise NoAnswer(Silence.UNRESOLVED)
            numbers = place[0]
        if not self._may_ask(numbers):
            raise NoAnswer(Silence.NOT_ALLOWED)
        return numbers

    def last_known(self, host: str) -> str:
        """The address that was found last, or the name where none was."""
        known = self._known.get(("address", host))
        return host if known is None or known.place is None else known.place[0]

    async def minecraft(self, host: str) -> Place:
        """Where a Minecraft host without a port is played: its SRV record may say."""
        if _as_numbers(host) is not None:
            return host, None
        return await self._find(("minecraft", host), _look_up_minecraft) or (host, None)

    def _may_ask(self, numbers: str) -> bool:
        address = ipaddress.ip_address(numbers)
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if not self._allow_private and any(address in network for network in _CARRYING_IPV4):
            return False
        if address.is_multicast or address.is_unspecified or int(address) == 2**32 - 1:
            return False
        return self._allow_private or address.is_global

    async def _find(
        self, key: tuple[str, str], look_up: Callable[[str], Awaitable[Place | None]]
    ) -> Place | None:
        now = asyncio.get_running_loop().time()
        known = self._known.get(key)
        if known is not None and known.fresh_until > now:
            return known.place
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._ask(key, look_up))
        return await asyncio.shield(self._asking[key])

    async def _ask(
        self, key: tuple[str, str], look_up: Callable[[str], Awaitable[Place | None]]
    ) -> Place | None:
        try:
            place = await look_up(key[1])
        finally:
            del self._asking[key]
        now = asyncio.get_running_loop().time()
        before = self._known.get(key)
        if place is not None:
            known = _Known(place, now + self._fresh_seconds, now + STALE_SECONDS)
        elif before is not None and before.stale_until > now:
            known = _Known(before.place, now + self._unknown_seconds, before.stale_until)
        else:
            known = _Known(None, now + self._unknown_seconds, 0)
        if len(self._known) >= MOST_NAMES:
            self._known.clear()
        self._known[key] = known
        return known.place

    async def _look_up(self, host: str) -> Place | None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError, UnicodeError):
            found = await loop.run_in_executor(self._pool, _addresses, host)
            return found, None
        return None


def _addresses(host: str) -> str:
    """The first address; IPv4 before IPv6, which few game servers listen on."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return str(found[0][4][0])


async def _look_up_minecraft(host: str) -> Place | None:
    with contextlib.suppress(Exception):  # whatever a name server answers, the plain name is left
        server = await JavaServer.async_lookup(host)
        return server.address.host, server.address.port
    return None


def _as_numbers(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None
