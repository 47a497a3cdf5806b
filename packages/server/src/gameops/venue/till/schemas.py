"""What the till is asked for."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator

from gameops.billing.api import Method
from gameops.core.fields import NO_NUL, In
from gameops.venue.sessions.model import MAX_MINUTES
from gameops.venue.sessions.schemas import PaymentIn

Amount = Annotated[int, Field(ge=1, le=100_000_000)]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300, pattern=NO_NUL)
]


class CounterTenderIn(PaymentIn):
    """Money from outside: not from a wallet."""

    @field_validator("method")
    @classmethod
    def _from_outside(cls, value: Method) -> Method:
        if value is Method.WALLET:
            raise ValueError("cash or card")
        return value


class TopUpIn(CounterTenderIn):
    """Put money into a wallet."""

    customer_id: UUID
    amount_minor: Amount


class PackageSaleIn(PaymentIn):
    """Sell a package."""

    customer_id: UUID
    package_id: UUID


class VoucherSaleIn(CounterTenderIn):
    """Sell minutes as a code."""

    venue_id: UUID
    zone_id: UUID
    minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)]


class SettleIn(PaymentIn):
    """Take payment for what is owed; all of it when no amount is given."""

    amount_minor: Amount | None = None


class PayoutIn(In):
    """Give wallet value back in cash."""

    customer_id: UUID
    amount_minor: Amount
    reason: Reason


class RefundIn(In):
    """Give money back."""

    amount_minor: Amount
    reason: Reason


class VoidIn(In):
    """Why a payment is undone."""

    reason: Reason
