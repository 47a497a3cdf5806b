"""Who is acting, and what they may do where. Identity fills it in; everybody asks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from gameops.core.errors import Forbidden, NotFound

ActorKind = Literal["user", "api_key", "agent", "system", "anonymous"]
EVERYWHERE = None
"""The key of grants that hold in every venue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person, a key, an agent or the system itself, with its permissions by venue."""

    id: UUID | None
    kind: ActorKind
    name: str = ""
    session_id: UUID | None = None
    grants: Mapping[UUID | None, frozenset[str]] = field(default_factory=dict)

    def allows(self, permission: str, *, venue_id: UUID | None) -> bool:
        """Whether ``permission`` holds in the venue (``None``: in the whole installation)."""
        if self.kind == "system" or permission in self.grants.get(EVERYWHERE, frozenset()):
            return True
        return venue_id is not None and permission in self.grants.get(venue_id, frozenset())

    def require(self, permission: str, *, venue_id: UUID | None) -> None:
        """Refuse unless allowed; a venue the actor has nothing to do with is not even there."""
        if self.allows(permission, venue_id=venue_id):
            return
        if venue_id is not None and not self.belongs_to(venue_id):
            raise NotFound
        raise Forbidden(permission=permission)

    def belongs_to(self, venue_id: UUID) -> bool:
        """Whether the actor holds any permission in the venue."""
        return bool(self.grants.get(venue_id) or self.grants.get(EVERYWHERE)) or self.is_system

    def venues_with(self, permission: str) -> frozenset[UUID] | None:
        """The venues where ``permission`` holds; ``None`` means all of them."""
        if self.allows(permission, venue_id=EVERYWHERE):
            return None
        return frozenset(
            venue_id
            for venue_id, permissions in self.grants.items()
            if venue_id is not None and permission in permissions
        )

    @property
    def is_system(self) -> bool:
        """Whether GameOps itself is acting."""
        return self.kind == "system"


SYSTEM = Actor(id=None, kind="system", name="GameOps")
ANONYMOUS = Actor(id=None, kind="anonymous", name="anonymous")
