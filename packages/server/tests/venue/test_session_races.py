"""Thirty-two at once, on a database that really commits."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import text

from gameops.billing import api as billing
from gameops.core.errors import Problem
from gameops.venue.sessions.sign_in import StationSignIn

from .conftest import MINUTE, WALLET, House

N = 32


async def _outcomes(acts: list[Awaitable[Any]]) -> Counter[str]:
    async def one(act: Awaitable[Any]) -> str:
        try:
            await act
        except Problem as problem:
            return problem.code
        return "done"

    return Counter(await asyncio.gather(*map(one, acts)))


async def test_one_station_is_given_to_one_of_many(committing_house: House) -> None:
    house = committing_house
    got = await _outcomes([house.start("A1") for _ in range(N)])
    assert got == {"done": 1, "venue.station_busy": N - 1}
    assert (await house.check_books())["cash"] == 300


async def test_one_member_plays_on_one_of_many_stations(committing_house: House) -> None:
    house = committing_house
    ana = await house.customer(cash=100_000)
    for number in range(N):
        await house.add_station(f"R{number}", "Hall")
    got = await _outcomes(
        [house.start(f"R{number}", customer_id=ana, tender=WALLET) for number in range(N)]
    )
    assert got == {"done": 1, "venue.member_already_playing": N - 1}
    assert await house.money(ana) == (100_000 - 300, 0, 0)


async def test_one_wallet_pays_for_as_much_as_it_holds(committing_house: House) -> None:
    house = committing_house
    ana = await house.customer(cash=1_000)
    session = await house.start("A1", customer_id=ana)
    got = await _outcomes([house.extend(session, 20, WALLET) for _ in range(N)])
    assert got == {"done": 10, "billing.insufficient_funds": N - 10}
    assert await house.money(ana) == (0, 0, 0)
    assert (await house.fresh(session)).ends_at == session.ends_at + 200 * MINUTE
    await house.check_books()


async def test_one_voucher_starts_one_session(committing_house: House) -> None:
    house = committing_house
    _, code = await house.voucher("Hall")
    for number in range(N):
        await house.add_station(f"R{number}", "Hall")
    got = await _outcomes(
        [
            StationSignIn(house.context, house.stations[f"R{number}"]).by_voucher(code)
            for number in range(N)
        ]
    )
    assert got == {"done": 1, "venue.voucher_invalid": N - 1}


async def test_a_session_ends_once_however_many_end_it(committing_house: House) -> None:
    house = committing_house
    ana = await house.customer()
    session = await house.start("A1", customer_id=ana)
    house.clock.advance(30 * MINUTE)
    got = await _outcomes([house.end(session) for _ in range(N)])
    assert got == {"done": 1, "venue.session_over": N - 1}
    assert await house.money(ana) == (150, 0, 0)
    await house.check_books()


async def test_two_sessions_do_not_move_to_one_station(committing_house: House) -> None:
    house = committing_house
    sessions = [await house.start(name) for name in ("A1", "A2", "V1", "V2")]
    got = await _outcomes([house.move(session, "A3") for session in sessions])
    assert got == {"done": 1, "venue.station_busy": 3}


async def test_receipts_have_no_gaps_whatever_fails(committing_house: House) -> None:
    house = committing_house
    customers = [await house.customer(f"C{number}") for number in range(8)]

    async def sell(number: int) -> None:
        if number % 4 == 3:
            await house.start("V1")  # one of them gets it, the others roll back
        elif number % 4 == 2:
            async with house.context.unit_of_work() as uow:
                from gameops.venue.till.service import Till

                await Till(uow, house.staff).top_up(
                    customers[number % 8],
                    amount_minor=100,
                    tender=billing.Tender(method=billing.Method.CASH),
                )
                raise billing.NotRefundable  # the customer walks away
        else:
            await house.top_up(customers[number % 8], 100)

    got = await _outcomes([sell(number) for number in range(N)])
    assert got["done"] == 17
    async with house.context.database.reading() as session:
        query = text("SELECT receipt_number FROM billing_payment WHERE venue_id = :id ORDER BY 1")
        numbers = list(await session.scalars(query, {"id": house.venue_id}))
    assert numbers == list(range(1, 18))


@pytest.mark.parametrize("number", [N])
async def test_one_void_wins(committing_house: House, number: int) -> None:
    house = committing_house
    ana = await house.customer()
    payment = await house.top_up(ana, 500)
    got = await _outcomes([house.void(payment.id) for _ in range(number)])
    assert got == {"done": 1, "billing.already_voided": number - 1}
    assert await house.money(ana) == (0, 0, 0)
