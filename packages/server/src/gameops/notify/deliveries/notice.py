"""What other domains hand over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from gameops.core.db import JsonObject

Severity = Literal["info", "good", "warning", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell, and where."""

    venue_id: UUID | None
    topic: str
    title: str
    template: str
    """Text with ``{placeholders}``."""
    values: Mapping[str, str | int]
    """What fills them in; escaped as the channel needs it when it is sent."""
    channel_ids: Sequence[UUID] = ()
    severity: Severity = "info"
    url: str | None = None
    held: str | None = None
    """Why it is only noted in the log and never sent."""
    subject_id: UUID | None = None
    fields: tuple[tuple[str, str], ...] = ()
    data: JsonObject = field(default_factory=dict)
    sealed: bytes | None = None
    """Text that the log must not show; it replaces the template's when it is sent."""
    urgent: bool = False
    """A test: it is tried even where the channel counts as broken."""
    recipient_ids: Sequence[UUID] | None = None
    """Only these of the channels' subscribers (or of anybody, for codes)."""
    own_of: UUID | None = None
    """Only this person, at one confirmed address of theirs per channel with subscribers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A message that is edited in place."""

    title: str
    color: str | None = None
    """As ``#rrggbb``."""
    lines: Sequence[tuple[str, str]] = ()
    footer: str = ""
    url: str | None = None
