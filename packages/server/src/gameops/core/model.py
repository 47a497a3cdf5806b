"""The core's own table."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject


class IdempotentAnswer(Base):
    """The answer once given to a request with an ``Idempotency-Key``; kept for two days."""

    __tablename__ = "core_idempotency"
    __table_args__ = (Index(None, "created_at"),)

    scope: Mapped[str] = mapped_column(String(300), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[JsonObject | None]
    created_at: Mapped[datetime]
