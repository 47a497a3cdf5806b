"""What the application and other domains may use of notify."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from gameops.notify import permissions
from gameops.notify.channels import store as channels
from gameops.notify.channels.presets import Presets, TwilioAccount, ensure_preset_channels
from gameops.notify.channels.routes import router as channels_router
from gameops.notify.deliveries.boards import put_board
from gameops.notify.deliveries.dispatcher import Dispatcher
from gameops.notify.deliveries.notice import Board, Notice
from gameops.notify.deliveries.routes import router as deliveries_router
from gameops.notify.deliveries.submit import announce, submit, submit_test
from gameops.notify.live import delivery_changes
from gameops.notify.options import NotifyOptions
from gameops.notify.recipients.importing import import_recipient
from gameops.notify.recipients.incoming import register_status_text
from gameops.notify.recipients.incoming_routes import router as incoming_router
from gameops.notify.recipients.own_routes import router as own_router
from gameops.notify.recipients.routes import router as recipients_router
from gameops.notify.rendering import render, unknown_placeholders
from gameops.notify.routing.routes import router as topics_router
from gameops.notify.topics import register_topics

routers: Final[Sequence[APIRouter]] = (
    deliveries_router,
    channels_router,
    recipients_router,
    topics_router,
    own_router,
    incoming_router,
)


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
    "Presets",
    "TwilioAccount",
    "announce",
    "channels_of",
    "delivery_changes",
    "ensure_preset_channels",
    "import_recipient",
    "permissions",
    "put_board",
    "register_status_text",
    "register_topics",
    "render",
    "routers",
    "submit",
    "submit_test",
    "unknown_placeholders",
]
