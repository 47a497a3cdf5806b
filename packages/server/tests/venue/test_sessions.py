"""Sessions from start to end: the time they run and the money, to the cent."""

from datetime import date

import pytest

from gameops.billing import api as billing
from gameops.billing.model import AccountKind
from gameops.core.errors import Forbidden
from gameops.venue import errors
from gameops.venue.venues.model import RefundPolicy

from .conftest import CARD, CASH, HOUR, MINUTE, WALLET, House, staff_of

DEFERRED = AccountKind.DEFERRED


# --- prepaid ---------------------------------------------------------------------------------


async def test_an_hour_that_runs_out_is_earned_in_full(house: House) -> None:
    session = await house.start(minutes=60)
    assert (await house.accounts())[DEFERRED] == -300
    await house.pass_time(HOUR + 7 * MINUTE)
    over = await house.fresh(session)
    assert (over.ended_at, over.end_reason) == (session.started_at + HOUR, "expired")
    assert (over.charge_minor, over.refund_minor, over.due_minor) == (300, 0, 0)
    assert await house.check_books() == {
        AccountKind.CASH: 300,
        AccountKind.REVENUE: -252,
        AccountKind.TAX: -48,
    }


async def test_unused_time_goes_back_to_a_members_wallet(house: House) -> None:
    ana = await house.customer()
    session = await house.start(minutes=60, customer_id=ana)
    await house.pass_time(20 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (100, 200)
    assert await house.money(ana) == (200, 0, 0)
    assert DEFERRED not in await house.check_books()


async def test_unused_time_of_a_guest_is_paid_out_with_a_receipt(house: House) -> None:
    session = await house.start(minutes=60, tender=CARD)
    await house.pass_time(30 * MINUTE)
    assert (await house.end(session)).refund_minor == 150
    accounts = await house.check_books()
    assert (accounts[AccountKind.CARD], accounts[DEFERRED]) == (150, 0)
    async with house.context.database.reading() as reading:
        paid = await billing.payments_of_sessions(reading, [session.id])
    assert [(p.kind, p.method, p.amount_minor) for p in paid] == [
        ("time", "card", 300),
        ("refund", "card", -150),
    ]


async def test_what_is_paid_out_is_what_the_receipt_says(house: House) -> None:
    await house.policy(refund="original", topup_bonus=[{"from_minor": 1, "bonus_bp": 10_000}])
    ana = await house.customer(cash=150)
    session = await house.start(minutes=60, customer_id=ana)
    await house.extend(session, 30, WALLET)  # 150, all of it from the bonus
    await house.pass_time(20 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (100, 350)
    accounts = await house.check_books()
    assert await house.money(ana) == (150, 50, 0)
    assert accounts[AccountKind.CASH] == 150
    async with house.context.database.reading() as reading:
        paid = await billing.payments_of_sessions(reading, [session.id])
    assert [p.amount_minor for p in paid if p.kind == "refund"] == [-300]


@pytest.mark.parametrize(
    ("policy", "minutes_left", "refund"),
    [
        ({"refund": "none"}, 40, 0),
        ({"refund": "wallet"}, 40, 200),
        ({"refund": "wallet"}, 4, 0),  # less than five minutes are not given back
        ({"refund": "wallet", "refund_minimum_seconds": 0}, 4, 20),
        ({"refund": "original"}, 40, 200),
    ],
)
async def test_the_policy_decides_what_is_given_back(
    house: House, policy: dict[str, object], minutes_left: int, refund: int
) -> None:
    await house.policy(**policy)
    ana = await house.customer()
    session = await house.start(minutes=60, customer_id=ana)
    await house.pass_time((60 - minutes_left) * MINUTE)
    over = await house.end(session)
    assert over.refund_minor == refund
    assert (over.charge_minor or 0) + over.forfeited_minor + refund == 300
    accounts = await house.check_books()
    assert accounts[DEFERRED] == 0
    back = 0 if policy["refund"] == "original" else refund
    assert await house.money(ana) == (back, 0, 0)
    assert accounts[AccountKind.CASH] == 300 - (refund - back)


async def test_only_who_may_decide_refunds_can_refuse_one(house: House) -> None:
    session = await house.start(minutes=60)
    house.staff = staff_of(house.venue_id, "venue.sessions.operate")
    with pytest.raises(Forbidden):
        await house.end(session, refund=RefundPolicy.NONE)
    house.staff = staff_of(house.venue_id)
    assert (await house.end(session, refund=RefundPolicy.NONE)).refund_minor == 0


async def test_an_extension_costs_what_its_time_costs(house: House) -> None:
    night = {"label": "Night", "weekdays": [4], "from": "20:00", "to": "06:00"}
    await house.publish("Hall", 300, rates=[night | {"rate_minor_per_hour": 600}])
    session = await house.start(minutes=60)  # 19:00 to 20:00 in Berlin
    session = await house.extend(session, 30)
    assert session.paid_minor == 300 + 300
    await house.pass_time(2 * HOUR)
    over = await house.fresh(session)
    assert (over.charge_minor, over.ended_at) == (600, session.started_at + 90 * MINUTE)
    assert over.price
    assert [line["amount_minor"] for line in over.price["lines"]] == [300, 300]


async def test_a_failed_payment_extends_nothing(house: House) -> None:
    ana = await house.customer(cash=100)
    session = await house.start(minutes=60, customer_id=ana)
    with pytest.raises(billing.InsufficientFunds):
        await house.extend(session, 60, WALLET)
    assert (await house.fresh(session)).ends_at == session.ends_at
    with pytest.raises(billing.TenderedTooLittle):
        await house.extend(
            session, 60, billing.Tender(method=billing.Method.CASH, tendered_minor=9)
        )
    assert await house.money(ana) == (100, 0, 0)


async def test_prices_that_change_later_do_not_touch_a_running_session(house: House) -> None:
    session = await house.start(minutes=60)
    await house.publish("Hall", 3_000)
    await house.pass_time(30 * MINUTE)
    assert (await house.end(session)).refund_minor == 150


async def test_a_member_pays_less_by_tier(house: House) -> None:
    vip = await house.customer(tier="vip")
    assert (await house.start("A1", customer_id=vip)).paid_minor == 240
    assert (await house.start("A2")).paid_minor == 300


# --- pause -----------------------------------------------------------------------------------


async def test_a_pause_is_not_billed_and_not_lost(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(20 * MINUTE)
    paused = await house.pause(session)
    assert (paused.ends_at, paused.left(house.clock.now())) == (None, 40 * MINUTE)
    await house.pass_time(10 * MINUTE)
    resumed = await house.resume(session)
    assert resumed.ends_at == session.started_at + 70 * MINUTE
    await house.pass_time(10 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (150, 150)
    assert [(g.kind, g.ended_at - g.started_at) for g in await house.segments(session)] == [
        ("play", 20 * MINUTE),
        ("pause", 10 * MINUTE),
        ("play", 10 * MINUTE),
    ]


async def test_a_pause_that_runs_out_resumes_at_that_very_instant(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(10 * MINUTE)
    await house.pause(session)
    await house.pass_time(10 * MINUTE)
    await house.resume(session)
    await house.pass_time(5 * MINUTE)
    await house.pause(session)  # twenty of the thirty minutes are left
    await house.pass_time(29 * MINUTE)
    running = await house.fresh(session)
    resumed_at = session.started_at + 45 * MINUTE
    assert (await house.segments(session))[-1].started_at == resumed_at
    assert running.ends_at == resumed_at + 45 * MINUTE
    assert running.paused_total_us == 30 * 60 * 1_000_000
    with pytest.raises(errors.PauseNotAllowed):
        await house.pause(session)


async def test_a_pause_and_an_end_that_were_both_slept_through_are_made_up_for(
    house: House,
) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(10 * MINUTE)
    await house.pause(session)
    await house.pass_time(5 * HOUR)
    over = await house.fresh(session)
    assert over.ended_at == session.started_at + 90 * MINUTE
    assert over.charge_minor == 300


async def test_a_paused_session_refuses_a_second_pause_and_a_running_one_a_resume(
    house: House,
) -> None:
    session = await house.start()
    with pytest.raises(errors.SessionNotPaused):
        await house.resume(session)
    await house.pause(session)
    with pytest.raises(errors.SessionPaused):
        await house.pause(session)
    extended = await house.extend(session, 30)
    assert extended.left(house.clock.now()) == 90 * MINUTE
    await house.policy(pause_allowed=False)
    await house.resume(session)
    with pytest.raises(errors.PauseNotAllowed):
        await house.pause(session)


async def test_a_paused_session_can_be_ended(house: House) -> None:
    session = await house.start()
    await house.pass_time(15 * MINUTE)
    await house.pause(session)
    await house.pass_time(10 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (75, 225)


# --- moving ----------------------------------------------------------------------------------


async def test_paid_value_moves_to_a_dearer_zone_and_back(house: House) -> None:
    ana = await house.customer()
    session = await house.start(minutes=120, customer_id=ana)  # 600
    await house.pass_time(30 * MINUTE)
    moved = await house.move(session, "V1")
    assert moved.left(house.clock.now()) == 45 * MINUTE  # 450 at 600 an hour
    await house.pass_time(15 * MINUTE)
    back = await house.move(session, "A2")
    assert back.left(house.clock.now()) == HOUR  # 300 at 300 an hour
    await house.pass_time(30 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (150 + 150 + 150, 150)
    assert DEFERRED not in await house.check_books()


async def test_a_moved_session_that_runs_out_costs_what_was_paid(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(20 * MINUTE)
    await house.move(session, "V2")
    await house.pass_time(2 * HOUR)
    over = await house.fresh(session)
    assert over.ended_at == session.started_at + 40 * MINUTE
    assert over.charge_minor == 300
    places = [(g.place, g.ended_at - g.started_at) for g in await house.segments(session)]
    assert places == [("Hall · A1", 20 * MINUTE), ("VIP · V2", 20 * MINUTE)]


async def test_a_paused_session_moves_paused(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pause(session)
    moved = await house.move(session, "V1")
    assert (moved.state, moved.left(house.clock.now())) == ("paused", 30 * MINUTE)
    await house.resume(session)
    assert (await house.fresh(session)).ends_at == session.started_at + 30 * MINUTE


async def test_a_move_needs_a_free_working_other_station(house: House) -> None:
    session = await house.start("A1")
    await house.start("A2")
    with pytest.raises(errors.SameStation):
        await house.move(session, "A1")
    with pytest.raises(errors.StationBusy):
        await house.move(session, "A2")
    await _break(house, "A3")
    with pytest.raises(errors.StationInMaintenance):
        await house.move(session, "A3")
    assert (await house.fresh(session)).station_id == house.stations["A1"]


async def test_a_move_to_a_console_keeps_the_value_too(house: House) -> None:
    await house.add_zone("Consoles", 450)
    await house.add_station("C1", "Consoles", "ps5")
    session = await house.start(minutes=60)
    moved = await house.move(session, "C1")
    assert moved.left(house.clock.now()) == 40 * MINUTE


# --- pay as you go ---------------------------------------------------------------------------


async def test_playing_from_the_wallet_gives_back_what_was_not_played(house: House) -> None:
    ana = await house.customer(cash=1_000)
    session = await house.start(mode="payg", customer_id=ana)
    assert await house.money(ana) == (0, 0, 0)
    assert session.ends_at == session.started_at + 200 * MINUTE
    await house.pass_time(90 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (450, 550)
    assert await house.money(ana) == (550, 0, 0)
    assert DEFERRED not in await house.check_books()


async def test_playing_from_the_wallet_ends_when_it_is_empty(house: House) -> None:
    ana = await house.customer(cash=100)
    session = await house.start(mode="payg", customer_id=ana)
    await house.pass_time(HOUR)
    over = await house.fresh(session)
    assert over.ended_at == session.started_at + 20 * MINUTE
    assert (over.charge_minor, over.refund_minor, over.due_minor) == (100, 0, 0)


async def test_a_top_up_prolongs_playing_from_the_wallet(house: House) -> None:
    ana = await house.customer(cash=300)
    session = await house.start(mode="payg", customer_id=ana)
    await house.pass_time(30 * MINUTE)
    await house.top_up(ana, 150)
    assert len(await house.jobs("venue.refill_session")) >= 1
    await house.refill(ana)
    await house.refill(ana)  # a job may come twice
    assert (await house.fresh(session)).ends_at == session.started_at + 90 * MINUTE
    assert await house.money(ana) == (0, 0, 0)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (150, 300)


async def test_bonus_and_paid_value_are_kept_apart(house: House) -> None:
    await house.policy(topup_bonus=[{"from_minor": 1_000, "bonus_bp": 2_000}])
    ana = await house.customer(cash=1_000)
    assert await house.money(ana) == (1_000, 200, 0)
    session = await house.start(mode="payg", customer_id=ana)
    assert (session.paid_minor, session.bonus_minor) == (1_000, 200)
    await house.pass_time(HOUR)
    await house.end(session)
    assert await house.money(ana) == (900, 0, 0)  # the bonus went first
    await house.check_books()


async def test_an_empty_wallet_buys_nothing(house: House) -> None:
    ana = await house.customer()
    with pytest.raises(errors.NothingToPlay):
        await house.start(mode="payg", customer_id=ana)
    with pytest.raises(errors.MemberNeeded):
        await house.start(mode="payg")


async def test_pausing_and_moving_a_wallet_session_keeps_its_value(house: House) -> None:
    ana = await house.customer(cash=900)
    session = await house.start(mode="payg", customer_id=ana)
    await house.pass_time(HOUR)
    await house.pause(session)
    await house.pass_time(20 * MINUTE)
    await house.resume(session)
    await house.move(session, "V1")
    moved = await house.fresh(session)
    assert moved.left(house.clock.now()) == HOUR
    await house.pass_time(30 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (600, 300)


@pytest.mark.parametrize("more", [{"minimum_minor": 500}, {"block_seconds": 7_200}])
async def test_a_wallet_session_never_costs_more_than_was_set_aside(
    house: House, more: dict[str, int]
) -> None:
    await house.publish("Hall", 300, **more)
    ana = await house.customer(cash=200)
    session = await house.start(mode="payg", customer_id=ana)
    await house.pass_time(3 * HOUR)
    assert (await house.fresh(session)).charge_minor == 200
    assert await house.money(ana) == (0, 0, 0)


# --- on account ------------------------------------------------------------------------------


async def test_playing_on_account_becomes_a_debt_within_the_limit(house: House) -> None:
    ana = await house.customer(credit=600)
    session = await house.start(mode="postpaid", customer_id=ana)
    assert session.ends_at == session.started_at + 2 * HOUR
    await house.pass_time(HOUR)
    over = await house.end(session)
    assert (over.charge_minor, over.due_minor) == (300, 300)
    assert await house.money(ana) == (0, 0, 300)
    again = await house.start(mode="postpaid", customer_id=ana)
    assert again.ends_at == again.started_at + HOUR
    await house.pass_time(2 * HOUR)
    assert await house.money(ana) == (0, 0, 600)
    with pytest.raises(billing.CreditLimitReached):
        await house.start(mode="postpaid", customer_id=ana)
    await house.check_books()


@pytest.mark.parametrize("more", [{"minimum_minor": 900}, {"block_seconds": 36_000}])
async def test_rounding_up_never_exceeds_the_credit_and_the_clock_goes_on(
    house: House, more: dict[str, int]
) -> None:
    await house.publish("Hall", 300, **more)
    ana = await house.customer(credit=600)
    session = await house.start("A1", mode="postpaid", customer_id=ana)
    other = await house.start("A2", minutes=120)
    await house.pass_time(3 * HOUR)
    assert (await house.fresh(other)).end_reason == "expired"
    assert (await house.fresh(session)).due_minor == 600
    assert await house.money(ana) == (0, 0, 600)


async def test_a_credit_limit_that_is_being_played_on_cannot_be_lowered(house: House) -> None:
    ana = await house.customer(credit=600)
    session = await house.start(mode="postpaid", customer_id=ana)
    with pytest.raises(billing.CreditLimitReached):
        await house.change_customer(ana, credit_limit_minor=100)
    await house.change_customer(ana, credit_limit_minor=700)
    await house.pass_time(3 * HOUR)
    assert (await house.fresh(session)).due_minor == 600
    with pytest.raises(billing.CreditLimitReached):
        await house.change_customer(ana, credit_limit_minor=599)


async def test_a_guest_on_account_pays_at_the_end(house: House) -> None:
    session = await house.start(mode="postpaid")
    await house.pass_time(HOUR)
    over = await house.end(session, tender=CASH)
    assert (over.charge_minor, over.due_minor) == (300, 300)
    accounts = await house.check_books()
    assert accounts == {AccountKind.CASH: 300, AccountKind.REVENUE: -252, AccountKind.TAX: -48}


async def test_playing_on_account_needs_its_own_permission(house: House) -> None:
    house.staff = staff_of(house.venue_id, "venue.sessions.operate")
    with pytest.raises(Forbidden):
        await house.start(mode="postpaid")


# --- packages --------------------------------------------------------------------------------


async def test_a_package_is_earned_as_it_is_played_and_the_rest_is_kept(house: House) -> None:
    ana = await house.customer()
    grant, _ = await house.grant(ana, hours=3, price=600)
    session = await house.start(mode="package", customer_id=ana, grant_id=grant)
    assert session.ends_at == session.started_at + 3 * HOUR
    await house.pass_time(HOUR)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (200, 0)
    left = await house.grant_row(grant)
    assert (left.left, left.left_minor) == (2 * HOUR, 400)
    again = await house.start("A2", mode="package", customer_id=ana, grant_id=grant)
    await house.pass_time(3 * HOUR)
    assert (await house.fresh(again)).charge_minor == 400
    assert DEFERRED not in await house.check_books()
    with pytest.raises(errors.GrantNotUsable):
        await house.start(mode="package", customer_id=ana, grant_id=grant)


async def test_where_a_package_does_not_hold_its_value_buys_time(house: House) -> None:
    ana = await house.customer()
    grant, _ = await house.grant(ana, hours=3, price=600, zones=("Hall",))
    with pytest.raises(errors.GrantNotUsable):
        await house.start("V1", mode="package", customer_id=ana, grant_id=grant)
    session = await house.start("A1", mode="package", customer_id=ana, grant_id=grant)
    await house.pass_time(90 * MINUTE)  # 300 of the 600 are played
    moved = await house.move(session, "V1")
    assert moved.mode == "prepaid"
    assert moved.left(house.clock.now()) == 30 * MINUTE  # 300 at 600 an hour
    await house.check_books()
    await house.pass_time(15 * MINUTE)
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (150, 150)
    assert await house.money(ana) == (150, 0, 0)
    assert DEFERRED not in await house.check_books()
    assert (await house.grant_row(grant)).left_us == 0


async def test_a_package_moves_freely_where_it_holds(house: House) -> None:
    ana = await house.customer()
    grant, _ = await house.grant(ana, hours=3, price=600)
    session = await house.start(mode="package", customer_id=ana, grant_id=grant)
    await house.pass_time(HOUR)
    moved = await house.move(session, "V1")
    assert (moved.mode, moved.left(house.clock.now())) == ("package", 2 * HOUR)
    with pytest.raises(errors.NotExtendable):
        await house.extend(session, 30)


async def test_somebody_elses_package_is_not_there(house: House) -> None:
    ana, ben = await house.customer("Ana"), await house.customer("Ben")
    grant, _ = await house.grant(ana)
    with pytest.raises(errors.GrantNotFound):
        await house.start(mode="package", customer_id=ben, grant_id=grant)
    with pytest.raises(errors.MemberNeeded):
        await house.start(mode="package", grant_id=grant)


# --- who may play ----------------------------------------------------------------------------


async def test_the_banned_do_not_play_until_the_ban_ends(house: House) -> None:
    from gameops.venue.customers.service import Customers

    ana = await house.customer()
    async with house.context.unit_of_work() as uow:
        until = house.clock.now() + HOUR
        await Customers(uow, house.staff).ban(ana, reason="smashed a mouse", until=until)
    with pytest.raises(errors.CustomerBanned):
        await house.start(customer_id=ana)
    await house.pass_time(HOUR)
    await house.start(customer_id=ana)


async def test_an_age_limit_needs_a_known_or_confirmed_age(house: House) -> None:
    await house.add_zone("Horror", 300, minimum_age=18)
    await house.add_station("H1", "Horror")
    today = house.clock.now().date()
    child = await house.customer("Kid", birth=date(today.year - 18, today.month, today.day + 1))
    adult = await house.customer("Old", birth=date(today.year - 18, today.month, today.day))
    with pytest.raises(errors.TooYoung):
        await house.start("H1", customer_id=child)
    with pytest.raises(errors.AgeUnknown):
        await house.start("H1")
    session = await house.start("H1", customer_id=adult)
    await house.end(session)
    await house.start("H1", age_confirmed=True)


async def test_a_curfew_ends_what_may_not_go_on(house: House) -> None:
    await house.policy(curfew=[{"under_age": 16, "from": "20:00", "to": "07:00"}])
    kid = await house.customer("Kid", birth=date(2012, 1, 1), cash=1_000)
    curfew = house.clock.now() + HOUR  # it is 19:00 in Berlin
    with pytest.raises(errors.Curfew) as refused:
        await house.start(customer_id=kid, minutes=61)
    assert refused.value.extra["latest_end"] == curfew
    session = await house.start(mode="payg", customer_id=kid)
    assert session.ends_at == curfew
    await house.pass_time(2 * HOUR)
    assert (await house.fresh(session)).ended_at == curfew
    assert await house.money(kid) == (700, 0, 0)
    with pytest.raises(errors.Curfew):
        await house.start(customer_id=kid, minutes=1)


async def test_an_extension_respects_the_curfew(house: House) -> None:
    await house.policy(curfew=[{"under_age": 16, "from": "20:00", "to": "07:00"}])
    kid = await house.customer("Kid", birth=date(2012, 1, 1))
    session = await house.start(customer_id=kid, minutes=30)
    await house.extend(session, 30)
    with pytest.raises(errors.Curfew):
        await house.extend(session, 1)


async def test_a_broken_station_takes_nobody(house: House) -> None:
    await _break(house, "A1")
    with pytest.raises(errors.StationInMaintenance):
        await house.start("A1")


async def test_a_station_without_a_tariff_sells_nothing(house: House) -> None:
    await house.add_zone("Lounge", None)
    await house.add_station("L1", "Lounge")
    with pytest.raises(errors.NoTariff):
        await house.start("L1")


async def test_a_station_and_a_member_have_one_session_each(house: House) -> None:
    ana = await house.customer()
    session = await house.start("A1", customer_id=ana)
    with pytest.raises(errors.StationBusy):
        await house.start("A1")
    with pytest.raises(errors.MemberAlreadyPlaying):
        await house.start("A2", customer_id=ana)
    await house.end(session)
    await house.start("A1", customer_id=ana)


async def test_prepaid_time_needs_minutes_and_a_payment(house: House) -> None:
    with pytest.raises(errors.MinutesNeeded):
        await house.start(minutes=None)
    with pytest.raises(errors.PaymentNeeded):
        await house.start(tender=None)


async def test_what_is_over_cannot_be_changed(house: House) -> None:
    session = await house.start(minutes=10)
    house.clock.advance(10 * MINUTE)  # the clock has not noticed yet
    for act in (
        house.extend(session, 10),
        house.pause(session),
        house.move(session, "A2"),
        house.end(session),
    ):
        with pytest.raises(errors.SessionOver):
            await act
    await house.tick()
    with pytest.raises(errors.SessionOver):
        await house.resume(session)


async def _break(house: House, station: str) -> None:
    from gameops.venue.stations.service import Stations

    async with house.context.unit_of_work() as uow:
        await Stations(uow, house.staff).change(
            house.stations[station], {"maintenance": True, "maintenance_reason": "no picture"}
        )
