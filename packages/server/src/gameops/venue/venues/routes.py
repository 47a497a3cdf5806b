"""Venues, zones and tiers over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from gameops.core.errors import Forbidden
from gameops.core.web import CurrentActor, Uow, problems
from gameops.venue.errors import NameTaken, VenueNotFound, ZoneInUse, ZoneNotFound
from gameops.venue.venues import store
from gameops.venue.venues.model import Tier
from gameops.venue.venues.schemas import (
    TierList,
    TierOut,
    TierPatch,
    VenueIn,
    VenueList,
    VenueOut,
    VenuePatch,
    ZoneIn,
    ZoneList,
    ZoneOut,
    ZonePatch,
)
from gameops.venue.venues.service import Venues

router = APIRouter(prefix="/api/v1", tags=["venues"])


@router.get("/venues", summary="List venues", responses=problems())
async def list_venues(actor: CurrentActor, uow: Uow) -> VenueList:
    """Those the caller has to do with."""
    venues = await Venues(uow, actor).all_visible()
    return VenueList(items=[VenueOut.of(venue) for venue in venues])


@router.post("/venues", status_code=201, summary="Open a venue", responses=problems(Forbidden))
async def create_venue(body: VenueIn, actor: CurrentActor, uow: Uow) -> VenueOut:
    """With its own books, tiers and policies."""
    return VenueOut.of(await Venues(uow, actor).create(body.model_dump(mode="json", by_alias=True)))


@router.get("/venues/{venue_id}", summary="One venue", responses=problems(VenueNotFound))
async def get_venue(venue_id: UUID, actor: CurrentActor, uow: Uow) -> VenueOut:
    """With hours and policies."""
    return VenueOut.of(await Venues(uow, actor).visible(venue_id))


@router.patch(
    "/venues/{venue_id}", summary="Change a venue", responses=problems(VenueNotFound, Forbidden)
)
async def change_venue(venue_id: UUID, body: VenuePatch, actor: CurrentActor, uow: Uow) -> VenueOut:
    """Only what is sent is changed."""
    return VenueOut.of(await Venues(uow, actor).change(venue_id, body.changes()))


@router.get("/zones", summary="List zones", responses=problems(VenueNotFound))
async def list_zones(venue_id: UUID, actor: CurrentActor, uow: Uow) -> ZoneList:
    """In their order on the floor."""
    await Venues(uow, actor).visible(venue_id)
    rows = await store.list_zones(uow.session, venue_id)
    return ZoneList(items=[ZoneOut.of(zone, count) for zone, count in rows])


@router.post(
    "/zones",
    status_code=201,
    summary="Add a zone",
    responses=problems(VenueNotFound, Forbidden, NameTaken),
)
async def add_zone(body: ZoneIn, actor: CurrentActor, uow: Uow) -> ZoneOut:
    """A part of the floor."""
    fields = body.model_dump(mode="json") | {"venue_id": body.venue_id}
    return ZoneOut.of(await Venues(uow, actor).add_zone(fields), 0)


@router.patch(
    "/zones/{zone_id}",
    summary="Change a zone",
    responses=problems(ZoneNotFound, Forbidden, NameTaken),
)
async def change_zone(zone_id: UUID, body: ZonePatch, actor: CurrentActor, uow: Uow) -> ZoneOut:
    """Only what is sent is changed."""
    zone = await Venues(uow, actor).change_zone(zone_id, body.changes())
    return ZoneOut.of(zone, await store.count_stations(uow.session, zone_id))


@router.delete(
    "/zones/{zone_id}",
    status_code=204,
    summary="Remove a zone",
    responses=problems(ZoneNotFound, Forbidden, ZoneInUse),
)
async def remove_zone(zone_id: UUID, actor: CurrentActor, uow: Uow) -> None:
    """Only one that never had a station."""
    await Venues(uow, actor).remove_zone(zone_id)


@router.get("/tiers", summary="List tiers", responses=problems(VenueNotFound))
async def list_tiers(venue_id: UUID, actor: CurrentActor, uow: Uow) -> TierList:
    """Basic, Premium and VIP, as this venue names and rewards them."""
    await Venues(uow, actor).visible(venue_id)
    tiers = await store.list_tiers(uow.session, venue_id)
    order = list(Tier)
    return TierList(
        items=sorted((TierOut.of(tier) for tier in tiers), key=lambda t: order.index(t.key))
    )


@router.patch("/tiers/{key}", summary="Change a tier", responses=problems(VenueNotFound, Forbidden))
async def change_tier(
    key: Tier, venue_id: UUID, body: TierPatch, actor: CurrentActor, uow: Uow
) -> TierOut:
    """Only what is sent is changed."""
    return TierOut.of(await Venues(uow, actor).change_tier(venue_id, key, body.changes()))
