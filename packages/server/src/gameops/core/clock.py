"""Time as a port, so that rules and tests never read the machine's clock."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved: for tests and simulations."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant it was last set to."""
        return self._at

    def advance(self, span: timedelta) -> None:
        """Move forward by ``span``."""
        self._at += span


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_milliseconds(at: datetime) -> int:
    """Milliseconds since the Unix epoch, as the station link writes instants."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(value: int) -> datetime:
    """The instant ``value`` milliseconds after the Unix epoch, in UTC."""
    return _EPOCH + timedelta(milliseconds=value)
