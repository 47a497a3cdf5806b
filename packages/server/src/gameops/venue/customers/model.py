"""A customer of one venue: an identity's user with a profile there."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base
from gameops.venue.errors import AgeUnknown, CustomerBanned, TooYoung
from gameops.venue.venues.model import Tier, age_on


class Customer(Base):
    """Contact details are a copy of the identity's, kept in step, so that they can be searched."""

    __tablename__ = "venue_customer"
    __table_args__ = (
        Index("uq_venue_customer_user", "venue_id", "user_id", unique=True),
        Index("ix_venue_customer_user_id", "user_id"),
        Index("ix_venue_customer_name", "venue_id", text("lower(display_name)"), "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id"))
    display_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254))
    username: Mapped[str | None] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(String(40))
    date_of_birth: Mapped[date | None] = mapped_column(Date)
    tier: Mapped[str] = mapped_column(String(20), server_default=Tier.BASIC)
    credit_limit_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    banned_until: Mapped[datetime | None]
    ban_reason: Mapped[str | None] = mapped_column(String(300))
    notes: Mapped[str] = mapped_column(String(2000), server_default="")
    visits: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    def require_welcome(self, now: datetime) -> None:
        """Refuse the banned."""
        if self.banned_until is not None and now < self.banned_until:
            raise CustomerBanned(until=self.banned_until, reason=self.ban_reason)


def require_age(birth: date | None, *, minimum: int | None, on: date, confirmed: bool) -> None:
    """Refuse whoever is too young, and whoever's age nobody knows or has confirmed."""
    if minimum is None:
        return
    if birth is None:
        if not confirmed:
            raise AgeUnknown(minimum_age=minimum)
        return
    if age_on(birth, on) < minimum:
        raise TooYoung(minimum_age=minimum)
