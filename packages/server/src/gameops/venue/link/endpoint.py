"""``/agent/link``: authenticates an agent and carries its frames to the services."""

import asyncio
import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from fastapi import APIRouter, WebSocket
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocketDisconnect
from uvicorn.protocols.utils import ClientDisconnected

from gameops.core.clock import to_milliseconds
from gameops.core.context import Context
from gameops.core.db import AnyRow
from gameops.core.errors import Problem
from gameops.core.ids import new_id
from gameops.core.secrets import digest
from gameops.venue.link.desired import desired_of
from gameops.venue.link.server import Link, LinkServer
from gameops.venue.sessions import store as sessions
from gameops.venue.sessions.journal import JournalMerge
from gameops.venue.sessions.sign_in import StationSignIn
from gameops.venue.stations import store
from gameops.venue.stations.commands import acknowledge
from gameops.venue.topics import stations_changed
from gameops_protocol import (
    PROTOCOL_VERSION,
    SUPPORTED_VERSIONS,
    Ack,
    BadFrame,
    FromAgent,
    Goodbye,
    Heartbeat,
    HeartbeatReply,
    Hello,
    Journal,
    JournalAck,
    LockState,
    RequestTime,
    SignIn,
    SignInResult,
    StationConfig,
    Welcome,
    decode_from_agent,
)

router = APIRouter()

HEARTBEAT_MS: Final = 10_000
MOST_MINUTES: Final = 240
_BEARER = re.compile(r"Bearer (goa_[A-Za-z0-9_-]{20,100})")
_log = structlog.get_logger(__name__)


@router.websocket("/agent/link")
async def agent_link(websocket: WebSocket) -> None:
    """One agent, from its first frame to its last."""
    context: Context = websocket.app.state.context
    links: LinkServer = websocket.app.state.links
    try:
        agent = await _authenticate(context, websocket)
    except (SQLAlchemyError, OSError):
        await websocket.accept()
        await websocket.close(1013)
        return
    if agent is None:
        await websocket.close(4401)
        return
    await websocket.accept()
    await Conversation(context, links, websocket, agent).run()


async def _authenticate(context: Context, websocket: WebSocket) -> AnyRow | None:
    match = _BEARER.fullmatch(websocket.headers.get("authorization", ""))
    if match is None:
        return None
    async with context.database.reading() as session:
        return await store.find_agent(session, digest(match[1]))


@dataclass(slots=True)
class Conversation:
    """What one agent says, and what is answered."""

    context: Context
    links: LinkServer
    websocket: WebSocket
    agent: AnyRow

    async def run(self) -> None:
        """Until the agent leaves, or says something that is no frame."""
        link = Link(
            id=new_id(),
            station_id=self.agent.station_id,
            venue_id=self.agent.venue_id,
            write=self._write,
            close=self._close,
            conversation=asyncio.current_task(),
        )
        try:
            hello = await self._receive()
            if not isinstance(hello, Hello) or hello.protocol not in SUPPORTED_VERSIONS:
                link.send(Goodbye(code="venue.protocol_not_supported"))
                await link.flush()
                await self._close(1000)
                return
            await self._welcome(link, hello)
            while True:
                await self._carry_out(link, await self._receive())
        except WebSocketDisconnect:
            pass
        except (BadFrame, OverflowError):  # the latter: an instant beyond the calendar
            await self._close(4400)
        except asyncio.CancelledError:
            if link.closing is None:
                raise
        except ClientDisconnected:
            pass
        except (SQLAlchemyError, OSError) as error:
            _log.warning("link_lost_database", error=type(error).__name__)
            await self._close(1013)
        finally:
            self.links.closed(link)

    async def _receive(self) -> FromAgent:
        message = await self.websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        return decode_from_agent(message.get("text") or message.get("bytes") or b"")

    async def _write(self, text: str) -> None:
        await self.websocket.send({"type": "websocket.send", "text": text})

    async def _close(self, code: int) -> None:
        try:
            await self.websocket.close(code)
        except (RuntimeError, OSError, WebSocketDisconnect):
            return  # it is closed already

    async def _welcome(self, link: Link, hello: Hello) -> None:
        await self._check_overrun(hello)
        async with self.context.database.reading() as session:
            rows = await store.desired_rows(session, [link.station_id])
        if not rows:
            raise WebSocketDisconnect(4401)
        self.links.opened(link, hello)
        now = self.context.clock.now()
        link.told_revision = rows[0].revision
        link.send(
            Welcome(
                protocol=min(hello.protocol, PROTOCOL_VERSION),
                server_time=to_milliseconds(now),
                config=self._config(),
                desired=desired_of(rows[0], now),
            )
        )

    def _config(self) -> StationConfig:
        agent = self.agent
        return StationConfig(
            station_id=str(agent.station_id),
            station_name=agent.station_name,
            venue_name=agent.venue_name,
            zone_name=agent.zone_name,
            locale=agent.locale,
            heartbeat=HEARTBEAT_MS,
            sign_in=bool(agent.policy.get("self_service", True)),
        )

    async def _check_overrun(self, hello: Hello) -> None:
        """A station still unlocked for a session that has ended was played on meanwhile."""
        observed = hello.observed
        if observed.lock is not LockState.UNLOCKED or observed.session_id is None:
            return
        try:
            session_id = UUID(observed.session_id)
        except ValueError:
            return
        async with self.context.unit_of_work() as uow:
            found = await sessions.lock_group(uow.session, [session_id])
            if found and found[0].station_id == self.agent.station_id:
                await JournalMerge(uow, self.agent.station_id).overrun(found[0], until=uow.now)

    async def _carry_out(self, link: Link, frame: FromAgent) -> None:
        match frame:
            case Heartbeat():
                now = to_milliseconds(self.context.clock.now())
                link.send(HeartbeatReply(sent=frame.sent, server_time=now))
                self.links.heard(link, frame)
            case Ack():
                await acknowledge(self.context, link.station_id, frame)
            case Journal():
                await self._merge(link, frame)
            case RequestTime():
                await self._request_time(link, frame)
            case SignIn():
                await self._sign_in(link, frame)
            case Hello():
                raise BadFrame("a second hello")

    async def _merge(self, link: Link, frame: Journal) -> None:
        async with self.context.unit_of_work() as uow:
            merge = JournalMerge(uow, link.station_id)
            safe = await merge.merge(frame.entries[:200])
        link.send(JournalAck(ids=tuple(safe)))

    async def _request_time(self, link: Link, frame: RequestTime) -> None:
        async with self.context.unit_of_work() as uow:
            session = await sessions.live_on_station(uow.session, link.station_id)
            if session is not None and 0 < frame.minutes <= MOST_MINUTES:
                session.requested_minutes = frame.minutes
                session.requested_at = uow.now
                stations_changed(uow, link.venue_id, [link.station_id])

    async def _sign_in(self, link: Link, frame: SignIn) -> None:
        station = StationSignIn(self.context, link.station_id)
        code = detail = ""
        try:
            if frame.voucher:
                await station.by_voucher(frame.voucher[:40])
            else:
                await station.by_account(
                    identifier=frame.identifier[:254], password=frame.password[:128]
                )
        except Problem as problem:
            code, detail = problem.code, problem.detail
        link.send(SignInResult(id=frame.id, code=code, detail=detail))
