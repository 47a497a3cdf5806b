"""What belongs to a venue is not even there for whoever has nothing to do with the venue."""

from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.errors import NotFound


def require_scope(
    actor: Actor, permission: str, venue_id: UUID | None, absent: type[NotFound]
) -> None:
    """Refuse unless allowed in the scope: 403 for insiders, 404 for everybody else."""
    if venue_id is not None and not actor.belongs_to(venue_id):
        raise absent
    actor.require(permission, venue_id=venue_id)
