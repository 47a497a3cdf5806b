"""Live floors for browsers: a snapshot, then only what changed.

Each venue that somebody watches has one feed. It hears of changes on the hub, reads the changed
tiles together, numbers each delta, and hands the encoded frame to every viewer.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from gameops.billing.api import PaymentTaken, PaymentVoided
from gameops.core.db import JsonObject
from gameops.core.jobs import keep_running
from gameops.venue.floor.board import ENDING_SECONDS, Floor, FloorStation
from gameops.venue.floor.service import FloorReader
from gameops.venue.topics import (
    FLOOR_CHANGED,
    PRESENCE_CHANGED,
    STATIONS_CHANGED,
    TELEMETRY,
)

GATHER_SECONDS: Final = 0.02
RECOUNT_SECONDS: Final = 5.0
_log = structlog.get_logger(__name__)

Deliver = Callable[[str], None]


class Delta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What changed on a floor."""

    stations: list[FloorStation] = []
    removed: list[UUID] = []
    summary: Any = None
    zones: Any = None


@dataclass(slots=True)
class FloorFeed:
    """One venue's live floor."""

    reader: FloorReader
    venue_id: UUID
    viewers: list[Deliver] = field(default_factory=list)
    revision: int = 0
    stations: dict[UUID, FloorStation] = field(default_factory=dict)
    _changed: set[UUID] = field(default_factory=set)
    _all: bool = False
    _figures: bool = False
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    async def snapshot(self) -> Floor:
        """The floor as it is; later deltas build on it."""
        floor = await self.reader.snapshot(self.venue_id, revision=self.revision)
        if len(self.viewers) <= 1 or not self.stations:
            self.stations = {station.id: station for station in floor.stations}
        return floor  # else earlier viewers have yet to be told what is new to them

    async def run(self) -> None:
        """Send deltas until cancelled."""
        hub = self.reader.context.hub
        with ExitStack() as stack:
            for topic, listener in (
                (STATIONS_CHANGED, self._on_stations),
                (PRESENCE_CHANGED, self._on_stations),
                (TELEMETRY, self._on_telemetry),
                (FLOOR_CHANGED, self._on_floor),
                (PaymentTaken.topic, self._on_money),
                (PaymentVoided.topic, self._on_money),
            ):
                stack.enter_context(hub.listening(topic, listener))
            await keep_running(f"floor-{self.venue_id}", self._forever)

    def _mine(self, body: JsonObject) -> bool:
        return bool(body["venue_id"] == str(self.venue_id))

    def _on_stations(self, _topic: str, body: JsonObject) -> None:
        if self._mine(body):
            self._changed.update(UUID(text) for text in body["station_ids"])
            self._stirred.set()

    def _on_telemetry(self, topic: str, body: JsonObject) -> None:
        if self._mine(body):
            self.reader.hear_telemetry(topic, body)
            self._changed.update(UUID(text) for text in body["stations"])
            self._stirred.set()

    def _on_floor(self, _topic: str, body: JsonObject) -> None:
        if self._mine(body):
            self.reader.forget(self.venue_id)
            self._all = True
            self._stirred.set()

    def _on_money(self, _topic: str, body: JsonObject) -> None:
        if self._mine(body):
            self._figures = True
            self._stirred.set()

    async def _forever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(RECOUNT_SECONDS):
                    await self._stirred.wait()
            except TimeoutError:
                self._figures = True
            await asyncio.sleep(GATHER_SECONDS)
            self._stirred.clear()
            await self._send_changes()

    async def _send_changes(self) -> None:
        changed, self._changed = self._changed, set()
        everything, self._all = self._all, False
        figures, self._figures = self._figures, False
        facts = await self.reader.refreshed(self.venue_id) if figures or everything else None
        before = dict(self.stations)
        if everything:
            floor = await self.reader.snapshot(self.venue_id)
            self.stations = {station.id: station for station in floor.stations}
        elif changed:
            found = await self.reader.some(self.venue_id, changed)
            for station_id in changed:
                self.stations.pop(station_id, None)
            self.stations |= {station.id: station for station in found}
        self._restate()
        facts = facts or await self.reader.refreshed(self.venue_id)
        now = self.reader.context.clock.now()
        self._publish(
            Delta(
                stations=[s for s in self.stations.values() if _differs(before.get(s.id), s)],
                removed=[station_id for station_id in before if station_id not in self.stations],
                summary=self.reader.summary(facts, list(self.stations.values()), now),
                zones=self.reader.zones(facts, now) if everything else None,
            )
        )

    def _restate(self) -> None:
        """Playing turns into ending by itself, without any event."""
        now = self.reader.context.clock.now()
        for station in list(self.stations.values()):
            session = station.session
            if station.state == "playing" and session is not None and session.ends_at:
                left = (session.ends_at - now).total_seconds()
                if left <= ENDING_SECONDS:
                    self.stations[station.id] = msgspec.structs.replace(station, state="ending")

    def _publish(self, delta: Delta) -> None:
        if not self.viewers:
            return
        self.revision += 1
        frame = {
            "type": "delta",
            "topic": f"floor:{self.venue_id}",
            "epoch": self.reader.epoch,
            "revision": self.revision,
            "body": delta,
        }
        text = msgspec.json.encode(frame).decode()
        for deliver in tuple(self.viewers):
            deliver(text)


def _differs(before: FloorStation | None, after: FloorStation) -> bool:
    """Whether a viewer would notice; time passing is counted in the browser."""
    if before is None or (before.session is None) != (after.session is None):
        return True
    return _still(before) != _still(after)


def _still(station: FloorStation) -> FloorStation:
    session = station.session
    if session is None or session.ends_at is None:
        return msgspec.structs.replace(station, last_seen_at=None)
    frozen = msgspec.structs.replace(session, remaining_seconds=0.0, total_seconds=0.0)
    return msgspec.structs.replace(station, session=frozen, last_seen_at=None)


@dataclass(slots=True)
class FloorFeeds:
    """The feeds of all venues that somebody watches."""

    reader: FloorReader
    feeds: dict[UUID, FloorFeed] = field(default_factory=dict)
    _tasks: dict[UUID, asyncio.Task[None]] = field(default_factory=dict)

    @contextmanager
    def watching(self, venue_id: UUID, deliver: Deliver) -> Iterator[FloorFeed]:
        """A venue's feed; its deltas go to ``deliver`` while the block runs."""
        feed = self.feeds.get(venue_id)
        if feed is None:
            feed = self.feeds[venue_id] = FloorFeed(self.reader, venue_id)
            self._tasks[venue_id] = asyncio.create_task(feed.run(), name=f"floor-{venue_id}")
        feed.viewers.append(deliver)
        try:
            yield feed
        finally:
            feed.viewers.remove(deliver)
            if not feed.viewers:
                del self.feeds[venue_id]
                self._tasks.pop(venue_id).cancel()

    async def stop(self) -> None:
        """End all feeds."""
        for task in self._tasks.values():
            task.cancel()
