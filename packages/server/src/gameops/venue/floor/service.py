"""Reading the floor: the snapshot, and the parts of it that changed."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.billing import api as billing
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.venue.floor import store
from gameops.venue.floor.board import (
    Floor,
    FloorStation,
    FloorZone,
    StationMetrics,
    StationSession,
    Summary,
    session_of,
    state_of,
    summarise,
)
from gameops.venue.stations.model import SILENT_AFTER
from gameops.venue.tariffs import store as tariffs
from gameops.venue.tariffs.pricing import TariffRules, rate_at
from gameops.venue.tariffs.service import in_force
from gameops.venue.topics import (
    FLOOR_CHANGED,
    PRESENCE_CHANGED,
    STATIONS_CHANGED,
    TELEMETRY,
)
from gameops.venue.venues import store as venues
from gameops.venue.venues.model import Venue

SHARED_SECONDS: Final = 0.05
"""Readers who come within so little time, with nothing changed in between, share a snapshot."""
FIGURES_SECONDS: Final = 5.0
"""Takings and occupancy are sums over the day: they may be this old."""
WEEK: Final = timedelta(days=7)
FACTS_LIFETIME: Final = timedelta(seconds=60)
"""A version of a tariff may begin to hold without anybody doing anything."""
UNLOCKED_GRACE: Final = timedelta(seconds=20)
"""An agent may report a lock a heartbeat late; who is unlocked for longer plays unbilled."""
CHANGES: Final = (
    STATIONS_CHANGED,
    PRESENCE_CHANGED,
    FLOOR_CHANGED,
    billing.PaymentTaken.topic,
    billing.PaymentVoided.topic,
)
_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Rate:
    """What an hour costs somewhere, until when."""

    minor_per_hour: int
    label: str
    until: datetime


@dataclass(slots=True)
class VenueFacts:
    """What changes rarely: kept, and read again when something says that it changed."""

    venue: Venue
    zones: list[Any]
    rules: dict[tuple[UUID, str], TariffRules]
    read_at: datetime
    figures: tuple[int, int, list[float]] = (0, 0, [])
    figures_at: datetime | None = None

    def rate(self, zone_id: UUID, kind: str, now: datetime) -> Rate | None:
        """The rate in force in a zone for a kind of station."""
        rules = self.rules.get((zone_id, kind))
        return Rate(*rate_at(rules, now, self.venue.tz)) if rules else None


@dataclass(slots=True)
class FloorReader:
    """Reads floors; keeps each venue's rare facts and every station's last telemetry."""

    context: Context
    facts: dict[UUID, VenueFacts] = field(default_factory=dict)
    telemetry: dict[UUID, list[Any]] = field(default_factory=dict)
    _rates: dict[tuple[UUID, UUID, str], Rate | None] = field(default_factory=dict)
    epoch: str = field(default_factory=lambda: uuid4().hex[:12])
    _unlocked: dict[UUID, datetime] = field(default_factory=dict)
    _shared: dict[UUID, tuple[float, asyncio.Task[bytes]]] = field(default_factory=dict)

    def hear_telemetry(self, _topic: str, body: JsonObject) -> None:
        """Keep what agents report."""
        for station_id, values in body["stations"].items():
            self.telemetry[UUID(station_id)] = values

    def forget(self, venue_id: UUID) -> None:
        """Zones, tariffs or policies changed."""
        self.facts.pop(venue_id, None)
        self._rates = {key: rate for key, rate in self._rates.items() if key[0] != venue_id}

    async def encoded(self, venue_id: UUID) -> bytes:
        """The whole floor as JSON; simultaneous readers share the work."""
        clock = asyncio.get_running_loop().time
        known = self._shared.get(venue_id)
        if known is None or clock() - known[0] > SHARED_SECONDS:
            task = asyncio.create_task(self._encode(venue_id))
            known = self._shared[venue_id] = (clock(), task)
        return await asyncio.shield(known[1])

    async def _encode(self, venue_id: UUID) -> bytes:
        return _encoder.encode(await self.snapshot(venue_id))

    def _on_change(self, _topic: str, body: JsonObject) -> None:
        self._shared.pop(UUID(body["venue_id"]), None)

    async def snapshot(self, venue_id: UUID, *, revision: int = 0) -> Floor:
        """The whole floor."""
        async with self.context.database.reading() as session:
            facts = await self._facts(session, venue_id)
            rows = await store.floor_rows(session, venue_id)
            await self._refresh_figures(session, facts)
        now = self.context.clock.now()
        stations = [self._station(facts, row, now) for row in rows]
        return Floor(
            venue_id=venue_id,
            epoch=self.epoch,
            revision=revision,
            server_time=now,
            currency=facts.venue.currency,
            summary=self.summary(facts, stations, now),
            zones=self.zones(facts, now),
            stations=stations,
        )

    async def some(self, venue_id: UUID, ids: Collection[UUID]) -> list[FloorStation]:
        """Some tiles, fresh."""
        async with self.context.database.reading() as session:
            facts = await self._facts(session, venue_id)
            rows = await store.station_rows(session, venue_id, ids)
        now = self.context.clock.now()
        return [self._station(facts, row, now) for row in rows]

    def summary(self, facts: VenueFacts, stations: list[FloorStation], now: datetime) -> Summary:
        """The strip above the floor."""
        today, last_week, occupancy = facts.figures
        return summarise(
            stations,
            now=now,
            takings_today=today,
            takings_last_week=last_week,
            occupancy=occupancy,
        )

    async def refreshed(self, venue_id: UUID) -> VenueFacts:
        """A venue's facts with figures that are not too old."""
        async with self.context.database.reading() as session:
            facts = await self._facts(session, venue_id)
            await self._refresh_figures(session, facts)
        return facts

    async def _facts(self, session: AsyncSession, venue_id: UUID) -> VenueFacts:
        known = self.facts.get(venue_id)
        if known is not None and self._now() - known.read_at < FACTS_LIFETIME:
            return known
        self.forget(venue_id)
        venue = await venues.get_venue(session, venue_id)
        zones = [zone for zone, _ in await venues.list_zones(session, venue_id)]
        now = self._now()
        facts = VenueFacts(venue, zones, await _rules(session, venue, zones, now), now)
        self.facts[venue_id] = facts
        return facts

    async def _refresh_figures(self, session: AsyncSession, facts: VenueFacts) -> None:
        now = self._now()
        fresh = facts.figures_at is not None and (
            now - facts.figures_at < timedelta(seconds=FIGURES_SECONDS)
        )
        if fresh:
            return
        facts.figures_at = now
        venue = facts.venue
        start = now.astimezone(venue.tz).replace(hour=0, minute=0, second=0, microsecond=0)
        today = await billing.takings(session, venue.id, since=start, until=now)
        before = await billing.takings(session, venue.id, since=start - WEEK, until=now - WEEK)
        facts.figures = (today, before, await store.occupancy_24h(session, venue.id, now))

    def _now(self) -> datetime:
        return self.context.clock.now()

    def _rate(self, facts: VenueFacts, zone_id: UUID, kind: str, now: datetime) -> Rate | None:
        key = (facts.venue.id, zone_id, kind)
        rate = self._rates.get(key)
        if rate is None or rate.until <= now:
            rate = self._rates[key] = facts.rate(zone_id, kind, now)
        return rate

    def zones(self, facts: VenueFacts, now: datetime) -> list[FloorZone]:
        """Zones with what an hour on a PC (or what stands there) costs now."""
        return [self._zone(facts, zone, now) for zone in facts.zones]

    def _zone(self, facts: VenueFacts, zone: Any, now: datetime) -> FloorZone:  # noqa: ANN401 -- a row
        kinds = [kind for zone_id, kind in facts.rules if zone_id == zone.id]
        rate = self._rate(facts, zone.id, kinds[0], now) if kinds else None
        return FloorZone(
            id=zone.id,
            name=zone.name,
            color=zone.color,
            sort=zone.sort,
            area=zone.area,
            rate_minor_per_hour=rate.minor_per_hour if rate else None,
            rate_label=rate.label if rate else "",
            rate_until=rate.until if rate and rate.label else None,
        )

    def _station(self, facts: VenueFacts, row: Any, now: datetime) -> FloorStation:  # noqa: ANN401 -- a row
        online = None
        if row.agent_id is not None:
            online = bool(row.connected and row.seen_at and now - row.seen_at < SILENT_AFTER)
        session = session_of(row, now)
        rate = self._rate(facts, row.zone_id, row.kind, now)
        told = self.telemetry.get(row.id) if online else None
        return FloorStation(
            id=row.id,
            name=row.name,
            kind=row.kind,
            zone_id=row.zone_id,
            position=row.position,
            state=state_of(maintenance=row.maintenance, session=session, online=online, now=now),
            online=online,
            lock=told[3] if told else None,
            open=row.open or self._plays_unbilled(row, told, session, now),
            maintenance_reason=row.maintenance_reason,
            rate_minor_per_hour=rate.minor_per_hour if rate else None,
            metrics=StationMetrics(told[0], told[1], told[2]) if told else None,
            last_seen_at=row.seen_at,
            session=session,
        )

    def _plays_unbilled(
        self,
        row: Any,  # noqa: ANN401 -- a row
        told: list[Any] | None,
        session: StationSession | None,
        now: datetime,
    ) -> bool:
        """Whether a station has been unlocked for a while with nothing to pay for it."""
        if told is None or told[3] != "unlocked" or session is not None:
            self._unlocked.pop(row.id, None)
            return False
        return now - self._unlocked.setdefault(row.id, now) > UNLOCKED_GRACE

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear what agents report, and what changes, while the block runs."""
        hub = self.context.hub
        with ExitStack() as stack:
            stack.enter_context(hub.listening(TELEMETRY, self.hear_telemetry))
            for topic in CHANGES:
                stack.enter_context(hub.listening(topic, self._on_change))
            stack.enter_context(hub.listening(FLOOR_CHANGED, self._on_floor_changed))
            yield

    def _on_floor_changed(self, _topic: str, body: JsonObject) -> None:
        self.forget(UUID(body["venue_id"]))


async def _rules(
    session: AsyncSession, venue: Venue, zones: list[Any], now: datetime
) -> dict[tuple[UUID, str], TariffRules]:
    """The rules in force for each zone and kind of station, the most specific tariff first."""
    found = [t for t in await tariffs.list_tariffs(session, venue.id) if not t.archived]
    versions = await tariffs.tariff_versions(session, [tariff.id for tariff in found])
    found.sort(key=lambda t: (not t.zone_ids, not t.kinds, t.id))
    rules: dict[tuple[UUID, str], TariffRules] = {}
    for zone in zones:
        for kind in ("pc", "ps5", "xbox", "switch", "vr", "sim_rig"):
            for tariff in found:
                version = in_force(tariff, versions, now)
                here = not tariff.zone_ids or str(zone.id) in tariff.zone_ids
                if version and here and (not tariff.kinds or kind in tariff.kinds):
                    rules[zone.id, kind] = tariffs.rules_of(version.id, version.rules)
                    break
    return rules
