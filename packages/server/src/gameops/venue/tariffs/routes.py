"""Tariffs and packages over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from gameops.core.errors import Forbidden, NotFound
from gameops.core.web import CurrentActor, Uow, problems
from gameops.venue.errors import (
    NoTariff,
    PackageNotFound,
    PeriodInvalid,
    TariffNotFound,
    TariffOverlap,
    VenueNotFound,
    ZoneNotFound,
)
from gameops.venue.tariffs.schemas import (
    PackageIn,
    PackageList,
    PackageOut,
    PackagePatch,
    PreviewIn,
    PriceOut,
    TariffIn,
    TariffList,
    TariffOut,
    TariffPatch,
    TariffVersionIn,
    TariffVersionList,
    TariffVersionOut,
)
from gameops.venue.tariffs.service import Tariffs, in_force

router = APIRouter(prefix="/api/v1", tags=["tariffs"])


@router.get("/tariffs", summary="List tariffs", responses=problems(Forbidden, NotFound))
async def list_tariffs(venue_id: UUID, actor: CurrentActor, uow: Uow) -> TariffList:
    """With the version in force."""
    rows = await Tariffs(uow, actor).of_venue(venue_id)
    return TariffList(items=[TariffOut.of(tariff, version) for tariff, version in rows])


@router.post(
    "/tariffs",
    status_code=201,
    summary="Add a tariff",
    responses=problems(Forbidden, VenueNotFound, ZoneNotFound, TariffOverlap),
)
async def create_tariff(body: TariffIn, actor: CurrentActor, uow: Uow) -> TariffOut:
    """In force at once."""
    tariff, version = await Tariffs(uow, actor).create(
        venue_id=body.venue_id,
        name=body.name,
        zone_ids=[str(z) for z in body.zone_ids],
        kinds=list(body.kinds),
        rules=body.rules,
    )
    return TariffOut.of(tariff, version)


@router.patch(
    "/tariffs/{tariff_id}",
    summary="Change where a tariff holds",
    responses=problems(Forbidden, TariffNotFound, ZoneNotFound, TariffOverlap),
)
async def change_tariff(
    tariff_id: UUID, body: TariffPatch, actor: CurrentActor, uow: Uow
) -> TariffOut:
    """Its prices change by a new version."""
    service = Tariffs(uow, actor)
    tariff = await service.change(tariff_id, body.changes())
    return TariffOut.of(tariff, in_force(tariff, await service.versions(tariff_id), uow.now))


@router.post(
    "/tariffs/{tariff_id}/versions",
    status_code=201,
    summary="Publish new rules",
    responses=problems(Forbidden, TariffNotFound),
)
async def publish_version(
    tariff_id: UUID, body: TariffVersionIn, actor: CurrentActor, uow: Uow
) -> TariffOut:
    """Sessions that have started keep the version they started under."""
    tariff, current = await Tariffs(uow, actor).publish(
        tariff_id, rules=body.rules, valid_from=body.valid_from
    )
    return TariffOut.of(tariff, current)


@router.get(
    "/tariffs/{tariff_id}/versions",
    summary="A tariff's versions",
    responses=problems(Forbidden, TariffNotFound),
)
async def list_versions(tariff_id: UUID, actor: CurrentActor, uow: Uow) -> TariffVersionList:
    """Newest first."""
    found = await Tariffs(uow, actor).versions(tariff_id)
    return TariffVersionList(items=[TariffVersionOut.of(version) for version in found])


@router.post(
    "/tariffs/preview",
    summary="What would it cost?",
    responses=problems(Forbidden, VenueNotFound, ZoneNotFound, NoTariff, PeriodInvalid),
)
async def preview(body: PreviewIn, actor: CurrentActor, uow: Uow) -> PriceOut:
    """Any period, tier and zone, under saved rules or a draft, line by line."""
    venue, price, tax = await Tariffs(uow, actor).preview(body)
    return PriceOut.of(price, currency=venue.currency, tax_minor=tax, final=False)


@router.get("/packages", summary="List packages", responses=problems(Forbidden, NotFound))
async def list_packages(venue_id: UUID, actor: CurrentActor, uow: Uow) -> PackageList:
    """Those on sale first."""
    found = await Tariffs(uow, actor).list_packages(venue_id)
    return PackageList(items=[PackageOut.of(package) for package in found])


@router.post(
    "/packages",
    status_code=201,
    summary="Add a package",
    responses=problems(Forbidden, VenueNotFound),
)
async def create_package(body: PackageIn, actor: CurrentActor, uow: Uow) -> PackageOut:
    """A bundle of time at a fixed price."""
    fields = body.model_dump(mode="json", by_alias=True) | {"venue_id": body.venue_id}
    return PackageOut.of(await Tariffs(uow, actor).add_package(fields))


@router.patch(
    "/packages/{package_id}",
    summary="Change a package",
    responses=problems(Forbidden, PackageNotFound),
)
async def change_package(
    package_id: UUID, body: PackagePatch, actor: CurrentActor, uow: Uow
) -> PackageOut:
    """What has been sold keeps its terms."""
    return PackageOut.of(await Tariffs(uow, actor).change_package(package_id, body.changes()))
