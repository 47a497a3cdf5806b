"""Groups, vouchers, and undoing what was sold."""

from datetime import timedelta
from typing import Any

import pytest

from gameops.billing import api as billing
from gameops.core.errors import Forbidden, NotFound
from gameops.venue import errors
from gameops.venue.sessions.group import Group
from gameops.venue.sessions.model import Session
from gameops.venue.sessions.schemas import GroupStartIn
from gameops.venue.sessions.sign_in import StationSignIn
from gameops.venue.till.service import Till

from .conftest import CASH, HOUR, MINUTE, WALLET, House, staff_of

# --- groups ----------------------------------------------------------------------------------


async def _group(
    house: House, payer: dict[str, Any], method: str = "cash", **players: Any
) -> list[Session]:
    entries = [
        {"station_id": house.stations[station], "customer_id": customer}
        for station, customer in players.items()
    ]
    wanted = GroupStartIn.model_validate(
        {"entries": entries, "minutes": 60, "payer": payer, "payment": {"method": method}}
    )
    async with house.context.unit_of_work() as uow:
        _, begun = await Group(uow, house.staff).start(wanted)
    return [one.session for one in begun]


async def test_one_pays_for_a_group_in_cash_with_one_receipt(house: House) -> None:
    vip = await house.customer(tier="vip")
    sessions = await _group(house, {"kind": "one"}, A1=None, A2=vip, V1=None)
    assert {s.paid_minor for s in sessions} == {300, 240, 600}
    assert len({s.group_id for s in sessions}) == 1
    async with house.context.database.reading() as reading:
        paid = await billing.payments_of_sessions(reading, [s.id for s in sessions])
    assert [(p.amount_minor, len(p.lines)) for p in paid] == [(1_140, 3)]
    await house.pass_time(30 * MINUTE)
    for session in sessions:
        await house.end(session)
    accounts = await house.check_books()
    assert (accounts["cash"], accounts["deferred"]) == (1_140 - 150 - 300, 0)
    assert await house.money(vip) == (120, 0, 0)


async def test_a_customer_pays_for_a_group_from_the_wallet_and_gets_the_rest_back(
    house: House,
) -> None:
    await house.policy(topup_bonus=[{"from_minor": 1, "bonus_bp": 5_000}])
    host, guest = await house.customer("Host", cash=600), await house.customer("Guest")
    payer = {"kind": "customer", "customer_id": str(host)}
    sessions = await _group(house, payer, "wallet", A1=host, A2=guest, A3=None)
    assert await house.money(host) == (0, 0, 0)
    assert sum(s.bonus_minor for s in sessions) == 300
    assert all(s.held.total_minor == 300 for s in sessions)
    await house.pass_time(30 * MINUTE)
    for session in sessions:
        await house.end(session)
    assert sum(await house.money(host)) == 450
    assert await house.money(guest) == (0, 0, 0)
    assert (await house.check_books())["deferred"] == 0


async def test_everybody_pays_for_themselves(house: House) -> None:
    ana, ben = await house.customer("Ana", cash=300), await house.customer("Ben", cash=700)
    await _group(house, {"kind": "split"}, "wallet", A1=ana, V1=ben)
    assert await house.money(ana) == (0, 0, 0)
    assert await house.money(ben) == (100, 0, 0)


async def test_a_group_starts_whole_or_not_at_all(house: House) -> None:
    ana = await house.customer("Ana", cash=299)
    await house.start("A2")
    with pytest.raises(errors.StationBusy):
        await _group(house, {"kind": "one"}, A1=None, A2=None)
    with pytest.raises(billing.InsufficientFunds):
        await _group(house, {"kind": "split"}, "wallet", A3=ana)
    with pytest.raises(errors.MemberNeeded):
        await _group(house, {"kind": "one"}, "wallet", A1=None)
    assert (await house.accounts())["cash"] == 299 + 300
    await house.start("A1")
    await house.start("A3")


async def test_strangers_do_not_pay(house: House, venue_context: Any, clock: Any) -> None:
    other = await House(venue_context, clock).build()
    stranger = await other.customer(cash=1_000)
    payer = {"kind": "customer", "customer_id": str(stranger)}
    with pytest.raises(errors.CustomerNotFound):
        await _group(house, payer, "wallet", A1=None)


# --- vouchers --------------------------------------------------------------------------------


