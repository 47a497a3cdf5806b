"""The core's side of the overlay: keeps one helper process alive and knows what it shows."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, cast

import msgspec

from gameops_agent import log
from gameops_agent.overlay.messages import (
    MAX_LINE_BYTES,
    FromHelper,
    Ping,
    Pong,
    Quit,
    Scene,
    Show,
    Shown,
    ToHelper,
    decode_from_helper,
    encode,
)

PING_SECONDS: Final = 1.0
MUTE_SECONDS: Final = 4.0
QUIT_SECONDS: Final = 2.0
STEADY_SECONDS: Final = 5.0
LONGEST_WAIT_SECONDS: Final = 5.0


class HelperProcess(Protocol):
    """A running helper, however it was started."""

    async def read_line(self) -> bytes:
        """The next line; empty at the end."""

    def write(self, data: bytes) -> None:
        """Send bytes; a helper that is gone takes nothing."""

    def kill(self) -> None:
        """End it at once; harmless when repeated."""


class Audience(Protocol):
    """Who hears of the helper."""

    def helper_shows(self) -> None:
        """What is confirmed to be on the screen has changed."""

    def helper_says(self, message: FromHelper) -> None:
        """The player did something."""


Spawn = Callable[[], Awaitable[HelperProcess]]


class Overlay:
    """Starts the helper, starts it again whenever it dies or falls mute, repeats the scene."""

    def __init__(self, spawn: Spawn, audience: Audience) -> None:
        self._spawn = spawn
        self._audience = audience
        self._process: HelperProcess | None = None
        self._scene: Scene | None = None
        self._serial = 0
        self._shown: Shown | None = None
        self._heard_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._hurry = asyncio.Event()
        self._restarts = 0
        self.foreground = ""

    @property
    def covers(self) -> bool:
        """Whether a helper has confirmed that it covers the screen, and still lives."""
        return self._shown is not None and self._shown.covered

    @property
    def shows_wanted(self) -> bool:
        """Whether the helper has confirmed the scene that was asked for last."""
        return self._shown is not None and self._shown.serial == self._serial

    def start(self) -> None:
        """Begin to keep a helper alive."""
        self._task = asyncio.get_running_loop().create_task(self._keep_alive())

    async def stop(self) -> None:
        """Let the helper end by itself, or end it."""
        self._stopping = True
        self.send(Quit())
        self.hurry()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=QUIT_SECONDS)
            self.restart()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def restart(self) -> None:
        """End the helper that runs: it belongs to a desktop that is not in front any more."""
        self._restarts += 1
        if self._process is not None:
            self._process.kill()

    def hurry(self) -> None:
        """Try again at once: there is a desktop now."""
        self._hurry.set()

    def show(self, scene: Scene) -> None:
        """Become this scene, now and after every restart of the helper."""
        self._scene = scene
        self._serial += 1
        self.send(Show(serial=self._serial, scene=scene))

    def send(self, message: ToHelper) -> None:
        """Send to the helper that is alive, if one is."""
        if self._process is not None:
            self._process.write(encode(message))

    async def _keep_alive(self) -> None:
        wait = 0.0
        while True:
            began = asyncio.get_running_loop().time()
            self._hurry.clear()
            await self._live()
            if self._stopping:
                return
            lasted = asyncio.get_running_loop().time() - began
            wait = 0.0 if lasted >= STEADY_SECONDS else min(LONGEST_WAIT_SECONDS, wait * 2 + 0.05)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._hurry.wait()

    async def _live(self) -> None:
        """One helper from its start to its end."""
        restarts = self._restarts
        try:
            process = await self._spawn()
        except OSError as error:
            log.warning("overlay.not_started", why=str(error))
            return
        if self._stopping or restarts != self._restarts:
            process.kill()
            return
        self._process = process
        self._heard_at = asyncio.get_running_loop().time()
        if self._scene is not None:
            self.show(self._scene)
        pings = asyncio.get_running_loop().create_task(self._ping(process))
        try:
            while line := await process.read_line():
                self._take(line)
        finally:
            pings.cancel()
            process.kill()
            self._process = self._shown = None
        if not self._stopping:
            log.warning("overlay.ended")
            self._audience.helper_shows()

    async def _ping(self, process: HelperProcess) -> None:
        """A helper that does not draw any more is as good as dead."""
        loop, serial = asyncio.get_running_loop(), 0
        while True:
            await asyncio.sleep(PING_SECONDS)
            if loop.time() - self._heard_at > MUTE_SECONDS:
                log.warning("overlay.mute")
                process.kill()
                return
            serial += 1
            self.send(Ping(serial))

    def _take(self, line: bytes) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        try:
            message = decode_from_helper(line)
        except msgspec.DecodeError as error:
            log.warning("overlay.bad_line", why=str(error))
            return
        if isinstance(message, Shown):
            self._shown = message
            self._audience.helper_shows()
        elif isinstance(message, Pong):
            self.foreground = message.foreground
        else:
            self._audience.helper_says(message)


class PipedHelper:
    """A helper that is our child and talks over its standard input and output."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._output = cast("asyncio.StreamReader", process.stdout)
        self._input = cast("asyncio.StreamWriter", process.stdin)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def read_line(self) -> bytes:
        """The next line; empty at the end."""
        try:
            return await self._output.readline()
        except ValueError:
            return b""

    def write(self, data: bytes) -> None:
        """Send bytes without waiting; lines are few and short."""
        if not self._input.is_closing():
            self._input.write(data)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


STREAM_LIMIT: Final = MAX_LINE_BYTES
