"""The log, the queue of what is not sealed yet, the seals, and the chain's head."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject


class AuditEntry(Base):
    """Who did what to what, when and from where; triggers refuse every change to it."""

    __tablename__ = "identity_audit_entry"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    venue_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(100))
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str | None] = mapped_column(String(100))
    summary: Mapped[str] = mapped_column(String(500))
    detail: Mapped[JsonObject]
    ip: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index(None, "venue_id", "id"),
        Index("ix_identity_audit_entry_actor", "venue_id", "actor_id", "id"),
        Index("ix_identity_audit_entry_action", "venue_id", "action", "id"),
        Index("ix_identity_audit_entry_subject", "venue_id", "subject_id", "id"),
        Index(None, "at", postgresql_using="brin"),
    )


class AuditPending(Base):
    """Entries the worker has still to seal; a trigger writes these, nobody else."""

    __tablename__ = "identity_audit_pending"

    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class AuditSeal(Base):
    """One link of the chain: a keyed hash over the link before it and one entry."""

    __tablename__ = "identity_audit_seal"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("identity_audit_entry.id"), unique=True
    )
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHead(Base):
    """Where the chain ends, signed, so that cutting off its tail is noticed."""

    __tablename__ = "identity_audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
