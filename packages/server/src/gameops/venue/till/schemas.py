"""What the till is asked for."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from gameops.billing.api import Method, Tender
from gameops.venue.sessions.model import MAX_MINUTES
from gameops.venue.venues.schemas import NO_NUL, In

Amount = Annotated[int, Field(ge=1, le=100_000_000)]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300, pattern=NO_NUL)
]


class TenderIn(In):
    """How it is paid."""

    method: Method
    tendered_minor: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    reference: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""

    def tender(self) -> Tender:
        """As billing takes it."""
        return Tender(
            method=self.method, tendered_minor=self.tendered_minor, reference=self.reference
        )


class CounterTenderIn(TenderIn):
    """Money from outside: not from a wallet."""

    method: Annotated[Method, Field(json_schema_extra={"enum": ["cash", "card"]})]

    def model_post_init(self, _context: object, /) -> None:
        """A wallet cannot top itself up."""
        if self.method is Method.WALLET:
            raise ValueError("cash or card")


class TopUpIn(CounterTenderIn):
    """Put money into a wallet."""

    customer_id: UUID
    amount_minor: Amount


class PackageSaleIn(TenderIn):
    """Sell a package."""

    customer_id: UUID
    package_id: UUID


class VoucherSaleIn(CounterTenderIn):
    """Sell minutes as a code."""

    venue_id: UUID
    zone_id: UUID
    minutes: Annotated[int, Field(ge=1, le=MAX_MINUTES)]


class SettleIn(TenderIn):
    """Take payment for what is owed; all of it when no amount is given."""

    amount_minor: Amount | None = None


class PayoutIn(In):
    """Give wallet value back in cash."""

    customer_id: UUID
    amount_minor: Amount
    reason: Reason


class VoidIn(In):
    """Why a payment is undone."""

    reason: Reason
