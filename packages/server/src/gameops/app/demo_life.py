"""The demo venue's customers: those of the past fortnight, and those who come now."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import text

from gameops.core.actor import SYSTEM, Actor
from gameops.core.context import Context
from gameops.core.errors import Problem
from gameops.core.uow import UnitOfWork
from gameops.identity.api import UserSummary, find_user_by_identifier
from gameops.venue.api import demo_services as venue

_log = structlog.get_logger(__name__)

DAYS: Final = 14
STAFF: Final = "nora"
BUSY: Final = 0.62
"""The share of stations kept in use."""
MEMBERS: Final = 0.6
AS_THEY_GO: Final = 0.3
EVERY_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Ids:
    """What customers choose from, and who serves them."""

    stations: Sequence[UUID]
    customers: Sequence[UUID]
    staff: Actor


async def live_through(context: Context) -> None:
    """Play past evenings through the real services, under a clock of their own."""
    chance = random.Random(7)  # noqa: S311 -- a demo, not a secret
    now = context.clock.now()
    ids = await _ids(context)
    for days in range(DAYS, 0, -1):
        opening = (now - timedelta(days=days)).replace(hour=11, minute=0)
        await _evening(context, chance, opening, ids)


async def _evening(context: Context, chance: random.Random, opening: datetime, ids: Ids) -> None:
    weekend = opening.weekday() in {4, 5}
    for station_id in chance.sample(ids.stations, 22 if weekend else 14):
        minutes = chance.choice((60, 60, 90, 120, 180))
        clock = venue.ManualClock(opening + timedelta(minutes=chance.randint(0, 480)))
        then = venue.at(context, clock)
        if await _start(then, chance, station_id, ids, minutes=minutes, members=False):
            clock.advance(timedelta(minutes=minutes))
            await venue.SessionClock(then).expire_due()


async def come_and_go(context: Context) -> None:
    """Keep the venue about as full as a good evening, until cancelled."""
    chance = random.Random()  # noqa: S311 -- a demo, not a secret
    while True:
        try:
            await _fill(context, chance)
        except Exception as error:  # noqa: BLE001 -- a demo must never take the venue down
            _log.warning("demo_customer_left", error=type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def _fill(context: Context, chance: random.Random) -> None:
    """At once when the venue is empty, later one newcomer at a time."""
    ids = await _ids(context)
    async with context.database.reading() as session:
        query = text("SELECT station_id FROM venue_session WHERE ended_at IS NULL")
        taken = set((await session.scalars(query)).all())
    free = [station_id for station_id in ids.stations if station_id not in taken]
    chance.shuffle(free)
    wanted = round(len(ids.stations) * BUSY) - len(taken)
    if not taken:
        await _already_there(context, chance, ids, free[:wanted])
    elif wanted > 0:
        minutes = chance.choice((30, 45, 60, 90, 120, 150))
        await _start(context, chance, free[0], ids, minutes=minutes, members=True)


async def _already_there(
    context: Context, chance: random.Random, ids: Ids, stations: Sequence[UUID]
) -> None:
    """An evening that is under way: everybody came at another time."""
    now = context.clock.now()
    arrivals = sorted(chance.randint(1, 150) for _ in stations)[::-1]
    for station_id, ago in zip(stations, arrivals, strict=True):
        then = venue.at(context, venue.ManualClock(now - timedelta(minutes=ago)))
        minutes = ago + chance.choice((2, 4, 9, 20, 35, 50, 70, 95))
        await _start(then, chance, station_id, ids, minutes=minutes, members=True)


async def _start(
    context: Context,
    chance: random.Random,
    station_id: UUID,
    ids: Ids,
    *,
    minutes: int,
    members: bool,
) -> bool:
    """Whether the session could begin; whoever was refused goes home."""
    try:
        async with context.unit_of_work() as uow:
            await _open(uow, chance, station_id, ids, minutes=minutes, members=members)
    except Problem:
        return False
    return True


async def _open(
    uow: UnitOfWork,
    chance: random.Random,
    station_id: UUID,
    ids: Ids,
    *,
    minutes: int,
    members: bool,
) -> None:
    member = chance.choice(ids.customers) if members and chance.random() < MEMBERS else None
    payg = member is not None and chance.random() < AS_THEY_GO
    await venue.Opening(uow, ids.staff).start(
        venue.Start(
            station_id=station_id,
            mode=venue.Mode.PAYG if payg else venue.Mode.PREPAID,
            minutes=None if payg else minutes,
            customer_id=member,
            guest_name="" if member else "Guest",
            tender=None if payg else venue.tender(chance.choice(("cash", "card"))),
        )
    )


async def _ids(context: Context) -> Ids:
    async with context.database.reading() as session:
        stations = text("SELECT id FROM venue_station WHERE removed_at IS NULL ORDER BY name")
        customers = text("SELECT id FROM venue_customer ORDER BY created_at, id")
        nora = await find_user_by_identifier(session, STAFF)
        return Ids(
            staff=_staff(nora) if nora else SYSTEM,
            stations=(await session.scalars(stations)).all(),
            customers=(await session.scalars(customers)).all(),
        )


def _staff(user: UserSummary) -> Actor:
    """The demo's employee, as her role lets her act."""
    return Actor(
        id=user.id,
        kind="user",
        name=user.display_name,
        grants={None: frozenset({venue.OPERATE})},
    )
