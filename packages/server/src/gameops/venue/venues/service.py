"""Managing venues, zones and tiers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func

from gameops.billing import api as billing
from gameops.core.actor import Actor
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.venue.errors import NameTaken, VenueNotFound, ZoneInUse, ZoneNotFound
from gameops.venue.permissions import SETTINGS, STATIONS
from gameops.venue.topics import floor_changed
from gameops.venue.venues import store
from gameops.venue.venues.model import Policy, Tier, TierSettings, Venue, Zone

DEFAULT_TIERS: Final[tuple[tuple[Tier, str, int, list[str], str], ...]] = (
    (Tier.BASIC, "Basic", 0, [], "#6c7789"),
    (Tier.PREMIUM, "Premium", 1_000, ["10 % off all time"], "#5b8cff"),
    (Tier.VIP, "VIP", 2_000, ["20 % off all time", "Seats in the VIP zone first"], "#ffb020"),
)


@dataclass(frozen=True, slots=True)
class Venues:
    """What administrators do with venues."""

    uow: UnitOfWork
    actor: Actor

    async def create(self, fields: dict[str, Any]) -> Venue:
        """Open a venue: its books, its tiers, a first zone to put stations in."""
        self.actor.require(SETTINGS, venue_id=None)
        venue = Venue(
            id=new_id(),
            slug=await self._free_slug(fields["name"]),
            created_at=self.uow.now,
            **fields,
        )
        self.uow.session.add(venue)
        await self.uow.session.flush()
        for key, name, discount, perks, color in DEFAULT_TIERS:
            self.uow.session.add(
                TierSettings(
                    venue_id=venue.id,
                    key=key,
                    name=name,
                    discount_bp=discount,
                    perks=perks,
                    color=color,
                )
            )
        await billing.open_books(self.uow, venue.id)
        await self._audit("venue.venue_created", "venue", venue.id, venue.id, venue.name)
        return venue

    async def change(self, venue_id: UUID, fields: dict[str, Any]) -> Venue:
        """Change a venue; running sessions keep the terms they began under."""
        self.actor.require(SETTINGS, venue_id=venue_id)
        venue = await store.lock_venue(self.uow.session, venue_id)
        if "policy" in fields:  # what is left out of it stays
            policy = Policy.model_validate(venue.policy | fields["policy"])
            fields = fields | {"policy": policy.model_dump(mode="json", by_alias=True)}
        before = {name: getattr(venue, name) for name in fields}
        for name, value in fields.items():
            setattr(venue, name, value)
        await self._audit(
            "venue.venue_changed",
            "venue",
            venue.id,
            venue.id,
            venue.name,
            before=before,
            after=fields,
        )
        floor_changed(self.uow, venue_id)
        return venue

    async def visible(self, venue_id: UUID) -> Venue:
        """A venue that the caller has to do with."""
        if not self.actor.belongs_to(venue_id):
            raise VenueNotFound(venue_id=venue_id)
        return await store.get_venue(self.uow.session, venue_id)

    async def all_visible(self) -> Sequence[Venue]:
        """Every venue that the caller has to do with."""
        everywhere = self.actor.is_system or bool(self.actor.grants.get(None))
        ids = None if everywhere else [v for v in self.actor.grants if v is not None]
        return await store.list_venues(self.uow.session, ids)

    async def _free_slug(self, name: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "venue"
        slug, number = base, 1
        while await store.find_taken_name(self.uow.session, Venue.id, Venue.slug == slug):
            number += 1
            slug = f"{base}-{number}"
        return slug

    async def _audit(
        self,
        action: str,
        kind: str,
        subject: UUID | str,
        venue_id: UUID,
        summary: str,
        **detail: Any,  # noqa: ANN401 -- JSON
    ) -> None:
        await record_audit(
            self.uow,
            self.actor,
            action=action,
            subject_type=kind,
            subject_id=subject,
            venue_id=venue_id,
            summary=summary,
            detail=detail,
        )

    # --- zones and tiers -------------------------------------------------------------------

    async def add_zone(self, fields: dict[str, Any]) -> Zone:
        """Add a zone."""
        venue_id = fields["venue_id"]
        self.actor.require(STATIONS, venue_id=venue_id)
        await store.get_venue(self.uow.session, venue_id)
        await self._require_free_name(venue_id, fields["name"])
        zone = Zone(id=new_id(), **fields)
        self.uow.session.add(zone)
        await store.flush_name(self.uow.session)
        await self._audit("venue.zone_added", "zone", zone.id, venue_id, zone.name)
        floor_changed(self.uow, venue_id)
        return zone

    async def change_zone(self, zone_id: UUID, fields: dict[str, Any]) -> Zone:
        """Change a zone."""
        zone = await self._managed_zone(zone_id)
        if "name" in fields and fields["name"].lower() != zone.name.lower():
            await self._require_free_name(zone.venue_id, fields["name"])
        for name, value in fields.items():
            setattr(zone, name, value)
        await store.flush_name(self.uow.session)
        await self._audit(
            "venue.zone_changed", "zone", zone.id, zone.venue_id, zone.name, after=fields
        )
        floor_changed(self.uow, zone.venue_id)
        return zone

    async def remove_zone(self, zone_id: UUID) -> None:
        """Remove a zone that never had a station."""
        zone = await self._managed_zone(zone_id)
        if await store.count_stations(self.uow.session, zone_id):
            raise ZoneInUse
        await self.uow.session.delete(zone)
        await self._audit("venue.zone_removed", "zone", zone.id, zone.venue_id, zone.name)
        floor_changed(self.uow, zone.venue_id)

    async def change_tier(self, venue_id: UUID, key: Tier, fields: dict[str, Any]) -> TierSettings:
        """Rename, discount or adorn a tier."""
        self.actor.require(SETTINGS, venue_id=venue_id)
        await store.get_venue(self.uow.session, venue_id)
        tier = await self.uow.session.get_one(TierSettings, (venue_id, key))
        for name, value in fields.items():
            setattr(tier, name, value)
        await self._audit("venue.tier_changed", "tier", key, venue_id, tier.name, after=fields)
        return tier

    async def _managed_zone(self, zone_id: UUID) -> Zone:
        zone = await store.get_zone(self.uow.session, zone_id)
        if not self.actor.belongs_to(zone.venue_id):
            raise ZoneNotFound(zone_id=zone_id)
        self.actor.require(STATIONS, venue_id=zone.venue_id)
        return zone

    async def _require_free_name(self, venue_id: UUID, name: str) -> None:
        if await store.find_taken_name(
            self.uow.session,
            Zone.id,
            Zone.venue_id == venue_id,
            func.lower(Zone.name) == name.lower(),
        ):
            raise NameTaken(name=name)
