"""Reading and checking the audit log."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from gameops.core.errors import Forbidden, NotFound
from gameops.core.paging import Page
from gameops.core.ratelimit import Rule
from gameops.core.web import Ctx, CurrentActor, Paging, limited, problems
from gameops.identity.accounts.routes import SIGNED_IN
from gameops.identity.audit import verification
from gameops.identity.audit.model import AuditEntry
from gameops.identity.audit.schemas import AuditActorOut, AuditEntryOut, VerdictOut
from gameops.identity.audit.service import VIEW, AuditLog
from gameops.identity.audit.store import AuditFilter
from gameops.identity.fields import Instant, Words

router = APIRouter(prefix="/audit", tags=["identity"])


async def audit_filter(
    venue_id: UUID | None = None,
    actor_id: UUID | None = None,
    action: Annotated[Words | None, Query()] = None,
    subject_id: Annotated[Words | None, Query()] = None,
    q: Annotated[
        Words | None, Query(description="Words; without `from`, the last 90 days are searched.")
    ] = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
) -> AuditFilter:
    """``?venue_id=&actor_id=&action=&subject_id=&q=&from=&to=``."""
    return AuditFilter(
        venues=None,
        venue_id=venue_id,
        actor_id=actor_id,
        action=action,
        subject_id=subject_id,
        q=q,
        since=since,
        until=until,
    )


@router.get("", summary="Search the audit log", responses=problems(*SIGNED_IN, Forbidden, NotFound))
async def list_entries(
    wanted: Annotated[AuditFilter, Depends(audit_filter)],
    page: Paging,
    actor: CurrentActor,
    context: Ctx,
) -> Page[AuditEntryOut]:
    """Entries of the venues whose log one may read, newest first."""
    async with context.database.reading() as session:
        found = await AuditLog(session, context.clock).search(actor, wanted, page)
    items = [_entry_out(entry, sealed=sealed) for entry, sealed in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@router.get(
    "/verify",
    summary="Check the whole audit log",
    dependencies=[limited(Rule("identity.audit_verify", "10/minute"))],
    responses=problems(*SIGNED_IN, Forbidden),
)
async def verify(actor: CurrentActor, context: Ctx) -> VerdictOut:
    """Follow the chain of seals from the first entry to the last."""
    actor.require(VIEW, venue_id=None)
    return VerdictOut.model_validate(await verification.verify(context))


def _entry_out(entry: AuditEntry, *, sealed: bool) -> AuditEntryOut:
    plain = AuditEntryOut.model_fields.keys() - {"actor", "sealed"}
    actor = AuditActorOut(id=entry.actor_id, name=entry.actor_name, kind=entry.actor_kind)
    return AuditEntryOut(
        **{name: getattr(entry, name) for name in plain}, actor=actor, sealed=sealed
    )
