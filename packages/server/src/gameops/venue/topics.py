"""Hub topics of the venue: what changed, for live views and station links. Never the truth."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from gameops.core.uow import UnitOfWork

MOST_IDS: Final = 100
"""In one message: what goes through PostgreSQL's NOTIFY must stay below 8,000 bytes."""

STATIONS_CHANGED: Final = "venue.stations_changed"
FLOOR_CHANGED: Final = "venue.floor_changed"
COMMAND: Final = "venue.station_command"
COMMAND_DONE: Final = "venue.command_done"
WARNING: Final = "venue.session_warning"
TELEMETRY: Final = "venue.telemetry"
CREDENTIAL_REVOKED: Final = "venue.credential_revoked"
CUSTOMER_CHANGED: Final = "venue.customer_changed"
PRESENCE_CHANGED: Final = "venue.presence_changed"


def stations_changed(uow: UnitOfWork, venue_id: UUID, station_ids: Iterable[UUID]) -> None:
    """These stations' desired state, session or settings changed."""
    _notify(uow, STATIONS_CHANGED, venue_id, station_ids)


def presence_changed(uow: UnitOfWork, venue_id: UUID, station_ids: Iterable[UUID]) -> None:
    """These stations' agents came or went."""
    _notify(uow, PRESENCE_CHANGED, venue_id, station_ids)


def _notify(uow: UnitOfWork, topic: str, venue_id: UUID, station_ids: Iterable[UUID]) -> None:
    ids = [str(station_id) for station_id in station_ids]
    for start in range(0, len(ids), MOST_IDS):
        part = ids[start : start + MOST_IDS]
        uow.notify(topic, {"venue_id": str(venue_id), "station_ids": part})


def floor_changed(uow: UnitOfWork, venue_id: UUID) -> None:
    """Zones, tariffs or the venue itself changed: the whole floor is to be read again."""
    uow.notify(FLOOR_CHANGED, {"venue_id": str(venue_id)})


def customer_changed(uow: UnitOfWork, customer_id: UUID) -> None:
    """A customer's session or wallet changed."""
    uow.notify(CUSTOMER_CHANGED, {"customer_id": str(customer_id)})
