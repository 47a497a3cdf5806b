"""The frames of the station link: tagged JSON structs, version 1.

Every instant is server time in milliseconds since the Unix epoch (UTC); every span is in
milliseconds. An agent never trusts its own wall clock: it learns the server's time from
:class:`Welcome` and :class:`HeartbeatReply` and counts on its monotonic clock in between.
"""

from enum import StrEnum
from typing import Annotated, Final

import msgspec

PROTOCOL_VERSION: Final = 1
SUPPORTED_VERSIONS: Final = (1,)
_LARGEST: Final = 2**53 - 1

Whole = Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]
"""Any integer of a message: no peer can send one that a database or a browser cannot hold."""


class LockState(StrEnum):
    """What the player can do at the station right now."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"


class CommandKind(StrEnum):
    """What staff can ask of one station."""

    LOCK = "lock"
    UNLOCK = "unlock"
    MESSAGE = "message"
    LOG_OFF = "log_off"
    REBOOT = "reboot"
    SHUT_DOWN = "shut_down"
    SCREENSHOT = "screenshot"
    LAUNCH = "launch"


class JournalKind(StrEnum):
    """What an agent did by itself, and tells afterwards."""

    UNLOCKED = "unlocked"
    LOCKED = "locked"


class Frame(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Base of every message; ``type`` on the wire names the class."""


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a message; it has no tag."""


class Lease(Part, frozen=True, kw_only=True):
    """The right to play until ``ends_at``; the agent enforces it with the network down."""

    session_id: str
    ends_at: Whole | None
    """Server time at which the station locks; ``None`` while the session is paused."""
    remaining: Whole
    """Milliseconds left when the lease was written (frozen while paused)."""
    total: Whole = 0
    """Milliseconds the whole session lasts, for progress bars; 0 when unknown."""
    paused: bool = False
    player: str = ""
    """The name to greet; empty for a guest."""
    warn_at: tuple[Whole, ...] = (300_000, 60_000)
    """Milliseconds before the end at which the player is warned, longest first."""
    can_pause: bool = False


class Desired(Frame, frozen=True, tag="desired", kw_only=True):
    """What the station should be. Newer revisions replace older ones; a lease unlocks."""

    revision: Whole
    lease: Lease | None = None
    maintenance: bool = False
    """Out of order: locked, whatever lease there may be."""
    open: bool = False
    """Staff unlocked the station without a session (the ``unlock`` command)."""


class StationConfig(Part, frozen=True, kw_only=True):
    """What the overlay shows and how often the agent reports."""

    station_id: str
    station_name: str
    venue_name: str
    zone_name: str = ""
    locale: str = "en"
    heartbeat: Whole = 10_000
    """Milliseconds between heartbeats."""
    sign_in: bool = True
    """Whether the locked screen offers sign-in by account or voucher."""


class Metrics(Part, frozen=True, kw_only=True):
    """A station's vital signs."""

    cpu_percent: float = 0.0
    memory_percent: float = 0.0
    memory_total_mib: Whole = 0
    foreground: str = ""
    """Title or program of the foreground window, at most 120 characters."""


class Observed(Part, frozen=True, kw_only=True):
    """What the station really is."""

    revision: Whole
    """The newest ``Desired.revision`` that was applied; -1 before the first."""
    lock: LockState
    session_id: str | None = None
    remaining: Whole | None = None


class Hello(Frame, frozen=True, tag="hello", kw_only=True):
    """First frame of an agent on a new connection."""

    protocol: Whole
    agent_version: str
    hostname: str = ""
    os: str = ""
    boot_id: str = ""
    """Changes with every start of the agent process."""
    observed: Observed
    journal_pending: Whole = 0


class Welcome(Frame, frozen=True, tag="welcome", kw_only=True):
    """The server's answer to :class:`Hello`."""

    protocol: Whole
    server_time: Whole
    config: StationConfig
    desired: Desired


class Heartbeat(Frame, frozen=True, tag="heartbeat", kw_only=True):
    """Sent every ``config.heartbeat``; ``sent`` is echoed to measure the round trip."""

    sent: Whole
    """The agent's monotonic milliseconds; opaque to the server."""
    observed: Observed
    metrics: Metrics = Metrics()


class HeartbeatReply(Frame, frozen=True, tag="heartbeat_reply", kw_only=True):
    """Lets the agent place server time on its monotonic clock: offset at half the round trip."""

    sent: Whole
    server_time: Whole


class Command(Frame, frozen=True, tag="command", kw_only=True):
    """Do one thing before ``deadline``. Repeating an id repeats the answer, not the deed."""

    id: str
    kind: CommandKind
    deadline: Whole
    text: str = ""
    """``message``: what to show. ``launch``: name of an allowed program."""


class Ack(Frame, frozen=True, tag="ack", kw_only=True):
    """The outcome of a command. ``code`` is a stable error code when it failed."""

    id: str
    ok: bool
    code: str = ""
    image: bytes = b""
    """``screenshot``: a PNG (base64 on the wire), at most 512 KiB."""


class JournalEntry(Part, frozen=True, kw_only=True):
    """One thing the agent did while it could not ask the server."""

    id: str
    """Unique for ever: an entry told twice counts once."""
    kind: JournalKind
    session_id: str
    at: Whole
    """Server time, from the agent's monotonic clock."""
    reason: str = ""
    """``expired``, ``restart`` (the agent or machine was down since ``at``), ``resumed``."""


class Journal(Frame, frozen=True, tag="journal", kw_only=True):
    """Entries not yet acknowledged, oldest first, at most 200 a frame."""

    entries: tuple[JournalEntry, ...]


class JournalAck(Frame, frozen=True, tag="journal_ack", kw_only=True):
    """These entries are safe on the server; the agent may forget them."""

    ids: tuple[str, ...]


class RequestTime(Frame, frozen=True, tag="request_time", kw_only=True):
    """The player asks the staff for more time."""

    minutes: Whole


class SignIn(Frame, frozen=True, tag="sign_in", kw_only=True):
    """The player starts a session at the station, by account or by voucher."""

    id: str
    identifier: str = ""
    password: str = ""
    voucher: str = ""


class SignInResult(Frame, frozen=True, tag="sign_in_result", kw_only=True):
    """``code`` is empty on success; the new lease arrives as :class:`Desired`."""

    id: str
    code: str = ""
    detail: str = ""


class Goodbye(Frame, frozen=True, tag="goodbye", kw_only=True):
    """Why the server is about to close; with ``final`` the agent must enrol again."""

    code: str
    final: bool = False


FromAgent = Hello | Heartbeat | Ack | Journal | RequestTime | SignIn
FromServer = Welcome | Desired | HeartbeatReply | Command | JournalAck | SignInResult | Goodbye
