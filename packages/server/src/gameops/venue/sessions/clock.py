"""The clock of all sessions: warnings, exact ends, pauses that run out, catch-up after a stop.

It runs in every worker; one of them leads, by an advisory lock, and the others stand by. An end is
recorded at the instant the time was up, whenever it is noticed, so a session that ran out while
nothing was running is billed correctly afterwards. Rows are locked while they are worked on, so a
second leader (after a lost connection, say) could do no harm.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy.exc import IntegrityError

from gameops.core.actor import SYSTEM
from gameops.core.context import Context
from gameops.core.errors import Problem
from gameops.core.leader import Lead, leading
from gameops.venue.events import SessionEndingSoon
from gameops.venue.sessions import clock_store as store
from gameops.venue.sessions.finish import Ending, end_sessions
from gameops.venue.sessions.model import EndReason
from gameops.venue.sessions.service import Sessions
from gameops.venue.stations.commands import expire_commands
from gameops.venue.topics import stations_changed

LEADER_LOCK: Final = 0x67616D65_00000001
BATCH: Final = 500
LONGEST_SLEEP: Final = timedelta(milliseconds=200)
SLOW_ROUND: Final = timedelta(seconds=1)
STUCK_FOR: Final = timedelta(minutes=1)
SHORTEST_SLEEP: Final = 0.01
WARNING_HORIZON: Final = timedelta(hours=1)

ENDED = Counter("gameops_sessions_expired", "Sessions ended because their time was up.")
LAG = Histogram(
    "gameops_session_end_lag_seconds",
    "From the true end of a session to its record.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30, 300),
)
STUCK = Counter("gameops_sessions_stuck", "Sessions that could not be ended and billed.")
LEADER = Gauge("gameops_clock_leader", "1 where this process drives the session clock.")
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class SessionClock:
    """Drives the time of every session."""

    context: Context
    _slow_round_due: datetime | None = field(default=None)
    _stuck: dict[UUID, datetime] = field(default_factory=dict)
    _last: UUID | None = None

    async def run(self) -> None:
        """Wait for the lead, then drive until cancelled or the lead's connection is lost."""
        async with leading(self.context.database, LEADER_LOCK) as lead:
            LEADER.set(1)
            _log.info("session_clock_leads")
            try:
                while True:
                    await self._round(lead)
            finally:
                LEADER.set(0)

    async def _round(self, lead: Lead) -> None:
        """One turn: end what is due, now and then the rest, sleep until the next end."""
        while await self.expire_due():
            pass
        now = self.context.clock.now()
        if self._slow_round_due is None or now >= self._slow_round_due:
            self._slow_round_due = now + SLOW_ROUND
            await lead.check()
            await self.slow_round()
        async with self.context.database.reading() as session:
            upcoming = await store.next_end(session)
        now = self.context.clock.now()
        wait = LONGEST_SLEEP if upcoming is None else min(LONGEST_SLEEP, upcoming - now)
        await asyncio.sleep(max(wait / timedelta(seconds=1), SHORTEST_SLEEP))

    async def slow_round(self) -> None:
        """What needs no more than a second's precision."""
        await self.warn()
        await self.resume_overdue()
        await expire_commands(self.context)

    async def expire_due(self) -> int:
        """End sessions whose time is up, at their true end; how many there were."""
        try:
            return await self._expire(BATCH)
        except (Problem, IntegrityError) as error:
            _log.exception("sessions_not_ended_together", error=type(error).__name__)
        return await self._expire_each()

    async def _expire_each(self) -> int:
        """One session that cannot be billed must not keep the others from ending."""
        ended, now = 0, self.context.clock.now()
        self._stuck = {key: until for key, until in self._stuck.items() if until > now}
        while True:
            try:
                done = await self._expire(1)
            except (Problem, IntegrityError) as error:
                if self._last is None:
                    raise
                _log.exception(
                    "session_not_ended", session_id=str(self._last), error=type(error).__name__
                )
                STUCK.inc()
                self._stuck[self._last] = now + STUCK_FOR
                continue
            ended += done
            if not done:
                return ended

    async def _expire(self, limit: int) -> int:
        async with self.context.unit_of_work() as uow:
            due = await store.lock_due(uow.session, uow.now, limit, but=self._stuck)
            self._last = due[0].id if due else None
            endings = [
                Ending(session=session, at=session.ends_at or uow.now, reason=EndReason.EXPIRED)
                for session in due
            ]
            await end_sessions(uow, SYSTEM, endings)
        recorded = self.context.clock.now()
        for ending in endings:
            LAG.observe((recorded - ending.at) / timedelta(seconds=1))
        ENDED.inc(len(endings))
        return len(endings)

    async def warn(self) -> int:
        """Say once per warning that a session is about to end."""
        async with self.context.unit_of_work() as uow:
            rows = await store.mark_warnings(uow.session, uow.now, uow.now + WARNING_HORIZON)
            for row in rows:
                uow.record(
                    SessionEndingSoon(
                        venue_id=row.venue_id,
                        session_id=row.id,
                        station_id=row.station_id,
                        customer_id=row.customer_id,
                        seconds=row.seconds,
                    )
                )
                stations_changed(uow, row.venue_id, [row.station_id])
        return len(rows)

    async def resume_overdue(self) -> int:
        """Let time run again where a pause has been used up, from that very instant."""
        async with self.context.database.reading() as session:
            overdue = await store.overdue_pauses(session, self.context.clock.now())
        for row in overdue:
            await self._resume(row.id, row.resumes_at)
        return len(overdue)

    async def _resume(self, session_id: UUID, at: datetime) -> None:
        try:
            async with self.context.unit_of_work() as uow:
                await Sessions(uow, SYSTEM).resume(session_id, at=at)
        except Problem as problem:  # somebody was faster
            _log.info("pause_not_resumed", session_id=str(session_id), code=problem.code)
