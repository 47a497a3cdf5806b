"""The session clock: warnings, exact ends, catching up, and many ends at once."""

import asyncio
from datetime import timedelta
from typing import Any, Self

import pytest
from sqlalchemy import event, text

from gameops.core.jobs import JobTable
from gameops.venue.sessions.clock import LEADER_LOCK, SessionClock
from gameops.venue.topics import STATIONS_CHANGED

from .conftest import HOUR, MINUTE, House


class Heard:
    """Notes what is said on the hub."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, _topic: str, body: dict[str, Any]) -> None:
        self.bodies.append(body)


async def _warnings(house: House, spans: list[timedelta]) -> list[int | None]:
    heard = Heard()
    told = []
    with house.context.hub.listening("venue.session_ending_soon", heard):
        for span in spans:
            heard.bodies.clear()
            await house.pass_time(span)
            told.append(heard.bodies[0]["seconds"] if heard.bodies else None)
            assert len(heard.bodies) <= 1
    return told


async def test_each_warning_is_said_once(house: House) -> None:
    await house.start(minutes=10)
    second = timedelta(seconds=1)
    told = await _warnings(
        house, [5 * MINUTE - second, second, MINUTE, 3 * MINUTE, second, 58 * second]
    )
    assert told == [None, 300, None, 60, None, None]


async def test_warnings_come_again_after_an_extension(house: House) -> None:
    session = await house.start(minutes=5)
    assert await _warnings(house, [MINUTE, MINUTE]) == [300, None]
    await house.extend(session, 30)
    assert await _warnings(house, [27 * MINUTE, MINUTE, 4 * MINUTE]) == [None, 300, 60]


async def test_a_warning_that_was_slept_through_is_not_made_up_for(house: House) -> None:
    await house.start(minutes=10)
    assert await _warnings(house, [9 * MINUTE + timedelta(seconds=30)]) == [60]


async def test_a_venue_chooses_its_warnings(house: House) -> None:
    await house.policy(warn_seconds=[600, 30])
    await house.start(minutes=11)
    assert await _warnings(house, [MINUTE, 9 * MINUTE, timedelta(seconds=30)]) == [600, None, 30]


async def test_a_paused_session_is_not_warned(house: House) -> None:
    session = await house.start(minutes=6)
    await house.pause(session)
    assert await _warnings(house, [MINUTE, MINUTE]) == [None, None]


async def test_what_ran_out_while_nothing_ran_ends_at_its_true_end(house: House) -> None:
    first = await house.start("A1", minutes=10)
    second = await house.start("A2", minutes=59)
    third = await house.start("A3", minutes=61)
    await house.pass_time(HOUR)
    ended = [await house.fresh(session) for session in (first, second, third)]
    assert [s.ended_at and s.ended_at - s.started_at for s in ended] == [
        10 * MINUTE,
        59 * MINUTE,
        None,
    ]
    assert [s.charge_minor for s in ended] == [50, 295, None]


async def test_an_end_is_told_to_station_customer_and_audit(house: House) -> None:
    ana = await house.customer()
    session = await house.start(customer_id=ana)
    heard = Heard()
    with house.context.hub.listening(STATIONS_CHANGED, heard):
        await house.pass_time(HOUR)
    assert heard.bodies[-1]["station_ids"] == [str(session.station_id)]
    async with house.context.database.reading() as reading:
        query = text(
            "SELECT detail FROM identity_audit_entry WHERE action = 'venue.session_ended'"
            " AND subject_id = :id"
        )
        details = (await reading.scalars(query, {"id": str(session.id)})).all()
        seen = await reading.scalar(
            text("SELECT last_seen_at FROM venue_customer WHERE id = :id"), {"id": ana}
        )
    assert [detail["reason"] for detail in details] == ["expired"]
    assert seen == session.started_at + HOUR


class Statements:
    """Counts statements sent to the database."""

    def __init__(self, house: House) -> None:
        self.engine = house.context.database.engine.sync_engine
        self.count = 0

    def _note(self, *_: object) -> None:
        self.count += 1

    def __enter__(self) -> Self:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)


async def _many(house: House, number: int) -> int:
    """Let so many sessions of every mode end in one second; the statements it took."""
    prefix = f"N{number}-"
    for index in range(number):
        station = f"{prefix}{index}"
        await house.add_station(station, "Hall")
        kind = index % 4
        if kind == 0:
            await house.start(station, minutes=30)
            continue
        customer = await house.customer(f"C{index}", cash=150 if kind == 1 else 0, credit=150)
        if kind == 1:
            await house.start(station, mode="payg", customer_id=customer)
        elif kind == 2:
            await house.start(station, mode="postpaid", customer_id=customer)
        else:
            grant, _ = await house.grant(customer, hours=1, price=150)
            async with house.context.unit_of_work() as uow:
                await uow.session.execute(
                    text(
                        "UPDATE venue_grant SET seconds = 1800, left_us = 1800000000,"
                        " left_minor = 150 WHERE id = :id"
                    ),
                    {"id": grant},
                )
            await house.start(station, mode="package", customer_id=customer, grant_id=grant)
    house.clock.advance(30 * MINUTE)
    with Statements(house) as statements:
        assert await SessionClock(house.context).expire_due() == number
    return statements.count


async def test_ends_in_the_same_second_are_handled_as_a_set(house: House) -> None:
    few, many = await _many(house, 4), await _many(house, 24)
    assert many <= few + 2
    assert few < 30
    accounts = await house.check_books()
    assert accounts["deferred"] == 0
    assert await SessionClock(house.context).expire_due() == 0


async def test_three_hundred_ends_are_all_billed(house: House) -> None:
    async with house.context.unit_of_work() as uow:
        await _copy_sessions(uow.session, await house.start("A1", minutes=30), 299)
    await house.pass_time(30 * MINUTE)
    async with house.context.database.reading() as reading:
        query = text(
            "SELECT count(*), sum(charge_minor), count(DISTINCT ended_at) FROM venue_session"
            " WHERE venue_id = :id AND state = 'ended'"
        )
        row = (await reading.execute(query, {"id": house.venue_id})).one()
    assert tuple(row) == (300, 300 * 150, 1)
    assert (await house.accounts())["revenue"] + (await house.accounts())["tax"] == -300 * 150


async def _copy_sessions(session: Any, like: Any, number: int) -> None:
    """So many guests at once, cheaper than by starting each."""
    values = {"like": like.id, "station": like.station_id, "number": number}
    for statement in (
        (
            "CREATE TEMP TABLE made ON COMMIT DROP AS SELECT gen_random_uuid() AS s,"
            " gen_random_uuid() AS t, n FROM generate_series(1, CAST(:number AS int)) AS n"
        ),
        (
            "INSERT INTO venue_station (id, venue_id, zone_id, name, kind, created_at)"
            " SELECT t, venue_id, zone_id, 'X' || n, kind, created_at FROM venue_station, made"
            " WHERE id = :station"
        ),
        (
            "INSERT INTO venue_session (id, venue_id, station_id, mode, state, tier, started_at,"
            " ends_at, paid_minor, paid_by) SELECT s, venue_id, t, mode, state, tier, started_at,"
            " ends_at, paid_minor, paid_by FROM venue_session, made WHERE id = :like"
        ),
        (
            "INSERT INTO venue_segment (session_id, seq, venue_id, kind, station_id, zone_id,"
            " tariff_version_id, started_at) SELECT s, 1, venue_id, kind, t, zone_id,"
            " tariff_version_id, started_at FROM venue_segment, made WHERE session_id = :like"
        ),
    ):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        await session.execute(text(statement), used)


async def test_the_clock_drives_itself_and_only_one_leads(committing_house: House) -> None:
    house = committing_house
    session = await house.start(minutes=1)
    clocks = [asyncio.create_task(SessionClock(house.context).run()) for _ in range(2)]
    over = asyncio.Event()
    try:
        with house.context.hub.listening("venue.session_ended", lambda *_: over.set()):
            house.clock.advance(2 * MINUTE)
            async with asyncio.timeout(20):
                await over.wait()
        async with house.context.database.reading() as reading:
            query = text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND (classid::bigint << 32 | objid::bigint) = :key"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            assert await reading.scalar(query, {"key": LEADER_LOCK}) == 1
    finally:
        for task in clocks:
            task.cancel()
        await asyncio.gather(*clocks, return_exceptions=True)
    assert (await house.fresh(session)).ended_at == session.started_at + MINUTE


@pytest.mark.parametrize("passed", [HOUR, 3 * HOUR])
async def test_packages_and_vouchers_that_lapse_are_earned(house: House, passed: timedelta) -> None:
    from gameops.venue.jobs import earn_lapsed

    ana = await house.customer()
    grant, _ = await house.grant(ana, hours=2, price=600)
    session = await house.start(mode="package", customer_id=ana, grant_id=grant)
    await house.pass_time(passed)
    if passed < 2 * HOUR:
        await house.end(session)
    await house.voucher(minutes=60)
    await earn_lapsed(house.context, {})
    assert (await house.accounts())["deferred"] != 0
    house.clock.advance(timedelta(days=366))
    await earn_lapsed(house.context, {})
    await earn_lapsed(house.context, {})
    accounts = await house.check_books()
    assert accounts["deferred"] == 0
    assert accounts["revenue"] + accounts["tax"] == -900
    left = await house.grant_row(grant)
    assert (left.left_us, left.left_minor) == (0, 0)


def test_the_venues_jobs_are_named_by_what_they_do() -> None:
    from gameops.venue.jobs import JOBS

    assert isinstance(JOBS, JobTable)
    assert {"venue.earn_lapsed", "venue.refill_session", "venue.welcome_user"} <= JOBS.jobs.keys()
