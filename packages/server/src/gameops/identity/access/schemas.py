"""What the routes about roles, sessions and keys take and give."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gameops.identity.fields import Instant, Name, NoNul, PatchIn, PermissionNames, ShortName

Network = Annotated[str, StringConstraints(min_length=1, max_length=64), NoNul]


class Out(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)


class SessionOut(Out):
    """A sign-in on some device."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    ip: str | None
    user_agent: str | None
    current: bool


class SessionsOut(Out):
    """All of one's living sign-ins."""

    items: list[SessionOut]


class ApiKeyIn(BaseModel):
    """A new key; no networks means from anywhere."""

    name: Annotated[Name, Field(max_length=80)]
    scopes: PermissionNames
    allowed_networks: Annotated[list[Network], Field(max_length=50)] = []
    expires_at: Instant | None = None


class ApiKeyOut(Out):
    """A key without its secret."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    allowed_networks: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


class ApiKeyMadeOut(ApiKeyOut):
    """A new key with its secret, this once."""

    secret: str


class ApiKeysOut(Out):
    """All of one's keys."""

    items: list[ApiKeyOut]


class RoleIn(BaseModel):
    """A new role of one venue, or (null) of all."""

    name: ShortName
    venue_id: UUID | None
    permissions: PermissionNames


class RolePatchIn(PatchIn):
    """What may be changed of a role."""

    name: ShortName | None = None
    permissions: PermissionNames | None = None


class RoleOut(Out):
    """A role; ``user_count`` counts the people of the venues one manages."""

    id: UUID
    name: str
    venue_id: UUID | None
    built_in: bool
    permissions: list[str]
    user_count: int


class RolesOut(Out):
    """All roles one may know of."""

    items: list[RoleOut]


class PermissionOut(Out):
    """Something a role can allow."""

    name: str
    group: str
    description: str


class PermissionsOut(Out):
    """Everything a role can allow."""

    items: list[PermissionOut]
