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
from yarl import URL

from gameops.core.context import Context
from gameops.notify.errors import TargetNotAllowed
from gameops.notify.options import NotifyOptions
from gameops.notify.urls import split

MOST_BYTES: Final = 65_536
LONGEST_WAIT: Final = 3_600.0
USER_AGENT: Final = "GameOps (self-hosted notifications)"
_GLOBAL: Final = ipaddress.IPv6Network("2000::/3")
"""The only part of IPv6 that is given out to the public internet."""
_SPECIAL: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays to 6to4
        "2001::/23",  # protocol assignments, Teredo among them: it carries IPv4 addresses inside
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: it carries IPv4 addresses inside
        "3fff::/20",  # documentation
    )
)
"""Networks that look like public ones to Python, and are for special purposes."""
_HOST: Final = re.compile(r"[0-9A-Za-z._:-]+")
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
        if ip not in _GLOBAL:
            return False
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _SPECIAL)
    return ip.is_global and not special


def check_target(url: str, *, private: bool) -> URL:
    """Refuse a URL that names a private address outright; names are checked when they resolve.

    What is looked at is what is dialled: the answer is what to call. A host is written in ASCII;
    other letters would turn into something else on the way.
    """
    parts = split(url)
    try:
        target = URL(url)
    except ValueError:
        raise TargetNotAllowed from None
    if private:
        return target
    host = (target.raw_host or "").removesuffix(".")
    written = parts is not None and (parts.hostname or "").isascii()
    if not written or not _HOST.fullmatch(host) or not _may_be_public(host.lower()):
        raise TargetNotAllowed
    return target


def _may_be_public(host: str) -> bool:
    """Whether a host is a public address, or a name that may lead to one."""
    if ":" in host or re.fullmatch(r"[0-9.]+|0x[0-9a-f.x]+", host):  # also 127.1 or 0x7f000001
        return is_public(host)
    return host != "localhost" and not host.endswith((".localhost", ".local", ".internal"))


class PrivateTarget(OSError):
    """A name that leads into our own networks."""


def public_socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for connecting to a public address; the last look, at the very address."""
    family, kind, protocol, _name, place = address
    if not is_public(str(place[0])):
        raise PrivateTarget
    return socket.socket(family=family, type=kind, proto=protocol)


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
        target = check_target(url, private=self.options.allow_private_targets)
        sending = dict(headers or {})
        if auth is not None:
            sending["Authorization"] = aiohttp.encode_basic_auth(*auth)
        try:
            async with self.session.request(
                method,
                target,
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
    beneath, private = ThreadedResolver(asyncio.get_running_loop()), options.allow_private_targets
    connector = aiohttp.TCPConnector(
        resolver=beneath if private else PublicOnly(beneath),
        socket_factory=None if private else public_socket,
        limit=options.most_in_flight,
        limit_per_host=0,
        ttl_dns_cache=30,
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
