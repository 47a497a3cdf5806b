"""Sessions as clients see and ask for them."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from gameops.billing.api import Method, PaymentOut, Tender
from gameops.core.db import JsonObject
from gameops.core.fields import NO_NUL, In
from gameops.venue.sessions.model import MAX_MINUTES, Mode, Segment, SegmentKind, Session, State
from gameops.venue.sessions.opening import Start
from gameops.venue.tariffs.schemas import PriceLineOut, PriceOut
from gameops.venue.venues.model import Tier

Minutes = Annotated[int, Field(ge=1, le=MAX_MINUTES)]
GuestName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=NO_NUL)]


class PaymentIn(In):
    """How it is paid."""

    method: Method
    tendered_minor: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    reference: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""

    def tender(self) -> Tender:
        """As billing takes it."""
        return Tender(
            method=self.method, tendered_minor=self.tendered_minor, reference=self.reference
        )


class StartIn(In):
    """Start a session."""

    station_id: UUID
    mode: Mode
    minutes: Minutes | None = None
    customer_id: UUID | None = None
    guest_name: GuestName = ""
    grant_id: UUID | None = None
    payment: PaymentIn | None = None
    age_confirmed: bool = False

    def start(self) -> Start:
        """As the service takes it."""
        return Start(
            station_id=self.station_id,
            mode=self.mode,
            minutes=self.minutes,
            customer_id=self.customer_id,
            guest_name=self.guest_name,
            grant_id=self.grant_id,
            tender=self.payment.tender() if self.payment else None,
            age_confirmed=self.age_confirmed,
        )


class GroupEntry(In):
    """One player of a group."""

    station_id: UUID
    customer_id: UUID | None = None
    guest_name: GuestName = ""
    age_confirmed: bool = False


class SplitPayer(In):
    """Everybody pays for themselves."""

    kind: Literal["split"]


class OnePayer(In):
    """One payment for all, at the counter."""

    kind: Literal["one"]


class CustomerPayer(In):
    """One customer's wallet pays for all."""

    kind: Literal["customer"]
    customer_id: UUID


Payer = Annotated[SplitPayer | OnePayer | CustomerPayer, Field(discriminator="kind")]


class GroupStartIn(In):
    """Start several prepaid sessions together: all of them or none."""

    entries: Annotated[list[GroupEntry], Field(min_length=1, max_length=50)]
    mode: Literal[Mode.PREPAID] = Mode.PREPAID
    minutes: Minutes
    payer: Payer
    payment: PaymentIn


class QuoteIn(In):
    """What would it cost?"""

    station_id: UUID
    mode: Mode
    minutes: Minutes | None = None
    customer_id: UUID | None = None
    grant_id: UUID | None = None


class Quote(BaseModel):
    """The price of time that has not been bought yet."""

    total_minor: int
    currency: str
    ends_at: datetime | None
    seconds: float | None
    lines: list[PriceLineOut]


class MoveQuote(BaseModel):
    """What would be left after a move."""

    ends_at: datetime | None
    remaining_seconds: float


class EndQuote(PriceOut):
    """What ending a session now would come to."""

    refund_minor: int
    due_minor: int


class ExtendIn(In):
    """Buy more minutes."""

    minutes: Minutes
    payment: PaymentIn


class MoveIn(In):
    """Go on elsewhere."""

    station_id: UUID


class EndIn(In):
    """End now. ``refund: none`` needs a permission; ``payment`` settles what is due."""

    refund: Literal["policy", "none"] = "policy"
    payment: PaymentIn | None = None


class SessionCustomer(BaseModel):
    """Who plays."""

    id: UUID
    display_name: str
    tier: Tier


class SessionOut(BaseModel):
    """A session."""

    id: UUID
    venue_id: UUID
    station_id: UUID
    station_name: str
    zone_name: str
    mode: Mode
    state: State
    customer: SessionCustomer | None
    guest_name: str | None
    group_id: UUID | None
    started_at: datetime
    ends_at: datetime | None
    paused_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    remaining_seconds: float
    total_seconds: float
    paid_minor: int
    charge_minor: int | None
    refund_minor: int
    due_minor: int
    requested_minutes: int | None
    tier: Tier

    @classmethod
    def of(cls, session: Session, *, station: str, zone: str, now: datetime) -> Self:
        """From the row."""
        left = session.left(now).total_seconds() if session.ended_at is None else 0.0
        return cls(
            id=session.id,
            venue_id=session.venue_id,
            station_id=session.station_id,
            station_name=station,
            zone_name=zone,
            mode=Mode(session.mode),
            state=State(session.state),
            customer=_customer(session),
            guest_name=None if session.customer_id else session.player_name,
            group_id=session.group_id,
            started_at=session.started_at,
            ends_at=session.ends_at,
            paused_at=session.paused_at,
            ended_at=session.ended_at,
            end_reason=session.end_reason,
            remaining_seconds=left,
            total_seconds=_total(session, now, left),
            paid_minor=session.held.total_minor,
            charge_minor=session.charge_minor,
            refund_minor=session.refund_minor,
            due_minor=session.due_minor,
            requested_minutes=session.requested_minutes,
            tier=Tier(session.tier),
        )


def _customer(session: Session) -> SessionCustomer | None:
    if session.customer_id is None:
        return None
    return SessionCustomer(
        id=session.customer_id, display_name=session.player_name, tier=Tier(session.tier)
    )


def _total(session: Session, now: datetime, left: float) -> float:
    until = session.ended_at or session.paused_at or now
    return max((until - session.started_at).total_seconds(), 0) + left


class SegmentOut(BaseModel):
    """A stretch of a session."""

    seq: int
    kind: SegmentKind
    station_id: UUID
    place: str
    started_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, segment: Segment) -> Self:
        """From the row."""
        return cls.model_validate(segment, from_attributes=True)


class SessionDetail(SessionOut):
    """A session with its timeline, its price line by line, and its payments."""

    segments: list[SegmentOut]
    price: PriceOut
    payments: list[PaymentOut]


class GroupOut(BaseModel):
    """Sessions that were started together."""

    group_id: UUID
    items: list[SessionOut]


def final_price(stored: JsonObject) -> PriceOut:
    """The price that was kept with an ended session."""
    return PriceOut(
        currency=stored["currency"],
        total_minor=stored["total_minor"],
        tax_minor=stored["tax_minor"],
        final=True,
        lines=[PriceLineOut.model_validate(line) for line in stored["lines"]],
    )
