"""What somebody might try, and what must not work: money twice, others' money, others' accounts."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from gameops.billing import api as billing
from gameops.core.actor import SYSTEM, Actor
from gameops.core.errors import Forbidden
from gameops.identity.api import create_user, get_user, grant_role
from gameops.venue.customers.service import Customers, ensure_customer
from gameops.venue.errors import (
    AgeUnknown,
    SelfServiceOff,
    TimeAlreadyPlayed,
    TooYoung,
)
from gameops.venue.permissions import CUSTOMERS, MANAGE_CUSTOMERS
from gameops.venue.sessions.model import Session
from gameops.venue.sessions.service import Sessions
from gameops.venue.sessions.sign_in import StationSignIn
from gameops.venue.tariffs.pricing import TariffRules
from gameops.venue.tariffs.service import Tariffs
from gameops.venue.till.service import Till

from .conftest import CASH, HOUR, MINUTE, House, staff_of

WALLET = billing.Tender(method=billing.Method.WALLET)


async def refund(house: House, payment_id: UUID, amount: int) -> billing.Payment:
    """Give a payment back."""
    async with house.context.unit_of_work() as uow:
        return await Till(uow, house.staff).refund(
            payment_id, amount_minor=amount, reason="a complaint"
        )


async def payment_of(house: House, session: Session) -> billing.PaymentOut:
    """The first payment for a session."""
    async with house.context.database.reading() as db:
        return (await billing.payments_of_sessions(db, [session.id]))[0]


async def test_time_that_can_still_be_played_is_not_refunded(house: House) -> None:
    session = await house.start(minutes=60)
    payment = await payment_of(house, session)
    with pytest.raises(billing.NotRefundable):
        await refund(house, payment.id, 100)


async def test_a_refund_gives_no_more_than_has_not_come_back_yet(house: House) -> None:
    ana = await house.customer()
    session = await house.start(minutes=60, customer_id=ana)
    payment = await payment_of(house, session)
    await house.pass_time(30 * MINUTE)
    await house.end(session)  # 150 of 300 came back
    with pytest.raises(billing.AlreadyRefunded):
        await refund(house, payment.id, 200)
    await refund(house, payment.id, 150)
    with pytest.raises(billing.AlreadyRefunded):
        await refund(house, payment.id, 1)
    await house.check_books()


async def test_what_a_package_bought_is_voided_and_not_refunded(house: House) -> None:
    payment, _ = await house.voucher()
    with pytest.raises(billing.NotRefundable):
        await refund(house, payment.id, 100)


async def test_bonus_comes_back_as_bonus(house: House) -> None:
    await house.policy(topup_bonus=[{"from_minor": 100, "bonus_bp": 10_000}])
    ana = await house.customer(cash=300)
    session = await house.start(minutes=60, customer_id=ana, tender=WALLET)
    payment = await payment_of(house, session)
    await house.pass_time(HOUR)
    await house.tick()
    await refund(house, payment.id, 300)
    assert await house.money(ana) == (300, 300, 0)


async def test_a_player_cannot_spend_the_wallet_of_whoever_paid(house: House) -> None:
    payer, ben = await house.customer("Payer", cash=5_000), await house.customer("Ben")
    session = await house.start(minutes=30, customer_id=ben, tender=WALLET, payer_id=payer)
    async with house.context.database.reading() as db:
        user_id = await db.scalar(
            text("SELECT user_id FROM venue_customer WHERE id = :id"), {"id": ben}
        )
    player = Actor(id=user_id, kind="user", name="Ben")
    with pytest.raises(SelfServiceOff):
        async with house.context.unit_of_work() as uow:
            await Sessions(uow, player).extend(session.id, minutes=30, tender=WALLET)
    key = replace(player, kind="api_key")
    with pytest.raises(Exception, match="no such session"):
        async with house.context.unit_of_work() as uow:
            await Sessions(uow, key).pause(session.id)


async def test_staff_cannot_take_over_an_administrators_account(house: House) -> None:
    async with house.context.unit_of_work() as uow:
        boss = await create_user(uow, SYSTEM, display_name="Boss", email="boss@example.org")
        await grant_role(uow, SYSTEM, boss.id, role="admin", venue_id=None)
        profile = await ensure_customer(uow, user_id=boss.id, venue_id=house.venue_id)
    staff = staff_of(house.venue_id, CUSTOMERS, MANAGE_CUSTOMERS)
    with pytest.raises(Exception, match=r".") as refused:
        async with house.context.unit_of_work() as uow:
            await Customers(uow, staff).change(profile.id, {"email": "mine@example.org"})
    assert getattr(refused.value, "code", "").startswith(("identity.", "core."))
    async with house.context.database.reading() as db:
        assert (await get_user(db, boss.id)).email == "boss@example.org"


async def test_staff_of_one_venue_cannot_change_a_guest_of_two(house: House) -> None:
    other = await replace(house, zones={}, stations={}, tariffs={}).build()
    ana = await house.customer("Ana")
    async with house.context.unit_of_work() as uow:
        user_id = await uow.session.scalar(
            text("SELECT user_id FROM venue_customer WHERE id = :id"), {"id": ana}
        )
        await ensure_customer(uow, user_id=user_id, venue_id=other.venue_id)
    staff = staff_of(house.venue_id, CUSTOMERS, MANAGE_CUSTOMERS)
    with pytest.raises(Forbidden):
        async with house.context.unit_of_work() as uow:
            await Customers(uow, staff).change(ana, {"email": "mine@example.org"})


async def test_a_session_that_cannot_be_billed_does_not_keep_the_others(house: House) -> None:
    first, second = await house.start("A1", minutes=30), await house.start("A2", minutes=30)
    async with house.context.unit_of_work() as uow:
        await uow.session.execute(
            text("UPDATE venue_session SET paid_minor = -100 WHERE id = :id"), {"id": first.id}
        )
        await uow.session.execute(
            text(
                "ALTER TABLE billing_posting ADD CONSTRAINT no_such_money"
                " CHECK (amount_minor <> -100) NOT VALID"
            )
        )
    await house.pass_time(30 * MINUTE)
    assert (await house.fresh(second)).ended_at is not None
    assert (await house.fresh(first)).ended_at is None


async def test_a_whole_sale_is_undone_soon_or_not_at_all(house: House) -> None:
    session = await house.start(minutes=120)
    payment = await payment_of(house, session)
    await house.pass_time(timedelta(minutes=119))
    with pytest.raises(TimeAlreadyPlayed):
        await house.void(payment.id)


async def test_an_age_limit_holds_when_a_session_moves(house: House) -> None:
    await house.add_zone("Adults", 300, minimum_age=18)
    await house.add_station("X1", "Adults")
    young = await house.customer("Kim")
    await house.change_customer(young, date_of_birth="2015-05-01")
    session = await house.start("A1", minutes=60, customer_id=young)
    with pytest.raises((TooYoung, AgeUnknown)):
        await house.move(session, "X1")


async def test_the_minimum_is_charged_once(house: House) -> None:
    await house.publish("Hall", 300, minimum_minor=200)
    session = await house.start(minutes=60)
    extended = await house.extend(session, 10, CASH)
    assert extended.held.total_minor == 350


async def test_a_voucher_is_worth_on_a_rig_what_it_cost(house: House) -> None:
    async with house.context.unit_of_work() as uow:
        rules = TariffRules.model_validate({"base_rate_minor_per_hour": 1_200})
        await Tariffs(uow, SYSTEM).create(
            venue_id=house.venue_id,
            name="Rigs",
            zone_ids=[str(house.zones["Hall"])],
            kinds=["sim_rig"],
            rules=rules,
        )
    rig = await house.add_station("R1", "Hall", "sim_rig")
    _, code = await house.voucher(minutes=60)  # 300 for an hour on a PC
    session = await StationSignIn(house.context, rig).by_voucher(code)
    assert session.ends_at == session.started_at + 15 * MINUTE
