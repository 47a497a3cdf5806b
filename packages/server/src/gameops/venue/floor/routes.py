"""The dashboard and the reports over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gameops.billing import api as billing
from gameops.core.errors import Forbidden, NotFound
from gameops.core.web import CurrentActor, Uow, problems
from gameops.venue.errors import PeriodInvalid
from gameops.venue.floor import store
from gameops.venue.floor.schemas import (
    FloorOut,
    OccupancyOut,
    OccupancyPoint,
    RevenueOut,
    RevenuePoint,
)
from gameops.venue.floor.service import FloorReader
from gameops.venue.permissions import FLOOR
from gameops.venue.venues import store as venues

router = APIRouter(prefix="/api/v1", tags=["floor"])

LONGEST_REPORT: Final = timedelta(days=400)


@router.get(
    "/dashboard",
    summary="The floor",
    response_model=FloorOut,
    responses=problems(Forbidden, NotFound),
)
async def dashboard(venue_id: UUID, actor: CurrentActor, request: Request) -> Response:
    """Every station at a glance; the browser's WebSocket keeps it live."""
    actor.require(FLOOR, venue_id=venue_id)
    reader: FloorReader = request.app.state.floor
    return Response(await reader.encoded(venue_id), media_type="application/json")


REPORTING = problems(Forbidden, NotFound, PeriodInvalid)
Since = Annotated[datetime, Query(alias="from")]
Until = Annotated[datetime, Query(alias="to")]


@router.get("/reports/revenue", summary="Takings over time", responses=REPORTING)
async def revenue(
    venue_id: UUID,
    since: Since,
    until: Until,
    actor: CurrentActor,
    uow: Uow,
    by: Literal["day", "hour"] = "day",
) -> RevenueOut:
    """Cash and card, by local day or hour."""
    actor.require(billing.VIEW, venue_id=venue_id)
    _check(since, until)
    venue = await venues.get_venue(uow.session, venue_id)
    rows = await billing.takings_by(
        uow.session, venue_id, since=since, until=until, unit=by, timezone=venue.timezone
    )
    items = [RevenuePoint.model_validate(row, from_attributes=True) for row in rows]
    return RevenueOut(items=items)


@router.get("/reports/occupancy", summary="Occupancy over the week", responses=REPORTING)
async def occupancy(
    venue_id: UUID, since: Since, until: Until, actor: CurrentActor, uow: Uow
) -> OccupancyOut:
    """The mean share of stations in use by local weekday and hour."""
    actor.require(FLOOR, venue_id=venue_id)
    _check(since, until)
    venue = await venues.get_venue(uow.session, venue_id)
    rows = await store.occupancy_by_hour(
        uow.session, venue_id, since=since, until=until, now=uow.now, timezone=venue.timezone
    )
    items = [OccupancyPoint.model_validate(row, from_attributes=True) for row in rows]
    return OccupancyOut(items=items)


def _check(since: datetime, until: datetime) -> None:
    aware = since.tzinfo is not None and until.tzinfo is not None
    if not aware or not timedelta(0) < until - since <= LONGEST_REPORT:
        raise PeriodInvalid
