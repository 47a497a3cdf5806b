"""A Windows gaming PC: the service's side, with a ladder of ever harder locks.

The overlay of the helper comes first. While it is not confirmed to cover the screen of somebody
who is logged on, the service climbs: the workstation's own lock (by the helper), disconnecting
the session, logging it off, restarting the machine. The last rung, blocking the station at the
router, is the server's.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Final

from gameops_agent import log
from gameops_agent.config import Config
from gameops_agent.lock.enforcer import EnforcerFailed, NotAllowed, Player, Unsupported
from gameops_agent.lock.vitals import read_metrics
from gameops_agent.lock.win32_port import HelperHandle, Win32
from gameops_agent.overlay.messages import (
    FromHelper,
    LockWorkstation,
    Notice,
    Picture,
    Scene,
    SignInAnswer,
    SignInWish,
    TakePicture,
    TimeAnswer,
    TimeWish,
    Warn,
)
from gameops_agent.overlay.supervisor import Overlay
from gameops_agent.session.clock import Clock, LoopClock, Timer
from gameops_protocol import LockState, Metrics

CHECK_SECONDS: Final = 0.5
LADDER: Final = (
    (3.0, "lock_workstation"),
    (6.0, "disconnect"),
    (12.0, "log_off"),
    (40.0, "reboot"),
)
"""Seconds uncovered after which each rung is tried."""
PICTURE_SECONDS: Final = 5.0
PICTURE_WIDTHS: Final = (1280, 960, 640, 480)
MAX_IMAGE_BYTES: Final = 512 * 1024


class ThreadedHelper:
    """A helper whose blocking pipe is served by threads."""

    def __init__(self, handle: HelperHandle) -> None:
        self._handle = handle

    async def read_line(self) -> bytes:
        """The next line; empty at the end."""
        return await asyncio.to_thread(self._handle.read_line)

    def write(self, data: bytes) -> None:
        """Send bytes; a line fits into the pipe's buffer, so this does not wait."""
        self._handle.write(data)

    def kill(self) -> None:
        """End it at once."""
        self._handle.kill()


