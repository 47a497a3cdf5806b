"""A venue and its rules: when it is open, who may play when, how pauses and refunds work."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from sqlalchemy import ForeignKey, Index, Integer, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from gameops.core.db import Base, JsonObject

DAY = timedelta(days=1)


class Tier(StrEnum):
    """Membership tiers; each venue names and discounts them as it likes."""

    BASIC = "basic"
    PREMIUM = "premium"
    VIP = "vip"


class RefundPolicy(StrEnum):
    """What becomes of unused prepaid time when a session ends early."""

    NONE = "none"
    WALLET = "wallet"
    ORIGINAL = "original"


class Rule(BaseModel):
    """Base of rules kept as JSON: immutable, nothing unknown accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _without_offset(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("a local time has no offset")
    return value


LocalTime = Annotated[time, AfterValidator(_without_offset)]
"""A time of day on the venue's own clocks."""


class OpeningHours(Rule):
    """One weekday's hours; a closing time at or before the opening one is after midnight."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    opens: LocalTime
    closes: LocalTime


class TopupBonus(Rule):
    """From this amount on, a top-up earns this bonus (hundredths of a percent)."""

    from_minor: Annotated[int, Field(ge=1, le=100_000_000)]
    bonus_bp: Annotated[int, Field(ge=0, le=10_000)]


class CurfewRule(Rule):
    """Customers younger than ``under_age`` may not play between these local times."""

    under_age: Annotated[int, Field(ge=1, le=30)]
    start: Annotated[LocalTime, Field(alias="from")]
    end: Annotated[LocalTime, Field(alias="to")]


class Policy(Rule):
    """How a venue runs its sessions. Every value has a sensible default."""

    pause_allowed: bool = True
    pause_max_seconds: Annotated[int, Field(ge=0, le=86_400)] = 1_800
    refund: RefundPolicy = RefundPolicy.WALLET
    refund_minimum_seconds: Annotated[int, Field(ge=0, le=86_400)] = 300
    """No refund when less than this remains."""
    credit_outages: bool = True
    """Time lost to a dead station is given back."""
    warn_seconds: Annotated[tuple[int, ...], Field(max_length=5)] = (300, 60)
    spend_bonus_first: bool = True
    guest_postpaid_limit_minor: Annotated[int, Field(ge=0, le=100_000_000)] = 5_000
    self_service: bool = True
    topup_bonus: Annotated[tuple[TopupBonus, ...], Field(max_length=10)] = ()
    curfew: Annotated[tuple[CurfewRule, ...], Field(max_length=10)] = ()
    minimum_age: Annotated[int, Field(ge=1, le=30)] | None = None

    @field_validator("warn_seconds")
    @classmethod
    def _longest_first(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(not 5 <= seconds <= 3_600 for seconds in value):  # noqa: PLR2004 -- bounds
            raise ValueError("warnings come 5 to 3600 seconds before the end")
        return tuple(sorted(set(value), reverse=True))

    def bonus_for(self, amount_minor: int) -> int:
        """The bonus that a top-up earns: the best rule it reaches, rounded down."""
        reached = [rule for rule in self.topup_bonus if amount_minor >= rule.from_minor]
        best = max((rule.bonus_bp for rule in reached), default=0)
        return amount_minor * best // 10_000


class Area(Rule):
    """A rectangle on the floor's map; the map is 100 wide and 60 high."""

    x: Annotated[float, Field(ge=0, le=100)]
    y: Annotated[float, Field(ge=0, le=60)]
    w: Annotated[float, Field(gt=0, le=100)]
    h: Annotated[float, Field(gt=0, le=60)]

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if self.x + self.w > 100.001 or self.y + self.h > 60.001:  # noqa: PLR2004 -- the map
            raise ValueError("the area reaches beyond the map")
        return self


class Venue(Base):
    """One place with stations, its own money and its own clock."""

    __tablename__ = "venue_venue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    timezone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    locale: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(300), server_default="")
    phone: Mapped[str] = mapped_column(String(40), server_default="")
    tax_rate_bp: Mapped[int] = mapped_column(Integer, server_default="0")
    tax_name: Mapped[str] = mapped_column(String(40), server_default="")
    opening_hours: Mapped[list[JsonObject]]
    policy: Mapped[JsonObject]
    created_at: Mapped[datetime]

    @cached_property
    def tz(self) -> ZoneInfo:
        """The venue's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def rules(self) -> Policy:
        """The policy, typed."""
        return Policy.model_validate(self.policy)

    def is_open(self, at: datetime) -> bool:
        """Whether the venue is open; without hours it always is."""
        if not self.opening_hours:
            return True
        hours = [OpeningHours.model_validate(item) for item in self.opening_hours]
        local = at.astimezone(self.tz)
        days = (local.date() - DAY, local.date())
        return any(
            start <= at < end
            for day in days
            for rule in hours
            if rule.weekday == day.weekday()
            for start, end in [window(day, rule.opens, rule.closes, self.tz)]
        )


class Zone(Base):
    """A part of the floor with its own prices and, maybe, an age limit."""

    __tablename__ = "venue_zone"
    __table_args__ = (Index("uq_venue_zone_name", "venue_id", text("lower(name)"), unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"))
    name: Mapped[str] = mapped_column(String(60))
    color: Mapped[str] = mapped_column(String(9), server_default="#5b8cff")
    sort: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    minimum_age: Mapped[int | None] = mapped_column(SmallInteger)
    area: Mapped[JsonObject | None]


class TierSettings(Base):
    """How a venue names and rewards one tier."""

    __tablename__ = "venue_tier"

    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    discount_bp: Mapped[int] = mapped_column(Integer, server_default="0")
    perks: Mapped[list[str]]
    color: Mapped[str] = mapped_column(String(9))


# --- rules -----------------------------------------------------------------------------------


def window(day: date, start: time, end: time, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants of a local time window that begins on ``day``.

    It ends on the next day when ``end`` is at or before ``start``. A local time that the clocks
    skip counts as the instant after the gap; one that they repeat counts as the first.
    """
    last = day if end > start else day + DAY
    begins = instant(day, start, tz)
    return begins, max(begins, instant(last, end, tz))  # a window inside the gap is empty


def instant(day: date, at: time, tz: ZoneInfo) -> datetime:
    """A local date and time as an instant in UTC."""
    return datetime.combine(day, at, tzinfo=tz).astimezone(UTC)


def age_on(birth: date, day: date) -> int:
    """Whole years of age; somebody born on 29 February turns older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def curfew_from(policy: Policy, birth: date | None, at: datetime, tz: ZoneInfo) -> datetime | None:
    """When this customer must stop at the latest: ``at`` itself inside a curfew, or ``None``."""
    if birth is None:
        return None
    today = at.astimezone(tz).date()
    starts = [
        max(start, at)
        for rule in policy.curfew
        for day in (today - DAY, today, today + DAY)
        for start, end in [window(day, rule.start, rule.end, tz)]
        if end > at and age_on(birth, day) < rule.under_age
    ]
    return min(starts, default=None)


Weekday = Literal[0, 1, 2, 3, 4, 5, 6]
