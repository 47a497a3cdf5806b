"""What becomes of a delivery, its channel and its recipient after a call. Pure rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gameops.core.db import JsonObject
from gameops.notify.channels.driver import Outcome, Parcel
from gameops.notify.deliveries.model import MOST_ATTEMPTS_KEPT, DeliveryState
from gameops.notify.options import NotifyOptions

Roll = Callable[[], float]
"""A random number from 0 to 1."""

PATIENT_FAILURES: Final = 4
"""Where order does not matter, so many calls in a row may fail before the channel is paused."""
OVERTAKEN_AFTER: Final = timedelta(minutes=30)
"""Where it does, a message that has failed for so long lets the others go first."""
NOT_TRIED: Final = Outcome(kind="retry", detail="")
"""It was taken, and put back before its turn came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery in a dispatcher's hands until its lease runs out."""

    parcel: Parcel
    venue_id: UUID | None
    channel_id: UUID
    recipient_id: UUID | None
    held: str | None = None
    """Its recipient wants nothing (any more)."""
    secret: bool
    ordered: bool
    attempt_count: int
    attempts: list[JsonObject]
    due_at: datetime
    give_up_at: datetime
    created_at: datetime
    lease_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one delivery in one call."""

    claimed: Claimed
    outcome: Outcome
    at: datetime
    milliseconds: int = 0
    last: bool = True
    """Of what was taken of its channel: where order matters, the next may be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A delivery's next state."""

    state: DeliveryState
    reason: str = ""
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    counted: bool = False


def backoff(attempt: int, first: timedelta, longest: timedelta, roll: Roll) -> timedelta:
    """A wait that doubles with each attempt up to a limit, of which any part may be taken."""
    doubled: timedelta = first * (1 << min(max(attempt - 1, 0), 20))
    return min(doubled, longest) * roll()


def fate_of(result: Result, options: NotifyOptions, roll: Roll) -> Fate:
    """A delivery's next state after a call."""
    claimed, outcome = result.claimed, result.outcome
    if outcome is NOT_TRIED:
        return Fate(state=DeliveryState.QUEUED, next_attempt_at=claimed.due_at)
    if claimed.held is not None:
        return Fate(state=DeliveryState.HELD, reason=claimed.held)
    match outcome.kind:
        case "sent":
            return Fate(state=DeliveryState.SENT, sent_at=result.at, counted=True)
        case "limited":
            return Fate(state=DeliveryState.QUEUED, next_attempt_at=_after_pause(result))
        case "retry":
            return _try_again(result, options, roll)
        case _:
            state = DeliveryState.HELD if outcome.reason == "opted_out" else DeliveryState.DEAD
            return Fate(state=state, reason=outcome.reason, counted=True)


def _after_pause(result: Result) -> datetime:
    if result.claimed.ordered:  # its place in the queue is its due time; the channel waits
        return result.claimed.due_at
    return result.at + timedelta(seconds=result.outcome.pause_seconds or 0)


def _try_again(result: Result, options: NotifyOptions, roll: Roll) -> Fate:
    claimed = result.claimed
    if result.at >= claimed.give_up_at:
        return Fate(state=DeliveryState.DEAD, reason="gave_up", counted=True)
    attempt = claimed.attempt_count + 1
    if claimed.ordered and result.at - claimed.created_at <= OVERTAKEN_AFTER:
        at = claimed.due_at
    else:
        wait = timedelta(seconds=result.outcome.pause_seconds or 0)
        own = backoff(attempt, options.first_retry, options.longest_retry, roll)
        at = result.at + max(wait, own)
    return Fate(
        state=DeliveryState.QUEUED,
        next_attempt_at=min(at, claimed.give_up_at),
        reason="retrying",
        counted=True,
    )


def noted(result: Result) -> list[JsonObject]:
    """The delivery's attempts with this one: the first few would say less than the last."""
    claimed, outcome = result.claimed, result.outcome
    if outcome is NOT_TRIED or claimed.held is not None:
        return claimed.attempts
    words = {"sent": "sent", "refused": "refused"}.get(outcome.kind, "retry")
    attempt = {
        "at": result.at,
        "outcome": words,
        "status": outcome.status,
        "detail": outcome.detail,
        "ms": result.milliseconds,
    }
    return [*claimed.attempts, attempt][-MOST_ATTEMPTS_KEPT:]


@dataclass(slots=True, kw_only=True)
class ChannelChange:
    """What a batch of calls says about a channel."""

    id: UUID
    ordered: bool
    done: bool = False
    sent: int = 0
    failed: int = 0
    """How many calls in a row have failed since the last success."""
    broken: bool = False
    error: str = ""
    paused_until: datetime | None = None
    pause_kind: bool = False
    """The pause holds for every channel of the kind."""
    calls: set[int] = field(default_factory=set)

    def note(self, result: Result) -> None:
        """Learn from one delivery; deliveries that went in one call share its outcome."""
        outcome = result.outcome
        self.done = self.done or result.last
        if outcome is NOT_TRIED or result.claimed.held is not None:
            return
        if outcome.kind == "sent":
            self.sent, self.failed, self.error, self.broken = self.sent + 1, 0, "", False
        self.error = outcome.detail or self.error
        self.broken = self.broken or outcome.breaks_channel
        if outcome.personal or id(outcome) in self.calls:
            return
        self.calls.add(id(outcome))
        self.failed += outcome.kind == "retry"
        self.pause_kind = self.pause_kind or outcome.everywhere
        if outcome.pause_seconds:
            self._pause(result.at + timedelta(seconds=outcome.pause_seconds))

    def _pause(self, until: datetime) -> None:
        self.paused_until = until if self.paused_until is None else max(until, self.paused_until)

    def row(
        self, *, failures: int, options: NotifyOptions, now: datetime, roll: Roll
    ) -> dict[str, Any]:
        """As it is written; ``failures`` is how many calls in a row had failed before."""
        total = self.failed if self.sent else failures + self.failed
        patience = 0 if self.ordered else PATIENT_FAILURES
        if self.failed and total > patience:
            first, longest = options.first_retry, options.longest_pause
            self._pause(now + backoff(total - patience, first, longest, roll))
        return {
            "id": self.id,
            "release": self.ordered and self.done,
            "sent": self.sent,
            "failures": total,
            "error": self.error,
            "broken": self.broken,
            "paused_until": self.paused_until,
        }
