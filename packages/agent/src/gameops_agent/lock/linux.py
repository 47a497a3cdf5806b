"""A Linux gaming PC: the X11 overlay keeps the player out, logind does the rest."""

import asyncio
import os
import pwd
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gameops_agent import log
from gameops_agent.config import Config
from gameops_agent.lock.enforcer import EnforcerFailed, NotAllowed, Player, Unsupported
from gameops_agent.lock.shell import Outcome, Runner, run_program
from gameops_agent.lock.vitals import read_metrics
from gameops_agent.overlay.messages import (
    FromHelper,
    Notice,
    Scene,
    SignInAnswer,
    SignInWish,
    TimeAnswer,
    TimeWish,
    Warn,
)
from gameops_agent.overlay.supervisor import STREAM_LIMIT, Overlay, PipedHelper, Spawn
from gameops_protocol import LockState, Metrics

assert sys.platform != "win32"  # noqa: S101 - tells the type checker

FOREGROUND_SECONDS: Final = 5.0
UNCOVERED_SECONDS: Final = 5.0
MAX_IMAGE_BYTES: Final = 512 * 1024
SCREENSHOT_WIDTHS: Final = (1280, 960, 640)
_SCOPE: Final = ("DISPLAY", "XAUTHORITY", "HOME", "PATH", "LANG", "XDG_RUNTIME_DIR")


@dataclass(frozen=True, slots=True)
class Desktop:
    """Where the player's screen is, and whose it is."""

    environment: Mapping[str, str]
    user: str = ""

    @property
    def display(self) -> str:
        """The X display; empty when there is none."""
        return self.environment.get("DISPLAY", "")

    @classmethod
    def of(cls, config: Config, environment: Mapping[str, str]) -> "Desktop":
        """The desktop that the configuration names, else the agent's own."""
        chosen = {key: environment[key] for key in _SCOPE if key in environment}
        if config.overlay.display:
            chosen["DISPLAY"] = config.overlay.display
        if config.overlay.xauthority:
            chosen["XAUTHORITY"] = config.overlay.xauthority
        if config.overlay.user:
            chosen["HOME"] = pwd.getpwnam(config.overlay.user).pw_dir
        return cls(chosen, config.overlay.user)

    def spawn_arguments(self) -> dict[str, object]:
        """How to start a process there: as the player, never with more rights."""
        if not self.user:
            return {"env": dict(self.environment)}
        account = pwd.getpwnam(self.user)
        groups = os.getgrouplist(self.user, account.pw_gid)
        return {
            "env": dict(self.environment),
            "user": account.pw_uid,
            "group": account.pw_gid,
            "extra_groups": groups,
        }


def spawn_helper(desktop: Desktop) -> Spawn:
    """How to start the overlay helper on that desktop."""

    async def spawn() -> PipedHelper:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "gameops_agent.overlay",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=STREAM_LIMIT,
            **desktop.spawn_arguments(),  # type: ignore[arg-type]  # Popen's own keywords
        )
        return PipedHelper(process)

    return spawn


class Logind:
    """The system's own session lock and power switch, through loginctl and systemctl."""

    def __init__(self, run: Runner, environment: Mapping[str, str]) -> None:
        self._runner = run
        self._environment = environment

    async def lock(self) -> bool:
        """Ask the desktop to lock itself; whether logind says that it is locked."""
        session = await self._session()
        await self._run("loginctl", "lock-session", session)
        return await self.is_locked(session)

    async def unlock(self) -> bool:
        """Ask the desktop to unlock itself; whether logind says that it is open."""
        session = await self._session()
        await self._run("loginctl", "unlock-session", session)
        return not await self.is_locked(session)

    async def is_locked(self, session: str) -> bool:
        """What logind knows about the session."""
        hint = await self._run(
            "loginctl", "show-session", session, "--property=LockedHint", "--value"
        )
        return hint.ok and hint.text == "yes"

    async def log_off(self) -> None:
        """End the player's session."""
        await self._must("loginctl", "terminate-session", await self._session())

    async def reboot(self) -> None:
        """Restart the machine."""
        await self._must("systemctl", "reboot")

    async def shut_down(self) -> None:
        """Power the machine off."""
        await self._must("systemctl", "poweroff")

    async def _session(self) -> str:
        active = await self._run(
            "loginctl", "show-seat", "seat0", "--property=ActiveSession", "--value"
        )
        if not active.ok or not active.text:
            raise EnforcerFailed
        return active.text

    async def _must(self, *command: str) -> None:
        if not (await self._run(*command)).ok:
            raise EnforcerFailed

    async def _run(self, *command: str) -> Outcome:
        return await self._runner(command, self._environment)


