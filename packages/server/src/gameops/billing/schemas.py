"""Payments as clients see them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.billing import store
from gameops.billing.model import Method, Payment, PaymentKind, Void

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=300, pattern=r"^[^\x00]*$"),
]
Amount = Annotated[int, Field(ge=1, le=100_000_000)]
"""Minor units; at most a million of a currency with cents."""


class PersonRef(BaseModel):
    """Somebody, by name as it was then."""

    id: UUID
    name: str


class CustomerRef(BaseModel):
    """A customer, by name as it was then."""

    id: UUID
    display_name: str


class ReceiptLine(BaseModel):
    """One line of a receipt."""

    label: str
    amount_minor: int


class VoidOut(BaseModel):
    """Who undid a payment, and why."""

    at: datetime
    by: str
    reason: str


class PaymentOut(BaseModel):
    """Money that changed hands; negative when it was given back."""

    id: UUID
    venue_id: UUID
    receipt_number: int
    at: datetime
    kind: PaymentKind
    method: Method
    amount_minor: int
    tax_minor: int
    bonus_minor: int
    customer: CustomerRef | None
    session_id: UUID | None
    station_name: str | None
    employee: PersonRef | None
    refunds_id: UUID | None
    refunded_minor: int
    voided: VoidOut | None
    tendered_minor: int | None
    change_minor: int | None
    reference: str | None
    lines: list[ReceiptLine]
    voucher_code: str | None


class ReceiptVenue(BaseModel):
    """The venue's head on a receipt."""

    name: str
    address: str
    tax_name: str


class ReceiptOut(BaseModel):
    """Everything a printed receipt shows."""

    venue: ReceiptVenue
    number: int
    at: datetime
    currency: str
    employee: str
    customer: str | None
    station: str | None
    kind: PaymentKind
    lines: list[ReceiptLine]
    total_minor: int
    tax_minor: int
    tax_rate_bp: int
    method: Method
    tendered_minor: int | None
    change_minor: int | None
    voided: bool


class EmployeeTakings(BaseModel):
    """What one employee took, voided and gave back."""

    employee_id: UUID | None
    name: str | None
    count: int
    taken_minor: int
    voids: int
    voided_minor: int
    refunds: int
    refunded_minor: int


class EmployeeTakingsList(BaseModel):
    """By employee, the largest first."""

    items: list[EmployeeTakings]


class AccountTotal(BaseModel):
    """Debits and credits of one kind of account."""

    kind: str
    debit_minor: int
    credit_minor: int


class TrialBalance(BaseModel):
    """The journal's totals: balanced, and every guarded balance equal to its postings."""

    balanced: bool
    accounts: list[AccountTotal]


async def payments_out(session: AsyncSession, payments: Sequence[Payment]) -> list[PaymentOut]:
    """Payments with what became of them."""
    ids = [payment.id for payment in payments]
    refunded, voids = await store.refunded(session, ids), await store.voids(session, ids)
    return [payment_out(p, refunded.get(p.id, 0), voids.get(p.id)) for p in payments]


async def payments_of_sessions(
    session: AsyncSession, session_ids: Sequence[UUID]
) -> list[PaymentOut]:
    """Every payment for these sessions, oldest first."""
    return await payments_out(session, await store.payments_of_sessions(session, session_ids))


def payment_out(payment: Payment, refunded_minor: int = 0, void: Void | None = None) -> PaymentOut:
    """One payment."""
    receipt = payment.receipt
    return PaymentOut(
        id=payment.id,
        venue_id=payment.venue_id,
        receipt_number=payment.receipt_number or 0,
        at=payment.at,
        kind=PaymentKind(payment.kind),
        method=Method(payment.method),
        amount_minor=payment.amount_minor,
        tax_minor=payment.tax_minor,
        bonus_minor=payment.bonus_minor,
        customer=_customer(payment),
        session_id=payment.session_id,
        station_name=receipt.get("station"),
        employee=_employee(payment),
        refunds_id=payment.refunds_id,
        refunded_minor=refunded_minor,
        voided=VoidOut(at=void.at, by=void.employee_name, reason=void.reason) if void else None,
        tendered_minor=payment.tendered_minor,
        change_minor=change_of(payment),
        reference=receipt.get("reference") or None,
        lines=[ReceiptLine(**line) for line in receipt["lines"]],
        voucher_code=None,
    )


def _customer(payment: Payment) -> CustomerRef | None:
    if payment.customer_id is None:
        return None
    return CustomerRef(id=payment.customer_id, display_name=payment.receipt["customer"] or "")


def _employee(payment: Payment) -> PersonRef | None:
    if payment.employee_id is None:
        return None
    return PersonRef(id=payment.employee_id, name=payment.receipt["employee"])


def change_of(payment: Payment) -> int | None:
    """The change handed back for cash."""
    if payment.tendered_minor is None:
        return None
    return payment.tendered_minor - payment.amount_minor


def receipt_out(payment: Payment, *, voided: bool) -> ReceiptOut:
    """The receipt of a payment."""
    receipt = payment.receipt
    return ReceiptOut(
        venue=ReceiptVenue(**receipt["venue"]),
        number=payment.receipt_number or 0,
        at=payment.at,
        currency=receipt["currency"],
        employee=receipt["employee"],
        customer=receipt["customer"],
        station=receipt["station"],
        kind=PaymentKind(payment.kind),
        lines=[ReceiptLine(**line) for line in receipt["lines"]],
        total_minor=payment.amount_minor,
        tax_minor=payment.tax_minor,
        tax_rate_bp=receipt["tax_rate_bp"],
        method=Method(payment.method),
        tendered_minor=payment.tendered_minor,
        change_minor=change_of(payment),
        voided=voided,
    )
