"""Commands: asked of a station, sent over its link, answered or given up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gameops.core.actor import Actor
from gameops.core.clock import to_milliseconds
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.ids import new_id
from gameops.core.uow import UnitOfWork
from gameops.identity.api import record_audit
from gameops.venue.errors import CommandNotFound, StationNotFound
from gameops.venue.permissions import COMMAND as MAY_COMMAND
from gameops.venue.stations import store
from gameops.venue.stations.model import (
    COMMAND_LIFETIME,
    CommandImage,
    CommandState,
    Station,
    StationCommand,
)
from gameops.venue.topics import COMMAND, COMMAND_DONE, stations_changed
from gameops_protocol import Ack, CommandKind

MAX_IMAGE_BYTES: Final = 524_288
KEEP_IMAGES: Final = timedelta(days=1)
_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Commands:
    """What staff ask of stations."""

    uow: UnitOfWork
    actor: Actor

    async def send(self, station_id: UUID, kind: CommandKind, text: str) -> StationCommand:
        """Record a command and hand it to the station's link after the commit."""
        station = await self.commanded(station_id)
        command = StationCommand(
            id=new_id(),
            venue_id=station.venue_id,
            station_id=station.id,
            kind=kind,
            text=text,
            state=CommandState.PENDING,
            code="",
            requested_by=self.actor.id,
            created_at=self.uow.now,
            deadline_at=self.uow.now + COMMAND_LIFETIME,
        )
        self.uow.session.add(command)
        await self._open_or_close(station, kind)
        self.uow.notify(COMMAND, _wire(command))
        await record_audit(
            self.uow,
            self.actor,
            action=f"venue.station_{kind}",
            subject_type="station",
            subject_id=station.id,
            venue_id=station.venue_id,
            summary=station.name,
            detail={"command_id": str(command.id), "text": text},
        )
        return command

    async def _open_or_close(self, station: Station, kind: CommandKind) -> None:
        """``unlock`` opens a station without a session; ``lock`` closes it again."""
        wanted = {CommandKind.UNLOCK: True, CommandKind.LOCK: False}.get(kind)
        if wanted is None or wanted == station.open:
            return
        locked = await store.lock_station(self.uow.session, station.id)
        locked.open = wanted
        locked.revision += 1
        stations_changed(self.uow, station.venue_id, [station.id])

    async def commanded(self, station_id: UUID) -> Station:
        """A station that the actor may command."""
        station = await store.get_station(self.uow.session, station_id)
        if not self.actor.belongs_to(station.venue_id):
            raise StationNotFound(station_id=station_id)
        self.actor.require(MAY_COMMAND, venue_id=station.venue_id)
        return station

    async def get(self, command_id: UUID) -> StationCommand:
        """One command on a station of the actor's."""
        command = await self.uow.session.get(StationCommand, command_id)
        if command is None or not self.actor.belongs_to(command.venue_id):
            raise CommandNotFound(command_id=command_id)
        self.actor.require(MAY_COMMAND, venue_id=command.venue_id)
        return command

    async def image(self, command_id: UUID) -> bytes:
        """The picture a screenshot brought back."""
        await self.get(command_id)
        found = await self.uow.session.get(CommandImage, command_id)
        if found is None:
            raise CommandNotFound(command_id=command_id)
        return found.png


def _wire(command: StationCommand) -> JsonObject:
    return {
        "station_id": str(command.station_id),
        "id": str(command.id),
        "kind": command.kind,
        "text": command.text,
        "deadline": to_milliseconds(command.deadline_at),
    }


async def acknowledge(context: Context, station_id: UUID, ack: Ack) -> None:
    """Note a station's answer and tell whoever waits for it."""
    try:
        command_id = UUID(ack.id)
    except ValueError:
        return
    image = ack.image if ack.image.startswith(_PNG) else b""
    state = CommandState.ACKNOWLEDGED if ack.ok else CommandState.FAILED
    async with context.unit_of_work() as uow:
        done = await store.acknowledge(
            uow.session,
            command_id=command_id,
            station_id=station_id,
            state=state,
            code=ack.code[:60],
            at=uow.now,
        )
        if done is None:
            return
        if image and len(image) <= MAX_IMAGE_BYTES and done.kind == CommandKind.SCREENSHOT:
            uow.session.add(CommandImage(command_id=command_id, png=image))
        uow.notify(COMMAND_DONE, done_body(done, has_image=bool(image)))


async def expire_commands(context: Context) -> None:
    """Give up on what nobody answered in time."""
    async with context.unit_of_work() as uow:
        for command in await store.expire(uow.session, uow.now):
            uow.notify(COMMAND_DONE, done_body(command, has_image=False))


async def forget_images(context: Context) -> None:
    """Pictures of people's screens are kept for a day."""
    async with context.unit_of_work() as uow:
        await store.forget_images(uow.session, uow.now - KEEP_IMAGES)


def done_body(command: StationCommand, *, has_image: bool) -> JsonObject:
    """What listeners are told of an answered command."""
    return {
        "venue_id": str(command.venue_id),
        "command": {
            "id": str(command.id),
            "station_id": str(command.station_id),
            "kind": command.kind,
            "text": command.text,
            "state": command.state,
            "code": command.code or None,
            "created_at": _text(command.created_at),
            "deadline_at": _text(command.deadline_at),
            "acknowledged_at": _text(command.acknowledged_at),
            "has_image": has_image,
        },
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


@asynccontextmanager
async def answered(context: Context) -> AsyncIterator["Answers"]:
    """Listen for answers while the block runs; begin before the command is sent."""
    answers = Answers()
    with context.hub.listening(COMMAND_DONE, answers.hear):
        yield answers


class Answers:
    """Waits for the answer to one command."""

    def __init__(self) -> None:
        self._heard: dict[str, JsonObject] = {}
        self._news = asyncio.Event()

    def hear(self, _topic: str, body: JsonObject) -> None:
        """A command was answered."""
        self._heard[body["command"]["id"]] = body["command"]
        self._news.set()

    def command(self, command_id: UUID) -> JsonObject:
        """The answered command."""
        return self._heard[str(command_id)]

    async def wait(self, command_id: UUID, seconds: float) -> bool:
        """Whether the answer came in time."""
        try:
            async with asyncio.timeout(seconds):
                while str(command_id) not in self._heard:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True
