"""Telling staff that stations fell silent while the venue is open, and that they are back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gameops.core.context import Context
from gameops.core.db import AnyRow
from gameops.core.uow import UnitOfWork
from gameops.notify.api import Notice, announce, register_topics
from gameops.venue.stations import store
from gameops.venue.venues.model import Venue
from gameops.venue.venues.store import list_venues

OFFLINE: Final = "venue.station_offline"
ONLINE: Final = "venue.station_online"
SILENT_FOR: Final = timedelta(minutes=2)
MOST_NAMES: Final = 20

register_topics({OFFLINE: "A station went offline", ONLINE: "A station is back online"})

_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    OFFLINE: ("{stations} went offline.", "{count} stations went offline: {stations}."),
    ONLINE: ("{stations} is back online.", "{count} stations are back online: {stations}."),
}


async def watch_stations(context: Context) -> None:
    """One notice per venue and minute, however many stations it is about."""
    async with context.unit_of_work() as uow:
        await _report(uow, OFFLINE, await store.silent_stations(uow.session, uow.now - SILENT_FOR))
        await _report(uow, ONLINE, await store.returned_stations(uow.session, uow.now))


async def _report(uow: UnitOfWork, topic: str, rows: Sequence[AnyRow]) -> None:
    by_venue: dict[UUID, list[AnyRow]] = defaultdict(list)
    for row in rows:
        by_venue[row.venue_id].append(row)
    for venue in await list_venues(uow.session, set(by_venue)) if by_venue else ():
        stations = by_venue[venue.id]
        told = [row for row in stations if not row.maintenance]
        if not _open_lately(venue, uow.now):
            if topic == OFFLINE:
                continue  # it is looked at again once the venue has been open for a while
            told = []
        if told:
            await announce(uow, _notice(topic, venue, told))
        silent_at = uow.now if topic == OFFLINE else None
        await store.note_silence(uow.session, [row.id for row in stations], silent_at)


def _open_lately(venue: Venue, now: datetime) -> bool:
    """Whether the venue is open, and has been for as long as a silence takes to count."""
    return venue.is_open(now) and venue.is_open(now - SILENT_FOR)


def _notice(topic: str, venue: Venue, stations: Sequence[AnyRow]) -> Notice:
    alone = len(stations) == 1
    return Notice(
        venue_id=venue.id,
        topic=topic,
        title=venue.name,
        template=_TEXTS[topic][0 if alone else 1],
        values={"stations": _names(row.name for row in stations), "count": len(stations)},
        severity="warning" if topic == OFFLINE else "good",
        subject_id=stations[0].id if alone else venue.id,
        data={
            "venue_id": str(venue.id),
            "stations": [{"id": str(row.id), "name": row.name} for row in stations],
        },
    )


def _names(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = len(listed) - MOST_NAMES
    return ", ".join(listed[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