class WindowsEnforcer:
    """Locked is what the helper confirms, what Windows says is locked, or nobody logged on."""

    def __init__(self, config: Config, win32: Win32, clock: Clock) -> None:
        self._config = config
        self._win32 = win32
        self._clock = clock
        self._overlay = Overlay(self._spawn, self)
        self._player: Player | None = None
        self._want = LockState.LOCKED
        self._told: LockState | None = None
        self._timer: Timer | None = None
        self._bare_since: float | None = None
        self._rungs = 0
        self._picture: asyncio.Future[bytes] | None = None

    @classmethod
    def on_this_machine(cls, config: Config) -> "WindowsEnforcer":
        """The enforcer over the real Windows."""
        if sys.platform == "win32":
            from gameops_agent.lock.win32 import RealWin32  # noqa: PLC0415 - exists there only

            return cls(config, RealWin32(), LoopClock())
        raise Unsupported

    @property
    def lock_state(self) -> LockState:
        """The truth. Once time is sold, a log-on screen does not count as held back."""
        if self._overlay.covers:
            return LockState.LOCKED
        if self._want is LockState.LOCKED and self._shut():
            return LockState.LOCKED
        return LockState.UNLOCKED

    def _shut(self) -> bool:
        """Whether Windows itself keeps the player out."""
        session = self._win32.active_session()
        if session is None or not self._win32.has_user(session):
            return True
        return self._win32.is_locked(session)

    @property
    def metrics(self) -> Metrics:
        """The latest vital signs."""
        return read_metrics(self._overlay.foreground)

    def attach(self, player: Player) -> None:
        """Remember who hears of changes."""
        self._player = player

    async def start(self) -> None:
        """Start the helper and watch the console."""
        self._overlay.start()
        self._check()

    async def stop(self) -> None:
        """Let go of the machine on purpose."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._overlay.stop()

    def session_changed(self) -> None:
        """Somebody logged on or off, or switched users: cover the new desktop at once."""
        self._overlay.restart()
        self._overlay.hurry()
        self._look()

    async def _spawn(self) -> ThreadedHelper:
        session = self._win32.active_session()
        if session is None or not self._win32.has_user(session):
            message = "nobody is logged on"
            raise OSError(message)
        return ThreadedHelper(await asyncio.to_thread(self._win32.start_helper, session))

    # --- the ladder -----------------------------------------------------------------------

    def _check(self) -> None:
        """Look at the truth twice a second: nothing tells a service that it is deceived."""
        self._look()
        self._timer = self._clock.call_later(CHECK_SECONDS, self._check)

    def _look(self) -> None:
        state = self.lock_state
        if state is not self._told and self._player is not None:
            self._told = state
            self._player.lock_changed()
        if self._want is LockState.UNLOCKED or state is LockState.LOCKED:
            self._bare_since, self._rungs = None, 0
        else:
            self._climb()

    def _climb(self) -> None:
        now = self._clock.monotonic()
        if self._bare_since is None:
            self._bare_since = now
        due = [name for after, name in LADDER if now - self._bare_since >= after]
        for name in due[self._rungs :]:
            self._rungs += 1
            self._try(name)

    def _try(self, rung: str) -> None:
        session = self._win32.active_session()
        log.warning("lock.ladder", rung=rung, session=session)
        try:
            if rung == "lock_workstation":
                self._overlay.send(LockWorkstation())
            elif rung == "disconnect" and session is not None:
                self._win32.disconnect(session)
            elif rung == "log_off" and session is not None:
                self._win32.log_off(session)
            elif rung == "reboot":
                self._win32.exit_windows(reboot=True)
        except OSError as error:
            log.warning("lock.ladder_failed", rung=rung, why=str(error))

    # --- the overlay ----------------------------------------------------------------------

    def lock(self, scene: Scene) -> None:
        """Cover the screen."""
        self._want = LockState.LOCKED
        self._overlay.show(scene)
        self._look()

    def unlock(self, scene: Scene) -> None:
        """Give the screen back."""
        self._want = LockState.UNLOCKED
        self._overlay.show(scene)
        self._look()

    def helper_shows(self) -> None:
        """The helper confirmed something, or is gone."""
        self._look()

    def helper_says(self, message: FromHelper) -> None:
        """Pass the player's wishes on."""
        match message:
            case SignInWish() if self._player is not None:
                self._player.wishes_sign_in(
                    identifier=message.identifier,
                    password=message.password,
                    voucher=message.voucher,
                )
            case TimeWish() if self._player is not None:
                self._player.wishes_time(message.minutes)
            case Picture() if self._picture is not None and not self._picture.done():
                self._picture.set_result(message.image)
            case _:
                log.warning("overlay.unexpected", kind=type(message).__name__)

    def warn(self, left: int) -> None:
        """Show a warning."""
        self._overlay.send(Warn(left))

    def sign_in_answered(self, *, code: str, detail: str) -> None:
        """Show how the sign-in went."""
        self._overlay.send(SignInAnswer(code, detail))

    def time_asked(self, *, sent: bool) -> None:
        """Show whether the wish was sent."""
        self._overlay.send(TimeAnswer(sent))

    # --- commands -------------------------------------------------------------------------

    async def message(self, text: str) -> None:
        """Show a message of the staff."""
        self._overlay.send(Notice(text))

    async def log_off(self) -> None:
        """End the player's session."""
        session = self._session()
        await self._call(lambda: self._win32.log_off(session))

    async def reboot(self) -> None:
        """Restart the machine."""
        await self._call(lambda: self._win32.exit_windows(reboot=True))

    async def shut_down(self) -> None:
        """Power the machine off."""
        await self._call(lambda: self._win32.exit_windows(reboot=False))

    async def screenshot(self) -> bytes:
        """The whole desktop, as large as fits into an answer; taken by the helper."""
        for width in PICTURE_WIDTHS:
            image = await self._take_picture(width)
            if not image:
                raise Unsupported
            if len(image) <= MAX_IMAGE_BYTES:
                return image
        raise EnforcerFailed

    async def launch(self, name: str) -> None:
        """Start an allowed program on the player's desktop."""
        command = self._config.programs.get(name)
        if command is None or self.lock_state is LockState.LOCKED:
            raise NotAllowed
        session = self._session()
        await self._call(lambda: self._win32.launch(session, command))

    async def _take_picture(self, width: int) -> bytes:
        self._picture = asyncio.get_running_loop().create_future()
        self._overlay.send(TakePicture(width))
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                return await self._picture
        except TimeoutError as error:
            raise EnforcerFailed from error
        finally:
            self._picture = None

    def _session(self) -> int:
        session = self._win32.active_session()
        if session is None:
            raise EnforcerFailed
        return session

    async def _call(self, call: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(call)
        except OSError as error:
            raise EnforcerFailed from error
