"""Facts about money."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from gameops.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletCredited(Event):
    """More can be spent from a wallet than before."""

    topic: ClassVar[str] = "billing.wallet_credited"
    venue_id: UUID
    customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTaken(Event):
    """Money changed hands; negative when it was given back."""

    topic: ClassVar[str] = "billing.payment_taken"
    venue_id: UUID
    payment_id: UUID
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentVoided(Event):
    """A payment was undone."""

    topic: ClassVar[str] = "billing.payment_voided"
    venue_id: UUID
    payment_id: UUID
