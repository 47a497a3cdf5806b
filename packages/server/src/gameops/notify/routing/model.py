"""Where the notices of the house go."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base


class Route(Base):
    """The channels of one topic in one scope."""

    __tablename__ = "notify_route"
    __table_args__ = (
        Index(
            "uq_notify_route_topic",
            "venue_id",
            "topic",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID | None]
    topic: Mapped[str] = mapped_column(String(80))
    channel_ids: Mapped[list[str]]
    changed_at: Mapped[datetime]
