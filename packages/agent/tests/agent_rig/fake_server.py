"""A server that speaks the station link over real WebSockets and does what a test tells it."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from gameops_protocol import (
    MAX_FRAME_BYTES,
    PROTOCOL_VERSION,
    Ack,
    Command,
    CommandKind,
    Desired,
    FromAgent,
    FromServer,
    Goodbye,
    Heartbeat,
    HeartbeatReply,
    Hello,
    Journal,
    JournalAck,
    JournalEntry,
    Lease,
    LockState,
    Observed,
    RequestTime,
    SignIn,
    SignInResult,
    StationConfig,
    Welcome,
    decode_from_agent,
    encode,
)


@dataclass
class FakeStation:
    """What the fake server wants and knows of one station."""

    name: str
    desired: Desired = field(default_factory=lambda: Desired(revision=1))
    observed: Observed | None = None
    hellos: list[Hello] = field(default_factory=list)
    heartbeats: list[Heartbeat] = field(default_factory=list)
    acks: list[Ack] = field(default_factory=list)
    journal: list[JournalEntry] = field(default_factory=list)
    wishes: list[RequestTime | SignIn] = field(default_factory=list)
    connection: ServerConnection | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, condition: Callable[["FakeStation"], object]) -> None:
        """Wait until the station looks like that."""
        async with asyncio.timeout(10):
            while not condition(self):
                self.changed.clear()
                await self.changed.wait()


class FakeServer:
    """Stations by credential. Time is the machine's wall clock plus ``skew_ms``."""

    def __init__(self, *, heartbeat: int = 1_000, locale: str = "en") -> None:
        self.stations: dict[str, FakeStation] = {}
        self.revoked: set[str] = set()
        self.codes: dict[str, str] = {}
        self.skew_ms = 0
        self.silent = False
        self.acknowledges = True
        self.sign_in_code = ""
        self.heartbeat = heartbeat
        self.locale = locale
        self.attempts = 0
        self._server: Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def now(self) -> int:
        """The server's time."""
        return round(time.time() * 1000) + self.skew_ms

    def add(self, credential: str, name: str = "A01") -> FakeStation:
        """Know a station."""
        self.stations[credential] = FakeStation(name)
        return self.stations[credential]

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            self.port,
            process_request=self._route,
            compression=None,
            max_size=MAX_FRAME_BYTES,
            ping_interval=None,
            close_timeout=1,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Hang up on everybody and stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def _route(self, connection: ServerConnection, request: Request) -> Response | None:
        self.attempts += 1
        if request.path != "/agent/link":
            return connection.respond(HTTPStatus.NOT_FOUND, "not here\n")
        credential = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if credential in self.revoked or credential not in self.stations:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "revoked\n")
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        credential = connection.request.headers["Authorization"].removeprefix("Bearer ")
        station = self.stations[credential]
        station.connection = connection
        try:
            async for data in connection:
                for answer in self._answer(station, decode_from_agent(data)):
                    await self._put(connection, answer)
                station.changed.set()
        except ConnectionClosed:
            pass
        finally:
            if station.connection is connection:
                station.connection = None
            station.changed.set()

    def _answer(self, station: FakeStation, frame: FromAgent) -> list[FromServer]:
        match frame:
            case Hello():
                station.hellos.append(frame)
                station.observed = frame.observed
                return [self._welcome(station)]
            case Heartbeat():
                station.heartbeats.append(frame)
                station.observed = frame.observed
                reply = HeartbeatReply(sent=frame.sent, server_time=self.now())
                return [] if self.silent else [reply]
            case Journal():
                station.journal.extend(frame.entries)
                ids = tuple(entry.id for entry in frame.entries)
                return [JournalAck(ids=ids)] if self.acknowledges else []
            case Ack():
                station.acks.append(frame)
            case SignIn():
                station.wishes.append(frame)
                return [SignInResult(id=frame.id, code=self.sign_in_code, detail="")]
            case RequestTime():
                station.wishes.append(frame)
        return []

    def _welcome(self, station: FakeStation) -> Welcome:
        config = StationConfig(
            station_id=f"id-{station.name}",
            station_name=station.name,
            venue_name="Pixel Palace",
            zone_name="Main hall",
            locale=self.locale,
            heartbeat=self.heartbeat,
        )
        return Welcome(
            protocol=PROTOCOL_VERSION,
            server_time=self.now(),
            config=config,
            desired=station.desired,
        )

    @staticmethod
    async def _put(connection: ServerConnection, frame: FromServer) -> None:
        await connection.send(encode(frame).decode())

    async def say(self, station: FakeStation, frame: FromServer) -> None:
        """Send a frame to one station."""
        assert station.connection is not None
        await self._put(station.connection, frame)

    async def want(self, station: FakeStation, desired: Desired) -> None:
        """Change what a station should be; a connected one is told."""
        station.desired = desired
        if station.connection is not None:
            await self.say(station, desired)

    async def sell(self, station: FakeStation, ms: int, *, session_id: str = "s1") -> Lease:
        """Let somebody play for so long from now."""
        lease = Lease(session_id=session_id, ends_at=self.now() + ms, remaining=ms, total=ms)
        await self.want(station, Desired(revision=station.desired.revision + 1, lease=lease))
        return lease

    async def sell_when_linked(self, station: FakeStation, ms: int) -> Lease:
        """Sell time to a station as soon as it is there, and wait until it plays."""
        await station.until(lambda s: s.heartbeats)
        lease = await self.sell(station, ms)
        await station.until(lambda s: s.observed and s.observed.lock is LockState.UNLOCKED)
        return lease

    async def command(
        self,
        station: FakeStation,
        kind: CommandKind,
        *,
        id: str = "c1",  # noqa: A002 - the field's own name
        text: str = "",
    ) -> Ack:
        """Give a command and wait for its answer."""
        known = len(station.acks)
        deadline = self.now() + 10_000
        await self.say(station, Command(id=id, kind=kind, deadline=deadline, text=text))
        await station.until(lambda s: len(s.acks) > known)
        return station.acks[-1]

    async def revoke(self, credential: str) -> None:
        """Refuse this station from now on."""
        self.revoked.add(credential)
        await self.say(self.stations[credential], Goodbye(code="venue.revoked", final=True))


Answer = Callable[[str, dict[str, str]], tuple[int, dict[str, str], object]]


class FakeEnrolment:
    """The enrolment endpoint over plain HTTP/1.1."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._server: asyncio.Server | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Stop listening."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().split("content-length:")[1].split()[0])
        path = head.split()[1]
        body = json.loads(await reader.readexactly(length))
        status, headers, answer = self._answer(path, body)
        payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(payload)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + payload)
        await writer.drain()
        writer.close()
