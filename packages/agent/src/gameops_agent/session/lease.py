"""The rules that decide whether a player may play. No I/O and no clock: time is passed in."""

from dataclasses import dataclass, field
from enum import StrEnum

from gameops_protocol import Desired, Lease, LockState


class Face(StrEnum):
    """What a station presents to the player."""

    ENROL = "enrol"
    LOCKED = "locked"
    PAUSED = "paused"
    MAINTENANCE = "maintenance"
    SESSION = "session"
    OPEN = "open"


UNLOCKED_FACES = frozenset({Face.SESSION, Face.OPEN})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the station must be at one instant."""

    face: Face
    lease: Lease | None = None

    @property
    def lock(self) -> LockState:
        """Whether the player can play."""
        return LockState.UNLOCKED if self.face in UNLOCKED_FACES else LockState.LOCKED

    @property
    def playing(self) -> Lease | None:
        """The lease whose time is running, if one is."""
        return self.lease if self.face is Face.SESSION else None

    def remaining(self, now: float | None) -> int | None:
        """Milliseconds left of the lease; ``None`` without one."""
        if self.lease is None:
            return None
        if self.lease.ends_at is None or now is None:
            return self.lease.remaining
        return max(0, round(self.lease.ends_at - now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A staff command that outranks one revision of the desired state."""

    revision: int
    lock: LockState


def judge(desired: Desired | None, override: Override | None, now: float | None) -> Verdict:
    """Decide from the server's wish, a staff command upon it and the server's time."""
    if desired is None or now is None:
        return Verdict(Face.LOCKED)
    lease = desired.lease
    if desired.maintenance:
        return Verdict(Face.MAINTENANCE, lease)
    commanded = override.lock if override and override.revision == desired.revision else None
    if commanded is LockState.LOCKED:
        return Verdict(Face.LOCKED, lease)
    if lease is not None and _is_running(lease, now):
        return Verdict(Face.SESSION, lease)
    if desired.open or commanded is LockState.UNLOCKED:
        return Verdict(Face.OPEN)
    paused = lease is not None and lease.paused
    return Verdict(Face.PAUSED if paused else Face.LOCKED, lease)


def _is_running(lease: Lease, now: float) -> bool:
    return not lease.paused and lease.ends_at is not None and now < lease.ends_at


@dataclass(slots=True)
class Warnings:
    """Which of a lease's warnings are still to be given."""

    _about: tuple[str, int] | None = None
    _ahead: list[int] = field(default_factory=list)

    def follow(self, lease: Lease, now: float) -> None:
        """Arm the warnings that lie ahead whenever the lease gets another end."""
        if lease.ends_at is None or self._about == (lease.session_id, lease.ends_at):
            return
        left = lease.ends_at - now
        self._about = (lease.session_id, lease.ends_at)
        self._ahead = sorted((before for before in lease.warn_at if before < left), reverse=True)

    def due(self, left: float) -> int | None:
        """Give the most urgent warning that is due, once; those it overtook are dropped."""
        due = [before for before in self._ahead if left <= before]
        self._ahead = [before for before in self._ahead if left > before]
        return min(due, default=None)

    def next(self) -> int | None:
        """Milliseconds before the end at which the next warning is due."""
        return self._ahead[0] if self._ahead else None
