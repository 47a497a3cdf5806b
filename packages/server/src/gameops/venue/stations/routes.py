"""Stations, enrolment and commands over HTTP."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from starlette.requests import Request

from gameops.core.errors import Forbidden, NotFound, RateLimited
from gameops.core.paging import Page
from gameops.core.ratelimit import Rule
from gameops.core.web import Ctx, CurrentActor, Paging, Uow, get_origin, limited, problems
from gameops.venue.errors import (
    CommandNotFound,
    EnrolmentInvalid,
    NameTaken,
    StationBusy,
    StationNotFound,
    VenueNotFound,
    ZoneNotFound,
)
from gameops.venue.permissions import FLOOR
from gameops.venue.stations import store
from gameops.venue.stations.commands import Commands, answered
from gameops.venue.stations.model import Station, StationCommand, StationKind
from gameops.venue.stations.schemas import (
    BulkIn,
    CommandIn,
    CommandOut,
    EnrolIn,
    EnrolmentOut,
    EnrolOut,
    PositionsIn,
    StationIn,
    StationList,
    StationOut,
    StationPatch,
)
from gameops.venue.stations.service import Stations, enrol

router = APIRouter(prefix="/api/v1", tags=["stations"])

ENROL_RULE = Rule("enrol", "20/minute")
LONGEST_WAIT = 30
MANAGING = problems(Forbidden, StationNotFound, VenueNotFound, ZoneNotFound, NameTaken)


@router.get("/stations", summary="List stations", responses=problems(Forbidden, NotFound))
async def list_stations(
    venue_id: UUID,
    actor: CurrentActor,
    uow: Uow,
    paging: Paging,
    zone_id: UUID | None = None,
    kind: StationKind | None = None,
    q: Annotated[str | None, Query(max_length=40, pattern=r"^[^\x00]*$")] = None,
) -> Page[StationOut]:
    """By name."""
    actor.require(FLOOR, venue_id=venue_id)
    conditions = [Station.venue_id == venue_id]
    conditions += [Station.zone_id == zone_id] if zone_id else []
    conditions += [Station.kind == kind] if kind else []
    conditions += [Station.name.icontains(q, autoescape=True)] if q else []
    found = await store.list_stations(uow.session, conditions, paging)
    items = [StationOut.of(row, uow.now) for row in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@router.post("/stations", status_code=201, summary="Add a station", responses=MANAGING)
async def add_station(body: StationIn, actor: CurrentActor, uow: Uow) -> StationOut:
    """A place to play."""
    fields = body.model_dump(mode="json") | {"venue_id": body.venue_id, "zone_id": body.zone_id}
    station = await Stations(uow, actor).add(fields)
    return StationOut.of(await store.station_row(uow.session, station.id), uow.now)


@router.post("/stations/bulk", status_code=201, summary="Add stations", responses=MANAGING)
async def add_stations(body: BulkIn, actor: CurrentActor, uow: Uow) -> StationList:
    """Prefix and a running number; all of them or none."""
    width = max(2, len(str(body.first + body.count - 1)))
    rows = [
        {
            "venue_id": body.venue_id,
            "zone_id": body.zone_id,
            "kind": body.kind,
            "name": f"{body.prefix}{number:0{width}d}",
            "position": None,
            "notes": "",
        }
        for number in range(body.first, body.first + body.count)
    ]
    stations = await Stations(uow, actor).add_many(rows)
    found = [await store.station_row(uow.session, station.id) for station in stations]
    return StationList(items=[StationOut.of(row, uow.now) for row in found])


@router.put(
    "/stations/positions",
    status_code=204,
    summary="Arrange the map",
    responses=problems(Forbidden, NotFound),
)
async def arrange_stations(body: PositionsIn, actor: CurrentActor, uow: Uow) -> None:
    """The map is 100 wide and 60 high."""
    rows = [position.model_dump(mode="json") for position in body.positions]
    await Stations(uow, actor).arrange(body.venue_id, rows)


@router.get(
    "/stations/{station_id}",
    summary="One station",
    responses=problems(Forbidden, StationNotFound),
)
async def get_station(station_id: UUID, actor: CurrentActor, uow: Uow) -> StationOut:
    """With its agent."""
    row = await store.station_row(uow.session, station_id)
    if not actor.belongs_to(row[0].venue_id):
        raise StationNotFound(station_id=station_id)
    actor.require(FLOOR, venue_id=row[0].venue_id)
    return StationOut.of(row, uow.now)


@router.patch("/stations/{station_id}", summary="Change a station", responses=MANAGING)
async def change_station(
    station_id: UUID, body: StationPatch, actor: CurrentActor, uow: Uow
) -> StationOut:
    """Only what is sent is changed; ``maintenance`` locks it."""
    await Stations(uow, actor).change(station_id, body.changes())
    await uow.session.flush()
    return StationOut.of(await store.station_row(uow.session, station_id), uow.now)


@router.delete(
    "/stations/{station_id}",
    status_code=204,
    summary="Take a station down",
    responses=problems(Forbidden, StationNotFound, StationBusy),
)
async def remove_station(station_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """Its history stays."""
    await Stations(uow, actor).remove(station_id)


# --- enrolment -------------------------------------------------------------------------------


@router.post(
    "/stations/{station_id}/enrolment",
    status_code=201,
    summary="Offer an enrolment code",
    responses=problems(Forbidden, StationNotFound),
)
async def offer_enrolment(
    station_id: UUID, actor: CurrentActor, uow: Uow, context: Ctx, request: Request
) -> EnrolmentOut:
    """A short code, good once and for half an hour; a new one replaces the last."""
    code, station = await Stations(uow, actor).offer_enrolment(context, station_id)
    enrolment = await store.get_enrolment(uow.session, station.id)
    base = context.public_url or str(request.base_url).rstrip("/")
    command = f"gameops-agent enrol --server {base} {code}"
    return EnrolmentOut(code=code, expires_at=enrolment.expires_at, command=command)


@router.delete(
    "/stations/{station_id}/credential",
    status_code=204,
    summary="Revoke an agent",
    responses=problems(Forbidden, StationNotFound),
)
async def revoke_credential(station_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """It is disconnected at once and must be enrolled again."""
    await Stations(uow, actor).revoke(station_id)


@router.post(
    "/agent/enrol",
    status_code=201,
    summary="Enrol an agent",
    tags=["agents"],
    dependencies=[limited(ENROL_RULE)],
    responses=problems(EnrolmentInvalid, RateLimited),
)
async def enrol_agent(body: EnrolIn, uow: Uow, context: Ctx) -> EnrolOut:
    """What ``gameops-agent enrol`` calls."""
    done = await enrol(context, uow, code=body.code, hostname=body.hostname, os=body.os)
    return EnrolOut(
        credential=done.credential,
        station_id=done.station.id,
        station_name=done.station.name,
        venue_name=done.venue.name,
    )


# --- commands --------------------------------------------------------------------------------


@router.post(
    "/stations/{station_id}/commands",
    status_code=201,
    summary="Send a command",
    responses=problems(Forbidden, StationNotFound),
)
async def send_command(
    station_id: UUID,
    body: CommandIn,
    actor: CurrentActor,
    context: Ctx,
    request: Request,
    prefer: Annotated[str | None, Header(max_length=100)] = None,
) -> CommandOut:
    """``Prefer: wait=5`` answers when the station has, or after so many seconds."""
    seconds = _wait(prefer)
    async with answered(context) as answers:
        async with context.unit_of_work(get_origin(request)) as uow:
            command = await Commands(uow, actor).send(station_id, body.kind, body.text)
        out = CommandOut.of(command)
        if seconds and await answers.wait(command.id, seconds):
            out = CommandOut.model_validate(answers.command(command.id))
    return out


def _wait(prefer: str | None) -> int:
    match = re.search(r"\bwait=(\d{1,3})\b", prefer or "")
    return min(int(match[1]), LONGEST_WAIT) if match else 0


@router.get(
    "/stations/{station_id}/commands",
    summary="A station's commands",
    responses=problems(Forbidden, StationNotFound),
)
async def list_commands(
    station_id: UUID, actor: CurrentActor, uow: Uow, paging: Paging
) -> Page[CommandOut]:
    """Newest first."""
    station = await Commands(uow, actor).commanded(station_id)
    found = await store.list_commands(uow.session, station, paging)
    pictured = await store.with_images(uow.session, [command.id for command in found.rows])
    items = [CommandOut.of(c, has_image=c.id in pictured) for c in found.rows]
    return Page(items=items, next_cursor=found.next_cursor)


@router.get(
    "/commands/{command_id}",
    summary="One command",
    responses=problems(Forbidden, CommandNotFound),
)
async def get_command(command_id: UUID, actor: CurrentActor, uow: Uow) -> CommandOut:
    """And how far it has got."""
    command: StationCommand = await Commands(uow, actor).get(command_id)
    pictured = await store.with_images(uow.session, [command.id])
    return CommandOut.of(command, has_image=bool(pictured))


@router.get(
    "/commands/{command_id}/image",
    summary="The picture a screenshot brought back",
    responses={200: {"content": {"image/png": {}}}, **problems(Forbidden, CommandNotFound)},
    response_class=Response,
)
async def get_image(command_id: UUID, actor: CurrentActor, uow: Uow) -> Response:
    """Kept for a day."""
    png = await Commands(uow, actor).image(command_id)
    return Response(png, media_type="image/png", headers={"Cache-Control": "no-store"})
