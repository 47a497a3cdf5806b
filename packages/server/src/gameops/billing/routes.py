"""Payments and the ledger over HTTP. Selling and voiding live with what is sold (the till)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from gameops.billing import store
from gameops.billing.errors import (
    PaymentNotFound,
)
from gameops.billing.model import Method, Payment, PaymentKind
from gameops.billing.permissions import VIEW
from gameops.billing.schemas import (
    AccountTotal,
    EmployeeTakings,
    EmployeeTakingsList,
    PaymentOut,
    ReceiptOut,
    TrialBalance,
    payments_out,
    receipt_out,
)
from gameops.core.actor import Actor
from gameops.core.errors import Forbidden, NotFound
from gameops.core.paging import Page
from gameops.core.uow import UnitOfWork
from gameops.core.web import CurrentActor, Paging, Uow, problems

router = APIRouter(prefix="/api/v1", tags=["billing"])


@router.get("/payments", summary="List payments", responses=problems(Forbidden, NotFound))
async def list_payments(
    venue_id: UUID,
    actor: CurrentActor,
    uow: Uow,
    paging: Paging,
    customer_id: UUID | None = None,
    session_id: UUID | None = None,
    employee_id: UUID | None = None,
    method: Method | None = None,
    kind: PaymentKind | None = None,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
) -> Page[PaymentOut]:
    """Newest first."""
    actor.require(VIEW, venue_id=venue_id)
    conditions: list[Any] = [Payment.venue_id == venue_id]
    wanted = {
        Payment.customer_id: customer_id,
        Payment.session_id: session_id,
        Payment.employee_id: employee_id,
        Payment.method: method,
        Payment.kind: kind,
    }
    conditions += [column == value for column, value in wanted.items() if value is not None]
    conditions += [Payment.at >= since] if since else []
    conditions += [Payment.at < until] if until else []
    found = await store.list_payments(uow.session, conditions, paging)
    items = await payments_out(uow.session, found.rows)
    return Page(items=items, next_cursor=found.next_cursor)


@router.get(
    "/payments/employees",
    summary="Takings, voids and refunds by employee",
    responses=problems(Forbidden, NotFound),
)
async def takings_by_employee(
    venue_id: UUID,
    actor: CurrentActor,
    uow: Uow,
    since: Annotated[datetime, Query(alias="from")],
    until: Annotated[datetime, Query(alias="to")],
) -> EmployeeTakingsList:
    """Who took, voided and gave back how much: the place to look for theft."""
    actor.require(VIEW, venue_id=venue_id)
    rows = await store.by_employee(uow.session, venue_id, since=since, until=until)
    items = [EmployeeTakings.model_validate(row, from_attributes=True) for row in rows]
    return EmployeeTakingsList(items=items)


@router.get(
    "/payments/{payment_id}",
    summary="One payment",
    responses=problems(Forbidden, PaymentNotFound),
)
async def get_payment(payment_id: UUID, actor: CurrentActor, uow: Uow) -> PaymentOut:
    """With what became of it."""
    payment = await _visible(uow, actor, payment_id, VIEW)
    return (await payments_out(uow.session, [payment]))[0]


@router.get(
    "/payments/{payment_id}/receipt",
    summary="The receipt of a payment",
    responses=problems(Forbidden, PaymentNotFound),
)
async def get_receipt(payment_id: UUID, actor: CurrentActor, uow: Uow) -> ReceiptOut:
    """As it was on the day, whatever has been renamed since."""
    payment = await _visible(uow, actor, payment_id, VIEW)
    voids = await store.voids(uow.session, [payment.id])
    return receipt_out(payment, voided=payment.id in voids)


@router.get(
    "/ledger/trial-balance",
    summary="The journal's totals",
    responses=problems(Forbidden, NotFound),
)
async def get_trial_balance(venue_id: UUID, actor: CurrentActor, uow: Uow) -> TrialBalance:
    """Debits equal credits, and every guarded balance equals its postings, or it says so."""
    actor.require(VIEW, venue_id=venue_id)
    rows = await store.trial_balance(uow.session, venue_id)
    accounts = [AccountTotal.model_validate(row, from_attributes=True) for row in rows]
    even = sum(row.debit_minor for row in rows) == sum(row.credit_minor for row in rows)
    wrong = await store.guarded_mismatches(uow.session, venue_id)
    return TrialBalance(balanced=even and not wrong, accounts=accounts)


async def _visible(uow: UnitOfWork, actor: Actor, payment_id: UUID, permission: str) -> Payment:
    payment = await store.find_payment(uow.session, payment_id)
    if payment is None or not actor.belongs_to(payment.venue_id):
        raise PaymentNotFound(payment_id=payment_id)
    actor.require(permission, venue_id=payment.venue_id)
    return payment
