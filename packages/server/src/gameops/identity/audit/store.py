"""The only SQL of the audit log: writing and searching."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.db import JsonObject
from gameops.core.paging import PageRequest, Slice, after, cut
from gameops.identity.audit.model import AuditEntry, AuditSeal

_INSERT: Final = text("""
INSERT INTO identity_audit_entry (at, venue_id, actor_id, actor_kind, actor_name, action,
                                  subject_type, subject_id, summary, detail, ip, request_id)
SELECT :at, r.venue_id, r.actor_id, r.actor_kind, r.actor_name, r.action,
       r.subject_type, r.subject_id, r.summary, r.detail, :ip, :request_id
FROM jsonb_to_recordset(:rows)
     AS r(venue_id uuid, actor_id uuid, actor_kind text, actor_name text, action text,
          subject_type text, subject_id text, summary text, detail jsonb)
""").bindparams(bindparam("rows", type_=JSONB))


class AuditRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry to write."""

    venue_id: UUID | None
    actor_id: UUID | None
    actor_kind: str
    actor_name: str
    action: str
    subject_type: str
    subject_id: str | None
    summary: str
    detail: JsonObject


async def add_entries(
    session: AsyncSession,
    rows: list[AuditRow],
    *,
    at: datetime,
    ip: str | None,
    request_id: str | None,
) -> None:
    """Write entries in one statement, in their order."""
    values = {"rows": rows, "at": at, "ip": ip, "request_id": request_id}
    await session.execute(_INSERT, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What to look for; ``venues`` is ``None`` for whoever may read all of it."""

    venues: frozenset[UUID] | None
    venue_id: UUID | None = None
    actor_id: UUID | None = None
    action: str | None = None
    subject_id: str | None = None
    q: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as SQL."""
        entry = AuditEntry
        equal = {
            entry.venue_id: self.venue_id,
            entry.actor_id: self.actor_id,
            entry.action: self.action,
            entry.subject_id: self.subject_id,
        }
        conditions = [column == value for column, value in equal.items() if value is not None]
        if self.venues is not None:
            conditions.append(entry.venue_id.in_(self.venues))
        if self.since is not None:
            conditions.append(entry.at >= self.since)
        if self.until is not None:
            conditions.append(entry.at < self.until)
        if self.q is not None:
            conditions.append(_mentions(self.q))
        return conditions


def _mentions(words: str) -> ColumnElement[bool]:
    entry = AuditEntry
    return (
        entry.summary.icontains(words, autoescape=True)
        | entry.action.icontains(words, autoescape=True)
        | entry.actor_name.icontains(words, autoescape=True)
    )


async def list_entries(
    session: AsyncSession, wanted: AuditFilter, page: PageRequest
) -> Slice[tuple[AuditEntry, bool]]:
    """Entries, newest first, each with whether it is sealed."""
    sealed = select(AuditSeal.seq).where(AuditSeal.entry_id == AuditEntry.id).exists()
    query: Select[*tuple[Any, ...]] = select(AuditEntry, sealed).where(*wanted.conditions())
    query = after(query, page, keys=[AuditEntry.id], types=[int])
    rows: list[Any] = [tuple(row) for row in await session.execute(query)]
    return cut(rows, page, key=lambda row: [row[0].id])
