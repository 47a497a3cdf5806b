"""Venues as clients see and write them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from gameops.core.fields import NO_NUL, Color, In, Line, LocaleTag, Name, TimeZone
from gameops.venue.venues.model import (
    Area,
    OpeningHours,
    Policy,
    Tier,
    TierSettings,
    Venue,
    Zone,
)


def _known_currency(value: str) -> str:
    if value not in list_currencies():
        raise ValueError("no such currency")
    return value


Currency = Annotated[str, Field(min_length=3, max_length=3), AfterValidator(_known_currency)]
TaxRate = Annotated[int, Field(ge=0, le=9_999)]
Hours = Annotated[list[OpeningHours], Field(max_length=21)]


class VenueIn(In):
    """A new venue."""

    name: Name
    timezone: TimeZone
    currency: Currency
    locale: LocaleTag = "en"
    address: Line = ""
    phone: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    tax_rate_bp: TaxRate = 0
    tax_name: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    opening_hours: Annotated[Hours, Field(default_factory=list)]
    policy: Policy = Policy()


class VenuePatch(In):
    """What to change of a venue; the currency is for ever."""

    name: Name = ""
    timezone: TimeZone = ""
    locale: LocaleTag = ""
    address: Line = ""
    phone: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    tax_rate_bp: TaxRate = 0
    tax_name: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    opening_hours: Annotated[Hours, Field(default_factory=list)]
    policy: Policy = Policy()


class VenueOut(BaseModel):
    """A venue."""

    id: UUID
    name: str
    slug: str
    timezone: str
    currency: str
    locale: str
    address: str
    phone: str
    tax_rate_bp: int
    tax_name: str
    opening_hours: list[OpeningHours]
    policy: Policy
    created_at: datetime

    @classmethod
    def of(cls, venue: Venue) -> Self:
        """From the row."""
        return cls.model_validate(venue, from_attributes=True)


class VenueList(BaseModel):
    """All venues the caller has to do with."""

    items: list[VenueOut]


class ZoneIn(In):
    """A new zone."""

    venue_id: UUID
    name: Name
    color: Color = "#5b8cff"
    sort: Annotated[int, Field(ge=0, le=1_000)] = 0
    minimum_age: Annotated[int, Field(ge=1, le=30)] | None = None
    area: Area | None = None


class ZonePatch(In):
    """What to change of a zone."""

    name: Name = ""
    color: Color = "#5b8cff"
    sort: Annotated[int, Field(ge=0, le=1_000)] = 0
    minimum_age: Annotated[int, Field(ge=1, le=30)] | None = None
    area: Area | None = None


class ZoneOut(BaseModel):
    """A zone."""

    id: UUID
    venue_id: UUID
    name: str
    color: str
    sort: int
    minimum_age: int | None
    area: Area | None
    station_count: int

    @classmethod
    def of(cls, zone: Zone, station_count: int) -> Self:
        """From the row."""
        return cls(
            id=zone.id,
            venue_id=zone.venue_id,
            name=zone.name,
            color=zone.color,
            sort=zone.sort,
            minimum_age=zone.minimum_age,
            station_count=station_count,
            area=Area.model_validate(zone.area) if zone.area else None,
        )


class ZoneList(BaseModel):
    """A venue's zones."""

    items: list[ZoneOut]


class TierPatch(In):
    """What to change of a tier."""

    name: Name = ""
    discount_bp: Annotated[int, Field(ge=0, le=10_000)] = 0
    perks: Annotated[list[Name], Field(default_factory=list, max_length=20)]
    color: Color = "#5b8cff"


class TierOut(BaseModel):
    """A membership tier as this venue has it."""

    key: Tier
    name: str
    discount_bp: int
    perks: list[str]
    color: str

    @classmethod
    def of(cls, tier: TierSettings) -> Self:
        """From the row."""
        return cls.model_validate(tier, from_attributes=True)


class TierList(BaseModel):
    """A venue's tiers, the simplest first."""

    items: list[TierOut]
