"""Giving money back: refunds, payouts, voids. Each has a reason, a permission and a receipt."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.billing import ledger, store
from gameops.billing.errors import (
    AlreadyRefunded,
    AlreadySpent,
    AlreadyVoided,
    InsufficientFunds,
    NotRefundable,
    PaymentNotFound,
)
from gameops.billing.events import PaymentVoided
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
from gameops.billing.payments import (
    Issuer,
    Party,
    Sale,
    Tender,
    audit_payment,
    make_payment,
    taken_event,
)
from gameops.core.actor import Actor
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork

GIVEN_BACK = frozenset({PaymentKind.REFUND, PaymentKind.PAYOUT})


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
    payment = make_payment(uow, actor, issuer, sale, entry)
    uow.record(taken_event(payment))
    await store.insert_payment(uow.session, payment)
    await store.number_now(uow.session, payment)
    return payment


async def refund(
    uow: UnitOfWork,
    actor: Actor,
    payment_id: UUID,
    *,
    amount_minor: int,
    reason: str,
    given_before_minor: int = 0,
) -> Payment:
    """Give part of a payment back the way it came; never more than was taken.

    ``given_before_minor`` is what has come back of it in other ways: unused time, say.
    """
    original = await _lock_refundable(uow, payment_id)
    given = (await store.refunded(uow.session, [payment_id])).get(payment_id, 0)
    left = original.amount_minor - given - given_before_minor
    if amount_minor > left:
        raise AlreadyRefunded(refundable_minor=max(left, 0))
    topup = original.kind == PaymentKind.TOPUP
    taken_from = (
        Line(AccountKind.WALLET, amount_minor, original.customer_id)
        if topup
        else Line(AccountKind.REFUNDS, amount_minor)
    )
    lines = [taken_from, *await _way_back(uow, original, amount_minor)]
    sale = Sale(
        kind=PaymentKind.REFUND,
        lines=[(reason, -amount_minor)],
        tender=Tender(method=Method(original.method)),
        customer=_customer_of(original),
        session_id=original.session_id,
    )
    try:
        return await _give_back(
            uow, actor, _issuer_of(original), sale, lines, refunds_id=original.id
        )
    except InsufficientFunds as error:
        raise AlreadySpent from error


async def _way_back(uow: UnitOfWork, original: Payment, amount_minor: int) -> list[Line]:
    """Credits that return value the way it came: what was bonus stays bonus."""
    if original.method != Method.WALLET:
        return [Line(AccountKind(original.method), -amount_minor)]
    paid = await paid_from(uow.session, original)
    bonus = amount_minor * paid.bonus_minor // max(original.amount_minor, 1)
    return [
        Line(AccountKind.WALLET, bonus - amount_minor, original.customer_id),
        Line(AccountKind.BONUS, -bonus, original.customer_id),
    ]


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
    payment = make_payment(uow, actor, issuer, sale, entry)
    payment.refunds_id = refunds_id
    await ledger.post(uow, [entry], [payment])
    await audit_payment(uow, actor, payment, f"billing.{sale.kind}_given")
    uow.record(taken_event(payment))
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
    await audit_payment(uow, actor, original, "billing.payment_voided", reason=reason)
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
