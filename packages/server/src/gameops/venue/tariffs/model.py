"""Tariffs and packages."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject
from gameops.venue.tariffs.pricing import Window
from gameops.venue.venues.model import Venue


class Tariff(Base):
    """What time costs in some zones, on some kinds of station; the prices are its versions'."""

    __tablename__ = "venue_tariff"
    __table_args__ = (Index(None, "venue_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"))
    name: Mapped[str] = mapped_column(String(60))
    zone_ids: Mapped[list[str]]
    """Empty: every zone that no other tariff names."""
    kinds: Mapped[list[str]]
    """Empty: every kind of station that no other tariff names."""
    archived: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class TariffVersion(Base):
    """The rules of a tariff from an instant on. Never changed: sessions refer to it."""

    __tablename__ = "venue_tariff_version"
    __table_args__ = (Index("uq_venue_tariff_version_number", "tariff_id", "version", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tariff_id: Mapped[UUID] = mapped_column(ForeignKey("venue_tariff.id"))
    version: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[datetime]
    rules: Mapped[JsonObject]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]


class Package(Base):
    """A bundle of time sold at a fixed price."""

    __tablename__ = "venue_package"
    __table_args__ = (Index(None, "venue_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"))
    name: Mapped[str] = mapped_column(String(60))
    seconds: Mapped[int] = mapped_column(Integer)
    price_minor: Mapped[int] = mapped_column(BigInteger)
    zone_ids: Mapped[list[str]]
    valid_days: Mapped[int] = mapped_column(SmallInteger)
    windows: Mapped[list[JsonObject]]
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class Grant(Base):
    """A package somebody bought; what remains of it, to the microsecond."""

    __tablename__ = "venue_grant"
    __table_args__ = (
        Index(None, "venue_id", "customer_id"),
        Index("ix_venue_grant_expires", "expires_at", postgresql_where=text("left_us > 0")),
        CheckConstraint("left_us >= 0 AND left_us <= seconds * 1000000::bigint", "left"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("venue_customer.id"))
    package_id: Mapped[UUID] = mapped_column(ForeignKey("venue_package.id"))
    payment_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(60))
    seconds: Mapped[int] = mapped_column(Integer)
    left_us: Mapped[int] = mapped_column(BigInteger)
    price_minor: Mapped[int] = mapped_column(BigInteger)
    left_minor: Mapped[int] = mapped_column(BigInteger)
    """The part of the price that is not earned yet."""
    zone_ids: Mapped[list[str]]
    windows: Mapped[list[JsonObject]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    voided: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))

    @property
    def left(self) -> timedelta:
        """The time that remains."""
        return timedelta(microseconds=self.left_us)

    def covers(self, zone_id: UUID) -> bool:
        """Whether it is good in a zone."""
        return not self.zone_ids or str(zone_id) in self.zone_ids

    def usable_until(self, at: datetime, venue: Venue) -> datetime | None:
        """Until when it may be used from ``at`` on; ``None`` when it may not at all."""
        if self.voided or not self.left_us or at >= self.expires_at:
            return None
        windows = [Window.model_validate(item) for item in self.windows]
        closings = [window.closing(at, venue.tz) for window in windows]
        open_until = [closing for closing in closings if closing is not None]
        if windows and not open_until:
            return None
        return min([self.expires_at, at + self.left, *([max(open_until)] if windows else [])])

    def value_of(self, part: timedelta) -> int:
        """The price of a part of what is left, rounded down; all of it for all of it."""
        if part >= self.left:
            return self.left_minor
        return self.left_minor * (part // timedelta(microseconds=1)) // self.left_us


class Voucher(Base):
    """Minutes sold as a code, to be used once at a station's sign-in."""

    __tablename__ = "venue_voucher"
    __table_args__ = (
        Index("uq_venue_voucher_code", "code_digest", unique=True),
        Index("ix_venue_voucher_open", "expires_at", postgresql_where=text("used_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"))
    code_digest: Mapped[bytes]
    zone_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue_zone.id"))
    minutes: Mapped[int] = mapped_column(SmallInteger)
    price_minor: Mapped[int] = mapped_column(BigInteger)
    payment_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    session_id: Mapped[UUID | None]
