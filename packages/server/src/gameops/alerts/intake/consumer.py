"""The worker's loop: from the inbox to events, then what is due, then what may wait a second."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gameops.alerts.communities.store import room_for
from gameops.alerts.engine import store
from gameops.alerts.engine.apply import Batch
from gameops.alerts.engine.board import Boards
from gameops.alerts.engine.model import Happening, Sighting, Stamp, Watched
from gameops.alerts.intake import inbox
from gameops.alerts.intake.inbox import Entry
from gameops.alerts.intake.parking import refuse_first
from gameops.alerts.intake.reports import Report
from gameops.alerts.rules.firing import fire_due
from gameops.alerts.servers.model import Origin
from gameops.alerts.topics import INBOX
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.ids import new_id

BATCH: Final = 500
BREATH: Final = 0.05
"""Seconds between two batches while reports keep coming: the more are worked off together."""
LONGEST_STRETCH: Final = 0.25
"""Seconds of working reports off before what is due gets its turn."""
IDLE_SECONDS: Final = 0.5
SLOW_ROUND: Final = timedelta(seconds=1)
OLDEST: Final = timedelta(days=400)
"""As long as history is kept."""

REPORTS = Counter("gameops_alerts_reports", "Reports worked on.")
REFUSED = Counter("gameops_alerts_reports_refused", "Reports that could not be worked on.")
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class AlertsLoop:
    """Works reports off in the order of their arrival, whichever worker does it."""

    context: Context
    boards: Boards = field(init=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _slow_round_due: datetime | None = None

    def __post_init__(self) -> None:
        """With the status messages it keeps up to date."""
        self.boards = Boards(self.context)

    async def run(self) -> None:
        """Drive until cancelled; what has its time is looked at however many reports come in."""

        def wake(_topic: str, _body: JsonObject) -> None:
            self._wake.set()

        with self.context.hub.listening(INBOX, wake), self.boards.listening():
            while True:
                self._wake.clear()
                if await self.round():
                    await asyncio.sleep(BREATH)
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS):
                        await self._wake.wait()

    async def round(self) -> bool:
        """What waits, for a moment, then what is due; whether more is waiting."""
        loop = asyncio.get_running_loop()
        until = loop.time() + LONGEST_STRETCH
        taken = BATCH
        while taken >= BATCH and loop.time() < until:
            taken = await self.work_off()
        await self._what_is_due()
        return taken > 0

    async def _what_is_due(self) -> None:
        now = self.context.clock.now()
        if self._slow_round_due is not None and now < self._slow_round_due:
            return
        self._slow_round_due = now + SLOW_ROUND
        while await self._fire_due():
            pass
        await self.settle()
        await self.boards.refresh()

    async def work_off(self) -> int:
        """A batch of reports; how many there were."""
        try:
            return await self._work_off(BATCH)
        except Exception as error:
            if _is_away(error):
                raise
            _log.exception("reports_not_worked_off_together", error=type(error).__name__)
        return await self._each()

    async def _each(self) -> int:
        """One report that cannot be worked on must not keep the others waiting."""
        done = 0
        while done < BATCH:
            try:
                taken = await self._work_off(1)
            except Exception as error:
                if _is_away(error):
                    raise
                _log.exception("report_refused", error=type(error).__name__)
                REFUSED.inc()
                async with self.context.unit_of_work() as uow:
                    taken = await refuse_first(uow.session, error=type(error).__name__)
            done += taken
            if not taken:
                break
        return done

    async def _work_off(self, most: int) -> int:
        async with self.context.unit_of_work() as uow:
            entries = await inbox.take(uow.session, most)
            if not entries:
                return 0
            batch = Batch(uow)
            await take_in(batch, entries)
            await batch.write()
        REPORTS.inc(len(entries))
        return len(entries)

    async def _fire_due(self) -> int:
        async with self.context.unit_of_work() as uow:
            return await fire_due(uow)

    async def settle(self) -> None:
        """Flapping servers that have kept still."""
        async with self.context.unit_of_work() as uow:
            batch = Batch(uow)
            for server in await store.lock_flapping(uow.session):
                batch.apply(server, lambda s: s.settle(uow.now), uow.now)
            await batch.write()


def _is_away(error: Exception) -> bool:
    """Whether the database is what is wrong, and not what was to be written."""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", None) or "")
        return error.connection_invalidated or state[:2] in {"08", "53", "57", "40"}
    return isinstance(error, OSError | PoolTimeout)


async def take_in(batch: Batch, entries: Sequence[Entry]) -> None:
    """Let reports happen to the servers they are about; make those that nobody knew."""
    wanted = {(entry.community_id, entry.report.key) for entry in entries}
    session = batch.uow.session
    known = await store.lock_by_key(session, sorted(wanted))
    unknown = {community_id for community_id, key in wanted - known.keys()}
    room = dict(await room_for(session, unknown)) if unknown else {}
    for entry in entries:
        report, place = entry.report, (entry.community_id, entry.report.key)
        server = known.get(place)
        if server is None:
            if report.status == "deleted" or room.get(entry.community_id, 0) <= 0:
                REFUSED.inc(report.status != "deleted")
                continue
            room[entry.community_id] -= 1
            server = known[place] = new_server(entry)
            batch.add(server)
        if server.origin == Origin.POLLED:  # we see for ourselves how it is
            REFUSED.inc()
            continue
        at = when(entry)
        batch.apply(server, partial(happen, report=report, at=at), at)


def when(entry: Entry) -> datetime:
    """When it happened: as the report says, unless that is in the future or too long ago."""
    said = entry.report.occurred_at
    if said is None or said > entry.at or entry.at - said > OLDEST:
        return entry.at
    return said


def happen(server: Watched, *, report: Report, at: datetime) -> list[Happening]:
    """What a report does to its server."""
    stamp = Stamp(report.sequence, report.occurred_at)
    if report.status == "deleted":
        return server.delete(at, stamp)
    if report.status == "offline":
        return server.fall(at, stamp)
    return server.see(
        Sighting(
            at=at,
            players=report.players,
            bots=report.bots,
            max_players=report.max_players,
            name=report.name,
            game=report.game,
            region=report.region,
            map=report.map,
            url=report.url,
            tags=report.tags,
            stamp=stamp,
        )
    )


def new_server(entry: Entry) -> Watched:
    """The server that a first report is about."""
    report = entry.report
    server_id: UUID = new_id()
    return Watched(
        id=server_id,
        community_id=entry.community_id,
        key=report.key,
        origin=Origin.REPORTED,
        name=report.name or report.key[:80],
        created_at=entry.at,
    )