class LinuxEnforcer:
    """Locked is what the helper confirms to cover, or what logind says is locked."""

    def __init__(
        self,
        config: Config,
        desktop: Desktop,
        *,
        run: Runner = run_program,
        spawn: Spawn | None = None,
    ) -> None:
        self._config = config
        self._desktop = desktop
        self._run = run
        self._logind = Logind(run, desktop.environment)
        self._overlay = Overlay(spawn or spawn_helper(desktop), self) if desktop.display else None
        self._player: Player | None = None
        self._session_locked = False
        self._want = LockState.LOCKED
        self._foreground = ""
        self._jobs: set[asyncio.Task[None]] = set()
        self._escalation: asyncio.TimerHandle | None = None

    @property
    def lock_state(self) -> LockState:
        """The truth as it was confirmed."""
        covered = self._overlay is not None and self._overlay.covers
        return LockState.LOCKED if covered or self._session_locked else LockState.UNLOCKED

    @property
    def metrics(self) -> Metrics:
        """The latest vital signs."""
        return read_metrics(self._foreground)

    def attach(self, player: Player) -> None:
        """Remember who hears of changes."""
        self._player = player

    async def start(self) -> None:
        """Start the helper and watch what is in front."""
        if self._overlay is None:
            log.warning("overlay.no_display", fallback="loginctl lock-session")
        else:
            self._overlay.start()
            self._do(self._watch_foreground)

    async def stop(self) -> None:
        """Let go of the screen on purpose."""
        self._cancel_escalation()
        for job in self._jobs:
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        if self._overlay is not None:
            await self._overlay.stop()

    def lock(self, scene: Scene) -> None:
        """Cover the screen."""
        self._show(LockState.LOCKED, scene)

    def unlock(self, scene: Scene) -> None:
        """Give the screen back."""
        self._show(LockState.UNLOCKED, scene)

    def _show(self, want: LockState, scene: Scene) -> None:
        changed, self._want = want is not self._want, want
        if self._overlay is not None:
            self._overlay.show(scene)
            self._watch_cover()
        if self._overlay is None or (changed and self._session_locked):
            self._do(self._follow_with_logind)

    def _watch_cover(self) -> None:
        """Should the overlay not cover in time, the desktop's own lock must."""
        if self._want is LockState.UNLOCKED or self.lock_state is LockState.LOCKED:
            self._cancel_escalation()
        elif self._escalation is None:
            loop = asyncio.get_running_loop()
            self._escalation = loop.call_later(UNCOVERED_SECONDS, self._escalate)

    def _escalate(self) -> None:
        self._escalation = None
        log.warning("overlay.does_not_cover", fallback="loginctl lock-session")
        self._do(self._follow_with_logind)

    def _cancel_escalation(self) -> None:
        if self._escalation is not None:
            self._escalation.cancel()
            self._escalation = None

    async def _follow_with_logind(self) -> None:
        """Make the desktop's own lock what is wanted, and believe only what logind says."""
        try:
            if self._want is LockState.LOCKED:
                self._session_locked = await self._logind.lock()
            else:
                self._session_locked = not await self._logind.unlock()
        except EnforcerFailed:
            log.warning("logind.no_session")
        self._tell()

    def _tell(self) -> None:
        if self._player is not None:
            self._player.lock_changed()

    def helper_shows(self) -> None:
        """The helper confirmed something, or is gone."""
        self._watch_cover()
        self._tell()

    def helper_says(self, message: FromHelper) -> None:
        """Pass the player's wishes on."""
        if self._player is None:
            return
        match message:
            case SignInWish():
                self._player.wishes_sign_in(
                    identifier=message.identifier,
                    password=message.password,
                    voucher=message.voucher,
                )
            case TimeWish():
                self._player.wishes_time(message.minutes)
            case _:
                log.warning("overlay.unexpected", kind=type(message).__name__)

    def warn(self, left: int) -> None:
        """Show a warning."""
        if self._overlay is not None:
            self._overlay.send(Warn(left))

    def sign_in_answered(self, *, code: str, detail: str) -> None:
        """Show how the sign-in went."""
        if self._overlay is not None:
            self._overlay.send(SignInAnswer(code, detail))

    def time_asked(self, *, sent: bool) -> None:
        """Show whether the wish was sent."""
        if self._overlay is not None:
            self._overlay.send(TimeAnswer(sent))

    async def message(self, text: str) -> None:
        """Show a message of the staff."""
        if self._overlay is None:
            raise Unsupported
        self._overlay.send(Notice(text))

    async def log_off(self) -> None:
        """End the player's session."""
        await self._logind.log_off()

    async def reboot(self) -> None:
        """Restart the machine."""
        await self._logind.reboot()

    async def shut_down(self) -> None:
        """Power the machine off."""
        await self._logind.shut_down()

    async def screenshot(self) -> bytes:
        """The whole desktop, as large as fits into an answer."""
        if not self._desktop.display:
            raise Unsupported
        for width in SCREENSHOT_WIDTHS:
            shot = await self._program(
                "import", "-silent", "-window", "root", "-resize", f"{width}x>", "png:-"
            )
            if not shot.ok or not shot.output:
                raise Unsupported
            if len(shot.output) <= MAX_IMAGE_BYTES:
                return shot.output
        raise EnforcerFailed

    async def launch(self, name: str) -> None:
        """Start an allowed program on the player's desktop."""
        command = self._config.programs.get(name)
        if command is None or self.lock_state is LockState.LOCKED:
            raise NotAllowed
        try:
            start_detached(command, self._desktop)
        except OSError as error:
            raise EnforcerFailed from error

    async def _watch_foreground(self) -> None:
        while True:
            self._foreground = await self._read_foreground()
            await asyncio.sleep(FOREGROUND_SECONDS)

    async def _read_foreground(self) -> str:
        if self.lock_state is LockState.LOCKED:
            return ""
        found = await self._program("xdotool", "getactivewindow", "getwindowname")
        return found.text if found.ok else ""

    async def _program(self, *command: str) -> Outcome:
        return await self._run(command, self._desktop.environment)

    def _do(self, job: Callable[[], Coroutine[None, None, None]]) -> None:
        task = asyncio.get_running_loop().create_task(job())
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)


def start_detached(command: Sequence[str], desktop: Desktop) -> None:
    """Start a program that outlives the agent; ``OSError`` when it cannot be started."""
    program: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - the owner's own commands
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **desktop.spawn_arguments(),  # type: ignore[call-overload]  # Popen's own keywords
    )
    threading.Thread(target=program.wait, daemon=True).start()
