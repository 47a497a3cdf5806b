"""A session and its segments, and the pure rules of how its time runs and what it costs.

A session is planned (``ends_at``) by what pays for it, its *budget*:

- prepaid: minutes bought in advance; a move converts what they are worth;
- package: minutes of a grant;
- payg (pay as you go): value set aside from the wallet; unused value always goes back;
- postpaid: a credit limit; what was played becomes a debt.

What really happened stands in the segments. They are opened and closed, never changed, and the
price is computed from them alone.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from gameops.billing.api import Funds
from gameops.core.db import Base, JsonObject
from gameops.venue.tariffs.pricing import (
    MICROSECOND,
    LineKind,
    Price,
    PriceLine,
    Stretch,
    TariffRules,
    exact,
    open_ended,
    price,
    until,
)
from gameops.venue.venues.model import RefundPolicy

MAX_MINUTES: Final = 24 * 60


class Mode(StrEnum):
    """What pays for the time."""

    PREPAID = "prepaid"
    PACKAGE = "package"
    PAYG = "payg"
    POSTPAID = "postpaid"


class State(StrEnum):
    """Where a session stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class SegmentKind(StrEnum):
    """What happened during a segment."""

    PLAY = "play"
    PAUSE = "pause"
    OUTAGE = "outage"
    """The station was dead; not billed."""
    OVERRUN = "overrun"
    """Played after the end, unseen by the server; billed."""


BILLED: Final = frozenset({SegmentKind.PLAY, SegmentKind.OVERRUN})


class EndReason(StrEnum):
    """Why a session ended."""

    EXPIRED = "expired"
    STAFF = "staff"
    CUSTOMER = "customer"
    VOID = "void"


