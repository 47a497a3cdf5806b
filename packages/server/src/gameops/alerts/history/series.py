"""From counts that changed now and then to a curve: average, peak and uptime by bucket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

Range = Literal["day", "week", "month"]
SPANS: Final[dict[Range, tuple[timedelta, timedelta]]] = {
    "day": (timedelta(days=1), timedelta(minutes=10)),
    "week": (timedelta(days=7), timedelta(hours=1)),
    "month": (timedelta(days=30), timedelta(hours=4)),
}
"""How long a range is, and its buckets."""


class Count(Protocol):
    """From ``at`` on there were so many."""

    @property
    def at(self) -> datetime: ...  # noqa: D102 -- see the class
    @property
    def up(self) -> bool: ...  # noqa: D102
    @property
    def players(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket; ``average`` and ``peak`` are of the time it was up, if it was."""

    at: datetime
    average: float | None
    peak: int | None
    up: float
    """The share of the known time in which it was up, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole range."""

    average: float | None
    peak: int | None
    peak_at: datetime | None
    uptime: float | None


@dataclass(slots=True)
class _Sum:
    known: float = 0.0
    up: float = 0.0
    weighted: float = 0.0
    peak: int | None = None

    def add(self, count: Count, seconds: float) -> None:
        self.known += seconds
        if count.up:
            self.up += seconds
            self.weighted += seconds * count.players
            self.peak = max(self.peak or 0, count.players)

    def point(self, at: datetime) -> Point:
        average = self.weighted / self.up if self.up else None
        return Point(at, average, self.peak, self.up / self.known if self.known else 0.0)


def series(
    counts: Sequence[Count], *, since: datetime, until: datetime, bucket: timedelta
) -> list[Point]:
    """The curve from ``since`` to ``until``; time before the first count is not known."""
    buckets: list[_Sum] = [_Sum() for _ in range(_index(until - since, bucket, up=True))]
    for count, start, end in _stretches(counts, since, until):
        at = start
        while at < end:
            index = _index(at - since, bucket)
            stop = min(end, since + (index + 1) * bucket)
            buckets[index].add(count, (stop - at).total_seconds())
            at = stop
    return [part.point(since + index * bucket) for index, part in enumerate(buckets)]


def summary(counts: Sequence[Count], *, since: datetime, until: datetime) -> Summary:
    """Average weighted by time, the peak and when it was first reached, and the uptime."""
    whole = _Sum()
    peak_at: datetime | None = None
    for count, start, end in _stretches(counts, since, until):
        before = whole.peak
        whole.add(count, (end - start).total_seconds())
        if whole.peak is not None and (before is None or whole.peak > before):
            peak_at = start
    point = whole.point(since)
    return Summary(point.average, point.peak, peak_at, point.up if whole.known else None)


def _stretches(
    counts: Sequence[Count], since: datetime, until: datetime
) -> list[tuple[Count, datetime, datetime]]:
    """Each count with the part of the range in which it held."""
    ends = [*(count.at for count in counts[1:]), until]
    cut = [
        (count, max(count.at, since), min(end, until))
        for count, end in zip(counts, ends, strict=False)
    ]
    return [part for part in cut if part[1] < part[2]]


def _index(span: timedelta, bucket: timedelta, *, up: bool = False) -> int:
    whole, rest = divmod(span, bucket)
    return whole + (1 if up and rest else 0)
