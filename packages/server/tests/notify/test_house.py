"""What the house itself tells: stations that fall silent; and the log, live."""

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from gameops.core.clock import ManualClock
from gameops.core.context import Context
from gameops.core.hub import Hub
from gameops.notify.api import delivery_changes
from gameops.venue.jobs import watch_stations

from ..venue.conftest import House  # noqa: TID252 -- the venue's driver
from .conftest import Desk, clear


@pytest_asyncio.fixture(loop_scope="session")
async def house(context: Context, clock: ManualClock) -> House:
    """A venue with two zones of three stations."""
    await clear(context)
    return await House(context, clock).build()


@pytest.fixture
def log(house: House) -> Desk:
    """Where what was told is read."""
    return Desk(house.context, house.clock, house.venue_id)


async def execute(house: House, statement: str, **values: Any) -> None:
    async with house.context.unit_of_work() as uow:
        await uow.session.execute(text(statement), values)


async def agent(house: House, station: str, *, connected: bool = True, seen: bool = True) -> None:
    """An enrolled agent that was heard of just now."""
    values = {
        "id": house.stations[station],
        "venue": house.venue_id,
        "digest": station.encode(),
        "now": house.clock.now(),
        "seen": house.clock.now() if seen else None,
        "connected": connected,
    }
    await execute(
        house,
        "INSERT INTO venue_agent (station_id, venue_id, credential_digest, enrolled_at, seen_at,"
        " connected) VALUES (:id, :venue, :digest, :now, :seen, :connected)",
        **values,
    )


async def heard(house: House, *stations: str) -> None:
    for station in stations:
        await execute(
            house,
            "UPDATE venue_agent SET seen_at = :now, connected = true WHERE station_id = :id",
            now=house.clock.now(),
            id=house.stations[station],
        )


async def told(house: House, log: Desk, **span: float) -> list[tuple[str, str]]:
    """Let time pass and the job run; everything told so far."""
    house.clock.advance(timedelta(**span))
    await watch_stations(house.context, {})
    query = "SELECT topic, text FROM notify_notice WHERE venue_id = :id ORDER BY at, topic"
    rows = await log.rows(query, id=house.venue_id)
    return [(row.topic.removeprefix("venue.station_"), row.text) for row in rows]


async def test_silence_and_return_are_told_once_each(house: House, log: Desk) -> None:
    await agent(house, "A1")
    assert await told(house, log, minutes=2) == []
    silence = [("offline", "A1 went offline.")]
    assert await told(house, log, minutes=1) == silence
    assert await told(house, log, hours=5) == silence
    await heard(house, "A1")
    both = [*silence, ("online", "A1 is back online.")]
    assert await told(house, log) == both
    await heard(house, "A1")
    assert await told(house, log, minutes=1) == both
    query = "SELECT reason FROM notify_delivery WHERE venue_id = :id"
    reasons = [row.reason for row in await log.rows(query, id=house.venue_id)]
    assert reasons == ["no_channel"] * 2


async def test_many_stations_are_told_of_together(house: House, log: Desk) -> None:
    for station in house.stations:
        await agent(house, station)
    (silence,) = await told(house, log, minutes=3)
    assert silence == ("offline", "6 stations went offline: A1, A2, A3, V1, V2, V3.")
    await heard(house, "A2", "V1")
    assert (await told(house, log))[1] == ("online", "2 stations are back online: A2, V1.")


async def test_what_was_never_there_or_is_out_of_order_is_not_missed(
    house: House, log: Desk
) -> None:
    await agent(house, "A1", connected=False, seen=False)
    await agent(house, "A2")
    await execute(
        house,
        "UPDATE venue_station SET maintenance = true WHERE id = :id",
        id=house.stations["A2"],
    )
    assert await told(house, log, hours=1) == []


async def test_a_closed_venue_misses_nobody_and_an_open_one_waits_a_little(
    house: House, log: Desk
) -> None:
    hours = '[{"weekday": 5, "opens": "10:00", "closes": "22:00"}]'  # a Saturday
    await execute(
        house,
        "UPDATE venue_venue SET opening_hours = CAST(:hours AS jsonb) WHERE id = :id",
        hours=hours,
        id=house.venue_id,
    )
    await agent(house, "A1")
    assert await told(house, log, hours=1) == []
    opening = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
    assert await told(house, log, seconds=(opening - house.clock.now()).total_seconds()) == []
    assert await told(house, log, minutes=1) == []
    assert len(await told(house, log, minutes=1)) == 1
    house.clock.advance(timedelta(days=2))
    await heard(house, "A1")
    assert len(await told(house, log)) == 1  # back while it is closed: nobody needs to know


async def test_whoever_looks_at_the_log_is_told_of_changes_now_and_then(desk: Desk) -> None:
    context = dataclasses.replace(desk.context, hub=Hub())
    desk.context = context
    seen: dict[str, int] = {"ours": 0, "all": 0, "theirs": 0}
    told = asyncio.Event()

    def note(who: str) -> None:
        seen[who] += 1
        told.set()

    async def next_telling() -> None:
        told.clear()
        async with asyncio.timeout(5):
            await told.wait()

    venue, other = "0" * 8, "1" * 8
    with (
        delivery_changes(context.hub, venue, lambda: note("ours")),
        delivery_changes(context.hub, None, lambda: note("all")),
        delivery_changes(context.hub, other, lambda: note("theirs")),
    ):
        for _ in range(20):
            context.hub.publish("notify.delivered", {"venues": [venue]})
        context.hub.publish("notify.queued", {"venues": []})
        await next_telling()
        assert seen == {"ours": 1, "all": 1, "theirs": 0}
        context.hub.publish("notify.delivered", {"venues": [venue]})
        context.hub.publish("notify.delivered", {"venues": [venue]})
        await asyncio.sleep(0)
        assert seen["ours"] == 1
        await next_telling()
        context.hub.publish("notify.delivered", {"venues": [venue]})
    assert seen["ours"] == 2
