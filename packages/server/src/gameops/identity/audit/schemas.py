"""What the routes about the audit log give."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from gameops.core.actor import ActorKind


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)


class AuditActorOut(Out):
    """Who did it; ``anonymous`` is whoever failed to prove who they are."""

    id: UUID | None
    name: str
    kind: ActorKind


class AuditEntryOut(Out):
    """One thing that was done."""

    id: int
    at: datetime
    actor: AuditActorOut
    action: str
    subject_type: str
    subject_id: str | None
    summary: str
    detail: dict[str, Any]
    ip: str | None
    request_id: str | None
    venue_id: UUID | None
    sealed: bool


Reason = Literal[
    "seal_missing",
    "entry_removed",
    "entry_or_seal_altered",
    "head_missing",
    "head_altered",
    "tail_cut",
    "not_sealed",
]


class FirstBadOut(Out):
    """The first thing that is not as it was written; no entry where it is the chain's end."""

    entry_id: int | None
    reason: Reason


class VerdictOut(Out):
    """What a check of the whole log found."""

    ok: bool
    checked: int
    sealed_through: int
    first_bad: FirstBadOut | None
