"""Calls to the outside: short, bounded, never redirected, and never into our own networks."""

import asyncio
import ipaddress
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from gameops.core.context import Context
from gameops.notify.errors import TargetNotAllowed
from gameops.notify.options import NotifyOptions
from gameops.notify.urls import split

MOST_BYTES: Final = 65_536
LONGEST_WAIT: Final = 3_600.0
USER_AGENT: Final = "GameOps (self-hosted notifications)"
_EMBEDDING: Final = tuple(
    ipaddress.ip_network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""IPv6 networks whose addresses carry an IPv4 address inside."""
_SEPARATOR: Final = re.compile(r"[/?&=:@]")
SHORTEST_SECRET: Final = 6
_LONG_NUMBER: Final = re.compile(r"\+?\d{7,}")
_LINK: Final = re.compile(r"[a-z]+://\S+")


class NoAnswer(Exception):
    """Nobody answered, or not in time; ``str`` says what happened and names no address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300  # noqa: PLR2004 -- HTTP's successes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; anything else is an empty one."""
        try:
            found = msgspec.json.decode(self.body)
        except (msgspec.MsgspecError, UnicodeError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, by the ``Retry-After`` header."""
        text = self.headers.get("Retry-After", "")
        try:
            return bounded_wait(float(text))
        except ValueError:
            pass
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return bounded_wait((at - datetime.now(UTC)).total_seconds())


def bounded_wait(seconds: float) -> float:
    """A wait that somebody else asked for, within reason."""
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else 0.0  # noqa: PLR0124 -- NaN


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _EMBEDDING):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def check_target(url: str, *, private: bool) -> None:
    """Refuse a URL that names a private address outright; names are checked when they resolve."""
    parts = split(url)
    if parts is None:
        raise TargetNotAllowed
    host = parts.hostname or ""
    if private or not host:
        return
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise TargetNotAllowed
    try:
        literal = str(ipaddress.ip_address(host))
    except ValueError:
        if re.fullmatch(r"[0-9.]+|0x[0-9a-f.x]+", host):  # 127.1, 2130706433, 0x7f000001
            raise TargetNotAllowed from None
        return
    if not is_public(literal):
        raise TargetNotAllowed


class PrivateTarget(OSError):
    """A name that leads into our own networks."""


class PublicOnly(AbstractResolver):
    """Resolves names for connecting, and leaves out private addresses.

    What it answers is what is connected to: a name that changes its mind gains nothing.
    """

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of a name."""
        found = await self._resolver.resolve(host, port, family)
        public = [result for result in found if is_public(result["host"])]
        if not public:
            raise PrivateTarget
        return public

    async def close(self) -> None:
        """Let go of the resolver beneath."""
        await self._resolver.close()


@dataclass(frozen=True, slots=True)
class Wire:
    """What drivers call with."""

    context: Context
    options: NotifyOptions
    session: aiohttp.ClientSession

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        form: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """Make one call; :class:`NoAnswer` when there is none."""
        check_target(url, private=self.options.allow_private_targets)
        sending = dict(headers or {})
        if auth is not None:
            sending["Authorization"] = aiohttp.encode_basic_auth(*auth)
        try:
            async with self.session.request(
                method,
                url,
                headers=sending,
                data=body if form is None else dict(form),
                allow_redirects=False,
            ) as response:
                return Answer(response.status, dict(response.headers), await _body(response))
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(getattr(error, "os_error", error), PrivateTarget):
                raise TargetNotAllowed from None
            raise NoAnswer(_what_happened(error)) from None

    def clean(self, text: object, secrets: Mapping[str, str] | None = None) -> str:
        """Another's words in our log: short, on one line, without secrets, links or numbers."""
        words = " ".join(str(text).split())
        for secret in (secrets or {}).values():
            parts = [part for part in _SEPARATOR.split(secret) if len(part) >= SHORTEST_SECRET]
            for part in (secret, *parts):
                words = words.replace(part, "•••") if part else words
        words = _LONG_NUMBER.sub("•••", _LINK.sub("•••", words))
        return words[:120]


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The beginning of the body: as much as is worth reading."""
    read = bytearray()
    async for chunk in response.content.iter_chunked(8_192):
        read += chunk
        if len(read) >= MOST_BYTES:
            break
    return bytes(read[:MOST_BYTES])


def _what_happened(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "name not found"
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ClientConnectorCertificateError):
        return "no trusted encrypted connection"
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        return "no connection"
    return "connection lost"


@asynccontextmanager
async def open_wire(context: Context) -> AsyncIterator[Wire]:
    """One client session for all drivers."""
    options = context.option(NotifyOptions)
    beneath = ThreadedResolver(asyncio.get_running_loop())
    resolver = beneath if options.allow_private_targets else PublicOnly(beneath)
    connector = aiohttp.TCPConnector(
        resolver=resolver, limit=options.most_in_flight, limit_per_host=0, ttl_dns_cache=30
    )
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=options.send_seconds),
        headers={"User-Agent": USER_AGENT},
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=True,
    ) as session:
        yield Wire(context, options, session)
