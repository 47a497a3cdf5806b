"""What carries notices to one kind of channel: one class per kind behind one protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol
from uuid import UUID

from gameops.core.db import JsonObject
from gameops.notify.channels.wire import Answer, Wire
from gameops.notify.options import NotifyOptions
from gameops.notify.rendering import Escape, render

FieldType = Literal["text", "url", "secret", "select", "bool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing to fill in for a channel; secrets are write-only."""

    name: str
    label: str
    type: FieldType
    required: bool = False
    help: str = ""
    options: Sequence[str] = ()
    default: bool = True
    """Of a switch that nobody has touched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Settings that somebody would like a channel to have."""

    config: JsonObject
    secrets: Mapping[str, str] = field(repr=False)
    options: NotifyOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel as its driver sees it."""

    id: UUID
    config: JsonObject
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A recipient as a driver sees it."""

    address: str
    locale: str = "en"
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One notice for one channel, and perhaps one person."""

    delivery_id: UUID
    notice_id: UUID
    topic: str
    title: str
    template: str = field(repr=False)
    filling: Mapping[str, str | int]
    severity: str
    url: str | None
    fields: Sequence[Mapping[str, str]]
    data: JsonObject
    at: datetime
    to: Addressee | None = None

    def text(self, escape: Escape = "none") -> str:
        """The message."""
        return render(self.template, self.filling, escape=escape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one call."""

    kind: Literal["sent", "retry", "limited", "refused"]
    status: int | None = None
    detail: str = ""
    reason: str = ""
    """Of a refusal: why, in one word."""
    pause_seconds: float | None = None
    """Send nothing to the channel for this long (also after a success)."""
    everywhere: bool = False
    """The pause holds for every channel of this kind."""
    personal: bool = False
    """It says nothing about the channel: each recipient is somewhere else."""
    breaks_channel: bool = False
    """The channel itself is no good: nothing more until somebody mends it."""


def sent(answer: Answer, *, pause_seconds: float | None = None) -> Outcome:
    """It arrived."""
    return Outcome(kind="sent", status=answer.status, pause_seconds=pause_seconds)


def outcome_of(answer: Answer, detail: str = "") -> Outcome:
    """What a plain HTTP answer means."""
    detail = detail or f"HTTP {answer.status}"
    if answer.ok:
        return sent(answer)
    if answer.status == 429:  # noqa: PLR2004 -- Too Many Requests
        wait = answer.retry_after
        return Outcome(
            kind="limited",
            status=429,
            detail=detail,
            pause_seconds=DEFAULT_PAUSE if wait is None else wait,
        )
    if answer.status in _TRANSIENT or answer.status >= _SERVER_ERROR:
        wait = answer.retry_after
        return Outcome(kind="retry", status=answer.status, detail=detail, pause_seconds=wait)
    return Outcome(kind="refused", status=answer.status, detail=detail, reason="refused")


DEFAULT_PAUSE = 2.0
_TRANSIENT = frozenset({408, 425})
_SERVER_ERROR = 500


class Driver(Protocol):
    """Carries notices to channels of one kind."""

    kind: ClassVar[str]
    label: ClassVar[str]
    settings: ClassVar[Sequence[Setting]]
    subscribers: ClassVar[bool]
    """Whether it reaches people one by one."""
    personal: ClassVar[bool]
    """Whether each recipient is somewhere else: a failure says nothing about the others."""
    ordered: ClassVar[bool]
    """Whether its messages should arrive in their order: one call at a time."""
    at_once: ClassVar[int]
    """How many deliveries of one channel are taken from the queue at a time."""
    lanes: ClassVar[int]
    """How many calls are made for one channel at a time."""

    def check(self, draft: Draft) -> None:
        """Refuse settings that cannot work."""
        ...

    def bundles(self, place: Place, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:
        """Which parcels go together in one call."""
        ...

    async def send(self, wire: Wire, place: Place, parcels: Sequence[Parcel]) -> Outcome:
        """Make one call. Raises ``NoAnswer`` or ``TargetNotAllowed`` when none could be made."""
        ...


class OneByOne:
    """What most drivers have in common."""

    settings: ClassVar[Sequence[Setting]] = ()
    subscribers: ClassVar[bool] = False
    personal: ClassVar[bool] = False
    ordered: ClassVar[bool] = False
    at_once: ClassVar[int] = 64
    lanes: ClassVar[int] = 8

    def check(self, draft: Draft) -> None:
        """Nothing beyond what the settings' types say."""

    def bundles(self, place: Place, parcels: Sequence[Parcel]) -> Sequence[Sequence[Parcel]]:  # noqa: ARG002 -- others look at the place
        """Each alone."""
        return [[parcel] for parcel in parcels]


def shortened(text: str, most: int) -> str:
    """Text that fits, with an ellipsis where something is missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
