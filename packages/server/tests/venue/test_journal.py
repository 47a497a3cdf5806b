"""Merging what a station did alone: nothing billed twice, nothing lost."""

from datetime import datetime
from itertools import permutations

import pytest

from gameops.core.clock import to_milliseconds
from gameops.core.ids import new_id
from gameops.venue.sessions.journal import JournalMerge
from gameops.venue.sessions.model import Session
from gameops_protocol import JournalEntry, JournalKind

from .conftest import HOUR, MINUTE, House


def entry(kind: str, session: Session, at: datetime, reason: str = "") -> JournalEntry:
    return JournalEntry(
        id=new_id().hex,
        kind=JournalKind(kind),
        session_id=str(session.id),
        at=to_milliseconds(at),
        reason=reason,
    )


async def tell(house: House, *entries: JournalEntry, station: str = "A1") -> list[str]:
    async with house.context.unit_of_work() as uow:
        return await JournalMerge(uow, house.stations[station]).merge(entries)


async def kinds(house: House, session: Session) -> list[tuple[str, float]]:
    return [
        (g.kind, (g.ended_at - g.started_at) / MINUTE if g.ended_at else 0)
        for g in await house.segments(session)
    ]


# --- the station was dead --------------------------------------------------------------------


async def test_time_lost_while_the_session_runs_is_added_to_its_end(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(30 * MINUTE)
    died, back = session.started_at + 10 * MINUTE, session.started_at + 25 * MINUTE
    told = [entry("locked", session, died, "restart"), entry("unlocked", session, back, "resumed")]
    assert await tell(house, *told) == [one.id for one in told]
    assert (await house.fresh(session)).ends_at == session.started_at + 75 * MINUTE
    assert await kinds(house, session) == [("play", 10), ("outage", 15), ("play", 0)]
    await house.pass_time(45 * MINUTE)
    over = await house.fresh(session)
    assert (over.ended_at, over.charge_minor) == (session.started_at + 75 * MINUTE, 300)
    assert (await house.check_books())["deferred"] == 0


@pytest.mark.parametrize("again", [1, 3])
async def test_telling_it_again_changes_nothing(house: House, again: int) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(30 * MINUTE)
    told = [
        entry("locked", session, session.started_at + 10 * MINUTE, "restart"),
        entry("unlocked", session, session.started_at + 25 * MINUTE, "resumed"),
    ]
    for _ in range(again + 1):
        assert len(await tell(house, *told)) == 2
        assert await tell(house, told[1]) == [told[1].id]
    assert (await house.fresh(session)).ends_at == session.started_at + 75 * MINUTE


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_the_order_of_a_frame_does_not_matter(house: House, order: list[int]) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(50 * MINUTE)
    told = [
        entry("locked", session, session.started_at + 10 * MINUTE, "restart"),
        entry("unlocked", session, session.started_at + 20 * MINUTE, "resumed"),
        entry("locked", session, session.started_at + 30 * MINUTE, "restart"),
        entry("unlocked", session, session.started_at + 35 * MINUTE, "resumed"),
    ]
    await tell(house, *(told[index] for index in order))
    assert (await house.fresh(session)).ends_at == session.started_at + 75 * MINUTE


async def test_value_not_minutes_comes_back_to_a_wallet_session(house: House) -> None:
    ana = await house.customer(cash=300)
    session = await house.start(mode="payg", customer_id=ana)
    await house.pass_time(30 * MINUTE)
    await tell(
        house,
        entry("locked", session, session.started_at + 10 * MINUTE, "restart"),
        entry("unlocked", session, session.started_at + 20 * MINUTE, "resumed"),
    )
    assert (await house.fresh(session)).ends_at == session.started_at + 70 * MINUTE
    over = await house.end(session)
    assert (over.charge_minor, over.refund_minor) == (100, 200)


async def test_an_outage_told_after_the_end_is_given_back_once(house: House) -> None:
    ana = await house.customer()
    session = await house.start(minutes=60, customer_id=ana)
    await house.pass_time(2 * HOUR)
    at = session.started_at
    told = [
        entry("locked", session, at + 10 * MINUTE, "restart"),
        entry("unlocked", session, at + 30 * MINUTE, "resumed"),
        entry("locked", session, at + HOUR, "expired"),
    ]
    await tell(house, *told)
    await tell(house, *told)
    over = await house.fresh(session)
    assert (over.charge_minor, over.refund_minor) == (300, 100)
    assert await house.money(ana) == (100, 0, 0)
    await house.check_books()


async def test_a_station_that_died_for_good_gives_back_the_rest(house: House) -> None:
    ana = await house.customer()
    session = await house.start(minutes=60, customer_id=ana)
    await house.pass_time(2 * HOUR)
    await tell(house, entry("locked", session, session.started_at + 45 * MINUTE, "restart"))
    assert await house.money(ana) == (75, 0, 0)
    assert await kinds(house, session) == [("play", 60), ("outage", 15)]


async def test_package_time_comes_back_as_time(house: House) -> None:
    ana = await house.customer()
    grant, _ = await house.grant(ana, hours=1, price=300)
    session = await house.start(mode="package", customer_id=ana, grant_id=grant)
    await house.pass_time(2 * HOUR)
    await tell(house, entry("locked", session, session.started_at + 45 * MINUTE, "restart"))
    assert (await house.grant_row(grant)).left == 15 * MINUTE
    assert await house.money(ana) == (0, 0, 0)


@pytest.mark.parametrize("seconds", [0.5, 1.5])
async def test_the_links_latency_is_no_outage(house: House, seconds: float) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(30 * MINUTE)
    at = session.started_at + 10 * MINUTE
    await tell(
        house,
        entry("locked", session, at, "restart"),
        entry("unlocked", session, at + seconds * MINUTE / 60, "resumed"),
    )
    assert (await house.fresh(session)).ends_at == session.ends_at


async def test_a_venue_may_keep_what_outages_cost(house: House) -> None:
    await house.policy(credit_outages=False)
    ana = await house.customer()
    session = await house.start(minutes=60, customer_id=ana)
    await house.pass_time(30 * MINUTE)
    at = session.started_at
    told = [
        entry("locked", session, at + 10 * MINUTE, "restart"),
        entry("unlocked", session, at + 20 * MINUTE, "resumed"),
    ]
    await tell(house, *told)
    assert (await house.fresh(session)).ends_at == session.ends_at
    await house.pass_time(HOUR)
    await tell(house, entry("locked", session, at + 40 * MINUTE, "restart"))
    assert await house.money(ana) == (0, 0, 0)


# --- the player went on ----------------------------------------------------------------------


async def test_play_after_staff_ended_it_is_billed_to_the_wallet_then_as_a_debt(
    house: House,
) -> None:
    ana = await house.customer(cash=50)
    session = await house.start(minutes=60, customer_id=ana)
    await house.pass_time(30 * MINUTE)
    await house.end(session)  # 150 back into the wallet
    await house.pass_time(50 * MINUTE)
    locked = entry("locked", session, session.started_at + HOUR + 20 * MINUTE, "expired")
    for _ in range(3):
        await tell(house, locked)
        await tell(house, entry("locked", session, session.started_at + 75 * MINUTE, "expired"))
    over = await house.fresh(session)
    assert (over.charge_minor, over.due_minor) == (150 + 250, 50)
    assert await house.money(ana) == (0, 0, 50)
    accounts = await house.check_books()
    assert accounts["receivable"] == 50
    assert (await kinds(house, session))[-1] == ("overrun", 50)


async def test_a_lock_at_the_end_is_no_overrun(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(2 * HOUR)
    await tell(house, entry("locked", session, session.started_at + HOUR, "expired"))
    assert (await house.fresh(session)).charge_minor == 300
    assert len(await house.segments(session)) == 1


async def test_a_station_cannot_know_the_future(house: House) -> None:
    session = await house.start(minutes=60)
    await house.pass_time(10 * MINUTE)
    await house.end(session)
    await tell(house, entry("locked", session, session.started_at + 900 * HOUR, "expired"))
    assert (await house.fresh(session)).due_minor == 0


# --- whose session ---------------------------------------------------------------------------


async def test_a_station_speaks_for_its_own_sessions_only(house: House) -> None:
    session = await house.start("A1", minutes=60)
    await house.pass_time(30 * MINUTE)
    told = [
        entry("locked", session, session.started_at + 10 * MINUTE, "restart"),
        entry("unlocked", session, session.started_at + 20 * MINUTE, "resumed"),
    ]
    assert len(await tell(house, *told, station="A2")) == 2
    assert (await house.fresh(session)).ends_at == session.ends_at
    nobody = JournalEntry(id="x", kind=JournalKind.LOCKED, session_id="no id", at=0)
    unknown = JournalEntry(id="y", kind=JournalKind.LOCKED, session_id=str(new_id()), at=0)
    assert await tell(house, nobody, unknown) == ["x", "y"]
    assert await tell(house) == []


async def test_an_outage_before_a_move_is_not_taken_from_the_new_station(house: House) -> None:
    session = await house.start("A1", minutes=60)
    await house.pass_time(20 * MINUTE)
    await house.move(session, "A2")
    await house.pass_time(10 * MINUTE)
    at = session.started_at
    await tell(
        house,
        entry("locked", session, at + 5 * MINUTE, "restart"),
        entry("unlocked", session, at + 25 * MINUTE, "resumed"),
    )
    running = await house.fresh(session)
    assert running.ends_at == session.ends_at
    assert [kind for kind, _ in await kinds(house, session)] == ["play", "play"]
