"""The inbox: a report is safe before it is acknowledged, and many share one commit."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.intake import reports
from gameops.alerts.intake.keys import Directory
from gameops.alerts.intake.reports import Report
from gameops.alerts.topics import INBOX
from gameops.core.context import Context
from gameops.core.errors import Unavailable

MOST_WAITING: Final = 20_000
"""Reports that wait in this process for their turn to be stored."""
MOST_STORED: Final = 200_000
"""Reports that are stored and wait for a worker."""
LOOK_EVERY: Final = 1.0
"""Seconds between two looks at how many that are."""
AT_ONCE: Final = 2_000
WRITERS: Final = 3
"""Groups on their way to the disk at the same time."""
TELL_SECONDS: Final = 0.01

_INSERT = text("""
INSERT INTO alerts_inbox (community_id, at, body)
SELECT * FROM unnest(
    CAST(:communities AS uuid[]), CAST(:instants AS timestamptz[]), CAST(:bodies AS jsonb[]))
""")
_TAKE = text("""
WITH taken AS (
    DELETE FROM alerts_inbox
    WHERE id IN (SELECT id FROM alerts_inbox ORDER BY id LIMIT :most) RETURNING *
)
SELECT id, community_id, at, body FROM taken ORDER BY id
""")
_DEPTH = text("SELECT coalesce(max(id) - min(id) + 1, 0) FROM alerts_inbox")
_USED = text("""
UPDATE alerts_source SET last_used_at = :now WHERE id IN (
    SELECT id FROM alerts_source WHERE id = ANY(:ids) ORDER BY id FOR UPDATE SKIP LOCKED)
""")
_LEAD = text("SELECT pg_try_advisory_xact_lock(:key)")
ONE_READER: Final = 0x67616D65_00000003


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A report and where it belongs."""

    community_id: UUID
    at: datetime
    report: Report
    source_id: UUID | None = None
    """Whose key it came with."""


Put = tuple[Sequence[Entry], asyncio.Future[None]]


@dataclass(slots=True)
class Inbox:
    """Writes what arrives in groups: whoever comes while one commits goes with the next."""

    context: Context
    most_waiting: int = MOST_WAITING
    most_stored: int = MOST_STORED
    _waiting: deque[Put] = field(default_factory=deque)
    _reports: int = 0
    """How many wait in this process."""
    _full: bool = False
    _look_again: float = 0.0
    _writers: set[asyncio.Task[None]] = field(default_factory=set)
    _telling: bool = False

    async def put(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are stored; :class:`Unavailable` when they cannot be."""
        loop = asyncio.get_running_loop()
        if self._reports + len(entries) > self.most_waiting:
            raise Unavailable
        if self._full and loop.time() < self._look_again:
            raise Unavailable
        stored: asyncio.Future[None] = loop.create_future()
        self._waiting.append((entries, stored))
        self._reports += len(entries)
        if len(self._writers) < WRITERS:
            writer = asyncio.create_task(self._write(), name="alerts-inbox")
            self._writers.add(writer)
            writer.add_done_callback(self._writers.discard)
        await stored

    async def _write(self) -> None:
        while self._waiting:
            group = self._next_group()
            try:
                await self._store([entry for part, _ in group for entry in part])
            except Exception as error:  # noqa: BLE001 -- told to those who wait, not lost
                for _, stored in group:
                    if not stored.done():
                        stored.set_exception(error)
            else:
                for _, stored in group:
                    if not stored.done():
                        stored.set_result(None)

    def _next_group(self) -> list[Put]:
        """Those who have waited longest, so many that their reports make one statement."""
        group: list[Put] = []
        size = 0
        while self._waiting and (not group or size + len(self._waiting[0][0]) <= AT_ONCE):
            group.append(self._waiting.popleft())
            size += len(group[-1][0])
        self._reports -= size
        return group

    async def _store(self, entries: Sequence[Entry]) -> None:
        database = self.context.database
        await self._check_room()
        values = {
            "communities": [entry.community_id for entry in entries],
            "instants": [entry.at for entry in entries],
            "bodies": [reports.encode(entry.report) for entry in entries],
        }
        await database.execute_alone(_INSERT, values)
        self._tell()
        now = self.context.clock.now()
        used = {entry.source_id for entry in entries if entry.source_id is not None}
        if noted := self.context.part(Directory).newly_used(used, now):
            with suppress(SQLAlchemyError, OSError):  # the reports are stored: that is what counts
                await database.execute_alone(_USED, {"ids": noted, "now": now})

    def _tell(self) -> None:
        """Wake the workers, once for whatever is stored within a moment."""
        if not self._telling:
            self._telling = True
            asyncio.get_running_loop().call_later(TELL_SECONDS, self._told)

    def _told(self) -> None:
        self._telling = False
        self.context.hub.publish(INBOX, {})

    async def _check_room(self) -> None:
        """Now and then, whether the workers keep up; while they do not, nothing more is taken."""
        now = asyncio.get_running_loop().time()
        if now >= self._look_again:
            self._look_again = now + LOOK_EVERY
            (row,) = await self.context.database.execute_alone(_DEPTH, {})
            self._full = row[0] >= self.most_stored
        if self._full:
            raise Unavailable


async def take(session: AsyncSession, most: int) -> list[Entry] | None:
    """The oldest entries, removed; ``None`` while another worker is at it."""
    if not await session.scalar(_LEAD, {"key": ONE_READER}):
        return None
    rows = (await session.execute(_TAKE, {"most": most})).all()
    return [
        Entry(community_id=row.community_id, at=row.at, report=reports.decode(row.body))
        for row in rows
    ]
