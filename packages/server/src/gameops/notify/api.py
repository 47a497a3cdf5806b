"""What the application and other domains may use of notify."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gameops.notify import permissions
from gameops.notify.channels import store as channels
from gameops.notify.deliveries.boards import put_board
from gameops.notify.deliveries.dispatcher import Dispatcher
from gameops.notify.deliveries.notice import Board, Notice
from gameops.notify.deliveries.submit import announce, submit
from gameops.notify.options import NotifyOptions
from gameops.notify.rendering import render, unknown_placeholders
from gameops.notify.topics import register_topics


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelInfo:
    """A channel as other domains name it."""

    id: UUID
    name: str
    kind: str
    enabled: bool


async def channels_of(session: AsyncSession, venue_id: UUID | None) -> list[ChannelInfo]:
    """The channels of a venue, or of the installation, by name."""
    return [
        ChannelInfo(id=row.id, name=row.name, kind=row.kind, enabled=row.enabled)
        for row in await channels.of_scope(session, venue_id)
    ]


__all__ = [
    "Board",
    "ChannelInfo",
    "Dispatcher",
    "Notice",
    "NotifyOptions",
    "announce",
    "channels_of",
    "permissions",
    "put_board",
    "register_topics",
    "render",
    "submit",
    "unknown_placeholders",
]
