"""Whatever is done to a session in whatever order, its time and its money add up."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.db import Database
from gameops.core.errors import Problem
from gameops.venue.jobs import JOBS
from gameops.venue.sessions.model import BILLED, Session

from .conftest import CASH, MINUTE, WALLET, House
from .test_journal import entry, tell

steps = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(1, 4_000)),
        st.tuples(st.just("extend"), st.sampled_from([1, 15, 60])),
        st.tuples(st.just("extend_from_wallet"), st.sampled_from([1, 15, 60])),
        st.tuples(st.just("pause"), st.just(0)),
        st.tuples(st.just("resume"), st.just(0)),
        st.tuples(st.just("move"), st.integers(0, 5)),
        st.tuples(st.just("top_up"), st.sampled_from([1, 50, 777])),
        st.tuples(st.just("outage"), st.integers(1, 900)),
        st.tuples(st.just("end"), st.just(0)),
    ),
    max_size=14,
)


class Life:
    """One session and what is done to it."""

    def __init__(self, house: House, session: Session, customer: Any) -> None:
        self.house, self.session, self.customer = house, session, customer
        self.station = "A1"

    async def step(self, name: str, value: int) -> None:
        with suppress(Problem):  # refused: nothing may have changed, which the books will tell
            await getattr(self, name)(value)

    async def do_pass(self, seconds: int) -> None:
        await self.house.pass_time(timedelta(seconds=seconds))

    async def do_extend(self, minutes: int) -> None:
        await self.house.extend(self.session, minutes, CASH)

    async def do_extend_from_wallet(self, minutes: int) -> None:
        await self.house.extend(self.session, minutes, WALLET)

    async def do_pause(self, _: int) -> None:
        await self.house.pause(self.session)

    async def do_resume(self, _: int) -> None:
        await self.house.resume(self.session)

    async def do_move(self, index: int) -> None:
        station = ["A1", "A2", "A3", "V1", "V2", "V3"][index]
        await self.house.move(self.session, station)
        self.station = station

    async def do_top_up(self, amount: int) -> None:
        await self.house.top_up(self.customer, amount)
        await self.house.refill(self.customer)

    async def do_outage(self, seconds: int) -> None:
        if (await self.house.fresh(self.session)).state == "ended":
            return
        now = self.house.clock.now()
        died = now - timedelta(seconds=seconds)
        await tell(
            self.house,
            entry("locked", self.session, died, "restart"),
            entry("unlocked", self.session, now, "resumed"),
            station=self.station,
        )

    async def do_end(self, _: int) -> None:
        await self.house.end(self.session)


async def _check(house: House, session: Session, unplayed: int, *, package: bool) -> None:
    """After the session: time without gaps, and nothing left undecided in the books."""
    over = await house.fresh(session)
    assert over.state == "ended"
    line = await house.segments(session)
    assert line[0].started_at == over.started_at
    for one, other in pairwise(line):
        assert one.ended_at == other.started_at
    assert line[-1].ended_at == over.ended_at
    billed = sum((g.ended_at - g.started_at for g in line if g.kind in BILLED), timedelta())
    rest = sum((g.ended_at - g.started_at for g in line if g.kind not in BILLED), timedelta())
    assert billed == over.ended_at - over.started_at - rest
    accounts = await house.check_books()
    assert accounts["deferred"] == -unplayed
    earned = -(accounts["revenue"] + accounts["tax"])
    if not package:
        assert earned == (over.charge_minor or 0) + over.forfeited_minor
    assert over.price is not None
    assert sum(line["amount_minor"] for line in over.price["lines"]) == over.price["total_minor"]


MODES: dict[str, Callable[[House, Any], Any]] = {
    "prepaid": lambda house, ana: house.start(minutes=60, customer_id=ana),
    "payg": lambda house, ana: house.start(mode="payg", customer_id=ana),
    "postpaid": lambda house, ana: house.start(mode="postpaid", customer_id=ana),
}


@pytest.mark.parametrize("mode", [*MODES, "package"])
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # shrinking whole lives takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=steps)
async def test_time_and_money_add_up(
    committing_database: Database, context: Context, mode: str, acts: list[tuple[str, int]]
) -> None:
    async with committing_database.engine.connect() as connection:
        outer = await connection.begin()
        await _live(connection, context, mode, acts)
        await outer.rollback()


async def _live(
    connection: AsyncConnection, like: Context, mode: str, acts: list[tuple[str, int]]
) -> None:
    import dataclasses

    clock = ManualClock(datetime(2026, 3, 28, 22, 0, tzinfo=UTC))
    context = dataclasses.replace(
        like, database=Database.bound_to(connection), clock=clock, jobs=JOBS
    )
    house = await House(context, clock).build()
    night = {"label": "Night", "weekdays": [5], "from": "23:30", "to": "02:30"}
    await house.publish("Hall", 300, rates=[night | {"rate_minor_per_hour": 420}])
    ana = await house.customer(cash=500, credit=400, tier="premium")
    grant = None
    if mode == "package":
        grant, _ = await house.grant(ana, hours=2, price=599, zones=("Hall",))
        session = await house.start(mode="package", customer_id=ana, grant_id=grant)
    else:
        session = await MODES[mode](house, ana)
    life = Life(house, session, ana)
    for name, value in acts:
        await life.step(f"do_{name}", value)
        await house.check_books()
        assert min(await house.money(ana)) >= 0
    await house.pass_time(40 * MINUTE)
    await house.close()
    unplayed = (await house.grant_row(grant)).left_minor if grant else 0
    await _check(house, session, unplayed, package=grant is not None)