async def test_a_voucher_is_played_once_and_never_refunded(house: House) -> None:
    _, code = await house.voucher("Hall", minutes=60)
    session = await StationSignIn(house.context, house.stations["A1"]).by_voucher(
        f" {code.lower()} "
    )
    assert (session.mode, session.paid_by) == ("prepaid", "voucher")
    await house.pass_time(20 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.forfeited_minor, over.refund_minor) == (100, 200, 0)
    accounts = await house.check_books()
    assert accounts == {"cash": 300, "revenue": -252, "tax": -48}
    with pytest.raises(errors.VoucherInvalid):
        await StationSignIn(house.context, house.stations["A1"]).by_voucher(code)


async def test_a_voucher_holds_in_its_zone_and_for_a_year(house: House) -> None:
    _, code = await house.voucher("Hall")
    for station, wrong in (("V1", code), ("A1", "ABCD-EFGH-JKLM")):
        with pytest.raises(errors.VoucherInvalid):
            await StationSignIn(house.context, house.stations[station]).by_voucher(wrong)
    house.clock.advance(timedelta(days=365))
    with pytest.raises(errors.VoucherInvalid):
        await StationSignIn(house.context, house.stations["A1"]).by_voucher(code)


async def test_a_refused_voucher_is_not_used_up(house: House) -> None:
    _, code = await house.voucher("Hall")
    session = await house.start("A1")
    with pytest.raises(errors.StationBusy):
        await StationSignIn(house.context, house.stations["A1"]).by_voucher(code)
    await house.end(session)
    await StationSignIn(house.context, house.stations["A1"]).by_voucher(code)


async def test_self_service_and_opening_hours_bind_the_station(house: House) -> None:
    from gameops.core.actor import SYSTEM
    from gameops.venue.venues.service import Venues

    _, code = await house.voucher("Hall")
    hours = [{"weekday": 4, "opens": "10:00:00", "closes": "19:00:00"}]  # it is 19:00 now
    async with house.context.unit_of_work() as uow:
        await Venues(uow, SYSTEM).change(house.venue_id, {"opening_hours": hours})
    with pytest.raises(errors.VenueClosed):
        await StationSignIn(house.context, house.stations["A1"]).by_voucher(code)
    await house.policy(self_service=False)
    with pytest.raises(errors.SelfServiceOff):
        await StationSignIn(house.context, house.stations["A1"]).by_voucher(code)


async def test_a_voucher_can_be_voided_until_it_is_used(house: House) -> None:
    payment, code = await house.voucher("Hall")
    await house.void(payment.id)
    assert await house.check_books() == {}
    with pytest.raises(errors.VoucherInvalid):
        await StationSignIn(house.context, house.stations["A1"]).by_voucher(code)
    payment, code = await house.voucher("Hall")
    await StationSignIn(house.context, house.stations["A1"]).by_voucher(code)
    with pytest.raises(errors.TimeAlreadyPlayed):
        await house.void(payment.id)


# --- undoing ---------------------------------------------------------------------------------


async def _payments(house: House, session: Session) -> list[billing.PaymentOut]:
    async with house.context.database.reading() as reading:
        return await billing.payments_of_sessions(reading, [session.id])


