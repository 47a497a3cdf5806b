"""Taking money and giving it back: each act is one journal entry and one numbered receipt."""

from dataclasses import dataclass, field
from uuid import UUID

from gameops.billing import ledger, store
from gameops.billing.errors import (
    InsufficientFunds,
    NothingDue,
    TenderedTooLittle,
)
from gameops.billing.events import PaymentTaken, WalletCredited
from gameops.billing.model import (
    AccountKind,
    Entry,
    Funds,
    Line,
    Method,
    Payment,
    PaymentKind,
)
from gameops.core.actor import Actor
from gameops.core.db import JsonObject
from gameops.core.ids import new_id
from gameops.core.money import included_tax
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues receipts: the venue as it should stand on paper."""

    venue_id: UUID
    name: str
    address: str
    currency: str
    tax_name: str
    tax_rate_bp: int
    bonus_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The customer of a payment, if known."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """How it is paid; ``tendered_minor`` is the cash handed over."""

    method: Method
    tendered_minor: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """Something sold against payment."""

    kind: PaymentKind
    lines: list[tuple[str, int]]
    """What stands on the receipt: label and amount in minor units."""
    tender: Tender
    customer: Party | None = None
    session_id: UUID | None = None
    station_name: str | None = None
    bonus_minor: int = 0
    """Given on top of a top-up."""
    self_service: bool = False
    """Bought by the customer, without an employee."""
    extra: JsonObject = field(default_factory=dict)

    @property
    def total_minor(self) -> int:
        """What is to be paid."""
        return sum(amount for _, amount in self.lines)


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment and the funds that paid it."""

    payment: Payment
    funds: Funds


async def take(uow: UnitOfWork, actor: Actor, issuer: Issuer, sale: Sale) -> Taken:
    """Take a payment; time is sold so often that its receipts are numbered at the commit."""
    _check_tendered(sale)
    funds, paying = await _paying(uow, issuer, sale)
    entry = Entry(
        id=new_id(),
        venue_id=issuer.venue_id,
        kind=sale.kind,
        description=sale.lines[0][0],
        lines=[*paying, *_earning(sale)],
        actor_id=actor.id,
        customer_id=sale.customer.id if sale.customer else None,
        session_id=sale.session_id,
    )
    payment = make_payment(uow, actor, issuer, sale, entry)
    await ledger.post(uow, [entry], [payment])
    await audit_payment(uow, actor, payment, "billing.payment_taken")
    if sale.kind is PaymentKind.TOPUP and sale.customer:
        uow.record(WalletCredited(venue_id=issuer.venue_id, customer_id=sale.customer.id))
    uow.record(taken_event(payment))
    if sale.kind is not PaymentKind.TIME:
        await store.number_now(uow.session, payment)
    return Taken(payment, funds)


def _check_tendered(sale: Sale) -> None:
    tendered = sale.tender.tendered_minor
    if tendered is not None and tendered < sale.total_minor:
        raise TenderedTooLittle(needed_minor=sale.total_minor)


async def _paying(uow: UnitOfWork, issuer: Issuer, sale: Sale) -> tuple[Funds, list[Line]]:
    total = sale.total_minor
    if sale.tender.method is not Method.WALLET:
        return Funds(paid_minor=total), [Line(AccountKind(sale.tender.method), total)]
    if sale.customer is None:
        raise InsufficientFunds("A guest has no wallet.")
    customer_id = sale.customer.id
    wallet = await ledger.lock_wallet(uow, venue_id=issuer.venue_id, customer_id=customer_id)
    available = ledger.require_funds(wallet, total)
    funds = available.take(total, bonus_first=issuer.bonus_first)
    return funds, ledger.spend_lines(funds, customer_id)


def _earning(sale: Sale) -> list[Line]:
    owner = sale.customer.id if sale.customer else None
    total = sale.total_minor
    if sale.kind is PaymentKind.TOPUP:
        return [
            Line(AccountKind.WALLET, -total, owner),
            Line(AccountKind.BONUS_EXPENSE, sale.bonus_minor),
            Line(AccountKind.BONUS, -sale.bonus_minor, owner),
        ]
    if sale.kind is PaymentKind.SETTLEMENT:
        kind = AccountKind.RECEIVABLE if owner else AccountKind.GUEST_RECEIVABLE
        return [Line(kind, -total, owner)]
    return [Line(AccountKind.DEFERRED, -total)]


def make_payment(
    uow: UnitOfWork, actor: Actor, issuer: Issuer, sale: Sale, entry: Entry
) -> Payment:
    """The payment that a journal entry belongs to."""
    taxed = sale.kind in {PaymentKind.TIME, PaymentKind.PACKAGE, PaymentKind.VOUCHER}
    total = sale.total_minor
    return Payment(
        id=new_id(),
        venue_id=issuer.venue_id,
        at=uow.now,
        kind=sale.kind,
        method=sale.tender.method,
        amount_minor=total,
        tax_minor=included_tax(total, rate_bp=issuer.tax_rate_bp) if taxed else 0,
        bonus_minor=sale.bonus_minor,
        transaction_id=entry.id,
        customer_id=entry.customer_id,
        session_id=sale.session_id,
        employee_id=None if sale.self_service else actor.id,
        refunds_id=None,
        tendered_minor=sale.tender.tendered_minor,
        receipt=_receipt(actor, issuer, sale),
    )


def _receipt(actor: Actor, issuer: Issuer, sale: Sale) -> JsonObject:
    return {
        "venue": {"name": issuer.name, "address": issuer.address, "tax_name": issuer.tax_name},
        "currency": issuer.currency,
        "tax_rate_bp": issuer.tax_rate_bp,
        "employee": actor.name,
        "customer": sale.customer.name if sale.customer else None,
        "station": sale.station_name,
        "reference": sale.tender.reference,
        "lines": [{"label": label, "amount_minor": amount} for label, amount in sale.lines],
        **sale.extra,
    }


async def settle_debt(
    uow: UnitOfWork,
    actor: Actor,
    issuer: Issuer,
    customer: Party,
    tender: Tender,
    *,
    amount_minor: int | None,
    label: str,
) -> Taken:
    """Pay (part of) what a customer owes."""
    wallet = await ledger.lock_wallet(uow, venue_id=issuer.venue_id, customer_id=customer.id)
    if wallet.due_minor <= 0:
        raise NothingDue
    amount = min(amount_minor or wallet.due_minor, wallet.due_minor)
    sale = Sale(
        kind=PaymentKind.SETTLEMENT, lines=[(label, amount)], tender=tender, customer=customer
    )
    return await take(uow, actor, issuer, sale)


def taken_event(payment: Payment) -> PaymentTaken:
    """Money changed hands."""
    return PaymentTaken(
        venue_id=payment.venue_id, payment_id=payment.id, amount_minor=payment.amount_minor
    )


async def audit_payment(
    uow: UnitOfWork, actor: Actor, payment: Payment, action: str, **detail: object
) -> None:
    """Log what was done with a payment."""
    await record_audit(
        uow,
        actor,
        action=action,
        subject_type="payment",
        subject_id=payment.id,
        venue_id=payment.venue_id,
        summary=f"{payment.kind} {payment.method} {payment.amount_minor}",
        detail={
            "amount_minor": payment.amount_minor,
            "method": payment.method,
            "kind": payment.kind,
            "customer_id": _text(payment.customer_id),
            "session_id": _text(payment.session_id),
            **detail,
        },
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
