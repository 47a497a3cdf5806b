"""The link: keeps one WebSocket to the server, keeps time by it, and comes back when it breaks."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, Protocol

from gameops_agent import log
from gameops_agent.link.backoff import Backoff
from gameops_agent.link.channel import Address, Channel, Revoked, Unreachable, open_channel
from gameops_agent.session.clock import Clock, ServerClock, Timer
from gameops_protocol import (
    BadFrame,
    FromAgent,
    FromServer,
    Goodbye,
    Heartbeat,
    HeartbeatReply,
    Hello,
    Welcome,
    decode_from_server,
    encode,
)

WELCOME_SECONDS: Final = 10.0
MISSED_HEARTBEATS: Final = 3
REVOKED_SECONDS: Final = 60.0
_MIN_HEARTBEAT_MS: Final = 250


class Linked(Protocol):
    """Who the link speaks for; the station's core."""

    def hello(self) -> Hello:
        """The first frame of a new connection."""

    def heartbeat(self, sent: int) -> Heartbeat:
        """What the station is now."""

    def welcomed(self, welcome: Welcome, send: Callable[[FromAgent], None]) -> None:
        """The link is up; the server's time is known."""

    def receive(self, frame: FromServer) -> None:
        """The server said something that is not about the link itself."""

    def time_adjusted(self) -> None:
        """The server's time moved against the monotonic clock."""

    def unlinked(self) -> None:
        """The link is down."""

    def revoked(self) -> None:
        """The server will not have this station any more."""


class Link:
    """One station's connection. ``run`` never returns; cancel it to stop.

    The address is asked for before each attempt: the station may have been enrolled again.
    """

    def __init__(
        self,
        address: Callable[[], Address],
        station: Linked,
        *,
        clock: Clock,
        server_clock: ServerClock,
        random: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._address = address
        self._station = station
        self._clock = clock
        self._server_clock = server_clock
        self._random = random
        self._sleep = sleep
        self._backoff = Backoff(random)
        self._channel: Channel | None = None
        self._welcomed = False
        self._final = False
        self._heartbeat_seconds = WELCOME_SECONDS
        self._heard_at = 0.0
        self._sent_exactly: tuple[int, float] = (0, 0.0)
        self._beat_timer: Timer | None = None
        self._report_timer: Timer | None = None

    async def run(self) -> None:
        """Be linked as much of the time as the network and the server allow."""
        while True:
            began = self._clock.monotonic()
            linked = await self._attempt()
            if self._final:
                await self._sleep(REVOKED_SECONDS)
                continue
            lasted = self._clock.monotonic() - began if linked else 0.0
            await self._sleep(self._backoff.after(lasted))

    @property
    def up(self) -> bool:
        """Whether the server has welcomed the station on this connection."""
        return self._welcomed

    def report(self) -> None:
        """Tell the server what the station is, now; several calls in a row tell it once."""
        if self._welcomed and self._report_timer is None:
            self._report_timer = self._clock.call_later(0.0, self._report_now)

    def send(self, frame: FromAgent) -> None:
        """Send a frame if there is a connection."""
        if self._channel is not None:
            self._channel.send(encode(frame))

    async def _attempt(self) -> bool:
        """Connect and stay until it is over; whether there was a connection."""
        try:
            channel = await open_channel(self._address(), self._received)
        except Revoked:
            self._give_up()
            return False
        except Unreachable as error:
            log.info("link.unreachable", why=str(error))
            return False
        try:
            self._begin(channel)
            await channel.closed
        finally:
            self._end(channel)
        return True

    def _begin(self, channel: Channel) -> None:
        self._channel = channel
        self._final = False
        self._heartbeat_seconds = WELCOME_SECONDS
        self._heard_at = self._clock.monotonic()
        self._sent_exactly = (0, self._server_clock.ticks())
        self.send(self._station.hello())
        self._beat_timer = self._clock.call_later(WELCOME_SECONDS, self._beat)

    def _end(self, channel: Channel) -> None:
        channel.close()
        self._channel = None
        for timer in (self._beat_timer, self._report_timer):
            if timer is not None:
                timer.cancel()
        self._beat_timer = self._report_timer = None
        if self._welcomed:
            self._welcomed = False
            log.info("link.down")
            self._station.unlinked()

    def _give_up(self) -> None:
        if not self._final:
            log.warning("link.revoked")
        self._final = True
        self._station.revoked()

    def _received(self, text: bytes) -> None:
        self._heard_at = self._clock.monotonic()
        try:
            frame = decode_from_server(text)
        except BadFrame as error:
            log.warning("link.bad_frame", why=str(error))
            return
        match frame:
            case Welcome():
                self._take_welcome(frame)
            case HeartbeatReply():
                self._take_time(frame)
            case Goodbye():
                self._take_goodbye(frame)
            case _ if self._welcomed:
                self._station.receive(frame)

    def _take_welcome(self, welcome: Welcome) -> None:
        self._server_clock.learn(sent=self._sent_exactly[1], server_time=welcome.server_time)
        self._heartbeat_seconds = max(_MIN_HEARTBEAT_MS, welcome.config.heartbeat) / 1000
        self._welcomed = True
        self._station.welcomed(welcome, self.send)
        self.report()
        self._next_beat(self._random.uniform(0.1, 1.0) * self._heartbeat_seconds)

    def _take_time(self, reply: HeartbeatReply) -> None:
        stamp, exactly = self._sent_exactly
        sent = exactly if reply.sent == stamp else float(reply.sent)
        if self._server_clock.learn(sent=sent, server_time=reply.server_time):
            self._station.time_adjusted()

    def _take_goodbye(self, goodbye: Goodbye) -> None:
        log.info("link.goodbye", reason=goodbye.code, final=goodbye.final)
        if goodbye.final:
            self._give_up()
        if self._channel is not None:
            self._channel.close()

    def _beat(self) -> None:
        """Heartbeat, or drop a link on which the server fell silent."""
        silent = self._clock.monotonic() - self._heard_at
        if not self._welcomed or silent >= MISSED_HEARTBEATS * self._heartbeat_seconds:
            log.info("link.silent", seconds=round(silent, 1))
            self._abort()
            return
        self._send_heartbeat()
        self._next_beat(self._heartbeat_seconds)

    def _report_now(self) -> None:
        self._report_timer = None
        self._send_heartbeat()

    def _send_heartbeat(self) -> None:
        ticks = self._server_clock.ticks()
        self._sent_exactly = (round(ticks), ticks)
        self.send(self._station.heartbeat(self._sent_exactly[0]))

    def _next_beat(self, seconds: float) -> None:
        if self._beat_timer is not None:
            self._beat_timer.cancel()
        self._beat_timer = self._clock.call_later(seconds, self._beat)

    def _abort(self) -> None:
        if self._channel is not None:
            self._channel.abort()