async def test_voiding_the_sale_of_a_session_ends_it_without_charge(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(10 * MINUTE)
    await house.void((await _payments(house, session))[0].id)
    over = await house.fresh(session)
    assert (over.end_reason, over.charge_minor, over.refund_minor) == ("void", 0, 0)
    assert await house.check_books() == {}
    voided = (await _payments(house, session))[0].voided
    assert voided is not None
    assert (voided.by, voided.reason) == ("Sam Staff", "a mistake")


async def test_voiding_an_extension_takes_its_minutes_back(house: House) -> None:
    session = await house.start(minutes=60)
    await house.extend(session, 30)
    await house.void((await _payments(house, session))[1].id)
    assert (await house.fresh(session)).ends_at == session.started_at + HOUR
    await house.pass_time(2 * HOUR)
    assert (await house.fresh(session)).charge_minor == 300
    assert (await house.check_books())["cash"] == 300


async def test_voiding_an_extension_of_a_paused_session(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pause(session)
    await house.extend(session, 30)
    await house.void((await _payments(house, session))[1].id)
    assert (await house.fresh(session)).left(house.clock.now()) == HOUR


async def test_minutes_that_were_played_cannot_be_voided(house: House) -> None:
    session = await house.start(minutes=60)
    await house.extend(session, 30)
    await house.pass_time(70 * MINUTE)
    with pytest.raises(errors.TimeAlreadyPlayed):
        await house.void((await _payments(house, session))[1].id)
    await house.pass_time(HOUR)
    with pytest.raises(errors.TimeAlreadyPlayed):
        await house.void((await _payments(house, session))[0].id)
    assert (await house.check_books())["cash"] == 450


async def test_what_a_wallet_paid_goes_back_to_its_parts(house: House) -> None:
    await house.policy(topup_bonus=[{"from_minor": 1, "bonus_bp": 5_000}])
    ana = await house.customer(cash=200)
    session = await house.start(minutes=60, customer_id=ana, tender=CASH)
    await house.extend(session, 30, WALLET)  # 150: 100 of it bonus
    assert await house.money(ana) == (150, 0, 0)
    await house.void((await _payments(house, session))[1].id)
    assert await house.money(ana) == (200, 100, 0)
    running = await house.fresh(session)
    assert (running.paid_minor, running.bonus_minor) == (300, 0)
    await house.end(session)
    assert await house.money(ana) == (500, 100, 0)
    assert (await house.check_books())["deferred"] == 0


async def test_a_package_can_be_voided_until_it_is_used(house: House) -> None:
    ana = await house.customer()
    grant, payment = await house.grant(ana)
    session = await house.start(mode="package", customer_id=ana, grant_id=grant)
    with pytest.raises(errors.TimeAlreadyPlayed):
        await house.void(payment.id)
    await house.end(session)
    await house.void(payment.id)
    with pytest.raises(errors.GrantNotUsable):
        await house.start(mode="package", customer_id=ana, grant_id=grant)
    grant, payment = await house.grant(ana)
    session = await house.start(mode="package", customer_id=ana, grant_id=grant)
    await house.pass_time(MINUTE)
    await house.end(session)
    with pytest.raises(errors.TimeAlreadyPlayed):
        await house.void(payment.id)


async def test_a_top_up_can_be_voided_until_it_is_spent(house: House) -> None:
    await house.policy(topup_bonus=[{"from_minor": 1, "bonus_bp": 1_000}])
    ana = await house.customer()
    payment = await house.top_up(ana, 1_000)
    await house.void(payment.id)
    assert await house.money(ana) == (0, 0, 0)
    with pytest.raises(billing.AlreadyVoided):
        await house.void(payment.id)
    payment = await house.top_up(ana, 1_000)
    await house.start(customer_id=ana, tender=WALLET)
    with pytest.raises(billing.AlreadySpent):
        await house.void(payment.id)
    await house.check_books()


async def test_voiding_needs_its_permission_and_the_venue(house: House) -> None:
    ana = await house.customer()
    payment = await house.top_up(ana, 100)
    house.staff = staff_of(house.venue_id, "billing.payments.take", "billing.payments.view")
    with pytest.raises(Forbidden):
        await house.void(payment.id)
    house.staff = staff_of(house.stations["A1"])
    with pytest.raises(NotFound):
        await house.void(payment.id)


async def test_a_long_reason_is_kept_whole(house: House) -> None:
    ana = await house.customer(cash=500)
    payment = await house.top_up(ana, 100)
    reason = "because " * 36
    async with house.context.unit_of_work() as uow:
        await Till(uow, house.staff).void(payment.id, reason=reason)
    async with house.context.unit_of_work() as uow:
        paid = await Till(uow, house.staff).pay_out(ana, amount_minor=200, reason=reason)
    assert paid.receipt["lines"][0]["label"] == reason
    assert await house.money(ana) == (300, 0, 0)


async def test_only_paid_value_is_paid_out(house: House) -> None:
    await house.policy(topup_bonus=[{"from_minor": 1, "bonus_bp": 5_000}])
    ana = await house.customer(cash=400)
    async with house.context.unit_of_work() as uow:
        with pytest.raises(billing.InsufficientFunds):
            await Till(uow, house.staff).pay_out(ana, amount_minor=401, reason="moving away")
    async with house.context.unit_of_work() as uow:
        await Till(uow, house.staff).pay_out(ana, amount_minor=400, reason="moving away")
    assert await house.money(ana) == (0, 200, 0)
    assert (await house.check_books())["cash"] == 0


async def test_a_debt_is_settled_in_parts(house: House) -> None:
    ana = await house.customer(credit=600)
    session = await house.start(mode="postpaid", customer_id=ana)
    await house.pass_time(HOUR)
    await house.end(session)
    async with house.context.unit_of_work() as uow:
        await Till(uow, house.staff).settle(ana, amount_minor=100, tender=CASH)
    assert await house.money(ana) == (0, 0, 200)
    async with house.context.unit_of_work() as uow:
        await Till(uow, house.staff).settle(ana, amount_minor=None, tender=CASH)
    assert await house.money(ana) == (0, 0, 0)
    async with house.context.unit_of_work() as uow:
        with pytest.raises(billing.NothingDue):
            await Till(uow, house.staff).settle(ana, amount_minor=None, tender=CASH)
    assert (await house.check_books())["cash"] == 300
