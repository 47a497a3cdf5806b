"""Tariffs, packages and prices as clients see and write them."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gameops.core.fields import In, Name
from gameops.venue.stations.model import StationKind
from gameops.venue.tariffs.model import Grant, Package, Tariff, TariffVersion
from gameops.venue.tariffs.pricing import LineKind, Price, PriceLine, TariffRules, Window
from gameops.venue.venues.model import Tier


class PriceLineOut(BaseModel):
    """One line of an explanation."""

    model_config = ConfigDict(populate_by_name=True)

    kind: LineKind
    label: str
    start: Annotated[datetime | None, Field(alias="from")]
    end: Annotated[datetime | None, Field(alias="to")]
    seconds: float | None
    rate_minor_per_hour: int | None
    discount_bp: int | None
    place: str
    amount_minor: int

    @classmethod
    def of(cls, line: PriceLine) -> Self:
        """From the rule's result."""
        return cls(
            kind=line.kind,
            label=line.label,
            start=line.start,
            end=line.end,
            seconds=line.seconds,
            rate_minor_per_hour=line.rate_minor_per_hour,
            discount_bp=line.discount_bp,
            place=line.place,
            amount_minor=line.amount_minor,
        )


class PriceOut(BaseModel):
    """A price with its explanation; the lines add up to the total."""

    currency: str
    lines: list[PriceLineOut]
    total_minor: int
    tax_minor: int
    final: bool

    @classmethod
    def of(cls, price: Price, *, currency: str, tax_minor: int, final: bool) -> Self:
        """From the rule's result."""
        return cls(
            currency=currency,
            lines=[PriceLineOut.of(line) for line in price.lines],
            total_minor=price.total_minor,
            tax_minor=tax_minor,
            final=final,
        )


class TariffVersionOut(BaseModel):
    """The rules of a tariff from an instant on."""

    id: UUID
    version: int
    valid_from: datetime
    created_at: datetime
    created_by: UUID | None
    rules: TariffRules

    @classmethod
    def of(cls, version: TariffVersion) -> Self:
        """From the row."""
        return cls.model_validate(version, from_attributes=True)


class TariffVersionList(BaseModel):
    """Newest first."""

    items: list[TariffVersionOut]


class TariffOut(BaseModel):
    """A tariff and the version in force."""

    id: UUID
    venue_id: UUID
    name: str
    zone_ids: list[UUID]
    kinds: list[StationKind]
    archived: bool
    current: TariffVersionOut | None

    @classmethod
    def of(cls, tariff: Tariff, current: TariffVersion | None) -> Self:
        """From the rows."""
        return cls(
            id=tariff.id,
            venue_id=tariff.venue_id,
            name=tariff.name,
            zone_ids=[UUID(item) for item in tariff.zone_ids],
            kinds=[StationKind(kind) for kind in tariff.kinds],
            archived=tariff.archived,
            current=TariffVersionOut.of(current) if current else None,
        )


class TariffList(BaseModel):
    """A venue's tariffs."""

    items: list[TariffOut]


ZoneIds = Annotated[list[UUID], Field(max_length=100)]
Kinds = Annotated[list[StationKind], Field(max_length=10)]


class TariffIn(In):
    """A new tariff with its first version."""

    venue_id: UUID
    name: Name
    zone_ids: ZoneIds = Field(default_factory=list)
    kinds: Kinds = Field(default_factory=list)
    rules: TariffRules


class TariffPatch(In):
    """Where a tariff holds, and what it is called."""

    name: Name = ""
    zone_ids: ZoneIds = Field(default_factory=list)
    kinds: Kinds = Field(default_factory=list)
    archived: bool = False


class TariffVersionIn(In):
    """New rules, from now or from a later instant on."""

    rules: TariffRules
    valid_from: datetime | None = None


LocalOrInstant = Annotated[
    str, Field(min_length=16, max_length=35, pattern=r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
]


class PreviewIn(In):
    """What would it cost? Local times of the venue, or instants."""

    venue_id: UUID
    zone_id: UUID
    kind: StationKind = StationKind.PC
    tier: Tier = Tier.BASIC
    starts_at: LocalOrInstant
    ends_at: LocalOrInstant
    rules: TariffRules | None = None
    """Rules that are not saved yet."""


class PackageIn(In):
    """A new package."""

    venue_id: UUID
    name: Name
    seconds: Annotated[int, Field(ge=60, le=10_000_000)]
    price_minor: Annotated[int, Field(ge=0, le=100_000_000)]
    zone_ids: ZoneIds = Field(default_factory=list)
    valid_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    windows: Annotated[list[Window], Field(max_length=20)] = Field(default_factory=list)
    active: bool = True


class PackagePatch(In):
    """What to change; what has been sold keeps its terms."""

    name: Name = ""
    seconds: Annotated[int, Field(ge=60, le=10_000_000)] = 60
    price_minor: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    zone_ids: ZoneIds = Field(default_factory=list)
    valid_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    windows: Annotated[list[Window], Field(max_length=20)] = Field(default_factory=list)
    active: bool = True


class PackageOut(BaseModel):
    """A bundle of time at a fixed price."""

    id: UUID
    venue_id: UUID
    name: str
    seconds: int
    price_minor: int
    zone_ids: list[UUID]
    valid_days: int
    windows: list[Window]
    active: bool

    @classmethod
    def of(cls, package: Package) -> Self:
        """From the row."""
        return cls.model_validate(package, from_attributes=True)


class PackageList(BaseModel):
    """A venue's packages."""

    items: list[PackageOut]


class GrantOut(BaseModel):
    """A package somebody bought."""

    id: UUID
    package_id: UUID
    name: str
    total_seconds: int
    remaining_seconds: float
    expires_at: datetime
    zone_ids: list[UUID]
    state: Literal["usable", "in_use", "used", "expired"]

    @classmethod
    def of(cls, grant: Grant, *, now: datetime, in_use: bool) -> Self:
        """From the row."""
        state: Literal["usable", "in_use", "used", "expired"] = "usable"
        if in_use:
            state = "in_use"
        elif not grant.left_us:
            state = "used"
        elif now >= grant.expires_at:
            state = "expired"
        return cls(
            id=grant.id,
            package_id=grant.package_id,
            name=grant.name,
            total_seconds=grant.seconds,
            remaining_seconds=grant.left_us / 1_000_000,
            expires_at=grant.expires_at,
            zone_ids=[UUID(item) for item in grant.zone_ids],
            state=state,
        )


class GrantList(BaseModel):
    """A customer's packages."""

    items: list[GrantOut]
