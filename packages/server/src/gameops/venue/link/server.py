"""All station links of this process: who is connected, what each is to be told.

A link's frames leave through a bounded outbox written by a task that exists only while there is
something to write, so that thousands of idle agents cost little. An agent that does not read is
disconnected; it will come back and be told everything anew.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import structlog

from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.jobs import keep_running
from gameops.core.metrics import WEBSOCKETS
from gameops.venue.errors import CredentialRevoked
from gameops.venue.link.desired import desired_of
from gameops.venue.stations import store
from gameops.venue.stations.model import SEEN_EVERY
from gameops.venue.topics import (
    COMMAND,
    CREDENTIAL_REVOKED,
    STATIONS_CHANGED,
    TELEMETRY,
    presence_changed,
)
from gameops_protocol import Command, CommandKind, FromServer, Goodbye, Heartbeat, Hello, encode

OUTBOX: Final = 64
CLOSE_SECONDS: Final = 2.0
GATHER_SECONDS: Final = 0.003
"""Changes that come together are read from the database together."""
PRESENCE_SECONDS: Final = 0.2
TELEMETRY_SECONDS: Final = 2.0
BATCH: Final = 1_000
_log = structlog.get_logger(__name__)

Write = Callable[[str], Coroutine[Any, Any, None]]
Close = Callable[[int], Coroutine[Any, Any, None]]


@dataclass(slots=True, eq=False)
class Link:
    """One agent's connection."""

    id: UUID
    station_id: UUID
    venue_id: UUID
    write: Write
    close: Close
    told_revision: int = -1
    outbox: deque[str] | None = None
    writer: asyncio.Task[None] | None = None
    conversation: asyncio.Task[None] | None = None
    closing: asyncio.Task[None] | None = None
    """Set once it has been hung up: nothing more is said then."""

    def send(self, frame: FromServer) -> None:
        """Queue a frame; a full outbox ends the link."""
        if self.closing is not None:
            return
        if self.outbox is None:
            self.outbox = deque()
        if len(self.outbox) >= OUTBOX:
            self.hang_up(1013)
            return
        self.outbox.append(encode(frame).decode())
        if self.writer is None:
            self.writer = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self.outbox:
                await self.write(self.outbox.popleft())
        except Exception as error:  # noqa: BLE001 -- the socket is gone; its reader ends the link
            _log.debug("link_write_failed", error=type(error).__name__)
        finally:
            self.writer = self.outbox = None

    def hang_up(self, code: int) -> None:
        """Close the connection, without waiting for the peer."""
        if self.closing is not None:
            return
        if self.writer is not None:
            self.writer.cancel()
        self.closing = asyncio.create_task(self._close_in_time(code))

    async def _close_in_time(self, code: int) -> None:
        """A peer that does not even read the goodbye is left to its timeout."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.close(code)
        except TimeoutError:
            if self.conversation is not None:
                self.conversation.cancel()

    async def flush(self) -> None:
        """Wait until what was queued has been written, but not for long."""
        if self.writer is not None:
            await asyncio.wait([self.writer], timeout=CLOSE_SECONDS)


@dataclass(slots=True)
class LinkServer:
    """The links of this process and the tasks that serve them."""

    context: Context
    links: dict[UUID, Link] = field(default_factory=dict)
    _stale: set[UUID] = field(default_factory=set)
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _presence: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    _telemetry: dict[UUID, dict[str, list[Any]]] = field(default_factory=dict)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear of changes while the block runs."""
        with ExitStack() as stack:
            for topic, listener in (
                (STATIONS_CHANGED, self._on_changed),
                (COMMAND, self._on_command),
                (CREDENTIAL_REVOKED, self._on_revoked),
            ):
                stack.enter_context(self.context.hub.listening(topic, listener))
            yield

    async def run(self) -> None:
        """Serve the links until cancelled."""
        with self.listening():
            async with asyncio.TaskGroup() as group:
                for name, loop in (
                    ("desired", self._tell_forever),
                    ("presence", self._presence_forever),
                    ("telemetry", self._telemetry_forever),
                ):
                    group.create_task(keep_running(f"link-{name}", loop))

    async def shut_down(self) -> None:
        """Say goodbye to everybody: they will reconnect."""
        for link in list(self.links.values()):
            link.hang_up(1012)
        await asyncio.sleep(0)

    # --- links come and go -------------------------------------------------------------------

    def opened(self, link: Link, hello: Hello) -> None:
        """An agent has introduced itself; an older link of the same station ends."""
        older = self.links.get(link.station_id)
        if older is not None:
            older.hang_up(4409)
        else:
            WEBSOCKETS.labels("agent").inc()
        self.links[link.station_id] = link
        self._presence[link.station_id] = {
            "station_id": link.station_id,
            "link_id": link.id,
            "connected": True,
            "version": _storable(hello.agent_version, 40),
            "hostname": _storable(hello.hostname, 80),
            "os": _storable(hello.os, 80),
            "venue_id": link.venue_id,
        }

    def closed(self, link: Link) -> None:
        """A link has ended."""
        if self.links.get(link.station_id) is not link:
            return
        del self.links[link.station_id]
        WEBSOCKETS.labels("agent").dec()
        self._presence[link.station_id] = {
            "station_id": link.station_id,
            "link_id": link.id,
            "connected": False,
            "venue_id": link.venue_id,
        }

    def heard(self, link: Link, beat: Heartbeat) -> None:
        """Keep a station's vital signs; tell it again what it has missed."""
        metrics, observed = beat.metrics, beat.observed
        self._telemetry.setdefault(link.venue_id, {})[str(link.station_id)] = [
            round(metrics.cpu_percent, 1),
            round(metrics.memory_percent, 1),
            metrics.foreground[:120],
            observed.lock.value,
        ]
        if observed.revision < link.told_revision:
            self.refresh([link.station_id])

    # --- hub -----------------------------------------------------------------------------------

    def _on_changed(self, _topic: str, body: JsonObject) -> None:
        self.refresh([UUID(text) for text in body["station_ids"]])

    def refresh(self, station_ids: list[UUID]) -> None:
        """Tell these stations, if connected here, what they should be."""
        mine = [station_id for station_id in station_ids if station_id in self.links]
        if mine:
            self._stale.update(mine)
            self._stirred.set()

    def _on_command(self, _topic: str, body: JsonObject) -> None:
        link = self.links.get(UUID(body["station_id"]))
        if link is not None:
            link.send(
                Command(
                    id=body["id"],
                    kind=CommandKind(body["kind"]),
                    deadline=body["deadline"],
                    text=body["text"],
                )
            )

    def _on_revoked(self, _topic: str, body: JsonObject) -> None:
        link = self.links.get(UUID(body["station_id"]))
        if link is not None:
            link.send(Goodbye(code=CredentialRevoked.code, final=True))
            link.closing = asyncio.create_task(_after(link))

    # --- background ----------------------------------------------------------------------------

    async def _tell_forever(self) -> None:
        while True:
            await self._stirred.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._stirred.clear()
            stale, self._stale = list(self._stale), set()
            for start in range(0, len(stale), BATCH):
                await self._tell(stale[start : start + BATCH])

    async def _tell(self, station_ids: list[UUID]) -> None:
        try:
            async with self.context.database.reading() as session:
                rows = await store.desired_rows(session, station_ids)
        except BaseException:
            self._stale.update(station_ids)
            self._stirred.set()
            raise
        now = self.context.clock.now()
        for row in rows:
            link = self.links.get(row.id)
            if link is not None:
                link.told_revision = row.revision
                link.send(desired_of(row, now))

    async def _presence_forever(self) -> None:
        """Write who came and went at once, and a share of those who stay in every round."""
        rounds = SEEN_EVERY.total_seconds() / PRESENCE_SECONDS
        waiting: deque[UUID] = deque()
        while True:
            await asyncio.sleep(PRESENCE_SECONDS)
            waiting = waiting or deque(self.links)
            for _ in range(min(len(waiting), math.ceil(len(self.links) / rounds))):
                link = self.links.get(waiting.popleft())
                if link is not None:
                    self._presence.setdefault(link.station_id, _still_here(link))
            if self._presence:
                await self._flush_presence()

    async def _flush_presence(self) -> None:
        rows, self._presence = self._presence, {}
        try:
            async with self.context.unit_of_work() as uow:
                changes = [_row(row) for row in rows.values()]
                await store.note_presence(uow.session, changes, uow.now)
                for venue_id in {row["venue_id"] for row in rows.values()}:
                    ids = [
                        station_id
                        for station_id, row in rows.items()
                        if row["venue_id"] == venue_id and not row.get("routine")
                    ]
                    presence_changed(uow, venue_id, ids)
        except BaseException:
            self._presence = rows | self._presence
            raise

    async def _telemetry_forever(self) -> None:
        while True:
            await asyncio.sleep(TELEMETRY_SECONDS)
            told, self._telemetry = self._telemetry, {}
            for venue_id, stations in told.items():
                pairs = list(stations.items())
                for start in range(0, len(pairs), 50):
                    body = {
                        "venue_id": str(venue_id),
                        "stations": dict(pairs[start : start + 50]),
                    }
                    self.context.hub.publish(TELEMETRY, body)


def _still_here(link: Link) -> dict[str, Any]:
    return {
        "station_id": link.station_id,
        "link_id": link.id,
        "connected": True,
        "venue_id": link.venue_id,
        "routine": True,
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"venue_id", "routine"}}


async def _after(link: Link) -> None:
    await link.flush()
    await link.close(4401)


def _storable(text: str, longest: int) -> str:
    return text.replace("\x00", "")[:longest]
