"""Taking money and giving it back: each act is one journal entry and one numbered receipt."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.billing import ledger, store
from gameops.billing.errors import (
    AlreadyRefunded,
    AlreadyVoided,
    InsufficientFunds,
    NothingDue,
    NotRefundable,
    PaymentNotFound,
    TenderedTooLittle,
)
from gameops.billing.events import PaymentTaken, PaymentVoided, WalletCredited
from gameops.billing.model import (
    AccountKind,
    Entry,
    Funds,
    Line,
    Method,
    Payment,
    PaymentKind,
    Void,
)
from gameops.core.actor import Actor
from gameops.core.db import JsonObject
from gameops.core.ids import new_id
from gameops.core.money import included_tax
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit

GIVEN_BACK = frozenset({PaymentKind.REFUND, PaymentKind.PAYOUT})


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
    payment = _payment(uow, actor, issuer, sale, entry)
    await ledger.post(uow, [entry], [payment])
    await _audit(uow, actor, payment, "billing.payment_taken")
    if sale.kind is PaymentKind.TOPUP and sale.customer:
        uow.record(WalletCredited(venue_id=issuer.venue_id, customer_id=sale.customer.id))
    uow.record(_taken(payment))
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


def _payment(uow: UnitOfWork, actor: Actor, issuer: Issuer, sale: Sale, entry: Entry) -> Payment:
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
        employee_id=actor.id,
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


async def payout(
    uow: UnitOfWork,
    actor: Actor,
    issuer: Issuer,
    customer: Party,
    *,
    amount_minor: int,
    reason: str,
) -> Payment:
    """Give a customer paid wallet value back in cash; bonus value is never paid out."""
    wallet = await ledger.lock_wallet(uow, venue_id=issuer.venue_id, customer_id=customer.id)
    if wallet.funds.paid_minor < amount_minor:
        raise InsufficientFunds(balance_minor=wallet.funds.paid_minor, needed_minor=amount_minor)
    lines = [
        Line(AccountKind.WALLET, amount_minor, customer.id),
        Line(AccountKind.CASH, -amount_minor),
    ]
    sale = Sale(
        kind=PaymentKind.PAYOUT,
        lines=[(reason, -amount_minor)],
        tender=Tender(method=Method.CASH),
        customer=customer,
    )
    return await _give_back(uow, actor, issuer, sale, lines)


async def record_refund(
    uow: UnitOfWork,
    actor: Actor,
    issuer: Issuer,
    *,
    amount_minor: int,
    method: Method,
    session_id: UUID,
    customer: Party | None,
    label: str,
    transaction_id: UUID,
) -> Payment:
    """A receipt for value that a settlement has already given back over the counter."""
    sale = Sale(
        kind=PaymentKind.REFUND,
        lines=[(label, -amount_minor)],
        tender=Tender(method=method),
        customer=customer,
        session_id=session_id,
    )
    entry = Entry(
        id=transaction_id,
        venue_id=issuer.venue_id,
        kind=PaymentKind.REFUND,
        description=label,
        lines=[],
        customer_id=customer.id if customer else None,
    )
    payment = _payment(uow, actor, issuer, sale, entry)
    uow.record(_taken(payment))
    await store.insert_payment(uow.session, payment)
    await store.number_now(uow.session, payment)
    return payment


async def refund(
    uow: UnitOfWork, actor: Actor, payment_id: UUID, *, amount_minor: int, reason: str
) -> Payment:
    """Give part of a payment back the way it came; never more than was taken."""
    original = await _lock_refundable(uow, payment_id)
    given = (await store.refunded(uow.session, [payment_id])).get(payment_id, 0)
    if given + amount_minor > original.amount_minor:
        raise AlreadyRefunded(refundable_minor=original.amount_minor - given)
    issuer = _issuer_of(original)
    customer = _customer_of(original)
    taken_from = (
        Line(AccountKind.WALLET, amount_minor, original.customer_id)
        if original.kind == PaymentKind.TOPUP
        else Line(AccountKind.REFUNDS, amount_minor)
    )
    method = Method(original.method)
    given_to = Line(
        AccountKind(method), -amount_minor, original.customer_id if method == "wallet" else None
    )
    sale = Sale(
        kind=PaymentKind.REFUND,
        lines=[(reason, -amount_minor)],
        tender=Tender(method=method),
        customer=customer,
        session_id=original.session_id,
    )
    return await _give_back(
        uow, actor, issuer, sale, [taken_from, given_to], refunds_id=original.id
    )


async def _lock_refundable(uow: UnitOfWork, payment_id: UUID) -> Payment:
    original = await store.lock_payment(uow.session, payment_id)
    if original is None:
        raise PaymentNotFound(payment_id=payment_id)
    if original.kind in GIVEN_BACK:
        raise NotRefundable
    if await store.voids(uow.session, [payment_id]):
        raise AlreadyVoided
    return original


async def _give_back(
    uow: UnitOfWork,
    actor: Actor,
    issuer: Issuer,
    sale: Sale,
    lines: list[Line],
    *,
    refunds_id: UUID | None = None,
) -> Payment:
    entry = Entry(
        id=new_id(),
        venue_id=issuer.venue_id,
        kind=sale.kind,
        description=sale.lines[0][0],
        lines=lines,
        actor_id=actor.id,
        session_id=sale.session_id,
        customer_id=sale.customer.id if sale.customer else None,
    )
    payment = _payment(uow, actor, issuer, sale, entry)
    payment.refunds_id = refunds_id
    await ledger.post(uow, [entry], [payment])
    await _audit(uow, actor, payment, f"billing.{sale.kind}_given")
    uow.record(_taken(payment))
    await store.number_now(uow.session, payment)
    return payment


async def get_payment(session: AsyncSession, payment_id: UUID) -> Payment:
    """One payment, or :class:`PaymentNotFound`."""
    payment = await store.find_payment(session, payment_id)
    if payment is None:
        raise PaymentNotFound(payment_id=payment_id)
    return payment


async def paid_from(session: AsyncSession, payment: Payment) -> Funds:
    """Which part of a payment came from bonus value."""
    rows = await store.postings_of(session, payment.transaction_id)
    bonus = sum(row.amount_minor for row in rows if row.kind == AccountKind.BONUS)
    return Funds(payment.amount_minor - bonus, bonus)


async def void(uow: UnitOfWork, actor: Actor, payment_id: UUID, *, reason: str) -> Payment:
    """Undo a payment altogether; the reversing entry and the reason stay for ever."""
    original = await _lock_refundable(uow, payment_id)
    if await store.refunded(uow.session, [payment_id]):
        raise AlreadyRefunded
    transaction_id = await ledger.reverse(
        uow,
        transaction_id=original.transaction_id,
        venue_id=original.venue_id,
        description=reason,
        actor_id=actor.id,
        customer_id=original.customer_id,
        session_id=original.session_id,
    )
    uow.session.add(
        Void(
            payment_id=original.id,
            venue_id=original.venue_id,
            at=uow.now,
            employee_id=actor.id,
            employee_name=actor.name,
            reason=reason,
            transaction_id=transaction_id,
        )
    )
    await _audit(uow, actor, original, "billing.payment_voided", reason=reason)
    uow.record(PaymentVoided(venue_id=original.venue_id, payment_id=original.id))
    return original


def _issuer_of(payment: Payment) -> Issuer:
    receipt = payment.receipt
    return Issuer(
        venue_id=payment.venue_id,
        name=receipt["venue"]["name"],
        address=receipt["venue"]["address"],
        currency=receipt["currency"],
        tax_name=receipt["venue"]["tax_name"],
        tax_rate_bp=receipt["tax_rate_bp"],
        bonus_first=True,
    )


def _customer_of(payment: Payment) -> Party | None:
    if payment.customer_id is None:
        return None
    return Party(id=payment.customer_id, name=payment.receipt.get("customer") or "")


def _taken(payment: Payment) -> PaymentTaken:
    return PaymentTaken(
        venue_id=payment.venue_id, payment_id=payment.id, amount_minor=payment.amount_minor
    )


async def _audit(
    uow: UnitOfWork, actor: Actor, payment: Payment, action: str, **detail: object
) -> None:
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
