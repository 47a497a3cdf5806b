"""Curves of people over time, from counts that changed now and then."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gameops.alerts.history.series import SPANS, series, summary

T0 = datetime(2026, 3, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Count:
    at: datetime
    up: bool
    players: int


def count(hours: float, players: int, *, up: bool = True) -> Count:
    return Count(T0 + timedelta(hours=hours), up, players)


def test_averages_are_weighted_by_time_and_peaks_are_peaks() -> None:
    counts = [count(0, 0), count(0.5, 10), count(0.75, 2)]
    (first, second) = series(counts, since=T0, until=T0 + 2 * HOUR, bucket=HOUR)
    assert first.average == pytest.approx(0 * 0.5 + 10 * 0.25 + 2 * 0.25)
    assert first.peak == 10
    assert (second.average, second.peak, second.up) == (2, 2, 1)


def test_time_before_the_first_count_is_not_known_and_time_down_is_not_zero_people() -> None:
    counts = [count(1.5, 4), count(1.75, 0, up=False)]
    before, partly, down = series(counts, since=T0, until=T0 + 3 * HOUR, bucket=HOUR)
    assert (before.average, before.peak, before.up) == (None, None, 0)
    assert (partly.average, partly.peak, partly.up) == (4, 4, 0.5)
    assert (down.average, down.peak, down.up) == (None, None, 0)


def test_the_count_in_force_at_the_beginning_counts() -> None:
    (only,) = series([count(-5, 7)], since=T0, until=T0 + HOUR, bucket=HOUR)
    assert only.average == 7


def test_a_summary_names_the_first_moment_of_the_peak() -> None:
    counts = [count(0, 1), count(1, 5), count(2, 0), count(3, 5), count(3.5, 0, up=False)]
    whole = summary(counts, since=T0, until=T0 + 4 * HOUR)
    assert (whole.peak, whole.peak_at) == (5, T0 + HOUR)
    assert whole.uptime == pytest.approx(3.5 / 4)
    assert summary([], since=T0, until=T0 + HOUR).uptime is None


@given(
    st.lists(
        st.tuples(st.integers(0, 24 * 60 - 1), st.integers(0, 50), st.booleans()),
        unique_by=lambda t: t[0],
    )
)
def test_buckets_agree_with_the_whole(rows: list[tuple[int, int, bool]]) -> None:
    counts = [count(minute / 60, players, up=up) for minute, players, up in sorted(rows)]
    span, bucket = SPANS["day"]
    points = series(counts, since=T0, until=T0 + span, bucket=bucket)
    whole = summary(counts, since=T0, until=T0 + span)
    assert len(points) == span // bucket
    peaks = [point.peak for point in points if point.peak is not None]
    assert whole.peak == (max(peaks) if peaks else None)
    assert all(0 <= point.up <= 1 for point in points)
    assert all((p.average or 0) <= (p.peak or 0) + 1e-9 for p in points)
