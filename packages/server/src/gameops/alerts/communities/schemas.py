"""Communities as clients see and write them."""

import ipaddress
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from gameops.alerts.communities.model import Community, IntakePolicy, Source
from gameops.alerts.communities.store import Counts
from gameops.core.fields import Color, In, Line, Name, TimeOfDay, TimeZone


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError as error:
        raise ValueError("not a network like 192.0.2.0/24") from error


def _free_slug(value: str) -> str:
    if value in RESERVED:
        raise ValueError("this address is taken by the pages themselves")
    return value


RESERVED = frozenset({"assets"})
Slug = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$"),
    AfterValidator(_free_slug),
]
Language = Literal["en", "de"]
Network = Annotated[str, StringConstraints(max_length=50), AfterValidator(_network)]
Networks = Annotated[list[Network], Field(max_length=50)]
HostPattern = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=253,
        pattern=r"^(\*\.)?[A-Za-z0-9:\[\]_-]+(\.[A-Za-z0-9_-]+)*$",
    ),
]


def _each_once(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


ChannelIds = Annotated[list[UUID], Field(max_length=20), AfterValidator(_each_once)]


class IntakeIn(In):
    """Who may report without a key."""

    open: bool = True
    networks: Annotated[Networks, Field(default_factory=list)]
    hosts: Annotated[list[HostPattern], Field(default_factory=list, max_length=50)]


class CommunityIn(In):
    """A new community."""

    name: Name
    slug: Slug
    venue_id: UUID | None = None
    time_zone: TimeZone = "UTC"
    locale: Language = "en"
    description: Line = ""


class CommunityPatch(In):
    """What to change of a community."""

    name: Name = ""
    slug: Slug = ""
    description: Line = ""
    time_zone: TimeZone = "UTC"
    locale: Language = "en"
    public: bool = True
    accent: Color | None = None
    sync_at: TimeOfDay = "03:00"
    sync_time_zone: TimeZone = "UTC"
    sync_channel_ids: Annotated[ChannelIds, Field(default_factory=list)]
    board_channel_ids: Annotated[ChannelIds, Field(default_factory=list)]
    intake: IntakeIn | None = None
    forget_after_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    most_servers: Annotated[int, Field(ge=1, le=100_000)] = 2_000
    """So many may report themselves before no more are made."""


class CountsOut(BaseModel):
    """How much there is."""

    servers: int
    up: int
    players: int


class LinksOut(BaseModel):
    """Its public pages, relative to the installation."""

    status: str
    embed: str


class CommunityOut(BaseModel):
    """A community."""

    id: UUID
    venue_id: UUID | None
    slug: str
    name: str
    description: str
    time_zone: str
    locale: str
    public: bool
    accent: str | None
    is_default: bool
    sync_at: str
    sync_time_zone: str
    sync_channel_ids: list[UUID]
    board_channel_ids: list[UUID]
    intake: IntakePolicy
    forget_after_days: int
    most_servers: int
    counts: CountsOut
    links: LinksOut
    created_at: datetime

    @classmethod
    def of(cls, community: Community, counts: Mapping[UUID, Counts]) -> Self:
        """From a row and what was counted."""
        servers, up, players = counts.get(community.id, (0, 0, 0))
        page = f"/status/{community.slug}"
        names = cls.model_fields.keys() - {"counts", "links"}
        return cls.model_validate(
            {name: getattr(community, name) for name in names}
            | {
                "counts": CountsOut(servers=servers, up=up, players=players),
                "links": LinksOut(status=page, embed=f"{page}/embed"),
            }
        )


class CommunityList(BaseModel):
    """Communities."""

    items: list[CommunityOut]


class SourceIn(In):
    """A new key for a reporter."""

    name: Name
    networks: Annotated[Networks, Field(default_factory=list)]


class SourceOut(BaseModel):
    """A reporter's key, without its secret."""

    id: UUID
    community_id: UUID
    name: str
    networks: list[str]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, source: Source) -> Self:
        """From a row."""
        return cls.model_validate({name: getattr(source, name) for name in SourceOut.model_fields})


class NewSource(SourceOut):
    """A reporter's key, this once with its secret."""

    secret: str


class SourceList(BaseModel):
    """Keys."""

    items: list[SourceOut]
