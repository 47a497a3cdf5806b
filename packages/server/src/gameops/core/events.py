"""Facts about the past. A domain defines its own and exports them from its ``api``."""

from dataclasses import dataclass, fields
from datetime import date
from typing import ClassVar
from uuid import UUID

from gameops.core.db import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. ``topic`` is stable; fields are plain values."""

    topic: ClassVar[str]

    def payload(self) -> JsonObject:
        """The event as JSON values, the form in which jobs and the hub carry it."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
