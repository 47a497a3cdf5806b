"""Roles and who holds them where; sign-ins and API keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base


class Role(Base):
    """A named set of permissions, of one venue or (``venue_id`` is null) of all."""

    __tablename__ = "identity_role"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID | None]
    built_in: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    permissions: Mapped[list[str]]
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("built_in IS NULL OR venue_id IS NULL", name="built_in"),
        Index("uq_identity_role_built_in", "built_in", unique=True),
        Index(
            "uq_identity_role_name",
            "venue_id",
            func.lower(name),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )


class RoleGrant(Base):
    """One person holds one role in one venue, or everywhere."""

    __tablename__ = "identity_role_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"))
    role_id: Mapped[UUID] = mapped_column(ForeignKey("identity_role.id"))
    venue_id: Mapped[UUID | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_identity_role_grant",
            "user_id",
            "role_id",
            "venue_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "venue_id", "user_id"),
        Index(None, "role_id"),
    )


class Session(Base):
    """One sign-in on one device; it lives while it is refreshed."""

    __tablename__ = "identity_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(40))
    ip: Mapped[str | None] = mapped_column(String(64))
    user_agent: Mapped[str | None] = mapped_column(String(300))

    __table_args__ = (Index(None, "user_id", "created_at"),)

    def is_alive(self, now: datetime) -> bool:
        """Whether it has neither been ended nor run out."""
        return self.ended_at is None and now < self.expires_at


class RefreshToken(Base):
    """Every refresh token of a session, so that the use of an old one is recognised."""

    __tablename__ = "identity_refresh_token"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity_session.id", ondelete="CASCADE"), index=True
    )
    issued_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class ApiKey(Base):
    """A long-lived credential of a person's for programs, narrower than the person."""

    __tablename__ = "identity_api_key"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]]
    allowed_networks: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "user_id", "created_at"),)

    def is_alive(self, now: datetime) -> bool:
        """Whether it has neither been revoked nor run out."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
