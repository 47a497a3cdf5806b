"""The inbox: a report is safe before it is acknowledged, and many share one commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.alerts.intake import reports
from gameops.alerts.intake.reports import Report
from gameops.alerts.topics import INBOX
from gameops.core.context import Context
from gameops.core.errors import Unavailable

MOST_WAITING: Final = 20_000
AT_ONCE: Final = 2_000

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
_LEAD = text("SELECT pg_try_advisory_xact_lock(:key)")
ONE_READER: Final = 0x67616D65_00000003


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A report and where it belongs."""

    community_id: UUID
    at: datetime
    report: Report


@dataclass(slots=True)
class Inbox:
    """Writes what arrives in groups: whoever comes while one commits goes with the next."""

    context: Context
    _waiting: list[tuple[Sequence[Entry], asyncio.Future[None]]] = field(default_factory=list)
    _writer: asyncio.Task[None] | None = None

    async def put(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are stored; :class:`Unavailable` when they cannot be."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((entries, stored))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write(), name="alerts-inbox")
        await stored

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            try:
                async with self.context.unit_of_work() as uow:
                    await insert(uow.session, [entry for part, _ in group for entry in part])
                    uow.notify(INBOX, {})
            except Exception as error:  # noqa: BLE001 -- told to those who wait, not lost
                for _, stored in group:
                    if not stored.done():
                        stored.set_exception(error)
            else:
                for _, stored in group:
                    if not stored.done():
                        stored.set_result(None)


async def insert(session: AsyncSession, entries: Sequence[Entry]) -> None:
    """Add to the queue."""
    values = {
        "communities": [entry.community_id for entry in entries],
        "instants": [entry.at for entry in entries],
        "bodies": [reports.encode(entry.report) for entry in entries],
    }
    await session.execute(_INSERT, values)


async def take(session: AsyncSession, most: int) -> list[Entry] | None:
    """The oldest entries, removed; ``None`` while another worker is at it."""
    if not await session.scalar(_LEAD, {"key": ONE_READER}):
        return None
    rows = (await session.execute(_TAKE, {"most": most})).all()
    return [
        Entry(community_id=row.community_id, at=row.at, report=reports.decode(row.body))
        for row in rows
    ]
