"""``/ws``: the one WebSocket of a browser. Subscribe to topics, get a snapshot, then deltas."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocketDisconnect

from gameops.alerts import api as alerts
from gameops.core.actor import ANONYMOUS, Actor
from gameops.core.clock import to_milliseconds
from gameops.core.context import Context
from gameops.core.db import JsonObject
from gameops.core.errors import InvalidInput, NotFound, Problem
from gameops.core.metrics import WEBSOCKETS
from gameops.identity.api import SessionRevoked, actor_for_token
from gameops.notify import api as notify
from gameops.venue.api import (
    COMMAND_DONE,
    CUSTOMER_CHANGED,
    FloorFeeds,
    own_customer_ids,
    permissions,
)

router = APIRouter()

AUTH_SECONDS: Final = 5.0
OUTBOX: Final = 256
MOST_TOPICS: Final = 20
MAX_FRAME: Final = 8_192
RECHECK_SECONDS: Final = 30.0
_encoder = msgspec.json.Encoder()
_log = structlog.get_logger(__name__)


class Frame(msgspec.Struct, forbid_unknown_fields=False):
    """Anything a browser says."""

    type: str
    id: str = ""
    topic: str = ""
    token: str = ""
    t: float = 0.0


_decoder = msgspec.json.Decoder(Frame)


class TooManyTopics(InvalidInput):
    """One browser needs a handful."""

    code, message = "core.too_many_topics", "Too many topics on one connection."


class UnknownTopic(NotFound):
    """There is no such topic."""

    code, message = "core.unknown_topic", "There is no such topic."


@router.websocket("/ws")
async def browser(websocket: WebSocket) -> None:
    """One browser, from sign-in to disconnect."""
    await websocket.accept()
    context: Context = websocket.app.state.context
    viewer = Viewer(context, websocket.app.state.feeds, websocket)
    WEBSOCKETS.labels("browser").inc()
    try:
        await viewer.run()
    finally:
        WEBSOCKETS.labels("browser").dec()


@dataclass(slots=True)
class Viewer:
    """A browser's subscriptions and its bounded outbox."""

    context: Context
    feeds: FloorFeeds
    websocket: WebSocket
    actor: Actor = ANONYMOUS
    token: str = ""
    topics: dict[str, ExitStack] = field(default_factory=dict)
    scopes: dict[str, UUID | None] = field(default_factory=dict)
    """Whose people may hear a topic that does not name a venue."""
    outbox: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(OUTBOX))
    overrun: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Authenticate, then read, write and recheck until one of them ends."""
        try:
            async with asyncio.timeout(AUTH_SECONDS):
                await self._authenticate(await self._receive())
        except (TimeoutError, WebSocketDisconnect):
            await self._close(4401)
            return
        except Problem as problem:
            await self._say_problem(problem, "")
            await self._close(4401)
            return
        await self._serve()

    async def _serve(self) -> None:
        with self.context.hub.listening(SessionRevoked.topic, self._on_revoked):
            tasks = [
                asyncio.create_task(loop())
                for loop in (self._read, self._write, self._recheck, self.overrun.wait)
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                outcomes = await asyncio.gather(*tasks, return_exceptions=True)
                for stack in self.topics.values():
                    stack.close()
        await self._close(_code(outcomes, overrun=self.overrun.is_set()))

    async def _receive(self) -> Frame:
        message = await self.websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        if text is None or len(text) > MAX_FRAME:
            raise InvalidInput
        try:
            return _decoder.decode(text)
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise InvalidInput from error

    async def _authenticate(self, frame: Frame) -> None:
        ip = self.websocket.client.host if self.websocket.client else None
        actor = await actor_for_token(self.context, frame.token, ip=ip)
        if self.actor is not ANONYMOUS and actor.id != self.actor.id:
            raise InvalidInput
        self.actor, self.token = actor, frame.token
        self.say({"type": "ready", "server_time": self._now()})

    def _now(self) -> int:
        return to_milliseconds(self.context.clock.now())

    # --- loops -------------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            frame = None
            try:
                frame = await self._receive()
                await self._carry_out(frame)
            except Problem as problem:
                await self._say_problem(problem, frame.id if frame else "")

    async def _write(self) -> None:
        while True:
            await self.websocket.send_text(await self.outbox.get())

    async def _recheck(self) -> None:
        """End when the token has run out or its permissions have shrunk."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            with suppress(SQLAlchemyError, OSError):
                ip = self.websocket.client.host if self.websocket.client else None
                self.actor = await actor_for_token(self.context, self.token, ip=ip)
                for topic in list(self.topics):
                    self._require(topic)

    def _on_revoked(self, _topic: str, body: JsonObject) -> None:
        if self.actor.session_id is not None and body["session_id"] == str(self.actor.session_id):
            self.overrun.set()

    # --- frames ------------------------------------------------------------------------------

    async def _carry_out(self, frame: Frame) -> None:
        match frame.type:
            case "ping":
                self.say({"type": "pong", "t": frame.t, "server_time": self._now()})
            case "auth":
                await self._authenticate(frame)
            case "subscribe":
                await self._subscribe(frame)
            case "unsubscribe":
                if (stack := self.topics.pop(frame.topic, None)) is not None:
                    stack.close()
            case _:
                raise InvalidInput

    async def _subscribe(self, frame: Frame) -> None:
        if len(self.topics) >= MOST_TOPICS:
            raise TooManyTopics
        if (old := self.topics.pop(frame.topic, None)) is not None:
            old.close()
        await self._find_scope(frame.topic)
        kind = self._require(frame.topic)
        stack = self.topics[frame.topic] = ExitStack()
        watch = {
            "floor": self._watch_floor,
            "commands": self._watch_commands,
            "alerts": self._watch_alerts,
            "deliveries": self._watch_deliveries,
        }.get(kind, self._watch_me)
        try:
            await watch(frame, stack)
        except BaseException:
            self.topics.pop(frame.topic, None)
            stack.close()
            raise

    async def _find_scope(self, topic: str) -> None:
        kind, _, key = topic.partition(":")
        if kind != "alerts":
            return
        async with self.context.database.reading() as session:
            self.scopes[topic] = await alerts.community_scope(session, _uuid(key))

    def _require(self, topic: str) -> str:
        """The kind of a topic the actor may hear."""
        kind, _, key = topic.partition(":")
        needed = {
            "floor": permissions.FLOOR,
            "commands": permissions.COMMAND,
            "alerts": alerts.permissions.VIEW,
            "deliveries": notify.permissions.VIEW,
        }.get(kind)
        if topic == "me":
            return "me"
        if needed is None:
            raise UnknownTopic
        self.actor.require(needed, venue_id=self._venue_of(topic, kind, key))
        return kind

    def _venue_of(self, topic: str, kind: str, key: str) -> UUID | None:
        if kind == "alerts":
            return self.scopes[topic]
        return None if (kind, key) == ("deliveries", "all") else _uuid(key)

    async def _watch_floor(self, frame: Frame, stack: ExitStack) -> None:
        venue_id = _uuid(frame.topic.partition(":")[2])
        feed = stack.enter_context(self.feeds.watching(venue_id, self.push))
        floor = await feed.snapshot()
        self.say(
            {
                "type": "snapshot",
                "id": frame.id,
                "topic": frame.topic,
                "epoch": floor.epoch,
                "revision": floor.revision,
                "body": floor,
            }
        )

    async def _watch_commands(self, frame: Frame, stack: ExitStack) -> None:
        venue_id = frame.topic.partition(":")[2]

        def hear(_topic: str, body: JsonObject) -> None:
            if body["venue_id"] == venue_id:
                command = {"command": body["command"]}
                self.say({"type": "delta", "topic": frame.topic, "body": command})

        self._hear(frame, stack, COMMAND_DONE, hear)

    async def _watch_alerts(self, frame: Frame, stack: ExitStack) -> None:
        community_id = str(_uuid(frame.topic.partition(":")[2]))

        def hear(_topic: str, body: JsonObject) -> None:
            if body["community_id"] == community_id:
                news = {name: part for name, part in body.items() if name != "community_id"}
                self.say({"type": "delta", "topic": frame.topic, "body": news})

        self._hear(frame, stack, alerts.LIVE, hear)

    async def _watch_deliveries(self, frame: Frame, stack: ExitStack) -> None:
        key = frame.topic.partition(":")[2]

        def tell() -> None:
            self.say({"type": "delta", "topic": frame.topic, "body": {"changed": True}})

        scope = None if key == "all" else str(_uuid(key))
        stack.enter_context(notify.delivery_changes(self.context.hub, scope, tell))
        self.say({"type": "snapshot", "id": frame.id, "topic": frame.topic, "body": {}})

    async def _watch_me(self, frame: Frame, stack: ExitStack) -> None:
        if self.actor.id is None:
            raise UnknownTopic
        async with self.context.database.reading() as session:
            mine = {str(item) for item in await own_customer_ids(session, self.actor.id)}

        def hear(_topic: str, body: JsonObject) -> None:
            if body["customer_id"] in mine:
                self.say({"type": "delta", "topic": "me", "body": {"changed": True}})

        self._hear(frame, stack, CUSTOMER_CHANGED, hear)

    def _hear(
        self,
        frame: Frame,
        stack: ExitStack,
        topic: str,
        listener: Callable[[str, JsonObject], None],
    ) -> None:
        stack.enter_context(self.context.hub.listening(topic, listener))
        self.say({"type": "snapshot", "id": frame.id, "topic": frame.topic, "body": {}})

    # --- speaking ----------------------------------------------------------------------------

    def say(self, frame: dict[str, Any]) -> None:
        """Queue one frame."""
        self.push(_encoder.encode(frame).decode())

    def push(self, text: str) -> None:
        """Queue an encoded frame; a browser that does not read is let go, and resynchronises."""
        try:
            self.outbox.put_nowait(text)
        except asyncio.QueueFull:
            self.overrun.set()

    async def _say_problem(self, problem: Problem, frame_id: str) -> None:
        frame = {
            "type": "error",
            "id": frame_id,
            "code": problem.code,
            "detail": problem.detail,
        }
        with suppress(RuntimeError, OSError, WebSocketDisconnect):
            await self.websocket.send_text(_encoder.encode(frame).decode())

    async def _close(self, code: int) -> None:
        with suppress(RuntimeError, OSError, WebSocketDisconnect):
            await self.websocket.close(code)


def _code(outcomes: list[Any], *, overrun: bool) -> int:
    if any(isinstance(outcome, Problem) for outcome in outcomes):
        return 4401
    return 1013 if overrun else 1000


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UnknownTopic from error
