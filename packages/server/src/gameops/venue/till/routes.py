"""The till over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from gameops.billing import api as billing
from gameops.core.errors import Forbidden
from gameops.core.uow import UnitOfWork
from gameops.core.web import Ctx, CurrentActor, OnlyOnce, Uow, problems
from gameops.venue.errors import (
    CustomerNotFound,
    NoTariff,
    PackageNotFound,
    SessionNotFound,
    TimeAlreadyPlayed,
    VenueNotFound,
    ZoneNotFound,
)
from gameops.venue.sessions.schemas import PaymentIn
from gameops.venue.till.schemas import (
    PackageSaleIn,
    PayoutIn,
    RefundIn,
    SettleIn,
    TopUpIn,
    VoidIn,
    VoucherSaleIn,
)
from gameops.venue.till.service import Till, voucher_code

router = APIRouter(prefix="/api/v1", tags=["till"])

SELLING = problems(
    Forbidden,
    CustomerNotFound,
    PackageNotFound,
    billing.InsufficientFunds,
    billing.TenderedTooLittle,
)


async def _out(uow: UnitOfWork, payment: billing.Payment) -> billing.PaymentOut:
    return (await billing.payments_out(uow.session, [payment]))[0]


@router.post("/payments/topup", status_code=201, summary="Top up a wallet", responses=SELLING)
async def top_up(
    body: TopUpIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> billing.PaymentOut:
    """Cash or card; the venue's bonus is added."""

    async def act() -> billing.PaymentOut:
        payment = await Till(uow, actor).top_up(
            body.customer_id, amount_minor=body.amount_minor, tender=body.tender()
        )
        return await _out(uow, payment)

    return await once(body, billing.PaymentOut, act)


@router.post("/payments/package", status_code=201, summary="Sell a package", responses=SELLING)
async def sell_package(
    body: PackageSaleIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> billing.PaymentOut:
    """A bundle of time for a customer."""

    async def act() -> billing.PaymentOut:
        payment = await Till(uow, actor).sell_package(
            body.customer_id, body.package_id, body.tender()
        )
        return await _out(uow, payment)

    return await once(body, billing.PaymentOut, act)


@router.post(
    "/payments/voucher",
    status_code=201,
    summary="Sell a voucher",
    responses=problems(Forbidden, VenueNotFound, ZoneNotFound, NoTariff),
)
async def sell_voucher(
    body: VoucherSaleIn, actor: CurrentActor, uow: Uow, context: Ctx, once: OnlyOnce
) -> billing.PaymentOut:
    """Minutes as a code; the code is in this answer and nowhere else."""

    async def act() -> billing.PaymentOut:
        payment = await Till(uow, actor).sell_voucher(
            context,
            venue_id=body.venue_id,
            zone_id=body.zone_id,
            minutes=body.minutes,
            tender=body.tender(),
        )
        return await _out(uow, payment)

    sold = await once(body, billing.PaymentOut, act)
    return sold.model_copy(update={"voucher_code": voucher_code(context, sold.id)})


@router.post(
    "/payments/payout",
    status_code=201,
    summary="Pay wallet value out",
    responses=problems(Forbidden, CustomerNotFound, billing.InsufficientFunds),
)
async def pay_out(
    body: PayoutIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> billing.PaymentOut:
    """Paid value only, in cash, with a reason."""

    async def act() -> billing.PaymentOut:
        payment = await Till(uow, actor).pay_out(
            body.customer_id, amount_minor=body.amount_minor, reason=body.reason
        )
        return await _out(uow, payment)

    return await once(body, billing.PaymentOut, act)


@router.post(
    "/sessions/{session_id}/settle",
    status_code=201,
    summary="Settle what a session owes",
    responses=problems(
        Forbidden,
        SessionNotFound,
        billing.NothingDue,
        billing.InsufficientFunds,
        billing.TenderedTooLittle,
    ),
)
async def settle_session(
    session_id: UUID, body: PaymentIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> billing.PaymentOut:
    """Postpaid time of a guest that ran out, or time played after the end."""

    async def act() -> billing.PaymentOut:
        payment = await Till(uow, actor).settle_session(session_id, body.tender())
        return await _out(uow, payment)

    return await once(body, billing.PaymentOut, act)


@router.post(
    "/payments/{payment_id}/refund",
    status_code=201,
    summary="Give (part of) a payment back",
    responses=problems(
        Forbidden,
        billing.PaymentNotFound,
        billing.AlreadyRefunded,
        billing.AlreadyVoided,
        billing.NotRefundable,
        billing.AlreadySpent,
    ),
)
async def refund_payment(
    payment_id: UUID, body: RefundIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> billing.PaymentOut:
    """Back the way it came, with a reason, never beyond what was taken and has not come back."""

    async def act() -> billing.PaymentOut:
        payment = await Till(uow, actor).refund(
            payment_id, amount_minor=body.amount_minor, reason=body.reason
        )
        return await _out(uow, payment)

    return await once(body, billing.PaymentOut, act)


@router.post(
    "/payments/{payment_id}/void",
    summary="Void a payment",
    responses=problems(
        Forbidden,
        billing.PaymentNotFound,
        billing.AlreadyVoided,
        billing.AlreadyRefunded,
        billing.NotRefundable,
        billing.AlreadySpent,
        TimeAlreadyPlayed,
    ),
)
async def void_payment(
    payment_id: UUID, body: VoidIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> billing.PaymentOut:
    """Undone with what it bought, if that has not been used; the reason stays."""

    async def act() -> billing.PaymentOut:
        payment = await Till(uow, actor).void(payment_id, reason=body.reason)
        await uow.session.flush()
        return await _out(uow, payment)

    return await once(body, billing.PaymentOut, act)


@router.post(
    "/customers/{customer_id}/settle",
    status_code=201,
    summary="Settle what is owed",
    responses=problems(
        Forbidden,
        CustomerNotFound,
        billing.NothingDue,
        billing.InsufficientFunds,
        billing.TenderedTooLittle,
    ),
)
async def settle_debt(
    customer_id: UUID, body: SettleIn, actor: CurrentActor, uow: Uow, once: OnlyOnce
) -> billing.PaymentOut:
    """All of it, or a part."""

    async def act() -> billing.PaymentOut:
        payment = await Till(uow, actor).settle(
            customer_id, amount_minor=body.amount_minor, tender=body.tender()
        )
        return await _out(uow, payment)

    return await once(body, billing.PaymentOut, act)