class Session(Base):
    """One customer's or guest's time at a venue. At most one is live per station and member."""

    __tablename__ = "venue_session"
    __table_args__ = (
        Index(
            "uq_venue_session_station",
            "station_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_venue_session_customer",
            "customer_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND customer_id IS NOT NULL"),
        ),
        Index("ix_venue_session_live", "venue_id", postgresql_where=text("ended_at IS NULL")),
        Index(
            "ix_venue_session_due",
            "ends_at",
            postgresql_where=text("ended_at IS NULL AND ends_at IS NOT NULL"),
        ),
        Index(
            "ix_venue_session_paused",
            "paused_at",
            postgresql_where=text("ended_at IS NULL AND paused_at IS NOT NULL"),
        ),
        Index(None, "venue_id", "started_at", "id"),
        Index(
            "ix_venue_session_customer",
            "customer_id",
            "started_at",
            "id",
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
        Index(None, "station_id", "started_at"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", "ended"),
        CheckConstraint("(state = 'paused') = (paused_at IS NOT NULL)", "paused"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    venue_id: Mapped[UUID] = mapped_column(ForeignKey("venue_venue.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("venue_station.id"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue_customer.id"))
    player_name: Mapped[str] = mapped_column(String(80), server_default="")
    group_id: Mapped[UUID | None]
    mode: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    tier: Mapped[str] = mapped_column(String(20))
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue_grant.id"))
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    """When it will end by itself; ``None`` while paused."""
    latest_end: Mapped[datetime | None]
    """A curfew: the budget may reach further, the session does not."""
    paused_at: Mapped[datetime | None]
    paused_left_us: Mapped[int | None] = mapped_column(BigInteger)
    paused_total_us: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
    paid_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    bonus_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    credit_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    paid_by: Mapped[str | None] = mapped_column(String(10))
    """How prepaid time was paid, so that it can be refunded the same way."""
    payer_id: Mapped[UUID | None]
    """Whose wallet paid, when not the player's own."""
    charge_minor: Mapped[int | None] = mapped_column(BigInteger)
    forfeited_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    refund_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    due_minor: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    price: Mapped[JsonObject | None]
    warned_seconds: Mapped[int | None] = mapped_column(Integer)
    requested_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    requested_at: Mapped[datetime | None]

    @property
    def held(self) -> Funds:
        """The money set aside for it."""
        return Funds(self.paid_minor, self.bonus_minor)

    def left(self, now: datetime) -> timedelta:
        """The time that remains, at least none."""
        if self.paused_left_us is not None:
            return timedelta(microseconds=self.paused_left_us)
        if self.ends_at is None:
            return timedelta(0)
        return max(self.ends_at - now, timedelta(0))

    def plan(self, ends_at: datetime) -> None:
        """Set the end, never past a curfew, and let the warnings that lie ahead come again."""
        self.ends_at = ends_at if self.latest_end is None else min(ends_at, self.latest_end)
        self.warned_seconds = None


class Segment(Base):
    """A stretch of one session on one station under one version of a tariff."""

    __tablename__ = "venue_segment"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", "order"),
        Index(
            "uq_venue_segment_open",
            "session_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    session_id: Mapped[UUID] = mapped_column(ForeignKey("venue_session.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    venue_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("venue_station.id"))
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("venue_zone.id"))
    tariff_version_id: Mapped[UUID] = mapped_column(ForeignKey("venue_tariff_version.id"))
    discount_bp: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    place: Mapped[str] = mapped_column(String(90), server_default="")
    by_package: Mapped[bool] = mapped_column(server_default=text("false"))
    """Paid for with minutes of a package, not with money."""
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class JournalRecord(Base):
    """An entry of an agent's journal that has been merged; telling it again changes nothing."""

    __tablename__ = "venue_journal_entry"

    station_id: Mapped[UUID] = mapped_column(ForeignKey("venue_station.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    session_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40), server_default="")
    at: Mapped[datetime]
    received_at: Mapped[datetime]


# --- rules -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Where a session is and under which rules its time runs there."""

    rules: TariffRules
    tz: ZoneInfo
    discount_bp: int
    place: str = ""

    def stretch(self, start: datetime, end: datetime) -> Stretch:
        """Time here as the price function takes it."""
        return Stretch(
            start=start,
            end=end,
            rules=self.rules,
            tz=self.tz,
            discount_bp=self.discount_bp,
            place=self.place,
        )

    def price(self, start: datetime, end: datetime) -> Price:
        """What time here costs, rounded, with its explanation."""
        return price([self.stretch(start, end)])

    def until(self, start: datetime, value: Fraction) -> datetime:
        """Until when a value pays here."""
        stretch = open_ended(
            start, rules=self.rules, tz=self.tz, discount_bp=self.discount_bp, place=self.place
        )
        return until(stretch, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What a session comes to at its end."""

    price: Price
    charge_minor: int
    forfeited_minor: int
    refund_minor: int
    due_minor: int
    grant_left: timedelta | None = None
    """What goes back to the package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """All that a bill is computed from: the session, its stretches, what was left."""

    mode: Mode
    held_minor: int
    stretches: tuple[Stretch, ...]
    """Billed time, oldest first, package time left out."""
    credit_minor: int = 0
    """What may become a debt (postpaid)."""
    package_time: timedelta = timedelta(0)
    grant_time: timedelta = timedelta(0)
    grant_minor: int = 0
    left: timedelta = timedelta(0)
    """Unused planned time at the end; zero when it ran out."""
    refund: RefundPolicy = RefundPolicy.WALLET
    refund_minimum: timedelta = timedelta(0)
    notes: tuple[PriceLine, ...] = field(default=())


def bill(books: Books) -> Bill:
    """The final bill. A pure function: the same segments always come to the same price."""
    if books.mode is Mode.PREPAID:
        return _prepaid_bill(books)
    if books.mode is Mode.PACKAGE:
        return _package_bill(books)
    played = price(books.stretches)
    budget = books.held_minor if books.mode is Mode.PAYG else books.credit_minor
    charge = min(played.total_minor, budget)  # blocks and a minimum may reach beyond it
    lines = (*played.lines, *_difference(played.total_minor, charge), *books.notes)
    due = charge if books.mode is Mode.POSTPAID else 0
    return Bill(
        price=Price(charge, lines),
        charge_minor=charge,
        forfeited_minor=0,
        refund_minor=books.held_minor - charge + due if books.mode is Mode.PAYG else 0,
        due_minor=due,
    )


def _prepaid_bill(books: Books) -> Bill:
    """All of it is earned when time ran out; else unused value goes back if policy says so."""
    played = price(books.stretches)
    if not books.left:
        charge = max(books.held_minor, 0)
        lines = (*played.lines, *_difference(played.total_minor, charge))
        return Bill(
            price=Price(charge, (*lines, *books.notes)),
            charge_minor=charge,
            forfeited_minor=0,
            refund_minor=0,
            due_minor=0,
        )
    charge = min(played.total_minor, books.held_minor)
    unused = books.held_minor - charge
    given = books.refund is not RefundPolicy.NONE and books.left >= books.refund_minimum
    lines = (*played.lines, *_difference(played.total_minor, charge))
    if not given and unused:
        lines = (*lines, PriceLine(kind=LineKind.UNUSED, amount_minor=unused))
    return Bill(
        price=Price(charge if given else books.held_minor, (*lines, *books.notes)),
        charge_minor=charge,
        forfeited_minor=0 if given else unused,
        refund_minor=unused if given else 0,
        due_minor=0,
    )


def _package_bill(books: Books) -> Bill:
    """The played part of the package's price is earned; the time left stays the customer's."""
    used = min(books.package_time, books.grant_time)
    whole = books.grant_time
    charge = books.grant_minor
    if used < whole:
        charge = books.grant_minor * (used // MICROSECOND) // (whole // MICROSECOND)
    line = PriceLine(kind=LineKind.PACKAGE, amount_minor=charge)
    return Bill(
        price=Price(charge, (line, *books.notes)),
        charge_minor=charge,
        forfeited_minor=0,
        refund_minor=0,
        due_minor=0,
        grant_left=whole - used,
    )


def _difference(computed: int, charged: int) -> tuple[PriceLine, ...]:
    """Prices of several sales are rounded one by one, so their sum may differ by a little."""
    if computed == charged:
        return ()
    return (PriceLine(kind=LineKind.ROUNDING, amount_minor=charged - computed),)


def moved_end(now: datetime, ends_at: datetime, *, old: Terms, new: Terms) -> datetime:
    """Where the end lies after a move: what the time left was worth buys as much there."""
    if old == new:
        return ends_at
    return new.until(now, exact([old.stretch(now, ends_at)]))
