"""Windows as the service sees it: sessions, users, helper processes that die, pipes, locks."""

import queue
from collections.abc import Callable
from dataclasses import dataclass, field

from gameops_agent.overlay.messages import (
    FromHelper,
    LockWorkstation,
    Ping,
    Pong,
    Quit,
    Show,
    Shown,
    TakePicture,
    ToHelper,
    decode_to_helper,
    encode,
)


@dataclass
class FakeSession:
    """One session: its user's desktop and Windows' own lock upon it."""

    user: str = ""
    locked: bool = False
    connected: bool = True


@dataclass
class FakeHelper:
    """A helper process: it answers as the real one does, unless it is told to misbehave."""

    session: int
    behave: "Behaviour"
    said: list[ToHelper] = field(default_factory=list)
    alive: bool = True

    def __post_init__(self) -> None:
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read_line(self) -> bytes:
        """Block until there is a line, as a pipe does."""
        line = self._lines.get()
        if not line:
            self._lines.put(b"")
        return line

    def write(self, data: bytes) -> None:
        """Take whole lines; a dead helper takes nothing."""
        if not self.alive:
            return
        for line in data.splitlines():
            message = decode_to_helper(line)
            self.said.append(message)
            if isinstance(message, Quit):
                self.die()
                return
            for answer in self.behave(self, message):
                self.say(answer)

    def say(self, message: FromHelper) -> None:
        """Send a line up."""
        self._lines.put(encode(message))

    def kill(self) -> None:
        """End it."""
        self.die()

    def die(self) -> None:
        """End by itself: the pipe breaks."""
        self.alive = False
        self._lines.put(b"")


Behaviour = Callable[[FakeHelper, ToHelper], list[FromHelper]]


def honest(helper: FakeHelper, message: ToHelper) -> list[FromHelper]:
    """Cover when asked, and say so."""
    del helper
    match message:
        case Show(serial=serial, scene=scene):
            return [Shown(serial=serial, face=scene.face, covered=scene.locked)]
        case Ping(serial=serial):
            return [Pong(serial, "Valorant")]
    return []


def uncovering(helper: FakeHelper, message: ToHelper) -> list[FromHelper]:
    """Live, but never manage to cover the screen."""
    match message:
        case Show(serial=serial, scene=scene):
            return [Shown(serial=serial, face=scene.face, covered=False)]
    return honest(helper, message)


class FakeWin32:
    """Sessions by number; number 0 is the services' own and has no desktop."""

    def __init__(self) -> None:
        self.sessions: dict[int, FakeSession] = {1: FakeSession("player")}
        self.console: int | None = 1
        self.helpers: list[FakeHelper] = []
        self.behave: Behaviour = self._in_windows
        self.next_behaviour: Behaviour = honest
        self.lock_works = True
        self.disconnect_works = True
        self.log_off_works = True
        self.calls: list[str] = []
        self.launched: list[tuple[str, ...]] = []

    def _in_windows(self, helper: FakeHelper, message: ToHelper) -> list[FromHelper]:
        if isinstance(message, LockWorkstation):
            self.calls.append("lock_workstation")
            self.sessions[helper.session].locked = self.lock_works
        return self.next_behaviour(helper, message)

    def active_session(self) -> int | None:
        """The session at the console."""
        return self.console

    def has_user(self, session: int) -> bool:
        """Whether somebody is logged on."""
        return bool(self.sessions[session].user) and self.sessions[session].connected

    def is_locked(self, session: int) -> bool:
        """Whether Windows' own lock is on."""
        return self.sessions[session].locked

    def start_helper(self, session: int) -> FakeHelper:
        """A helper needs a user's token."""
        if not self.has_user(session):
            raise OSError(1008, "An attempt was made to reference a token that does not exist")
        helper = FakeHelper(session, self.behave)
        self.helpers.append(helper)
        return helper

    def disconnect(self, session: int) -> None:
        """The console shows the log-on screen; programs live on."""
        self.calls.append("disconnect")
        if not self.disconnect_works:
            raise OSError(5, "Access is denied")
        self.sessions[session].connected = False

    def log_off(self, session: int) -> None:
        """Programs end."""
        self.calls.append("log_off")
        if not self.log_off_works:
            raise OSError(5, "Access is denied")
        self.sessions[session].user = ""
        for helper in self.helpers:
            if helper.session == session and helper.alive:
                helper.die()

    def exit_windows(self, *, reboot: bool) -> None:
        """Remember; the test's machine stays on."""
        self.calls.append("reboot" if reboot else "power_off")

    def launch(self, session: int, command: tuple[str, ...]) -> None:
        """Remember; a program needs a user's token."""
        if not self.has_user(session):
            raise OSError(1008, "no token")
        self.launched.append(command)

    def log_on(self, user: str, session: int) -> None:
        """Somebody logs on at the console."""
        self.sessions[session] = FakeSession(user)
        self.console = session

    @property
    def living(self) -> list[FakeHelper]:
        """Helpers that run."""
        return [helper for helper in self.helpers if helper.alive]


__all__ = ["FakeHelper", "FakeWin32", "TakePicture", "honest", "uncovering"]
