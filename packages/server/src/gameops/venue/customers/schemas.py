"""Customers as clients see and write them."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from gameops.billing.api import Wallet
from gameops.core.fields import NO_NUL, In
from gameops.core.paging import Page
from gameops.venue.customers.model import Customer
from gameops.venue.venues.model import Tier

DisplayName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=NO_NUL)
]
Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+\.[^@\s\x00]+$")
]
Username = Annotated[
    str, StringConstraints(min_length=3, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")
]
Phone = Annotated[str, StringConstraints(max_length=40, pattern=r"^\+?[0-9 ()/-]{5,}$")]
NotesText = Annotated[str, StringConstraints(max_length=2_000, pattern=NO_NUL)]


def _plausible_birth(value: date) -> date:
    if not 1900 <= value.year <= 2100:  # noqa: PLR2004 -- a sane century
        raise ValueError("not a plausible date of birth")
    return value


Birth = Annotated[date, AfterValidator(_plausible_birth)]
CreditLimit = Annotated[int, Field(ge=0, le=100_000_000)]


class CustomerIn(In):
    """A new customer; with an e-mail or user name they can set a password and sign in."""

    venue_id: UUID
    display_name: DisplayName
    email: Email | None = None
    username: Username | None = None
    phone: Phone | None = None
    date_of_birth: Birth | None = None
    tier: Tier = Tier.BASIC
    notes: NotesText = ""


class CustomerPatch(In):
    """What to change of a customer."""

    display_name: DisplayName = ""
    email: Email | None = None
    username: Username | None = None
    phone: Phone | None = None
    date_of_birth: Birth | None = None
    tier: Tier = Tier.BASIC
    credit_limit_minor: CreditLimit = 0
    notes: NotesText = ""


class BanIn(In):
    """Ban a customer, for a time or (``until`` left out) for good."""

    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300, pattern=NO_NUL)
    ]
    until: datetime | None = None


class WalletOut(BaseModel):
    """What a customer can spend and owes."""

    paid_minor: int
    bonus_minor: int
    due_minor: int


class CustomerOut(BaseModel):
    """A customer of one venue."""

    id: UUID
    venue_id: UUID
    user_id: UUID
    display_name: str
    email: str | None
    username: str | None
    phone: str | None
    date_of_birth: date | None
    tier: Tier
    credit_limit_minor: int
    banned_until: datetime | None
    ban_reason: str | None
    notes: str
    wallet: WalletOut
    active_session_id: UUID | None
    visits: int
    last_seen_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, customer: Customer, wallet: Wallet, active_session_id: UUID | None) -> Self:
        """From the rows."""
        return cls(
            id=customer.id,
            venue_id=customer.venue_id,
            user_id=customer.user_id,
            display_name=customer.display_name,
            email=customer.email,
            username=customer.username,
            phone=customer.phone,
            date_of_birth=customer.date_of_birth,
            tier=Tier(customer.tier),
            credit_limit_minor=customer.credit_limit_minor,
            banned_until=customer.banned_until,
            ban_reason=customer.ban_reason,
            notes=customer.notes,
            wallet=wallet_out(wallet),
            active_session_id=active_session_id,
            visits=customer.visits,
            last_seen_at=customer.last_seen_at,
            created_at=customer.created_at,
        )


def wallet_out(wallet: Wallet) -> WalletOut:
    """A wallet for an answer."""
    return WalletOut(
        paid_minor=wallet.funds.paid_minor,
        bonus_minor=wallet.funds.bonus_minor,
        due_minor=wallet.due_minor,
    )


class StatementLine(BaseModel):
    """One movement of a wallet."""

    id: UUID
    at: datetime
    kind: str
    description: str
    paid_minor: int
    bonus_minor: int
    due_minor: int
    session_id: UUID | None


class Statement(Page[StatementLine]):
    """A wallet's movements, newest first, and what it holds now."""

    balance: WalletOut
