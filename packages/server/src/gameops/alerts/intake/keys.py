"""Who may report: communities' policies and sources' keys, kept at hand for the hot path."""

import asyncio
import base64
import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from gameops.alerts.communities import store
from gameops.alerts.communities.model import IntakePolicy
from gameops.alerts.errors import CommunityNotFound, ReporterNotAllowed, SignatureInvalid
from gameops.alerts.intake.reports import Report, host_of
from gameops.alerts.topics import COMMUNITIES_CHANGED
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.networks import within
from gameops.core.secrets import derive_key

READ_AGAIN: Final = timedelta(seconds=5)
NOTE_EVERY: Final = timedelta(minutes=1)
"""How often it is written down that a key is in use."""
CLOCK_SKEW: Final = 300
"""Seconds by which a signed request's clock may be off."""
_KEY = re.compile(r"gas_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Somebody with a key."""

    id: UUID
    community_id: UUID
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a community asks of whoever reports to it."""

    community_id: UUID
    venue_id: UUID | None
    policy: IntakePolicy


@dataclass(slots=True)
class Directory:
    """Communities and sources, at most some seconds old."""

    context: Context
    gates: Mapping[UUID, Gate] = field(default_factory=dict)
    default: UUID | None = None
    reporters: Mapping[UUID, Reporter] = field(default_factory=dict)
    _read_at: datetime | None = None
    _changes: int = 0
    """Counts what was heard, so that a change during a reading is not taken for read."""
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _used: dict[UUID, datetime] = field(default_factory=dict)
    _listening: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        """Hear of changes for as long as the process runs."""
        hub = self.context.hub
        self._listening.enter_context(hub.listening(COMMUNITIES_CHANGED, self._forget))

    def _forget(self, _topic: str, _body: JsonObject) -> None:
        self._changes += 1
        self._read_at = None

    async def refresh(self) -> None:
        """Read again what is older than some seconds; one reads for all who come meanwhile."""
        if self._is_fresh():
            return
        async with self._reading:
            if not self._is_fresh():
                await self._read()

    def _is_fresh(self) -> bool:
        now = self.context.clock.now()
        return self._read_at is not None and now - self._read_at < READ_AGAIN

    async def _read(self) -> None:
        now, changes = self.context.clock.now(), self._changes
        async with self.context.database.reading() as session:
            communities = await store.all_communities(session)
            sources = await store.living_sources(session)
        if changes == self._changes:
            self._read_at = now
        self.default = next((c.id for c in communities if c.is_default), None)
        self.gates = {
            c.id: Gate(
                community_id=c.id,
                venue_id=c.venue_id,
                policy=IntakePolicy.model_validate(c.intake),
            )
            for c in communities
        }
        self.reporters = {
            s.id: Reporter(id=s.id, community_id=s.community_id, networks=tuple(s.networks))
            for s in sources
        }

    def newly_used(self, source_ids: Collection[UUID], now: datetime) -> list[UUID]:
        """Those of some keys whose use was not noted within the last minute."""
        due = [
            source_id
            for source_id in source_ids
            if source_id not in self._used or now - self._used[source_id] >= NOTE_EVERY
        ]
        self._used |= dict.fromkeys(due, now)
        return due

    def gate(self, community_id: UUID | None) -> Gate:
        """A community by its id; the default one without."""
        gate = self.gates.get(community_id or self.default or UUID(int=0))
        if gate is None:
            raise CommunityNotFound
        return gate

    def reporter_with(self, key: str, *, address: str) -> Reporter:
        """Who has this key and may use it from here."""
        match = _KEY.fullmatch(key)
        reporter = self.reporters.get(UUID(hex=match[1])) if match else None
        if reporter is None or not hmac.compare_digest(
            key, source_secret(self.context.secret, reporter.id)
        ):
            raise SignatureInvalid
        return _from(reporter, address)

    def reporter_signed(
        self, *, source: str, timestamp: str, signature: str, body: bytes, address: str
    ) -> Reporter:
        """Who signed this body, lately, and may report from here."""
        try:
            reporter = self.reporters.get(UUID(source))
            skew = abs(self.context.clock.now().timestamp() - int(timestamp))
        except (ValueError, OverflowError) as error:
            raise SignatureInvalid from error
        if reporter is None or skew > CLOCK_SKEW:
            raise SignatureInvalid
        expected = sign(source_secret(self.context.secret, reporter.id), timestamp, body)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise SignatureInvalid
        return _from(reporter, address)


def _from(reporter: Reporter, address: str) -> Reporter:
    if not within(address, reporter.networks):
        raise ReporterNotAllowed
    return reporter


def source_secret(root: bytes, source_id: UUID) -> str:
    """A source's key: computed from its id, so that a stolen database holds none."""
    mac = hmac.new(derive_key(root, "alerts-source"), source_id.bytes, sha256).digest()
    return f"gas_{source_id.hex}_{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body at an instant (seconds since 1970)."""
    message = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.encode(), message, sha256).hexdigest()


def check_open(policy: IntakePolicy, *, address: str) -> None:
    """Whether anybody at this address may report without a key."""
    if not policy.open or not within(address, policy.networks):
        raise ReporterNotAllowed


def check_host(policy: IntakePolicy, reports: Iterable[Report]) -> None:
    """Whether the reports are about hosts that are on the list."""
    if policy.hosts and not all(_listed(host_of(report), policy.hosts) for report in reports):
        raise ReporterNotAllowed


def _listed(host: str, hosts: Sequence[str]) -> bool:
    return any(
        host == listed or (listed.startswith("*.") and host.endswith(listed[1:]))
        for listed in (name.lower() for name in hosts)
    )
