"""What happens to people, for whoever keeps something about them."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from gameops.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRegistered(Event):
    """Somebody made an account for themselves, perhaps at one venue's sign-up page."""

    topic: ClassVar[str] = "identity.user_registered"
    user_id: UUID
    venue_id: UUID | None
    date_of_birth: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUpdated(Event):
    """A person's name, address, language or state changed."""

    topic: ClassVar[str] = "identity.user_updated"
    user_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRevoked(Event):
    """A sign-in ended before its time: whoever holds its connections must drop them."""

    topic: ClassVar[str] = "identity.session_revoked"
    session_id: UUID
    user_id: UUID
