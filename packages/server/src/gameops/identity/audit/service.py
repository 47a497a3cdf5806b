"""Writing to and reading from the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.core.actor import Actor
from gameops.core.clock import Clock
from gameops.core.db import JsonObject
from gameops.core.errors import Forbidden
from gameops.core.paging import PageRequest, Slice
from gameops.core.uow import UnitOfWork
from gameops.identity.audit import store
from gameops.identity.audit.model import AuditEntry

VIEW: Final = "identity.audit.view"
SEARCH_SPAN: Final = timedelta(days=90)
"""How far back a search for words looks when it is not told: those read every entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One thing that was done, to be logged."""

    actor: Actor
    action: str
    subject_type: str
    subject_id: UUID | str | None
    venue_id: UUID | None
    summary: str = ""
    detail: JsonObject = field(default_factory=dict)


async def record_audit(
    uow: UnitOfWork,
    actor: Actor,
    *,
    action: str,
    subject_type: str,
    subject_id: UUID | str | None,
    venue_id: UUID | None,
    summary: str = "",
    detail: JsonObject | None = None,
) -> None:
    """Log one thing, in the transaction in which it is done."""
    record = AuditRecord(
        actor=actor,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        venue_id=venue_id,
        summary=summary,
        detail=detail or {},
    )
    await record_audits(uow, [record])


async def record_audits(uow: UnitOfWork, entries: Sequence[AuditRecord]) -> None:
    """Log many things; all entries of a unit of work are written in one statement."""
    if entries:
        uow.gather(_write, *(_row(entry) for entry in entries))


async def _write(uow: UnitOfWork, rows: list[store.AuditRow]) -> None:
    await store.add_entries(
        uow.session, rows, at=uow.now, ip=uow.origin.ip, request_id=uow.origin.request_id
    )


def _row(entry: AuditRecord) -> store.AuditRow:
    subject = entry.subject_id
    return store.AuditRow(
        venue_id=entry.venue_id,
        actor_id=entry.actor.id,
        actor_kind=entry.actor.kind,
        actor_name=entry.actor.name[:200],
        action=entry.action,
        subject_type=entry.subject_type,
        subject_id=None if subject is None else str(subject)[:100],
        summary=entry.summary[:500],
        detail=entry.detail,
    )


@dataclass(frozen=True, slots=True)
class AuditLog:
    """Reading the log, as far as the reader may."""

    session: AsyncSession
    clock: Clock

    async def search(
        self, actor: Actor, wanted: store.AuditFilter, page: PageRequest
    ) -> Slice[tuple[AuditEntry, bool]]:
        """Entries of the venues whose log the actor may read."""
        if wanted.venue_id is not None:
            actor.require(VIEW, venue_id=wanted.venue_id)
        venues = actor.venues_with(VIEW)
        if venues is not None and not venues:
            raise Forbidden(permission=VIEW)
        wanted = replace(wanted, venues=venues)
        if wanted.q is not None and wanted.since is None:
            wanted = replace(wanted, since=(wanted.until or self.clock.now()) - SEARCH_SPAN)
        return await store.list_entries(self.session, wanted, page)
