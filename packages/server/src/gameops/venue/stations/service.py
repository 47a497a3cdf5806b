"""Managing stations and enrolling their agents."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.context import Context
from gameops.core.ids import new_id
from gameops.core.secrets import digest, keyed_digest, new_code, new_token, normal_code
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.venue.errors import (
    EnrolmentInvalid,
    NameTaken,
    StationBusy,
    StationNotFound,
    ZoneNotFound,
)
from gameops.venue.permissions import STATIONS
from gameops.venue.sessions.store import live_on_station
from gameops.venue.stations import store
from gameops.venue.stations.model import ENROLMENT_LIFETIME, Agent, Station
from gameops.venue.topics import CREDENTIAL_REVOKED, floor_changed, stations_changed
from gameops.venue.venues import store as venues
from gameops.venue.venues.model import Venue

ENROLMENT_PURPOSE = "station-enrolment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What an agent is told once."""

    credential: str
    station: Station
    venue: Venue


@dataclass(frozen=True, slots=True)
class Stations:
    """What managers do with stations."""

    uow: UnitOfWork
    actor: Actor

    async def add(self, fields: dict[str, Any]) -> Station:
        """Put up a station."""
        return (await self.add_many([fields]))[0]

    async def add_many(self, rows: list[dict[str, Any]]) -> list[Station]:
        """Put up several stations of one venue and zone: all of them or none."""
        venue_id, zone_id = rows[0]["venue_id"], rows[0]["zone_id"]
        self.actor.require(STATIONS, venue_id=venue_id)
        await venues.get_venue(self.uow.session, venue_id)
        await self._require_zone(venue_id, zone_id)
        names = [row["name"] for row in rows]
        await self._require_free(venue_id, names)
        stations = [Station(id=new_id(), created_at=self.uow.now, **row) for row in rows]
        self.uow.session.add_all(stations)
        await venues.flush_name(self.uow.session)
        for station in stations:
            await self._audit("venue.station_added", station)
        floor_changed(self.uow, venue_id)
        return stations

    async def change(self, station_id: UUID, fields: dict[str, Any]) -> Station:
        """Change a station; its agent is told what concerns it."""
        station = await self.managed(station_id)
        if "zone_id" in fields:
            fields["zone_id"] = UUID(str(fields["zone_id"]))
            await self._require_zone(station.venue_id, fields["zone_id"])
        if "name" in fields and fields["name"].lower() != station.name.lower():
            await self._require_free(station.venue_id, [fields["name"]])
        for name, value in fields.items():
            setattr(station, name, value)
        if not station.maintenance:
            station.maintenance_reason = ""
        station.revision += 1
        await venues.flush_name(self.uow.session)
        await self._audit("venue.station_changed", station, after=_jsonable(fields))
        stations_changed(self.uow, station.venue_id, [station.id])
        floor_changed(self.uow, station.venue_id)
        return station

    async def remove(self, station_id: UUID) -> None:
        """Take a station down; its history stays."""
        station = await self.managed(station_id)
        if await live_on_station(self.uow.session, station_id) is not None:
            raise StationBusy
        station.removed_at = self.uow.now
        await self._drop_credential(station)
        await self._audit("venue.station_removed", station)
        floor_changed(self.uow, station.venue_id)

    async def arrange(self, venue_id: UUID, positions: list[dict[str, Any]]) -> None:
        """Move stations on the map."""
        self.actor.require(STATIONS, venue_id=venue_id)
        await store.place_on_map(self.uow.session, venue_id, positions)
        floor_changed(self.uow, venue_id)

    async def managed(self, station_id: UUID) -> Station:
        """A station the actor may manage, locked."""
        station = await store.lock_station(self.uow.session, station_id)
        if not self.actor.belongs_to(station.venue_id):
            raise StationNotFound(station_id=station_id)
        self.actor.require(STATIONS, venue_id=station.venue_id)
        return station

    async def _require_zone(self, venue_id: UUID, zone_id: UUID) -> None:
        zone = await venues.get_zone(self.uow.session, zone_id)
        if zone.venue_id != venue_id:
            raise ZoneNotFound(zone_id=zone_id)

    async def _require_free(self, venue_id: UUID, names: list[str]) -> None:
        taken = await store.taken_names(self.uow.session, venue_id, names)
        if taken:
            raise NameTaken(names=sorted(taken))

    # --- enrolment -------------------------------------------------------------------------

    async def offer_enrolment(self, context: Context, station_id: UUID) -> tuple[str, Station]:
        """A short code that makes a machine this station's agent; half an hour, once."""
        station = await self.managed(station_id)
        code = new_code()
        await store.put_enrolment(
            self.uow.session,
            station_id=station.id,
            code_digest=keyed_digest(context.secret, ENROLMENT_PURPOSE, normal_code(code)),
            expires_at=self.uow.now + ENROLMENT_LIFETIME,
        )
        await self._audit("venue.enrolment_offered", station)
        return code, station

    async def revoke(self, station_id: UUID) -> None:
        """Take the agent's credential away; it is disconnected at once."""
        station = await self.managed(station_id)
        await self._drop_credential(station)
        await self._audit("venue.credential_revoked", station)
        stations_changed(self.uow, station.venue_id, [station.id])

    async def _drop_credential(self, station: Station) -> None:
        if await store.drop_credential(self.uow.session, station.id):
            self.uow.notify(CREDENTIAL_REVOKED, {"station_id": str(station.id)})

    async def _audit(self, action: str, station: Station, **detail: Any) -> None:  # noqa: ANN401 -- JSON
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="station",
            subject_id=station.id,
            venue_id=station.venue_id,
            summary=station.name,
            detail=detail,
        )


async def enrol(
    context: Context, uow: UnitOfWork, *, code: str, hostname: str, os: str
) -> Enrolled:
    """Turn a code into a credential for the machine that sent it."""
    code_digest = keyed_digest(context.secret, ENROLMENT_PURPOSE, normal_code(code))
    enrolment = await store.take_enrolment(uow.session, code_digest)
    if enrolment is None or enrolment.expires_at <= uow.now:
        raise EnrolmentInvalid
    station = await store.get_station(uow.session, enrolment.station_id)
    venue = await venues.get_venue(uow.session, station.venue_id)
    credential = new_token("goa")
    await store.put_credential(
        uow.session,
        Agent(
            station_id=station.id,
            venue_id=venue.id,
            credential_digest=digest(credential),
            enrolled_at=uow.now,
            hostname=hostname,
            os=os,
            version="",
            connected=False,
        ),
    )
    uow.notify(CREDENTIAL_REVOKED, {"station_id": str(station.id)})
    actor = Actor(id=station.id, kind="agent", name=station.name)
    await record_audit(
        uow,
        actor,
        action="venue.agent_enrolled",
        subject_type="station",
        subject_id=station.id,
        venue_id=venue.id,
        summary=station.name,
        detail={"hostname": hostname, "os": os},
    )
    stations_changed(uow, venue.id, [station.id])
    return Enrolled(credential=credential, station=station, venue=venue)


def _jsonable(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, UUID) else v for name, v in fields.items()}
