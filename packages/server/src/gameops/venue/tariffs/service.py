"""Managing tariffs and packages, and asking what time costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.ids import new_id
from gameops.core.money import included_tax
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.venue.errors import (
    PackageNotFound,
    PeriodInvalid,
    TariffNotFound,
    TariffOverlap,
    ZoneNotFound,
)
from gameops.venue.permissions import FLOOR, TARIFFS
from gameops.venue.tariffs import store
from gameops.venue.tariffs.model import Package, Tariff, TariffVersion
from gameops.venue.tariffs.pricing import Price, Stretch, TariffRules, price
from gameops.venue.tariffs.schemas import PreviewIn
from gameops.venue.topics import floor_changed
from gameops.venue.venues import store as venues
from gameops.venue.venues.model import Venue

LONGEST_PREVIEW: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Tariffs:
    """What managers do with prices."""

    uow: UnitOfWork
    actor: Actor

    async def create(
        self,
        *,
        venue_id: UUID,
        name: str,
        zone_ids: list[str],
        kinds: list[str],
        rules: TariffRules,
    ) -> tuple[Tariff, TariffVersion]:
        """Add a tariff with its first version, in force at once."""
        self.actor.require(TARIFFS, venue_id=venue_id)
        await venues.get_venue(self.uow.session, venue_id)
        tariff = Tariff(
            id=new_id(),
            venue_id=venue_id,
            name=name,
            zone_ids=zone_ids,
            kinds=kinds,
            archived=False,
        )
        await self._check_scope(tariff)
        self.uow.session.add(tariff)
        await self.uow.session.flush()
        version = self._version(tariff, number=1, rules=rules, valid_from=self.uow.now)
        await self._audit("venue.tariff_created", tariff, rules=version.rules)
        return tariff, version

    async def publish(
        self, tariff_id: UUID, *, rules: TariffRules, valid_from: datetime | None
    ) -> tuple[Tariff, TariffVersion]:
        """Add a version; sessions that have started keep theirs."""
        tariff = await self._managed(tariff_id)
        newest = (await store.tariff_versions(self.uow.session, [tariff_id]))[0]
        begins = max(valid_from or self.uow.now, self.uow.now)
        version = self._version(tariff, number=newest.version + 1, rules=rules, valid_from=begins)
        await self._audit("venue.tariff_published", tariff, rules=version.rules)
        return tariff, version if begins <= self.uow.now else newest

    async def change(self, tariff_id: UUID, fields: dict[str, Any]) -> Tariff:
        """Rename a tariff, or say where it holds."""
        tariff = await self._managed(tariff_id)
        for name, value in fields.items():
            setattr(tariff, name, value)
        await self._check_scope(tariff)
        await self._audit("venue.tariff_changed", tariff, after=fields)
        return tariff

    async def versions(self, tariff_id: UUID) -> Sequence[TariffVersion]:
        """All versions, newest first."""
        self._require_managed(await store.get_tariff(self.uow.session, tariff_id))
        return await store.tariff_versions(self.uow.session, [tariff_id])

    async def of_venue(self, venue_id: UUID) -> list[tuple[Tariff, TariffVersion | None]]:
        """A venue's tariffs, each with the version in force."""
        self.actor.require(FLOOR, venue_id=venue_id)
        tariffs = await store.list_tariffs(self.uow.session, venue_id)
        found = await store.tariff_versions(self.uow.session, [t.id for t in tariffs])
        return [(tariff, in_force(tariff, found, self.uow.now)) for tariff in tariffs]

    async def preview(self, body: PreviewIn) -> tuple[Venue, Price, int]:
        """What a period costs, with saved rules or a draft; price and tax."""
        self.actor.require(FLOOR, venue_id=body.venue_id)
        venue = await venues.get_venue(self.uow.session, body.venue_id)
        zone = await venues.get_zone(self.uow.session, body.zone_id)
        if zone.venue_id != venue.id:
            raise ZoneNotFound(zone_id=body.zone_id)
        start, end = (local_instant(text, venue) for text in (body.starts_at, body.ends_at))
        if not start < end <= start + LONGEST_PREVIEW:
            raise PeriodInvalid
        rules = body.rules
        if rules is None:
            _, rules = await store.in_force(
                self.uow.session, venue_id=venue.id, zone_id=zone.id, kind=body.kind, at=start
            )
        stretch = Stretch(
            start=start,
            end=end,
            rules=rules,
            tz=venue.tz,
            discount_bp=rules.discount_bp(body.tier),
            place=zone.name,
        )
        result = price([stretch])
        return venue, result, included_tax(result.total_minor, rate_bp=venue.tax_rate_bp)

    def _version(
        self, tariff: Tariff, *, number: int, rules: TariffRules, valid_from: datetime
    ) -> TariffVersion:
        version = TariffVersion(
            id=new_id(),
            tariff_id=tariff.id,
            version=number,
            valid_from=valid_from,
            rules=rules.model_dump(mode="json", by_alias=True),
            created_at=self.uow.now,
            created_by=self.actor.id,
        )
        self.uow.session.add(version)
        floor_changed(self.uow, tariff.venue_id)
        return version

    async def _managed(self, tariff_id: UUID) -> Tariff:
        return self._require_managed(await store.lock_tariff(self.uow.session, tariff_id))

    def _require_managed(self, tariff: Tariff) -> Tariff:
        if not self.actor.belongs_to(tariff.venue_id):
            raise TariffNotFound(tariff_id=tariff.id)
        self.actor.require(TARIFFS, venue_id=tariff.venue_id)
        return tariff

    async def _check_scope(self, tariff: Tariff) -> None:
        """Two tariffs of the same reach would make the price a matter of luck."""
        await venues.lock_venue(self.uow.session, tariff.venue_id)  # one such change at a time
        zones = {str(z.id) for z, _ in await venues.list_zones(self.uow.session, tariff.venue_id)}
        if unknown := set(tariff.zone_ids) - zones:
            raise ZoneNotFound(zone_ids=sorted(unknown))
        if tariff.archived:
            return
        for other in await store.list_tariffs(self.uow.session, tariff.venue_id):
            if other.id != tariff.id and not other.archived and _overlap(tariff, other):
                raise TariffOverlap(tariff=other.name)

    async def _audit(self, action: str, tariff: Tariff, **detail: Any) -> None:  # noqa: ANN401 -- JSON
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="tariff",
            subject_id=tariff.id,
            venue_id=tariff.venue_id,
            summary=tariff.name,
            detail=detail,
        )
        floor_changed(self.uow, tariff.venue_id)

    # --- packages --------------------------------------------------------------------------

    async def add_package(self, fields: dict[str, Any]) -> Package:
        """Put a package on sale."""
        venue_id = fields["venue_id"]
        self.actor.require(TARIFFS, venue_id=venue_id)
        await venues.get_venue(self.uow.session, venue_id)
        package = Package(id=new_id(), **fields)
        self.uow.session.add(package)
        await self._audit_package("venue.package_created", package)
        return package

    async def change_package(self, package_id: UUID, fields: dict[str, Any]) -> Package:
        """Change a package; what has been sold keeps its terms."""
        package = await store.get_package(self.uow.session, package_id)
        if not self.actor.belongs_to(package.venue_id):
            raise PackageNotFound(package_id=package_id)
        self.actor.require(TARIFFS, venue_id=package.venue_id)
        for name, value in fields.items():
            setattr(package, name, value)
        await self._audit_package("venue.package_changed", package)
        return package

    async def list_packages(self, venue_id: UUID) -> Sequence[Package]:
        """A venue's packages."""
        if not self.actor.belongs_to(venue_id):
            self.actor.require(FLOOR, venue_id=venue_id)
        return await store.list_packages(self.uow.session, venue_id)

    async def _audit_package(self, action: str, package: Package) -> None:
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type="package",
            subject_id=package.id,
            venue_id=package.venue_id,
            summary=package.name,
            detail={"price_minor": package.price_minor, "seconds": package.seconds},
        )


def _overlap(one: Tariff, other: Tariff) -> bool:
    """Whether both claim the same place equally strongly."""
    if bool(one.zone_ids) != bool(other.zone_ids) or bool(one.kinds) != bool(other.kinds):
        return False
    zones = not one.zone_ids or set(one.zone_ids) & set(other.zone_ids)
    kinds = not one.kinds or set(one.kinds) & set(other.kinds)
    return bool(zones and kinds)


def in_force(
    tariff: Tariff, versions: Sequence[TariffVersion], at: datetime
) -> TariffVersion | None:
    """The tariff's version that holds at an instant."""
    own = [v for v in versions if v.tariff_id == tariff.id and v.valid_from <= at]
    return max(own, key=lambda v: (v.valid_from, v.version), default=None)


def local_instant(text: str, venue: Venue) -> datetime:
    """A typed time: local to the venue unless it carries an offset."""
    try:
        parsed = datetime.fromisoformat(text)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=venue.tz)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PeriodInvalid from error
